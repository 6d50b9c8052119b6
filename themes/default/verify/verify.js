// Whether a text is a genuine card, as of now.
//
// This folder is the second implementation of src/credential/, file by file: the same
// checks in the same order, and the same JSON (content/spec/verdict.md). The format is
// described in content/spec/card.md.

import { Card } from './card.js';
import { Envelope } from './envelope.js';
import { Fault } from './fault.js';
import { QrText } from './qr.js';
import { hostFinding } from './trust.js';
import { Verdict } from './verdict.js';

/** The verdict on a text. `now` is the clock in seconds since 1970, a bigint. The steps
 *  are taken in order, and the first that fails decides. */
export async function verify(trust, text, now) {
  const verdict = new Verdict();
  verdict.asOf = trust.asOf();
  try {
    await authenticate(trust, text, verdict);
    await judge(trust, now, verdict);
    verdict.code = 'VALID';
  } catch (thrown) {
    const fault = Fault.expect(thrown);
    verdict.code = fault.code;
    verdict.detail = fault.message;
  }
  return verdict;
}

/** Steps 1–7: from a text to a card that a trusted issuer has signed. */
async function authenticate(trust, raw, verdict) {
  // 1, 2: text and alphabet, digits.
  const text = await verdict.note('text', () => QrText.read(raw));
  verdict.host = hostFinding(text, null);
  const bytes = await verdict.note('digits', () => text.bytes());
  // 3, 4: the shape of the envelope, the algorithm and the key id.
  const envelope = await verdict.note('shape', () => Envelope.read(bytes));
  verdict.keyId = await verdict.note('algorithm', () => envelope.keyId());
  try {
    // 5: the issuer. From here to a good signature, what is claimed may be shown as
    // unverified.
    const issuer = await verdict.note('issuer', () => trust.issuer(verdict.keyId));
    verdict.host = hostFinding(text, issuer);
    verdict.issuer = issuer;
    // 6: its signature, in its realm.
    await verdict.note('signature', () => envelope.open(issuer.key, issuer.realm));
  } catch (fault) {
    verdict.unverified = envelope.unverified();
    throw fault;
  }
  // 7: what it claims.
  verdict.card = await verdict.note('body', () => Card.fromValue(envelope.claims));
}

/** Steps 8–12: whether an authentic card counts, now.
 *
 *  8, 10 and 12 need lists that a specimen issuer does not stand in, and are skipped for
 *  it; 11 needs the bundle. That it is a specimen comes last: whatever else is wrong is told
 *  first. */
async function judge(trust, now, verdict) {
  const { card, issuer } = verdict;
  // 8: the issuer, on the day of issue.
  await trust.entitle(issuer, card, verdict);
  // 9: `iat` and `exp`.
  await verdict.note('times', () => card.checkTimes(trust.now(now)));
  // 10: the revocation list of the card's log.
  await trust.notRevoked(issuer, card, verdict);
  // 11: the policy bundle that the card cites.
  await trust.consistent(card, verdict);
  // 12: whether the lists can tell.
  await trust.freshness(issuer, card, now, verdict);
  trust.admit(issuer);
}
