// A scanner is a keyboard that types fast and ends with Enter, wherever the cursor is. Over Bluetooth it takes up to
// 60 ms a key, and stumbles now and then; fingers take more than 100 ms on average, however fast they are.
const APART_MS = 120;
const MEAN_MS = 80;
const ENTER_MS = 200;

const typesInto = (element) => element?.matches?.("input:not([type=hidden], [type=checkbox], [type=radio]), textarea, select");

/**
 * Calls `take(code, field)` for each scan; `field` is where the cursor was, or null. What the scanner typed there is
 * taken out again. `is(text, field)` says whether a burst of keys is a code; what it refuses stays typed text.
 */
export function onScan(take, is = (text) => looksLikeCode(text)) {
  const none = { text: "", first: 0, last: 0, field: null, value: "" };
  let burst = { ...none };
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
      const { key, timeStamp } = event;
      if (key.length === 1) {
        if (timeStamp - burst.last > APART_MS || !burst.text) {
          const field = typesInto(document.activeElement) ? document.activeElement : null;
          burst = { text: "", first: timeStamp, last: timeStamp, field, value: field?.value ?? "" };
        }
        burst.text += key;
        burst.last = timeStamp;
        return;
      }
      if (key !== "Enter") return;
      const { text, first, last, field, value } = burst;
      burst = { ...none };
      const mean = (last - first) / Math.max(text.length - 1, 1);
      if (mean > MEAN_MS || timeStamp - last > ENTER_MS || !is(text, field)) return;
      // Or else the scanner's Enter would press the button that has the focus, or send the form.
      event.preventDefault();
      event.stopImmediatePropagation();
      if (field) field.value = value;
      take(text, field);
    },
    true,
  );
  // This module comes in after the page: whoever types for a scanner can see from when on it is heard.
  document.documentElement.dataset.scanner = "heard";
}

/** Printed codes have a digit and no blank in them, and are no shorter than an EAN-8 without its frills. */
export function looksLikeCode(text) {
  return text.length >= 6 && /\d/.test(text) && !/\s/.test(text);
}

let tones;

/** Says to somebody who looks at the shelf, and not at the screen, that a code is not known. */
export function alarm() {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([120, 60, 120]);
  try {
    tones ??= new AudioContext();
    const tone = tones.createOscillator();
    tone.frequency.value = 330;
    tone.connect(tones.destination);
    tone.start();
    tone.stop(tones.currentTime + 0.35);
  } catch {
    // No sound card, or no leave to use it: the page says it anyway.
  }
}

/** Codes that no product has, on the page's own list of them: it outlives a reload, until somebody dismisses it. */
export function unknownCodes() {
  const section = document.getElementById("unknown-codes");
  const rows = section.querySelector("ul");
  const blank = section.querySelector("template").content;
  const key = `unknown-codes ${location.pathname}`;
  let codes = [];
  const show = () => {
    sessionStorage.setItem(key, JSON.stringify(codes));
    rows.replaceChildren(
      ...codes.map((code) => {
        const item = blank.cloneNode(true).firstElementChild;
        item.querySelector("[data-code]").textContent = code;
        const add = item.querySelector("a");
        if (add) add.href = `/barang/baru?q=${encodeURIComponent(code)}`;
        return item;
      }),
    );
    section.hidden = codes.length === 0;
  };
  try {
    codes = JSON.parse(sessionStorage.getItem(key) ?? "[]");
  } catch {
    // Nothing that this page wrote.
  }
  section.querySelector("button").addEventListener("click", () => {
    codes = [];
    show();
  });
  show();
  return (code) => {
    codes = [code, ...codes.filter((known) => known !== code)].slice(0, 20);
    show();
    alarm();
  };
}

/** An identity for something that must not be done twice. `crypto.randomUUID` is missing outside of secure contexts. */
export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Opens what a scanned code means: its product on the page of goods or, with `where` "stok", of stock. */
export async function open(code, where, unknown) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const asked = `/pindai?kode=${encodeURIComponent(code)}&ke=${where}`;
      const answer = await fetch(asked, { headers: { accept: "application/json" } });
      if (answer.redirected) return location.reload();
      const { to } = await answer.json();
      return to ? location.assign(to) : unknown(code);
    } catch {
      if (attempt === 5) return unknown(code);
      await new Promise((done) => setTimeout(done, 500));
    }
  }
}
