// A strict JSON value on a line: no white space between tokens, no key twice, strings
// escaped in one way, whole numbers only.
//
// The twin of src/credential/json.rs. JSON.parse reads more, and puts keys that look
// like numbers in another order. A value is a string, a number, an Array, or a Map in
// the order of its keys.

/** Values within values, at most. */
const DEPTH_MAX = 4;
/** Entries of an object, at most. */
const ENTRIES_MAX = 32;

/** The one value that this text is, or null. */
export function read(text) {
  const reader = new Reader(text);
  const value = reader.value(DEPTH_MAX);
  return value !== null && reader.at === text.length ? value : null;
}

/** Each method gives null where the text goes wrong, and all give up then. */
class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  /** Takes what a sticky pattern finds here. */
  take(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }

  value(depth) {
    switch (this.text[this.at]) {
      case '"': return this.string();
      case '[': return depth > 0 ? this.array(depth - 1) : null;
      case '{': return depth > 0 ? this.object(depth - 1) : null;
      default: return this.number();
    }
  }

  string() {
    const end = /["\\]/g;
    let string = '';
    for (let from = this.at + 1; ;) {
      end.lastIndex = from;
      const found = end.exec(this.text);
      if (found === null) return null;
      string += this.text.slice(from, found.index);
      if (found[0] === '"') {
        this.at = found.index + 1;
        return /\p{Cc}/u.test(string) ? null : string;
      }
      const escaped = this.text[found.index + 1];
      if (escaped !== '"' && escaped !== '\\') return null;
      string += escaped;
      from = found.index + 2;
    }
  }

  number() {
    const digits = this.take(/0|[1-9][0-9]*/y);
    const number = digits === null ? Infinity : Number(digits);
    return number <= Number.MAX_SAFE_INTEGER ? number : null;
  }

  array(depth) {
    const items = [];
    this.at += 1;
    if (this.take(/\]/y)) return items;
    do {
      const item = this.value(depth);
      if (item === null) return null;
      items.push(item);
    } while (this.take(/,/y));
    return this.take(/\]/y) && items;
  }

  object(depth) {
    const entries = new Map();
    this.at += 1;
    if (this.take(/\}/y)) return entries;
    do {
      const key = this.text[this.at] === '"' ? this.string() : null;
      if (key === null || entries.has(key) || entries.size === ENTRIES_MAX) return null;
      const value = this.take(/:/y) && this.value(depth);
      if (value === null) return null;
      entries.set(key, value);
    } while (this.take(/,/y));
    return this.take(/\}/y) && entries;
  }
}
