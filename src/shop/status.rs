//! How the shop is doing, for people and monitors.

use chrono::NaiveDate;
use serde::Serialize;

use super::Shop;
use super::incident::Told;
use super::offsite::OffsiteStatus;
use super::store::copies;
use super::store::status::{self, LastSale};
use super::store::{plans, sync_state};
use super::sync::SyncStatus;
use crate::error::Result;
use crate::store::backup::BackupsStatus;
use crate::store::disk;
use crate::web::Language;

/// Older incidents are in the database.
const INCIDENTS: i64 = 10;

/// How the shop is doing.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    /// Of the program.
    pub version: &'static str,
    /// The shop's name.
    pub shop: String,
    /// Its time zone.
    pub timezone: String,
    /// The database file.
    pub database: String,
    /// Its size, with the log that is not yet folded into it.
    pub database_bytes: u64,
    /// The number of its schema.
    pub schema: i64,
    /// Room left on its disk; absent where the system does not tell.
    pub disk_free_bytes: Option<u64>,
    /// Products still sold.
    pub products: i64,
    /// Sales recorded.
    pub sales: i64,
    /// The last of them.
    pub last_sale: Option<LastSale>,
    /// The plan that was last kept as that of its date.
    pub last_plan: Option<LastPlan>,
    /// What happened to the database, the newest first.
    pub incidents: Vec<Told>,
    /// How the backups stand.
    pub backups: BackupsStatus,
    /// How the backups at the hub stand.
    pub offsite: OffsiteStatus,
    /// How it stands with the hub.
    pub sync: SyncStatus,
}

/// A plan in short.
#[derive(Debug, Clone, Serialize)]
pub struct LastPlan {
    /// Its identity.
    pub id: String,
    /// The date that it is for.
    pub plan_date: NaiveDate,
    /// When it was made, RFC 3339.
    pub created_at: String,
}

impl Shop {
    /// How the shop is doing.
    ///
    /// # Errors
    /// What the database said.
    pub async fn status(&self) -> Result<Status> {
        let (info, path) = (self.info.clone(), self.db.path().to_owned());
        let backups = self.backups().await?;
        let offsite = self.offsite_status().await?;
        let incidents = self.incidents(Language::English).await?;
        self.db
            .read(move |connection| {
                let last_sale = status::last_sale(connection)?;
                let sync =
                    SyncStatus::read(connection, info.device, sync_state::load(connection)?)?;
                Ok(Status {
                    version: env!("CARGO_PKG_VERSION"),
                    shop: info.name.clone(),
                    timezone: info.timezone.name().to_owned(),
                    database: path.display().to_string(),
                    database_bytes: disk::database_size(&path),
                    schema: status::schema_version(connection)?,
                    disk_free_bytes: disk::free(&path),
                    products: status::active_products(connection)?,
                    sales: status::sales(connection)?,
                    last_sale,
                    last_plan: plans::latest_saved(connection)?.map(|plan| LastPlan {
                        id: plan.id,
                        plan_date: plan.plan_date,
                        created_at: plan.created_at,
                    }),
                    incidents,
                    backups,
                    offsite,
                    sync,
                })
            })
            .await
    }

    /// What happened to the database, the newest first, in a language.
    ///
    /// # Errors
    /// What the database said.
    pub async fn incidents(&self, language: Language) -> Result<Vec<Told>> {
        let found = self
            .db
            .read(|connection| copies::incidents(connection, INCIDENTS));
        let told = |incident| Told::new(incident, language);
        Ok(found.await?.into_iter().map(told).collect())
    }
}
