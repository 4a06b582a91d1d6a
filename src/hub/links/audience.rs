//! Who hears what a shop tells: the distributor that its device is entered with, its home, and those that it is linked to.
//!
//! With one distributor there is one book, and it has everything. With several, the home keeps the whole book and each of them,
//! the home too, its own of the products in its catalogue. Whatever changes a shop's stock, flow or products goes through
//! [`Audience::post`], so that each own book is at any time the part of the whole one that is in that one's catalogue.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use crate::error::Result;
use crate::hub::contact::Contact;
use crate::hub::shipments;
use crate::hub::store::links::{self, Link};
use crate::hub::store::postings::Postings;
use crate::hub::store::projections::{self, Flow};
use crate::hub::store::receipts::Receipt;
use crate::hub::store::whole::{self, Book};
use crate::hub::store::{HubTx, Tenant, as_tenant, events, returns, shops};
use crate::model::{BaseUnit, Sku};
use crate::wire::event::{Fact, HandedBackRow, ReceivedRow};

/// Rows of a book that are brought over at once.
const ROWS_AT_ONCE: usize = 4000;

/// What events of shipments that came say.
const RECEIVED: &str = "delivery.received";

/// The distributors of a shop, in a transaction of its home.
#[derive(Debug, Clone)]
pub(in crate::hub) struct Audience {
    home: Tenant,
    shop_id: String,
    /// Every link, those of distributors that are switched off too.
    links: Vec<Link>,
}

impl Audience {
    /// Of a shop of the transaction's tenant, its home, which has `links` further ones. One that was switched off and is
    /// on again catches up first.
    pub fn of(tx: &mut dyn HubTx, shop_id: &str, links: i64) -> Result<Self> {
        let mut audience = Self {
            home: tx.tenant().clone(),
            shop_id: shop_id.to_owned(),
            links: Vec::new(),
        };
        if links > 0 {
            audience.links = links::from_home(tx, shop_id)?;
            audience.bring_up_to_date(tx)?;
        }
        Ok(audience)
    }

    /// The same where it is not known how many further ones there are.
    pub fn of_shop(tx: &mut dyn HubTx, shop_id: &str) -> Result<Self> {
        Self::of(tx, shop_id, 1)
    }

    fn bring_up_to_date(&mut self, tx: &mut dyn HubTx) -> Result<()> {
        for index in 0..self.links.len() {
            let link = self.links[index].clone();
            if link.active && link.behind {
                catch_up(tx, &link)?;
                links::caught_up(tx, &link)?;
                self.links[index].behind = false;
            }
        }
        Ok(())
    }

    /// Which shop it is at home.
    pub fn shop_id(&self) -> &str {
        &self.shop_id
    }

    /// Every link, those of distributors that are switched off too.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// The links whose distributors are not switched off.
    pub fn further(&self) -> impl Iterator<Item = &Link> {
        self.links.iter().filter(|link| link.active)
    }

    /// Lets each distributor do `work` with its own shop, the home first.
    pub fn each(
        &self,
        tx: &mut dyn HubTx,
        mut work: impl FnMut(&mut dyn HubTx, &str) -> Result<()>,
    ) -> Result<()> {
        for (tenant, shop_id) in self.sides() {
            as_tenant(tx, tenant, |tx| work(tx, shop_id))?;
        }
        Ok(())
    }

    fn sides(&self) -> impl Iterator<Item = (&Tenant, &str)> {
        let home = std::iter::once((&self.home, self.shop_id.as_str()));
        home.chain(self.further().map(|link| (&link.tenant, &*link.shop_id)))
    }

    /// Keeps that the shop has spoken, at each of the further distributors.
    pub fn heard(&self, tx: &mut dyn HubTx, contact: &Contact, now: DateTime<Utc>) -> Result<()> {
        let program = contact.program.map(|program| program.to_string());
        for link in self.further() {
            as_tenant(tx, &link.tenant, |tx| {
                shops::record_contact(tx, &link.shop_id, now, contact.skew_seconds)
            })?;
            if let Some(program) = program
                .as_deref()
                .filter(|told| link.program.as_deref() != Some(*told))
            {
                links::set_program(tx, link, program)?;
            }
        }
        Ok(())
    }

    /// Writes what events add up to into the books.
    pub fn post(&self, tx: &mut dyn HubTx, postings: Postings) -> Result<()> {
        if self.links.is_empty() {
            return postings.write(tx, &self.shop_id);
        }
        let skus = postings.skus();
        let before = whole::units(tx, &self.shop_id, &skus)?;
        let mut after = before.clone();
        for facts in postings.defined() {
            after.insert(facts.sku.clone(), facts.base_unit);
        }
        postings.clone().write_whole(tx, &self.shop_id)?;
        for (tenant, shop_id) in self.sides() {
            let offered = as_tenant(tx, tenant, |tx| whole::catalogue_units(tx, &skus))?;
            let (mut seen, mut turned) = (BTreeSet::new(), BTreeSet::new());
            for sku in &skus {
                let sees = is_seen(sku, &offered, &after);
                if sees != is_seen(sku, &offered, &before) {
                    turned.insert(sku.clone());
                } else if sees {
                    seen.insert(sku.clone());
                }
            }
            let part = postings.only(&seen);
            as_tenant(tx, tenant, |tx| part.write(tx, shop_id))?;
            if !turned.is_empty() {
                refill(tx, &self.shop_id, (tenant, shop_id), Some(&turned))?;
            }
        }
        Ok(())
    }

