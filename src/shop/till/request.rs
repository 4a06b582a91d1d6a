//! A sale as a till sends it, and its digest.

use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::error::Result;
use crate::model::{PaymentMethod, SaleId};
use crate::shop::faults::{Faults, optional_text};
use crate::shop::figure::Figure;

/// The most lines of one sale.
const LINES_LIMIT: usize = 500;

/// A sale to record.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaleRequest {
    /// Chosen by the till before it sends, so that sending again is the same sale: 1 to 64 letters, digits, `-`, `_`.
    pub id: String,
    /// What was sold, 1 to 500 lines.
    pub lines: Vec<SaleLineRequest>,
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
    /// Price of one unit, rupiah; by default the unit's.
    pub unit_price: Option<i64>,
    /// Taken off the line, rupiah, at most its amount.
    pub discount: Option<i64>,
}

/// How a sale is paid.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentRequest {
    /// `cash`, `qris`, `transfer` or `debt`.
    #[schema(value_type = String)]
    pub method: PaymentMethod,
    /// What the customer handed over, at least the total; by default exactly the total. Cash only.
    pub tendered: Option<i64>,
    /// The customer; needed for `debt`.
    pub customer_id: Option<String>,
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
        let customer = self.payment.customer();
        if self.payment.method == PaymentMethod::Debt && customer.is_empty() {
            faults.add("payment.customer_id", "is needed for a debt");
        }
        faults.note("payment.customer_id", optional_text(customer, 64));
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
        field(Some(self.payment.method.as_str()));
        field(number(self.payment.tendered).as_deref());
        field(Some(self.payment.customer()));
        digest.finalize().into()
    }
}

impl PaymentRequest {
    /// The customer, or ''.
    pub(super) fn customer(&self) -> &str {
        self.customer_id.as_deref().unwrap_or_default().trim()
    }
}
