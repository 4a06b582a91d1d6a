//! Every page that can be reached by links from the first.

use std::collections::BTreeSet;

use crate::browser::Browser;
use crate::browser::rules::strings;

/// A walk that follows each link once. Of pages that differ only in which product, sale or customer they show, the first
/// is taken; what is no page (files, the language switch) is left out.
pub struct Walk {
    waiting: Vec<String>,
    met: BTreeSet<String>,
}

impl Walk {
    /// From the first page on.
    pub fn new() -> Self {
        Self {
            waiting: vec!["/".to_owned()],
            met: BTreeSet::new(),
        }
    }

    /// Opens the next page; its path, or nothing when all were seen.
    pub async fn next(&mut self, browser: &Browser, base: &str) -> Option<String> {
        const LINKS: &str = "\
            return [...document.querySelectorAll('a[href]')]
                .filter((one) => one.origin === location.origin && !one.hasAttribute('download'))
                .map((one) => one.getAttribute('href'))";
        while let Some(path) = self.waiting.pop() {
            if !self.met.insert(kind(&path)) {
                continue;
            }
            browser.goto(&format!("{base}{path}")).await;
            // A page that only leads on to another.
            let shown = browser
                .script("return location.pathname + location.search")
                .await;
            let shown = shown.as_str().unwrap_or_default().to_owned();
            if shown != path && !self.met.insert(kind(&shown)) {
                continue;
            }
            for link in strings(&browser.script(LINKS).await) {
                let path = link.split('#').next().unwrap_or_default();
                let file = path.rsplit('/').next().is_some_and(|end| end.contains('.'));
                if path.starts_with('/') && !file && !path.starts_with("/bahasa/") {
                    self.waiting.push(path.to_owned());
                }
            }
            return Some(shown);
        }
        None
    }
}

/// A path without what says which product or sale it is about: `/barang/MIE` and `/barang/TEH` are one kind of page.
fn kind(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let names: Vec<&str> = query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .collect();
    let segments: Vec<&str> = path.split('/').collect();
    let spoken = |word: &&str| {
        word.chars()
            .all(|sign| sign.is_ascii_lowercase() || sign == '-')
    };
    let kind: Vec<&str> = segments
        .iter()
        .map(|word| if spoken(word) { word } else { "*" })
        .collect();
    format!("{}?{}", kind.join("/"), names.join("&"))
}
