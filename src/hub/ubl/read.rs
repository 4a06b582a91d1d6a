//! What a Receipt Advice says.

use super::xml::{self, Element};
use crate::error::{Error, Result};
use crate::model::{BaseUnit, Quantity, Sku};

/// The most lines in a document.
const MOST_LINES: usize = 2_000;

/// A Receipt Advice, as far as it is needed.
#[derive(Debug)]
pub(super) struct Advice {
    /// Its own number.
    pub id: String,
    /// The shipment that it is about.
    pub shipment: String,
    /// What came.
    pub lines: Vec<AdviceLine>,
}

/// What came of a product.
#[derive(Debug)]
pub(super) struct AdviceLine {
    /// Where it stands in the document, for errors.
    pub place: String,
    /// The product.
    pub sku: Sku,
    /// What came, the rejected among it.
    pub received: Measured,
    /// Of that, of no use.
    pub rejected: Option<Measured>,
}

/// A quantity as the document has it.
#[derive(Debug)]
pub(super) struct Measured {
    text: String,
    unit_code: Option<String>,
}

impl Measured {
    /// The quantity in base units of a product that is counted so.
    ///
    /// # Errors
    /// [`Error::Invalid`] for another unit, and for what is no whole number of base units from 0 up.
    pub fn in_base_units(&self, unit: BaseUnit, place: &str) -> Result<Quantity> {
        let factor = match (self.unit_code.as_deref(), unit) {
            (None, _)
            | (Some("C62" | "H87" | "EA" | "PCE"), BaseUnit::Piece)
            | (Some("GRM"), BaseUnit::Gram)
            | (Some("MLT"), BaseUnit::Millilitre) => 1,
            (Some("KGM"), BaseUnit::Gram) | (Some("LTR"), BaseUnit::Millilitre) => 1_000,
            (Some(code), _) => {
                let message = format!(
                    "the unit {code} does not fit a product that is counted in {}",
                    unit.as_str()
                );
                return Err(Error::invalid(place, message));
            }
        };
        let wrong = || {
            let message = format!(
                "{:?} is no quantity in whole {} from 0 to {}",
                self.text,
                unit.as_str(),
                Quantity::LIMIT
            );
            Error::invalid(place, message)
        };
        // A document may write 12 as 12.00; the schema's decimal has a point and no marks.
        let text = match self.text.split_once('.') {
            Some((whole, fraction)) => {
                let fraction = fraction.trim_end_matches('0');
                if fraction.is_empty() {
                    whole.to_owned()
                } else {
                    format!("{whole}.{fraction}")
                }
            }
            None => self.text.clone(),
        };
        let quantity = Quantity::parse(&text, factor).map_err(|_| wrong())?;
        if (Quantity::ZERO..=Quantity::LIMIT).contains(&quantity) {
            Ok(quantity)
        } else {
            Err(wrong())
        }
    }
}

/// Reads a Receipt Advice.
///
/// # Errors
/// [`Error::Invalid`] names the element that is missing or cannot be.
pub(super) fn receipt_advice(document: &[u8]) -> Result<Advice> {
    let root = xml::read(document)?;
    if root.name != "ReceiptAdvice" || root.space != "ReceiptAdvice" {
        return Err(Error::invalid(
            "document",
            "is no UBL Receipt Advice of version 2",
        ));
    }
    let id = root
        .at(&["ID"])
        .filter(|id| id.chars().count() <= 100)
        .ok_or_else(|| Error::invalid("ID", "is missing or longer than 100 characters"))?;
    let reference = root.child("DespatchDocumentReference").ok_or_else(|| {
        Error::invalid(
            "DespatchDocumentReference",
            "is missing: it says which shipment this is about",
        )
    })?;
    let shipment = reference
        .at(&["UUID"])
        .or_else(|| reference.at(&["ID"]))
        .ok_or_else(|| Error::invalid("DespatchDocumentReference/ID", "is empty"))?;
    let lines: Vec<&Element> = root
        .children
        .iter()
        .filter(|child| child.name == "ReceiptLine")
        .collect();
    if lines.is_empty() || lines.len() > MOST_LINES {
        return Err(Error::invalid(
            "ReceiptLine",
            format!("must be there 1 to {MOST_LINES} times"),
        ));
    }
    Ok(Advice {
        id: id.to_owned(),
        shipment: shipment.to_owned(),
        lines: (1..)
            .zip(lines)
            .map(|(number, element)| line(number, element))
            .collect::<Result<_>>()?,
    })
}

fn line(number: usize, element: &Element) -> Result<AdviceLine> {
    let place = format!("ReceiptLine[{number}]");
    let code = element
        .at(&["Item", "SellersItemIdentification", "ID"])
        .ok_or_else(|| {
            Error::invalid(
                format!("{place}/Item/SellersItemIdentification/ID"),
                "is missing: it says which product this is",
            )
        })?;
    let sku = Sku::parse(code)
        .map_err(|error| Error::invalid(format!("{place}/Item"), format!("{code} {error}")))?;
    let measured = |name: &str| {
        element.child(name).map(|quantity| Measured {
            text: quantity.text.trim().to_owned(),
            unit_code: quantity.unit_code.clone(),
        })
    };
    let received = measured("ReceivedQuantity")
        .ok_or_else(|| Error::invalid(format!("{place}/ReceivedQuantity"), "is missing"))?;
    Ok(AdviceLine {
        sku,
        received,
        rejected: measured("RejectedQuantity"),
        place,
    })
}
