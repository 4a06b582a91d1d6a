// Scans from anywhere on a page, lists that are kept while they are typed, and a count that never waits for a page.

const json = { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" };

/** An identity for something that must not be done twice. `crypto.randomUUID` is missing outside of secure contexts. */
function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A scanner is a keyboard that types fast and ends with Enter. What it typed into another field is taken out of there.
const FASTEST_FINGER_MS = 35;
const SHORTEST_CODE = 6;
const target = document.querySelector("[data-scan]");
let burst = "";
let last = 0;
let before = null;

function scanned(event) {
  if (!target || event.ctrlKey || event.altKey || event.metaKey) return;
  const now = event.timeStamp;
  if (event.key === "Enter") {
    const code = now - last < FASTEST_FINGER_MS * 3 && burst.length >= SHORTEST_CODE ? burst : "";
    burst = "";
    if (!code || event.target === target) return;
    event.preventDefault();
    if (before) before.field.value = before.value;
    target.value = code;
    const form = target.form;
    form.requestSubmit(form.querySelector("button"));
    return;
  }
  if (event.key.length !== 1) return;
  if (now - last > FASTEST_FINGER_MS) {
    burst = "";
    const field = event.target instanceof HTMLInputElement ? event.target : null;
    before = field ? { field, value: field.value } : null;
  }
  burst += event.key;
  last = now;
}
document.addEventListener("keydown", scanned);

// A list is kept by the daemon a moment after the last change, so that a reload or a dead battery loses nothing.
const list = document.querySelector("form[data-keep]");
if (list) {
  // The form's own `action` is hidden by its buttons of that name.
  const address = list.getAttribute("action");
  let timer = 0;
  let changed = false;
  let sending = null;
  const content = () => {
    const body = new URLSearchParams(new FormData(list));
    body.set("action", "keep");
    body.delete("code");
    return body;
  };
  const keep = async () => {
    try {
      const answer = await fetch(address, { method: "POST", headers: json, body: content() });
      if (answer.ok) list.elements.version.value = (await answer.json()).version;
      return answer.ok;
    } catch {
      // The next change, or the button, sends all of it again.
      return false;
    }
  };
  // One at a time: each answer names the version that the next must build on.
  const keepAll = async () => {
    let kept = true;
    while (kept && changed) {
      changed = false;
      kept = await keep();
    }
    sending = null;
    list.dataset.keep = kept ? "done" : "failed";
  };
  list.addEventListener("change", (event) => {
    if (event.target.name === "code") return;
    changed = true;
    list.dataset.keep = "soon";
    clearTimeout(timer);
    timer = setTimeout(() => {
      sending ??= keepAll();
    }, 300);
  });
  // Who leaves within that moment leaves nothing behind.
  window.addEventListener("pagehide", () => {
    if (changed) fetch(address, { method: "POST", headers: json, body: content(), keepalive: true });
  });
  list.addEventListener("submit", (event) => {
    clearTimeout(timer);
    changed = false;
    if (!sending) return;
    // What is on its way changes the version that this form must name.
    event.preventDefault();
    const button = event.submitter;
    sending.then(() => setTimeout(() => list.requestSubmit(button)));
  });
}

// A count sends one entry after another; the page goes on taking scans meanwhile.
const count = document.querySelector("form[data-count]");
if (count) {
  const told = document.getElementById("told");
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
        const answer = await fetch(count.getAttribute("action"), { method: "POST", headers: json, body: entry.body });
        if (answer.redirected || !answer.headers.get("content-type")?.includes("json")) {
          location.reload();
          return;
        }
        const line = await answer.json();
        queue.shift();
        told.textContent = line.error ?? "";
        if (answer.status === 404) {
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
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
    busy = false;
  };

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

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
