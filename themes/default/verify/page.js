// The page that a card's QR code opens: reads the fragment, verifies, shows.

import { show, title } from './show.js';
import { Camera, hasCamera, reader, textOfPicture } from './picture.js';
import { Policy } from './policy.js';
import { toHex } from './key.js';
import { Trust } from './trust.js';
import { verify } from './verify.js';
import { LANGUAGES, isSpoken, words } from './words.js';

const $ = (id) => document.getElementById(id);
/** The page in its folder on the portal; what came from a disk is one file alone. */
const worker = document.documentElement.dataset.worker ?? null;
const home = worker === null ? null : '../';

let language = LANGUAGES[0][0];
/** What is shown: the verdict, the bundle that its card cites, and when it was given. */
let shown = null;
/** How many texts have been handed in: only the last one's verdict is shown. */
let turn = 0;

const say = (key, ...values) => words(language, key, ...values);
const { specimens, policies } = JSON.parse($('lists').textContent);
const trust = Trust.specimen(specimens);

/** Verifies a text and shows the verdict. */
async function judge(text, { focus }) {
  turn += 1;
  const mine = turn;
  $('announcement').textContent = say('working');
  const at = BigInt(Math.floor(Date.now() / 1000));
  const verdict = await verify(trust, text, at);
  if (mine !== turn) return;
  const policy = verdict.card && Policy.find(policies, toHex(verdict.card.policy));
  shown = { text, verdict, policy, at };
  render();
  $('announcement').textContent = `${title(verdict, say)}${say(`next.${verdict.code}`)}`;
  if (focus) $('verdict').focus();
  scrollTo(0, 0);
}

/** Writes everything that depends on the language or the verdict. */
function render() {
  document.documentElement.lang = language;
  $('another').dataset.words = shown === null ? 'manual' : 'another';
  for (const it of document.querySelectorAll('[data-words]')) it.textContent = say(it.dataset.words);
  for (const it of document.querySelectorAll('[data-label]')) it.setAttribute('aria-label', say(it.dataset.label));
  for (const it of $('languages').children) it.setAttribute('aria-pressed', String(it.lang === language));
  $('ready').hidden = shown !== null;
  $('print').hidden = shown === null;
  if (shown !== null) {
    const { verdict, policy, at } = shown;
    $('answer').replaceChildren(...show(verdict, { say, policy, at, home }).filter(Boolean));
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
    button.addEventListener('click', () => { language = tag; render(); });
    return button;
  }));
}

function offerText() {
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
  const note = (key) => {
    $('note').dataset.words = key;
    $('note').textContent = say(key);
  };
  if (detector === null) return note('no-detector');
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
  if (!hasCamera()) return note('no-camera');
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
    await workers.register(types?.createScriptURL('') ?? worker, { updateViaCache: 'none' });
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
keepOffline();
