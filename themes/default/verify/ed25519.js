// The group of Ed25519 (RFC 8032 §5.1), in bigint: for browsers that do not have it.
//
// Only public values come here, so nothing needs to take constant time. A point is
// [X, Y, Z, T] in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z.

/** The field's prime, 2^255 − 19. */
const P = (1n << 255n) - 19n;
/** The order of the base point. */
export const L = (1n << 252n) + 27742317777372353535851937790883648493n;
/** The curve's −121665/121666, and its double. */
const D = mod(-121665n * power(121666n, P - 2n));
const D2 = mod(2n * D);
/** A square root of −1. */
const ROOT = power(2n, (P - 1n) / 4n);

const NEUTRAL = [0n, 1n, 1n, 0n];
/** y = 4/5, x even. */
const BASE = decompress(encoded(mod(4n * power(5n, P - 2n))));

/** Multiples of the base point, made when they are first needed. */
let baseMultiples = null;

/** The point of an encoding, or null if no point has it, or has it so: y below the
 *  prime, no sign on x = 0. */
export function decompress(bytes) {
  const sign = BigInt(bytes[31] >> 7);
  const y = BigInt.asUintN(255, littleEndian(bytes));
  if (y >= P) return null;
  const square = mod(y * y);
  const [u, v] = [mod(square - 1n), mod(D * square + 1n)];
  // x = (u/v)^((p+3)/8), RFC 8032 §5.1.3.
  let x = mod(u * v ** 3n % P * power(mod(u * v ** 7n), (P - 5n) / 8n));
  const found = mod(v * x * x);
  if (found === mod(-u)) x = mod(x * ROOT);
  else if (found !== u) return null;
  if (x === 0n && sign === 1n) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

/** The canonical encoding of a point. */
export function compress([x, y, z]) {
  const inverse = power(z, P - 2n);
  return encoded(mod(y * inverse) | (mod(x * inverse) & 1n) << 255n);
}

/** The point's negative. */
export function negate([x, y, z, t]) {
  return [mod(-x), y, z, mod(-t)];
}

/** Whether 8 times the point is the neutral element. */
export function isSmallOrder(point) {
  return isNeutral(double(double(double(point))));
}

/** Whether L times the point is the neutral element. */
export function isTorsionFree(point) {
  return isNeutral(sum([[L, multiples(point)]]));
}

/** 0, 1, … 15 times the point. */
export function multiples(point) {
  const table = [NEUTRAL, point];
  while (table.length < 16) table.push(add(table[table.length - 1], point));
  return table;
}

/** s·B + k·P, P given by its multiples. */
export function sumWithBase(s, k, table) {
  if (baseMultiples === null) baseMultiples = multiples(BASE);
  return sum([[s, baseMultiples], [k, table]]);
}

/** The number that these bytes are. */
export function littleEndian(bytes) {
  let number = 0n;
  for (let at = bytes.length - 1; at >= 0; at -= 1) number = number << 8n | BigInt(bytes[at]);
  return number;
}

/** Products of numbers below 2^256 with points, added up: four doublings for each
 *  four bits, and one addition for each product. */
function sum(products) {
  let total = NEUTRAL;
  for (let shift = 252n; shift >= 0n; shift -= 4n) {
    for (let bit = 0; bit < 4; bit += 1) total = double(total);
    for (const [number, table] of products) {
      const digit = Number(number >> shift & 15n);
      if (digit > 0) total = add(total, table[digit]);
    }
  }
  return total;
}

/** The complete addition of RFC 8032 §5.1.4. */
function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = (y1 - x1) * (y2 - x2) % P;
  const b = (y1 + x1) * (y2 + x2) % P;
  const c = t1 * D2 % P * t2 % P;
  const d = 2n * z1 * z2 % P;
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function double([x1, y1, z1]) {
  const a = x1 * x1 % P;
  const b = y1 * y1 % P;
  const h = a + b;
  const e = h - (x1 + y1) ** 2n % P;
  const g = a - b;
  const f = 2n * z1 * z1 % P + g;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function isNeutral([x, y, z]) {
  return x === 0n && y === z;
}

function power(base, exponent) {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = mod(result * result);
    if (bit === '1') result = mod(result * base);
  }
  return result;
}

function mod(number) {
  const rest = number % P;
  return rest < 0n ? rest + P : rest;
}

function encoded(number) {
  const bytes = new Uint8Array(32);
  for (let at = 0; at < 32; at += 1) bytes[at] = Number(number >> BigInt(8 * at) & 0xffn);
  return bytes;
}
