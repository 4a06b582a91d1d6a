//! Receipts and sales as they are answered, always rebuilt from the rows, so that a repeated request gets the same
//! bytes however much time has passed.

use chrono::{DateTime, FixedOffset, NaiveDate};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::returns::Returned;
use crate::error::{Error, Result};
use crate::model::{Money, PaymentMethod, Sku};
use crate::shop::figure::Figure;
use crate::shop::store::returns;
use crate::shop::store::sales::{self as rows, LineRow, PaymentRow, SaleRow, VoidRow};

/// What a sale is answered with. It never changes afterwards; what became of the sale is in [`Sale`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    /// The identity that the till gave the sale.
    pub id: String,
    /// The receipt's number: 1, 2, 3 ... without a gap.
    pub number: i64,
    /// To pay, rupiah: the lines less the discount, and the rounding.
    #[schema(value_type = i64)]
    pub total: Money,
    /// What rounding to coins in circulation added, or took off if negative; cash only.
    #[schema(value_type = i64)]
    pub rounding: Money,
    /// What goes back to the customer.
    #[schema(value_type = i64)]
    pub change: Money,
    /// Taken off the sum of the lines; absent for nothing.
    #[serde(default, skip_serializing_if = "is_nothing")]
    #[schema(value_type = i64)]
    pub discount: Money,
    /// What was sold.
    pub lines: Vec<ReceiptLine>,
    /// When, with the shop's offset from UTC then.
    #[schema(value_type = String, format = DateTime)]
    pub sold_at: String,
    /// The trading day it belongs to.
    #[schema(value_type = String, format = Date)]
    pub business_date: NaiveDate,
    /// The clock disagreed with the trading day.
    pub clock_suspect: bool,
    /// How it was paid.
    pub payment: Payment,
    /// Whatever was worth remembering of it; absent for nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Who sold; absent where the till did not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sold_by: String,
}

/// A line of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptLine {
    /// The product's code.
    #[schema(value_type = String)]
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The unit sold.
    pub unit: String,
    /// How many of it.
    pub quantity: Figure,
    /// Price of one unit, rupiah.
    #[schema(value_type = i64)]
    pub unit_price: Money,
    /// Taken off.
    #[schema(value_type = i64)]
    pub discount: Money,
    /// To pay for the line.
    #[schema(value_type = i64)]
    pub total: Money,
    /// The book said that less was there.
    pub oversold: bool,
    /// Whatever was worth remembering of it; absent for nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// How a sale was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Payment {
    /// `cash`, `qris`, `transfer` or `debt`; of several, that of the largest part.
    #[schema(value_type = String)]
    pub method: PaymentMethod,
    /// What the customer handed over, where it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<i64>)]
    pub tendered: Option<Money>,
    /// Who owes it, or who bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// The parts, where it was paid in several; they come to the total.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

/// One of several ways in which a sale was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Part {
    /// `cash`, `qris`, `transfer` or `debt`.
    #[schema(value_type = String)]
    pub method: PaymentMethod,
    /// How much, rupiah.
    #[schema(value_type = i64)]
    pub amount: Money,
}

// Serde asks with a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_nothing(money: &Money) -> bool {
    *money == Money::ZERO
}

/// A sale and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sale {
    /// What the customer got.
    #[serde(flatten)]
    pub receipt: Receipt,
    /// Set once it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voided: Option<Voided>,
    /// What came back of it, the earliest first; absent where nothing did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returns: Vec<Returned>,
}

/// How a sale was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Voided {
    /// Why.
    pub reason: String,
    /// When, UTC.
    #[schema(value_type = String, format = DateTime)]
    pub voided_at: String,
    /// The trading day on which its goods came back.
    #[schema(value_type = String, format = Date)]
    pub business_date: NaiveDate,
    /// The money that went back.
    #[schema(value_type = i64)]
    pub amount: Money,
}

impl Receipt {
    pub(super) fn load(connection: &Connection, sale: SaleRow) -> Result<Self> {
        let lines = rows::lines(connection, &sale.id)?;
        let mut parts = rows::payments(connection, &sale.id)?;
        if parts.len() < 2 {
            parts.clear();
        }
        Ok(Self {
            sold_at: sold_at(&sale)?,
            lines: lines.into_iter().map(Into::into).collect(),
            id: sale.id,
            number: sale.number,
            total: sale.total,
            rounding: sale.rounding,
            change: sale.change,
            business_date: sale.business_date,
            clock_suspect: sale.clock_suspect,
            payment: Payment {
                method: sale.payment_method,
                tendered: sale.tendered,
                customer_id: sale.customer_id,
                parts: parts
                    .into_iter()
                    .map(|PaymentRow { method, amount }| Part { method, amount })
                    .collect(),
            },
            discount: sale.discount,
            note: sale.note,
            sold_by: sale.sold_by,
        })
    }
}

impl From<LineRow> for ReceiptLine {
    fn from(line: LineRow) -> Self {
        Self {
            quantity: Figure::of(line.quantity, line.factor),
            sku: line.sku,
            name: line.name,
            unit: line.unit,
            unit_price: line.unit_price,
            discount: line.discount,
            total: line.total,
            oversold: line.oversold,
            note: line.note,
        }
    }
}

impl Sale {
    pub(super) fn load(connection: &Connection, sale: SaleRow) -> Result<Self> {
        let voided = rows::void_of(connection, &sale.id)?.map(Into::into);
        let returns = returns::of_sale(connection, &sale.id)?
            .into_iter()
            .map(|returned| Returned::load(connection, returned))
            .collect::<Result<_>>()?;
        Ok(Self {
            receipt: Receipt::load(connection, sale)?,
            voided,
            returns,
        })
    }
}

impl From<VoidRow> for Voided {
    fn from(void: VoidRow) -> Self {
        Self {
            reason: void.reason,
            voided_at: void.voided_at_utc,
            business_date: void.business_date,
            amount: void.amount,
        }
    }
}

/// The moment of a sale as the shop's wall clock showed it.
fn sold_at(sale: &SaleRow) -> Result<String> {
    let corrupt = || {
        Error::Corrupt(format!(
            "sale {}: {} with an offset of {} minutes is no moment",
            sale.id, sale.sold_at_utc, sale.utc_offset_minutes
        ))
    };
    let utc = DateTime::parse_from_rfc3339(&sale.sold_at_utc).map_err(|_| corrupt())?;
    let offset = FixedOffset::east_opt(sale.utc_offset_minutes * 60).ok_or_else(corrupt)?;
    Ok(utc
        .with_timezone(&offset)
        .to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
}
