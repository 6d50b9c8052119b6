// Deterministic CBOR: the part of it that a card uses, and nothing else.
//
// The twin of src/credential/cbor.rs. A value is a bigint, a Uint8Array, a string,
// an Array, or a Map from bigint in the order of its encoded keys. What `decode`
// accepts, `encode` writes back byte for byte.

import { Fault } from './fault.js';

/** Arrays and maps inside one another, at most. */
const DEPTH_MAX = 4;
/** Integers are below 2^63. */
const INTEGER_END = 1n << 63n;

/** The one item that these bytes are, all of them; else a MALFORMED fault. */
export function decode(bytes) {
  const reader = new Reader(bytes);
  const value = reader.item(0);
  if (reader.at < bytes.length) throw Fault.malformed('bytes follow the CBOR item');
  return value;
}

/** The bytes of an item whose maps are in order. */
export function encode(value) {
  const out = [];
  write(value, out);
  return Uint8Array.from(out);
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  /** Reads one item that stands inside `depth` arrays and maps. */
  item(depth) {
    const [major, argument] = this.head();
    switch (major) {
      case 0: return magnitude(argument);
      case 1: return -1n - magnitude(argument);
      case 2: return this.take(argument);
      case 3: return text(this.take(argument));
    }
    if (depth === DEPTH_MAX) throw Fault.malformed('CBOR nested more than four deep');
    if (major === 5) return this.entries(argument, depth + 1);
    const items = [];
    // A hostile count costs nothing: each element takes at least a byte.
    for (let left = argument; left > 0n; left -= 1n) items.push(this.item(depth + 1));
    return items;
  }

  entries(count, depth) {
    const entries = new Map();
    let last = null;
    for (let left = count; left > 0n; left -= 1n) {
      const [major, argument] = this.head();
      if (major > 1) throw Fault.malformed('a CBOR map key that is not an integer');
      const key = major === 0 ? magnitude(argument) : -1n - magnitude(argument);
      if (last !== null && !comesAfter(key, last)) {
        throw Fault.malformed('CBOR map keys out of order or twice');
      }
      last = key;
      entries.set(key, this.item(depth));
    }
    return entries;
  }

  /** Reads a head: major type 0–5 and its argument, a bigint. */
  head() {
    const initial = this.take(1n)[0];
    const major = initial >> 5;
    const information = initial & 0x1f;
    if (major > 5) throw Fault.malformed('a CBOR tag, float or simple value');
    if (information < 24) return [major, BigInt(information)];
    if (information === 31) throw Fault.malformed('CBOR of indefinite length');
    if (information > 27) throw Fault.malformed('a reserved CBOR head');
    const width = 1 << (information - 24);
    let argument = 0n;
    for (const byte of this.take(BigInt(width))) argument = argument << 8n | BigInt(byte);
    // The least value that needs this width.
    const least = width === 1 ? 24n : 1n << BigInt(width * 4);
    if (argument < least) throw Fault.malformed('a CBOR head is not the shortest');
    return [major, argument];
  }

  take(count) {
    if (count > BigInt(this.bytes.length - this.at)) {
      throw Fault.malformed('CBOR ends inside an item');
    }
    const from = this.at;
    this.at += Number(count);
    return this.bytes.subarray(from, this.at);
  }
}

function magnitude(argument) {
  if (argument >= INTEGER_END) throw Fault.malformed('a CBOR integer of 2^63 or more');
  return argument;
}

function text(bytes) {
  try {
    // A byte order mark is a character like any other.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw Fault.malformed('a CBOR text string that is not UTF-8');
  }
}

/** Whether a key's encoding sorts after another's: unsigned before negative, and
 *  within each the smaller magnitude first. */
function comesAfter(key, last) {
  if (key < 0n !== last < 0n) return key < 0n;
  return key < 0n ? key < last : key > last;
}

function write(value, out) {
  if (typeof value === 'bigint') {
    writeInteger(value, out);
  } else if (value instanceof Uint8Array) {
    writeHead(2, BigInt(value.length), out);
    out.push(...value);
  } else if (typeof value === 'string') {
    const bytes = new TextEncoder().encode(value);
    writeHead(3, BigInt(bytes.length), out);
    out.push(...bytes);
  } else if (Array.isArray(value)) {
    writeHead(4, BigInt(value.length), out);
    for (const item of value) write(item, out);
  } else {
    writeHead(5, BigInt(value.size), out);
    for (const [key, item] of value) {
      writeInteger(key, out);
      write(item, out);
    }
  }
}

function writeInteger(value, out) {
  // −1−n is written as n with major type 1 (RFC 8949 §3.1).
  if (value < 0n) writeHead(1, -1n - value, out);
  else writeHead(0, value, out);
}

function writeHead(major, argument, out) {
  if (argument < 24n) {
    out.push(major << 5 | Number(argument));
    return;
  }
  const power = argument < 1n << 8n ? 0 : argument < 1n << 16n ? 1 : argument < 1n << 32n ? 2 : 3;
  out.push(major << 5 | (24 + power));
  for (let shift = (8 << power) - 8; shift >= 0; shift -= 8) {
    out.push(Number(argument >> BigInt(shift) & 0xffn));
  }
}
