// Whom a verifier trusts: the issuers, each with its key, its realm and its limits.
//
// The twin of src/credential/trust.rs. Specimen issuers stand in no list, so nothing
// limits or withdraws them: the steps for status, scope, revocation and freshness are
// skipped.

import { Fault } from './fault.js';
import { PublicKey, VerifyingKey, fastest, fromHex, keyId, toHex } from './key.js';
import { Lists } from './lists.js';
import { Bundles } from './policy.js';
import { checkLimits } from './scope.js';

/** The realm whose signatures prove nothing. */
const SPECIMEN = 'specimen';

/** An issuer 签发机构 and its key; a specimen's has no limits. */
class Issuer {
  constructor({ id, name, hosts, limits = null }, realm, publicKey, path) {
    this.id = id;
    this.name = name;
    this.hosts = hosts;
    this.realm = realm;
    this.limits = limits;
    this.key = new VerifyingKey(publicKey, path);
  }

  get isSpecimen() {
    return this.realm === SPECIMEN;
  }

  /** The log that a card of this issuer is in. */
  log(card) {
    return `${this.realm}/${this.id}/${card.year}`;
  }
}

/** The issuers that a verifier trusts. */
export class Trust {
  /** `specimens` says whether a specimen that passes every check counts as good:
   *  `accept` or `refuse`. Behind specimens there are no lists. */
  constructor(issuers, specimens, lists, policies = new Bundles()) {
    this.issuers = issuers;
    this.specimens = specimens;
    this.lists = lists;
    this.policies = policies;
  }

  /** The same trust, with these policy bundles to check cards against. */
  withPolicies(policies) {
    return new Trust(this.issuers, this.specimens, this.lists, policies);
  }

  /** Trust in these specimen issuers, `{id, name, key, hosts}`, the key in hexadecimal. A
   *  key that is none, or comes twice, refuses all. */
  static specimen(issuers, specimens = 'refuse', path = fastest) {
    const trusted = new Map();
    for (const entry of issuers) {
      const publicKey = PublicKey.fromBytes(fromHex(entry.key) ?? []);
      if (publicKey === null) throw new Error(`not a public key: ${entry.key}`);
      const id = toHex(keyId(publicKey.bytes));
      if (trusted.has(id)) throw new Error(`named twice: ${entry.id}`);
      trusted.set(id, new Issuer(entry, SPECIMEN, publicKey, path));
    }
    return new Trust(trusted, specimens, null);
  }

  /** Trust in the issuers of a trust list, as far as these revocation lists and terms
   *  go. An issuer without a fresh revocation list has no valid card. */
  static listed(list, revocations, { specimens = 'refuse', ...terms } = {}) {
    const issuers = list.issuers.map((entry) => [
      toHex(keyId(entry.publicKey.bytes)), new Issuer(entry, list.realm, entry.publicKey, list.root.path),
    ]);
    return new Trust(new Map(issuers), specimens, new Lists(list, revocations, terms));
  }

  /** The issuer of this key id (step 5). */
  issuer(id) {
    const issuer = this.issuers.get(toHex(id));
    if (issuer === undefined) {
      throw new Fault('UNKNOWN_ISSUER', 'no trusted issuer has this key id');
    }
    return issuer;
  }

  /** Which root note and trust list it is; none for specimens. */
  asOf() {
    return { root: this.lists?.root ?? null, trust: this.lists?.trust ?? null, revocation: null };
  }

  /** The time to judge by: never before the newest list, unless it was asked for. */
  now(given) {
    return this.lists === null ? given : this.lists.now(given);
  }

  /** Checks that the issuer may have issued this card (step 8). */
  async entitle(issuer, card, verdict) {
    if (issuer.limits !== null) await verdict.note('standing', () => checkLimits(issuer, card));
  }

  /** Checks that the card is not on its log's revocation list (step 10). */
  async notRevoked(issuer, card, verdict) {
    if (this.lists !== null) await this.lists.notRevoked(issuer.log(card), card, verdict);
  }

  /** Checks that the card agrees with the policy bundle that it cites (step 11). */
  async consistent(card, verdict) {
    await this.policies.check(card, verdict);
  }

  /** Checks that the lists are new enough to tell (step 12). */
  async freshness(issuer, card, given, verdict) {
    if (this.lists !== null) {
      await verdict.note('freshness', () => this.lists.fresh(issuer.log(card), card, given));
    }
  }

  /** Checks that a card of this issuer counts when all steps have passed. */
  admit(issuer) {
    if (issuer.isSpecimen && this.specimens !== 'accept') {
      throw new Fault('SPECIMEN', 'a specimen issuer');
    }
  }
}

/** The host that a text leads to, beside those of the issuer's portals. It changes no
 *  verdict; a foreign one is worth a warning. */
export function hostFinding(text, issuer) {
  const seen = text.host();
  if (seen === null) return { seen, foreign: text.prefix !== '' };
  const known = issuer?.hosts ?? [];
  return { seen, foreign: known.length > 0 && !known.includes(seen) };
}
