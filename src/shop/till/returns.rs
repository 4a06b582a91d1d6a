//! Taking some of a sale back.

use chrono::NaiveDate;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::pay::cash_rounding;
use super::returned_units::ReturnUnits;
use super::{no_sale, refund};
use crate::error::{Error, Result};
use crate::model::{AdjustmentReason, Money, MovementKind, Quantity, SaleId};
use crate::shop::Shop;
use crate::shop::faults::{Faults, text};
use crate::shop::figure::Figure;
use crate::shop::outcome::Outcome;
use crate::shop::store::customers::{self, Charge};
use crate::shop::store::daily::{self, Flow};
use crate::shop::store::days::{self, Moment};
use crate::shop::store::ledger::{self, Posting};
use crate::shop::store::returns::{self as rows, RETURNED, ReturnLineRow, ReturnRow};
use crate::shop::store::sales::{self, LineRow, SaleRow};
use crate::shop::store::{audit, events};
use crate::store::WriteTx;
use crate::wire::event::{Fact, LotMove};

/// Goods of a sale that a customer brings back.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnRequest {
    /// Chosen before it is sent, so that sending again is the same return: 1 to 64 letters, digits, `-`, `_`.
    pub id: String,
    /// What comes back, each line of the sale at most once.
    pub lines: Vec<ReturnLineRequest>,
    /// Why, 1 to 200 characters.
    pub reason: String,
    /// How the money goes back. What the sale put on an account and is still owed comes off that first.
    pub refund: Refund,
}

/// What comes back of one line.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnLineRequest {
    /// The line of the receipt, from 1.
    pub line: i64,
    /// How many of the unit, more than 0.
    pub quantity: Figure,
    /// A unit of the product: of a carton on the receipt, single pieces may come back. By default the line's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// It cannot be sold again: it leaves the stock as waste.
    #[serde(default)]
    pub spoiled: bool,
}

/// How the money of a return goes back, after the debt of its sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Refund {
    /// Out of the drawer.
    Cash,
    /// By bank or wallet.
    Transfer,
    /// None: all of it comes off what the customer of the sale owes.
    Debt,
}

impl Refund {
    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Transfer => "transfer",
            Self::Debt => "debt",
        }
    }

    /// The reverse of [`Refund::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Cash, Self::Transfer, Self::Debt]
            .into_iter()
            .find(|refund| refund.as_str() == text)
    }
}

/// A return as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Returned {
    /// Its identity.
    pub id: String,
    /// The sale.
    pub sale_id: String,
    /// What came back.
    pub lines: Vec<ReturnedLine>,
    /// Why.
    pub reason: String,
    /// How the money went back: `cash` or `transfer`; `debt` where none did.
    pub refund: String,
    /// What the goods came to, rupiah.
    #[schema(value_type = i64)]
    pub amount: Money,
    /// Of that, what came off the customer's debt.
    #[schema(value_type = i64)]
    pub off_debt: Money,
    /// Of that, what went back in money.
    #[schema(value_type = i64)]
    pub money: Money,
    /// Who took it back.
    pub by: String,
    /// When, UTC.
    #[schema(value_type = String, format = DateTime)]
    pub returned_at: String,
    /// The trading day on which the goods came back.
    #[schema(value_type = String, format = Date)]
    pub business_date: NaiveDate,
}

/// What came back of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReturnedLine {
    /// The line of the receipt.
    pub line: i64,
    /// The product's name.
    pub name: String,
    /// How many of the unit.
    pub quantity: Figure,
    /// The unit: the line's own, or a smaller one where it is no whole number of those.
    pub unit: String,
    /// It left the stock as waste.
    pub spoiled: bool,
}

impl Returned {
    pub(super) fn load(connection: &Connection, row: ReturnRow) -> Result<Self> {
        let sold = sales::lines(connection, &row.sale_id)?;
        let mut lines = Vec::new();
        for line in rows::lines(connection, &row.id)? {
            if let Some(of) = sold.iter().find(|sold| sold.line_no == line.line_no) {
                let units = ReturnUnits::of(connection, of)?;
                let (unit, factor) = units.fitting(line.quantity);
                lines.push(ReturnedLine {
                    line: line.line_no,
                    name: of.name.clone(),
                    quantity: Figure::of(line.quantity, *factor),
                    unit: unit.clone(),
                    spoiled: line.spoiled > Quantity::ZERO,
                });
            }
        }
        Ok(Self {
            money: row.money(),
            id: row.id,
            sale_id: row.sale_id,
            lines,
            off_debt: row.off_debt,
            reason: row.reason,
            refund: row.method,
            amount: row.amount,
            by: row.by,
            returned_at: row.returned_at_utc,
            business_date: row.business_date,
        })
    }
}

