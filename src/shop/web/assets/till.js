// The till. The page works without this; with it, only what changes is exchanged, a scanner may be used at any time and
// keys do everything. What is in the cart is known to the daemon alone.

const search = document.getElementById('cari');
const results = document.getElementById('hasil');
const recorded = document.getElementById('dicatat');
const banner = document.getElementById('putus');
const basket = () => document.getElementById('keranjang');
const fine = matchMedia('(pointer: fine)').matches;
const PART = { 'x-bagian': '1' };

// A scanner types faster than people, and ends with Enter.
const SCANNER_GAP_MS = 60;
const SCANNER_END_MS = 150;
// Nobody types the next letter sooner; a scanner does, and what it has begun is not worth a question.
const TYPED_MS = 25;
// Some stumble on the way, but are still faster than people.
const SCANNER_WHOLE_MS = 1500;
const RETRY_MS = 700;
const PATIENCE_MS = 8000;

let waiting = Promise.resolve();

/** Does one thing after the other: each sees the version that the one before it made. */
function inTurn(job) {
  waiting = waiting.then(job, job);
  return waiting;
}

const pause = () => new Promise((done) => setTimeout(done, RETRY_MS));

function say(text) {
  banner.textContent = text;
  banner.hidden = !text;
}

let sound;

/** Whoever scans looks at the goods and not at the screen: what is not in the cart is to be heard and felt. */
function alarm() {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([120, 80, 120]);
  try {
    sound ??= new AudioContext();
    const tone = sound.createOscillator();
    const level = sound.createGain();
    tone.type = 'square';
    tone.frequency.value = 330;
    level.gain.value = 0.15;
    tone.connect(level).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.4);
  } catch {
    // Where there is no sound, the list above the cart stays.
  }
}

/** The part of the page in an answer of the daemon; null where there is none and it may be asked again. */
async function exchange(url, body) {
  const request = { headers: PART, signal: AbortSignal.timeout(PATIENCE_MS) };
  if (body) {
    request.method = 'POST';
    request.body = body;
  }
  let response;
  try {
    response = await fetch(url, request);
    if (response.redirected && new URL(response.url).pathname === '/masuk') {
      location.assign('/masuk?lanjut=%2Fkasir');
      return null;
    }
    const text = await response.text();
    if (response.headers.get('content-type')?.includes('json')) {
      // Whether it happened is unknown only where the daemon itself was not sure.
      const lost = response.status >= 500 && response.status !== 507;
      return lost ? null : { problem: JSON.parse(text).detail };
    }
    const part = new DOMParser().parseFromString(text, 'text/html').getElementById('keranjang');
    return part ? { part, refused: response.status === 422 } : null;
  } catch {
    return null;
  }
}

/** Shows the cart as the daemon knows it, and leaves the focus where it was. */
function show(part) {
  const old = basket();
  const held = old.contains(document.activeElement) ? document.activeElement : null;
  const mark = held && (held.id ? `#${held.id}` : held.value && held.tagName === 'BUTTON' ? `button[value="${CSS.escape(held.value)}"]` : null);
  old.replaceWith(document.adoptNode(part));
  say('');
  if ('alarm' in part.dataset) alarm();
  const state = part.dataset.state;
  const wanted = state === 'open' ? part.querySelector('[data-first]') ?? (mark && part.querySelector(mark)) : part.querySelector('#lagi');
  if (wanted) wanted.focus();
  else if (held && fine) search.focus();
  const list = part.querySelector('.basket');
  const line = part.querySelector('.basket > .selected');
  if (list && line) list.scrollTop = line.offsetTop - list.offsetTop;
}

/** Asks until the daemon answers. */
async function ask(url) {
  for (;;) {
    const answer = await exchange(url);
    if (answer?.part) return show(answer.part);
    if (answer?.problem) return say(answer.problem);
    say(banner.dataset.wait);
    await pause();
  }
}

