//! The house rules, checked by reading the tree: arrows between modules, length and honesty of files,
//! the two dialects of the schema, and that what README promises exists.

#[path = "tidy/arrows.rs"]
mod arrows;
#[path = "tidy/commands.rs"]
mod commands;
#[path = "tidy/schema.rs"]
mod schema;
#[path = "tidy/source.rs"]
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use commands::Commands;
use source::Source;

/// Longest file that a reader is asked to hold in mind.
const LINES_AT_MOST: usize = 500;

/// Dependencies that no line of `src` names, and why they are there.
const UNNAMED_DEPENDENCIES: &[(&str, &str)] = &[];

/// Words of unfinished work. Spelt in halves so that this file does not find itself.
const UNFINISHED_WORDS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

/// The same as tokens of code.
const UNFINISHED_CODE: &[&[&str]] = &[
    &["todo", "!"],
    &["unimplemented", "!"],
    &["#", "[", "ignore"],
];

#[test]
fn modules_use_only_what_the_arrows_say() {
    let files = files("src", "rs");
    report(
        files
            .iter()
            .flat_map(|(file, text)| arrows::breaches(file, text)),
    );
}

#[test]
fn every_file_is_short_enough_to_read() {
    let files = files("src", "rs")
        .into_iter()
        .chain(files("tests", "rs"))
        .chain(files("benches", "rs"));
    report(files.filter_map(|(file, text)| {
        let lines = text.lines().count();
        (lines > LINES_AT_MOST).then(|| format!("{file}:{lines}: more than {LINES_AT_MOST} lines"))
    }));
}

#[test]
fn every_file_says_what_it_is() {
    report(files("src", "rs").into_iter().filter_map(|(file, text)| {
        let first = text
            .lines()
            .find(|line| !line.trim().is_empty() && !line.starts_with("#!["));
        (!first.is_some_and(|line| line.starts_with("//!")))
            .then(|| format!("{file}:1: begins without a `//!` line that says what is in it"))
    }));
}

#[test]
fn nothing_is_left_unfinished() {
    let rust = files("src", "rs").into_iter().chain(files("tests", "rs"));
    let sql = files("schema", "sql");
    report(
        rust.chain(sql)
            .flat_map(|(file, text)| unfinished(&file, &text)),
    );
}

#[test]
fn the_library_holds_no_test_that_nobody_runs() {
    let library = files("src", "rs").into_iter();
    report(library.flat_map(|(file, text)| never_run(&file, &text)));
}

#[test]
fn both_dialects_of_the_hub_schema_create_the_same_tables() {
    let sqlite = files("schema/hub/sqlite", "sql");
    let postgres = files("schema/hub/postgres", "sql");
    assert_eq!(
        names(&sqlite),
        names(&postgres),
        "schema/hub: each file must exist in both dialects"
    );
    let pairs = sqlite.iter().zip(&postgres);
    report(pairs.flat_map(|((file, left), (_, right))| schema::differences(file, left, right)));
}

#[test]
fn schema_files_are_numbered_without_a_gap() {
    let folders = ["schema/shop", "schema/hub/sqlite", "schema/hub/postgres"];
    report(folders.iter().filter_map(|folder| {
        schema::numbering_gap(&names(&files(folder, "sql"))).map(|gap| format!("{folder}/{gap}"))
    }));
}

#[test]
fn every_command_in_the_readme_exists_and_every_command_is_in_the_readme() {
    let program = Commands::of_program();
    let mut faults = Vec::new();
    let mut named = BTreeSet::new();
    for (line, command) in commands::named_in(&read("README.md")) {
        match program.follow(&command) {
            Ok(paths) => named.extend(paths),
            Err(fault) => faults.push(format!("README.md:{line}: {fault}")),
        }
    }
    let missing = program
        .leaves()
        .into_iter()
        .filter(|path| !named.contains(*path));
    faults.extend(
        missing.map(|path| format!("README.md: does not name `kulakan {}`", path.join(" "))),
    );
    report(faults);
}

#[test]
fn every_dependency_is_used() {
    if Commands::of_program().leaves().is_empty() {
        // The dependencies are there for what the commands do.
        return;
    }
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).expect("Cargo.toml parses");
    let platforms = manifest.get("target").and_then(toml::Value::as_table);
    let tables = platforms
        .into_iter()
        .flat_map(|table| table.values())
        .filter_map(toml::Value::as_table);
    let tables = std::iter::once(&manifest).chain(tables);
    let dependencies = tables.filter_map(|table| table.get("dependencies")?.as_table());
    let used: BTreeSet<String> = files("src", "rs")
        .iter()
        .flat_map(|(_, text)| Source::read(text).tokens())
        .map(|token| token.text)
        .collect();
    let exempt = |name: &str| UNNAMED_DEPENDENCIES.iter().any(|(known, _)| *known == name);
    let unused = dependencies
        .flat_map(toml::Table::keys)
        .filter(|name| !used.contains(&name.replace('-', "_")) && !exempt(name));
    report(unused.map(|name| format!("Cargo.toml: {name} is used nowhere in src")));
}

