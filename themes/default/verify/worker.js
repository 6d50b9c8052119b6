// The service worker of the verify page: it works with no network after one visit.
//
// The build writes VERSION and FILES before this text: each file with the first eight
// bytes of its SHA-256. A new publication is a new worker with a cache of its own. Its
// files come in together or not at all, it takes over when no page is being opened by
// the old ones, and those go together.

/** Two portals on one host keep out of each other's way. */
const OWN = `shenyan ${registration.scope} `;
const CACHE = OWN + VERSION;

addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    try {
      await Promise.all(FILES.map(([file, hash]) => keep(cache, file, hash)));
    } catch (error) {
      await caches.delete(CACHE);
      throw error; // the browser asks again later
    }
  })());
});

/** Keeps a file, if it is the one that belongs here: a publication that is only half
 *  there has others beside it. */
async function keep(cache, file, hash) {
  const response = await fetch(new Request(file, { cache: 'reload' }));
  if (!response.ok) throw new Error(`${file}: ${response.status}`);
  const digest = await crypto.subtle.digest('SHA-256', await response.clone().arrayBuffer());
  const found = Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, '0'));
  if (found.join('') !== hash) throw new Error(`${file} is of another publication`);
  await cache.put(file, response);
}

addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(OWN) && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await clients.claim();
  })());
});

// A page that is whole asks; while there are others, one of them may be half open.
addEventListener('message', (event) => {
  if (event.data !== 'take over') return;
  event.waitUntil((async () => {
    const all = await clients.matchAll({ type: 'window', includeUncontrolled: true });
    const pages = all.filter(({ url }) => url.startsWith(registration.scope));
    if (pages.length <= 1) await skipWaiting();
  })());
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  const folder = new URL('./', location.href).pathname;
  const isPage = pathname === folder || pathname === `${folder}index.html`;
  const wanted = isPage ? folder : request;
  event.respondWith((async () => {
    const cache = await caches.open(CACHE);
    return await cache.match(wanted, { ignoreSearch: true }) ?? await fetch(request);
  })());
});
