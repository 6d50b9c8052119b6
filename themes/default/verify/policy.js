// The policy bundle 规则集, as far as a card is checked against it (step 11).
//
// The twin of src/credential/policy.rs. What a policy requires of everybody alike, who
// passed in full must have been asked for; other amounts are those of the card itself.

import { readBundle } from './bundle.js';
import { Fault } from './fault.js';
import { ListError } from './field.js';
import { toHex } from './key.js';
import { sha256 } from './sha2.js';

/** The id of a bundle: the first eight bytes of its SHA-256, in hexadecimal. */
export function bundleId(bytes) {
  return toHex(sha256(bytes).subarray(0, 8));
}

/** The ids of texts that were asked for before: a bundle is long. */
const ids = new Map();

/** The id of a text. */
export function textId(text) {
  if (!ids.has(text)) ids.set(text, bundleId(new TextEncoder().encode(text)));
  return ids.get(text);
}

/** The policy bundles that a verifier has, by their ids. */
export class Bundles {
  constructor() {
    this.byId = new Map();
    /** Texts that are said to be bundles, by the ids that they are said to have. */
    this.offered = new Map();
  }

  /** Takes a text that may be the bundle of this id, to be read when a card cites it. */
  offer(id, text) {
    this.offered.set(id, text);
  }

  /** The bundle of this id, if there is one. */
  find(id) {
    const text = this.offered.get(id);
    if (text === undefined) return this.byId.get(id);
    this.offered.delete(id);
    try {
      if (textId(text) === id) this.byId.set(id, readBundle(new TextEncoder().encode(text)));
    } catch (error) {
      ListError.expect(error); // not a bundle
    }
    return this.byId.get(id);
  }

  /** Adds a bundle. The id is that of its bytes, so a bundle under a wrong name answers
   *  for no card that cites that name. */
  add(bytes) {
    this.byId.set(bundleId(bytes), readBundle(bytes));
  }

  /** Checks that a card agrees with its policy; skipped if that is not at hand. */
  async check(card, verdict) {
    const bundle = this.find(toHex(card.policy));
    if (bundle !== undefined) await verdict.note('policy', () => checkCard(bundle, card));
  }
}

/** In this order: the year; each row's category, and that none comes twice; the grounds;
 *  then what the result claims. */
function checkCard({ year, categories, clauses }, card) {
  const wrong = (detail) => new Fault('INCONSISTENT', detail);
  if (card.year !== BigInt(year)) throw wrong('the policy is of another year');
  const seen = new Set();
  for (const { category } of card.hours) {
    if (!categories.some(({ number }) => BigInt(number) === category)) throw wrong('the policy has no such category');
    if (seen.has(category)) throw wrong('a category comes twice');
    seen.add(category);
  }
  if (card.grounds.some((ground) => ground >= clauses)) throw wrong('the policy has no such clause');
  const isMet = ({ credited, required }) => credited.tenths >= required.tenths;
  // A total that is not required has no row.
  const isAsked = ({ number, required }) => {
    const row = card.hours.find(({ category }) => category === BigInt(number));
    return required === null || (row?.required.tenths ?? 0n) === required;
  };
  switch (card.result.number) {
    case 1n:
    case 2n:
      // A total is on a card only where one is required.
      if (!categories.every(({ number, isTotal }) => isTotal || seen.has(BigInt(number)))) {
        throw wrong('a category of the policy is missing');
      }
      if (!card.hours.every(isMet)) throw wrong('fewer hours than the result claims');
      if (card.result.number === 1n && !categories.every(isAsked)) {
        throw wrong('other hours are required than the policy requires');
      }
      break;
    case 3n:
      if (card.hours.some(({ required }) => required.tenths > 0n)) {
        throw wrong('hours are required of somebody who is exempt');
      }
      break;
    // Hours for the reviewers' reference, 4, may be any.
  }
}
