// A verdict as elements. Every text becomes a text node; nothing is ever written as
// HTML.

import { toHex } from './key.js';
import { CardNumber } from './number.js';
import { STEPS } from './step.js';
import { beijingDate, stampText } from './time.js';
import { CODES } from './verdict.js';

/** The shape of each verdict's mark: one for each colour, and one for specimens. */
function shape(code) {
  return code === 'SPECIMEN' ? 'specimen' : CODES[code][1];
}

/** What is said above the content of a genuine card that does not count. */
const NOTES = {
  REVOKED: 'void', KEY_REVOKED: 'void', OUT_OF_SCOPE: 'void', INCONSISTENT: 'void',
  SUPERSEDED: 'void', EXPIRED: 'void',
  NOT_YET_VALID: 'pending', STALE: 'pending', CLOCK_SUSPECT: 'pending',
};

/** What a verdict is called. */
export function title(verdict, say) {
  return say(verdict.code) || verdict.words;
}

/** The elements of a verdict. `say` gives words, `policy` the bundle that the card
 *  cites or null, `at` the clock in seconds, `home` the way to the portal or null,
 *  `answered` whether its lists came when they were asked for, or null. */
export function show(verdict, { say, policy, at, home, answered }) {
  const parts = [banner(verdict, at, say)];
  if (verdict.host.foreign) parts.push(foreign(verdict, say));
  if (verdict.card !== null) {
    const note = NOTES[verdict.code] ?? null;
    parts.push(element('section', { class: note === null ? 'good' : 'void' },
      note !== null && element('p', { class: 'void-note' }, say(note)),
      ...card(verdict.card, verdict, { say, policy, home })));
  }
  if (verdict.unverified !== null) parts.push(unverified(verdict, { say, policy: null, home }));
  parts.push(moment(verdict, { at, answered }, say), steps(verdict, say));
  return parts;
}

function banner(verdict, at, say) {
  const face = shape(verdict.code);
  // Long words break after a comma, if anywhere.
  const phrases = title(verdict, say).match(/[^，；]+[，；]?/g).map((text) => element('span', {}, text));
  // What a revoked card is, it stays; that one is not revoked holds as of its list.
  const asOf = verdict.card === null ? null : verdict.asOf.revocation ?? verdict.asOf.trust;
  const reason = why(verdict, at, say);
  const heading = element('h1', { id: 'verdict', tabindex: '-1' }, ...phrases);
  return element('header', { class: `verdict ${face}` },
    mark(face),
    element('div', {}, heading,
      reason !== null && element('p', { class: 'reason' }, reason),
      element('p', { class: 'next' }, say(`next.${verdict.code}`)),
      asOf !== null && element('p', { class: 'asof' }, say('asof', minute(asOf.issued))),
      element('p', { class: 'code' }, verdict.code)));
}

/** What decided, where it can be said in a few words; or null. */
function why({ code, card, revoked, supersededBy }, at, say) {
  if (code === 'REVOKED') return say('revoked', say(`revoked.${revoked}`));
  if (code === 'SUPERSEDED' && supersededBy !== null) return say('newer', supersededBy);
  if (code === 'EXPIRED') return say('expired', beijingDate(card.expires));
  if (code === 'NOT_YET_VALID') return say('early', beijingDate(card.issued));
  if (code === 'CLOCK_SUSPECT') return say('clock', minute(at));
  return null;
}

function foreign({ host: { seen }, issuer }, say) {
  const official = issuer?.hosts.join('、') ?? '';
  const text = seen === null ? say('foreign.unreadable') : say('foreign', seen, official);
  return element('p', { class: 'warning' }, mark('amber'), text);
}

function card(card, verdict, { say, policy, home }) {
  return [
    holder(card, say),
    element('p', { class: 'not-id' }, say('not-id')),
    facts([
      [say('year'), String(card.year)],
      [say('result'), element('strong', {}, say(`result.${card.result.number}`) || card.result.words)],
      verdict.card !== null && [say('issuer'), verdict.issuer.name],
      card.idType !== null && [say('document'), say('document.other', String(card.idType))],
    ]),
    card.hours.length > 0 && hours(card.hours, policy, say),
    verdict.card !== null && card.grounds.length > 0 && grounds(card, policy, say, home),
    facts([
      verdict.number !== null && [say('number'), element('span', { class: 'digits' }, verdict.number)],
      [say('issued'), beijingDate(card.issued)],
      card.expires !== null && [say('expires'), beijingDate(card.expires)],
      card.supersedes !== null && [say('supersedes'), replaced(card, verdict)],
      ...card.extensions.map(({ key }) => [say('extension'), say('extension.note', String(key))]),
    ]),
  ];
}

function holder(card, say) {
  const isMongolian = /[\u1800-\u18af\u{11660}-\u{1167f}]/u.test(card.name);
  const name = element('bdi', isMongolian ? { lang: 'mn-Mong' } : {}, card.name);
  return element('dl', { class: 'holder' },
    element('div', {}, element('dt', {}, say('name')), element('dd', {}, name)),
    element('div', {}, element('dt', {}, say('tail')),
      element('dd', { class: card.idTail === null ? 'absent' : 'digits' }, card.idTail ?? say('tail.absent'))));
}

