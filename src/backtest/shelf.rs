//! One product's shelf lived through day by day: deliveries in the morning, sales from the lot that expires first, what
//! passes its date thrown away at night. What is not there is not sold and not waited for.

use std::collections::VecDeque;

use chrono::{Days, NaiveDate};

use crate::model::Quantity;
use crate::plan::LotBalance;

/// The shelf, and what is on its way to it.
#[derive(Debug, Clone)]
pub struct Shelf {
    today: i64,
    /// The last day on which each lot may be sold, and what is left of it; the first to expire in front.
    lots: VecDeque<(i64, i64)>,
    /// The day on which each order arrives, and how much.
    coming: VecDeque<(i64, i64)>,
    shelf_life_days: Option<u32>,
}

/// What happened on one day, in base units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lived {
    /// Sold.
    pub sold: i64,
    /// Asked for and not there.
    pub lost: i64,
    /// Thrown away at night.
    pub wasted: i64,
    /// On hand at night, after that.
    pub on_hand: i64,
}

impl Shelf {
    /// Opens with this stock, fresh.
    #[must_use]
    pub fn stocked(stock: i64, shelf_life_days: Option<u32>) -> Self {
        let mut shelf = Self {
            today: 0,
            lots: VecDeque::new(),
            coming: VecDeque::new(),
            shelf_life_days,
        };
        shelf.put(stock);
        shelf
    }

    fn put(&mut self, quantity: i64) {
        if quantity > 0 {
            let keeps = self.shelf_life_days.map_or(i64::MAX / 2, i64::from);
            self.lots.push_back((self.today + keeps, quantity));
        }
    }

    /// Base units on the shelf.
    #[must_use]
    pub fn on_hand(&self) -> i64 {
        self.lots.iter().map(|(_, left)| left).sum()
    }

    /// What is left of each lot on the morning of `today`, dated where the goods do not keep.
    #[must_use]
    pub fn lots(&self, today: NaiveDate) -> Vec<LotBalance> {
        let dated = self.shelf_life_days.is_some();
        self.lots
            .iter()
            .map(|(until, left)| LotBalance {
                expires: today
                    .checked_add_days(Days::new((until - self.today).max(0) as u64))
                    .filter(|_| dated),
                quantity: Quantity(*left),
            })
            .collect()
    }

    /// Base units on their way.
    #[must_use]
    pub fn coming(&self) -> i64 {
        self.coming.iter().map(|(_, quantity)| quantity).sum()
    }

    /// Orders so much, to arrive after `lead_time_days` in the morning.
    pub fn order(&mut self, quantity: i64, lead_time_days: u32) {
        if quantity > 0 {
            self.coming
                .push_back((self.today + i64::from(lead_time_days), quantity));
        }
    }

    /// Lives one day on which so much is asked for.
    pub fn live(&mut self, demand: i64) -> Lived {
        while let Some((_, quantity)) = self.coming.pop_front_if(|(day, _)| *day <= self.today) {
            self.put(quantity);
        }
        let mut wanted = demand.max(0);
        for (_, left) in &mut self.lots {
            let sold = wanted.min(*left);
            *left -= sold;
            wanted -= sold;
        }
        let mut wasted = 0;
        self.lots.retain(|(until, left)| {
            let expired = *until <= self.today;
            wasted += if expired { *left } else { 0 };
            *left > 0 && !expired
        });
        self.today += 1;
        Lived {
            sold: demand.max(0) - wanted,
            lost: wanted,
            wasted,
            on_hand: self.on_hand(),
        }
    }
}
