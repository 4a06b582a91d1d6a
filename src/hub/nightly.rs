//! The nightly planning: every shop's plan, made once a date by however many processes there are, and kept.
//!
//! A date's shops are cut into parts. A worker leases a part, reads what its shops are planned from, plans them on a
//! thread of its own, and writes all that it found together with the word that the part is done. See
//! [`super::store::plan_work`] on workers that die.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Hub;
use super::plan_part;
use super::planner::Planner;
use super::positions::date_at;
use super::store::plan_work::{self, Claim, Lease, Run};
use super::store::{self, audit, plan_input, plans, service, shops};
use crate::error::{Error, Result};

/// Shops in a part: some seconds' work on the slowest machine, and some ten megabytes.
pub(super) const SHOPS_IN_PART: usize = 50;

/// How long a worker may take for a part before another one takes it over.
const LEASE: chrono::Duration = chrono::Duration::seconds(30);

/// The longest that the nightly task sleeps: a clock that was set must not keep a night waiting.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

/// How soon a worker that found only leased parts asks again, in the machine's own time: whoever holds them is at work.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// How long plannings are remembered that are over.
const REMEMBERED: chrono::Days = chrono::Days::new(30);

/// Weeks whose sums over the shops are made anew each night.
const WEEKS_SUMMED: chrono::Days = chrono::Days::new(35);

/// What a planning of all shops came to.
#[derive(Debug, Clone, Serialize)]
pub struct Planned {
    /// The date that was planned for.
    pub date: NaiveDate,
    /// Shops that this process planned.
    pub shops: usize,
    /// Products in them.
    pub products: usize,
    /// How long it took, in milliseconds.
    pub milliseconds: u128,
}

/// How many plan at once in this process.
pub(super) fn workers() -> usize {
    std::thread::available_parallelism()
        .map_or(2, usize::from)
        .clamp(1, 4)
}

/// What is said of a planning whose task is gone.
pub(super) fn abnormal() -> Error {
    Error::Internal("a planning ended abnormally".to_owned())
}

/// The latest date whose planning time has come.
fn due(now: DateTime<Utc>, at: NaiveTime, zone: Tz) -> NaiveDate {
    let local = now.with_timezone(&zone).naive_local();
    if local.time() >= at {
        local.date()
    } else {
        local.date().pred_opt().unwrap_or(local.date())
    }
}

impl Hub {
    /// Plans every active shop for `date` and keeps what was found; what another process has begun is finished
    /// together with it, and what is done already is done again.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a holding fraction that cannot be, and what the database said.
    pub async fn plan_all(&self, date: NaiveDate) -> Result<Planned> {
        self.may_plan_for(date)?;
        store::write(self.store(), move |tx| match plan_work::find(tx, date)? {
            Some(run) if run.finished_at.is_some() => plan_work::forget(tx, date),
            _ => Ok(()),
        })
        .await?;
        self.plan_rest(date).await
    }

    /// The latest planning, if there was any.
    ///
    /// # Errors
    /// What the database said.
    pub async fn latest_planning(&self) -> Result<Option<Run>> {
        store::read(self.store(), plan_work::latest).await
    }

    /// Plans one shop again for its own today and keeps what was found: after a decision that changes its plan.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a shop.
    pub async fn plan_again(&self, shop_id: &str) -> Result<()> {
        let planner = self.planner()?;
        let (shop_id, now) = (shop_id.to_owned(), self.now());
        store::write(self.store(), move |tx| {
            let planner = planner(tx)?;
            let shop = shops::get(tx, &shop_id)?;
            let date = date_at(&shop, now);
            let read = plan_part::read_one(tx, &planner, shop)?;
            let found = plan_part::find(&planner, read, date, now)?;
            plan_part::write_one(tx, &found)
        })
        .await
    }

