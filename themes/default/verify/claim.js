// The values that a card's claims take, each with its limits.
//
// The twin of src/credential/claim.rs. Each function takes a CBOR value and gives
// the claim, or throws a MALFORMED fault. Integers stay bigint.

import { Fault } from './fault.js';

/** Control (category Cc), bidirectional (property Bidi_Control) and private-use
 *  characters; planes 15 and 16 whole. */
const FORBIDDEN =
  /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ue000-\uf8ff\u{f0000}-\u{10ffff}]/u;

/** The words of the results 1–4. */
const RESULTS = ['足额合格', '减免合格', '不作要求', '评审参考'];

/** An unsigned integer; CBOR has kept it below 2^63. */
export function uint(value) {
  if (typeof value !== 'bigint' || value < 0n) {
    throw Fault.malformed('a field that is not an unsigned integer');
  }
  return value;
}

/** A text. */
export function text(value) {
  if (typeof value !== 'string') throw Fault.malformed('a field that is not text');
  return value;
}

/** A point in time from 1970 on, in seconds. */
export function numericDate(value) {
  if (typeof value !== 'bigint') throw Fault.malformed('a time that is not an integer');
  if (value < 0n) throw Fault.malformed('a time before 1970');
  return value;
}

/** A learning year, 2000–2200. */
export function year(value) {
  const number = uint(value);
  if (number < 2000n || number > 2200n) throw Fault.malformed('a year outside 2000–2200');
  return number;
}

/** Whether a name has a character that none may have. */
export function isForbidden(name) {
  return FORBIDDEN.test(name);
}

/** The holder's name: 1–96 bytes of UTF-8 without a forbidden character. */
export function holderName(value) {
  const name = text(value);
  const length = new TextEncoder().encode(name).length;
  if (length === 0) throw Fault.malformed('an empty name');
  if (length > 96) throw Fault.malformed('a name longer than 96 bytes');
  if (isForbidden(name)) {
    throw Fault.malformed('a control, bidi or private-use character in a name');
  }
  return name;
}

/** The last four characters of the holder's document number. */
export function idTail(value) {
  if (!/^[0-9]{3}[0-9X]$/.test(value)) {
    throw Fault.malformed('an id tail that is not [0-9]{3}[0-9X]');
  }
  return value;
}

/** What the year's audit came to: its number and its words in Chinese. */
export function auditResult(value) {
  const number = uint(value);
  if (number < 1n || number > 4n) throw Fault.malformed('a result other than 1–4');
  return { number, words: RESULTS[Number(number) - 1] };
}

/** Hours, in tenths of an hour; written as people do: `60`, `52.5`. */
export class Tenths {
  constructor(tenths) {
    this.tenths = tenths;
  }

  toString() {
    const [hours, tenths] = [this.tenths / 10n, this.tenths % 10n];
    return tenths === 0n ? `${hours}` : `${hours}.${tenths}`;
  }
}

/** The hours of one category. */
export function row(value) {
  const items = array(value);
  if (items.length !== 3) throw Fault.malformed('a row of hours that is not three numbers');
  const [category, credited, required] = items.map(uint);
  return { category, credited: new Tenths(credited), required: new Tenths(required) };
}

/** A policy bundle's id: eight bytes. */
export function policyId(value) {
  if (!(value instanceof Uint8Array) || value.length !== 8) {
    throw Fault.malformed('a policy that is not eight bytes');
  }
  return value;
}

/** A list of at most eight items. */
export function list(value, item) {
  const items = array(value).map((each) => item(each));
  if (items.length > 8) throw Fault.malformed('more than eight items in a list');
  return items;
}

function array(value) {
  if (!Array.isArray(value)) throw Fault.malformed('a field that is not an array');
  return value;
}
