//! Deliveries from the hub: what was announced, and what really came.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::Shop;
use super::faults::Faults;
use super::outcome::Outcome;
use super::products::{Saved, save};
use super::store::days::{self, Moment};
use super::store::deliveries::{self as rows, Delivery, DeliveryLine};
use super::store::info::ShopInfo;
use super::store::ledger::{self, NewLot, Posting};
use super::store::products::{self, Definition, Unit};
use super::store::{audit, events, notes};
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Money, MovementKind, Quantity, Sku};
use crate::store::WriteTx;
use crate::wire::event::{Fact, LotMove, ReceivedRow};

/// The most deliveries in one list.
const LIST_LIMIT: i64 = 200;

/// The most lines in one receipt.
const LINES_LIMIT: usize = 2000;

/// Which deliveries.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeliveryQuery {
    /// `announced`, `dispatched`, `received` or `cancelled`; all without it.
    pub state: Option<String>,
}

/// What really came of a delivery.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct DeliveryReceipt {
    /// One entry a product. A product of the delivery that is not mentioned did not come; one that was not announced
    /// may be mentioned if the shop has it.
    pub lines: Vec<ReceiptLine>,
}

/// What came of one product.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct ReceiptLine {
    /// The product.
    pub sku: String,
    /// Base units that came, the damaged ones among them.
    pub received: i64,
    /// Of those, unusable; they do not come into stock.
    #[serde(default)]
    pub damaged: i64,
}

/// Came and damaged, by product.
type Came = BTreeMap<Sku, (Quantity, Quantity)>;

impl Shop {
    /// Deliveries, those to come first, then the newest; all, or those in one state.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a state that there is not.
    pub async fn deliveries(&self, query: DeliveryQuery) -> Result<Vec<Delivery>> {
        let states = ["announced", "dispatched", "received", "cancelled"];
        let state = query.state;
        if let Some(state) = &state
            && !states.contains(&state.as_str())
        {
            return Err(Error::invalid(
                "state",
                format!("must be one of {}", states.join(", ")),
            ));
        }
        self.db
            .read(move |connection| rows::list(connection, state.as_deref(), LIST_LIMIT))
            .await
    }

    /// Takes in what really came. What is damaged or did not come stays out of stock. The same receipt again changes
    /// nothing; another one for the same delivery is a conflict.
    ///
    /// Goods get the date of the delivery note, or else that of their shelf life. A product that the shop does not
    /// have yet is made from the hub's catalogue, at price 0 until the shopkeeper gives it one.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the wrong line, [`Error::NotFound`] without such a delivery, [`Error::Refused`] for a
    /// cancelled one.
    pub async fn receive_delivery(
        &self,
        id: &str,
        receipt: DeliveryReceipt,
    ) -> Result<Outcome<Delivery>> {
        let came = check(&receipt)?;
        let hash = digest(&came);
        let (id, info) = (id.to_owned(), self.info.clone());
        self.record(move |tx, now| {
            let delivery = rows::by_id(tx, &id)?
                .ok_or_else(|| Error::NotFound(format!("there is no delivery {id}")))?;
            match delivery.state.as_str() {
                "received" if rows::receipt_hash(tx, &id)? == Some(hash) => {
                    return Ok(Outcome::Already(delivery));
                }
                "received" => {
                    return Ok(Outcome::Conflict(format!(
                        "delivery {id} was received with other quantities; correct the stock by a count"
                    )));
                }
                "cancelled" => {
                    return Err(Error::Refused(format!(
                        "delivery {id} was cancelled; goods that came all the same are entered as a stock receipt"
                    )));
                }
                _ => {}
            }
            take_in(tx, now, &info, &delivery, &came)?;
            rows::receive(tx, &id, &hash, now)?;
            rows::by_id(tx, &id)?
                .map(Outcome::Recorded)
                .ok_or_else(|| Error::Internal(format!("delivery {id} is gone")))
        })
        .await
    }
}

