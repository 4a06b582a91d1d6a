// Scans from anywhere on a page, lists that are kept while they are typed, and a count that never waits for a page.

const { alarm, freshId, onScan, open, unknownCodes } = await import(`/assets/scanner.js${new URL(import.meta.url).search}`);

const json = { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" };
const PATIENCE_MS = 8000;
const RETRY_MS = 1000;
const told = document.getElementById("told");
const pause = () => new Promise((done) => setTimeout(done, RETRY_MS));
const unknown = document.getElementById("unknown-codes") ? unknownCodes() : alarm;

// A list is kept by the daemon a moment after the last change, so that a reload or a dead battery loses nothing.
const list = document.querySelector("form[data-keep]");
if (list) {
  // The form's own `action` is hidden by its buttons of that name.
  const address = list.getAttribute("action");
  let timer = 0;
  let changed = false;
  let underWay = 0;
  let turn = Promise.resolve();
  /** One exchange at a time: each answer names the version that the next must build on. */
  const inTurn = (job) => {
    underWay += 1;
    turn = turn.then(job, job).finally(() => {
      underWay -= 1;
    });
    return turn;
  };
  const content = (action) => {
    const body = new URLSearchParams(new FormData(list));
    body.set("action", action);
    body.delete("code");
    return body;
  };
  const keep = async () => {
    if (!changed) return;
    changed = false;
    let kept = false;
    try {
      const answer = await fetch(address, { method: "POST", headers: json, body: content("keep") });
      if (answer.ok) list.elements.version.value = (await answer.json()).version;
      kept = answer.ok;
    } catch {
      // The next change, or the button, sends all of it again.
    }
    list.dataset.keep = kept ? "done" : "failed";
  };
  const keepSoon = () => {
    changed = true;
    list.dataset.keep = "soon";
    clearTimeout(timer);
    timer = setTimeout(() => inTurn(keep), 300);
  };
  list.addEventListener("change", (event) => {
    if (event.target.name !== "code") keepSoon();
  });
  // Who leaves within that moment leaves nothing behind.
  window.addEventListener("pagehide", () => {
    if (changed) fetch(address, { method: "POST", headers: json, body: content("keep"), keepalive: true });
  });
  // A page that comes back from the browser's memory shows what may have been taken in meanwhile.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  list.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (underWay === 0) {
      changed = false;
      return;
    }
    // What is on its way changes the version that this form must name.
    event.preventDefault();
    const button = event.submitter;
    turn.then(() => setTimeout(() => list.requestSubmit(button)));
  });

  const lines = () => document.getElementById("lines");
  const state = (field) => (field.type === "checkbox" ? String(field.checked) : field.value);
  const typed = () => new Map(Array.from(lines().querySelectorAll("[id]:is(input, select)"), (field) => [field.id, state(field)]));

  /** Shows the lines as the daemon has them; what was typed since `sent` stays, and so does the cursor. */
  const adopt = (page, sent) => {
    const fresh = page.getElementById("lines");
    list.elements.version.value = page.querySelector("form[data-keep] [name=version]").value;
    const now = typed();
    let since = false;
    for (const [id, value] of now) {
      const field = sent.has(id) && sent.get(id) !== value && fresh.querySelector(`#${CSS.escape(id)}`);
      if (!field) continue;
      since = true;
      if (field.type === "checkbox") field.checked = value === "true";
      else field.value = value;
    }
    const focus = lines().contains(document.activeElement) ? document.activeElement : null;
    const from = focus?.selectionStart ?? null;
    const to = focus?.selectionEnd ?? null;
    lines().replaceWith(document.adoptNode(fresh));
    const again = focus?.id && document.getElementById(focus.id);
    again?.focus({ preventScroll: true });
    if (again && from !== null) again.setSelectionRange(from, to);
    const line = fresh.querySelector("[data-scanned]");
    line?.classList.add("just");
    line?.scrollIntoView({ block: "nearest" });
    if (since) keepSoon();
    else list.dataset.keep = "done";
  };

  /** Puts one scan in. Sent again until it is answered: the daemon knows a scan that it has put in. */
  const putIn = async (code) => {
    const scan = freshId();
    let body;
    let sent;
    const write = () => {
      body = content("add");
      body.set("code", code);
      body.set("scan", scan);
      sent = typed();
      changed = false;
    };
    write();
    for (;;) {
      try {
        const answer = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE_MS) });
        const text = await answer.text();
        if (answer.status === 404 && answer.headers.get("content-type")?.includes("json")) {
          keepSoon();
          return unknown(code);
        }
        if (answer.status < 500) {
          const page = new DOMParser().parseFromString(text, "text/html");
          // The list is done, or somebody else is asked for a PIN.
          if (!page.querySelector("form[data-keep]")) return location.reload();
          told.textContent = "";
          adopt(page, answer.status === 409 ? new Map() : sent);
          if (answer.status !== 409) return;
          write();
          continue;
        }
      } catch {
        // No answer is no knowledge of what became of it.
      }
      told.textContent = told.dataset.failed;
      await pause();
    }
  };
  onScan((code) => inTurn(() => putIn(code)));
  document.querySelector("[data-fresh]")?.select();
}

