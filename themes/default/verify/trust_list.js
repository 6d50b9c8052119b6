// The trust list 信任名单: who may issue, and under which keys.
//
// The twin of src/credential/trust_list.rs. Keys of an object stand in their order, and
// any other refuses the list, save an unknown key within `scope`: that makes the one
// issuer unusable.

import { decode } from './base64.js';
import { isForbidden } from './claim.js';
import { Lines, ListError, day } from './field.js';
import { read } from './json.js';
import { PublicKey, keyId, toHex } from './key.js';
import { NamedKey, Note, textDigest } from './note.js';
import { isHost } from './qr.js';
import { byteLength, issuerId, origin, realm, scope } from './scope.js';
import { checkSeen } from './seen.js';

/** The first line of a trust list. */
const CONTEXT = 'shenyan/trust/1';
/** Issuers, and logs, at most. */
const ENTRIES_MAX = 20_000;
/** Bytes of an issuer's name, at most. */
const NAME_MAX = 240;
/** Hosts of an issuer, at most. */
const HOSTS_MAX = 16;
const STATUSES = ['active', 'retired', 'compromised'];

/** A trust list that enough of the root's trust keys have signed. */
export class TrustList {
  /** Opens a list under a root: signatures, then the text, then the realm, then that no
   *  key has two roles. */
  static async open(root, bytes) {
    const { keys, threshold } = root.trust;
    const text = await Note.read(bytes).open(CONTEXT, keys, threshold, root.path);
    const list = Object.assign(new TrustList(), parse(text), { digest: textDigest(text), root });
    if (list.realm !== root.realm) throw new ListError('a trust list of another realm');
    const held = new Set([...root.root.keys, ...keys].map((key) => toHex(key.publicKey.bytes)));
    for (const { publicKey } of [...list.issuers, ...list.logs.values()]) {
      if (held.has(toHex(publicKey.bytes))) throw new ListError('a key of the root note on the list');
    }
    return list;
  }

  /** Opens the list that follows on this one, or is this one. */
  async succeed(root, bytes) {
    const next = await TrustList.open(root, bytes);
    checkSeen(this, next);
    return next;
  }
}

function parse(text) {
  const lines = new Lines(CONTEXT, text);
  const found = { realm: lines.field('realm', realm), version: lines.version(), ...lines.period('next-update') };
  found.prev = lines.prev(found.version);
  const entries = (keyword, make) => {
    const all = [];
    while (lines.keyword() === keyword) all.push(lines.field(keyword, (value) => make(read(value))));
    if (all.length > ENTRIES_MAX) throw lines.wrong('more than 20,000 lines');
    return all;
  };
  found.issuers = entries('issuer', issuerEntry);
  const logs = entries('log', logEntry);
  lines.end();
  found.logs = new Map(logs.map((log) => [log.origin.text, log]));
  check(found, logs);
  return found;
}

/** The rules across lines: every key once; logs of this realm, of issuers that are
 *  listed, none twice; cuts of the issuer's own logs. */
function check(list, logs) {
  const keys = [...list.issuers, ...logs].map(({ publicKey }) => toHex(keyId(publicKey.bytes)));
  if (new Set(keys).size < keys.length) throw new ListError('a key comes twice');
  if (list.logs.size < logs.length) throw new ListError('a log comes twice');
  const ids = new Set(list.issuers.map(({ id }) => id));
  for (const { id, limits: { cut } } of list.issuers) {
    const isOwn = cut === null || cut.log.realm === list.realm && cut.log.issuer === id;
    if (!isOwn) throw new ListError('a cut of a log that is not the issuer’s');
  }
  for (const { origin: log } of logs) {
    if (log.realm !== list.realm || !ids.has(log.issuer)) throw new ListError('a log of nobody on the list');
  }
}

/** An issuer's line: one key of one issuer; null if it is none. */
function issuerEntry(json) {
  const status = json instanceof Map ? json.get('status') : null;
  const keys = ['id', 'name', 'kid', 'key', 'not_before', 'not_after', 'status'];
  if (status === 'compromised') keys.push('cut');
  keys.push('scope');
  if (json instanceof Map && json.has('hosts')) keys.push('hosts');
  if (!hasKeys(json, keys) || !STATUSES.includes(status)) return null;
  const name = json.get('name');
  const [publicKey, kid] = [key(json.get('key')), json.get('kid')];
  const limits = {
    notBefore: day(json.get('not_before')),
    notAfter: day(json.get('not_after')),
    status,
    cut: status === 'compromised' ? cutOf(json.get('cut')) : null,
    scope: scope(json.get('scope')),
  };
  const hosts = json.get('hosts') ?? [];
  const isEntry = issuerId(json.get('id')) !== null
    && isName(name)
    && publicKey !== null && toHex(keyId(publicKey.bytes)) === kid
    && limits.notBefore !== null && limits.notAfter !== null && limits.notBefore <= limits.notAfter
    && (status !== 'compromised' || limits.cut !== null)
    && limits.scope !== null
    && (!json.has('hosts') || areHosts(hosts));
  return isEntry ? { id: json.get('id'), name, publicKey, limits, hosts } : null;
}

/** A log's line; null if it is none. */
function logEntry(json) {
  if (!hasKeys(json, ['origin', 'key', 'year', 'issuer', 'status'])) return null;
  const [log, publicKey, status] = [origin(json.get('origin')), key(json.get('key')), json.get('status')];
  const isEntry = log !== null && publicKey !== null && STATUSES.includes(status)
    && json.get('year') === log.year && json.get('issuer') === log.issuer;
  return isEntry ? { origin: log, publicKey, status, key: new NamedKey(log.text, publicKey) } : null;
}

/** Where a stolen key's good cards end. */
function cutOf(json) {
  if (!hasKeys(json, ['log', 'size'])) return null;
  const [log, size] = [origin(json.get('log')), json.get('size')];
  return log !== null && typeof size === 'number' ? { log, size } : null;
}

/** Whether a value is an object with these keys, in this order, and no other. */
function hasKeys(json, keys) {
  return json instanceof Map && [...json.keys()].join() === keys.join();
}

function isName(name) {
  return typeof name === 'string' && name !== '' && byteLength(name) <= NAME_MAX && !isForbidden(name);
}

function areHosts(hosts) {
  const isLower = (host) => typeof host === 'string' && isHost(host) && host === host.toLowerCase();
  return Array.isArray(hosts) && hosts.length > 0 && hosts.length <= HOSTS_MAX && hosts.every(isLower);
}

function key(text) {
  const bytes = typeof text === 'string' ? decode(text) : null;
  return bytes === null ? null : PublicKey.fromBytes(bytes);
}
