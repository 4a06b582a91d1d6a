//! The walk over the pages: every one that is routed, and those that links with questions in them lead to.

use std::collections::BTreeSet;

use kulakan::hub::store::users::Role;
use kulakan::web::encoded;
use reqwest::redirect::Policy;
use serde_json::json;

use super::filled::{Filled, PASSWORD, filled};
use super::measure::{faults, resize};
use crate::browser::Browser;
use crate::browser::rules::{strings, violations};
use crate::hub_sync::Daemon;
use crate::tenants::routes::readable;

/// A telephone's, and a desk's.
const WIDTHS: [u32; 2] = [360, 1280];

/// Where the things of a page's parameter are, by the beginning of its path; the longest counts.
const THINGS: &[(&str, &str)] = &[
    ("/barang", "sku"),
    ("/gudang", "sku"),
    ("/gudang/dokumen", "dokumen"),
    ("/belanja", "pesanan-beli"),
    ("/jadwal/rute", "rute"),
    ("/kiriman", "kiriman"),
    ("/kiriman/retur", "retur"),
    ("/kiriman/selisih", "selisih"),
    ("/rute-saya", "kiriman"),
    ("/lacak", "lacak"),
    ("/orang", "orang"),
    ("/pelanggan", "pelanggan"),
    ("/pemasok", "pemasok"),
    ("/pemasok-saya", "pesanan-beli"),
    ("/pengaturan/webhook", "webhook"),
    ("/perangkat", "toko"),
    ("/pesanan", "pesanan"),
    ("/produksi/jalur", "jalur"),
    ("/produksi/rencana", "rencana"),
    ("/toko", "toko"),
];

/// A routed path with each of the things that it can be about.
fn addresses(path: &str, filled: &Filled) -> Vec<String> {
    let Some((before, rest)) = path.split_once("/{") else {
        return vec![path.to_owned()];
    };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    let kind = THINGS
        .iter()
        .filter(|(start, _)| before.starts_with(start))
        .max_by_key(|(start, _)| start.len());
    let (_, kind) =
        kind.unwrap_or_else(|| panic!("{path}: no thing to open it with is known here"));
    let (_, ids) = filled
        .things
        .iter()
        .find(|(name, _)| name == kind)
        .expect("things of every kind");
    ids.iter()
        .map(|id| format!("{before}/{}{after}", encoded(id)))
        .collect()
}

/// Whether a routed path is no file.
fn is_page(path: &str) -> bool {
    !path.starts_with("/assets") && !path.starts_with("/ekspor/") && !path.contains('.')
}

/// Who looks, and what was found.
struct Walk<'b> {
    browser: &'b Browser,
    base: String,
    /// The session, to ask what kind of thing an address holds before the browser is sent there.
    cookie: String,
    http: reqwest::Client,
    seen: usize,
    /// The kinds of pages that were held against the rules of accessibility.
    held: BTreeSet<String>,
    faults: Vec<String>,
}

impl<'b> Walk<'b> {
    fn new(browser: &'b Browser, base: String) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none());
        Self {
            browser,
            base,
            cookie: String::new(),
            http: http.build().unwrap(),
            seen: 0,
            held: BTreeSet::new(),
            faults: Vec::new(),
        }
    }

    /// Comes in as the person called like the role.
    async fn log_in(&mut self, role: Role) {
        let clear = self.browser.client.delete_all_cookies().await;
        clear.expect("nobody is logged in");
        self.browser.goto(&format!("{}/masuk", self.base)).await;
        self.browser.fill("[name=nama]", role.as_str()).await;
        self.browser.fill("[name=sandi]", PASSWORD).await;
        self.browser.click("main form button").await;
        let cookie = self.browser.client.get_named_cookie("sesi").await;
        let cookie = cookie.unwrap_or_else(|fault| panic!("{role:?}: {fault}"));
        self.cookie = format!("sesi={}", cookie.value());
        self.browser.errors().await;
    }

    async fn speak(&self, language: &str) {
        let path = format!("{}/bahasa/{language}?next=/lainnya", self.base);
        self.browser.goto(&path).await;
        self.browser.errors().await;
    }

    /// The status of an address, and whether it is a page.
    async fn asked(&self, path: &str) -> (u16, bool) {
        let request = self.http.get(format!("{}{path}", self.base));
        let request = request
            .header("accept", "text/html")
            .header("cookie", &self.cookie);
        let answer = request.send().await.unwrap();
        let kind = answer.headers().get("content-type");
        let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        (answer.status().as_u16(), is_page)
    }

    /// Looks at a page at these widths; the links on it.
    async fn look(
        &mut self,
        path: &str,
        language: &str,
        widths: &[u32],
        rules: bool,
    ) -> Vec<String> {
        const LINKS: &str = "\
            return [...document.querySelectorAll('a[href]')]
                .filter((one) => one.origin === location.origin && !one.hasAttribute('download'))
                .map((one) => one.getAttribute('href'))";
        let browser = self.browser;
        browser.goto(&format!("{}{path}", self.base)).await;
        self.seen += 1;
        let mut wrong = Vec::new();
        let spoken = browser.script("return document.documentElement.lang").await;
        if spoken != language {
            wrong.push(format!("speaks {spoken}"));
        }
        for width in widths.iter().copied() {
            let found = faults(browser, width).await;
            wrong.extend(
                found
                    .into_iter()
                    .map(|fault| format!("at {width}: {fault}")),
            );
            // The rules take longer than all else: once for each kind of page.
            if rules && width == WIDTHS[0] && self.held.insert(shape(path)) {
                wrong.extend(violations(browser).await);
            }
            if std::env::var_os("KULAKAN_PICTURES").is_some() && language == "id" {
                picture(browser, path, width).await;
            }
        }
        wrong.extend(browser.errors().await);
        self.faults.extend(
            wrong
                .into_iter()
                .map(|fault| format!("{path} ({language}): {fault}")),
        );
        let links = strings(&browser.script(LINKS).await);
        links
            .into_iter()
            .filter(|link| link.starts_with('/'))
            .collect()
    }

