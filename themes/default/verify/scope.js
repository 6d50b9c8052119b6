// What an issuer may sign: where, which years, what, and from when to when.
//
// The twin of src/credential/scope.rs. Nothing is allowed that is not written. A card is
// judged by the list as it is now and by the day on which the card was issued.

import { Fault } from './fault.js';
import { number } from './field.js';
import { beijingDate } from './time.js';

/** The kind of card that this version knows. */
const ANNUAL = 'annual';
/** Entries of a list within a scope, at most. */
const LIST_MAX = 300;
/** The keys of a scope, in their order. */
const KEYS = ['regions', 'years', 'kinds', 'categories'];
/** The labels of categories by their numbers; any other's is its number. */
const LABELS = new Map([[1n, '公需'], [2n, '专业']]);
/** Names of roles, which no realm may have. */
const ROLES = ['root', 'trust', 'issuer', 'log', 'witness'];

/** This text, if it may be a realm's name; or null. */
export function realm(text) {
  return /^[a-z0-9-]{1,32}$/.test(text) && !ROLES.includes(text) ? text : null;
}

/** This text, if it is an issuer's number; or null. */
export function issuerId(text) {
  return typeof text === 'string' && /^[0-9]{6,12}$/.test(text) ? text : null;
}

/** This number, if it is a learning year; or null. */
export function learningYear(value) {
  return typeof value === 'number' && value >= 2000 && value <= 2200 ? value : null;
}

/** The log of an origin `<realm>/<issuer>/<year>`, or null. */
export function origin(text) {
  const parts = typeof text === 'string' ? text.split('/') : [];
  const year = learningYear(number(parts[2] ?? ''));
  const isOrigin = parts.length === 3 && realm(parts[0]) && issuerId(parts[1]) && year !== null;
  return isOrigin ? { text, realm: parts[0], issuer: parts[1], year } : null;
}

/** The length of a text in bytes of UTF-8. */
export function byteLength(text) {
  return new TextEncoder().encode(text).length;
}

/** A scope as its line has it; one with a key of a later version is `unknown`, and its
 *  issuer unusable. Null if it is none. */
export function scope(json) {
  if (!(json instanceof Map)) return null;
  const keys = [...json.keys()];
  if (keys.some((key) => !KEYS.includes(key))) return { isUnknown: true };
  if (keys.join() !== KEYS.join()) return null;
  const isRegion = (item) => typeof item === 'string' && /^(?:[0-9]{2}){1,3}$/.test(item);
  const isYear = (item) => learningYear(item) !== null;
  const isLabel = (item) => typeof item === 'string' && item !== '' && byteLength(item) <= 60;
  const tests = [isRegion, isYear, isLabel, isLabel];
  const isList = (key, at) => {
    const items = json.get(key);
    return Array.isArray(items) && items.length <= LIST_MAX && items.every(tests[at]);
  };
  return KEYS.every(isList) ? { isUnknown: false, ...Object.fromEntries(json) } : null;
}

/** Checks the issuer's status, then its scope, then its window (step 8). */
export function checkLimits({ id, realm: own, limits }, card) {
  const { status, cut, scope: allowed, notBefore, notAfter } = limits;
  if (status === 'compromised') {
    const isOf = cut.log.realm === own && cut.log.issuer === id && BigInt(cut.log.year) === card.year;
    if (!isOf || card.index >= cut.size) {
      throw new Fault('KEY_REVOKED', 'the issuer’s key was compromised, and the card is not below the cut');
    }
  }
  if (allowed.isUnknown) throw out('the issuer has a limit that this verifier does not know');
  const { regions, years, kinds, categories } = allowed;
  if (!regions.some((region) => id.startsWith(region))) throw out('the issuer may not issue in this region');
  if (!years.includes(Number(card.year))) throw out('the issuer may not issue for this learning year');
  if (!kinds.includes(ANNUAL)) throw out('the issuer may not issue annual audit cards');
  if (!card.hours.every(({ category }) => categories.includes(LABELS.get(category) ?? String(category)))) {
    throw out('the issuer may not certify hours of this category');
  }
  const issued = beijingDate(card.issued);
  if (issued < notBefore || issued > notAfter) throw out('the card was issued outside the issuer’s window');
}

function out(detail) {
  return new Fault('OUT_OF_SCOPE', detail);
}
