//! What the hub's log can say has words, and every text is there in both languages.

use std::fs;
use std::path::{Path, PathBuf};

use kulakan::hub::web::pages::texts;

fn code(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            code(&path, files);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            files.push(path);
        }
    }
}

/// `noun.done`, as actions are called.
fn is_action(literal: &str) -> bool {
    let word = |text: &str| {
        let fits = |sign: char| sign.is_ascii_lowercase() || sign == '_';
        !text.is_empty() && text.chars().all(fits)
    };
    literal
        .split_once('.')
        .is_some_and(|(noun, done)| word(noun) && word(done))
}

#[test]
fn every_action_of_the_log_has_words() {
    let mut files = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/hub");
    code(&root, &mut files);
    let told = texts::every();
    let (mut found, mut silent) = (0, Vec::new());
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for (at, _) in text.match_indices("audit::record(") {
            let call = text[at..].split(';').next().unwrap();
            let literals = call.split('"').skip(1).step_by(2);
            for action in literals.filter(|literal| is_action(literal)) {
                found += 1;
                if !told.iter().any(|(key, ..)| *key == action) {
                    silent.push(format!("{}: {action}", file.display()));
                }
            }
        }
    }
    assert!(found > 20, "{found} actions");
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn every_text_is_there_in_both_languages() {
    let all = texts::every();
    assert!(all.len() > 100);
    for (key, indonesian, english) in all {
        assert!(
            !indonesian.trim().is_empty() && !english.trim().is_empty(),
            "{key}: {indonesian:?} {english:?}"
        );
    }
}
