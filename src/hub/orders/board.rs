//! The backlog board: everything open, how old it is, what it is worth, and what it waits for.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::super::Hub;
use super::super::positions::date_at;
use super::fill::Outlook;
use crate::error::Result;
use crate::hub::delivery_days::DeliveryDays;
use crate::hub::store::order_board::{self, OpenLine, WaitingLine};
use crate::hub::store::orders::{LineKind, OrderPhase};
use crate::hub::store::shops::{self, Shop};
use crate::hub::store::{self};
use crate::model::{Money, Quantity, Sku};

/// The most lines on the board.
pub const MOST_LINES: i64 = 5000;

/// What an open line waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Blocker {
    /// Somebody's decision on the order.
    Confirmation,
    /// The customer is on hold.
    Hold,
    /// Stock that nobody is known to bring.
    Stock,
    /// Stock that a supplier order is to bring.
    SupplierOrder,
    /// Stock that could be ordered and is not.
    NotOrdered,
    /// A stage of production.
    Production,
    /// The supplier who sends it.
    Supplier,
    /// The day on which the shop is delivered to.
    DeliveryDay,
    /// Nothing: it can leave.
    Nothing,
}

impl Blocker {
    /// All of them, what is worst first.
    pub const ALL: [Self; 9] = [
        Self::Confirmation,
        Self::Hold,
        Self::Stock,
        Self::NotOrdered,
        Self::SupplierOrder,
        Self::Production,
        Self::Supplier,
        Self::DeliveryDay,
        Self::Nothing,
    ];

    /// As sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmation => "confirmation",
            Self::Hold => "hold",
            Self::Stock => "stock",
            Self::SupplierOrder => "supplier_order",
            Self::NotOrdered => "not_ordered",
            Self::Production => "production",
            Self::Supplier => "supplier",
            Self::DeliveryDay => "delivery_day",
            Self::Nothing => "nothing",
        }
    }

    /// The reverse of [`Blocker::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// An open line on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardLine {
    /// The line, and what is known of its order.
    pub open: OpenLine,
    /// Days since it was ordered.
    pub age_days: i64,
    /// What the customer pays for what is open of it.
    pub value: Money,
    /// What it waits for.
    pub blocker: Blocker,
    /// Which supplier order, stage, supplier, or reason of a hold.
    pub blocked_by: String,
    /// The supplier order's identity, where it is one.
    pub supplier_order_id: Option<String>,
    /// When it is expected to be whole, as things are today.
    pub expected_on: Option<NaiveDate>,
    /// It is expected later than was promised or wanted, or the promise has passed.
    pub is_late: bool,
}

/// What is asked for most among what is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissedProduct {
    /// The product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The unit that it is spoken of in, and base units in that.
    pub unit: (String, i64),
    /// Not there, in base units.
    pub backordered: Quantity,
    /// What customers would pay for it.
    pub value: Money,
    /// How many orders wait for it.
    pub orders: usize,
    /// Of that, what open supplier orders bring.
    pub coming: Quantity,
    /// Who would be asked; empty where nobody is known.
    pub supplier: String,
}

/// The board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// The day that it is for.
    pub today: NaiveDate,
    /// Everything open, oldest first.
    pub lines: Vec<BoardLine>,
    /// What of products is not there, the most valuable first.
    pub missed: Vec<MissedProduct>,
}

impl Board {
    /// What customers pay for all that is set aside.
    #[must_use]
    pub fn backlog_value(&self) -> Money {
        self.lines
            .iter()
            .map(|it| it.open.line.value_of(it.open.line.reserved))
            .sum()
    }

    /// What customers pay for all that is not there.
    #[must_use]
    pub fn backorder_value(&self) -> Money {
        self.lines
            .iter()
            .map(|it| it.open.line.value_of(it.open.line.backordered))
            .sum()
    }
}

