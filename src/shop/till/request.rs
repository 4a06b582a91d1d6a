//! A sale as a till sends it, and its digest.

use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::error::Result;
use crate::model::{Money, PaymentMethod, SaleId};
use crate::shop::faults::{Faults, optional_text};
use crate::shop::figure::Figure;

/// The most lines of one sale.
pub(super) const LINES_LIMIT: usize = 500;

/// The most characters of a note.
pub(super) const NOTE_LIMIT: usize = 200;

/// A sale to record.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaleRequest {
    /// Chosen by the till before it sends, so that sending again is the same sale: 1 to 64 letters, digits, `-`, `_`.
    pub id: String,
    /// What was sold, 1 to 500 lines.
    pub lines: Vec<SaleLineRequest>,
    /// Taken off the sum of the lines, rupiah, at most that.
    pub discount: Option<i64>,
    /// Whatever is worth remembering of it, up to 200 characters.
    pub note: Option<String>,
    /// Who sells, as receipt and audit log are to name them, up to 100 characters. Not part of what makes two requests
    /// the same sale.
    pub by: Option<String>,
    /// How it is paid.
    pub payment: PaymentRequest,
}

/// One line of a sale.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaleLineRequest {
    /// The product's code; or give `barcode`.
    pub sku: Option<String>,
    /// A barcode, which carries its unit.
    pub barcode: Option<String>,
    /// The unit sold; by default the barcode's, or the product's main unit.
    pub unit: Option<String>,
    /// How many of the unit, more than 0. Only weighed or poured goods take decimals.
    pub quantity: Figure,
    /// Price of one unit, rupiah; by default the unit's, or that of so many at once. Needed for goods without a fixed
    /// price.
    pub unit_price: Option<i64>,
    /// Taken off the line, rupiah, at most its amount.
    pub discount: Option<i64>,
    /// Whatever is worth remembering of it, up to 200 characters.
    pub note: Option<String>,
}

/// How a sale is paid.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentRequest {
    /// `cash`, `qris`, `transfer` or `debt`; or give `parts`.
    #[schema(value_type = Option<String>)]
    pub method: Option<PaymentMethod>,
    /// What the customer handed over, at least what is paid in cash; by default exactly that. Cash only.
    pub tendered: Option<i64>,
    /// The customer; needed for `debt`. One that nobody knows gets an account with this as its name.
    pub customer_id: Option<String>,
    /// Paid in several ways at once, each at most once.
    pub parts: Option<Vec<PartRequest>>,
    /// The debt may exceed the customer's limit.
    #[serde(default)]
    pub allow_over_limit: bool,
}

/// One of several ways in which a sale is paid.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartRequest {
    /// `cash`, `qris`, `transfer` or `debt`.
    #[schema(value_type = String)]
    pub method: PaymentMethod,
    /// Rupiah, more than 0; one part may go without and pays the rest. Cash is rounded to coins in circulation.
    pub amount: Option<i64>,
}

impl SaleRequest {
    /// Checks what can be checked without the database, and gives the sale's identity.
    pub(super) fn check_form(&self) -> Result<SaleId> {
        let mut faults = Faults::default();
        let id = SaleId::parse(&self.id).map_err(|error| error.to_string());
        let id = faults.note("id", id);
        if self.lines.is_empty() {
            faults.add("lines", "are missing");
        }
        if self.lines.len() > LINES_LIMIT {
            faults.add("lines", format!("are more than {LINES_LIMIT}"));
        }
        for (index, line) in self.lines.iter().enumerate() {
            let note = line.note.as_deref().unwrap_or_default();
            faults.note(
                format!("lines[{index}].note"),
                optional_text(note, NOTE_LIMIT),
            );
        }
        faults.note("note", optional_text(self.note(), NOTE_LIMIT));
        faults.note("by", optional_text(self.by(), 100));
        self.payment.check_form(&mut faults);
        faults.into_result()?;
        id.ok_or_else(|| crate::error::Error::invalid("id", "is missing"))
    }

