//! What is wrong with the page that a browser shows.

use crate::browser::Browser;
use crate::browser::rules::strings;

/// Everything that can be read off a page at the width it is shown at; each fault is a line of text.
const FAULTS: &str = r#"
const faults = [];
const page = document.documentElement;
const about = (one) => one.outerHTML.replace(/\s+/g, ' ').slice(0, 150);
const shown = (one) => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(one).visibility === 'visible' && !one.closest('.skip');
};
const all = (css) => [...document.querySelectorAll(css)];

if (page.scrollWidth > page.clientWidth) {
    const outside = all('main *').filter((one) => {
        const scrolls = (part) => part && (getComputedStyle(part).overflowX !== 'visible' || scrolls(part.parentElement));
        return one.getBoundingClientRect().right > page.clientWidth + 1 && !scrolls(one.parentElement);
    });
    faults.push(`wider than the window by ${page.scrollWidth - page.clientWidth}: ` + outside.slice(-2).map(about).join(' | '));
}
if (all('h1').length !== 1 || !all('h1')[0].innerText.trim()) faults.push(`${all('h1').length} headings of the first level`);
for (const one of all('h2, h3, th, caption, legend')) {
    const named = one.textContent.trim() || one.getAttribute('aria-label') || one.matches('thead tr:first-child th:first-child');
    if (!named) faults.push(`says nothing: ${about(one)} in ${about(one.parentElement)}`);
}

const controls = 'button, .button, select, textarea, input:not([type=hidden]), nav a, .links a, summary';
for (const one of all(controls)) {
    const part = one.matches('[type=checkbox], [type=radio]') ? one.closest('label') || one : one;
    const box = part.getBoundingClientRect();
    if (shown(part) && (box.height < 43.5 || box.width < 43.5)) {
        faults.push(`too small for a finger, ${Math.round(box.width)} x ${Math.round(box.height)}: ${about(one)}`);
    }
}
// A link that is all there is in its place is a control; one within a sentence is text.
for (const one of all('main td a, main th a, main li a, main p a, main dd a, main div > a')) {
    const place = one.parentElement;
    const alone = place.innerText.trim() === one.innerText.trim();
    const box = one.getBoundingClientRect();
    // A pointer needs less than a finger: WCAG 2.2, 2.5.8.
    const least = page.clientWidth > 1000 ? 23.5 : 43.5;
    if (alone && shown(one) && box.height < least) faults.push(`a link alone, ${Math.round(box.height)} high: ${about(one)}`);
}
for (const one of all('button, .button, select, textarea, input:not([type=hidden]), a[href], summary')) {
    const ids = (one.getAttribute('aria-labelledby') || '').split(' ').filter(Boolean);
    const labels = [...(one.labels || [])].map((label) => label.textContent);
    const field = one.matches('select, textarea, input');
    const names = [one.getAttribute('aria-label'), ...ids.map((id) => document.getElementById(id)?.textContent), ...labels,
        field ? '' : one.textContent, one.matches('[type=submit]') ? one.value : ''];
    if (shown(one) && !names.some((name) => (name || '').trim())) faults.push(`has no name: ${about(one)}`);
}
for (const one of all('label')) if (!one.control) faults.push(`labels nothing: ${about(one)}`);
for (const one of all('img')) if (!one.hasAttribute('alt')) faults.push(`a picture without words: ${about(one)}`);
for (const one of all('svg:not([aria-hidden=true])')) {
    const named = one.getAttribute('aria-label') || one.querySelector(':scope > title')?.textContent.trim();
    if (one.getAttribute('role') !== 'img' || !named) faults.push(`a drawing without words: ${about(one)}`);
}
const ids = all('[id]').map((one) => one.id);
for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) faults.push(`two things are called ${id}`);
for (const one of all('[aria-describedby], [aria-labelledby], label[for]')) {
    for (const name of ['aria-describedby', 'aria-labelledby', 'for']) {
        for (const id of (one.getAttribute(name) || '').split(' ').filter(Boolean)) {
            if (!document.getElementById(id)) faults.push(`${name} leads nowhere: ${about(one)}`);
        }
    }
}
if (page.clientWidth > 1000) {
    for (const one of all('td')) {
        const figure = /^[-+−]?(Rp)?[\d.,]+$/.test(one.innerText.trim()) && !one.querySelector('a, input');
        if (figure && shown(one) && !['right', 'end'].includes(getComputedStyle(one).textAlign)) {
            faults.push(`a figure that is not set right: ${about(one)} in ${about(one.closest('tr'))}`);
        }
    }
}

// Names and texts of the data are left out of what is looked at for its language.
const others = all('code, main [lang]').filter((one) => !one.parentElement.closest('code, main [lang]'));
const said = others.map((one) => one.innerHTML);
for (const one of others) one.textContent = '';
const text = document.body.innerText;
others.forEach((one, at) => { one.innerHTML = said[at]; });
for (const unmade of ['undefined', 'null', 'Some(', '{{', 'NaN', 'Quantity(']) {
    if (text.includes(unmade)) faults.push(`says ${unmade}`);
}
for (const line of text.split('\n')) {
    const bare = /^[a-z_]+\.[a-z_.]+$/.test(line.trim()) && !line.includes('.csv');
    if (bare) faults.push(`a key without words: ${line}`);
}
const other = page.lang === 'en'
    ? ['yang', 'dan', 'tidak', 'belum', 'untuk', 'dari', 'sudah', 'atau', 'dengan', 'hari', 'barang', 'kiriman', 'pesanan', 'jumlah', 'toko', 'oleh']
    : ['the', 'of', 'and', 'is', 'for', 'not', 'with', 'this', 'from', 'shop', 'order', 'was', 'product', 'by', 'days', 'at'];
for (const line of text.split('\n')) {
    const words = line.replaceAll(/"[^"]*"/g, '').toLowerCase().match(/[a-z]+/g) || [];
    const found = words.filter((word) => other.includes(word));
    if (found.length > 0 && !arguments[0].some((data) => line.includes(data))) faults.push(`speaks another language: ${line.slice(0, 150)}`);
}
return faults;
"#;

/// Lines of the pages that hold one of these are somebody's own words: names, addresses, what was typed.
const DATA: &[&str] = &[
    "Toko Citra",
    "Mie instan goreng rasa",
    "Barang MIE",
    "Barang ROTI",
    "Barang GULA",
    "sebuah/alamat",
    "English",
    "Bahasa Indonesia",
    "pintu belakang",
    ".csv",
    "(days_to_shop)",
    "(period_days)",
];

/// What is wrong with the page at this width.
pub async fn faults(browser: &Browser, width: u32) -> Vec<String> {
    resize(browser, width).await;
    let data = serde_json::json!(DATA);
    let found = browser.client.execute(FAULTS, vec![data]).await;
    strings(&found.expect("the page is looked at"))
}

/// Shows the page at this width.
pub async fn resize(browser: &Browser, width: u32) {
    let metrics = serde_json::json!({
        "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600,
    });
    browser
        .devtools("Emulation.setDeviceMetricsOverride", metrics)
        .await;
}
