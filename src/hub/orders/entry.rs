//! An order comes in.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::fill::Outlook;
use super::notices::{Told, settle};
use super::steps::accept;
use super::{MOST_LINES, link_hash, people};
use crate::error::{Error, Faults, Result};
use crate::hub::Hub;
use crate::hub::catalogue::by_sku;
use crate::hub::reach::check_date;
use crate::hub::store::catalogue::{self, Product};
use crate::hub::store::directory::{self, CredentialKind};
use crate::hub::store::order_rules::{self, OrderRule};
use crate::hub::store::orders::{self as rows, LineKind, Order, OrderLine, OrderPhase, Stage};
use crate::hub::store::{self, HubTx, audit};
use crate::model::{Money, Quantity, Sku};
use crate::web::session::random_secret;

/// Who orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Orderer {
    /// A customer that is known.
    Customer(String),
    /// A shop of this hub; it becomes a customer by its first order.
    Shop(String),
    /// Somebody new: the one of this name with the same telephone number and e-mail address, if there is one already.
    New(people::NewCustomer),
}

/// What is ordered of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewLine {
    /// The product.
    pub sku: Sku,
    /// Base units.
    pub quantity: Quantity,
    /// Per unit; the catalogue's where absent.
    pub price: Option<Money>,
    /// Where it comes from; as the product's rule says where absent.
    pub kind: Option<LineKind>,
    /// Who sends it, of what a supplier sends; as the product's rule says where absent.
    pub supplier: Option<String>,
}

/// An order to be entered.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// Its identity; with it the same request again is the same order.
    pub id: Option<Uuid>,
    /// Who orders.
    pub orderer: Orderer,
    /// When it is wanted.
    pub wanted_on: Option<NaiveDate>,
    /// The customer's own number; empty for none.
    pub reference: String,
    /// In words; empty for nothing.
    pub note: String,
    /// What is ordered.
    pub lines: Vec<NewLine>,
    /// Accept it at once.
    pub confirm: bool,
    /// `page`, `api` or `file`.
    pub source: &'static str,
}

/// What became of a request to enter an order.
#[derive(Debug, Clone, PartialEq)]
pub enum Made {
    /// It was entered.
    Created(Order),
    /// It had been entered before, and is now as it is here.
    Repeated(Order),
}

impl Hub {
    /// Enters an order.
    ///
    /// # Errors
    /// [`Error::Invalid`] names what cannot be, [`Error::NotFound`] for a customer or shop that there is not,
    /// [`Error::Conflict`] when the identity has other content.
    pub async fn create_order(&self, actor: &str, new: NewOrder) -> Result<Made> {
        let (actor, now, today) = (actor.to_owned(), self.now(), self.today());
        let made =
            store::write(self.store(), move |tx| enter(tx, now, today, &actor, &new)).await?;
        self.poke_messages();
        Ok(made)
    }
}

/// Enters an order, in the transaction that `tx` is.
pub(super) fn enter(
    tx: &mut dyn HubTx,
    now: DateTime<Utc>,
    today: NaiveDate,
    actor: &str,
    new: &NewOrder,
) -> Result<Made> {
    let id = new.id.unwrap_or_else(Uuid::now_v7).to_string();
    let request_hash = digest(new)?;
    if let Some(before) = rows::find(tx, &id)? {
        if before.request_hash == request_hash {
            return Ok(Made::Repeated(before));
        }
        return Err(Error::Conflict(format!(
            "order {id} was entered with other content"
        )));
    }
    let lines = examined(tx, today, new)?;
    let customer = people::orderer(tx, now, actor, &new.orderer)?;
    let secret = random_secret()?;
    let link = link_hash(&secret);
    directory::enter(tx, &link.0, CredentialKind::Link, &id)?;
    let mut order = Order {
        id: id.clone(),
        number: rows::next_number(tx, today.year())?,
        customer_id: customer.id,
        shop_id: customer.shop_id,
        source: new.source.to_owned(),
        phase: OrderPhase::Received,
        stage: 0,
        placed_at: now,
        wanted_on: new.wanted_on,
        confirmed_at: None,
        ready_at: None,
        cancelled_at: None,
        cancel_reason: None,
        reference: new.reference.trim().to_owned(),
        note: new.note.trim().to_owned(),
        link_secret: secret,
        link_hash: link.0.to_vec(),
        request_hash,
        version: 0,
        lines,
    };
    let detail = serde_json::json!({
        "number": order.number, "customer": order.customer_id, "lines": order.lines.len(),
        "value": order.value(),
    });
    audit::record(tx, now, actor, "order.received", &id, &detail.to_string())?;
    if new.confirm {
        // One message tells of both.
        let outlook = Outlook::load(tx, today)?;
        accept(tx, now, today, actor, None, &mut order, &outlook)?;
    } else {
        settle(tx, now, actor, None, &mut order, Told::Phase)?;
    }
    Ok(Made::Created(rows::get(tx, &id)?))
}

/// The lines of an order that can be entered; writes nothing.
pub(super) fn examined(
    tx: &mut dyn HubTx,
    today: NaiveDate,
    new: &NewOrder,
) -> Result<Vec<OrderLine>> {
    check(new, today)?;
    lines(tx, new)
}

