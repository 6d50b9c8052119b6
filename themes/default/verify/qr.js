// The text in the QR code: an envelope's bytes as decimal digits behind a web
// address, PREFIX "#1" DIGITS.
//
// The twin of src/credential/qr.rs.

import { BYTES_MAX } from './envelope.js';
import { Fault } from './fault.js';

/** Characters of a text, at most, without the white space around it. */
export const CHARACTERS_MAX = 1024;

/** Bytes in a full group. */
const GROUP_BYTES = 7;
/** Digits of a group of 0, 1, … 7 bytes: the fewest that hold them all. */
const GROUP_DIGITS = [0, 3, 5, 8, 10, 13, 15, 17];
/** ASCII white space: tab, line feed, form feed, carriage return, space. */
const WHITE_SPACE = '\t\n\f\r ';

/** A text of the right form; nothing in it is proven. */
export class QrText {
  constructor(prefix, digits) {
    this.prefix = prefix;
    this.digits = digits;
  }

  /** Reads the form (step 1): length, alphabet, `#`, version, digits. */
  static read(raw) {
    const text = trim(raw);
    if (text.length > CHARACTERS_MAX) throw Fault.malformed('more than 1,024 characters');
    if (!/^[\x21-\x7e]*$/.test(text)) {
      throw Fault.malformed('a character that is not printable ASCII');
    }
    const at = text.indexOf('#');
    if (at < 0) throw Fault.malformed('no #');
    const version = text.charAt(at + 1);
    if (!/^[0-9]$/.test(version)) throw Fault.malformed('no format version');
    if (version !== '1') throw Fault.unsupported('a format version other than 1');
    const digits = text.slice(at + 2);
    if (!/^[0-9]*$/.test(digits)) {
      throw Fault.malformed('a character among the digits that is none');
    }
    return new QrText(text.slice(0, at), digits);
  }

  /** The envelope's bytes (step 2): one spelling for each byte string. */
  bytes() {
    const rest = this.digits.length % 17;
    const last = GROUP_DIGITS.slice(0, GROUP_BYTES).indexOf(rest);
    if (last < 0) throw Fault.malformed('digits that make no whole group');
    const length = (this.digits.length - rest) / 17 * GROUP_BYTES + last;
    if (length > BYTES_MAX) throw Fault.malformed('more than 512 bytes');
    const bytes = new Uint8Array(length);
    for (let from = 0, to = 0; from < this.digits.length; from += 17, to += GROUP_BYTES) {
      const group = this.digits.slice(from, from + 17);
      const width = group.length === 17 ? GROUP_BYTES : last;
      const number = BigInt(group);
      if (number >> BigInt(8 * width)) {
        throw Fault.malformed('a group of digits too great for its bytes');
      }
      for (let at = 0; at < width; at += 1) {
        bytes[to + at] = Number(number >> BigInt(8 * (width - 1 - at)) & 0xffn);
      }
    }
    return bytes;
  }

  /** The host that the prefix leads to, or null. */
  host() {
    return hostOf(this.prefix);
  }
}

/** Drops the white space around; a pattern would take quadratic time on hostile text. */
function trim(text) {
  let [from, to] = [0, text.length];
  while (from < to && WHITE_SPACE.includes(text[from])) from += 1;
  while (from < to && WHITE_SPACE.includes(text[to - 1])) to -= 1;
  return text.slice(from, to);
}

/** The host that a browser would go to from this web address, in lower case, as the
 *  WHATWG URL standard has it; null where a browser would go on to decode. */
function hostOf(address) {
  const [, scheme, rest] = /^([^]*?):\/\/([^]*)$/.exec(address) ?? [];
  if (scheme === undefined || !/^https?$/i.test(scheme)) return null;
  const authority = rest.split(/[/\\?]/, 1)[0];
  const found = authority.slice(authority.lastIndexOf('@') + 1);
  const colon = found.indexOf(':');
  if (colon >= 0 && !/^[0-9]*$/.test(found.slice(colon + 1))) return null;
  const host = colon >= 0 ? found.slice(0, colon) : found;
  return isHost(host) ? host.toLowerCase() : null;
}

/** Whether this is a host's name. */
export function isHost(text) {
  return text.length <= 253 && text.split('.').every((label) => /^[A-Za-z0-9-]{1,63}$/.test(label));
}
