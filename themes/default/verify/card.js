// The card: what an issuer claims.
//
// The twin of src/credential/card.rs. Fields are looked at in the order of their
// bytes, and the first that breaks a rule decides; then what is missing, in the
// order of the keys.

import { encode } from './cbor.js';
import {
  auditResult, holderName, idTail, list, numericDate, policyId, row, text, uint, year,
} from './claim.js';
import { Fault } from './fault.js';
import { CardNumber } from './number.js';

/** The claim numbers of the payload (RFC 8392 §4; the body is private use). */
const EXPIRES = 4n;
const ISSUED = 6n;
const BODY = -65537n;

/** The one kind of this version: the annual audit card 年度审验卡. */
const ANNUAL = 1n;

/** `iat` may lie this far ahead of the verifier's clock, in seconds. */
const ISSUED_AHEAD_MAX = 24n * 3600n;

/** The fields of the body by their keys: the name, how it is read, whether it must be
 *  there. */
const FIELDS = new Map([
  [1n, ['kind', kind, true]],
  [2n, ['year', year, true]],
  [3n, ['name', holderName, true]],
  [4n, ['idTail', (value) => idTail(text(value)), false]],
  [6n, ['result', auditResult, true]],
  [7n, ['hours', (value) => list(value, row), true]],
  [8n, ['index', uint, true]],
  [9n, ['policy', policyId, true]],
  [10n, ['idType', uint, false]],
  [11n, ['supersedes', uint, false]],
  [12n, ['grounds', (value) => list(value, uint), true]],
]);

/** An annual audit card 年度审验卡. What may be absent is null. */
export class Card {
  constructor(fields) {
    Object.assign(this, fields);
  }

  /** The card that a payload claims, whoever signed it. */
  static fromValue(claims) {
    if (!(claims instanceof Map)) throw Fault.malformed('the payload is not a map');
    let [expires, issued, body] = [null, null, null];
    for (const [key, value] of claims) {
      if (key === EXPIRES) {
        expires = numericDate(value);
      } else if (key === ISSUED) {
        issued = numericDate(value);
      } else if (key === BODY) {
        if (!(value instanceof Map)) throw Fault.malformed('the body is not a map');
        body = value;
      } else {
        throw Fault.unsupported('an unknown claim in the payload');
      }
    }
    if (issued === null) throw Fault.malformed('the payload has no iat');
    if (body === null) throw Fault.malformed('the payload has no body');
    return new Card({ issued, expires, ...fields(body) });
  }

  /** The number printed on the card, if this issuer issued it. */
  number(issuer) {
    return new CardNumber(issuer, this.year, this.index);
  }

  /** Checks `iat`, then `exp`, against the verifier's clock in seconds (step 9). */
  checkTimes(now) {
    if (this.issued > now + ISSUED_AHEAD_MAX) {
      throw new Fault('NOT_YET_VALID', 'iat is more than 24 hours ahead');
    }
    // On or after `exp` a claim must not be accepted (RFC 8392 §3.1.4).
    if (this.expires !== null && now >= this.expires) {
      throw new Fault('EXPIRED', 'exp has come');
    }
  }
}

function fields(body) {
  const found = { idTail: null, idType: null, supersedes: null, extensions: [] };
  for (const [key, value] of body) {
    const field = FIELDS.get(key);
    if (field !== undefined) {
      const [name, read] = field;
      found[name] = read(value);
    } else if (key >= 64n) {
      found.extensions.push({ key, encoded: encode(value) });
    } else if (key >= 1n) {
      throw Fault.unsupported('a body field of a later version');
    } else {
      throw Fault.malformed('a body key below 1');
    }
  }
  for (const [name, , mustBe] of FIELDS.values()) {
    if (mustBe && found[name] === undefined) throw Fault.malformed(`the body has no ${name}`);
  }
  return found;
}

function kind(value) {
  const number = uint(value);
  if (number !== ANNUAL) throw Fault.unsupported('a kind of card of a later version');
  return number;
}
