// Policy bundles 规则集: what a card's categories and grounds are called, in the words
// of the bundle that it cites.
//
// The twin of `Citations` in src/assessment/policy/bundle.rs. A bundle is known by the
// first eight bytes of its SHA-256, which the card has signed.

import { toHex } from './key.js';
import { sha256 } from './sha2.js';

export class Policy {
  constructor({ categories, clauses, rules }) {
    this.categories = categories;
    this.clauses = clauses;
    this.rules = rules;
  }

  /** The bundle of this id among texts by id, or null; a text that is not what its id
   *  says is none. */
  static find(texts, id) {
    const text = texts[id];
    if (typeof text !== 'string') return null;
    const digest = sha256(new TextEncoder().encode(text)).subarray(0, 8);
    return toHex(digest) === id ? new Policy(JSON.parse(text)) : null;
  }

  /** The name of the category with this number, or null. */
  category(number) {
    return this.categories.find((it) => BigInt(it.number) === number)?.label ?? null;
  }

  /** The clause of this number, and the words of it that rules rest on; or null. */
  clause(number) {
    const clause = number < BigInt(this.clauses.length) ? this.clauses[Number(number)] : null;
    if (clause === null) return null;
    const quotes = this.rules.filter((rule) => BigInt(rule.clause) === number).map((rule) => rule.quote);
    return { ...clause, quotes };
  }
}
