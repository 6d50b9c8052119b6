// The lists that the page holds: as of the build, as kept on this device, and as fetched.
//
// The root note written into the page is what everything hangs on. Of each list the
// newest that is signed is taken, and none that is older than what this device has seen;
// if two cannot both be, nobody is trusted until people have looked into it.

import { ListError } from './field.js';
import { fastest } from './key.js';
import { Bundles } from './policy.js';
import { RevocationList } from './revocation.js';
import { Root, claimedVersion } from './root.js';
import { checkSeen } from './seen.js';
import { Trust } from './trust.js';
import { TrustList } from './trust_list.js';

/** Root notes that are fetched to come to the newest one, at most. */
const ROOTS_MAX = 32;
/** Logs whose revocation lists are fetched, at most; the newest years first. */
const LOGS_MAX = 64;

/** Whoever trusts nobody knows no issuer. */
const NOBODY = new Trust(new Map(), 'refuse', null);

const bytesOf = (text) => new TextEncoder().encode(text);

export class Held {
  /** `built` is what the page was written with: `{specimens, roots, trust, revoked}`,
   *  notes as texts; `store` remembers. */
  constructor(built, store, path = fastest) {
    this.built = { specimens: [], roots: [], trust: null, revoked: [], ...built };
    this.store = store;
    this.path = path;
    /** The policy bundles that cards are checked against. */
    this.policies = new Bundles();
    /** Whom to trust: nobody, until lists are open. */
    this.trust = this.with(NOBODY);
    /** Why nobody is trusted, or null: `EQUIVOCATION`, `ROLLBACK` or `REFUSED`. */
    this.problem = null;
    /** The lists that trust is made of: `{root, list, revocations}`; null for specimens. */
    this.chosen = null;
    /** The texts that the last refresh brought, good or not; null before the first. */
    this.came = null;
    /** What was opened, so that no signature is checked twice. */
    this.opened = new Map();
  }

  with(trust) {
    return trust.withPolicies(this.policies);
  }

  /** Takes what is said to be the policy bundle of this id. */
  addPolicy(id, text) {
    this.policies.offer(id, text);
  }

  /** Whether there are lists, and newer ones may be had. */
  get isListed() {
    return this.built.roots.length > 0;
  }

  /** Opens what is at hand. */
  async open() {
    if (this.isListed) await this.choose({ roots: [], trusts: [], revoked: [] });
    else this.trust = this.with(Trust.specimen(this.built.specimens, 'refuse', this.path));
  }

  /** Fetches newer lists; `get` gives the bytes of a name, or null. Whether whom to trust
   *  has changed. */
  async refresh(get) {
    const before = this.fingerprint();
    const newestRoot = await texts(get, ['root.note']);
    const found = { roots: await this.newerRoots(get, newestRoot), trusts: [], revoked: [] };
    await this.choose(found);
    found.trusts = await texts(get, ['trust.note']);
    await this.choose(found);
    const logs = [...this.chosen?.list.logs.values() ?? []].filter(({ status }) => status !== 'compromised');
    logs.sort((one, other) => other.origin.year - one.origin.year);
    const name = ({ origin: { issuer, year } }) => `revoked/${issuer}-${year}.note`;
    found.revoked = await texts(get, logs.slice(0, LOGS_MAX).map(name));
    await this.choose(found);
    this.came = new Set([...newestRoot, ...found.trusts, ...found.revoked]);
    return this.fingerprint() !== before;
  }

  /** Whether all that a card of this log is judged by is what the portal has now: the
   *  root note, the trust list, the log's revocation list. What came and was refused, or
   *  is older than what is held, says nothing about it. Without a log, null, the first
   *  two; a compromised log has no list any more. */
  isCurrent(log) {
    const { root, list, revocations } = this.chosen ?? {};
    const has = (one) => one !== undefined && this.came !== null && this.came.has(one.note);
    const { status = 'compromised' } = list?.logs.get(log) ?? {};
    return has(root) && has(list)
      && (status === 'compromised' || has(revocations.find(({ origin }) => origin.text === log)));
  }

  /** The root notes after the one that is held, in their order, up to the newest. */
  async newerRoots(get, [newest]) {
    if (newest === undefined) return [];
    const held = this.chosen?.root.version ?? claimedVersion(bytesOf(this.built.roots[0]));
    const version = claimedVersion(bytesOf(newest));
    if (version === null || version <= held || version > held + ROOTS_MAX) return [];
    const between = Array.from({ length: version - held }, (_, at) => `root.${held + at}.note`).slice(1);
    return [...await texts(get, between), newest];
  }

