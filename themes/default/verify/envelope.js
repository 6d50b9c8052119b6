// The envelope: COSE_Sign1 (RFC 9052 §4.2) over the bytes as received.
//
// The twin of src/credential/envelope.rs: Envelope.read (step 3) → keyId (4) → open
// (6) → Card.fromValue (7).

import { Card } from './card.js';
import { decode, encode } from './cbor.js';
import { Fault } from './fault.js';

/** Bytes of an envelope, at most. */
export const BYTES_MAX = 512;

/** Tag 18, COSE_Sign1, in its shortest head. */
const SIGN1_TAG = 0xd2;
/** Header parameters `alg` and `kid` (RFC 9052 §3.1), and the one algorithm: Ed25519
 *  (RFC 9864 §2.2). */
const ALGORITHM = 1n;
const KID = 4n;
const ED25519 = -19n;
/** What this version of this format signs for. */
const CONTEXT = 'shenyan/card/1\0';

export class Envelope {
  constructor(fields) {
    Object.assign(this, fields);
  }

  /** Reads the shape (step 3): what would not re-encode to the same bytes is
   *  MALFORMED, signed or not. */
  static read(bytes) {
    if (bytes.length > BYTES_MAX) throw Fault.malformed('more than 512 bytes');
    if (bytes[0] !== SIGN1_TAG) throw Fault.malformed('not tagged as COSE_Sign1');
    const items = decode(bytes.subarray(1));
    if (!Array.isArray(items)) throw Fault.malformed('COSE_Sign1 is not an array');
    if (items.length !== 4) throw Fault.malformed('COSE_Sign1 has not four parts');
    const [protectedBytes, unprotected, payload, signature] = items;
    const isShape = protectedBytes instanceof Uint8Array && unprotected instanceof Map
      && payload instanceof Uint8Array && signature instanceof Uint8Array;
    if (!isShape) throw Fault.malformed('a part of COSE_Sign1 is of the wrong type');
    if (signature.length !== 64) throw Fault.malformed('the signature has not 64 bytes');
    const header = decode(protectedBytes);
    if (!(header instanceof Map)) throw Fault.malformed('the protected header is not a map');
    const claims = decode(payload);
    return new Envelope({ protectedBytes, header, unprotected, payload, claims, signature });
  }

  /** Reads the headers (step 4): the id of the key that is to have signed, eight
   *  bytes. The entries are looked at in the order of their bytes. */
  keyId() {
    if (this.unprotected.size > 0) {
      throw Fault.malformed('the unprotected header is not empty');
    }
    let kid = null;
    for (const [key, value] of this.header) {
      if (key === ALGORITHM) {
        if (typeof value !== 'bigint') throw Fault.malformed('the algorithm is not an integer');
        if (value !== ED25519) throw Fault.unsupported('an algorithm other than Ed25519');
      } else if (key === KID) {
        if (!(value instanceof Uint8Array) || value.length !== 8) {
          throw Fault.malformed('the key id is not eight bytes');
        }
        kid = value;
      } else {
        throw Fault.unsupported('an unknown protected header');
      }
    }
    if (!this.header.has(ALGORITHM)) {
      throw Fault.malformed('the protected header has no algorithm');
    }
    if (kid === null) throw Fault.malformed('the protected header has no key id');
    return kid;
  }

  /** Checks the signature (step 6) and hands out the payload's claims. */
  async open(key, realm) {
    const message = toBeSigned(this.protectedBytes, realm, this.payload);
    if (!await key.verify(message, this.signature)) {
      throw new Fault('BAD_SIGNATURE', 'the signature does not fit');
    }
    return this.claims;
  }

  /** What the payload claims, whoever signed it, or null: to be shown under 未验证,
   *  or not at all. */
  unverified() {
    try {
      return Card.fromValue(this.claims);
    } catch (fault) {
      Fault.expect(fault);
      return null;
    }
  }
}

/** The bytes that are signed: Sig_structure (RFC 9052 §4.4). */
function toBeSigned(protectedBytes, realm, payload) {
  const aad = new TextEncoder().encode(CONTEXT + realm);
  return encode(['Signature1', protectedBytes, aad, payload]);
}
