//! Documents of the trade: OASIS Universal Business Language 2.1, as XML.
//!
//! - Inventory Report: what a shop has, or the distributor's own warehouse.
//! - Despatch Advice: what a shipment carries, lot by lot.
//! - Receipt Advice: what came of it; written, and read from shops that run another system.
//!
//! Quantities are base units, with their codes of UN/ECE Recommendation 20: `C62` (one), `GRM`, `MLT`. Documents that come
//! in may say `KGM` and `LTR` as well, and `H87` or `EA` for pieces.
//!
//! Source: Universal Business Language Version 2.1, OASIS Standard, 4 November 2013.

mod read;
mod xml;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::Hub;
use super::catalogue::by_sku;
use super::shipments::Step;
use super::shipments::day::TripView;
use super::shipments::unload::{UnloadedLine, Unloading};
use super::store::catalogue::{self, Product};
use super::store::shipments::{Shipment, ShipmentState};
use super::store::warehouse::{self, StockLot};
use super::store::{self, shops};
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Quantity, Sku};
use xml::Document;

/// The largest document that is read, in bytes.
pub const MOST_BYTES: usize = 1024 * 1024;

/// What is told of a product in a document.
struct Item<'i> {
    sku: &'i Sku,
    name: &'i str,
    barcode: Option<&'i str>,
    lot: &'i str,
    expires: Option<NaiveDate>,
}

impl Item<'_> {
    /// The element that names the product; the wholesaler is the seller whatever the document.
    fn write(&self, document: &mut Document) {
        document.inside("cac:Item", |item| {
            item.leaf("cbc:Name", self.name);
            item.inside("cac:SellersItemIdentification", |code| {
                code.leaf("cbc:ID", self.sku.as_str());
            });
            if let Some(barcode) = self.barcode {
                item.inside("cac:StandardItemIdentification", |code| {
                    code.leaf_with("cbc:ID", "schemeID", "GTIN", barcode);
                });
            }
            if !self.lot.is_empty() || self.expires.is_some() {
                item.inside("cac:ItemInstance", |instance| {
                    if let Some(expires) = self.expires {
                        instance.leaf("cbc:BestBeforeDate", &expires.to_string());
                    }
                    if !self.lot.is_empty() {
                        instance.inside("cac:LotIdentification", |lot| {
                            lot.leaf("cbc:LotNumberID", self.lot);
                            if let Some(expires) = self.expires {
                                lot.leaf("cbc:ExpiryDate", &expires.to_string());
                            }
                        });
                    }
                });
            }
        });
    }
}

/// The code of a base unit in UN/ECE Recommendation 20.
fn unit_code(unit: Option<BaseUnit>) -> &'static str {
    match unit {
        Some(BaseUnit::Gram) => "GRM",
        Some(BaseUnit::Millilitre) => "MLT",
        _ => "C62",
    }
}

fn party(document: &mut Document, role: &str, id: Option<&str>, name: &str) {
    document.inside(role, |role| {
        role.inside("cac:Party", |party| named(party, id, name));
    });
}

fn named(party: &mut Document, id: Option<&str>, name: &str) {
    if let Some(id) = id {
        party.inside("cac:PartyIdentification", |identity| {
            identity.leaf("cbc:ID", id);
        });
    }
    party.inside("cac:PartyName", |party| party.leaf("cbc:Name", name));
}

/// What is in a document beyond its lines.
struct Head<'h> {
    id: &'h str,
    uuid: Option<&'h str>,
    issued: DateTime<Utc>,
}

impl Hub {
    fn document_head(&self, document: &mut Document, head: &Head<'_>) {
        let local = head.issued.with_timezone(&self.identity().timezone);
        document.leaf("cbc:UBLVersionID", "2.1");
        document.leaf("cbc:ID", head.id);
        if let Some(uuid) = head.uuid {
            document.leaf("cbc:UUID", uuid);
        }
        document.leaf("cbc:IssueDate", &local.date_naive().to_string());
        document.leaf("cbc:IssueTime", &local.format("%H:%M:%S%:z").to_string());
    }

