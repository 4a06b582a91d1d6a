//! Goods at one place by lot: the one that passes its date first is taken first.

/// Goods with one last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lot {
    /// The last day on which it may be sold; [`KEEPS`] for goods that keep.
    pub last_day: u32,
    /// Base units, above 0.
    pub quantity: i64,
}

/// The last day of goods that keep.
pub const KEEPS: u32 = u32::MAX;

/// Stock of one product at one place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shelf {
    /// By last day, the earliest first; no two with the same.
    lots: Vec<Lot>,
    total: i64,
}

impl Shelf {
    /// Base units of all lots.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.total
    }

    /// The lots, the one that passes its date first in front.
    #[must_use]
    pub fn lots(&self) -> &[Lot] {
        &self.lots
    }

    /// Puts a lot in; one of nothing is no lot.
    pub fn add(&mut self, lot: Lot) {
        if lot.quantity <= 0 {
            return;
        }
        self.total += lot.quantity;
        match self
            .lots
            .binary_search_by_key(&lot.last_day, |held| held.last_day)
        {
            Ok(at) => self.lots[at].quantity += lot.quantity,
            Err(at) => self.lots.insert(at, lot),
        }
    }

    /// Takes up to so many units, first expired first out, handing each part to `taken`; returns how many there were.
    pub fn take(&mut self, quantity: i64, mut taken: impl FnMut(Lot)) -> i64 {
        let mut wanted = quantity.max(0);
        let mut emptied = 0;
        for lot in &mut self.lots {
            if wanted == 0 {
                break;
            }
            let part = wanted.min(lot.quantity);
            taken(Lot {
                last_day: lot.last_day,
                quantity: part,
            });
            wanted -= part;
            lot.quantity -= part;
            emptied += usize::from(lot.quantity == 0);
        }
        self.lots.drain(..emptied);
        let got = quantity.max(0) - wanted;
        self.total -= got;
        got
    }

    /// Throws away what may not be sold after `day`; returns how many units.
    pub fn expire(&mut self, day: u32) -> i64 {
        let past = self.lots.partition_point(|lot| lot.last_day <= day);
        let wasted = self.lots.drain(..past).map(|lot| lot.quantity).sum();
        self.total -= wasted;
        wasted
    }
}