// The checks themselves, on files that break the rules.

#[test]
fn a_forbidden_arrow_is_found_however_it_is_written() {
    let cases = [
        (
            "src/plan/lot.rs",
            "//! x\nuse crate::shop::till;",
            "src/plan/lot.rs:2: plan may not use shop",
        ),
        (
            "src/shop/till.rs",
            "use crate::{\n    model::Money,\n    hub::{self, intake},\n};",
            "src/shop/till.rs:3: shop may not use hub",
        ),
        (
            "src/hub/mod.rs",
            "fn f() { let x = crate::shop::run(); }",
            "src/hub/mod.rs:1: hub may not use shop",
        ),
        (
            "src/hub/supply.rs",
            "use super::super::shop;",
            "src/hub/supply.rs:1: hub may not use shop",
        ),
        (
            "src/store/open.rs",
            "mod deep { use super::super::super::model::Money; }",
            "src/store/open.rs:1: store may not use model",
        ),
        (
            "src/main.rs",
            "use kulakan::store;",
            "src/main.rs:1: main may not use store",
        ),
        (
            "src/model/day.rs",
            "use crate::clock::Clock;",
            "src/model/day.rs:1: model may not use clock",
        ),
        (
            "src/shop/till.rs",
            "use super::web::pages;",
            "src/shop/till.rs:1: the use case layer of shop may not use its web layer",
        ),
        (
            "src/shop/store/sales.rs",
            "use crate::shop::till::Sale;",
            "src/shop/store/sales.rs:1: the store layer of shop may not use its use case layer",
        ),
        (
            "src/hub/web/pages.rs",
            "use super::super::store::shops;",
            "src/hub/web/pages.rs:1: the web layer of hub may not use its store layer",
        ),
        (
            "src/plan/lot.rs",
            "use std::{fmt, fs};",
            "src/plan/lot.rs:1: std::fs in a file of pure functions",
        ),
        (
            "src/model/day.rs",
            "let now = chrono::Utc::now();",
            "src/model/day.rs:1: Utc::now in a file of pure functions",
        ),
        (
            "src/newcomer.rs",
            "use crate::model::Money;",
            "src/newcomer.rs:1: module newcomer has no row in the table of arrows",
        ),
        (
            "src/shop/till.rs",
            "let q = \"\n  SELECT id FROM sale\";",
            "src/shop/till.rs:1: SQL (SELECT) outside src/store, src/shop/store, src/hub/store",
        ),
    ];
    for (file, text, expected) in cases {
        let breaches = arrows::breaches(file, text);
        assert!(
            breaches.iter().any(|breach| breach == expected),
            "{expected}: got {breaches:?}"
        );
    }
}

#[test]
fn what_the_arrows_allow_passes() {
    let cases = [
        (
            "src/shop/till.rs",
            "use crate::{clock::Clock, error::Error, plan, model::Money};",
        ),
        (
            "src/shop/till.rs",
            "use super::store::sales;\n// use crate::hub;\n/* use crate::hub; */",
        ),
        (
            "src/shop/web/api.rs",
            "use crate::shop::{store::sales::Receipt, till};",
        ),
        (
            "src/shop/mod.rs",
            "use self::web::router; fn f<'a>(c: char) { if c == '\"' {} }",
        ),
        (
            "src/hub/store/sqlite.rs",
            "let q = r#\"SELECT \"id\" FROM shop\"#; use super::HubStore;",
        ),
        ("src/lib.rs", "pub mod shop; pub use shop::run;"),
        (
            "src/web/page.rs",
            "let help = \"crate::shop::till is not here, UPDATED neither\";",
        ),
    ];
    for (file, text) in cases {
        assert_eq!(
            arrows::breaches(file, text),
            Vec::<String>::new(),
            "{file}: {text}"
        );
    }
}

#[test]
fn the_table_of_arrows_knows_every_module_it_names() {
    let rows: BTreeSet<&str> = arrows::ARROWS.iter().map(|(from, _)| *from).collect();
    let named = arrows::ARROWS.iter().flat_map(|(_, to)| to.iter());
    let named = named.chain(arrows::ANYWHERE.iter().map(|(module, _)| module));
    for name in named.chain(arrows::SIDES) {
        assert!(
            rows.contains(name),
            "{name} is named in the tables but has no row"
        );
    }
    let both_ways = |(from, to): &(&str, &[&str])| {
        to.iter().any(|name| {
            arrows::ARROWS
                .iter()
                .any(|(other, back)| other == name && back.contains(from))
        })
    };
    assert!(
        !arrows::ARROWS.iter().any(both_ways),
        "two modules use each other"
    );
}