    /// Digest of what the request asks for. Two ways to write the same request (`1` and `1.0`, an absent discount
    /// and one of 0) have the same digest.
    pub(super) fn digest(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        let mut field = |value: Option<&str>| match value {
            Some(text) => {
                digest.update([1]);
                digest.update((text.len() as u64).to_le_bytes());
                digest.update(text.as_bytes());
            }
            None => digest.update([0]),
        };
        let number = |value: Option<i64>| value.map(|value| value.to_string());
        field(Some("sale 1"));
        field(Some(&self.lines.len().to_string()));
        for line in &self.lines {
            for text in [&line.sku, &line.barcode, &line.unit] {
                field(text.as_deref().map(str::trim));
            }
            field(Some(line.quantity.as_str()));
            field(number(line.unit_price).as_deref());
            field(number(Some(line.discount.unwrap_or(0))).as_deref());
        }
        field(self.payment.method.map(PaymentMethod::as_str));
        field(number(self.payment.tendered).as_deref());
        field(Some(self.payment.customer()));
        // What a request could not say in earlier programs is digested only where it is said, so that one of theirs is
        // still known when it is sent again.
        if let Some(discount) = self.discount.filter(|discount| *discount != 0) {
            field(Some("discount"));
            field(number(Some(discount)).as_deref());
        }
        if !self.note().is_empty() {
            field(Some("note"));
            field(Some(self.note()));
        }
        for (index, line) in self.lines.iter().enumerate() {
            if !line.note().is_empty() {
                field(Some("line note"));
                field(Some(&index.to_string()));
                field(Some(line.note()));
            }
        }
        if let Some(parts) = &self.payment.parts {
            field(Some("parts"));
            field(Some(&parts.len().to_string()));
            for part in parts {
                field(Some(part.method.as_str()));
                field(number(part.amount).as_deref());
            }
        }
        digest.finalize().into()
    }
}

impl SaleRequest {
    /// The note, or ''.
    pub(super) fn note(&self) -> &str {
        self.note.as_deref().unwrap_or_default().trim()
    }

    /// Who sells, or ''.
    pub(super) fn by(&self) -> &str {
        self.by.as_deref().unwrap_or_default().trim()
    }
}

impl SaleLineRequest {
    /// The note, or ''.
    pub(super) fn note(&self) -> &str {
        self.note.as_deref().unwrap_or_default().trim()
    }
}

impl PaymentRequest {
    fn check_form(&self, faults: &mut Faults) {
        let parts = self.parts();
        match (self.method, &self.parts) {
            (None, None) => faults.add("payment.method", "is missing"),
            (Some(_), Some(_)) => faults.add("payment.method", "is given together with parts"),
            _ if parts.is_empty() => faults.add("payment.parts", "are missing"),
            _ => {}
        }
        for (index, part) in parts.iter().enumerate() {
            if parts[..index]
                .iter()
                .any(|other| other.method == part.method)
            {
                let message = format!("{} is there twice", part.method.as_str());
                faults.add(format!("payment.parts[{index}].method"), message);
            }
            if let Some(amount) = part.amount
                && !(1..=Money::LIMIT.0).contains(&amount)
            {
                let message = format!("must be 1 to {}", Money::LIMIT.0);
                faults.add(format!("payment.parts[{index}].amount"), message);
            }
        }
        if parts.iter().filter(|part| part.amount.is_none()).count() > 1 {
            faults.add("payment.parts", "only one may go without an amount");
        }
        let customer = self.customer();
        let owes = parts.iter().any(|part| part.method == PaymentMethod::Debt);
        if owes && customer.is_empty() {
            faults.add("payment.customer_id", "is needed for a debt");
        }
        faults.note("payment.customer_id", optional_text(customer, 64));
    }

    /// The ways in which it is paid; one that pays everything has no amount.
    pub(super) fn parts(&self) -> Vec<PartRequest> {
        match (self.method, &self.parts) {
            (_, Some(parts)) => parts.clone(),
            (Some(method), None) => vec![PartRequest {
                method,
                amount: None,
            }],
            (None, None) => Vec::new(),
        }
    }

    /// The customer, or ''.
    pub(super) fn customer(&self) -> &str {
        self.customer_id.as_deref().unwrap_or_default().trim()
    }
}