    /// The Inventory Report of a shop, or of the distributor's own warehouse.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a shop, [`Error::Refused`] where there is nothing to report: the schema wants a
    /// line.
    pub async fn inventory_report(&self, shop_id: Option<&str>) -> Result<String> {
        let now = self.now();
        let asked = shop_id.map(ToOwned::to_owned);
        let (shop, products, own) = store::read(self.store(), move |tx| {
            let shop = asked.as_deref().map(|id| shops::get(tx, id)).transpose()?;
            let own = match shop {
                None => warehouse::all_lots(tx)?,
                Some(_) => Vec::new(),
            };
            Ok((shop, by_sku(catalogue::products(tx)?), own))
        })
        .await?;
        let (who, lots) = match &shop {
            None => (None, own),
            Some(shop) => (Some(shop.id.as_str()), self.shop_lots(&shop.id).await?),
        };
        let names = self.names_in(who).await?;
        if lots.is_empty() {
            return Err(Error::Refused("there is no stock to report".to_owned()));
        }
        let name = shop
            .as_ref()
            .map_or(self.identity().name.as_str(), |shop| shop.name.as_str());
        let day = now.with_timezone(&self.identity().timezone).date_naive();
        let id = format!("INV-{}-{day}", who.unwrap_or("warehouse"));
        let mut document = Document::new("InventoryReport");
        self.document_head(
            &mut document,
            &Head {
                id: &id,
                uuid: None,
                issued: now,
            },
        );
        document.leaf("cbc:DocumentCurrencyCode", "IDR");
        document.inside("cac:InventoryPeriod", |period| {
            period.leaf("cbc:StartDate", &day.to_string());
            period.leaf("cbc:EndDate", &day.to_string());
        });
        party(&mut document, "cac:RetailerCustomerParty", who, name);
        document.inside("cac:InventoryReportingParty", |party| {
            named(party, None, &self.identity().name);
        });
        party(
            &mut document,
            "cac:SellerSupplierParty",
            None,
            &self.identity().name,
        );
        for (number, lot) in (1..).zip(&lots) {
            let product = products.get(&lot.sku);
            document.inside("cac:InventoryReportLine", |line| {
                line.leaf("cbc:ID", &number.to_string());
                quantity(line, "cbc:Quantity", lot.quantity, product);
                let known = names.get(&lot.sku).map(String::as_str);
                item(&lot.sku, known, product, &lot.lot, lot.expires).write(line);
            });
        }
        Ok(document.finish())
    }

    /// A shop's stock as lots.
    async fn shop_lots(&self, shop_id: &str) -> Result<Vec<StockLot>> {
        let positions = self.positions(shop_id).await?;
        Ok(positions
            .into_iter()
            .flat_map(|row| {
                let sku = row.sku.clone();
                row.lots.into_iter().map(move |lot| StockLot {
                    sku: sku.clone(),
                    lot: String::new(),
                    expires: lot.expires,
                    quantity: lot.quantity,
                })
            })
            .collect())
    }

    /// What a shop calls its products, or what raw materials are called.
    async fn names_in(&self, shop_id: Option<&str>) -> Result<BTreeMap<Sku, String>> {
        match shop_id {
            Some(id) => Ok(self
                .positions(id)
                .await?
                .into_iter()
                .map(|row| (row.sku, row.name))
                .collect()),
            None => Ok(self
                .production_materials()
                .await?
                .into_iter()
                .map(|material| (material.sku, material.name))
                .collect()),
        }
    }

