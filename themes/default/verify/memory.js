// What this device has seen: the highest version of each list, so that none goes back
// unnoticed; and the texts of lists that are newer than those of the page.
//
// The twin of src/cli/state.rs, with the same text. It is kept in the browser's storage,
// where there is one, under the portal's own address, and holds nothing about cards.

import { digest, number } from './field.js';
import { checkSeen } from './seen.js';

/** The first line of the text. */
const CONTEXT = 'shenyan/seen/1';
/** The kinds of list that are remembered. */
const KINDS = ['root', 'trust', 'revoked'];

/** The highest version of each list, by kind and name. */
export class Memory {
  constructor(seen = new Map()) {
    this.seen = seen;
  }

  /** The memory of a text, or null if it is damaged. */
  static parse(text) {
    const lines = text.split('\n');
    if (lines.shift() !== CONTEXT || lines.pop() !== '') return null;
    const seen = new Map();
    for (const line of lines) {
      const [kind, name, version, sum, ...more] = line.split(' ');
      const entry = { version: number(version ?? ''), digest: digest(sum ?? '') };
      const isEntry = KINDS.includes(kind) && more.length === 0 && entry.version !== null && entry.digest !== null;
      if (!isEntry) return null;
      seen.set(`${kind} ${name}`, entry);
    }
    return new Memory(seen);
  }

  toString() {
    const lines = [...this.seen].map(([key, { version, digest: sum }]) => `${key} ${version} ${sum}\n`);
    return `${CONTEXT}\n${lines.join('')}`;
  }

  /** What was seen of a list, or null. */
  of(kind, name) {
    return this.seen.get(`${kind} ${name}`) ?? null;
  }

  /** Takes note of a list, if it follows on what was seen. */
  observe(kind, name, list) {
    const held = this.of(kind, name);
    if (held !== null) checkSeen(held, list);
    this.take(kind, name, list);
  }

  /** Takes note of a list that is known to follow. */
  take(kind, name, { version, digest: sum }) {
    this.seen.set(`${kind} ${name}`, { version, digest: sum });
  }
}

/** The browser's storage for one place; without any, nothing is remembered. */
export class Store {
  constructor(storage, place) {
    this.storage = storage;
    this.place = place;
  }

  /** The storage of this page, for lists of the portal at this address. */
  static here(place) {
    try {
      return new Store(globalThis.localStorage ?? null, place);
    } catch {
      return new Store(null, place); // forbidden here
    }
  }

  /** What was seen. What is damaged is no less than what somebody has deleted. */
  memory() {
    return Memory.parse(this.read('seen') ?? '') ?? new Memory();
  }

  /** The texts that were kept: `{roots, trust, revoked}`, as the page has its own. */
  notes() {
    try {
      const { roots, trust, revoked } = JSON.parse(this.read('notes') ?? '');
      const areTexts = (it) => Array.isArray(it) && it.every((text) => typeof text === 'string');
      if (areTexts(roots) && areTexts(revoked) && areTexts([trust ?? ''])) return { roots, trust, revoked };
    } catch {
      // nothing was kept
    }
    return { roots: [], trust: null, revoked: [] };
  }

  save(memory, notes) {
    this.write('seen', String(memory));
    this.write('notes', JSON.stringify(notes));
  }

  read(name) {
    try {
      return this.storage?.getItem(`shenyan ${name} ${this.place}`) ?? null;
    } catch {
      return null;
    }
  }

  write(name, text) {
    try {
      this.storage?.setItem(`shenyan ${name} ${this.place}`, text);
    } catch {
      // The storage is full: this much is not remembered.
    }
  }
}