#[test]
fn unfinished_work_is_found() {
    let text = format!(
        "// {}: later\nfn f() {{ {}!() }}\n#[{}]",
        concat!("TO", "DO"),
        concat!("to", "do"),
        "ignore"
    );
    assert_eq!(unfinished("a.rs", &text).len(), 3);
    assert_eq!(
        unfinished("a.rs", "let text = \"#[ignore] todo!\";"),
        Vec::<String>::new()
    );
}

#[test]
fn tests_that_nobody_runs_are_found() {
    let text = "/// ```\n/// f();\n/// ```\nfn f() {}\n#[cfg(test)]\nmod tests {}";
    assert_eq!(
        never_run("a.rs", text),
        ["a.rs:1: ```", "a.rs:3: ```", "a.rs:5: #[cfg(test)]"]
    );
}

#[test]
fn differing_dialects_are_found() {
    let sqlite = "CREATE TABLE shop (id INTEGER PRIMARY KEY, -- a, b\n name TEXT NOT NULL CHECK (length(name) IN (1, 2)),\n UNIQUE (name)) STRICT;";
    let postgres = "create table if not exists shop(id bigint primary key, name text not null);";
    assert_eq!(
        schema::differences("0001_a.sql", sqlite, postgres),
        Vec::<String>::new()
    );
    let swapped = "CREATE TABLE shop (name text, id bigint);";
    assert_eq!(schema::differences("0001_a.sql", sqlite, swapped).len(), 1);
    let altered = "CREATE TABLE shop (id bigint); ALTER TABLE shop ADD COLUMN name text;";
    assert_eq!(
        schema::differences("0001_a.sql", sqlite, altered),
        Vec::<String>::new()
    );
    assert_eq!(
        schema::numbering_gap(&["0001_a.sql".into(), "0002_b.sql".into()]),
        None
    );
    assert!(schema::numbering_gap(&["0001_a.sql".into(), "0003_b.sql".into()]).is_some());
}

#[test]
fn commands_that_do_not_exist_are_found() {
    let program = Commands::of_texts(&[
        (
            &[],
            "Commands:\n  shop  x\n\nOptions:\n      --data <DIR>  x",
        ),
        (&["shop"], "Commands:\n  init  x\n"),
        (&["shop", "init"], "Options:\n      --name <NAME>"),
        (&["shop", "run"], "Options:\n      --listen <ADDRESS>"),
    ]);
    let readme = "Run `kulakan shop init --name N`, not `kulakan shop fly`.\n```sh\n$ K=1 ./kulakan --data D shop init \\\n  --wings\ncargo run --release -- shop run | cat\n```\n";
    let named = commands::named_in(readme);
    let lines: Vec<usize> = named.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 1, 3, 5]);
    let follow = |at: usize| program.follow(&named[at].1);
    assert_eq!(
        follow(0),
        Ok(vec![vec!["shop".to_owned(), "init".to_owned()]])
    );
    assert_eq!(
        follow(1),
        Err("there is no command `kulakan shop fly`".to_owned())
    );
    assert_eq!(
        follow(2),
        Err("`kulakan shop init` has no --wings".to_owned())
    );
    assert_eq!(
        follow(3),
        Ok(vec![vec!["shop".to_owned(), "run".to_owned()]])
    );
    assert_eq!(program.leaves().len(), 2);
}

fn unfinished(file: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let words = line.split(|sign: char| !sign.is_alphanumeric());
        let hits = words.filter(|word| UNFINISHED_WORDS.contains(word));
        found.extend(hits.map(|word| format!("{file}:{}: {word}", index + 1)));
    }
    let tokens = Source::read(text).tokens();
    for code in UNFINISHED_CODE {
        let hits = tokens
            .windows(code.len())
            .filter(|part| part.iter().map(|token| &token.text).eq(code.iter()));
        found.extend(hits.map(|part| format!("{file}:{}: {}", part[0].line, code.concat())));
    }
    found
}

/// The library is built without its own tests and examples (`test` and `doctest` in Cargo.toml): those stand in tests/.
fn never_run(file: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let is_comment = line.starts_with("///") || line.starts_with("//!");
        for mark in ["```", "#[cfg(test)]", "#[test]"] {
            if line.starts_with(mark) || is_comment && mark == "```" && line.contains(mark) {
                found.push(format!("{file}:{}: {mark}", index + 1));
            }
        }
    }
    found
}

fn report(faults: impl IntoIterator<Item = String>) {
    let faults: Vec<String> = faults.into_iter().collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

fn names(files: &[(String, String)]) -> Vec<String> {
    let name =
        |(file, _): &(String, String)| file.rsplit('/').next().unwrap_or_default().to_owned();
    files.iter().map(name).collect()
}

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

/// Every file under a folder with this ending, path from the crate's root and text, in order of path.
/// A folder that does not exist has none.
pub fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut waiting = vec![root.join(folder)];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                waiting.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == ending)
            {
                let name = path
                    .strip_prefix(root)
                    .expect("under the root")
                    .to_string_lossy()
                    .into_owned();
                found.push((name.replace('\\', "/"), read(&name)));
            }
        }
    }
    found.sort();
    found
}