    /// The Despatch Advice of a shipment that has left.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Refused`] while it has not left.
    pub async fn despatch_advice(&self, shipment_id: &str) -> Result<String> {
        let (view, products) = self.shipped(shipment_id).await?;
        let shipment = &view.shipment;
        let Some(left) = shipment
            .dispatched_at
            .or(shipment.received_at)
            .filter(|_| shipment.state != ShipmentState::Cancelled)
        else {
            return Err(Error::Refused(format!(
                "shipment {} is {}: it has not left",
                shipment.id, shipment.state
            )));
        };
        let number = number_of(&view);
        let mut document = Document::new("DespatchAdvice");
        self.document_head(
            &mut document,
            &Head {
                id: &number,
                uuid: Some(&shipment.id),
                issued: left,
            },
        );
        let own = self.identity().name.as_str();
        party(&mut document, "cac:DespatchSupplierParty", None, own);
        let shop = Some(shipment.shop_id.as_str());
        party(
            &mut document,
            "cac:DeliveryCustomerParty",
            shop,
            &view.shop_name,
        );
        let local = left.with_timezone(&self.identity().timezone);
        document.inside("cac:Shipment", |transport| {
            transport.leaf("cbc:ID", &number);
            transport.inside("cac:Delivery", |delivery| {
                delivery.inside("cac:EstimatedDeliveryPeriod", |period| {
                    period.leaf("cbc:EndDate", &shipment.expected_on.to_string());
                });
                delivery.inside("cac:Despatch", |despatch| {
                    despatch.leaf("cbc:ActualDespatchDate", &local.date_naive().to_string());
                });
            });
        });
        let mut written = 0;
        for (number, line) in (1_usize..).zip(&shipment.lines) {
            let product = products.get(&line.sku);
            for (lot, expires, sent) in parts(&view, &line.sku, line.quantity, line.expires) {
                written += 1;
                document.inside("cac:DespatchLine", |part| {
                    part.leaf("cbc:ID", &written.to_string());
                    quantity(part, "cbc:DeliveredQuantity", sent, product);
                    part.inside("cac:OrderLineReference", |reference| {
                        reference.leaf("cbc:LineID", &number.to_string());
                    });
                    item(&line.sku, Some(&line.name), product, lot, expires).write(part);
                });
            }
        }
        if written == 0 {
            return Err(Error::Refused(format!(
                "shipment {} carries nothing",
                shipment.id
            )));
        }
        Ok(document.finish())
    }

    /// The Receipt Advice of a shipment that has arrived.
    ///
    /// # Errors
    /// [`Error::NotFound`] without it, [`Error::Refused`] while nothing was told of its arrival.
    pub async fn receipt_advice(&self, shipment_id: &str) -> Result<String> {
        let (view, products) = self.shipped(shipment_id).await?;
        let shipment = &view.shipment;
        let Some(received_at) = shipment.received_at else {
            return Err(Error::Refused(format!(
                "shipment {} is {}: nothing was told of its arrival",
                shipment.id, shipment.state
            )));
        };
        let number = number_of(&view);
        let mut document = Document::new("ReceiptAdvice");
        self.document_head(
            &mut document,
            &Head {
                id: &format!("{number}-R"),
                uuid: None,
                issued: received_at,
            },
        );
        document.inside("cac:DespatchDocumentReference", |reference| {
            reference.leaf("cbc:ID", &number);
            reference.leaf("cbc:UUID", &shipment.id);
        });
        let shop = Some(shipment.shop_id.as_str());
        party(
            &mut document,
            "cac:DeliveryCustomerParty",
            shop,
            &view.shop_name,
        );
        let own = self.identity().name.as_str();
        party(&mut document, "cac:DespatchSupplierParty", None, own);
        for (number, line) in (1_usize..).zip(&shipment.lines) {
            let product = products.get(&line.sku);
            let received = line.received.unwrap_or_default();
            let damaged = line.damaged.unwrap_or_default();
            document.inside("cac:ReceiptLine", |part| {
                part.leaf("cbc:ID", &number.to_string());
                quantity(part, "cbc:ReceivedQuantity", received, product);
                if received < line.quantity {
                    let short = line.quantity - received;
                    quantity(part, "cbc:ShortQuantity", short, product);
                }
                if damaged > Quantity::ZERO {
                    quantity(part, "cbc:RejectedQuantity", damaged, product);
                    part.leaf("cbc:RejectReason", "damaged");
                }
                if received > line.quantity {
                    let over = received - line.quantity;
                    quantity(part, "cbc:OversupplyQuantity", over, product);
                }
                item(&line.sku, Some(&line.name), product, "", line.expires).write(part);
            });
        }
        Ok(document.finish())
    }

