// The page that a card's QR code opens: reads the fragment, verifies, shows.

import { Citations } from './citation.js';
import { Held } from './held.js';
import { toHex } from './key.js';
import { Store } from './memory.js';
import { BYTES_MAX } from './note.js';
import { Camera, hasCamera, reader, textOfPicture } from './picture.js';
import { show, title } from './show.js';
import { verify } from './verify.js';
import { LANGUAGES, isSpoken, words } from './words.js';

const $ = (id) => document.getElementById(id);
/** The page in its folder on the portal; what came from a disk is one file alone. */
const worker = document.documentElement.dataset.worker ?? null;
const home = worker === null ? null : '../';
// Without the fragment, which may be long.
const portal = new URL(home ?? './', location.href.split('#', 1)[0]);

/** How long lists are taken for new, and how long a file may take to come, in ms. */
const NEW_FOR = 3_600_000;
const PATIENCE = 20_000;

let language = LANGUAGES[0][0];
/** What is shown: the verdict, the bundle that its card cites, and when it was given. */
let shown = null;
/** How many texts have been handed in: only the last one's verdict is shown. */
let turn = 0;
/** What always holds of pictures in this browser, as a key of the words; or null. */
let always = null;

const say = (key, ...values) => words(language, key, ...values);
const { policies, ...built } = JSON.parse($('lists').textContent);
const held = new Held(built, Store.here(portal.href));
for (const [id, text] of Object.entries(policies)) held.addPolicy(id, text);
const opened = held.open();
/** When newer lists were last asked for. */
let asked = -Infinity;

/** Verifies a text and shows the verdict. */
async function judge(text, { focus }) {
  turn += 1;
  const mine = turn;
  tell('working');
  await opened;
  const found = await answer(text);
  if (mine !== turn) return;
  shown = found;
  note();
  render();
  announce(shown.verdict);
  if (focus) $('verdict').focus();
  scrollTo(0, 0);
  await quote();
}

async function answer(text) {
  const at = BigInt(Math.floor(Date.now() / 1000));
  const verdict = await verify(held.trust, text, at);
  const policy = verdict.card && Citations.find(policies, toHex(verdict.card.policy));
  return { text, verdict, policy, at };
}

function announce(verdict) {
  tell('announced', title(verdict, say), say(`next.${verdict.code}`));
}

/** Has these words read out. */
function tell(key, ...values) {
  Object.assign($('announcement'), { lang: language, textContent: say(key, ...values) });
}

/** A word about pictures; without one, what always holds in this browser, if anything. */
function note(key = always) {
  if (key === null) delete $('note').dataset.words;
  else $('note').dataset.words = key;
  $('note').textContent = key === null ? '' : say(key);
}

/** Verifies once more what is shown, by other lists; only another verdict is announced. */
async function judgeAgain() {
  if (shown === null) return render();
  const mine = turn;
  const found = await answer(shown.text);
  if (mine !== turn) return;
  const isOther = found.verdict.code !== shown.verdict.code;
  shown = { ...found, policy: found.policy ?? shown.policy };
  render();
  if (isOther) announce(shown.verdict);
}

/** The bytes of a file of the portal, or null. */
async function get(name) {
  const signal = globalThis.AbortSignal?.timeout?.(PATIENCE);
  try {
    const response = await fetch(new URL(name, portal), { cache: 'no-cache', credentials: 'omit', redirect: 'error', signal });
    const bytes = response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
    return bytes !== null && bytes.length <= BYTES_MAX ? bytes : null;
  } catch {
    return null; // away, or there is none
  }
}

/** Whether the lists behind what is shown are those that the portal has now. */
function isCurrent() {
  const { card, issuer } = shown?.verdict ?? { card: null };
  return held.isCurrent(card && issuer.log(card));
}

/** Fetches newer lists, if the last ones are no longer new. */
async function refresh() {
  await opened;
  const now = performance.now();
  if (home === null || !held.isListed || now - asked < NEW_FOR) return;
  asked = now;
  await held.refresh(get);
  // What did not come is asked for again on the next occasion.
  if (!isCurrent()) asked = -Infinity;
  await judgeAgain();
}

/** Fetches the bundle that the card cites, if the page has not been written with it. */
async function quote() {
  const mine = turn;
  if (home === null || shown.policy !== null || shown.verdict.card === null) return;
  const id = toHex(shown.verdict.card.policy);
  const bytes = await get(`policy/${id}.json`);
  if (bytes === null) return;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (Citations.find({ [id]: text }, id) === null) return;
  policies[id] = text;
  held.addPolicy(id, text);
  if (mine === turn) await judgeAgain();
}

