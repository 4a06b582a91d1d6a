//! What a warung does to a running till: `kill -9`, disk errors, a full disk and power cuts, on the program as users run
//! it, a child process on a real folder.
//!
//! After each of them an independent reader of the file ([`reader`]) and the program's own doctor look at what is left.
//! `KULAKAN_KILLS` and `KULAKAN_IMAGES` set how many crashes there are, `KULAKAN_SEED` repeats a run's choices.

mod aftermath;
mod answers;
pub mod chain;
mod disk_errors;
mod doctor;
mod full_disk;
mod http;
mod kill_points;
mod kills;
mod load;
mod notes;
mod power;
mod prepared;
pub(crate) mod program;
mod reader;
mod strace;

/// A number from the environment, or what it is without one.
fn number(name: &str, otherwise: u64) -> u64 {
    let Ok(text) = std::env::var(name) else {
        return otherwise;
    };
    text.parse()
        .unwrap_or_else(|error| panic!("{name}={text}: {error}"))
}

/// Where a test's choices come from: SplitMix64, so that a seed gives the same ones on every machine.
///
/// Source: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
#[derive(Clone)]
struct Dice(u64);

impl Dice {
    /// From `KULAKAN_SEED`, or from the clock; either way printed, so that a failure can be had again.
    fn announced(what: &str) -> Self {
        let clock = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(1, |since| since.as_secs());
        let seed = number("KULAKAN_SEED", clock);
        println!("{what}: KULAKAN_SEED={seed}");
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of 0 to `bound` - 1.
    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    /// True in `of` cases out of 100.
    fn percent(&mut self, of: u64) -> bool {
        self.next() % 100 < of
    }
}
