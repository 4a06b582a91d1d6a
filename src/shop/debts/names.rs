//! Names that may mean the same person: "tini" where the book has a "Bu Tini".

/// Ways to address somebody, which are said or left out without meaning another person.
const TITLES: [&str; 20] = [
    "bu", "ibu", "pak", "bapak", "bpk", "mbak", "mba", "mas", "bang", "abang", "kak", "kakak",
    "om", "tante", "mang", "teh", "h", "hj", "haji", "hajah",
];

/// How close two names are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::shop) enum Likeness {
    /// The same but for how the person is addressed.
    Same,
    /// A slip of the finger away.
    Close,
    /// One is a part of the other.
    Part,
}

/// How close a name that was typed is to one in the book; nothing where nobody would take one for the other.
pub(in crate::shop) fn likeness(typed: &str, known: &str) -> Option<Likeness> {
    let (typed, known) = (words(typed), words(known));
    let (typed_core, known_core) = (core(&typed), core(&known));
    if typed_core.is_empty() || known_core.is_empty() {
        return None;
    }
    if typed_core == known_core {
        return Some(Likeness::Same);
    }
    let (typed_core, known_core) = (typed_core.join(" "), known_core.join(" "));
    let shorter = typed_core.chars().count().min(known_core.chars().count());
    // Short names differ by a letter and are different people: Sri and Sari.
    let slips = match shorter {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    if distance(&typed_core, &known_core) <= slips {
        return Some(Likeness::Close);
    }
    let within = known.join(" ").contains(&typed.join(" "))
        || format!(" {typed_core} ").contains(&format!(" {known_core} "))
        || format!(" {known_core} ").contains(&format!(" {typed_core} "));
    within.then_some(Likeness::Part)
}

fn words(name: &str) -> Vec<String> {
    name.to_lowercase()
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The words that name and do not only address; all of them where there are no others.
fn core(words: &[String]) -> &[String] {
    let titles = words
        .iter()
        .take_while(|word| TITLES.contains(&word.as_str()))
        .count();
    if titles == words.len() {
        words
    } else {
        &words[titles..]
    }
}

/// Letters to put in, take out, change or swap with the next, to make one text of the other.
fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for row in 1..=one.len() {
        let mut now = vec![row];
        for column in 1..=other.len() {
            let same = one[row - 1] == other[column - 1];
            let mut least = (last[column - 1] + usize::from(!same))
                .min(last[column] + 1)
                .min(now[column - 1] + 1);
            let swapped = row > 1
                && column > 1
                && one[row - 1] == other[column - 2]
                && one[row - 2] == other[column - 1];
            if swapped {
                least = least.min(before[column - 2] + 1);
            }
            now.push(least);
        }
        before = std::mem::replace(&mut last, now);
    }
    last[other.len()]
}