// A count sends one entry after another; the page goes on taking scans meanwhile.
const count = document.querySelector("form[data-count]");
if (count) {
  const lines = document.getElementById("counted");
  const blank = document.getElementById("line");
  const queue = [];
  let busy = false;

  const show = (line) => {
    let item = Array.from(lines.children).find((known) => known.dataset.sku === line.sku);
    if (!item) {
      item = blank.content.cloneNode(true).firstElementChild;
      item.dataset.sku = line.sku;
      item.querySelector("[data-name]").textContent = line.name;
      item.querySelector("[name=code]").value = line.sku;
      for (const named of item.querySelectorAll("[aria-label]")) {
        named.setAttribute("aria-label", `${named.getAttribute("aria-label")}: ${line.name}`);
      }
    }
    item.querySelector("[data-counted]").textContent = line.counted;
    item.querySelector("[name=quantity]").value = line.value;
    item.querySelector("[name=dasar]").value = line.base ? "1" : "";
    item.querySelector("[data-unit]").textContent = line.unit;
    item.querySelector("[data-by]").textContent = line.by;
    item.querySelector("[data-disturbed]").hidden = !line.disturbed;
    lines.prepend(item);
    item.classList.remove("just");
    requestAnimationFrame(() => item.classList.add("just"));
    document.getElementById("nothing").hidden = true;
  };

  const send = async () => {
    if (busy) return;
    busy = true;
    while (queue.length > 0) {
      const entry = queue[0];
      try {
        const answer = await fetch(count.getAttribute("action"), { method: "POST", headers: json, body: entry.body, signal: AbortSignal.timeout(PATIENCE_MS) });
        if (answer.redirected || !answer.headers.get("content-type")?.includes("json")) {
          location.reload();
          return;
        }
        const line = await answer.json();
        queue.shift();
        told.textContent = line.error ?? "";
        if (answer.status === 404 && entry.scanned) {
          told.textContent = "";
          unknown(entry.body.get("code"));
        } else if (answer.status === 404) {
          const search = new URL(location.href);
          search.searchParams.set("cari", entry.body.get("code"));
          if (queue.length === 0) location.assign(search);
        } else if (line.sku) {
          show(line);
        } else if (answer.ok) {
          location.reload();
        }
      } catch {
        // Each entry carries its own identity: sending it again counts nothing twice.
        told.textContent = told.dataset.failed;
        await pause();
      }
    }
    busy = false;
  };

  onScan((code) => {
    queue.push({ body: new URLSearchParams({ code, tap: freshId() }), scanned: true });
    send();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form !== count && !form.matches("#counted form")) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    body.set("tap", freshId());
    queue.push({ body });
    if (form === count) {
      form.elements.code.value = "";
      form.elements.code.focus();
    }
    send();
  });
}

// The list of stock: a scan opens the product.
if (document.querySelector("[data-open]")) onScan((code) => open(code, "stok", unknown));

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
