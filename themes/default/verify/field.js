// The lines of the lists: a keyword, a space, a value; each in its place.
//
// The twin of src/credential/field.rs. Every value has one spelling: what would be
// written otherwise is refused.

/** A list is not accepted, and why, in English: no part of any verdict. `code` tells
 *  apart a list that goes back (`ROLLBACK`) and one of two that cannot both be
 *  (`EQUIVOCATION`) from one that is none (`REFUSED`). */
export class ListError extends Error {
  constructor(what, code = 'REFUSED') {
    super(what);
    this.code = code;
  }

  /** Takes an error of a list; anything else that was thrown is a mistake of ours. */
  static expect(thrown) {
    if (!(thrown instanceof ListError)) throw thrown;
    return thrown;
  }
}

/** The number below 2^53 whose decimal digits these are, or null. */
export function number(text) {
  const value = /^(?:0|[1-9][0-9]*)$/.test(text) ? Number(text) : Infinity;
  return value <= Number.MAX_SAFE_INTEGER ? value : null;
}

/** This text, if it is a day of the calendar, `2022-12-31`, years 0001–9999; or null. */
export function day(text) {
  const [, year, month, date] = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text) ?? [];
  if (year === undefined || year === '0000') return null;
  const found = new Date(0);
  found.setUTCFullYear(Number(year), Number(month) - 1, Number(date));
  return found.toISOString().slice(0, 10) === text ? text : null;
}

/** A second as lists write it, `2026-01-05T09:00:00+08:00`, in seconds since 1970, a
 *  bigint; or null. Years 1970–9998. */
export function stamp(text) {
  const [, date, hour, minute, second] =
    /^([0-9-]{10})T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])\+08:00$/.exec(text) ?? [];
  if (date === undefined || day(date) === null || date > '9999') return null;
  const midnight = Date.parse(`${date}T00:00:00Z`) / 1000 - 8 * 3600;
  const seconds = midnight + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  return seconds >= 0 ? BigInt(seconds) : null;
}

/** SHA-256 in 64 lower-case hexadecimal digits, or null. */
export function digest(text) {
  return /^[0-9a-f]{64}$/.test(text) ? text : null;
}

/** What a first version names as the one before it. */
export const NO_DIGEST = '0'.repeat(64);

/** The lines of a text, one after the other. */
export class Lines {
  /** The lines after the first, which must be this context. */
  constructor(context, text) {
    const lines = text.split('\n');
    if (lines.pop() !== '') throw new ListError('the last line does not end');
    if (lines[0] !== context) throw new ListError(`the first line is not ${context}`);
    this.lines = lines;
    this.at = 1;
  }

  /** The next line, or null; it is not passed yet. */
  peek() {
    return this.lines[this.at] ?? null;
  }

  /** The next line's keyword, or null. */
  keyword() {
    return this.peek()?.split(' ', 1)[0] ?? null;
  }

  /** Passes the next line. */
  next() {
    this.at += 1;
    return this.lines[this.at - 1];
  }

  /** What `parse` makes of the next line's value, which must have this keyword; it
   *  gives null for what is none. */
  field(keyword, parse) {
    if (this.keyword() !== keyword) throw this.wrong(`${keyword} is wanted`);
    const value = parse(this.next().slice(keyword.length + 1));
    if (value === null) throw this.wrong(`this is no ${keyword}`);
    return value;
  }

  /** `version N`, from 1. */
  version() {
    return this.field('version', (value) => number(value) || null);
  }

  /** `issued` and the line after it, which must be later. */
  period(end) {
    const issued = this.field('issued', stamp);
    const nextUpdate = this.field(end, stamp);
    if (nextUpdate <= issued) throw this.wrong(`${end} is not after issued`);
    return { issued, nextUpdate };
  }

  /** `prev`: none before version 1, and some before any other. */
  prev(version) {
    const prev = this.field('prev', digest);
    if ((version === 1) !== (prev === NO_DIGEST)) throw this.wrong('prev does not fit the version');
    return prev;
  }

  /** Refuses lines that are left. */
  end() {
    if (this.peek() !== null) throw this.wrong('a line too many');
  }

  wrong(what) {
    return new ListError(`line ${this.at}: ${what}`);
  }
}