/** Changes the cart. Sent again until it is answered: the daemon knows a change that it has made. */
async function send(fields) {
  const { id, version } = basket().dataset;
  const body = new URLSearchParams(fields);
  body.set('versi', version);
  body.set('halaman', document.querySelector('#ubah [name=halaman]').value);
  for (;;) {
    const answer = await exchange(`/kasir/${id}`, body);
    if (answer?.part) show(answer.part);
    if (answer?.problem) say(answer.problem);
    if (answer) return answer;
    say(banner.dataset.wait);
    await pause();
  }
}

/** What was typed in the cart and not sent yet, as changes of it; `but` is being sent just now. */
function drafts(but) {
  const typed = (field) => field.matches('input:not([type=hidden])') && field.value !== field.defaultValue;
  return [...basket().querySelectorAll('.many, .worth, .detail')]
    .filter((form) => form !== but && form.querySelector('[name=aksi]') && [...form.elements].some(typed))
    .map((form) => ({ ...Object.fromEntries(new FormData(form)), aksi: form.querySelector('[name=aksi]').value }));
}

/** Sends what was typed; what of it was refused, and why. */
async function sendDrafts(typed) {
  let refused = null;
  for (const draft of typed) {
    const answer = await send(draft);
    if (answer.refused) refused = { draft, why: answer.part.querySelector('.notice')?.textContent ?? '' };
  }
  return refused;
}

/** Shows what was refused where it was typed, to be corrected. */
async function putBack({ draft, why }) {
  const { aksi, ...typed } = draft;
  const line = aksi.split(':')[1];
  if (line) await ask(`/kasir/${basket().dataset.id}?pilih=${line}`);
  const form = basket().querySelector(`form [name=aksi][value="${CSS.escape(aksi)}"]`)?.form;
  if (!form) return;
  for (const field of form.querySelectorAll('input:not([type=hidden])')) field.value = typed[field.name] ?? field.value;
  const folded = form.closest('details');
  if (folded) folded.open = true;
  const error = document.createElement('p');
  error.className = 'error';
  error.setAttribute('role', 'alert');
  error.textContent = why;
  form.prepend(error);
  form.querySelector('input:not([type=hidden])').focus();
}

/** Changes the cart, and before that what was typed in it and would be lost. */
function change(fields, form) {
  const [what, line] = fields.aksi.split(':');
  // A quantity that is replaced at once, or a line that goes, need not be corrected first.
  const moot = ({ aksi }) => {
    const [typed, of] = aksi.split(':');
    return of === line && (what === 'hapus' || (what === 'cepat' && typed === 'jumlah'));
  };
  return inTurn(async () => {
    if (basket().dataset.state !== 'open') await ask('/kasir');
    const refused = await sendDrafts(drafts(form).filter((draft) => !moot(draft)));
    await send(fields);
    if (refused) await putBack(refused);
  });
}

/** Pays, once. Without an answer nothing is sent again: the cart is asked for until it is known whether it was paid. */
function pay(form, button) {
  const body = new URLSearchParams(new FormData(form));
  body.set('cara', button.value);
  const { action } = form;
  for (const each of form.querySelectorAll('button')) each.disabled = true;
  return inTurn(async () => {
    const answer = await exchange(action, body);
    if (answer?.part) return show(answer.part);
    if (answer?.problem) {
      for (const each of form.querySelectorAll('button')) each.disabled = false;
      return say(answer.problem);
    }
    for (;;) {
      say(banner.dataset.unsure);
      await pause();
      const known = await exchange(action.replace(/\/bayar$/, ''));
      if (!known?.part) continue;
      show(known.part);
      if (known.part.dataset.state === 'open') say(banner.dataset.unpaid);
      return;
    }
  });
}

// ------------------------------------------------------------------------------------------ searching

let asked = 0;
let pending;

function clearSearch() {
  clearTimeout(pending);
  asked += 1;
  search.value = '';
  results.replaceChildren();
}