impl Shop {
    /// Takes some of a sale back: its goods return to the lots they came from, or leave as waste where they are spoiled,
    /// what the sale put on an account and is still owed comes off that, the rest goes back in money as far as it was
    /// paid, and the demand of the day of the sale is less by it.
    ///
    /// The same request again is answered from what was recorded. A sale that was voided is a conflict.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown sale; [`Error::Invalid`] names each wrong field (`lines[0].quantity` where more
    /// would come back than was sold, `refund` where the customer owes less); nothing is recorded then.
    pub async fn return_goods(
        &self,
        sale_id: &str,
        request: ReturnRequest,
        by: &str,
    ) -> Result<Outcome<Returned>> {
        let (sale_id, by) = (sale_id.to_owned(), by.to_owned());
        let mut faults = Faults::default();
        let id = SaleId::parse(&request.id).map_err(|error| error.to_string());
        let id = faults.note("id", id);
        let reason = faults.note("reason", text(&request.reason, 200));
        if request.lines.is_empty() {
            faults.add("lines", "are missing");
        }
        faults.into_result()?;
        let (Some(id), Some(reason)) = (id, reason) else {
            return Err(Error::Internal("a fault was not told".to_owned()));
        };
        let request = ReturnRequest { reason, ..request };
        self.record(move |tx, now| take_back(tx, now, &sale_id, id.as_str(), &request, &by))
            .await
    }
}

/// One line as it will be written.
struct Back {
    sold: LineRow,
    row: ReturnLineRow,
}

fn take_back(
    tx: &WriteTx<'_>,
    now: &Moment,
    sale_id: &str,
    id: &str,
    request: &ReturnRequest,
    by: &str,
) -> Result<Outcome<Returned>> {
    let form = serde_json::to_vec(&(sale_id, request))
        .map_err(|error| Error::Internal(format!("a return: {error}")))?;
    let content_hash: [u8; 32] = Sha256::digest(&form).into();
    if let Some(recorded) = rows::by_id(tx, id)? {
        return Ok(if recorded.content_hash == content_hash {
            Outcome::Already(Returned::load(tx, recorded)?)
        } else {
            Outcome::Conflict(format!("the return {id} is recorded with other content"))
        });
    }
    let sale = sales::by_id(tx, sale_id)?.ok_or_else(|| no_sale(sale_id))?;
    if sales::void_of(tx, sale_id)?.is_some() {
        return Ok(Outcome::Conflict(format!(
            "the sale {sale_id} was voided: all of it came back already"
        )));
    }
    let back = check(tx, &sale, request)?;
    let amounts: Vec<(i64, Quantity)> = back
        .iter()
        .map(|line| (line.row.line_no, line.row.quantity))
        .collect();
    let split = split(tx, &sale, &amounts, request.refund)?;
    let amount = split.amount();
    let day = days::enter(tx, now)?;
    let row = ReturnRow {
        id: id.to_owned(),
        sale_id: sale_id.to_owned(),
        content_hash,
        reason: request.reason.clone(),
        method: if split.money == Money::ZERO && amount > Money::ZERO {
            Refund::Debt.as_str().to_owned()
        } else {
            request.refund.as_str().to_owned()
        },
        amount,
        off_debt: split.off_debt,
        given_up: split.given_up,
        by: by.to_owned(),
        business_date: day.date,
        returned_at_utc: now.text(),
        recovered: false,
    };
    let lines: Vec<ReturnLineRow> = back.iter().map(|line| line.row).collect();
    rows::insert(tx, &row, &lines)?;
    if let Some((customer_id, _)) = rows::charge_of(tx, sale_id)?
        && split.off_debt > Money::ZERO
    {
        let charge = Charge {
            customer_id: &customer_id,
            kind: "return",
            amount: -split.off_debt,
            method: "",
            reference: id,
            note: &row.reason,
            by,
            business_date: day.date,
        };
        customers::charge(tx, now, &charge)?;
    }
    move_goods(tx, now, &sale, &row, &back)?;
    let mut ways = format!("{} by {}", amount.0, row.method);
    if split.money > Money::ZERO && split.money < amount {
        ways = format!(
            "{} by debt and {} by {}",
            split.off_debt.0, split.money.0, row.method
        );
    }
    let detail = format!("receipt {}, {ways}: {}", sale.number, row.reason);
    audit::record(tx, now, by, "sale.returned", sale_id, &detail)?;
    Ok(Outcome::Recorded(Returned::load(tx, row)?))
}

