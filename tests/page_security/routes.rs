//! Every route of the shop's pages, read from the code that declares them, so that none is forgotten here.

use std::fs;
use std::path::Path;

/// A route as the pages declare it.
#[derive(Debug, Clone)]
pub struct Route {
    /// With examples in place of its parameters.
    pub path: String,
    pub reads: bool,
    pub writes: bool,
    /// For the owner alone.
    pub owners: bool,
}

/// All of them.
pub fn all() -> Vec<Route> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/shop/web/pages");
    let mut routes = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                declared(&fs::read_to_string(&path).unwrap(), &mut routes);
            }
        }
    }
    routes.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(
        routes.len() > 25,
        "the routes are declared in another way: {routes:?}"
    );
    routes
}

fn declared(code: &str, routes: &mut Vec<Route>) {
    for (at, _) in code.match_indices(".route(") {
        let call = call(&code[at + ".route".len()..]);
        // What the owner alone may open is declared in functions of that name.
        let owners = code[..at]
            .rfind("\npub(super) fn ")
            .is_some_and(|begin| code[begin..].starts_with("\npub(super) fn owner_routes"));
        // Files of the pages are declared by the name of a constant.
        let path = call.split('"').nth(1).filter(|path| path.starts_with('/'));
        let Some(path) = path else {
            continue;
        };
        routes.push(Route {
            path: example(path),
            reads: call.contains("get("),
            writes: call.contains("post("),
            owners,
        });
    }
}

/// `text` up to the bracket that closes its first.
fn call(text: &str) -> &str {
    let mut depth = 0;
    for (at, sign) in text.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..=at];
        }
    }
    text
}

/// A path with something in place of its parameters, such as the shop of these tests has.
fn example(path: &str) -> String {
    let first = path.split('/').nth(1).unwrap_or_default();
    let thing = match first {
        "penjualan" | "struk" => "s1",
        "kasbon" => "tini",
        "barang" | "stok" => "MIE",
        "hari" => "2026-11-23",
        _ => "1",
    };
    let segments: Vec<&str> = path
        .split('/')
        .map(|word| if word.starts_with('{') { thing } else { word })
        .collect();
    segments.join("/")
}