/** Writes everything that depends on the language or the verdict. */
function render() {
  document.documentElement.lang = language;
  $('another').dataset.words = shown === null ? 'manual' : 'another';
  for (const it of document.querySelectorAll('[data-words]')) {
    Object.assign(it, { lang: language, textContent: say(it.dataset.words) });
  }
  for (const it of document.querySelectorAll('[data-label]')) it.setAttribute('aria-label', say(it.dataset.label));
  for (const it of $('languages').children) it.setAttribute('aria-pressed', String(it.lang === language));
  $('ready').hidden = shown !== null;
  $('print').hidden = shown === null;
  $('problem').hidden = held.problem === null;
  $('problem').textContent = held.problem === null ? '' : say(`lists.${held.problem}`);
  if (shown !== null) {
    const isOpen = $('answer').querySelector('details')?.open ?? false;
    const answered = held.came === null ? null : isCurrent();
    $('answer').replaceChildren(...show(shown.verdict, { ...shown, say, home, answered }).filter(Boolean));
    $('answer').querySelector('details').open = isOpen;
  }
  document.title = shown === null ? say('title') : `${title(shown.verdict, say)} · ${say('title')}`;
}

/** Takes the card out of the address: out of the address bar, and out of the history. */
function takeFragment() {
  const { hash, href } = location;
  // The skip link's own target is no card.
  if (hash === '' || hash === '#main') return null;
  history.replaceState(null, '', location.pathname + location.search);
  // A page from a disk has no host to be compared with an issuer's.
  return worker === null ? hash : href;
}

function readFragment() {
  const text = takeFragment();
  if (text !== null) judge(text, { focus: false });
}

function offerLanguages() {
  const spoken = LANGUAGES.filter(([tag]) => isSpoken(tag));
  $('languages').replaceChildren(...spoken.map(([tag, name]) => {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', lang: tag, textContent: name });
    button.addEventListener('click', () => {
      language = tag;
      render();
      if (shown !== null) announce(shown.verdict);
    });
    return button;
  }));
}

function offerText() {
  // Without scripts a text could not be handed in.
  $('manual').hidden = false;
  const field = $('text');
  const submit = () => {
    if (field.value.trim() === '') {
      field.focus();
      return;
    }
    judge(field.value, { focus: true });
    field.value = '';
  };
  $('form').addEventListener('submit', (event) => { event.preventDefault(); submit(); });
  // A scanner that types ends with Enter.
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.isComposing) { event.preventDefault(); submit(); }
  });
}

/** Pictures and camera, where this browser reads QR codes; where not, it says so. */
async function offerPictures() {
  const detector = await reader();
  if (detector === null) always = 'no-detector';
  else if (!hasCamera()) always = 'no-camera';
  note();
  if (detector === null) return;
  $('pictures').hidden = false;
  $('picture').addEventListener('change', async ({ target }) => {
    const [file] = target.files;
    if (file === undefined) return;
    const text = await textOfPicture(detector, file).catch(() => undefined);
    target.value = '';
    if (text === undefined) note('no-picture');
    else if (text === null) note('no-code');
    else judge(text, { focus: true });
  });
  if (!hasCamera()) return;
  const camera = new Camera($('video'));
  const label = (key, isOn) => {
    $('camera').dataset.words = key;
    $('camera').textContent = say(key);
    $('video').hidden = !isOn;
  };
  $('camera').hidden = false;
  $('camera').addEventListener('click', async () => {
    if (camera.stream !== null) return camera.stop();
    label('camera.stop', true);
    const text = await camera.scan(detector).catch(() => { camera.stop(); note('camera.refused'); return null; });
    label('camera', false);
    if (text !== null) judge(text, { focus: true });
  });
  addEventListener('pagehide', () => camera.stop());
}

/** Keeps the page on this device. When a new publication has taken over, the page is
 *  opened anew, with the card that it shows. */
async function keepOffline() {
  if (worker === null || !('serviceWorker' in navigator)) return;
  const workers = navigator.serviceWorker;
  let isFirst = workers.controller === null;
  workers.addEventListener('controllerchange', () => {
    const isBusy = $('text').value !== '' || !$('video').hidden;
    const wasFirst = isFirst;
    isFirst = false;
    if (wasFirst || isBusy) return;
    const fragment = shown === null ? '' : shown.text.slice(shown.text.indexOf('#'));
    if (/^#[0-9]+$/.test(fragment)) history.replaceState(null, '', location.pathname + location.search + fragment);
    location.reload();
  });
  try {
    // The page's policy lets no other address become a script.
    const types = globalThis.trustedTypes?.createPolicy('worker', { createScriptURL: () => worker });
    const kept = await workers.register(types?.createScriptURL('') ?? worker, { updateViaCache: 'none' });
    const takeOver = () => kept.waiting?.postMessage('take over');
    kept.addEventListener('updatefound', () => kept.installing?.addEventListener('statechange', takeOver));
    document.addEventListener('visibilitychange', takeOver);
    takeOver();
    await workers.ready;
    $('kept').hidden = false;
  } catch {
    // Not to be kept here: the page works as it is.
  }
}

offerLanguages();
render();
offerText();
$('print').addEventListener('click', () => print());
addEventListener('hashchange', readFragment);
readFragment();
offerPictures();
opened.then(render);
addEventListener('online', refresh);
document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
refresh();
keepOffline();