async function find() {
  const text = search.value.trim();
  const mine = ++asked;
  if (!text) return results.replaceChildren();
  try {
    const response = await fetch(`/kasir/cari?q=${encodeURIComponent(text)}`);
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    // An answer that another question has overtaken is of no use.
    if (mine !== asked) return;
    results.replaceChildren(...page.body.childNodes);
    results.querySelector('.hits')?.classList.add('ready');
    results.dataset.of = text;
  } catch {
    if (mine === asked) say(banner.dataset.wait);
  }
}

search.addEventListener('input', () => {
  clearTimeout(pending);
  pending = setTimeout(find, TYPED_MS);
});

function add(code) {
  clearSearch();
  recorded.replaceChildren();
  return change({ aksi: 'tambah', kode: code });
}

/** Enter in the search field: what is marked is meant, or else the daemon finds what the text is. */
function choose() {
  const text = search.value.trim();
  if (!text) return;
  const first = results.dataset.of === text && results.querySelector('.hits button');
  const times = text.includes('*') ? `${text.split('*')[0]}*` : '';
  add(first ? times + first.value.slice('tambah:'.length) : text);
}

search.form.addEventListener('submit', (event) => {
  event.preventDefault();
  choose();
});

// ------------------------------------------------------------------------------------------ asked for in vain

/** Records that a customer asked in vain, or takes that back. The daemon knows each form: sent again, it acts once. */
async function tell(form) {
  const body = new URLSearchParams(new FormData(form));
  const button = form.querySelector('button');
  button.disabled = true;
  for (;;) {
    try {
      const request = { method: 'POST', headers: PART, body, signal: AbortSignal.timeout(PATIENCE_MS) };
      const response = await fetch(form.action, request);
      if (response.redirected) return location.assign('/masuk?lanjut=%2Fkasir');
      const text = await response.text();
      const isPage = response.headers.get('content-type')?.includes('html');
      if (isPage) recorded.replaceChildren(...new DOMParser().parseFromString(text, 'text/html').body.childNodes);
      say(isPage ? '' : JSON.parse(text).detail);
      button.disabled = false;
      if (fine) search.focus();
      return;
    } catch {
      say(banner.dataset.wait);
      await pause();
    }
  }
}

/** What is marked among what was found, or else the first; where nothing was, the words. */
function tellOfMarked() {
  const marked = document.activeElement.closest?.('.hits li') ?? document.querySelector('#hasil .miss, #keranjang .miss');
  (marked?.matches('.miss') ? marked : marked?.querySelector('.miss'))?.requestSubmit();
}

// ------------------------------------------------------------------------------------------ forms and links

document.addEventListener('submit', (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!event.defaultPrevented && form.matches('.miss')) {
    event.preventDefault();
    tell(form);
    return;
  }
  if (event.defaultPrevented || !basket().contains(form)) return;
  if (form.id === 'bayar') {
    event.preventDefault();
    pay(form, button);
  } else if (form.id === 'ubah' || (form.method === 'post' && new URL(form.action).pathname === `/kasir/${basket().dataset.id}`)) {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    fields.aksi = button.value;
    if (results.contains(button)) clearSearch();
    change(fields, form);
  }
});

document.addEventListener('click', (event) => {
  if (event.target.closest?.('.pay:not([open]) > summary') && drafts().length) {
    event.preventDefault();
    openPay();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest?.('a.pick, #lagi');
  if (!link) return;
  event.preventDefault();
  inTurn(() => ask(link.getAttribute('href')));
});

document.addEventListener('input', (event) => {
  const { name } = event.target;
  if (name !== 'nama' && name !== 'siapa') return;
  const part = name === 'siapa';
  const list = document.getElementById(part ? 'pelanggan-campur' : 'pelanggan');
  const text = event.target.value;
  fetch(`/kasir/pelanggan?q=${encodeURIComponent(text)}&campur=${part}`)
    .then((response) => response.text())
    .then((html) => {
      if (event.target.value !== text) return;
      list.replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.childNodes);
    })
    .catch(() => {});
});

// ------------------------------------------------------------------------------------------ keys and scanner

const typesInto = (element) => element?.matches?.('input:not([type=hidden]), textarea, select');

let burst = { text: '', last: 0, field: null, value: '' };
// What came into the search field since it was empty.
let run = { text: '', since: 0 };

