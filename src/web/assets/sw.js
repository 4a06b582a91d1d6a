// Keeps one page for the moment when the program on this device does not answer; everything else comes from the program,
// which holds all that matters.
const KEPT = "kulakan-1";
const CLOSED = "/assets/closed.html";

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(KEPT)
      .then((cache) => cache.addAll([CLOSED, "/assets/style.css", "/assets/closed.js"]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const old = (name) => name !== KEPT;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

/** What is shown where nothing came. Going back to the answer of a form asks for that answer alone, which nobody keeps,
 * and not for the program: the page with the form is the one to go back to. */
function instead(request) {
  if (request.method === "GET") return caches.match(CLOSED);
  return Response.redirect(request.referrer || "/", 303);
}

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => instead(event.request)));
  } else if (pathname === "/assets/style.css" || pathname === "/assets/closed.js") {
    event.respondWith(fetch(event.request).catch(() => caches.match(event.request, { ignoreSearch: true })));
  }
});
