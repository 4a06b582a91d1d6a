//! Just enough of Rust's grammar to read which paths and which texts a file contains.

/// A file with its comments and texts taken apart.
pub struct Source {
    /// The code, comments and the insides of string literals blanked; lines keep their numbers.
    code: String,
    /// Each string literal with the line it starts on.
    pub texts: Vec<(usize, String)>,
}

/// A word, a `::` or a single sign of the code.
#[derive(Clone)]
pub struct Token {
    pub line: usize,
    pub text: String,
}

/// A path as written, groups of a `use` spelt out: `use a::{b, c::d}` gives `a::b` and `a::c::d`.
pub struct Path {
    pub line: usize,
    pub segments: Vec<String>,
    /// Names of the `mod name { ... }` blocks around it.
    pub inside: Vec<String>,
}

impl Source {
    pub fn read(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let mut source = Self {
            code: String::with_capacity(text.len()),
            texts: Vec::new(),
        };
        let mut at = 0;
        while at < chars.len() {
            let end = match chars[at] {
                '/' if chars.get(at + 1) == Some(&'/') => line_end(&chars, at),
                '/' if chars.get(at + 1) == Some(&'*') => comment_end(&chars, at),
                '"' => string_end(&chars, at),
                'r' if !in_word(&chars, at) && raw_hashes(&chars, at).is_some() => {
                    raw_end(&chars, at, raw_hashes(&chars, at).unwrap_or(0))
                }
                '\'' => character_end(&chars, at),
                sign => {
                    source.code.push(sign);
                    at += 1;
                    continue;
                }
            };
            if matches!(chars[at], '"' | 'r') {
                let line = source.code.matches('\n').count() + 1;
                source.texts.push((line, chars[at..end].iter().collect()));
            }
            for &sign in &chars[at..end] {
                source.code.push(if sign == '\n' { '\n' } else { ' ' });
            }
            at = end;
        }
        source
    }

    pub fn tokens(&self) -> Vec<Token> {
        let mut tokens = Vec::new();
        for (index, line) in self.code.lines().enumerate() {
            let mut rest = line.trim_start();
            while let Some(first) = rest.chars().next() {
                let length = if is_word(first) {
                    rest.find(|sign| !is_word(sign)).unwrap_or(rest.len())
                } else if rest.starts_with("::") {
                    2
                } else {
                    first.len_utf8()
                };
                tokens.push(Token {
                    line: index + 1,
                    text: rest[..length].to_owned(),
                });
                rest = rest[length..].trim_start();
            }
        }
        tokens
    }
}

/// Every path of two or more names in the code, and every name that a `use` brings in.
pub fn paths(tokens: &[Token]) -> Vec<Path> {
    let mut found = Vec::new();
    let mut blocks: Vec<(usize, String)> = Vec::new();
    let mut depth = 0_usize;
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let mut at = 0;
    while at < tokens.len() {
        match text(at) {
            "mod" if text(at + 2) == "{" => blocks.push((depth, text(at + 1).to_owned())),
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                blocks.retain(|(opened, _)| *opened < depth);
            }
            word if word.starts_with(is_word) => {
                let before = if at > 0 { text(at - 1) } else { "" };
                if before != "." && (text(at + 1) == "::" || before == "use") {
                    let mut branches = Vec::new();
                    at = tree(tokens, at, &[], &mut branches);
                    let inside: Vec<String> = blocks.iter().map(|(_, name)| name.clone()).collect();
                    found.extend(branches.into_iter().map(|(line, segments)| Path {
                        line,
                        segments,
                        inside: inside.clone(),
                    }));
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Reads the path that starts at a word; returns where it ends.
fn tree(
    tokens: &[Token],
    start: usize,
    prefix: &[String],
    found: &mut Vec<(usize, Vec<String>)>,
) -> usize {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let mut segments = prefix.to_vec();
    let mut at = start;
    loop {
        segments.push(text(at).to_owned());
        let line = tokens[at].line;
        at += 1;
        if text(at) != "::" {
            found.push((line, segments));
            return at;
        }
        match text(at + 1) {
            "{" => {
                at += 2;
                while at < tokens.len() && text(at) != "}" {
                    at = match text(at) {
                        "as" => at + 2,
                        word if word == "*" || word.starts_with(is_word) => {
                            tree(tokens, at, &segments, found)
                        }
                        _ => at + 1,
                    };
                }
                return at + 1;
            }
            word if word == "*" || word.starts_with(is_word) => at += 1,
            _ => {
                found.push((line, segments));
                return at + 1;
            }
        }
    }
}

fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

fn in_word(chars: &[char], at: usize) -> bool {
    // `br"..."` and `cr"..."` are literals too; any other letter before the r makes it part of a name.
    match at.checked_sub(1).map(|before| (before, chars[before])) {
        Some((before, 'b' | 'c')) => in_word(chars, before),
        Some((_, sign)) => is_word(sign),
        None => false,
    }
}

fn line_end(chars: &[char], at: usize) -> usize {
    let length = chars[at..].iter().position(|&sign| sign == '\n');
    length.map_or(chars.len(), |length| at + length)
}

fn comment_end(chars: &[char], at: usize) -> usize {
    let mut depth = 0_usize;
    let mut end = at;
    while end < chars.len() {
        match (chars[end], chars.get(end + 1)) {
            ('/', Some('*')) => {
                depth += 1;
                end += 2;
            }
            ('*', Some('/')) => {
                depth -= 1;
                end += 2;
                if depth == 0 {
                    return end;
                }
            }
            _ => end += 1,
        }
    }
    chars.len()
}

fn string_end(chars: &[char], at: usize) -> usize {
    let mut end = at + 1;
    while end < chars.len() {
        match chars[end] {
            '\\' => end += 2,
            '"' => return end + 1,
            _ => end += 1,
        }
    }
    chars.len()
}

fn raw_hashes(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at + 1..]
        .iter()
        .take_while(|&&sign| sign == '#')
        .count();
    (chars.get(at + 1 + hashes) == Some(&'"')).then_some(hashes)
}

fn raw_end(chars: &[char], at: usize, hashes: usize) -> usize {
    let mut end = at + hashes + 2;
    while end < chars.len() {
        let closing = chars[end + 1..]
            .iter()
            .take(hashes)
            .filter(|&&sign| sign == '#')
            .count();
        if chars[end] == '"' && closing == hashes {
            return end + 1 + hashes;
        }
        end += 1;
    }
    chars.len()
}

/// The end of a character literal, or just past the quote of a lifetime.
fn character_end(chars: &[char], at: usize) -> usize {
    match (chars.get(at + 1), chars.get(at + 2)) {
        (Some('\\'), _) => {
            let closing = chars[at + 3..].iter().position(|&sign| sign == '\'');
            closing.map_or(chars.len(), |length| at + 3 + length + 1)
        }
        (Some(_), Some('\'')) => at + 3,
        _ => at + 1,
    }
}
