//! The suppliers: who they are, on what terms they deliver, what is open with them; and parting from one.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::Hub;
use super::delivery_days::DeliveryDays;
use super::production::materials::stocked;
use super::reach::in_reach;
use super::store::catalogue::{self, Supplier};
use super::store::product_suppliers::{self, ProductSupplier, SupplierTerms};
use super::store::supplier_orders::{self, SupplierOrder, SupplierOrderState};
use super::store::{self, HubTx, audit};
use super::supply::Sources;
use crate::error::{Error, Faults, Result};
use crate::model::{Money, Sku};

/// A supplier with what is open there.
#[derive(Debug, Clone, PartialEq)]
pub struct SupplierOverview {
    /// The supplier.
    pub supplier: Supplier,
    /// What is kept of it besides.
    pub terms: SupplierTerms,
    /// The products that it is asked first for, and those that it is a reserve for.
    pub products: (usize, usize),
    /// Orders that something is still to come of.
    pub open_orders: usize,
    /// Of them, past the day they were to be here.
    pub late_orders: usize,
}

/// A supplier in full.
#[derive(Debug, Clone, PartialEq)]
pub struct SupplierPage {
    /// At a glance.
    pub overview: SupplierOverview,
    /// What it offers, with the product's name; the ranks it has, first ones first.
    pub offers: Vec<(ProductSupplier, String)>,
    /// Its latest orders, newest first.
    pub orders: Vec<SupplierOrder>,
}

/// What switching a supplier off came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchedOff {
    /// Numbers of the orders that stay to be received.
    pub open_orders: Vec<String>,
    /// The products that it was asked first for, by name, with the supplier that is asked now; absent for one that
    /// nobody delivers any more.
    pub products: Vec<(Sku, String, Option<String>)>,
}

impl Hub {
    /// All suppliers by name, those still bought from first.
    ///
    /// # Errors
    /// What the database said.
    pub async fn suppliers(&self) -> Result<Vec<SupplierOverview>> {
        let today = self.today();
        store::read(self.store(), move |tx| overviews(tx, today)).await
    }