impl Hub {
    /// Everything that is open.
    ///
    /// # Errors
    /// What the database said.
    pub async fn backlog(&self) -> Result<Board> {
        let (now, today) = (self.now(), self.today());
        let timezone = self.identity.timezone;
        store::read(self.store(), move |tx| {
            let outlook = Outlook::load(tx, today)?;
            let open = order_board::open_lines(tx, MOST_LINES)?;
            let coming = order_board::arrivals(tx)?;
            let mut waiting: BTreeMap<Sku, Vec<WaitingLine>> = BTreeMap::new();
            for line in order_board::waiting(tx, None)? {
                waiting.entry(line.sku.clone()).or_default().push(line);
            }
            let mut expected = BTreeMap::new();
            for (sku, lines) in &waiting {
                for (line, promise) in lines.iter().zip(outlook.expected(sku, lines)) {
                    expected.insert((line.order_id.clone(), line.line_no), promise);
                }
            }
            let mut known: BTreeMap<String, Option<Shop>> = BTreeMap::new();
            let mut lines = Vec::with_capacity(open.len());
            for open in open {
                let shop = match &open.shop_id {
                    Some(id) => {
                        if !known.contains_key(id) {
                            known.insert(id.clone(), shops::find(tx, id)?);
                        }
                        known.get(id).and_then(Option::as_ref)
                    }
                    None => None,
                };
                let line = &open.line;
                let promise = match line.kind {
                    LineKind::Stock => expected
                        .get(&(open.order_id.clone(), line.line_no))
                        .cloned(),
                    LineKind::Made | LineKind::Dropship => {
                        (line.backordered > Quantity::ZERO).then(|| outlook.of_own_kind(line))
                    }
                };
                let next_visit = shop.and_then(|shop| next_visit(shop, date_at(shop, now)));
                let (blocker, blocked_by) = if open.phase == OrderPhase::Received {
                    (Blocker::Confirmation, String::new())
                } else if !open.hold.is_empty() {
                    (Blocker::Hold, open.hold.clone())
                } else if line.backordered > Quantity::ZERO {
                    match (line.kind, &promise) {
                        (LineKind::Made, _) => (Blocker::Production, stage_now(&open)),
                        (LineKind::Dropship, _) => (Blocker::Supplier, line.supplier.clone()),
                        (LineKind::Stock, Some(promise)) => match promise.by {
                            "supplier_order" => (Blocker::SupplierOrder, promise.reference.clone()),
                            "lead_time" | "production" => {
                                (Blocker::NotOrdered, promise.reference.clone())
                            }
                            _ => (Blocker::Stock, String::new()),
                        },
                        (LineKind::Stock, None) => (Blocker::Stock, String::new()),
                    }
                } else if let Some(day) = next_visit.filter(|day| *day > today) {
                    (Blocker::DeliveryDay, day.to_string())
                } else {
                    (Blocker::Nothing, String::new())
                };
                let supplier_order_id = coming
                    .get(&line.sku)
                    .filter(|_| blocker == Blocker::SupplierOrder)
                    .and_then(|arrivals| arrivals.iter().find(|it| it.number == blocked_by))
                    .map(|arrival| arrival.supplier_order_id.clone());
                let expected_on = match promise {
                    Some(promise) => promise.on,
                    None => next_visit.or(Some(today)),
                };
                let due = line.promised_on.into_iter().chain(open.wanted_on).min();
                let placed = open.placed_at.with_timezone(&timezone).date_naive();
                lines.push(BoardLine {
                    age_days: (today - placed).num_days().max(0),
                    value: line.value_of(line.open()),
                    blocker,
                    blocked_by,
                    supplier_order_id,
                    expected_on,
                    is_late: due.is_some_and(|due| {
                        due < today || expected_on.is_none_or(|expected| expected > due)
                    }),
                    open,
                });
            }
            let missed = missed(&lines, &outlook, &coming);
            Ok(Board {
                today,
                lines,
                missed,
            })
        })
        .await
    }
}

fn missed(
    lines: &[BoardLine],
    outlook: &Outlook,
    coming: &BTreeMap<Sku, Vec<order_board::Arrival>>,
) -> Vec<MissedProduct> {
    let mut found: BTreeMap<&Sku, MissedProduct> = BTreeMap::new();
    for it in lines {
        let line = &it.open.line;
        let waits = line.kind == LineKind::Stock && line.backordered > Quantity::ZERO;
        if !waits || it.open.phase == OrderPhase::Received {
            continue;
        }
        let entry = found.entry(&line.sku).or_insert_with(|| MissedProduct {
            sku: line.sku.clone(),
            name: line.name.clone(),
            unit: (line.unit.clone(), line.unit_factor),
            backordered: Quantity::ZERO,
            value: Money::ZERO,
            orders: 0,
            coming: coming
                .get(&line.sku)
                .map_or(Quantity::ZERO, |all| all.iter().map(|it| it.quantity).sum()),
            supplier: outlook
                .source(&line.sku)
                .map(|source| source.supplier.clone())
                .unwrap_or_default(),
        });
        entry.backordered += line.backordered;
        entry.value += line.value_of(line.backordered);
        entry.orders += 1;
    }
    let mut missed: Vec<MissedProduct> = found.into_values().collect();
    missed.sort_by(|a, b| b.value.cmp(&a.value).then_with(|| a.sku.cmp(&b.sku)));
    missed
}

fn stage_now(open: &OpenLine) -> String {
    let index = usize::try_from(open.line.stage.max(1) - 1).unwrap_or_default();
    open.line
        .stages
        .get(index)
        .map(|stage| stage.name.clone())
        .unwrap_or_default()
}

/// The next day on which a shop is delivered to, where it has such days.
fn next_visit(shop: &Shop, today: NaiveDate) -> Option<NaiveDate> {
    let days: DeliveryDays = shop.delivery_weekdays.as_deref()?.parse().ok()?;
    (!days.is_any_day()).then(|| days.on_or_after(today))
}