  /** Takes the newest of each list, of those of the build, those kept and these, and
   *  remembers it. What is no list is passed over. */
  async choose({ roots, trusts, revoked }) {
    const [memory, kept] = [this.store.memory(), this.store.notes()];
    try {
      const chain = await this.chain([...kept.roots, ...roots]);
      follow(memory, chain);
      const root = chain[chain.length - 1];
      const open = (bytes) => TrustList.open(root, bytes);
      const lists = await this.all(root, open, [this.built.trust, kept.trust, ...trusts]);
      const list = newest(lists, memory.of('trust', root.realm));
      memory.observe('trust', root.realm, list);
      const revocations = await this.revocations(list, [...kept.revoked, ...revoked], memory);
      this.store.save(memory, this.newer(chain, list, revocations));
      this.chosen = { root, list, revocations };
      this.trust = this.with(Trust.listed(list, revocations));
      this.problem = null;
    } catch (error) {
      this.problem = ListError.expect(error).code;
      this.chosen = null;
      this.trust = this.with(NOBODY);
    }
  }

  /** The root notes from the build's first on, each following on the one before. */
  async chain(more) {
    const [first, ...rest] = this.built.roots;
    const chain = [await this.once(`root ${first}`, () => Root.anchor(bytesOf(first), this.path))];
    chain[0].note = first;
    for (const text of [...rest, ...more]) {
      const last = chain[chain.length - 1];
      const next = await this.once(`${last.digest} ${text}`, () => unlessRefused(last.succeed(bytesOf(text))));
      if (next !== null && next !== last) chain.push(Object.assign(next, { note: text }));
    }
    return chain;
  }

  /** The newest revocation list of each log. One that is older than what was seen is as
   *  good as none. */
  async revocations(list, more, memory) {
    const open = (bytes) => RevocationList.open(list, bytes);
    const all = await this.all(list, open, [...this.built.revoked, ...more]);
    const found = [];
    for (const log of new Set(all.map(({ origin }) => origin.text))) {
      try {
        const best = newest(all.filter(({ origin }) => origin.text === log), memory.of('revoked', log));
        memory.observe('revoked', log, best);
        found.push(best);
      } catch (error) {
        if (ListError.expect(error).code === 'EQUIVOCATION') throw error;
      }
    }
    return found;
  }

  /** The lists that these texts are under another; those that are none are left out. */
  async all(under, open, notes) {
    const lists = [...new Set(notes)].filter((text) => text !== null).map(async (text) => {
      const list = await this.once(`${under.digest} ${text}`, () => unlessRefused(open(bytesOf(text))));
      return list && Object.assign(list, { note: text });
    });
    return (await Promise.all(lists)).filter((list) => list !== null);
  }

  /** What is to be kept, since the page has not been written with it. */
  newer(chain, list, revocations) {
    const { roots, trust, revoked } = this.built;
    return {
      roots: chain.map(({ note }) => note).filter((note) => !roots.includes(note)),
      trust: list.note === trust ? null : list.note,
      revoked: revocations.map(({ note }) => note).filter((note) => !revoked.includes(note)),
    };
  }

  async once(key, make) {
    if (!this.opened.has(key)) this.opened.set(key, await make());
    return this.opened.get(key);
  }

  /** What tells whether another choice has been made. */
  fingerprint() {
    const { root, list, revocations = [] } = this.chosen ?? {};
    return [this.problem, root?.digest, list?.digest, ...revocations.map(({ digest }) => digest)].join();
  }
}

/** The list or root note that a promise gives; null if it is refused. Two that cannot
 *  both be are told. */
async function unlessRefused(promise) {
  try {
    return await promise;
  } catch (error) {
    if (ListError.expect(error).code === 'EQUIVOCATION') throw error;
    return null;
  }
}

/** Takes note of the newest root note, if the one that was seen is in its chain. */
function follow(memory, chain) {
  const last = chain[chain.length - 1];
  const seen = memory.of('root', last.realm);
  const same = seen && chain.find(({ version }) => version === seen.version);
  if (seen !== null && seen.version > last.version) throw new ListError('an older root note', 'ROLLBACK');
  if (seen !== null && same?.digest !== seen.digest) throw new ListError('another root note', 'EQUIVOCATION');
  memory.take('root', last.realm, last);
}

/** The list of the highest version; all must go together, with each other and with what
 *  was seen. */
function newest(lists, seen) {
  if (lists.length === 0) throw new ListError('there is no such list');
  lists.sort((one, other) => one.version - other.version);
  lists.forEach((list, at) => {
    if (at > 0) checkSeen(lists[at - 1], list);
    if (seen !== null && list.version >= seen.version) checkSeen(seen, list);
  });
  return lists[lists.length - 1];
}

async function texts(get, names) {
  const all = await Promise.all(names.map((name) => get(name)));
  return all.filter((bytes) => bytes !== null).map(textOf);
}

/** The text of bytes; what is not UTF-8 is no note, and stays none. */
function textOf(bytes) {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
