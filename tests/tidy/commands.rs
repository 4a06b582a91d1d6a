//! The commands that a text names, held against those that the program has.

use std::collections::BTreeMap;
use std::process::Command;

/// Every command path of the program (`["shop", "init"]`) with its help text; `[]` is the program.
pub struct Commands {
    help: BTreeMap<Vec<String>, String>,
}

impl Commands {
    /// Asks the built program, following the list of commands in each help text.
    pub fn of_program() -> Self {
        let mut help = BTreeMap::new();
        let mut waiting = vec![Vec::new()];
        while let Some(path) = waiting.pop() {
            let text = help_of(&path);
            for name in listed(&text) {
                let mut longer: Vec<String> = path.clone();
                longer.push(name);
                waiting.push(longer);
            }
            help.insert(path, text);
        }
        Self { help }
    }

    #[cfg(test)]
    pub fn of_texts(texts: &[(&[&str], &str)]) -> Self {
        let owned = |path: &[&str]| path.iter().map(|name| (*name).to_owned()).collect();
        let help = texts
            .iter()
            .map(|(path, text)| (owned(path), (*text).to_owned()))
            .collect();
        Self { help }
    }

    /// Commands that do something themselves, the program as a whole left out.
    pub fn leaves(&self) -> Vec<&Vec<String>> {
        let leaf = |path: &&Vec<String>| !path.is_empty() && !self.has_children(path);
        self.help.keys().filter(leaf).collect()
    }

    fn has_children(&self, path: &[String]) -> bool {
        self.help
            .keys()
            .any(|other| other.len() == path.len() + 1 && other.starts_with(path))
    }

    /// Follows a command line (without the program's name) and returns the commands it names, several
    /// where it writes `a|b`; the error says which word the program does not know.
    pub fn follow(&self, line: &str) -> Result<Vec<Vec<String>>, String> {
        let mut named: Vec<Vec<String>> = vec![Vec::new()];
        let mut words = line.split_whitespace();
        while let Some(word) = words.next() {
            let word = word.trim_matches(|sign| matches!(sign, '[' | ']'));
            if matches!(word, "|" | ">" | "<" | "&" | "&&" | ";" | "..." | "…")
                || word.starts_with('#')
            {
                break;
            }
            if word.starts_with("--") && word.len() > 2 {
                let flag = word.split('=').next().unwrap_or(word);
                let known = |path: &&Vec<String>| !offers(&self.help[*path], flag);
                if let Some(path) = named.iter().find(known) {
                    return Err(format!("`kulakan {}` has no {flag}", path.join(" ")));
                }
                let inner = named.iter().any(|path| self.has_children(path));
                let takes_value = self.help[&named[0]].contains(&format!("{flag} <"));
                if inner && takes_value && !word.contains('=') {
                    words.next();
                }
                continue;
            }
            if !named.iter().any(|path| self.has_children(path)) {
                continue;
            }
            let mut longer = Vec::new();
            for path in &named {
                for name in word.split('|').filter(|name| !name.is_empty()) {
                    let mut next = path.clone();
                    next.push(name.to_owned());
                    if !self.help.contains_key(&next) {
                        return Err(format!("there is no command `kulakan {}`", next.join(" ")));
                    }
                    longer.push(next);
                }
            }
            named = longer;
        }
        Ok(named)
    }
}

/// Command lines after `kulakan` in the code of a Markdown text, with their line numbers.
pub fn named_in(markdown: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fenced = false;
    let mut carried: Option<(usize, String)> = None;
    for (index, line) in markdown.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            let (start, text) = match carried.take() {
                Some((start, before)) => (start, before + " " + line.trim()),
                None => (index + 1, line.trim().to_owned()),
            };
            if let Some(open) = text.strip_suffix('\\') {
                carried = Some((start, open.to_owned()));
            } else {
                found.extend(command_line(&text).map(|command| (start, command)));
            }
        } else {
            let spans = line.split('`').skip(1).step_by(2);
            found.extend(
                spans
                    .filter_map(command_line)
                    .map(|command| (index + 1, command)),
            );
        }
    }
    found
}

fn command_line(text: &str) -> Option<String> {
    let mut rest = text.trim().trim_start_matches("$ ");
    while let Some((word, after)) = rest.split_once(' ') {
        // `sudo` and settings in front of the command are the shell's business.
        if word == "sudo" || (word.contains('=') && !word.starts_with('-')) {
            rest = after.trim_start();
        } else {
            break;
        }
    }
    if rest.starts_with("cargo run ") {
        return rest
            .split_once(" -- ")
            .map(|(_, command)| command.to_owned());
    }
    let (program, arguments) = rest.split_once(' ')?;
    let name = program.rsplit('/').next()?;
    (name == "kulakan").then(|| arguments.to_owned())
}

fn help_of(path: &[String]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_kulakan"))
        .args(path)
        .arg("--help")
        .output();
    let run = run.unwrap_or_else(|fault| panic!("kulakan {} --help: {fault}", path.join(" ")));
    assert!(
        run.status.success(),
        "kulakan {} --help ended with {}",
        path.join(" "),
        run.status
    );
    String::from_utf8_lossy(&run.stdout).into_owned()
}

/// Names under `Commands:` in a help text.
fn listed(help: &str) -> Vec<String> {
    let section = help
        .lines()
        .skip_while(|line| line.trim() != "Commands:")
        .skip(1);
    section
        .take_while(|line| !line.trim().is_empty())
        // Names stand two columns in; wrapped descriptions stand further.
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

fn offers(help: &str, flag: &str) -> bool {
    help.match_indices(flag).any(|(at, _)| {
        let after = help[at + flag.len()..].chars().next();
        !after.is_some_and(|sign| sign.is_alphanumeric() || sign == '-')
    })
}