    /// A supplier with what it offers and its orders.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn supplier(&self, name: &str) -> Result<SupplierPage> {
        let (name, today) = (name.to_owned(), self.today());
        store::read(self.store(), move |tx| {
            let overview = overviews(tx, today)?
                .into_iter()
                .find(|overview| overview.supplier.name == name)
                .ok_or_else(|| Error::NotFound(format!("there is no supplier {name}")))?;
            let products = stocked(tx)?;
            let named = |sku: &Sku| {
                let product = products.get(sku);
                product.map_or_else(|| sku.to_string(), |product| product.entry.name.clone())
            };
            let mut offers = offers(tx, &name)?;
            offers.sort_by(|one, other| one.rank.cmp(&other.rank).then(one.sku.cmp(&other.sku)));
            Ok(SupplierPage {
                overview,
                offers: offers
                    .into_iter()
                    .map(|offer| {
                        let name = named(&offer.sku);
                        (offer, name)
                    })
                    .collect(),
                orders: supplier_orders::list(tx, Some(&name), None, 50)?,
            })
        })
        .await
    }

    /// Writes a supplier and its terms, in place of what was known under the name. Whether it is bought from is changed by
    /// [`Hub::switch_supplier_off`] and [`Hub::switch_supplier_on`] only.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the field that cannot be.
    pub async fn put_supplier(
        &self,
        actor: &str,
        supplier: Supplier,
        terms: SupplierTerms,
    ) -> Result<()> {
        check(&supplier, &terms)?;
        let (actor, now) = (actor.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let before = find(tx, &supplier.name)?;
            let known = product_suppliers::terms(tx)?.remove(&supplier.name);
            let supplier = Supplier {
                active: before.as_ref().is_none_or(|before| before.active),
                ..supplier.clone()
            };
            if before.as_ref() == Some(&supplier) && known.unwrap_or_default() == terms {
                return Ok(());
            }
            catalogue::put_supplier(tx, &supplier)?;
            product_suppliers::put_terms(tx, &supplier.name, &terms)?;
            let detail = serde_json::json!({
                "lead_time_days": supplier.lead_time_days,
                "minimum_order_value": supplier.minimum_order_value,
                "handling_cost": supplier.handling_cost,
                "unavailable_until": terms.unavailable_until,
            });
            let action = "supplier.written";
            audit::record(tx, now, &actor, action, &supplier.name, &detail.to_string())
        })
        .await
    }

    /// Notes that a supplier cannot deliver before a day, or (with none) that it can again.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Invalid`] for a reason that cannot be.
    pub async fn set_supplier_unavailable(
        &self,
        actor: &str,
        name: &str,
        until: Option<NaiveDate>,
        reason: &str,
    ) -> Result<()> {
        let reason = reason.trim().to_owned();
        if reason.chars().count() > 200 || reason.chars().any(char::is_control) {
            return Err(Error::invalid("reason", "must have at most 200 characters"));
        }
        if let Some(until) = until {
            in_reach("until", until, self.today())?;
        }
        let (actor, name, now) = (actor.to_owned(), name.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            find(tx, &name)?
                .ok_or_else(|| Error::NotFound(format!("there is no supplier {name}")))?;
            let before = product_suppliers::terms(tx)?
                .remove(&name)
                .unwrap_or_default();
            let terms = SupplierTerms {
                unavailable_until: until,
                unavailable_reason: until.map(|_| reason.clone()).filter(|why| !why.is_empty()),
                ..before.clone()
            };
            if terms == before {
                return Ok(());
            }
            product_suppliers::put_terms(tx, &name, &terms)?;
            let detail = serde_json::json!({ "until": until, "reason": reason });
            let action = "supplier.unavailable";
            audit::record(tx, now, &actor, action, &name, &detail.to_string())
        })
        .await
    }

    /// Buys no more from a supplier. Its open orders stay to be received, what was only recommended there is called off,
    /// and its products are bought from the next in rank.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn switch_supplier_off(&self, actor: &str, name: &str) -> Result<SwitchedOff> {
        let (actor, name) = (actor.to_owned(), name.to_owned());
        let (now, today) = (self.now(), self.today());
        store::write(self.store(), move |tx| {
            let supplier = find(tx, &name)?
                .ok_or_else(|| Error::NotFound(format!("there is no supplier {name}")))?;
            let before = first_asked(tx, today)?;
            if supplier.active {
                set_active(tx, supplier, false)?;
                call_recommendations_off(tx, &name, now)?;
            }
            let after = first_asked(tx, today)?;
            let products = stocked(tx)?;
            let affected = products.values().filter_map(|product| {
                let sku = &product.entry.sku;
                // Switched off before, it is passed over already: its rank says what it was asked for.
                let was = before.get(sku).is_some_and(|was| was.first == name);
                was.then(|| {
                    let next = after.get(sku).and_then(|now| now.asked.clone());
                    (sku.clone(), product.entry.name.clone(), next)
                })
            });
            let done = SwitchedOff {
                products: affected.collect(),
                open_orders: supplier_orders::open(tx, Some(&name))?
                    .into_iter()
                    .map(|order| order.number.unwrap_or(order.id))
                    .collect(),
            };
            let detail = serde_json::json!({
                "open_orders": done.open_orders,
                "products": done.products.iter().map(|(sku, _, next)| (sku, next)).collect::<Vec<_>>(),
            });
            let action = "supplier.switched_off";
            audit::record(tx, now, &actor, action, &name, &detail.to_string())?;
            Ok(done)
        })
        .await
    }

    /// Buys from a supplier again.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it.
    pub async fn switch_supplier_on(&self, actor: &str, name: &str) -> Result<()> {
        let (actor, name, now) = (actor.to_owned(), name.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let supplier = find(tx, &name)?
                .ok_or_else(|| Error::NotFound(format!("there is no supplier {name}")))?;
            if supplier.active {
                return Ok(());
            }
            set_active(tx, supplier, true)?;
            audit::record(tx, now, &actor, "supplier.switched_on", &name, "")
        })
        .await
    }
}

fn find(tx: &mut dyn HubTx, name: &str) -> Result<Option<Supplier>> {
    let mut known = catalogue::suppliers(tx)?.into_iter();
    Ok(known.find(|supplier| supplier.name == name))
}

fn set_active(tx: &mut dyn HubTx, supplier: Supplier, active: bool) -> Result<()> {
    catalogue::put_supplier(tx, &Supplier { active, ..supplier })
}

fn call_recommendations_off(tx: &mut dyn HubTx, name: &str, now: DateTime<Utc>) -> Result<()> {
    let state = Some(SupplierOrderState::Recommended);
    for mut order in supplier_orders::list(tx, Some(name), state, 200)? {
        order.state = SupplierOrderState::Cancelled;
        order.ended_at = Some(now);
        order.end_reason = Some("the supplier was switched off".to_owned());
        order.version += 1;
        supplier_orders::put(tx, &order)?;
    }
    Ok(())
}

