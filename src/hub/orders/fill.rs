//! Sharing out stock to orders, and the dates that can be promised for the rest.
//!
//! Stock goes to the oldest promise first, then to what came first. A promise is made when an order is accepted: the free
//! stock of today and what open supplier orders bring are laid out in time, everybody who waits takes from them in turn,
//! and a line is promised the day on which the last of it is there. Beyond what is on order it is the lead time of the
//! supplier who would be asked, from today.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::super::planner::after;
use super::notices::{Told, settle};
use crate::error::Result;
use crate::hub::store::order_board::{self, Arrival, Source, WaitingLine};
use crate::hub::store::orders::{LineKind, Order, OrderLine};
use crate::hub::store::warehouse::{self, Availability};
use crate::hub::store::{HubTx, order_parcels, orders};
use crate::model::{Quantity, Sku};

/// As what orders reserve in the warehouse.
pub const RESERVED_AS: &str = "order";

/// What a promise rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// The day on which all of it is there; absent where nobody knows.
    pub on: Option<NaiveDate>,
    /// `stock`, `supplier_order`, `lead_time`, `production`; empty for nothing.
    pub by: &'static str,
    /// Which supplier order, or which supplier.
    pub reference: String,
}

/// What is there and what is to come, read once.
pub struct Outlook {
    today: NaiveDate,
    stock: BTreeMap<Sku, Availability>,
    arrivals: BTreeMap<Sku, Vec<Arrival>>,
    sources: BTreeMap<Sku, Source>,
}

impl Outlook {
    /// As it is now.
    ///
    /// # Errors
    /// What the database said.
    pub fn load(tx: &mut dyn HubTx, today: NaiveDate) -> Result<Self> {
        Ok(Self {
            today,
            stock: warehouse::availability(tx, today)?,
            arrivals: order_board::arrivals(tx)?,
            sources: order_board::sources(tx, today)?,
        })
    }

    /// Who would be asked for a product.
    #[must_use]
    pub fn source(&self, sku: &Sku) -> Option<&Source> {
        self.sources.get(sku)
    }

    /// When each of the lines that wait for a product, in their order, is expected to be whole.
    #[must_use]
    pub fn expected(&self, sku: &Sku, waiting: &[WaitingLine]) -> Vec<Promise> {
        let Some(stock) = self.stock.get(sku) else {
            // Nobody counts it: there is as much as anybody wants.
            return waiting.iter().map(|_| self.stock_promise()).collect();
        };
        let mut supply: Vec<(Quantity, Promise)> = vec![(stock.available(), self.stock_promise())];
        for arrival in self.arrivals.get(sku).into_iter().flatten() {
            let promise = Promise {
                on: Some(arrival.on.max(self.today)),
                by: "supplier_order",
                reference: arrival.number.clone(),
            };
            supply.push((arrival.quantity, promise));
        }
        let mut supply = supply.into_iter();
        let mut current = supply.next();
        let mut expected = Vec::with_capacity(waiting.len());
        for line in waiting {
            let mut wanted = line.backordered;
            let promise = loop {
                let Some((left, promise)) = &mut current else {
                    break self.source_promise(sku);
                };
                let taken = wanted.min(*left);
                *left = *left - taken;
                wanted = wanted - taken;
                if wanted == Quantity::ZERO {
                    break promise.clone();
                }
                current = supply.next();
            };
            expected.push(promise);
        }
        expected
    }

    fn stock_promise(&self) -> Promise {
        Promise {
            on: Some(self.today),
            by: "stock",
            reference: String::new(),
        }
    }

    fn source_promise(&self, sku: &Sku) -> Promise {
        let Some(source) = self.sources.get(sku) else {
            return Promise {
                on: None,
                by: "",
                reference: String::new(),
            };
        };
        Promise {
            on: source.lead_time_days.map(|days| after(self.today, days)),
            by: if source.is_own_production {
                "production"
            } else {
                "lead_time"
            },
            reference: source.supplier.clone(),
        }
    }

    /// What can be promised for a line that is made to order or sent by a supplier.
    #[must_use]
    pub fn of_own_kind(&self, line: &OrderLine) -> Promise {
        match line.kind {
            LineKind::Stock => self.source_promise(&line.sku),
            LineKind::Made => {
                let done = usize::try_from(line.stage.saturating_sub(1)).unwrap_or_default();
                let days: u32 = line.stages.iter().skip(done).map(|stage| stage.days).sum();
                Promise {
                    on: Some(after(self.today, days)),
                    by: "production",
                    reference: String::new(),
                }
            }
            LineKind::Dropship => {
                let known = self
                    .sources
                    .get(&line.sku)
                    .filter(|source| line.supplier.is_empty() || source.supplier == line.supplier);
                Promise {
                    on: known
                        .and_then(|source| source.lead_time_days)
                        .map(|days| after(self.today, days)),
                    by: "lead_time",
                    reference: known
                        .map_or_else(|| line.supplier.clone(), |source| source.supplier.clone()),
                }
            }
        }
    }
}

