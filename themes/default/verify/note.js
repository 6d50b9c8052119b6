// The signed note (c2sp.org/signed-note): a text, a blank line, and who vouches for it.
//
// The twin of src/credential/note.rs. Note.read looks at the frame and at nothing
// within; Note.open gives out the text once enough of the keys that it was asked for
// have signed, and only then is it parsed.

import { decode } from './base64.js';
import { ListError } from './field.js';
import { PublicKey, VerifyingKey, equal, toHex } from './key.js';
import { sha256 } from './sha2.js';

/** Bytes of a note, at most. */
export const BYTES_MAX = 4 << 20;
/** Signature lines of a note, at most. */
const SIGNATURES_MAX = 100;
/** Bytes of a signature line, at most. */
const LINE_MAX = 8192;
/** The signature type of Ed25519 in a key line. */
const ED25519 = 0x01;

const bytesOf = (text) => new TextEncoder().encode(text);

/** SHA-256 of a text, in hexadecimal: what the next version names as `prev`. */
export function textDigest(text) {
  return toHex(sha256(bytesOf(text)));
}

/** A public key with its name: what a key line says, `name+hex8+base64`. */
export class NamedKey {
  constructor(name, publicKey) {
    this.name = name;
    this.publicKey = publicKey;
    const head = bytesOf(`${name}\n`);
    /** It finds a key; it proves nothing. */
    this.id = toHex(sha256(Uint8Array.of(...head, ED25519, ...publicKey.bytes)).subarray(0, 4));
  }

  /** The key of a line. */
  static fromLine(line) {
    const [, name, id, base64] = /^([A-Za-z0-9._/-]{1,96})\+([^+]*)\+([^]*)$/.exec(line) ?? [];
    const bytes = base64 === undefined ? null : decode(base64);
    if (bytes === null || bytes[0] !== ED25519) throw new ListError('not a key line');
    const publicKey = PublicKey.fromBytes(bytes.subarray(1));
    if (publicKey === null) throw new ListError('a weak key, or none');
    const key = new NamedKey(name, publicKey);
    if (key.id !== id) throw new ListError('the key id is not that of the key');
    return key;
  }
}

/** A note of the right shape; nothing in it is proven. */
export class Note {
  constructor(text, signatures) {
    this.text = text;
    this.signatures = signatures;
  }

  /** Reads the frame: at most 4 MiB; UTF-8; no control character but the newline; a
   *  text of whole lines, none of them blank; one blank line; 1–100 signature lines, no
   *  two of the same name and key id. */
  static read(bytes) {
    if (bytes.length > BYTES_MAX) throw new ListError('more than 4 MiB');
    const note = utf8(bytes);
    if (/[\0-\x09\x0b-\x1f\x7f-\x9f]/.test(note)) throw new ListError('a control character');
    const at = note.indexOf('\n\n') + 1;
    if (at === 0) throw new ListError('no signature');
    if (note.startsWith('\n')) throw new ListError('a blank line in the text');
    const lines = note.slice(at + 1).split('\n');
    if (lines.pop() !== '' || lines.length === 0) throw new ListError('a signature line that does not end');
    if (lines.length > SIGNATURES_MAX) throw new ListError('too many signatures');
    const signatures = lines.map(signature);
    const distinct = new Set(signatures.map(({ name, id }) => `${id} ${name}`));
    if (distinct.size < lines.length) throw new ListError('signed twice by one key');
    return new Note(note.slice(0, at), signatures);
  }

  /** The text, if at least so many of these keys have signed it and its first line is
   *  this context.
   *
   *  Each key counts once. Lines of other keys are passed over; a line that names one of
   *  these keys and does not verify refuses the note. */
  async open(context, keys, threshold, path) {
    const message = bytesOf(this.text);
    // All at once: a browser checks a signature elsewhere, and each is a way there.
    const signed = await Promise.all(keys.map(async (key) => {
      const line = this.signatures.find(({ name, id }) => name === key.name && id === key.id);
      if (line === undefined) return null;
      const verifying = new VerifyingKey(key.publicKey, path);
      const isGood = line.bytes.length === 64 && await verifying.verify(message, line.bytes);
      if (!isGood) throw new ListError(`the signature of ${key.name} does not fit`);
      return toHex(key.publicKey.bytes);
    }));
    const signers = new Set(signed.filter((key) => key !== null));
    if (signers.size < Math.max(threshold, 1)) throw new ListError('not enough signatures');
    if (!this.text.startsWith(`${context}\n`)) throw new ListError(`the first line is not ${context}`);
    return this.text;
  }
}

function utf8(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ListError('not UTF-8');
  }
}

/** Reads a signature line. Names of others may have any character but white space, `+`
 *  and control characters. */
function signature(line) {
  const [, name, base64] = /^\u2014 ([^\p{White_Space}\p{Cc}+]+) ([^]*)$/u.exec(line) ?? [];
  const bytes = base64 === undefined ? null : decode(base64);
  if (bytes === null || bytes.length < 5 || bytesOf(line).length > LINE_MAX) {
    throw new ListError('not a signature line');
  }
  return { name, id: toHex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
}
