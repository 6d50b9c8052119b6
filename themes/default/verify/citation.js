// What a card's reader needs of a policy bundle: the words of the clauses that it cites,
// and what its hours are called and counted in.
//
// The twin of `Citations` in src/assessment/policy/bundle.rs. A bundle is known by the
// first eight bytes of its SHA-256, which the card has signed.

import { textId } from './policy.js';

export class Citations {
  constructor({ unit, categories, clauses, rules }) {
    /** What hours are counted in: 学时, 学分. */
    this.unit = unit;
    this.categories = categories;
    this.clauses = clauses;
    this.rules = rules;
  }

  /** The bundle of this id among texts by id, or null; a text that is not what its id
   *  says is none. */
  static find(texts, id) {
    const text = texts[id];
    if (typeof text !== 'string' || textId(text) !== id) return null;
    try {
      const { unit, categories, clauses, rules } = JSON.parse(text);
      const isBundle = isText(unit)
        && categories.every(({ number, label }) => isCount(number) && isText(label))
        && clauses.every(({ id: name, notice, link }) => [name, notice, link].every(isText))
        && rules.every(({ clause, quote }) => isCount(clause) && isText(quote));
      return isBundle ? new Citations({ unit, categories, clauses, rules }) : null;
    } catch {
      return null; // not a bundle's shape
    }
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

function isCount(value) {
  return Number.isSafeInteger(value) && value >= 0;
}

function isText(value) {
  return typeof value === 'string';
}
