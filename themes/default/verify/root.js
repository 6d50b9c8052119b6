// The root note: the keys that everything else hangs on, and how they change.
//
// The twin of src/credential/root.rs. The page begins with the root note that was
// written into it; version N + 1 takes over only if enough keys of N and of N + 1 have
// signed it.

import { Lines, ListError, number } from './field.js';
import { fastest, toHex } from './key.js';
import { NamedKey, Note, textDigest } from './note.js';
import { realm } from './scope.js';

/** The first line of a root note. */
const CONTEXT = 'shenyan/root/1';
/** Keys of a role, at most. */
const KEYS_MAX = 32;

/** A root note that enough of the right keys have signed. */
export class Root {
  constructor(text, path) {
    Object.assign(this, parse(text));
    this.digest = textDigest(text);
    /** How signatures are checked, here and in everything below. */
    this.path = path;
  }

  /** The root note that a verifier begins with: its own keys must have signed it. Here,
   *  and only here, a text is parsed before its signatures are checked. */
  static async anchor(bytes, path = fastest) {
    const note = Note.read(bytes);
    const root = new Root(note.text, path);
    await note.open(CONTEXT, root.root.keys, root.root.threshold, path);
    return root;
  }

  /** The root note after this one; the very same note again changes nothing. */
  async succeed(bytes) {
    const note = Note.read(bytes);
    const { keys, threshold } = this.root;
    const next = new Root(await note.open(CONTEXT, keys, threshold, this.path), this.path);
    if (next.realm !== this.realm) throw new ListError('a root note of another realm');
    if (next.version < this.version) throw new ListError('an older root note', 'ROLLBACK');
    if (next.version === this.version) {
      if (next.digest === this.digest) return this;
      throw new ListError('another root note of the same version', 'EQUIVOCATION');
    }
    if (next.version !== this.version + 1) throw new ListError('a root note is skipped');
    if (next.issued < this.issued) throw new ListError('issued before the one that it replaces');
    await note.open(CONTEXT, next.root.keys, next.root.threshold, this.path);
    return next;
  }
}

/** The version that a root note says it is, or null; nothing of it is proven. */
export function claimedVersion(bytes) {
  try {
    return parse(Note.read(bytes).text).version;
  } catch (error) {
    ListError.expect(error);
    return null;
  }
}

function parse(text) {
  const lines = new Lines(CONTEXT, text);
  // A root note is as good as a list that is not updated until it expires.
  const found = { realm: lines.field('realm', realm), version: lines.version(), ...lines.period('expires') };
  found.root = quorum(lines, 'root', []);
  found.trust = quorum(lines, 'trust', found.root.keys);
  lines.end();
  return found;
}

/** Reads `<role> k` and the key lines after it; a key that is among others too would
 *  have two roles. */
function quorum(lines, role, others) {
  const threshold = lines.field(role, number);
  const keys = [];
  const held = new Set(others.map(hex));
  const names = new Set();
  while (lines.keyword()?.includes('+')) {
    const key = NamedKey.fromLine(lines.next());
    if (held.has(hex(key))) throw lines.wrong('a key comes twice');
    if (!key.name.startsWith(`${role}/`)) throw lines.wrong(`not the name of a ${role} key`);
    if (names.has(key.name)) throw lines.wrong('two keys of one name');
    if (keys.length === KEYS_MAX) throw lines.wrong('too many keys');
    held.add(hex(key));
    names.add(key.name);
    keys.push(key);
  }
  if (threshold === 0 || threshold > keys.length) throw lines.wrong('no such threshold');
  return { threshold, keys };
}

function hex(key) {
  return toHex(key.publicKey.bytes);
}
