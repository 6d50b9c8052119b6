// The lists that a verdict rests on, and how old they may be.
//
// The twin of src/credential/lists.rs. A list is fresh until its own next update, unless
// the verifier's terms say otherwise; a root note that has expired is never fresh. What
// lists cannot tell is no pass: a card that no list covers is STALE.

import { Fault } from './fault.js';
import { ListError } from './field.js';

/** A clock may be this far behind the newest list, in seconds. */
const CLOCK_BEHIND_MAX = 24n * 3600n;

/** The lists behind the issuers, and the terms: `maxAge` in seconds, a bigint, or null
 *  where each list is as old as it says itself; `time` is `clock`, this machine's, or
 *  `as-of`, a point in time that somebody asks about. */
export class Lists {
  constructor(trust, revocations, { maxAge = null, time = 'clock' } = {}) {
    this.trust = trust;
    this.root = trust.root;
    this.maxAge = maxAge;
    this.time = time;
    this.revocations = new Map();
    /** When the newest of them was issued. */
    this.newest = this.root.issued > trust.issued ? this.root.issued : trust.issued;
    for (const list of revocations) {
      const other = this.revocations.get(list.origin.text);
      if (list.trust.digest !== trust.digest) throw new ListError('opened under another trust list');
      if (other !== undefined && other.digest !== list.digest) throw new ListError('two lists of one log');
      this.revocations.set(list.origin.text, list);
      if (list.issued > this.newest) this.newest = list.issued;
    }
  }

  /** The time to judge by: never before the newest list, unless it was asked for. */
  now(given) {
    return this.time === 'clock' && given < this.newest ? this.newest : given;
  }

  /** Checks that a card is not on its log's list (step 10). Where there is no list, or
   *  none that knows the card, the step is skipped and `fresh` decides. */
  async notRevoked(log, card, verdict) {
    const list = this.revocations.get(log);
    if (list === undefined) return;
    verdict.asOf.revocation = list;
    const state = list.state(card.index);
    if (state === 'not-covered') return;
    await verdict.note('revocation', () => {
      if (state === 'good') return;
      verdict.revoked = state;
      verdict.successor = list.successor(card.index);
      if (state === 'superseded') throw new Fault('SUPERSEDED', 'another card has taken its place');
      throw new Fault('REVOKED', 'the card is on the revocation list');
    });
  }

  /** Checks that the lists can tell (step 12): the root note, the trust list, the card's
   *  revocation list; then that the clock can be right. */
  fresh(log, card, given) {
    const now = this.now(given);
    const isFresh = (list) => this.maxAge === null ? now < list.nextUpdate : now <= list.issued + this.maxAge;
    const stale = (detail) => new Fault('STALE', detail);
    if (now >= this.root.nextUpdate) throw stale('the root note has expired');
    if (!isFresh(this.trust)) throw stale('the trust list is too old');
    const list = this.revocations.get(log);
    if (list === undefined) throw stale('there is no revocation list for this issuer and year');
    if (list.state(card.index) === 'not-covered') throw stale('the revocation list is older than the card');
    if (!isFresh(list)) throw stale('the revocation list is too old');
    if (this.time === 'clock' && this.newest - CLOCK_BEHIND_MAX > given) {
      throw new Fault('CLOCK_SUSPECT', 'the clock is behind the lists');
    }
  }
}