fn check(receipt: &DeliveryReceipt) -> Result<Came> {
    let mut faults = Faults::default();
    let mut came = Came::new();
    if receipt.lines.len() > LINES_LIMIT {
        faults.add("lines", format!("are more than {LINES_LIMIT}"));
    }
    for (number, line) in receipt.lines.iter().take(LINES_LIMIT).enumerate() {
        let field = |name: &str| format!("lines[{number}].{name}");
        let sku = match Sku::parse(&line.sku) {
            Ok(sku) => sku,
            Err(error) => {
                faults.add(field("sku"), error.to_string());
                continue;
            }
        };
        if !(0..=Quantity::LIMIT.0).contains(&line.received) {
            faults.add(
                field("received"),
                format!("must be from 0 to {}", Quantity::LIMIT),
            );
        } else if !(0..=line.received).contains(&line.damaged) {
            faults.add(
                field("damaged"),
                format!("must be from 0 to {}, what was received", line.received),
            );
        }
        let quantities = (Quantity(line.received), Quantity(line.damaged));
        if came.insert(sku, quantities).is_some() {
            faults.add(field("sku"), format!("{} is in another line too", line.sku));
        }
    }
    faults.into_result()?;
    Ok(came)
}

/// The digest of what came: the same whatever the order of the lines, and whether what did not come is mentioned.
fn digest(came: &Came) -> [u8; 32] {
    let mut digest = Sha256::new();
    for (sku, (received, damaged)) in came {
        if *received > Quantity::ZERO {
            digest.update(format!("{sku} {received} {damaged}\n"));
        }
    }
    digest.finalize().into()
}

/// Brings the goods in and tells the hub.
fn take_in(
    tx: &WriteTx<'_>,
    now: &Moment,
    info: &ShopInfo,
    delivery: &Delivery,
    came: &Came,
) -> Result<()> {
    let date = days::enter(tx, now)?.date;
    let mut moves: Vec<LotMove> = Vec::new();
    let mut told: Vec<ReceivedRow> = Vec::new();
    let mut next_line = delivery.lines.len() as i64 + 1;
    for line in &delivery.lines {
        if !told.iter().any(|row| row.sku == line.sku) {
            let (received, damaged) = came.get(&line.sku).copied().unwrap_or_default();
            told.push(row(&line.sku, received, damaged));
        }
    }
    for (sku, (received, damaged)) in came {
        let lines: Vec<(i64, &DeliveryLine)> = (1_i64..)
            .zip(&delivery.lines)
            .filter(|(_, line)| line.sku == *sku)
            .collect();
        if lines.is_empty() {
            if *received == Quantity::ZERO {
                continue;
            }
            told.push(row(sku, *received, *damaged));
        }
        let product = product(tx, now, info, sku, lines.first().map(|(_, line)| *line))?;
        let shelf_life_ends = product
            .shelf_life_days
            .and_then(|days| date.checked_add_days(Days::new(u64::from(days))));
        let posting = Posting {
            product_id: product.id,
            sku,
            kind: MovementKind::Receipt,
            reason: "delivery",
            reference: &delivery.id,
            business_date: date,
            now,
        };
        let mut bring = |quantity: Quantity, expires: Option<NaiveDate>| -> Result<()> {
            if quantity > Quantity::ZERO {
                let lot = NewLot {
                    expires: expires.or(shelf_life_ends),
                    origin: &delivery.id,
                    cost: None,
                };
                moves.extend(ledger::bring_in(tx, &posting, quantity, &lot)?);
            }
            Ok(())
        };
        if lines.is_empty() {
            rows::add_line(
                tx,
                &delivery.id,
                next_line,
                sku,
                &product.name,
                (*received, *damaged),
            )?;
            next_line += 1;
            bring(*received - *damaged, None)?;
        }
        for part in shared_out(&lines, *received, *damaged) {
            rows::receive_line(tx, &delivery.id, part.line_no, part.received, part.damaged)?;
            bring(part.received - part.damaged, part.expires)?;
        }
    }
    for (number, line) in (1_i64..).zip(&delivery.lines) {
        if !came.contains_key(&line.sku) {
            rows::receive_line(tx, &delivery.id, number, Quantity::ZERO, Quantity::ZERO)?;
        }
    }
    let fact = Fact::DeliveryReceived {
        shipment_id: delivery.id.clone(),
        lines: told,
        moves,
    };
    events::append(tx, now, date, &fact)?;
    let detail = serde_json::to_string(&fact)
        .map_err(|error| Error::Internal(format!("describing a receipt: {error}")))?;
    audit::record(tx, now, "shop", "delivery.received", &delivery.id, &detail)
}

