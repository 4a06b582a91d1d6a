//! Too little for everyone: scarce stock shared among shops, and loads shared out over a vehicle's room.
//!
//! Both go by expected days to stock-out: whoever would run out first is served first.
//!
//! Source of fair shares by equal run-out times: R. G. Brown, "Materials management systems" (1977); A. J. Martin,
//! "DRP: Distribution resource planning" (1983).

use serde::{Deserialize, Serialize};

use super::parameter::{ParameterError, not_negative};
use crate::model::{Quantity, Sku};

/// What a shop asks for of one product.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The shop's identity, or whatever else tells claims apart.
    pub shop: String,
    /// Base units that it has or that are on their way to it, less what it owes; may be negative.
    pub position: Quantity,
    /// Expected demand in base units a day.
    pub demand_per_day: f64,
    /// Base units that it needs.
    pub need: Quantity,
}

/// Who gets how much of one product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Allocation {
    /// One share for each claim, by days to stock-out before, then by shop.
    pub shares: Vec<Share>,
    /// Base units that nobody gets: what is left over when every need is met to the pack, or less than a pack.
    pub left_over: Quantity,
}

/// What a shop gets, and why not more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The shop, as in its claim.
    pub shop: String,
    /// Base units that it needs.
    pub need: Quantity,
    /// Base units that it gets, in whole packs.
    pub given: Quantity,
    /// The same in packs.
    pub packs: i64,
    /// Days that its position is expected to last without the share; `None` without demand.
    pub days_before: Option<f64>,
    /// The same with the share.
    pub days_after: Option<f64>,
    /// Why it gets no more.
    pub why: ShareLimit,
}

/// What keeps a share from being larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum ShareLimit {
    /// It needs no more.
    NeedMet,
    /// What is still needed is less than a pack.
    LessThanAPack {
        /// Base units.
        missing: Quantity,
    },
    /// Another pack would have to be taken from a shop that runs out no later.
    Scarce {
        /// Base units.
        missing: Quantity,
    },
}

/// Shares `stock` base units among shops so that those who would run out first are brought to the same days of cover
/// together, pack by pack: each pack goes to the shop that at that moment would run out first.
///
/// In packs, with K those in the stock and n those in each need, both rounded down:
/// - no shop gets more than its n, and all together get exactly min(K, sum of n): min(stock, sum of needs) where the
///   stock and every need are whole packs;
/// - fair to within a pack: taking the last pack from any shop would leave it with no more days of cover than any shop
///   has that would still take one;
/// - more stock never gives any shop less.
///
/// A shop without demand never runs out, and comes last; if it owes goods it comes first. Of shops with equal days of
/// cover each gets a pack in turn, in the order of their names; so the shares do not depend on the order of the claims.
///
/// # Errors
/// [`ParameterError`] for a stock or need below 0, a pack below 1, and a demand that is negative or not a number.
pub fn fair_shares(
    stock: Quantity,
    pack_size: Quantity,
    claims: &[Claim],
) -> Result<Allocation, ParameterError> {
    whole_amount("stock", stock.0)?;
    if pack_size.0 < 1 {
        let value = pack_size.0 as f64;
        return Err(ParameterError::new("pack_size", value, "1 or above"));
    }
    for (place, claim) in claims.iter().enumerate() {
        let of_claim = |error: ParameterError| error.within(format!("claims[{place}]"));
        not_negative("demand_per_day", claim.demand_per_day).map_err(of_claim)?;
        whole_amount("need", claim.need.0).map_err(of_claim)?;
    }
    let pack = pack_size.0;
    let mut order: Vec<&Claim> = claims.iter().collect();
    order.sort_by(|one, other| {
        one.days(0, pack)
            .total_cmp(&other.days(0, pack))
            .then_with(|| one.shop.cmp(&other.shop))
            .then_with(|| one.position.cmp(&other.position))
            .then_with(|| one.need.cmp(&other.need))
    });
    let packs = shared_packs(&order, pack, stock.0 / pack);
    let given: i128 = packs.iter().map(|&packs| i128::from(packs * pack)).sum();
    let shares = order.iter().zip(&packs).map(|(claim, &packs)| {
        let given = Quantity(packs * pack);
        let missing = claim.need - given;
        let days = |packs| Some(claim.days(packs, pack)).filter(|days| days.is_finite());
        Share {
            shop: claim.shop.clone(),
            need: claim.need,
            given,
            packs,
            days_before: days(0),
            days_after: days(packs),
            why: match missing.0 {
                ..=0 => ShareLimit::NeedMet,
                _ if missing < pack_size => ShareLimit::LessThanAPack { missing },
                _ => ShareLimit::Scarce { missing },
            },
        }
    });
    Ok(Allocation {
        shares: shares.collect(),
        // No more is given than there is.
        left_over: Quantity(stock.0 - given as i64),
    })
}

