// Reading a policy bundle 规则集, as far as a card is checked against it.
//
// The twin of src/credential/bundle.rs. A bundle must have its format, its year, the
// numbers of its categories, and clauses to count. From its facts, outputs and rules come
// the hours that it requires of everybody: where no rule on them has an exception, or asks
// for more than the category. What else those say is for the engine, and any JSON may
// stand there.

import { ListError, number } from './field.js';

/** The format of a bundle. */
const FORMAT = 'shenyan/policy/1';
/** Bytes of a bundle, at most. */
const BYTES_MAX = 4 << 20;
/** Values within values, at most. */
const DEPTH_MAX = 16;
/** Categories of a bundle, at most; a card has eight. */
const CATEGORIES_MAX = 64;

/** White space; a string's characters up to its end or an escape; a number or a literal. */
const SPACE = /[ \n\r\t]*/y;
const PLAIN = /[^"\\\0-\x1f]*/y;
const WORD = /[0-9A-Za-z+.-]*/y;
/** Hours as a bundle writes them, `30` or `12.5`. */
const HOURS = /^([0-9]{1,9})(?:\.([0-9]))?$/;

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
        const { number, sum_of: isTotal = false, label = null } = reader.members(within, {
          number: () => reader.number(),
          sum_of: (inner) => (reader.value(inner), true),
          label: (inner) => reader.tree(inner),
        });
        const isKnown = found.some((other) => other.number === number);
        if (number === undefined || isKnown || found.length === CATEGORIES_MAX) throw reader.wrong();
        found.push({ number, isTotal, label: text(label) });
      });
      return found;
    },
    facts: (depth) => reader.tree(depth),
    outputs: (depth) => reader.tree(depth),
    rules: (depth) => reader.tree(depth),
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
  const rows = rowsOf(found);
  /** `required`: the tenths of hours that it requires of everybody; null if that depends on
   *  more, or cannot be read. */
  const required = ({ number, isTotal, label }) => ({ number, isTotal, required: agreed(rows, label) });
  return { year, categories: categories.map(required), clauses };
}

/** The rows on required hours, if the category alone decides them: of which categories, by
 *  their labels, all if null, and how many tenths; or null. */
function rowsOf({ facts = null, outputs = null, rules = null }) {
  const [category, hours] = [labelled(facts, 'category'), labelled(outputs, 'required-hours')];
  if (category === null || hours === null || !Array.isArray(rules)) return null;
  const rows = [];
  for (const rule of rules.filter((it) => text(get(it, 'output')) === hours)) {
    const [columns, lines] = [get(rule, 'columns'), get(rule, 'rows')];
    const isOpen = has(rule, 'exceptions') || has(rule, 'conditions');
    if (isOpen || !Array.isArray(columns) || !Array.isArray(lines)) return null;
    const asks = columns.slice(0, -1);
    if (columns.length === 0 || asks.length > 1 || asks.some((it) => text(it) !== category)) return null;
    for (const line of lines) {
      const [when, then] = [get(line, 'when'), get(line, 'then')];
      if (!Array.isArray(when) || !Array.isArray(then)) return null;
      const amount = then.length === 1 ? HOURS.exec(text(then[0]) ?? '') : null;
      const named = when.length === 1 ? alternatives(when[0]) : undefined;
      if (amount === null || when.length !== asks.length || when.length === 1 && named === undefined) return null;
      rows.push({ categories: named ?? null, tenths: BigInt(`${amount[1]}${amount[2] ?? '0'}`) });
    }
  }
  return rows.length > 0 ? rows : null;
}

/** The tenths of hours that these rows require in a category, 0 if none is about it; null
 *  if they do not agree. */
function agreed(rows, label) {
  if (rows === null || label === null) return null;
  const own = rows.filter(({ categories }) => categories === null || categories.includes(label));
  const first = own[0]?.tenths ?? 0n;
  return own.every(({ tenths }) => tenths === first) ? first : null;
}

/** The label of the one entry with this key, or null. */
function labelled(entries, key) {
  if (!Array.isArray(entries)) return null;
  const found = entries.filter((entry) => text(get(entry, 'key')) === key);
  return found.length === 1 ? text(get(found[0], 'label')) : null;
}

/** What a test takes: these, or anything (null); undefined if it is no such test. */
function alternatives(test) {
  if (test === NULL) return null;
  const values = test instanceof Members && test.entries.length === 1 ? get(test, 'any_of') : null;
  const texts = Array.isArray(values) ? values.map(text) : [null];
  return texts.includes(null) ? undefined : texts;
}

/** An object's members, each by its key as it is written. */
class Members {
  constructor(entries) {
    this.entries = entries;
  }
}

/** The value `null`. */
const NULL = Symbol('null');
/** A number, `true` or `false`. */
const OTHER = Symbol('other');

/** The value of a key that an object has once; or null. */
function get(tree, key) {
  const found = tree instanceof Members ? tree.entries.filter(([other]) => other === key) : [];
  return found.length === 1 ? found[0][1] : null;
}

/** Whether an object has a key, however often. */
function has(tree, key) {
  return tree instanceof Members && tree.entries.some(([other]) => other === key);
}

/** A string that has no escape, and so is written in one way; or null. */
function text(tree) {
  return typeof tree === 'string' && !tree.includes('\\') ? tree : null;
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

  /** Passes over what a pattern matches here, if only nothing. */
  skip(pattern) {
    pattern.lastIndex = Math.min(this.at, this.text.length);
    pattern.test(this.text);
    this.at = pattern.lastIndex;
  }

  /** The next character after white space, which is left where it is; none at the end. */
  peek() {
    this.skip(SPACE);
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
    this.skip(PLAIN);
    while (this.text.charAt(this.at) === '\\') {
      this.at += 2;
      this.skip(PLAIN);
    }
    const string = this.text.slice(from, this.at);
    if (this.text.charAt(this.at) !== '"') throw this.wrong();
    this.at += 1;
    return string;
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
    const from = this.at;
    this.skip(WORD);
    return this.text.slice(from, this.at);
  }

  /** A value, to be looked at later: `Members`, an array, a string as it is written, `NULL`
   *  or `OTHER`. */
  tree(depth) {
    const next = this.peek();
    if (next === '{') {
      const entries = [];
      this.list(depth, '{}', (within) => {
        const key = this.string();
        this.take(':');
        entries.push([key, this.tree(within)]);
      });
      return new Members(entries);
    }
    if (next === '[') {
      const items = [];
      this.list(depth, '[]', (within) => items.push(this.tree(within)));
      return items;
    }
    if (next === '"') return this.string();
    this.value(depth);
    return next === 'n' ? NULL : OTHER;
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
