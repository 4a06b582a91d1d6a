//! Everything that reads bytes from outside, fed with bytes that nobody in his right mind would send.
//!
//! Inputs are made from the corpus by rules that know the form (JSON nodes, chains, zstd frames, ZIP parts, database
//! pages) and spoilt byte by byte. A case is told by its seed and number alone. Here each target gets a fixed few; `cargo
//! bench --bench fuzz -- TARGET SECONDS` runs one for as long as it is told. What once broke something lies in
//! `tests/data/fuzz/TARGET` and is fed first.

mod decode;
mod files;
mod mutate;
mod push;
mod reply;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

pub use mutate::Chance;

/// The names of the targets.
pub const TARGETS: [&str; 8] = [
    "event",
    "note",
    "push",
    "decompression",
    "reply",
    "csv",
    "excel",
    "database",
];

/// No input may take longer, in a build without optimisation and on a busy machine.
const SLOW: Duration = Duration::from_secs(20);

/// Panics of any thread, counted by who installs a hook that does.
pub static PANICS: AtomicUsize = AtomicUsize::new(0);

/// What is fed.
trait Target {
    /// An input.
    fn make(&mut self, chance: &mut Chance) -> Vec<u8>;

    /// Feeds it; what is wrong with how it was taken.
    fn feed(&mut self, input: &[u8]) -> Result<(), String>;
}

fn target(name: &str) -> Box<dyn Target> {
    match name {
        "event" => Box::new(decode::Events::new()),
        "note" => Box::new(decode::Notes::new()),
        "push" => Box::new(push::Pushes::new()),
        "decompression" => Box::new(push::Frames::new()),
        "reply" => Box::new(reply::Replies::new()),
        "csv" => Box::new(files::Csv::new()),
        "excel" => Box::new(files::Excel::new()),
        "database" => Box::new(files::Databases::new()),
        other => panic!("there is no target {other}; there are {TARGETS:?}"),
    }
}

/// How long a target is fed.
pub enum Limit {
    Cases(u64),
    Time(Duration),
}

/// Feeds a target what is kept and then what `seed` makes; how many inputs that were.
///
/// # Panics
/// With the seed, the number of the case and a file of the input when one is not taken as it should be.
pub fn run(name: &str, seed: u64, limit: &Limit) -> u64 {
    let mut target = target(name);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/fuzz")
        .join(name);
    for kept in std::fs::read_dir(folder).into_iter().flatten() {
        let path = kept.expect("an entry").path();
        let input = std::fs::read(&path).expect("a file");
        if let Err(why) = fed(&mut *target, &input) {
            panic!("{}: {why}", path.display());
        }
    }
    let begun = Instant::now();
    let mut case = 0;
    while match limit {
        Limit::Cases(cases) => case < *cases,
        Limit::Time(time) => begun.elapsed() < *time,
    } {
        let mut chance = Chance::of_case(seed, case);
        let input = target.make(&mut chance);
        // Written before it is fed: what ends the whole process must not take the input with it.
        let path = place(name, seed);
        std::fs::write(&path, &input).expect("a file");
        if let Err(why) = fed(&mut *target, &input) {
            panic!(
                "{name}, seed {seed}, case {case}: {why}; the input is {}",
                path.display()
            );
        }
        case += 1;
    }
    let _ = std::fs::remove_file(place(name, seed));
    case
}

fn place(name: &str, seed: u64) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}-{seed}"))
}

fn fed(target: &mut dyn Target, input: &[u8]) -> Result<(), String> {
    let before = PANICS.load(Relaxed);
    let begun = Instant::now();
    catch_unwind(AssertUnwindSafe(|| target.feed(input)))
        .unwrap_or_else(|_| Err("it panicked".to_owned()))?;
    if PANICS.load(Relaxed) != before {
        return Err("a thread panicked".to_owned());
    }
    if begun.elapsed() > SLOW {
        return Err(format!("it took {:?}", begun.elapsed()));
    }
    Ok(())
}

/// A number that makes every run of the tests the same.
#[cfg(test)]
const SEED: u64 = 1;

#[cfg(test)]
#[rstest::rstest]
#[case::event("event", 3000)]
#[case::note("note", 3000)]
#[case::push("push", 250)]
#[case::decompression("decompression", 150)]
#[case::reply("reply", 150)]
#[case::csv("csv", 250)]
#[case::excel("excel", 150)]
#[case::database("database", 60)]
fn nothing_that_comes_from_outside_breaks_it(#[case] name: &str, #[case] cases: u64) {
    // A developer's longer run, without the optimisation that the bench has.
    let seconds = std::env::var("KULAKAN_FUZZ_SECONDS").ok();
    let limit = seconds
        .and_then(|text| text.parse().ok())
        .map_or(Limit::Cases(cases), |seconds| {
            Limit::Time(Duration::from_secs(seconds))
        });
    println!("{name}: seed {SEED}");
    let fed = run(name, SEED, &limit);
    println!("{name}: {fed} inputs");
}