function hours(rows, policy, say) {
  const name = (number) => policy?.category(number) ?? say('category.unnamed', String(number));
  const head = ['category', 'required', 'credited'].map((key) => element('th', { scope: 'col' }, say(key)));
  return element('table', {},
    element('caption', {}, policy === null ? say('hours') : say('hours.in', policy.unit)),
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...rows.map(({ category, required, credited }) => element('tr', {},
      element('th', { scope: 'row' }, name(category)),
      element('td', {}, String(required)),
      element('td', {}, String(credited))))));
}

function grounds(card, policy, say, home) {
  const section = (...parts) => element('section', { class: 'grounds' }, element('h2', {}, say('grounds')), ...parts);
  if (policy === null) return section(element('p', {}, say('grounds.unknown', toHex(card.policy), card.grounds.join('、'))));
  let notice = null;
  const items = card.grounds.map((number) => {
    const clause = policy.clause(number);
    if (clause === null) return element('li', {}, say('ground.unknown', String(number)));
    const isNext = clause.notice !== notice;
    notice = clause.notice;
    // A link of the bundle leads into the portal, or nowhere.
    const isInside = home !== null && /^notices\/[\w./%-]+#[\w.-]+$/.test(clause.link);
    const name = isInside ? element('a', { href: home + clause.link }, clause.id) : clause.id;
    return element('li', { lang: 'zh-CN' },
      isNext && element('p', { class: 'notice' }, `《${notice}》`),
      element('span', { class: 'clause' }, name),
      clause.quotes.length > 0 && element('q', {}, clause.quotes.join('……')));
  });
  return section(element('ul', {}, ...items));
}

/** The number of the card that this one replaces. */
function replaced(card, verdict) {
  const index = card.supersedes;
  if (verdict.number === null) return String(index);
  return new CardNumber(verdict.issuer.id, card.year, index).toString();
}

function unverified(verdict, context) {
  const { say } = context;
  return element('section', { class: 'unverified' },
    element('h2', {}, mark('grey'), say('unverified')),
    element('p', {}, say('unverified.note')),
    ...card(verdict.unverified, verdict, context));
}

function moment(verdict, { at, answered }, say) {
  const isSpecimen = verdict.asOf.trust === null && verdict.isSpecimen;
  return element('div', { class: 'moment' },
    facts([
      isSpecimen && verdict.card !== null && [say('freshness'), say('freshness.specimen')],
      verdict.asOf.trust !== null && verdict.keyId !== null && [say('freshness'), lists(verdict, answered, say)],
      [say('at'), say('at.value', minute(at))],
    ]),
    element('p', {}, say('local')));
}

/** Which lists a verdict rests on. */
function lists({ asOf: { root, trust, revocation }, states }, answered, say) {
  const line = (text) => element('li', {}, ...unbroken(text));
  const isMissing = revocation === null && states[STEPS.indexOf('freshness')] !== 'skipped';
  const list = (kind, { version, issued, nextUpdate }) =>
    line(say(`asof.${kind}`, String(version), minute(issued), minute(nextUpdate)));
  return element('ul', { class: 'lists' },
    revocation !== null && list('revocation', revocation),
    isMissing && line(say('asof.none')),
    list('trust', trust),
    list('root', root),
    answered !== null && line(say(answered ? 'asof.yes' : 'asof.no')));
}

/** A point in time in Beijing, to the minute; midnight is the beginning of a day. */
function minute(seconds) {
  const text = stampText(seconds);
  return text.slice(11, 19) === '00:00:00' ? text.slice(0, 10) : text.slice(0, 16).replace('T', ' ');
}

function steps(verdict, say) {
  const items = STEPS.map((step, at) => {
    const state = verdict.states[at];
    return element('li', { class: state }, element('span', {}, say(`step.${step}`)), element('span', {}, say(state)));
  });
  return element('details', { class: 'steps' },
    element('summary', {}, say('steps')), element('ol', {}, ...items));
}

/** A text whose dates do not break at their hyphens. */
function unbroken(text) {
  const parts = text.split(/([0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2})?)/);
  return parts.map((part, at) => at % 2 === 0 ? part : element('span', { class: 'date' }, part));
}

/** Terms and what is said of them; what is false is left out. */
function facts(rows) {
  const pairs = rows.filter(Boolean).map(([term, value]) => {
    // A list stands under its term, not beside it.
    const isList = value instanceof Element && value.localName === 'ul';
    return element('div', isList ? { class: 'whole' } : {}, element('dt', {}, term), element('dd', {}, value));
  });
  return element('dl', { class: 'facts' }, ...pairs);
}

/** The shape that goes with a colour; the words beside it say the same. */
function mark(face) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('class', `mark ${face}`);
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(space, 'use');
  use.setAttribute('href', `#mark-${face}`);
  svg.append(use);
  return svg;
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== false && child !== null));
  return made;
}
