// The driver's page where no signal is: what was recorded waits here until it has been sent. Each record carries its own
// identity, so that the hub counts it once however often it comes.

const QUEUE = "kulakan-rute-antre";
const REFUSED = "kulakan-rute-ditolak";
const EVERY = 10_000;

const kept = (name) => {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? [];
  } catch {
    return [];
  }
};
const keep = (name, list) => localStorage.setItem(name, JSON.stringify(list));

/** Shows at each stop what became of its record. */
const show = () => {
  const waiting = new Set(kept(QUEUE).map((entry) => entry.stop));
  const refused = new Map(kept(REFUSED).map((entry) => [entry.stop, entry.why]));
  for (const card of document.querySelectorAll("[data-stop]")) {
    const stop = card.dataset.stop;
    const forms = card.querySelector("[data-forms]");
    card.querySelector("[data-waiting]").hidden = !waiting.has(stop);
    const line = card.querySelector("[data-refused]");
    line.hidden = !refused.has(stop) || waiting.has(stop);
    line.querySelector("span").textContent = refused.get(stop) ?? "";
    if (forms) forms.hidden = waiting.has(stop) || card.dataset.sent === "1";
  }
};

const done = (stop) => {
  const card = document.querySelector(`[data-stop="${CSS.escape(stop)}"]`);
  if (!card) return;
  card.dataset.sent = "1";
  card.classList.replace("along", "stop-done");
  card.querySelector("[data-done]").hidden = false;
};

const say = (text) => {
  const line = document.getElementById("kabar");
  if (line) line.textContent = text;
};

/** Sends one record; whether it is settled, and the next one may go. */
const send = async (entry) => {
  const answer = await fetch(entry.url, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
    body: entry.body,
    redirect: "manual",
  });
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
    say(document.getElementById("kabar")?.dataset.login ?? "");
    return false;
  }
  if (answer.status >= 500 || answer.status === 429) return false;
  if (answer.ok) {
    done(entry.stop);
  } else {
    const problem = await answer.json().catch(() => ({}));
    const others = kept(REFUSED).filter((one) => one.stop !== entry.stop);
    keep(REFUSED, [...others, { stop: entry.stop, why: problem.detail ?? String(answer.status) }]);
  }
  say("");
  return true;
};

let sending = false;
const flush = async () => {
  if (sending) return;
  sending = true;
  try {
    for (let queue = kept(QUEUE); queue.length > 0; queue = kept(QUEUE)) {
      const [first] = queue;
      if (!(await send(first))) break;
      keep(QUEUE, kept(QUEUE).filter((entry) => entry.record !== first.record));
      show();
    }
  } catch {
    // No signal; it is tried again.
  } finally {
    sending = false;
  }
};

/** One window at a time, where the browser can say so. */
const flushAlone = () =>
  navigator.locks ? navigator.locks.request("kulakan-rute", { ifAvailable: true }, (lock) => lock && flush()) : flush();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.record) return;
  event.preventDefault();
  const stop = form.closest("[data-stop]").dataset.stop;
  const entry = {
    stop,
    record: form.dataset.record,
    url: form.action,
    body: new URLSearchParams(new FormData(form)).toString(),
  };
  keep(REFUSED, kept(REFUSED).filter((one) => one.stop !== stop));
  keep(QUEUE, [...kept(QUEUE).filter((one) => one.stop !== stop), entry]);
  show();
  flushAlone();
});

addEventListener("online", flushAlone);
setInterval(() => kept(QUEUE).length > 0 && flushAlone(), EVERY);
show();
flushAlone();

if (window.isSecureContext && "serviceWorker" in navigator) {
  const here = location.href;
  navigator.serviceWorker
    .register("/rute-saya/sw.js", { scope: "/rute-saya" })
    .then(() => navigator.serviceWorker.ready)
    .then((registration) => registration.active?.postMessage({ keep: here }))
    .catch(() => {});
}
