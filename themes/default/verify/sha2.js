// SHA-256 and SHA-512 (FIPS 180-4), for pages that have no crypto.subtle: those that
// come over plain http.

/** The first eighty primes. */
const PRIMES = [];
for (let n = 2; PRIMES.length < 80; n += 1) {
  if (PRIMES.every((prime) => n % prime !== 0)) PRIMES.push(n);
}

/** The first 64 bits of the fraction of a root: FIPS 180-4 §4.2.3, §5.3.5. */
function fraction(prime, power) {
  const [scaled, n] = [BigInt(prime) << BigInt(64 * power), BigInt(power)];
  // Newton's method from above, where every step goes down until the root is found.
  let root = BigInt(Math.ceil(prime ** (1 / power) * 2 ** 32) + 1) << 32n;
  for (;;) {
    const next = ((n - 1n) * root + scaled / root ** (n - 1n)) / n;
    if (next >= root) return BigInt.asUintN(64, root);
    root = next;
  }
}

const ROUNDS_512 = PRIMES.map((prime) => fraction(prime, 3));
const START_512 = PRIMES.slice(0, 8).map((prime) => fraction(prime, 2));
// The constants of SHA-256 are the upper halves of the same numbers.
const upper = (word) => Number(word >> 32n) | 0;
const ROUNDS_256 = Int32Array.from(ROUNDS_512.slice(0, 64), upper);
const START_256 = START_512.map(upper);

/** The SHA-256 of these bytes. */
export function sha256(message) {
  const view = new DataView(padded(message, 64).buffer);
  const state = Int32Array.from(START_256);
  const w = new Int32Array(64);
  for (let from = 0; from < view.byteLength; from += 64) {
    for (let t = 0; t < 16; t += 1) w[t] = view.getInt32(from + 4 * t);
    compress256(state, w);
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, at) => digest.setInt32(4 * at, word));
  return new Uint8Array(digest.buffer);
}

/** Takes a block into the state (§6.2.2): a function of its own, which a browser makes
 *  fast after a few blocks, and with the rotations written out. */
function compress256(state, w) {
  for (let t = 16; t < 64; t += 1) {
    const x = w[t - 15];
    const y = w[t - 2];
    const s0 = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3;
    const s1 = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10;
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t += 1) {
    const s1 = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
    const one = h + s1 + (e & f ^ ~e & g) + ROUNDS_256[t] + w[t] | 0;
    const s0 = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
    const two = s0 + (a & b ^ a & c ^ b & c) | 0;
    h = g; g = f; f = e; e = d + one | 0;
    d = c; c = b; b = a; a = one + two | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] += word; });
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
      h = g; g = f; f = e; e = BigInt.asUintN(64, d + one);
      d = c; c = b; b = a; a = BigInt.asUintN(64, one + two);
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

function rotate64(word, by) {
  return word >> by | BigInt.asUintN(64, word << 64n - by);
}
