//! Streams of random numbers that depend on nothing but what they are for.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;

/// What a stream decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Demand at a shop for a product.
    Demand,
    /// Lead time from the distributor to a shop.
    Delivery,
    /// Lead time from a supplier to the distributor.
    Supply,
}

/// Numbers for one purpose at one place in one replication, one for each day: the n-th is the same whatever was
/// simulated before and whichever policy asks, which is what makes random numbers common to all policies.
#[derive(Debug, Clone)]
pub struct Stream(Pcg64);

impl Stream {
    /// The stream of a replication for a purpose, `place` and `item` saying where (a shop and a product, or a link).
    #[must_use]
    pub fn new(seed: u64, replication: u32, purpose: Purpose, place: usize, item: usize) -> Self {
        let words = [
            seed,
            u64::from(replication),
            purpose as u64,
            place as u64,
            item as u64,
        ];
        let mixed = |salt: u64| {
            words
                .iter()
                .fold(salt, |state, &word| scatter(state ^ scatter(word)))
        };
        let wide = |high: u64, low: u64| u128::from(mixed(high)) << 64 | u128::from(mixed(low));
        Self(Pcg64::new(wide(1, 2), wide(3, 4)))
    }

    /// The next number, at least 0 and below 1, a multiple of 2^-53.
    pub fn uniform(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.0.next_u64() >> 11) as f64 * STEP
    }
}

/// Source: finaliser of SplitMix64, G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number
/// generators" (2014), with the constants of D. Stafford's variant 13.
fn scatter(word: u64) -> u64 {
    let mut z = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
