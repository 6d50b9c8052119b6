// The revocation list 撤销名单: which cards of a log no longer count.
//
// The twin of src/credential/revocation.rs. Any spelling but the one that we would write
// is refused.

import { Lines, ListError, number } from './field.js';
import { Note, textDigest } from './note.js';
import { origin } from './scope.js';
import { stampText } from './time.js';

/** The first line of a revocation list. */
const CONTEXT = 'shenyan/revoked/1';
/** Tokens on a line. */
const LINE_TOKENS = 16;
/** The reasons, in the order of a list. */
export const REASONS = ['error', 'fraud', 'superseded', 'key-compromise', 'holder-request'];

/** A revocation list that its log's key has signed. */
export class RevocationList {
  /** Opens a list under a trust list: the log by the name of a signature line, its
   *  status, its signature, then the text, then that it is about this log. */
  static async open(trust, bytes) {
    const note = Note.read(bytes);
    const line = note.signatures.find(({ name }) => trust.logs.has(name));
    if (line === undefined) throw new ListError('signed by no log on the trust list');
    const log = trust.logs.get(line.name);
    if (log.status === 'compromised') throw new ListError('the log’s key was compromised');
    const text = await note.open(CONTEXT, [log.key], 1, trust.root.path);
    const list = Object.assign(new RevocationList(), parse(text), { digest: textDigest(text), trust });
    if (list.origin.text !== log.origin.text) throw new ListError('about a log that has not signed it');
    return list;
  }

  /** What it says of the card of this index: `good`, `not-covered`, or the reason why it
   *  was revoked. */
  state(index) {
    if (index >= this.treeSize) return 'not-covered';
    let [from, to] = [0, this.runs.length];
    while (from < to) {
      const middle = from + to >> 1;
      if (this.runs[middle].last < index) from = middle + 1;
      else to = middle;
    }
    const run = this.runs[from];
    return run !== undefined && run.first <= index ? run.reason : 'good';
  }

  /** The index of the card that has taken the place of this one, or null. */
  successor(index) {
    return this.successors.get(index) ?? null;
  }
}

function parse(text) {
  const lines = new Lines(CONTEXT, text);
  const list = {
    origin: lines.field('origin', origin),
    version: lines.version(),
    treeSize: lines.field('tree-size', number),
    ...lines.period('next-update'),
  };
  list.prev = lines.prev(list.version);
  list.runs = [];
  list.successors = new Map();
  while (lines.keyword() === 'reason') {
    const reason = lines.field('reason', (value) => REASONS.includes(value) ? value : null);
    const start = list.runs.length;
    while (lines.peek() !== null && !['reason', 'by'].includes(lines.keyword())) readLine(lines, list, start, reason);
    if (reason === 'superseded') readSuccessors(lines, list, start);
  }
  lines.end();
  list.runs.sort((one, other) => one.first - other.first);
  for (let at = 1; at < list.runs.length; at += 1) {
    if (list.runs[at].first <= list.runs[at - 1].last) throw new ListError('a card comes twice');
  }
  // One spelling: reasons in order, 16 tokens a line, runs joined, nothing padded.
  if (write(list) !== text) throw new ListError('not as it would be written');
  return list;
}

/** Reads a line of gaps and runs; the runs of this reason begin at `start`. */
function readLine(lines, list, start, reason) {
  for (const token of lines.next().split(' ')) {
    const held = list.runs.length > start ? list.runs[list.runs.length - 1] : null;
    const isMore = token.startsWith('+');
    const count = number(isMore ? token.slice(1) : token);
    // The next in a row is written `+1`, so a later gap is 2 or more.
    const isToken = count !== null && (isMore ? held !== null : held === null || count >= 2);
    if (!isToken) throw lines.wrong('neither a gap nor +k');
    const last = (held?.last ?? 0) + count;
    if (last >= list.treeSize) throw lines.wrong('an index that is not below tree-size');
    if (isMore) held.last = last;
    else list.runs.push({ first: last, last, reason });
  }
}

/** The indices of cards in these runs. */
function* cards(runs) {
  for (const { first, last } of runs) for (let index = first; index <= last; index += 1) yield index;
}

/** Reads `by` lines, if there are any, about the cards of the runs from `start` on. */
function readSuccessors(lines, list, start) {
  const indices = cards(list.runs.slice(start));
  if (lines.keyword() !== 'by') return;
  while (lines.keyword() === 'by') {
    for (const token of lines.next().slice('by '.length).split(' ')) {
      const [gap, { value: index, done }] = [number(token), indices.next()];
      if (gap === null || done) throw lines.wrong('no gap, or more than cards are replaced');
      if (index + gap >= list.treeSize) throw lines.wrong('an index that is not below tree-size');
      if (gap > 0) list.successors.set(BigInt(index), BigInt(index + gap));
    }
  }
  // A run may be longer than anything that could be written out.
  if (!indices.next().done) throw lines.wrong('fewer than cards are replaced');
}

/** The text of a list. */
function write({ origin: log, version, treeSize, issued, nextUpdate, prev, runs, successors }) {
  const lines = [
    CONTEXT, `origin ${log.text}`, `version ${version}`, `tree-size ${treeSize}`,
    `issued ${stampText(issued)}`, `next-update ${stampText(nextUpdate)}`, `prev ${prev}`,
  ];
  for (const reason of REASONS) {
    const tokens = [];
    let before = 0;
    for (const { first, last, reason: own } of runs) {
      if (own !== reason) continue;
      tokens.push(`${first - before}`);
      if (last > first) tokens.push(`+${last - first}`);
      before = last;
    }
    if (tokens.length > 0) lines.push(`reason ${reason}`);
    for (let at = 0; at < tokens.length; at += LINE_TOKENS) {
      lines.push(tokens.slice(at, at + LINE_TOKENS).join(' '));
    }
    if (reason === 'superseded' && successors.size > 0) lines.push(...bys(runs, successors));
  }
  return `${lines.join('\n')}\n`;
}

/** The lines that say by which cards the superseded ones were replaced. */
function bys(runs, successors) {
  const gaps = [];
  for (const index of cards(runs.filter(({ reason }) => reason === 'superseded'))) {
    gaps.push((successors.get(BigInt(index)) ?? BigInt(index)) - BigInt(index));
  }
  const lines = [];
  for (let at = 0; at < gaps.length; at += LINE_TOKENS) lines.push(`by ${gaps.slice(at, at + LINE_TOKENS).join(' ')}`);
  return lines;
}
