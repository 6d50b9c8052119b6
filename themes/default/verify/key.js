// Ed25519 keys (RFC 8032), their ids, and one acceptance rule.
//
// The twin of src/credential/key.rs. In full:
//
// 1. A is a canonical encoding of a point of prime order (PublicKey).
// 2. S < L.
// 3. R is the canonical encoding of a point that is not of small order.
// 4. S·B = R + k·A, without the cofactor, k = SHA-512(R ‖ A ‖ message) mod L.
//
// There are two paths to it, and both must give the same answers: `pure`, written
// out in bigint, and `native`, the browser's own with what it leaves out.

import {
  L, compress, decompress, isSmallOrder, isTorsionFree, littleEndian, multiples, negate,
  sumWithBase,
} from './ed25519.js';
import { sha256, sha512 } from './sha2.js';

/** What stands before x in the COSE key {1: 1, -1: 6, -2: x} (RFC 9679). */
const THUMBPRINT_HEAD = [0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20];
/** The field's prime. */
const P = (1n << 255n) - 19n;

/** The keys that were looked at, by their encodings in hexadecimal. */
const checked = new Map();

/** A public key that can be trusted to be one: canonical, of prime order. */
export class PublicKey {
  constructor(bytes, point) {
    this.bytes = bytes;
    this.point = point;
    /** What the paths keep: multiples of −A, the browser's own key. */
    this.minus = null;
    this.imported = null;
  }

  /** The key of this encoding, or null. What was found is kept: that a key is one takes as
   *  long to check as a signature, and the next version of a list has much the same keys. */
  static fromBytes(bytes) {
    const name = toHex(bytes);
    if (!checked.has(name)) {
      const point = bytes.length === 32 ? decompress(bytes) : null;
      const isKey = point !== null && !isSmallOrder(point) && isTorsionFree(point);
      checked.set(name, isKey ? new PublicKey(bytes, point) : null);
    }
    return checked.get(name);
  }
}

/** The id of a key: the first eight bytes of its thumbprint. */
export function keyId(bytes) {
  return sha256(concat([THUMBPRINT_HEAD, bytes])).subarray(0, 8);
}

/** A public key made ready to check signatures. */
export class VerifyingKey {
  /** `path` is `pure`, `native`, or what `fastest` says of this browser. */
  constructor(publicKey, path) {
    this.publicKey = publicKey;
    this.path = path;
  }

  /** Whether this is the key's signature, 64 bytes, over the message. */
  async verify(message, signature) {
    const s = littleEndian(signature.subarray(32));
    if (s >= L) return false;
    return await this.path(this.publicKey, message, signature, s);
  }
}

/** The path written out in bigint. */
export async function pure(publicKey, message, signature, s) {
  const r = signature.subarray(0, 32);
  const k = littleEndian(sha512(concat([r, publicKey.bytes, message]))) % L;
  if (publicKey.minus === null) publicKey.minus = multiples(negate(publicKey.point));
  const expected = compress(sumWithBase(s, k, publicKey.minus));
  // An encoding that we have made is canonical, so equal bytes make R canonical. B and
  // A are of prime order, so R is too, or it is the neutral element.
  return equal(expected, r) && !isNeutral(r);
}

/** The browser's path, which must have passed `fastest`. */
export async function native(publicKey, message, signature) {
  const r = signature.subarray(0, 32);
  if (BigInt.asUintN(255, littleEndian(r)) >= P || isNeutral(r)) return false;
  if (publicKey.imported === null) {
    publicKey.imported = crypto.subtle.importKey('raw', publicKey.bytes, 'Ed25519', false, ['verify']);
  }
  return await crypto.subtle.verify('Ed25519', await publicKey.imported, signature, message);
}

/** Which path to take in this browser: its own, if it has one and that one leaves the
 *  cofactor out. RFC 8032 allows either equation; a verdict must not depend on it. */
export async function fastest(...parameters) {
  if (chosen === null) chosen = nativeWorks().then((works) => works ? native : pure);
  return (await chosen)(...parameters);
}

let chosen = null;

/** A key, its signature over `shenyan`, and one that holds only when both sides are
 *  multiplied by the cofactor: its R has a part of small order. */
const PROBE_KEY = '4a116e98d084ab09cc4d83ec1528b089a05783b669b7e5bc011c82ccd4ed279b';
const PROBE_GOOD = '48b76cc404b6552536d06b267cf87ed110167de2ebab0c1a13415efc65abc964'
  + 'c9019f4a4f89f36208fb0cdec1e7610fe1b4a80842bd2eca8f6c6edc6e856b0e';
const PROBE_MIXED = '71f916069322cbfe27720d82a6f690b9f58c51cafa60d703e4fda73e47bab06f'
  + '09e45fc4da8b6b1fbaca2871c8777f59deb45860e6ee106b4659e7753ae7b209';

async function nativeWorks() {
  if (globalThis.crypto?.subtle === undefined) return false;
  const key = new PublicKey(fromHex(PROBE_KEY), null);
  const message = new TextEncoder().encode('shenyan');
  try {
    const probes = [PROBE_GOOD, PROBE_MIXED].map((signature) => native(key, message, fromHex(signature)));
    const [isGood, isMixed] = await Promise.all(probes);
    return isGood && !isMixed;
  } catch {
    return false; // there is no Ed25519 here
  }
}

/** The bytes of lower-case hexadecimal digits, or null. */
export function fromHex(digits) {
  if (!/^(?:[0-9a-f]{2})*$/.test(digits)) return null;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Lower-case hexadecimal digits. */
export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The encoding of the neutral element, y = 1; its other one is not canonical. */
function isNeutral(r) {
  return BigInt.asUintN(255, littleEndian(r)) === 1n;
}

export function equal(a, b) {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

export function concat(parts) {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
