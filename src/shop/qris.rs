//! The shop's QRIS code: kept as the text that the bank's picture holds, shown with the amount of a sale filled in.
//!
//! No money moves here and none is confirmed: the shopkeeper sees it in their own app, or it has not come.

use qrcode::{Color, EcLevel, QrCode};
use rusqlite::Connection;

use super::Shop;
use super::store::{audit, sales, settings};
use super::till::cart::Standing;
use crate::error::{Error, Result};
use crate::model::{Money, PaymentMethod, Qris, QrisError};

/// The shop's setting that holds the code's text.
const CODE: &str = "qris_code";

/// The shop's setting that says whether the till shows it: `1` for yes.
const SHOWN: &str = "qris_shown";

/// Light modules around a code, which readers need.
const QUIET: usize = 4;

/// The shop's QRIS code as it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopQris {
    /// The code.
    pub code: Qris,
    /// The till shows it.
    pub shown: bool,
}

impl ShopQris {
    fn load(connection: &Connection) -> Result<Option<Self>> {
        let Some(text) = settings::get(connection, CODE)? else {
            return Ok(None);
        };
        let code = Qris::parse_static(&text)
            .map_err(|error| Error::Corrupt(format!("settings.{CODE} {error}")))?;
        let shown = settings::get(connection, SHOWN)?.as_deref() == Some("1");
        Ok(Some(Self { code, shown }))
    }
}

impl Shop {
    /// The shop's QRIS code, if it has one.
    ///
    /// # Errors
    /// [`Error::Corrupt`] for a setting that no program of ours wrote.
    pub async fn qris(&self) -> Result<Option<ShopQris>> {
        self.db.read(ShopQris::load).await
    }

    /// Keeps the shop's QRIS code and whether the till shows it.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming `code`: what is wrong with it, or, for one that is to be shown, that it adds a fee.
    pub async fn set_qris(&self, text: &str, shown: bool, by: &str) -> Result<()> {
        let refused = |error: QrisError| Error::invalid("code", error.to_string());
        let code = Qris::parse_static(text).map_err(refused)?;
        if shown && code.adds_fee() {
            return Err(refused(QrisError::AddsFee));
        }
        let by = by.to_owned();
        self.record(move |tx, now| {
            settings::set(tx, CODE, &code.to_string())?;
            settings::set(tx, SHOWN, if shown { "1" } else { "0" })?;
            let detail = format!("{}, {}, shown: {shown}", code.merchant(), code.city());
            audit::record(tx, now, &by, "setting.changed", CODE, &detail)
        })
        .await
    }

    /// Forgets the shop's QRIS code.
    ///
    /// # Errors
    /// What the database said.
    pub async fn remove_qris(&self, by: &str) -> Result<()> {
        let by = by.to_owned();
        self.record(move |tx, now| {
            settings::remove(tx, CODE)?;
            settings::remove(tx, SHOWN)?;
            audit::record(tx, now, &by, "setting.changed", CODE, "removed")
        })
        .await
    }

    /// The text of the shop's code for one payment of `amount`.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the till is to show none, [`Error::Invalid`] naming `amount` for one that a code
    /// cannot ask for.
    pub async fn qris_for(&self, amount: Money) -> Result<String> {
        let set = self.qris().await?.filter(|set| set.shown);
        let set = set.ok_or_else(|| Error::NotFound("this shop shows no QRIS code".to_owned()))?;
        set.code
            .with_amount(amount)
            .map_err(|error| Error::invalid("amount", error.to_string()))
    }

    /// What a cart or a sale asks for by QRIS: what is to pay for the cart; of a sale the parts that were paid so, or all
    /// of it where it was paid in another way.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown cart or sale, and for a cart that was dropped.
    pub async fn qris_amount(&self, id: &str) -> Result<Money> {
        let receipt = match self.cart(id).await? {
            Standing::Unpaid(cart) => return Ok(cart.due),
            Standing::Sold(sale) => sale.receipt,
            Standing::Dropped => return Err(Error::NotFound(format!("cart {id:?} was dropped"))),
        };
        let sale_id = receipt.id;
        let parts = self
            .db
            .read(move |connection| sales::payments(connection, &sale_id))
            .await?;
        let qris = parts
            .iter()
            .filter(|part| part.method == PaymentMethod::Qris);
        let paid: Money = qris.map(|part| part.amount).sum();
        Ok(if paid > Money::ZERO {
            paid
        } else {
            receipt.total
        })
    }
}

/// A QR code of `text` as an SVG picture.
///
/// # Errors
/// [`Error::Invalid`] for a text that no QR code has room for.
pub fn svg(text: &str) -> Result<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|error| Error::invalid("code", error.to_string()))?;
    let (width, colours) = (code.width(), code.to_colors());
    let side = width + 2 * QUIET;
    let mut path = String::new();
    for (row, modules) in colours.chunks(width).enumerate() {
        let mut column = 0;
        while column < width {
            let run = modules[column..].iter();
            let dark = run.take_while(|colour| **colour == Color::Dark).count();
            if dark > 0 {
                let (x, y) = (column + QUIET, row + QUIET);
                path.push_str(&format!("M{x} {y}h{dark}v1h-{dark}z"));
            }
            column += dark.max(1);
        }
    }
    // Always black on white: cameras do not read the reverse, and a dark room is where it would be shown so.
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}
