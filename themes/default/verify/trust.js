// Whom a verifier trusts: the issuers, each with its key and its realm.
//
// The twin of src/credential/trust.rs. Specimen issuers stand in no list, so nothing
// limits or withdraws them: the steps for status, scope, revocation and freshness are
// skipped.

import { PublicKey, VerifyingKey, fastest, fromHex, keyId, toHex } from './key.js';
import { Fault } from './verdict.js';

/** The realm whose signatures prove nothing. */
const SPECIMEN = 'specimen';

/** An issuer 签发机构 and its key. */
class Issuer {
  constructor({ id, name, hosts }, realm, publicKey, path) {
    this.id = id;
    this.name = name;
    this.hosts = hosts;
    this.realm = realm;
    this.key = new VerifyingKey(publicKey, path);
  }

  get isSpecimen() {
    return this.realm === SPECIMEN;
  }
}

/** The issuers that a verifier trusts. */
export class Trust {
  constructor(issuers, specimens) {
    this.issuers = issuers;
    this.specimens = specimens;
  }

  /** Trust in these specimen issuers, `{id, name, key, hosts}`, the key in
   *  hexadecimal. `specimens` says whether a specimen that passes every check counts
   *  as good: `accept` or `refuse`. A key that is none, or comes twice, refuses all. */
  static specimen(issuers, specimens = 'refuse', path = fastest) {
    const trusted = new Map();
    for (const entry of issuers) {
      const publicKey = PublicKey.fromBytes(fromHex(entry.key) ?? []);
      if (publicKey === null) throw new Error(`not a public key: ${entry.key}`);
      const id = toHex(keyId(publicKey.bytes));
      if (trusted.has(id)) throw new Error(`named twice: ${entry.id}`);
      trusted.set(id, new Issuer(entry, SPECIMEN, publicKey, path));
    }
    return new Trust(trusted, specimens);
  }

  /** The issuer of this key id (step 5). */
  issuer(id) {
    const issuer = this.issuers.get(toHex(id));
    if (issuer === undefined) {
      throw new Fault('UNKNOWN_ISSUER', 'no trusted issuer has this key id');
    }
    return issuer;
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