/// The lines that come back, each checked against what was sold and what came back before.
fn check(tx: &WriteTx<'_>, sale: &SaleRow, request: &ReturnRequest) -> Result<Vec<Back>> {
    let mut faults = Faults::default();
    let mut back: Vec<Back> = Vec::with_capacity(request.lines.len());
    let sold = sales::lines(tx, &sale.id)?;
    for (index, line) in request.lines.iter().enumerate() {
        let field = |name: &str| format!("lines[{index}].{name}");
        let Some(of) = sold.iter().find(|sold| sold.line_no == line.line) else {
            faults.add(field("line"), "is not on the receipt");
            continue;
        };
        if back.iter().any(|known| known.sold.line_no == line.line) {
            faults.add(field("line"), "is told twice");
            continue;
        }
        let units = ReturnUnits::of(tx, of)?;
        let asked = line.unit.as_deref().map_or(&*of.unit, str::trim);
        let Some((_, factor)) = units.all().find(|(name, _)| name == asked) else {
            let names: Vec<&str> = units.all().map(|(name, _)| &**name).collect();
            faults.add(field("unit"), format!("must be {}", names.join(" or ")));
            continue;
        };
        let quantity = line.quantity.positive(units.base, *factor);
        let Some(quantity) = faults.note(field("quantity"), quantity) else {
            continue;
        };
        let left = of.quantity - rows::came_back(tx, &sale.id, of.line_no)?;
        if quantity > left {
            let (unit, factor) = units.fitting(left);
            let left = left.in_unit(*factor);
            faults.add(
                field("quantity"),
                format!("is more than the {left} {unit} that did not come back"),
            );
            continue;
        }
        back.push(Back {
            row: ReturnLineRow {
                line_no: of.line_no,
                quantity,
                spoiled: if line.spoiled {
                    quantity
                } else {
                    Quantity::ZERO
                },
                cost: refund::cost(of, quantity),
            },
            sold: of.clone(),
        });
    }
    faults.into_result()?;
    Ok(back)
}

/// What goes back for `back` (line of the sale, base units), and from where.
fn split(
    tx: &WriteTx<'_>,
    sale: &SaleRow,
    back: &[(i64, Quantity)],
    how: Refund,
) -> Result<refund::Split> {
    let standing = refund::Standing::load(tx, &sale.id)?;
    let step = match how {
        Refund::Cash => cash_rounding(tx)?,
        Refund::Transfer | Refund::Debt => 0,
    };
    let off_all = how == Refund::Debt;
    let split = standing.split(refund::due(tx, sale, back)?, off_all, step);
    if !off_all {
        return Ok(split);
    }
    let message = match &standing.debtor {
        None => "nobody owes anything for the sale".to_owned(),
        Some(debtor) if split.money > Money::ZERO => {
            let owed = debtor.owed.max(Money::ZERO);
            format!("is more than the {} that the customer owes", owed.0)
        }
        Some(_) => return Ok(split),
    };
    Err(Error::invalid("refund", message))
}

/// Ledger, demand and events.
fn move_goods(
    tx: &WriteTx<'_>,
    now: &Moment,
    sale: &SaleRow,
    row: &ReturnRow,
    back: &[Back],
) -> Result<()> {
    let (mut moves, mut spoiled): (Vec<LotMove>, Vec<LotMove>) = (Vec::new(), Vec::new());
    for line in back {
        let sold = &line.sold;
        let parts = rows::lots_for(tx, &sale.id, sold.product_id, line.row.quantity)?;
        let posting = Posting {
            product_id: sold.product_id,
            sku: &sold.sku,
            kind: MovementKind::Void,
            reason: RETURNED,
            reference: &sale.id,
            business_date: row.business_date,
            now,
        };
        moves.extend(ledger::post_lots(tx, &posting, &parts)?);
        if line.row.spoiled > Quantity::ZERO {
            let waste = Posting {
                kind: MovementKind::Adjustment,
                reason: AdjustmentReason::Waste.as_str(),
                reference: &row.id,
                ..posting
            };
            let out: Vec<ledger::Part> = parts
                .iter()
                .map(|(lot, expires, quantity)| (*lot, *expires, -*quantity))
                .collect();
            spoiled.extend(ledger::post_lots(tx, &waste, &out)?);
        }
        // The demand was less on the day of the sale, whenever the goods come back.
        let less = Flow {
            sold: -line.row.quantity,
            ..Flow::default()
        };
        daily::add(tx, sold.product_id, sale.business_date, less)?;
    }
    let fact = Fact::SaleReturned {
        return_id: row.id.clone(),
        sale_id: sale.id.clone(),
        sale_date: sale.business_date,
        moves,
    };
    events::append(tx, now, row.business_date, &fact)?;
    if spoiled.is_empty() {
        return Ok(());
    }
    let fact = Fact::StockAdjusted {
        reason: AdjustmentReason::Waste,
        moves: spoiled,
    };
    events::append(tx, now, row.business_date, &fact)?;
    Ok(())
}
