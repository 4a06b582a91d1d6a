// Scanners type a code and press Enter: in a form of a product that means "on to the next field", not "send".
for (const form of document.querySelectorAll("form[data-goods]")) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-scan]")) return;
    event.preventDefault();
    const name = form.elements.namedItem("name");
    const next = name.value.trim() ? form.elements.namedItem("u.0.price") : name;
    next.focus();
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
