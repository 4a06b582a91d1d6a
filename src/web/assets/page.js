// What every page does: it locks itself when nobody uses it, and a form that was sent once is not sent again.

const lock = Number(document.documentElement.dataset.lock ?? 0) * 1000;

if (lock > 0) {
  // Whoever types a long receipt uses the page without asking the daemon for anything: it is told from time to time.
  const every = Math.min(15_000, lock / 4);
  let used = Date.now();
  let told = used;

  const leave = () => {
    const here = location.pathname + location.search;
    location.replace(`/masuk?lanjut=${encodeURIComponent(here)}`);
  };

  const tell = async () => {
    told = Date.now();
    try {
      const answer = await fetch("/sesi", { method: "POST", headers: { accept: "application/json" } });
      if (answer.status === 401) leave();
    } catch {
      // The daemon is away for a moment; the next use tells it.
    }
  };

  const use = () => {
    const now = Date.now();
    // A telephone that slept: the first touch must not open what should have been locked.
    if (now - used >= lock) return look();
    used = now;
    if (now - told >= every) tell();
  };

  // Another window of this browser may have been used since: the daemon knows how long the session has left.
  let asking = false;
  const look = async () => {
    if (asking || Date.now() - used < lock) return;
    asking = true;
    try {
      const answer = await fetch("/sesi", { headers: { accept: "application/json" } });
      const left = answer.ok ? (await answer.json()).left_seconds * 1000 : 0;
      if (left > 0) used = Date.now() - lock + left;
      else leave();
    } catch {
      // Nothing can be done here without the daemon either; it is asked again.
    } finally {
      asking = false;
    }
  };

  for (const kind of ["pointerdown", "keydown", "scroll"]) {
    addEventListener(kind, use, { passive: true, capture: true });
  }
  addEventListener("visibilitychange", look);
  addEventListener("pageshow", look);
  setInterval(look, 1_000);
}

// A second tap while the first is under way.
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 3_000) event.preventDefault();
  form.dataset.sent = String(Date.now());
});
// A page that is gone back to has sent nothing yet.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
// Whoever comes back to a page may send its form again: the browser shows it as it was left.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