/// Who is asked for a product.
struct Asked {
    /// Of the first rank, whether it can deliver or not.
    first: String,
    /// Who can deliver.
    asked: Option<String>,
}

fn first_asked(tx: &mut dyn HubTx, today: NaiveDate) -> Result<BTreeMap<Sku, Asked>> {
    let sources = Sources::load(tx)?;
    let mut found = BTreeMap::new();
    for (sku, product) in stocked(tx)? {
        let of_product = sources.of(&sku, &product);
        let Some(first) = of_product.first() else {
            continue;
        };
        let able = of_product.iter().find(|source| source.can_deliver(today));
        let asked = Asked {
            first: first.supplier.clone(),
            asked: able.map(|source| source.supplier.clone()),
        };
        found.insert(sku, asked);
    }
    Ok(found)
}

/// What a supplier offers: what is in its list, and the products that name it in the catalogue and are in no list.
fn offers(tx: &mut dyn HubTx, name: &str) -> Result<Vec<ProductSupplier>> {
    let mut found: Vec<ProductSupplier> = Vec::new();
    let all = product_suppliers::all(tx)?;
    let listed: std::collections::BTreeSet<&Sku> = all.iter().map(|offer| &offer.sku).collect();
    for product in catalogue::products(tx)? {
        let sku = &product.entry.sku;
        if product.supplier.as_deref() == Some(name) && !listed.contains(sku) {
            found.push(ProductSupplier::new(sku.clone(), name.to_owned(), 1));
        }
    }
    found.extend(all.iter().filter(|offer| offer.supplier == name).cloned());
    Ok(found)
}

fn overviews(tx: &mut dyn HubTx, today: NaiveDate) -> Result<Vec<SupplierOverview>> {
    let mut terms = product_suppliers::terms(tx)?;
    let open = supplier_orders::open(tx, None)?;
    let mut ranks: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let sources = Sources::load(tx)?;
    for (sku, product) in stocked(tx)? {
        for (place, source) in sources.of(&sku, &product).into_iter().enumerate() {
            let counts = ranks.entry(source.supplier).or_default();
            if place == 0 {
                counts.0 += 1;
            } else {
                counts.1 += 1;
            }
        }
    }
    let mut found: Vec<SupplierOverview> = catalogue::suppliers(tx)?
        .into_iter()
        .map(|supplier| {
            let its = open.iter().filter(|order| order.supplier == supplier.name);
            SupplierOverview {
                terms: terms.remove(&supplier.name).unwrap_or_default(),
                products: ranks.get(&supplier.name).copied().unwrap_or_default(),
                open_orders: its.clone().count(),
                late_orders: its.filter(|order| order.due_on() < today).count(),
                supplier,
            }
        })
        .collect();
    found.sort_by(|one, other| {
        (!one.supplier.active, &one.supplier.name)
            .cmp(&(!other.supplier.active, &other.supplier.name))
    });
    Ok(found)
}

fn check(supplier: &Supplier, terms: &SupplierTerms) -> Result<()> {
    let mut faults = Faults::default();
    let text = |text: &str, most: usize| {
        text.chars().count() <= most && !text.chars().any(char::is_control)
    };
    if supplier.name.trim().is_empty() || !text(&supplier.name, 100) || supplier.name.contains('/')
    {
        faults.add(
            "name",
            "must have 1 to 100 characters, none of them a slash",
        );
    }
    for (name, value) in [
        ("phone", &supplier.phone),
        ("email", &supplier.email),
        ("address", &supplier.address),
        ("unavailable_reason", &terms.unavailable_reason),
    ] {
        if value.as_ref().is_some_and(|value| !text(value, 200)) {
            faults.add(name, "must have at most 200 characters");
        }
    }
    if supplier.lead_time_days.is_some_and(|days| days > 180) {
        faults.add("lead_time_days", "must be from 0 to 180");
    }
    if terms
        .lead_time_sd_milli_days
        .is_some_and(|days| days > 180_000)
    {
        faults.add("lead_time_sd_days", "must be from 0 to 180");
    }
    for (name, money) in [
        ("minimum_order_value", supplier.minimum_order_value),
        ("handling_cost", supplier.handling_cost),
        ("supplier_order_cost", terms.supplier_order_cost),
    ] {
        if money.is_some_and(|money| money < Money::ZERO || money > Money::LIMIT) {
            faults.add(name, format!("must be from 0 to {} rupiah", Money::LIMIT.0));
        }
    }
    if let Some(days) = &terms.order_weekdays
        && let Err(error) = days.parse::<DeliveryDays>()
    {
        faults.add("order_weekdays", error.to_string());
    }
    faults.into_result()
}