    /// Records what a Receipt Advice says of a shipment. A product of the shipment that it does not mention did not come.
    /// The same document again changes nothing.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the element that cannot be; [`Error::NotFound`] without the shipment.
    pub async fn take_receipt_advice(&self, actor: &str, document: &[u8]) -> Result<Step> {
        let advice = read::receipt_advice(document)?;
        let (view, products) = self.shipped(&advice.shipment).await?;
        let mut came: BTreeMap<Sku, (Quantity, Quantity)> = view
            .shipment
            .lines
            .iter()
            .map(|line| (line.sku.clone(), (Quantity::ZERO, Quantity::ZERO)))
            .collect();
        for line in &advice.lines {
            let unit = products
                .get(&line.sku)
                .map_or(BaseUnit::Piece, |product| product.entry.base_unit);
            let (received, damaged) = came.entry(line.sku.clone()).or_default();
            *received += line.received.in_base_units(unit, &line.place)?;
            if let Some(rejected) = &line.rejected {
                *damaged += rejected.in_base_units(unit, &line.place)?;
            }
            if *received > Quantity::LIMIT {
                return Err(Error::invalid(&line.place, "is too large"));
            }
            if *damaged > *received {
                return Err(Error::invalid(
                    &line.place,
                    "more is rejected than was received",
                ));
            }
        }
        let unloading = Unloading {
            lines: came
                .into_iter()
                .map(|(sku, (unloaded, damaged))| UnloadedLine {
                    sku,
                    unloaded,
                    damaged,
                })
                .collect(),
            remark: format!("UBL Receipt Advice {}", advice.id),
            ..Unloading::default()
        };
        self.unload_shipment(actor, &view.shipment.id, unloading)
            .await
    }

    async fn shipped(&self, id: &str) -> Result<(TripView, BTreeMap<Sku, Product>)> {
        let (view, _) = self.trip(id).await?;
        let products = store::read(self.store(), |tx| Ok(by_sku(catalogue::products(tx)?))).await?;
        Ok((view, products))
    }
}

/// The number of the delivery note, or else the shipment's identity.
fn number_of(view: &TripView) -> String {
    let number = view.trip.number.clone();
    number.unwrap_or_else(|| identity(&view.shipment))
}

fn identity(shipment: &Shipment) -> String {
    shipment.id.clone()
}

/// A line in parts that have one lot each; what no lot is known of comes last.
fn parts<'v>(
    view: &'v TripView,
    sku: &Sku,
    quantity: Quantity,
    expires: Option<NaiveDate>,
) -> Vec<(&'v str, Option<NaiveDate>, Quantity)> {
    let mut left = quantity;
    let mut parts: Vec<(&str, Option<NaiveDate>, Quantity)> = Vec::new();
    for lot in view.lots.iter().filter(|lot| lot.sku == *sku) {
        let of_lot = lot.quantity.min(left);
        if of_lot > Quantity::ZERO {
            left = left - of_lot;
            parts.push((&lot.lot, lot.expires, of_lot));
        }
    }
    if left > Quantity::ZERO {
        parts.push(("", expires, left));
    }
    parts
}

fn item<'i>(
    sku: &'i Sku,
    name: Option<&'i str>,
    product: Option<&'i Product>,
    lot: &'i str,
    expires: Option<NaiveDate>,
) -> Item<'i> {
    Item {
        sku,
        name: name
            .or(product.map(|product| product.entry.name.as_str()))
            .unwrap_or(sku.as_str()),
        barcode: product.and_then(|product| product.entry.barcode.as_deref()),
        lot,
        expires,
    }
}

fn quantity(document: &mut Document, name: &str, quantity: Quantity, product: Option<&Product>) {
    let code = unit_code(product.map(|product| product.entry.base_unit));
    document.leaf_with(name, "unitCode", code, &quantity.0.to_string());
}
