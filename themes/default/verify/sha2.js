// SHA-256 and SHA-512 (FIPS 180-4), for pages that have no crypto.subtle: those that
// come over plain http.

/** The first eighty primes. */
const PRIMES = [];
for (let n = 2; PRIMES.length < 80; n += 1) {
  if (PRIMES.every((prime) => n % prime !== 0)) PRIMES.push(n);
}

/** The first 64 bits of the fraction of a root: FIPS 180-4 §4.2.3, §5.3.5. */
function fraction(prime, power) {
  const scaled = BigInt(prime) << BigInt(64 * power);
  let root = 0n;
  for (let bit = 1n << 70n; bit > 0n; bit >>= 1n) {
    if ((root | bit) ** BigInt(power) <= scaled) root |= bit;
  }
  return BigInt.asUintN(64, root);
}

const ROUNDS_512 = PRIMES.map((prime) => fraction(prime, 3));
const START_512 = PRIMES.slice(0, 8).map((prime) => fraction(prime, 2));
// The constants of SHA-256 are the upper halves of the same numbers.
const upper = (word) => Number(word >> 32n) | 0;
const ROUNDS_256 = ROUNDS_512.slice(0, 64).map(upper);
const START_256 = START_512.map(upper);

/** The SHA-256 of these bytes. */
export function sha256(message) {
  const view = new DataView(padded(message, 64).buffer);
  const state = START_256.slice();
  const w = new Int32Array(64);
  for (let from = 0; from < view.byteLength; from += 64) {
    for (let t = 0; t < 16; t += 1) w[t] = view.getInt32(from + 4 * t);
    for (let t = 16; t < 64; t += 1) {
      const s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >>> 3;
      const s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >>> 10;
      w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 64; t += 1) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const one = h + s1 + (e & f ^ ~e & g) + ROUNDS_256[t] + w[t] | 0;
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const two = s0 + (a & b ^ a & c ^ b & c) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, d + one | 0, c, b, a, one + two | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] = state[at] + word | 0; });
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, at) => digest.setInt32(4 * at, word));
  return new Uint8Array(digest.buffer);
}

/** The SHA-512 of these bytes. */
export function sha512(message) {
  const view = new DataView(padded(message, 128).buffer);
  const state = START_512.slice();
  const w = new Array(80);
  for (let from = 0; from < view.byteLength; from += 128) {
    for (let t = 0; t < 16; t += 1) w[t] = view.getBigUint64(from + 8 * t);
    for (let t = 16; t < 80; t += 1) {
      const s0 = rotate64(w[t - 15], 1n) ^ rotate64(w[t - 15], 8n) ^ w[t - 15] >> 7n;
      const s1 = rotate64(w[t - 2], 19n) ^ rotate64(w[t - 2], 61n) ^ w[t - 2] >> 6n;
      w[t] = BigInt.asUintN(64, w[t - 16] + s0 + w[t - 7] + s1);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 80; t += 1) {
      const s1 = rotate64(e, 14n) ^ rotate64(e, 18n) ^ rotate64(e, 41n);
      const one = h + s1 + (e & f ^ BigInt.asUintN(64, ~e) & g) + ROUNDS_512[t] + w[t];
      const s0 = rotate64(a, 28n) ^ rotate64(a, 34n) ^ rotate64(a, 39n);
      const two = s0 + (a & b ^ a & c ^ b & c);
      [h, g, f, e] = [g, f, e, BigInt.asUintN(64, d + one)];
      [d, c, b, a] = [c, b, a, BigInt.asUintN(64, one + two)];
    }
    [a, b, c, d, e, f, g, h].forEach((word, at) => {
      state[at] = BigInt.asUintN(64, state[at] + word);
    });
  }
  const digest = new DataView(new ArrayBuffer(64));
  state.forEach((word, at) => digest.setBigUint64(8 * at, word));
  return new Uint8Array(digest.buffer);
}

/** The message with its bit 1, its zeros and its length in bits (§5.1). */
function padded(message, block) {
  const length = Math.ceil((message.length + 1 + block / 8) / block) * block;
  const bytes = new Uint8Array(length);
  bytes.set(message);
  bytes[message.length] = 0x80;
  new DataView(bytes.buffer).setBigUint64(length - 8, 8n * BigInt(message.length));
  return bytes;
}

function rotate(word, by) {
  return word >>> by | word << 32 - by;
}

function rotate64(word, by) {
  return word >> by | BigInt.asUintN(64, word << 64n - by);
}
