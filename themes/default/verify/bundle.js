// Reading a policy bundle 规则集, as far as a card is checked against it.
//
// The twin of src/credential/bundle.rs. Of all that a bundle says, four things are read:
// its format, its year, the numbers of its categories, and how many clauses it has.

import { ListError, number } from './field.js';

/** The format of a bundle. */
const FORMAT = 'shenyan/policy/1';
/** Bytes of a bundle, at most. */
const BYTES_MAX = 4 << 20;
/** Values within values, at most. */
const DEPTH_MAX = 16;
/** Categories of a bundle, at most; a card has eight. */
const CATEGORIES_MAX = 64;

/** Reads a bundle: JSON (RFC 8259) of which the four members above are used, each of
 *  them once. */
export function readBundle(bytes) {
  if (bytes.length > BYTES_MAX) throw new ListError('more than 4 MiB');
  const reader = new Reader(utf8(bytes));
  const found = reader.members(DEPTH_MAX, {
    format: () => reader.string(),
    year: () => reader.number(),
    categories: (depth) => {
      const found = [];
      reader.array(depth, (within) => {
        const { number, sum_of: isTotal = false } = reader.members(within, {
          number: () => reader.number(),
          sum_of: (inner) => (reader.value(inner), true),
        });
        const isKnown = found.some((other) => other.number === number);
        if (number === undefined || isKnown || found.length === CATEGORIES_MAX) throw reader.wrong();
        found.push({ number, isTotal });
      });
      return found;
    },
    clauses: (depth) => {
      let count = 0;
      reader.array(depth, (within) => {
        count += 1;
        reader.value(within);
      });
      return count;
    },
  });
  const { format, year, categories, clauses } = found;
  const isWhole = reader.peek() === '' && format === FORMAT;
  if (!isWhole || [year, categories, clauses].includes(undefined)) throw reader.wrong();
  return { year, categories, clauses };
}

function utf8(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ListError('not UTF-8');
  }
}

/** Reads JSON piece by piece and keeps nothing. JSON.parse would take a member twice. */
class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  wrong() {
    return new ListError('not a policy bundle');
  }

  /** The next character after white space, which is left where it is; none at the end. */
  peek() {
    while (this.at < this.text.length && ' \n\r\t'.includes(this.text[this.at])) this.at += 1;
    return this.text.charAt(this.at);
  }

  takes(character) {
    const is = this.peek() === character;
    if (is) this.at += 1;
    return is;
  }

  take(character) {
    if (!this.takes(character)) throw this.wrong();
  }

  /** An object's members of these names, each once, by what reads it; others are passed
   *  over. */
  members(depth, readers) {
    const found = {};
    this.list(depth, '{}', (within) => {
      const key = this.string();
      this.take(':');
      const has = (it) => Object.prototype.hasOwnProperty.call(it, key);
      if (!has(readers)) return this.value(within);
      if (has(found)) throw this.wrong();
      found[key] = readers[key](within);
    });
    return found;
  }

  /** An array's items, each with the depth left for it. */
  array(depth, item) {
    this.list(depth, '[]', item);
  }

  list(depth, [open, close], item) {
    if (depth === 0) throw this.wrong();
    this.take(open);
    if (this.takes(close)) return;
    do item(depth - 1);
    while (this.takes(','));
    this.take(close);
  }

  /** A string as it is written: escapes are passed over, so that a key with one is none
   *  of ours. */
  string() {
    this.take('"');
    const from = this.at;
    for (; this.at < this.text.length; this.at += 1) {
      const character = this.text[this.at];
      if (character === '"') {
        this.at += 1;
        return this.text.slice(from, this.at - 1);
      }
      if (character === '\\') this.at += 1;
      else if (character < ' ') break;
    }
    throw this.wrong();
  }

  /** A whole number without sign, below 2^53. */
  number() {
    const found = number(this.word());
    if (found === null) throw this.wrong();
    return found;
  }

  /** A number, `true`, `false` or `null`, as it is written. */
  word() {
    this.peek();
    const pattern = /[0-9A-Za-z+.-]*/y;
    pattern.lastIndex = this.at;
    const [word] = pattern.exec(this.text);
    this.at += word.length;
    return word;
  }

  /** Passes over a value. */
  value(depth) {
    const next = this.peek();
    if (next === '{') return void this.members(depth, {});
    if (next === '[') return this.array(depth, (within) => this.value(within));
    if (next === '"') return void this.string();
    const word = this.word();
    const isNumber = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(word);
    const isWord = ['true', 'false', 'null'].includes(word) || isNumber && Number.isFinite(Number(word));
    if (!isWord) throw this.wrong();
  }
}
