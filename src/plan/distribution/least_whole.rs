//! The search for a quantile: the least whole number that is enough.

/// A probability that is reached to within this much is reached. Some are reached exactly (a median of 41 where mean
/// and shape are 42, say), and the rounding of the last digits must not make that one unit more.
pub(super) const PROBABILITY_ROUNDING: f64 = 1e-12;

/// The least whole x >= 0 for which `enough` holds, `enough` being false up to some x and true from there on: strides
/// that double from the guess until the answer is between two points, then halving.
pub(in super::super) fn least_whole(guess: f64, enough: impl Fn(i64) -> bool) -> i64 {
    // Far above any demand, far below where i64 overflows.
    const FARTHEST: i64 = 1 << 60;
    let guess = if guess.is_finite() { guess } else { 0.0 };
    let start = (guess.max(0.0) as i64).min(FARTHEST);
    let mut stride = 1;
    // Invariant once both are found: not enough at `below`, enough at `reached`.
    let (mut below, mut reached);
    if enough(start) {
        reached = start;
        loop {
            below = reached - stride;
            if below < 0 {
                below = -1;
                break;
            }
            if !enough(below) {
                break;
            }
            reached = below;
            stride *= 2;
        }
    } else {
        below = start;
        loop {
            reached = below + stride;
            if reached >= FARTHEST || enough(reached) {
                break;
            }
            below = reached;
            stride *= 2;
        }
    }
    while reached - below > 1 {
        let middle = below + (reached - below) / 2;
        if enough(middle) {
            reached = middle;
        } else {
            below = middle;
        }
    }
    reached
}