impl Claim {
    /// Expected days to stock-out after so many packs; infinite without demand, or negative and infinite where goods
    /// are owed all the same.
    fn days(&self, packs: i64, pack: i64) -> f64 {
        let position = i128::from(self.position.0) + i128::from(packs) * i128::from(pack);
        if self.demand_per_day > 0.0 {
            // A quotient beyond the largest number is as good as never.
            position as f64 / self.demand_per_day
        } else if position < 0 {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        }
    }

    /// How many of the packs that it needs it would take while it has fewer days than `level` (or no more, where `at`
    /// says so). Each pack adds days, so the first that it would not take ends them.
    fn packs_below(&self, level: f64, at: bool, pack: i64) -> i64 {
        let takes = |packs: i64| {
            let days = self.days(packs, pack);
            days < level || (at && days <= level)
        };
        let (mut taken, mut refused) = (0, self.need.0 / pack);
        while taken < refused {
            let middle = taken + (refused - taken) / 2;
            if takes(middle) {
                taken = middle + 1;
            } else {
                refused = middle;
            }
        }
        taken
    }
}

/// How many packs each claim gets of `stock` packs.
///
/// Giving pack by pack to whoever has the fewest days gives the packs whose days before them are the fewest of all.
/// So one level of days decides: every pack below it is given, none above it, and of those right at it as many as
/// there are left. The level is found by halving, in time that does not depend on how many packs there are.
fn shared_packs(claims: &[&Claim], pack: i64, stock: i64) -> Vec<i64> {
    let taken = |level: f64, at: bool| -> Vec<i64> {
        let packs = claims
            .iter()
            .map(|claim| claim.packs_below(level, at, pack));
        packs.collect()
    };
    let sum = |packs: &[i64]| -> i128 { packs.iter().map(|&packs| i128::from(packs)).sum() };
    let stock = i128::from(stock);
    let all = taken(f64::INFINITY, true);
    if sum(&all) <= stock {
        return all;
    }
    // The least level at which there are not enough packs, in the order of all floating-point numbers.
    let (mut enough, mut scarce) = (rank(f64::NEG_INFINITY) - 1, rank(f64::INFINITY));
    while scarce - enough > 1 {
        let middle = enough + (scarce - enough) / 2;
        if sum(&taken(at_rank(middle), true)) > stock {
            scarce = middle;
        } else {
            enough = middle;
        }
    }
    let level = at_rank(scarce);
    let mut packs = taken(level, false);
    let mut room: Vec<i64> = taken(level, true)
        .iter()
        .zip(&packs)
        .map(|(most, packs)| most - packs)
        .collect();
    let mut left = stock - sum(&packs);
    let mut names: Vec<usize> = (0..claims.len()).collect();
    names.sort_by(|&one, &other| {
        let (one, other) = (claims[one], claims[other]);
        one.shop.cmp(&other.shop)
    });
    // In turn, several rounds at once while there is enough for everyone.
    while left > 0 {
        names.retain(|&place| room[place] > 0);
        if names.is_empty() {
            break;
        }
        let rounds = (left / names.len() as i128).max(1);
        for &place in &names {
            let more = rounds.min(i128::from(room[place])).min(left) as i64;
            packs[place] += more;
            room[place] -= more;
            left -= i128::from(more);
        }
    }
    packs
}

/// The place of a number among all floating-point numbers that are not NaN.
fn rank(value: f64) -> i128 {
    let bits = i128::from(value.to_bits() & !SIGN);
    if value.is_sign_negative() {
        -bits
    } else {
        bits
    }
}

fn at_rank(rank: i128) -> f64 {
    let size = f64::from_bits(rank.unsigned_abs() as u64);
    if rank < 0 { -size } else { size }
}

const SIGN: u64 = 1 << 63;

/// The room of a vehicle; what is `None` never runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capacity {
    /// Cubic centimetres.
    pub volume: Option<i64>,
    /// Grams.
    pub weight: Option<i64>,
}

