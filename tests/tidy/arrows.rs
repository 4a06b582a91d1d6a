//! Which module may use which: the arrows of the design as tables, and the check that reads a file.

use super::source::{Path, Source, paths};

/// A top-level module and the modules it may use. Values travel along the arrows, so whoever uses
/// `plan` may name the `model` values that go in and come out.
pub const ARROWS: &[(&str, &[&str])] = &[
    (
        "main",
        &[
            "cli", "commands", "config", "shop", "hub", "study", "simulate", "backtest", "history",
            "demo", "model", "chart",
        ],
    ),
    // What the program's commands do is a part of `main` in files of its own.
    (
        "commands",
        &[
            "cli", "config", "shop", "hub", "study", "simulate", "backtest", "history", "plan",
            "demo", "table", "model", "chart",
        ],
    ),
    ("demo", &["shop", "hub", "model", "config"]),
    (
        "shop",
        &[
            "plan", "wire", "store", "web", "config", "columns", "table", "model", "chart",
        ],
    ),
    (
        "hub",
        &[
            "plan", "simulate", "wire", "store", "web", "config", "table", "model", "chart",
        ],
    ),
    ("backtest", &["history", "plan", "model"]),
    ("history", &["plan", "columns", "model"]),
    ("study", &["plan", "model"]),
    ("simulate", &["plan", "model"]),
    ("plan", &["model"]),
    ("wire", &["model"]),
    ("model", &[]),
    ("chart", &[]),
    ("store", &[]),
    ("web", &["chart"]),
    ("columns", &[]),
    ("table", &["model"]),
    ("config", &[]),
    ("cli", &[]),
    ("clock", &[]),
    ("error", &[]),
];

/// Modules that any other may use, and those that may not all the same.
pub const ANYWHERE: &[(&str, &[&str])] = &[("clock", &["model", "plan"]), ("error", &[])];

/// The two programs, which never use each other and have the same layers inside.
pub const SIDES: &[&str] = &["shop", "hub"];

/// Layers of a side: a layer and those it may use. `root` is the side's own `mod.rs`, which starts it.
/// A use case is any other file of the side. Types (not functions) of `store` and `root` may be named
/// by every layer above, because a value read by a use case ends up on a page.
pub const LAYERS: &[(&str, &[&str])] = &[
    ("root", &["root", "web", "use case", "store"]),
    ("web", &["root", "web", "use case"]),
    ("use case", &["root", "use case", "store"]),
    ("store", &["store"]),
];

/// Layers whose types another layer may name without calling into them.
pub const TYPES_ONLY: &[(&str, &[&str])] = &[("web", &["store"]), ("store", &["root"])];

/// Files that take values and dates and give values: no clock, no I/O, no randomness, no async.
pub const PURE: &[&str] = &[
    "src/model",
    "src/plan",
    "src/study",
    "src/shop/schedule",
    "src/hub/schedule",
];

/// What a pure file must not mention.
pub const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::thread",
    "std::process",
    "tokio",
    "rusqlite",
    "reqwest",
    "axum",
    "rand",
    "getrandom",
    "Utc::now",
    "Local::now",
    "now_v7",
    "SystemTime",
    "Instant",
    "async",
];

/// Where SQL may be written.
pub const SQL_HOMES: &[&str] = &["src/store", "src/shop/store", "src/hub/store"];

/// The beginnings of statements by which SQL is known in a text.
pub const SQL_WORDS: &[&str] = &[
    "SELECT",
    "INSERT INTO",
    "INSERT OR",
    "UPDATE",
    "DELETE FROM",
    "CREATE TABLE",
];