fn digest(new: &NewOrder) -> Result<Vec<u8>> {
    let content = (
        &new.orderer,
        new.wanted_on,
        &new.reference,
        &new.note,
        &new.lines,
        new.confirm,
    );
    let content = serde_json::to_vec(&content)
        .map_err(|error| Error::Internal(format!("writing a request: {error}")))?;
    Ok(Sha256::digest(content).to_vec())
}

fn check(new: &NewOrder, today: NaiveDate) -> Result<()> {
    let mut faults = Faults::default();
    let long = |text: &str, most: usize| {
        text.chars().count() > most
            || text
                .chars()
                .any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r'))
    };
    if long(&new.reference, 100) {
        faults.add("reference", "must have at most 100 characters");
    }
    if long(&new.note, 1000) {
        faults.add("note", "must have at most 1000 characters");
    }
    if new.wanted_on.is_some_and(|on| on < today) {
        faults.add("wanted_on", format!("is before today, {today}"));
    }
    check_date(new.wanted_on, today, "wanted_on", &mut faults);
    if new.lines.is_empty() {
        faults.add("lines", "nothing is ordered");
    }
    if new.lines.len() > MOST_LINES {
        faults.add("lines", format!("are more than {MOST_LINES}"));
    }
    faults.into_result()
}

/// The order's lines, by the catalogue and the products' rules.
fn lines(tx: &mut dyn HubTx, new: &NewOrder) -> Result<Vec<OrderLine>> {
    let products = by_sku(catalogue::products(tx)?);
    let suppliers = catalogue::suppliers(tx)?;
    let rules: BTreeMap<Option<Sku>, OrderRule> = order_rules::list(tx)?
        .into_iter()
        .map(|rule| (rule.sku.clone(), rule))
        .collect();
    let mut faults = Faults::default();
    let mut places: BTreeMap<&Sku, usize> = BTreeMap::new();
    let mut lines = Vec::with_capacity(new.lines.len());
    for (index, line) in new.lines.iter().enumerate() {
        let field = |name: &str| format!("lines[{index}].{name}");
        if let Some(first) = places.insert(&line.sku, index) {
            faults.add(
                field("sku"),
                format!("{} is in lines[{first}] already", line.sku),
            );
            continue;
        }
        let Some(product) = products.get(&line.sku).filter(|it| it.entry.active) else {
            faults.add(
                field("sku"),
                format!("{} is not offered in the catalogue", line.sku),
            );
            continue;
        };
        if line.quantity <= Quantity::ZERO || line.quantity > Quantity::LIMIT {
            let message = format!("must be from 1 to {} base units", Quantity::LIMIT);
            faults.add(field("quantity"), message);
        }
        if line
            .price
            .is_some_and(|price| price < Money::ZERO || price > Money::LIMIT)
        {
            faults.add(
                field("price"),
                format!("must be from 0 to {}", Money::LIMIT),
            );
        }
        let rule = rules.get(&Some(line.sku.clone()));
        let kind = line
            .kind
            .or(rule.map(|rule| rule.kind))
            .unwrap_or(LineKind::Stock);
        let supplier = match kind {
            LineKind::Dropship => line
                .supplier
                .clone()
                .or_else(|| rule.map(|rule| rule.supplier.clone()))
                .filter(|name| !name.is_empty())
                .or_else(|| product.supplier.clone())
                .unwrap_or_default(),
            LineKind::Stock | LineKind::Made => String::new(),
        };
        let known = suppliers.iter().any(|it| it.active && it.name == supplier);
        if kind == LineKind::Dropship && !known {
            let message = if supplier.is_empty() {
                format!("nobody is known who would send {}", line.sku)
            } else {
                format!("{supplier} is no supplier")
            };
            faults.add(field("supplier"), message);
        }
        let stages = match kind {
            LineKind::Made => stages(rule, rules.get(&None)),
            LineKind::Stock | LineKind::Dropship => Vec::new(),
        };
        lines.push(order_line(index, line, product, kind, supplier, stages));
    }
    faults.into_result()?;
    Ok(lines)
}

fn order_line(
    index: usize,
    line: &NewLine,
    product: &Product,
    kind: LineKind,
    supplier: String,
    stages: Vec<Stage>,
) -> OrderLine {
    let entry = &product.entry;
    OrderLine {
        line_no: index as i64 + 1,
        sku: line.sku.clone(),
        name: entry.name.clone(),
        unit: entry.unit.clone(),
        unit_factor: entry.unit_factor,
        kind,
        supplier,
        price: line.price.unwrap_or(entry.price),
        quantity: line.quantity,
        reserved: Quantity::ZERO,
        shipped: Quantity::ZERO,
        backordered: line.quantity,
        cancelled: Quantity::ZERO,
        delivered: Quantity::ZERO,
        stage: 0,
        stages,
        promised_on: None,
        promised_by: String::new(),
        promise_reference: String::new(),
    }
}

/// The stages of a product: its own, or else the general ones, or else one of a day.
fn stages(own: Option<&OrderRule>, general: Option<&OrderRule>) -> Vec<Stage> {
    [own, general]
        .into_iter()
        .flatten()
        .map(|rule| &rule.stages)
        .find(|stages| !stages.is_empty())
        .cloned()
        .unwrap_or_else(|| {
            vec![Stage {
                name: "Dibuat".to_owned(),
                english: "Being made".to_owned(),
                days: 1,
            }]
        })
}
