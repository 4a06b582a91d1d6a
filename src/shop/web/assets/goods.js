const { onScan, open, unknownCodes } = await import(`/assets/scanner.js${new URL(import.meta.url).search}`);

// Scanners type a code and press Enter. In the form of a product Enter means "on to what is still empty", and "send"
// only when code, name and price are there.
for (const form of document.querySelectorAll("form[data-goods]")) {
  const steps = ["u.0.barcodes", "name", "u.0.price"].map((name) => form.elements.namedItem(name));
  form.addEventListener("keydown", (event) => {
    const at = steps.indexOf(event.target);
    if (event.key !== "Enter" || at < 0) return;
    const next = steps.find((step, place) => place > 0 && !step.value.trim());
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

// A scan opens its product. What no product has is the barcode of the one that is being added.
const fresh = document.querySelector("form[data-goods][action='/barang/baru']");
if (document.querySelector("[data-open]")) {
  const unknown = unknownCodes();
  onScan((code) => open(code, "barang", unknown));
} else if (fresh) {
  const codes = fresh.elements.namedItem("u.0.barcodes");
  const name = fresh.elements.namedItem("name");
  onScan((code, field) => {
    // In the barcodes of another unit a scan is that unit's.
    const into = field?.name.endsWith(".barcodes") ? field : codes;
    const held = into.value.split(/\s+/).filter(Boolean);
    if (!held.includes(code)) into.value = [...held, code].join(" ");
    if (into === codes && !name.value.trim()) name.focus();
    open(code, "barang", () => {});
  });
}

// What is wrong comes first.
document.querySelector("[aria-invalid]")?.focus();

// A second tap before the answer sends nothing.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A file that is being imported: how far it is, until it is done.
const job = document.querySelector("[data-job]");
if (job) {
  const bar = job.querySelector("progress");
  const told = job.querySelector("[data-told]");
  const look = async () => {
    try {
      const answer = await fetch(job.dataset.job, { headers: { accept: "application/json" } });
      const state = await answer.json();
      if (!answer.ok || !state.working) return location.reload();
      if (state.of > 0) {
        bar.max = state.of;
        bar.value = state.done;
      }
      told.textContent = state.told;
    } catch {
      // The daemon is restarting, or the line is away: asked again.
    }
    setTimeout(look, 400);
  };
  setTimeout(look, 200);
}

// Labels: the browser's own print dialogue.
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