/// Every breach of the tables in one file; `file` is its path from the crate's root.
pub fn breaches(file: &str, text: &str) -> Vec<String> {
    let source = Source::read(text);
    let tokens = source.tokens();
    let found = paths(&tokens);
    let module = module_of(file);
    let mut breaches = Vec::new();
    for path in &found {
        if let Some(target) = resolve(&module, path) {
            breaches.extend(
                arrow_breach(file, &module, &target)
                    .map(|why| format!("{file}:{}: {why}", path.line)),
            );
        }
    }
    if lives_in(file, PURE) {
        for word in IMPURE {
            let names: Vec<&str> = word.split("::").collect();
            let lines = if names.len() == 1 {
                tokens
                    .iter()
                    .filter(|token| token.text == names[0])
                    .map(|token| token.line)
                    .collect()
            } else {
                let mentions =
                    |path: &&Path| path.segments.windows(names.len()).any(|part| part == names);
                found
                    .iter()
                    .filter(mentions)
                    .map(|path| path.line)
                    .collect::<Vec<_>>()
            };
            breaches.extend(
                lines
                    .iter()
                    .map(|line| format!("{file}:{line}: {word} in a file of pure functions")),
            );
        }
    }
    if !lives_in(file, SQL_HOMES) {
        for (line, text) in &source.texts {
            if let Some(word) = SQL_WORDS.iter().find(|word| mentions_statement(text, word)) {
                breaches.push(format!(
                    "{file}:{line}: SQL ({word}) outside {}",
                    SQL_HOMES.join(", ")
                ));
            }
        }
    }
    breaches
}

/// `src/shop/till.rs` is `[shop, till]`; `src/shop/mod.rs` is `[shop]`; `src/lib.rs` is the root, `[]`.
fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs");
    let mut module: Vec<String> = path.split('/').map(str::to_owned).collect();
    if module.len() == 1 && (module[0] == "lib" || module[0] == "main") {
        module.clear();
    } else if module.last().is_some_and(|name| name == "mod") {
        module.pop();
    }
    module
}

/// The path from the crate's root, for a path into this crate.
fn resolve(module: &[String], path: &Path) -> Option<Vec<String>> {
    let mut base: Vec<String> = module.iter().chain(&path.inside).cloned().collect();
    let mut rest = path.segments.as_slice();
    match rest.first()?.as_str() {
        "crate" | "kulakan" => {
            base.clear();
            rest = &rest[1..];
        }
        "self" => rest = &rest[1..],
        "super" => {}
        _ => return None,
    }
    while rest.first().is_some_and(|name| name == "super") {
        base.pop();
        rest = &rest[1..];
    }
    base.extend(rest.iter().filter(|name| *name != "self").cloned());
    Some(base)
}

fn arrow_breach(file: &str, module: &[String], target: &[String]) -> Option<String> {
    let to = target.first()?.as_str();
    let from = match module.first() {
        Some(name) => name.as_str(),
        None if file == "src/main.rs" => "main",
        None => return None,
    };
    if from == to {
        return SIDES
            .contains(&from)
            .then(|| layer_breach(module, target))
            .flatten();
    }
    let Some(allowed) = row(ARROWS, from) else {
        return Some(format!("module {from} has no row in the table of arrows"));
    };
    if row(ARROWS, to).is_none() {
        // A type or function re-exported at the crate's root is no module.
        return (target.len() > 1 && !is_type(to))
            .then(|| format!("module {to} has no row in the table of arrows"));
    }
    let anywhere = row(ANYWHERE, to).is_some_and(|except| !except.contains(&from));
    (!allowed.contains(&to) && !anywhere).then(|| format!("{from} may not use {to}"))
}

fn layer_breach(module: &[String], target: &[String]) -> Option<String> {
    let (from, to) = (layer(module), layer(target));
    let allowed = row(LAYERS, from)?;
    let type_named = target.last().is_some_and(|name| is_type(name))
        && row(TYPES_ONLY, from).is_some_and(|layers| layers.contains(&to));
    (!allowed.contains(&to) && !type_named).then(|| {
        format!(
            "the {from} layer of {} may not use its {to} layer",
            module[0]
        )
    })
}

fn layer(path: &[String]) -> &'static str {
    match path.get(1).map(String::as_str) {
        None | Some("*") => "root",
        Some("web") => "web",
        Some("store") => "store",
        Some(name) if is_type(name) => "root",
        Some(_) => "use case",
    }
}

fn row(
    table: &[(&'static str, &'static [&'static str])],
    name: &str,
) -> Option<&'static [&'static str]> {
    table
        .iter()
        .find(|(key, _)| *key == name)
        .map(|(_, values)| *values)
}

fn is_type(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}

fn lives_in(file: &str, homes: &[&str]) -> bool {
    homes.iter().any(|home| {
        file.strip_prefix(home)
            .is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
    })
}

fn mentions_statement(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_whitespace)
    })
}
