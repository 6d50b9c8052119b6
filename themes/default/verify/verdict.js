// What a verification answers: a code, the steps that led to it, and as much of the
// card as has been proven.
//
// The twin of src/credential/verdict.rs, and of src/batch/json.rs for the JSON
// (content/spec/verdict.md).

import { Fault } from './fault.js';
import { toHex } from './key.js';
import { CardNumber } from './number.js';
import { STEPS } from './step.js';
import { beijingDate, stampText } from './time.js';

/** The codes in the order of the format's table: their words, and the colour to show
 *  them in, never alone. */
export const CODES = {
  VALID: ['有效', 'green'],
  BAD_SIGNATURE: ['签名不符，内容可能被改动', 'red'],
  REVOKED: ['已撤销', 'red'],
  KEY_REVOKED: ['签发密钥已停用', 'red'],
  OUT_OF_SCOPE: ['超出签发授权', 'red'],
  INCONSISTENT: ['内容与政策不符', 'red'],
  SUPERSEDED: ['已换发', 'amber'],
  EXPIRED: ['已过有效期', 'amber'],
  NOT_YET_VALID: ['尚未生效', 'amber'],
  STALE: ['状态数据过旧，无法判断', 'grey'],
  UNKNOWN_ISSUER: ['不认识的签发方', 'grey'],
  UNSUPPORTED: ['版本或扩展不支持', 'grey'],
  MALFORMED: ['未能完整读取，请重扫', 'grey'],
  CLOCK_SUSPECT: ['本机时间异常', 'grey'],
  SPECIMEN: ['样张，不作证明', 'grey'],
};

const FOREIGN_HOST = {
  code: 'FOREIGN_HOST',
  words: '二维码中的网址不是签发机构的官方网址，请勿扫码打开',
};

/** The answer to one text, filled as the steps are taken. */
export class Verdict {
  constructor() {
    this.states = STEPS.map(() => 'skipped');
    this.code = null;
    this.detail = null;
    this.host = { seen: null, foreign: false };
    this.keyId = null;
    this.issuer = null;
    this.card = null;
    this.unverified = null;
    /** The lists that it rests on; of the revocation list, if it was looked at. */
    this.asOf = { root: null, trust: null, revocation: null };
    /** Why the card was revoked, if it was. */
    this.revoked = null;
    /** The index of the card that has taken its place, if the lists say so. */
    this.successor = null;
  }

  /** Takes a step, notes how it ended, and hands its result on. */
  async note(step, take) {
    const at = STEPS.indexOf(step);
    try {
      const result = await take();
      this.states[at] = 'passed';
      return result;
    } catch (fault) {
      Fault.expect(fault);
      this.states[at] = 'failed';
      throw fault;
    }
  }

  /** The words for people, in Chinese. */
  get words() {
    return CODES[this.code][0];
  }

  /** The authentic card's printed number. */
  get number() {
    return this.card && this.card.number(this.issuer.id).toString();
  }

  /** The number of the card that has taken its place, or null. */
  get supersededBy() {
    return this.successor === null ? null : new CardNumber(this.issuer.id, this.card.year, this.successor).toString();
  }

  /** Whether the issuer's realm is the specimens', whatever the code. */
  get isSpecimen() {
    return this.issuer !== null && this.issuer.isSpecimen;
  }

  /** One line of JSON: what the command line says of an input of this name. */
  toJson(input) {
    return json({
      input,
      code: this.code,
      words: this.words,
      specimen: this.isSpecimen,
      number: this.number,
      card: this.card && cardReport(this.card),
      issuer: this.issuer && { id: this.issuer.id, name: this.issuer.name },
      kid: this.keyId && toHex(this.keyId),
      host: this.host,
      steps: STEPS.map((step, at) => ({ step, state: this.states[at] })),
      findings: this.host.foreign ? [FOREIGN_HOST] : [],
      unverified: this.unverified && cardReport(this.unverified),
      detail: this.detail,
      ...this.revoked && { revoked: this.revoked },
      ...this.supersededBy && { superseded_by: this.supersededBy },
      as_of: asOf(this.asOf),
    });
  }
}

/** Of when the lists were; behind a specimen there is none. */
function asOf(lists) {
  const found = Object.entries(lists).filter(([, list]) => list !== null);
  return Object.fromEntries(found.map(([kind, { version, issued, nextUpdate }]) => [
    kind, { version: BigInt(version), issued: stampText(issued), next_update: stampText(nextUpdate) },
  ]));
}

function cardReport(card) {
  return {
    year: card.year,
    name: card.name,
    id_tail: card.idTail,
    id_type: card.idType,
    result: card.result,
    hours: card.hours,
    grounds: card.grounds,
    index: card.index,
    supersedes: card.supersedes,
    policy: toHex(card.policy),
    issued: beijingDate(card.issued),
    iat: card.issued,
    expires: card.expires === null ? null : beijingDate(card.expires),
    exp: card.expires,
    extensions: card.extensions.map(({ key, encoded }) => ({ key, cbor: toHex(encoded) })),
  };
}

/** Writes JSON without white space, members in their order. Integers (bigint) and hours
 *  (Tenths) are written digit by digit; no float comes near them. */
function json(value) {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(json).join()}]`;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value.toString();
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}:${json(each)}`);
  return `{${members.join()}}`;
}
