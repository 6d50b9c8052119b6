// The service worker of the verify page: it works with no network after one visit.
//
// The build writes VERSION and PAGE before this text: the hash of both, and the first
// eight bytes of the SHA-256 of the page, which is one file. A new publication is a new
// worker with a cache of its own; the old one goes when the new one takes over.

/** Two portals on one host keep out of each other's way. */
const OWN = `shenyan ${registration.scope} `;
const CACHE = OWN + VERSION;

addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const response = await fetch(new Request('./', { cache: 'reload' }));
    if (!response.ok) throw new Error(`the page: ${response.status}`);
    const digest = await crypto.subtle.digest('SHA-256', await response.clone().arrayBuffer());
    const found = Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, '0'));
    // Half a publication is none; the browser asks again later.
    if (found.join('') !== PAGE) throw new Error('the page is of another publication');
    await (await caches.open(CACHE)).put('./', response);
  })());
});

addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(OWN) && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await clients.claim();
  })());
});

// A page asks when it is open; while there are others, they go on as they are.
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