    /// Takes every lot of the shop off the book, with the day's flow to match; for a device that begins a new ledger.
    pub fn write_off(&self, tx: &mut dyn HubTx, date: NaiveDate) -> Result<()> {
        let book = match self.links.is_empty() {
            true => Book::Own,
            false => Book::Whole,
        };
        let mut postings = Postings::default();
        for lot in projections::lots_in(tx, &self.shop_id, book)? {
            postings.add_to_lot(&lot.sku, lot.expires, -lot.quantity);
            let flow = Flow {
                net: -lot.quantity,
                moved: true,
                ..Flow::default()
            };
            postings.add_to_day(&lot.sku, date, flow);
        }
        self.post(tx, postings)
    }

    /// Closes the shipment that the shop has received, at whichever distributor sent it; nobody else hears of it.
    pub fn received(
        &self,
        tx: &mut dyn HubTx,
        shipment_id: &str,
        lines: &[ReceivedRow],
        now: DateTime<Utc>,
    ) -> Result<Receipt> {
        if self.links.is_empty() {
            return shipments::told_by_shop(tx, &self.shop_id, shipment_id, lines, now);
        }
        for (tenant, shop_id) in self.sides() {
            let receipt = as_tenant(tx, tenant, |tx| told(tx, shop_id, shipment_id, lines, now))?;
            if receipt != Receipt::Unknown {
                return Ok(receipt);
            }
        }
        Ok(Receipt::Unknown)
    }

    /// Notes what the shop says of a return, at whichever distributor took the goods back; whether there is one that it had
    /// not spoken of before.
    pub fn handed_back(
        &self,
        tx: &mut dyn HubTx,
        return_id: &str,
        lines: &[HandedBackRow],
        now: DateTime<Utc>,
    ) -> Result<bool> {
        for (tenant, shop_id) in self.sides() {
            if as_tenant(tx, tenant, |tx| {
                returns::told_by_shop(tx, shop_id, return_id, lines, now)
            })? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Lets the transaction's tenant close a shipment by what the shop says of the products in its catalogue.
fn told(
    tx: &mut dyn HubTx,
    shop_id: &str,
    shipment_id: &str,
    lines: &[ReceivedRow],
    now: DateTime<Utc>,
) -> Result<Receipt> {
    let skus = lines.iter().map(|line| line.sku.clone()).collect();
    let offered = whole::catalogue_units(tx, &skus)?;
    let own: Vec<ReceivedRow> = lines
        .iter()
        .filter(|line| offered.contains_key(&line.sku))
        .cloned()
        .collect();
    shipments::told_by_shop(tx, shop_id, shipment_id, &own, now)
}

/// Whether a product of a shop is one that a distributor offers: under the same code, and counted alike as far as the shop
/// has said.
pub(in crate::hub) fn is_seen(
    sku: &Sku,
    offered: &BTreeMap<Sku, BaseUnit>,
    counted: &BTreeMap<Sku, BaseUnit>,
) -> bool {
    offered
        .get(sku)
        .is_some_and(|unit| counted.get(sku).is_none_or(|counted| counted == unit))
}

/// Makes one distributor's own book of a shop again from the whole one, of some products or of all; in a transaction of
/// the home. A product that is none of its own any more goes.
pub(in crate::hub) fn refill(
    tx: &mut dyn HubTx,
    home_shop: &str,
    (tenant, shop_id): (&Tenant, &str),
    skus: Option<&BTreeSet<Sku>>,
) -> Result<()> {
    let all;
    let skus = match skus {
        Some(skus) => {
            as_tenant(tx, tenant, |tx| {
                skus.iter()
                    .try_for_each(|sku| whole::clear_product(tx, shop_id, sku))
            })?;
            skus
        }
        None => {
            as_tenant(tx, tenant, |tx| whole::clear(tx, shop_id, Book::Own))?;
            all = whole::skus(tx, home_shop)?;
            &all
        }
    };
    let offered = as_tenant(tx, tenant, |tx| whole::catalogue_units(tx, skus))?;
    let counted = whole::units(tx, home_shop, skus)?;
    let mut postings = Postings::default();
    for sku in skus {
        if !is_seen(sku, &offered, &counted) {
            continue;
        }
        postings.add_product(&whole::of_product(tx, home_shop, sku)?);
        if postings.rows() >= ROWS_AT_ONCE {
            let part = std::mem::take(&mut postings);
            as_tenant(tx, tenant, |tx| part.write(tx, shop_id))?;
        }
    }
    as_tenant(tx, tenant, |tx| postings.write(tx, shop_id))
}

/// Tells a further distributor all that it has missed of a shop, or all there is for a new link: its products with their
/// whole history, how the shop plans, where it is, and which shipments came. In a transaction of the home.
pub(super) fn catch_up(tx: &mut dyn HubTx, link: &Link) -> Result<()> {
    let home_shop = &link.home_shop;
    let known = shops::get(tx, home_shop)?;
    refill(tx, home_shop, (&link.tenant, &link.shop_id), None)?;
    let mut receipts = Vec::new();
    for stored in events::applied_of_kind(tx, home_shop, RECEIVED)? {
        if let Ok(Fact::DeliveryReceived {
            shipment_id, lines, ..
        }) = crate::hub::apply::readable(&stored.event)
        {
            receipts.push((shipment_id, lines, stored.received_at));
        }
    }
    as_tenant(tx, &link.tenant, |tx| {
        shops::set_timezone(tx, &link.shop_id, &known.timezone)?;
        if let Some(policy) = &known.policy_json {
            shops::set_policy(tx, &link.shop_id, policy)?;
        }
        if let Some(at) = known.last_contact {
            shops::record_contact(tx, &link.shop_id, at, known.skew_seconds)?;
        }
        for (shipment_id, lines, at) in &receipts {
            told(tx, &link.shop_id, shipment_id, lines, *at)?;
        }
        Ok(())
    })
}
