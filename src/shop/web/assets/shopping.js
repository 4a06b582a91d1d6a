// Suggestions and shopping list without a page load for every tap. Without this file the same forms and links work.

const parse = (text) => new DOMParser().parseFromString(text, "text/html");

// The picture and the steps behind a suggestion, when they are asked for.
async function explain(details) {
  const place = details.dataset.why;
  if (!details.open || details.dataset.filled) return;
  details.dataset.filled = "1";
  try {
    const answer = await fetch(`${place}?bagian=1`);
    if (!answer.ok) throw new Error(answer.status);
    const part = parse(await answer.text()).body;
    const inside = document.createElement("div");
    inside.append(...part.childNodes);
    details.querySelector("p").replaceWith(inside);
  } catch {
    // The link that stands there leads to the same.
    delete details.dataset.filled;
  }
}

// Sends a form and puts the new list in place of the old, where the thumb is.
async function send(form, button) {
  const fields = new URLSearchParams(new FormData(form, button));
  const focus = button?.id;
  const line = form.closest("li")?.id;
  const answer = await fetch(form.action, { method: "POST", body: fields });
  const fresh = parse(await answer.text()).getElementById("daftar");
  const old = document.getElementById("daftar");
  if (!fresh || !old) {
    location.assign(answer.url);
    return;
  }
  old.replaceWith(document.adoptNode(fresh));
  const target = (focus && document.getElementById(focus)) || (line && document.getElementById(line)?.querySelector("summary, button"));
  target?.focus({ preventScroll: true });
  ready();
}

document.addEventListener("toggle", (event) => {
  if (event.target.dataset?.why) explain(event.target);
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("here" in form.dataset) || form.dataset.plain) return;
  event.preventDefault();
  const button = event.submitter;
  send(form, button).catch(() => {
    // What could not be sent this way is sent the plain way, which tells what is wrong.
    form.dataset.plain = "1";
    form.requestSubmit(button);
  });
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

function ready() {
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
}

ready();
