// The service worker of the verify page: it works with no network after one visit.
//
// The build writes VERSION and FILES before this text. VERSION is a hash of the files,
// so a new publication is a new worker with a cache of its own: its files come in
// together, and the old ones go together.

/** Two portals on one host keep out of each other's way. */
const OWN = `shenyan ${registration.scope} `;
const CACHE = OWN + VERSION;

addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES.map((file) => new Request(file, { cache: 'reload' })));
    await skipWaiting();
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