/// Packs of a product that want to go to a shop.
#[derive(Debug, Clone, PartialEq)]
pub struct Freight {
    /// The shop.
    pub shop: String,
    /// The product.
    pub sku: Sku,
    /// Whole packs.
    pub packs: i64,
    /// Cubic centimetres that a pack takes.
    pub pack_volume: i64,
    /// Grams that a pack weighs.
    pub pack_weight: i64,
    /// Days that the shop's stock of it is expected to last; `None` without demand.
    pub days_to_stock_out: Option<f64>,
}

/// What goes on a vehicle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// One for each freight, in the order of loading.
    pub lines: Vec<LoadLine>,
    /// Cubic centimetres loaded.
    pub volume: i64,
    /// Grams loaded.
    pub weight: i64,
}

/// What goes of one freight.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoadLine {
    /// The shop.
    pub shop: String,
    /// The product.
    pub sku: Sku,
    /// Whole packs that wanted to go.
    pub wanted: i64,
    /// Whole packs that go.
    pub loaded: i64,
    /// What leaves no room for the next pack; `None` where all go.
    pub full: Option<Full>,
    /// Days that the shop's stock of it is expected to last.
    pub days_to_stock_out: Option<f64>,
}

/// What of a vehicle is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Full {
    /// Its volume.
    Volume,
    /// The weight that it may carry.
    Weight,
}

/// Loads a vehicle with whole packs: what runs out first first (then by shop, then by product), of each as many packs
/// as still have room. What has no room does not keep what comes after it from taking the room that is there.
///
/// Of the first freight no loading takes more packs, of the second none that takes as many of the first, and so on; no
/// pack that stays behind has room.
///
/// # Errors
/// [`ParameterError`] for a capacity, volume, weight or number of packs below 0, and for days that are not a number.
pub fn load_vehicle(capacity: Capacity, freight: &[Freight]) -> Result<Load, ParameterError> {
    for (name, room) in [("volume", capacity.volume), ("weight", capacity.weight)] {
        whole_amount(name, room.unwrap_or(0)).map_err(|error| error.within("capacity"))?;
    }
    for (place, one) in freight.iter().enumerate() {
        let checked = whole_amount("packs", one.packs)
            .and_then(|()| whole_amount("pack_volume", one.pack_volume))
            .and_then(|()| whole_amount("pack_weight", one.pack_weight))
            .and_then(|()| match one.days_to_stock_out {
                Some(days) if days.is_nan() => {
                    Err(ParameterError::new("days_to_stock_out", days, "a number"))
                }
                _ => Ok(()),
            });
        checked.map_err(|error| error.within(format!("freight[{place}]")))?;
    }
    let days = |one: &Freight| one.days_to_stock_out.unwrap_or(f64::INFINITY);
    let mut order: Vec<&Freight> = freight.iter().collect();
    order.sort_by(|one, other| {
        days(one)
            .total_cmp(&days(other))
            .then_with(|| one.shop.cmp(&other.shop))
            .then_with(|| one.sku.cmp(&other.sku))
            .then_with(|| one.pack_volume.cmp(&other.pack_volume))
            .then_with(|| one.pack_weight.cmp(&other.pack_weight))
            .then_with(|| one.packs.cmp(&other.packs))
    });
    let (mut volume, mut weight) = (0_i64, 0_i64);
    let lines = order.into_iter().map(|one| {
        let room = |limit: Option<i64>, used: i64, each: i64| match limit {
            Some(limit) if each > 0 => (limit - used) / each,
            // No limit is still one to what can be counted.
            None if each > 0 => (i64::MAX - used) / each,
            _ => i64::MAX,
        };
        let by_volume = room(capacity.volume, volume, one.pack_volume);
        let by_weight = room(capacity.weight, weight, one.pack_weight);
        let loaded = one.packs.min(by_volume).min(by_weight);
        volume += loaded * one.pack_volume;
        weight += loaded * one.pack_weight;
        LoadLine {
            shop: one.shop.clone(),
            sku: one.sku.clone(),
            wanted: one.packs,
            loaded,
            full: (loaded < one.packs).then_some(if by_volume <= by_weight {
                Full::Volume
            } else {
                Full::Weight
            }),
            days_to_stock_out: one.days_to_stock_out,
        }
    });
    Ok(Load {
        lines: lines.collect(),
        volume,
        weight,
    })
}

fn whole_amount(name: &'static str, amount: i64) -> Result<(), ParameterError> {
    if amount < 0 {
        return Err(ParameterError::new(name, amount as f64, "0 or above"));
    }
    Ok(())
}
