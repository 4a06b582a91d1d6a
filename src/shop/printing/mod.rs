//! Receipts: laid out once as lines, then printed from a queue, shown on a page, shared as text or picture.
//!
//! A sale is over before anything here begins. What is to be printed is a row; the daemon makes bytes of it when its
//! turn comes and tries until the printer took them.

mod bytes;
pub mod layout;
mod picture;
mod queue;
mod send;
pub mod settings;
pub mod share;
mod slip;
pub mod words;

use super::Shop;
use super::store::print_jobs;
use super::whatsapp;
use crate::error::{Error, Result};
use layout::Line;

pub(super) use queue::Sold;
pub use queue::{Job, Queue};
pub use send::Trouble;
pub use settings::{PrintSettings, Target};

/// A receipt as pages show it.
#[derive(Debug, Clone)]
pub struct ReceiptView {
    /// Its number.
    pub number: i64,
    /// As it would be printed now.
    pub lines: Vec<Line>,
    /// As a message.
    pub message: String,
    /// The customer's telephone, or ''.
    pub phone: String,
    /// What the owner decided about printing.
    pub settings: PrintSettings,
    /// How its newest print stands: `waiting`, `printing`, `done`, `dropped`; nothing if there was none.
    pub print: Option<String>,
}

impl ReceiptView {
    /// The link that opens WhatsApp with the receipt to be sent.
    #[must_use]
    pub fn whatsapp(&self) -> String {
        whatsapp::link(&self.phone, &self.message)
    }
}

impl Shop {
    /// A sale's receipt, to be shown.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown sale.
    pub async fn receipt_view(&self, sale_id: &str) -> Result<ReceiptView> {
        let (id, shop) = (sale_id.to_owned(), self.info.name.clone());
        self.db
            .read(move |connection| {
                let settings = PrintSettings::load(connection)?;
                let slip = slip::load(connection, &shop, &settings, &id)?;
                let lines = layout::receipt(&slip, settings.paper, false, settings.language);
                Ok(ReceiptView {
                    number: slip.number,
                    lines,
                    message: share::message(&slip, settings.language),
                    phone: slip.customer_phone,
                    print: print_jobs::state_of(connection, &id)?,
                    settings,
                })
            })
            .await
    }

    /// A sale's receipt as a picture in PNG, as it would be printed now.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown sale.
    pub async fn receipt_picture(&self, sale_id: &str) -> Result<Vec<u8>> {
        let view = self.receipt_view(sale_id).await?;
        let draw = move || picture::png(&view.lines, view.settings.paper);
        let drawn = tokio::task::spawn_blocking(draw).await;
        drawn.map_err(|error| Error::Internal(format!("drawing a receipt: {error}")))?
    }
}
