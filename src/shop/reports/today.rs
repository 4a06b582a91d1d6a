//! What the first page says: how today goes, and what wants to be looked at.

use chrono::{Days, NaiveDate};

use super::{Period, Sum, sales};
use crate::error::Result;
use crate::shop::Shop;
use crate::shop::debts::DebtsSummary;
use crate::shop::deliveries::DeliveryQuery;
use crate::shop::store::deliveries::Delivery;
use crate::shop::store::reports::{self as rows, Shelf};
use crate::shop::store::{days, status, sync_state};
use crate::shop::sync::SyncStatus;
use crate::store::backup::BackupsStatus;
use crate::store::disk;

/// Goods whose date is this near are told of.
pub const EXPIRING_DAYS: u64 = 7;

/// Room on the disk below which the owner is told: a few months of sales and their backups.
const DISK_LOW_BYTES: u64 = 500 * 1024 * 1024;

/// How today goes.
#[derive(Debug, Clone)]
pub struct Today {
    /// The trading day.
    pub date: NaiveDate,
    /// What was sold on it.
    pub sold: Sum,
    /// Products that sold and have no cost: the profit is told too large by theirs.
    pub without_cost: i64,
    /// Products that are still sold.
    pub products: i64,
    /// Sales that were ever recorded.
    pub sales_ever: i64,
    /// What runs out, the shortest lasting first.
    pub running_low: Vec<Shelf>,
    /// Lots past their date or near it, the earliest first.
    pub expiring: Vec<Shelf>,
    /// What the distributor has announced or sent.
    pub coming: Vec<Delivery>,
    /// What customers owe.
    pub debts: DebtsSummary,
    /// How it stands with the hub.
    pub sync: SyncStatus,
    /// How the backups stand.
    pub backups: BackupsStatus,
    /// The clock disagrees with the trading day.
    pub clock_suspect: bool,
    /// Room left on the disk, where that is little.
    pub disk_low_bytes: Option<u64>,
}

impl Shop {
    /// How today goes.
    ///
    /// # Errors
    /// What the database said.
    pub async fn how_today_goes(&self) -> Result<Today> {
        let (info, now) = (self.info.clone(), self.now());
        let backups = self.backups().await?;
        let coming = self
            .deliveries(DeliveryQuery::default())
            .await?
            .into_iter()
            .filter(|delivery| matches!(delivery.state.as_str(), "announced" | "dispatched"))
            .collect();
        let debts = self.debts_summary().await?;
        let disk_low_bytes = disk::free(self.db.path()).filter(|free| *free < DISK_LOW_BYTES);
        self.db
            .read(move |connection| {
                let day = days::current(connection, &info, &now)?;
                let date = day.date;
                let soon = date.checked_add_days(Days::new(EXPIRING_DAYS));
                let period = Period {
                    from: date,
                    to: date,
                };
                Ok(Today {
                    date,
                    sold: sales::total(connection, period)?,
                    without_cost: rows::sold_without_cost(connection, date, date)?,
                    products: status::active_products(connection)?,
                    sales_ever: status::sales(connection)?,
                    running_low: rows::running_low(connection)?,
                    expiring: rows::expiring(connection, soon.unwrap_or(date))?,
                    coming,
                    debts,
                    sync: SyncStatus::read(connection, info.device, sync_state::load(connection)?)?,
                    backups,
                    clock_suspect: day.clock_suspect,
                    disk_low_bytes,
                })
            })
            .await
    }
}