    /// Plans night after night until stopped. Whatever comes of it, the hub runs on.
    pub(super) async fn plan_nightly(self, stop: CancellationToken) {
        loop {
            let sleep = self.clock.wait(LONGEST_SLEEP);
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.plan_all_due() => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep => {}
            }
        }
    }

    /// Plans for each distributor whose time has come; what goes wrong for one is no matter of the others.
    async fn plan_all_due(&self) {
        let hubs = match self.every_tenant().await {
            Ok(hubs) => hubs,
            Err(error) => {
                tracing::error!(%error, "whose shops to plan cannot be read");
                return;
            }
        };
        for hub in hubs {
            match hub.plan_if_due().await {
                Ok(Some(planned)) => tracing::info!(
                    hub = %hub.identity.name, date = %planned.date, shops = planned.shops,
                    products = planned.products, milliseconds = planned.milliseconds, "planned"
                ),
                Ok(None) => {}
                Err(error) => tracing::error!(
                    hub = %hub.identity.name, %error, "the nightly planning failed"
                ),
            }
        }
    }

    async fn plan_if_due(&self) -> Result<Option<Planned>> {
        let date = due(
            self.now(),
            self.config.hub_plan_time()?,
            self.identity.timezone,
        );
        // A hub that was set up today has no night behind it.
        let founded = self
            .identity
            .created_at
            .with_timezone(&self.identity.timezone);
        if date <= founded.date_naive() {
            return Ok(None);
        }
        let latest = store::read(self.store(), plan_work::latest).await?;
        let done = latest.is_some_and(|run| {
            run.plan_date > date || run.plan_date == date && run.finished_at.is_some()
        });
        if done {
            return Ok(None);
        }
        self.plan_rest(date).await.map(Some)
    }

    /// Begins the planning for `date` unless it was begun, and works on it until it is finished.
    async fn plan_rest(&self, date: NaiveDate) -> Result<Planned> {
        let started = Instant::now();
        let (now, planner) = (self.now(), self.planner()?);
        let begun = store::write(self.store(), move |tx| {
            let ids = plan_input::active_shops(tx)?;
            let parts = ids.chunks(SHOPS_IN_PART).skip(1);
            let bounds: Vec<String> = parts.filter_map(|part| part.first().cloned()).collect();
            plan_work::begin(tx, date, now, &bounds)
        })
        .await?;
        let planner = Arc::new(store::read(self.store(), planner).await?);
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..workers() {
            tasks.spawn(self.clone().work(date, Arc::clone(&planner)));
        }
        let (mut shops, mut products) = (0, 0);
        while let Some(done) = tasks.join_next().await {
            let (planned, lines) = done.map_err(|_| abnormal())??;
            shops += planned;
            products += lines;
        }
        let planned = Planned {
            date,
            shops,
            products,
            milliseconds: started.elapsed().as_millis(),
        };
        self.close_planning(date, begun, planned.clone()).await?;
        Ok(planned)
    }

    /// Sums everything up, once, after the last part is done.
    async fn close_planning(&self, date: NaiveDate, begun: bool, planned: Planned) -> Result<()> {
        let now = self.now();
        store::write(self.store(), move |tx| {
            if !plan_work::close(tx, date, now)? {
                return Ok(());
            }
            plans::sum_up(tx)?;
            let from = date.checked_sub_days(WEEKS_SUMMED).unwrap_or(date);
            service::sum_up(tx, from)?;
            plan_work::forget_before(tx, date.checked_sub_days(REMEMBERED).unwrap_or(date))?;
            let detail = serde_json::json!({
                "shops": planned.shops, "products": planned.products, "alone": begun,
            });
            let subject = date.to_string();
            audit::record(
                tx,
                now,
                "planner",
                "plan.made",
                &subject,
                &detail.to_string(),
            )
        })
        .await
    }

    /// Plans part after part until none is left; how many shops and products these were.
    async fn work(self, date: NaiveDate, planner: Arc<Planner>) -> Result<(usize, usize)> {
        let worker = Uuid::now_v7().to_string();
        let (mut shops, mut products) = (0, 0);
        loop {
            let (now, name) = (self.now(), worker.clone());
            let claim = store::write(self.store(), move |tx| {
                plan_work::claim(tx, date, &name, now, LEASE)
            })
            .await?;
            match claim {
                Claim::Nothing => return Ok((shops, products)),
                Claim::Busy(_) => tokio::time::sleep(ASK_AGAIN).await,
                Claim::Leased(lease) => {
                    let (planned, lines) = self.plan_part(lease, Arc::clone(&planner)).await?;
                    shops += planned;
                    products += lines;
                }
            }
        }
    }

    async fn plan_part(&self, lease: Lease, planner: Arc<Planner>) -> Result<(usize, usize)> {
        let (date, now) = (lease.plan_date, self.now());
        let (asked, by) = (lease.clone(), Arc::clone(&planner));
        let read = store::read(self.store(), move |tx| {
            let range = (asked.from_shop.as_str(), asked.until_shop.as_str());
            plan_part::read(tx, &by, range, date)
        })
        .await?;
        let found = tokio::task::spawn_blocking(move || {
            let shops = read.into_iter();
            shops
                .map(|shop| plan_part::find(&planner, shop, date, now))
                .collect::<Result<Vec<_>>>()
        })
        .await
        .map_err(|_| abnormal())??;
        let counts = (
            found.len(),
            found.iter().map(|shop| shop.lines.len()).sum::<usize>(),
        );
        let written = store::write(self.store(), move |tx| {
            if !plan_work::finish(tx, &lease)? {
                return Ok(false);
            }
            plan_part::write(tx, (&lease.from_shop, &lease.until_shop), &found)?;
            Ok(true)
        })
        .await?;
        // Another worker took the part over and has planned it, or does.
        Ok(if written { counts } else { (0, 0) })
    }
}