/** Opens the pay panel, with the sum that everything typed comes to. */
function openPay() {
  const typed = drafts();
  if (typed.length) {
    inTurn(async () => {
      const refused = await sendDrafts(typed);
      if (refused) await putBack(refused);
      else openPay();
    });
    return;
  }
  const panel = basket().querySelector('.pay');
  if (!panel) return;
  panel.open = true;
  panel.querySelector('#pas').focus();
}

function focusField(selector) {
  const field = basket().querySelector(selector);
  field?.focus();
  field?.select?.();
}

const keys = {
  F2: () => { closePay(); search.focus(); search.select(); },
  F3: () => focusField('#jumlah'),
  F4: openPay,
  F7: tellOfMarked,
  F8: () => document.getElementById('simpan')?.requestSubmit(),
  F9: () => document.getElementById('lagi')?.click(),
};

function closePay() {
  const panel = basket().querySelector('.pay[open]');
  if (panel) panel.open = false;
  return Boolean(panel);
}

/** Arrows walk from the search field through what was found. */
function walk(event) {
  const hits = [...document.querySelectorAll('.hits li')];
  const at = hits.indexOf(document.activeElement.closest('.hits li'));
  if (!hits.length || (at < 0 && document.activeElement !== search)) return;
  event.preventDefault();
  const next = event.key === 'ArrowDown' ? at + 1 : at - 1;
  if (next < 0) search.focus();
  else hits[Math.min(next, hits.length - 1)].querySelector('button').focus();
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector('dialog[open]')) return;
  const { key, timeStamp } = event;
  if (key.length === 1) {
    const field = typesInto(document.activeElement) ? document.activeElement : null;
    // Nobody scans half a code into one field and half into the next.
    if (timeStamp - burst.last > SCANNER_GAP_MS || (field !== burst.field && field !== search)) {
      burst = { text: '', last: 0, field, value: field?.value ?? '' };
    }
    burst.text += key;
    if (!search.value) run = { text: '', since: timeStamp };
    run.text += key;
    burst.last = timeStamp;
    // Whoever types without having chosen a field searches; a space presses the button that has the focus.
    if (!typesInto(document.activeElement) && key !== ' ') search.focus();
    return;
  }
  if (key === 'Enter') {
    const { text: end, last, field, value } = burst;
    const searching = !field || field === search;
    const stumbled = searching && run.text.endsWith(end) && timeStamp - run.since < SCANNER_WHOLE_MS;
    const text = stumbled ? run.text : end;
    burst = { text: '', last: 0, field: null, value: '' };
    const least = searching ? 4 : 6;
    if (end.length >= least && timeStamp - last < SCANNER_END_MS) {
      // Or else the scanner's Enter would press the button that has the focus, and pay.
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!searching) field.value = value;
      closePay();
      add(text);
    }
    return;
  }
  if (key === 'ArrowDown' || key === 'ArrowUp') walk(event);
  if (key === 'Escape' && (closePay() || search.value)) {
    clearSearch();
    search.focus();
  }
  if (keys[key]) {
    event.preventDefault();
    keys[key]();
  }
}, true);

/** What came of a code that was read: what went wrong, or the line that it is on. */
function outcome() {
  if (!banner.hidden) return banner.textContent;
  if ('alarm' in basket().dataset) return [...basket().querySelectorAll('.unknown p')].at(-1).textContent;
  const notice = basket().querySelector(':scope > .notice');
  if (notice) return notice.firstChild.textContent;
  const line = basket().querySelector('.basket > .selected .what');
  return line ? [...line.children].map((part) => part.textContent).join(' · ') : '';
}

const camera = document.getElementById('kamera');
camera.hidden = false;
// What is found shows by itself.
search.form.querySelector('.plain').hidden = true;
camera.addEventListener('click', async () => {
  const { read } = await import(`/assets/till-camera.js${new URL(import.meta.url).search}`);
  say('');
  read(camera, (code) => add(code).then(outcome), say);
});

if (fine) search.focus();