/// Gives an order that was just accepted its promises, in turn with everybody who waits already.
pub(super) fn promise(tx: &mut dyn HubTx, order: &mut Order, outlook: &Outlook) -> Result<()> {
    for index in 0..order.lines.len() {
        let line = &order.lines[index];
        let promise = if line.kind == LineKind::Stock {
            let mut queue: Vec<WaitingLine> = order_board::waiting(tx, Some(&line.sku))?
                .into_iter()
                .filter(|waiting| waiting.order_id != order.id)
                .collect();
            queue.push(WaitingLine {
                order_id: order.id.clone(),
                line_no: line.line_no,
                sku: line.sku.clone(),
                backordered: line.backordered,
                promised_on: None,
            });
            outlook.expected(&line.sku, &queue).pop()
        } else {
            Some(outlook.of_own_kind(line))
        };
        if let Some(promise) = promise {
            let line = &mut order.lines[index];
            line.promised_on = promise.on;
            line.promised_by = promise.by.to_owned();
            line.promise_reference = promise.reference;
        }
    }
    Ok(())
}

/// Gives what is free in the warehouse to the lines that wait for it, of these products or of all: each takes what it can,
/// and is backlog from then on. The identities of the orders that got something.
///
/// To be called whenever stock may have become free: a receipt, a count, a cancelled shipment.
///
/// # Errors
/// What the database said.
pub fn fill(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    today: NaiveDate,
    actor: &str,
    only: Option<&[Sku]>,
) -> Result<BTreeSet<String>> {
    let waiting = match only {
        None => order_board::waiting(tx, None)?,
        Some(skus) => {
            let mut waiting = Vec::new();
            for sku in skus {
                waiting.extend(order_board::waiting(tx, Some(sku))?);
            }
            waiting
        }
    };
    let mut filled = BTreeSet::new();
    if waiting.is_empty() {
        return Ok(filled);
    }
    let mut free: BTreeMap<Sku, Quantity> = warehouse::availability(tx, today)?
        .into_iter()
        .map(|(sku, availability)| (sku, availability.available()))
        .collect();
    for line in waiting {
        let taken = match free.get_mut(&line.sku) {
            None => line.backordered,
            Some(left) => {
                let taken = line.backordered.min(*left);
                *left = *left - taken;
                taken
            }
        };
        if taken == Quantity::ZERO {
            continue;
        }
        let before = orders::get(tx, &line.order_id)?;
        let mut order = before.clone();
        if let Some(own) = order
            .lines
            .iter_mut()
            .find(|own| own.line_no == line.line_no)
        {
            own.backordered = own.backordered - taken;
            own.reserved += taken;
        }
        hold(tx, &order)?;
        settle(tx, now, actor, Some(&before), &mut order, Told::Phase)?;
        filled.insert(order.id);
    }
    Ok(filled)
}

/// Reserves in the warehouse what the order's lines from stock have set aside and no shipment has taken over.
pub(super) fn hold(tx: &mut dyn HubTx, order: &Order) -> Result<()> {
    let planned = planned(tx, &order.id)?;
    for line in order.lines.iter().filter(|it| it.kind == LineKind::Stock) {
        let elsewhere = planned.get(&line.line_no).copied().unwrap_or_default();
        let own = (line.reserved - elsewhere).max(Quantity::ZERO);
        warehouse::reserve(tx, &line.sku, own, RESERVED_AS, &order.id)?;
    }
    Ok(())
}

/// What of an order's lines is in shipments that have not left, by line.
pub(super) fn planned(tx: &mut dyn HubTx, order_id: &str) -> Result<BTreeMap<i64, Quantity>> {
    let mut planned: BTreeMap<i64, Quantity> = BTreeMap::new();
    for parcel in order_parcels::of_order(tx, order_id)? {
        if parcel.state != order_parcels::ParcelState::Planned {
            continue;
        }
        for (line_no, quantity) in parcel.lines {
            *planned.entry(line_no).or_default() += quantity;
        }
    }
    Ok(planned)
}