fn row(sku: &Sku, received: Quantity, damaged: Quantity) -> ReceivedRow {
    ReceivedRow {
        sku: sku.clone(),
        received,
        damaged,
    }
}

/// What came of one line of a product that a note lists in several, by date.
struct Part {
    line_no: i64,
    expires: Option<NaiveDate>,
    received: Quantity,
    damaged: Quantity,
}

/// Fills the lines in their order; what exceeds them all is of the last one. Damaged goods are counted to the first.
fn shared_out(lines: &[(i64, &DeliveryLine)], received: Quantity, damaged: Quantity) -> Vec<Part> {
    let (mut left, mut broken) = (received, damaged);
    lines
        .iter()
        .enumerate()
        .map(|(index, (line_no, line))| {
            let is_last = index + 1 == lines.len();
            let part = if is_last {
                left
            } else {
                left.min(line.quantity)
            };
            let damaged = broken.min(part);
            left = left - part;
            broken = broken - damaged;
            Part {
                line_no: *line_no,
                expires: line.expires,
                received: part,
                damaged,
            }
        })
        .collect()
}

/// What bringing goods in needs of a product.
struct Receivable {
    id: i64,
    name: String,
    shelf_life_days: Option<u32>,
}

/// The product of this code; made now, when it is announced and the shop does not have it.
fn product(
    tx: &WriteTx<'_>,
    now: &Moment,
    info: &ShopInfo,
    sku: &Sku,
    line: Option<&DeliveryLine>,
) -> Result<Receivable> {
    if let Some(known) = products::by_sku(tx, sku.as_str())? {
        return Ok(Receivable {
            id: known.id,
            name: known.definition.name,
            shelf_life_days: known.definition.shelf_life_days,
        });
    }
    let Some(line) = line else {
        return Err(Error::invalid(
            "lines",
            format!("{sku} was not announced and the shop has no such product"),
        ));
    };
    let new = definition(tx, sku, line)?;
    match save(tx, info, now, "delivery", None, &new)? {
        Saved::Created(id) => Ok(Receivable {
            id,
            name: new.name,
            shelf_life_days: new.shelf_life_days,
        }),
        _ => Err(Error::Internal(format!("{sku} was not created"))),
    }
}

/// A product as the hub offers it, or as little as the note says.
fn definition(tx: &WriteTx<'_>, sku: &Sku, line: &DeliveryLine) -> Result<Definition> {
    let unit = |name: &str, factor: i64| Unit {
        name: name.to_owned(),
        factor,
        price: Money::ZERO,
        barcodes: Vec::new(),
        tiers: Vec::new(),
    };
    let bare = Definition {
        sku: sku.clone(),
        name: line.name.clone(),
        category: String::new(),
        base_unit: BaseUnit::Piece,
        main_unit: "pcs".to_owned(),
        order_unit: "pcs".to_owned(),
        units: vec![unit("pcs", 1)],
        cost: Money::ZERO,
        shelf_life_days: None,
        minimum_order: Quantity::ZERO,
        supplier: String::new(),
        consignment: false,
        active: true,
        open_price: false,
        favourite: None,
    };
    let Some(offer) = notes::offer(tx, sku.as_str())? else {
        return Ok(bare);
    };
    let mut units = vec![unit(&offer.unit, offer.unit_factor)];
    if offer.pack_name != offer.unit {
        units.push(unit(&offer.pack_name, offer.pack_size.0));
    }
    // A code that another product has already stays with that one.
    if let Some(barcode) = offer.barcode
        && products::barcode_owner(tx, &barcode)?.is_none()
    {
        units[0].barcodes.push(barcode);
    }
    Ok(Definition {
        name: offer.name,
        base_unit: offer.base_unit,
        main_unit: offer.unit,
        order_unit: offer.pack_name,
        units,
        cost: offer.price,
        shelf_life_days: offer.shelf_life_days,
        minimum_order: offer.minimum_order,
        ..bare
    })
}
