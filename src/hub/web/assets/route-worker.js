// Keeps the driver's page and what it is made of, for where no signal is. Nothing else is answered from here.
const KEPT = "kulakan-rute-1";
const PARTS = [
  "/assets/style.css",
  "/assets/shipping.css",
  "/assets/route.js",
  "/assets/page.js",
  "/assets/install.js",
  "/assets/icons.svg",
];

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(KEPT)
      .then((cache) => cache.addAll(PARTS))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("kulakan-rute-") && name !== KEPT;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

const keep = async (request, answer) => {
  const cache = await caches.open(KEPT);
  await cache.put(request, answer);
};

// The page that was open before there was a worker.
self.addEventListener("message", (event) => {
  const url = event.data?.keep;
  if (!url || !new URL(url).pathname.startsWith("/rute-saya")) return;
  event.waitUntil(
    fetch(url, { headers: { accept: "text/html" } })
      .then((answer) => (answer.ok && !answer.redirected ? keep(url, answer) : undefined))
      .catch(() => {}),
  );
});

const fetched = async (request) => {
  const page = request.mode === "navigate";
  try {
    const answer = await fetch(request);
    if (page && answer.ok && !answer.redirected) await keep(request.url, answer.clone());
    return answer;
  } catch (error) {
    const found = await caches.match(page ? request.url : request, { ignoreSearch: !page, ignoreVary: true });
    if (found) return found;
    throw error;
  }
};

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== "GET") return;
  const ours = event.request.mode === "navigate" ? pathname === "/rute-saya" : PARTS.includes(pathname);
  if (ours) event.respondWith(fetched(event.request));
});