    fn found_nothing(&self) {
        let faults = &self.faults;
        assert!(
            faults.is_empty(),
            "{} faults\n{}",
            faults.len(),
            faults.join("\n")
        );
    }

    /// Every page of `paths`, and each kind of page with a question that they lead to.
    async fn over(&mut self, paths: &[String], language: &str, widths: &[u32], rules: bool) {
        self.speak(language).await;
        let mut met: BTreeSet<String> = paths.iter().map(|path| kind(path)).collect();
        let mut waiting: Vec<String> = paths.iter().rev().cloned().collect();
        while let Some(path) = waiting.pop() {
            match self.asked(&path).await {
                (200, true) => {}
                // What only leads on, files, what is somebody else's, and papers of what has not left yet.
                (303 | 403, _) | (200, false) => continue,
                (409, true) if path.ends_with("/surat-jalan") => continue,
                (status, _) => {
                    self.faults.push(format!("{path}: answers {status}"));
                    continue;
                }
            }
            for link in self.look(&path, language, widths, rules).await {
                let link = link.split('#').next().unwrap_or_default();
                let question = link.contains('?') && !link.starts_with("/bahasa/");
                if question && met.insert(kind(link)) {
                    waiting.push(link.to_owned());
                }
            }
        }
    }
}

/// Keeps what a page looks like, all of its length.
async fn picture(browser: &Browser, path: &str, width: u32) {
    let high = browser
        .script("return document.documentElement.scrollHeight")
        .await;
    let metrics = json!({
        "width": width, "height": high.as_u64().unwrap_or(800).min(6_000), "deviceScaleFactor": 1, "mobile": width < 600,
    });
    browser
        .devtools("Emulation.setDeviceMetricsOverride", metrics)
        .await;
    let name: String = path
        .chars()
        .map(|sign| {
            if sign.is_ascii_alphanumeric() {
                sign
            } else {
                '-'
            }
        })
        .take(60)
        .collect();
    browser.screenshot(&format!("hub{width}{name}")).await;
    resize(browser, width).await;
}

/// An address without whatever is no word of ours, and without its question.
fn shape(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let ours = |word: &&str| {
        word.chars()
            .all(|sign| sign.is_ascii_lowercase() || sign == '-')
    };
    let words: Vec<&str> = path.split('/').filter(ours).collect();
    words.join("/")
}

/// An address without what its parameters are.
fn kind(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let names: Vec<&str> = query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .collect();
    let first = path.split('/').nth(1).unwrap_or_default();
    format!("{first}?{}", names.join("&"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_can_be_read_and_used_by_whoever_it_is_for() {
    let filled = filled().await;
    let base = filled.distributor.daemon.url("");
    let browser = Browser::start(360, 800).await;
    let mut walk = Walk::new(&browser, base);
    let paths: Vec<String> = readable()
        .iter()
        .filter(|path| is_page(path))
        .flat_map(|path| addresses(path, &filled))
        .collect();
    for role in Role::ALL {
        walk.log_in(*role).await;
        let (mut open, mut closed) = (Vec::new(), Vec::new());
        for path in &paths {
            match walk.asked(path).await.0 {
                403 => closed.push(path.clone()),
                _ => open.push(path.clone()),
            }
        }
        // A dispatcher's pages are the owner's, but for what the menu leads to.
        if *role == Role::Dispatcher {
            open.retain(|path| ["/", "/lainnya"].contains(&path.as_str()));
        }
        // Words that fit a telephone fit a desk.
        for (language, widths) in [("id", &WIDTHS[..]), ("en", &WIDTHS[..1])] {
            let rules = *role == Role::Owner && language == "id";
            walk.over(&open, language, widths, rules).await;
            // One page that is somebody else's: told so in full.
            if let Some(path) = closed.first() {
                browser.goto(&format!("{}{path}", walk.base)).await;
                let found = faults(&browser, WIDTHS[0]).await;
                walk.faults.extend(
                    found
                        .into_iter()
                        .map(|fault| format!("{path} closed: {fault}")),
                );
                browser.errors().await;
            }
        }
        println!("{role:?}: {} pages, {} closed", open.len(), closed.len());
    }
    println!("{} pages looked at", walk.seen);
    assert!(walk.seen > 150, "only {} pages", walk.seen);
    walk.found_nothing();
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_on_its_first_day_says_on_every_page_what_to_do() {
    let daemon = Daemon::start().await;
    let browser = Browser::start(360, 800).await;
    let mut walk = Walk::new(&browser, daemon.url(""));
    let paths: Vec<String> = readable()
        .into_iter()
        .filter(|path| is_page(path) && !path.contains('{'))
        .collect();
    for language in ["id", "en"] {
        walk.over(&paths, language, &WIDTHS, false).await;
    }
    assert!(walk.seen > 30, "only {} pages", walk.seen);
    walk.found_nothing();
    browser.close().await;
}
