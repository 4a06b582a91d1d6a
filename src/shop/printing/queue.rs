//! What is to be printed, and the task that prints it: one slip after the other, none lost, no sale held up.

use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::DateTime;
use rusqlite::Connection;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::bytes::{self, Finish};
use super::layout::{self, Slip};
use super::send::{Trouble, send};
use super::settings::{PrintSettings, Target};
use super::slip;
use crate::error::{Error, Result};
use crate::model::{PaymentMethod, SaleId};
use crate::shop::Shop;
use crate::shop::store::audit;
use crate::shop::store::days::Moment;
use crate::shop::store::print_jobs::{self as rows, JobKind, JobRow, NewJob};
use crate::shop::store::sales;
use crate::shop::till::Receipt;
use crate::web::session::random_secret;

/// The wait after a first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// The longest wait: a printer that is switched on should print soon.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// How long the end of the program waits for a slip in hand.
const FAREWELL: Duration = Duration::from_secs(1);

/// A drawer that opens later than this does so with nobody at it who expects it.
const DRAWER_WITHIN: chrono::Duration = chrono::Duration::minutes(1);

/// Ended jobs that are remembered, to know what is a copy.
const REMEMBERED: i64 = 10_000;

/// The most jobs that are told at once.
const TOLD: i64 = 100;

/// The longest text that is printed, in characters.
const LONGEST_TEXT: usize = 10_000;

/// How the queue stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Where slips go.
    pub target: Target,
    /// How many slips wait.
    pub waiting: i64,
    /// Why the next one did not come out at the last attempt.
    pub trouble: Option<Trouble>,
    /// The first of them.
    pub jobs: Vec<Job>,
}

/// A slip that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its identity.
    pub id: String,
    /// What it is.
    pub kind: JobKind,
    /// The receipt's number, for a receipt.
    pub number: Option<i64>,
    /// Who asked for it.
    pub asked_by: String,
    /// When, by the shop's wall.
    pub asked_at: chrono::NaiveDateTime,
}

/// How a turn of the printing task ended.
enum Turn {
    /// There may be more to print.
    More,
    /// Nothing waits, or there is nothing to print with.
    Idle,
    /// The printer took nothing.
    Failed,
}

/// Sales just made, whose receipts may have to be printed.
#[derive(Default)]
pub(in crate::shop) struct Sold {
    ids: Mutex<Vec<String>>,
    changed: Notify,
}

/// Sales that may wait to be looked at: where nothing prints, as in a command, nobody comes for them.
const SOLD_AT_MOST: usize = 1000;

impl Sold {
    fn add(&self, id: String) {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        if ids.len() < SOLD_AT_MOST {
            ids.push(id);
        }
        drop(ids);
        self.changed.notify_one();
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.ids.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Shop {
    /// Queues a sale's receipt. It says that it is a copy where `copy` does, or where one came out before.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown sale, [`Error::Refused`] without a printer.
    pub async fn print_receipt(&self, sale_id: &str, copy: bool) -> Result<()> {
        let id = format!("api-{}", random_secret()?);
        self.queue_receipt(&id, sale_id, copy, "owner").await
    }

    /// As [`Shop::print_receipt`] for a form that carries its identity: sent twice, it prints once.
    ///
    /// # Errors
    /// As there, and [`Error::Invalid`] for an identity that cannot be.
    pub async fn queue_receipt(&self, id: &str, sale_id: &str, copy: bool, by: &str) -> Result<()> {
        check_id(id)?;
        let sale = self.sale(sale_id).await?;
        let job = NewJob {
            id: id.to_owned(),
            kind: JobKind::Receipt,
            sale_id: Some(sale_id.to_owned()),
            body: String::new(),
            copy,
            asked_by: by.to_owned(),
        };
        let detail = format!("receipt {}", sale.receipt.number);
        self.queue(job, Some(("receipt.printed", detail))).await
    }

    /// Queues a page that shows whether printing works.
    ///
    /// # Errors
    /// [`Error::Refused`] without a printer.
    pub async fn print_test(&self, id: &str, by: &str) -> Result<()> {
        check_id(id)?;
        let job = NewJob {
            id: id.to_owned(),
            kind: JobKind::Test,
            sale_id: None,
            body: String::new(),
            copy: false,
            asked_by: by.to_owned(),
        };
        self.queue(job, None).await
    }

    /// Queues a text under a heading. A line `left<TAB>right` is set to both edges, a line `-` is a rule.
    ///
    /// # Errors
    /// [`Error::Refused`] without a printer, [`Error::Invalid`] for a text that is too long.
    pub async fn print_text(&self, id: &str, heading: &str, lines: &str, by: &str) -> Result<()> {
        check_id(id)?;
        if heading.chars().count() + lines.chars().count() > LONGEST_TEXT {
            return Err(Error::invalid("text", "is too long to be printed"));
        }
        let job = NewJob {
            id: id.to_owned(),
            kind: JobKind::Text,
            sale_id: None,
            body: format!("{}\n{lines}", heading.replace('\n', " ")),
            copy: false,
            asked_by: by.to_owned(),
        };
        self.queue(job, None).await
    }

    async fn queue(&self, job: NewJob, entry: Option<(&'static str, String)>) -> Result<()> {
        self.record(move |tx, now| {
            if PrintSettings::load(tx)?.target == Target::Nowhere {
                return Err(Error::Refused("no printer is set up yet".to_owned()));
            }
            if rows::insert(tx, now, &job)?
                && let Some((action, detail)) = entry
            {
                let subject = job.sale_id.as_deref().unwrap_or_default();
                audit::record(tx, now, &job.asked_by, action, subject, &detail)?;
            }
            Ok(())
        })
        .await?;
        self.printing.notify_one();
        Ok(())
    }

    /// Has the receipt of a sale printed by itself, or the drawer opened, where the owner wants that. The sale is over:
    /// whatever goes wrong here is only told.
    pub(in crate::shop) fn print_sold(&self, receipt: &Receipt) {
        self.sold.add(receipt.id.clone());
    }

    /// Queues what is sold, however long the printer takes, until `stop`, and what was sold up to then.
    async fn keep_queueing(&self, stop: &CancellationToken) {
        loop {
            for id in self.sold.take() {
                match self.queue_sold(&id, String::new()).await {
                    Ok(true) => self.printing.notify_one(),
                    Ok(false) => {}
                    Err(error) => tracing::warn!(%error, sale = id, "its receipt was not queued"),
                }
            }
            if stop.is_cancelled() {
                return;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.sold.changed.notified() => {}
            }
        }
    }

    async fn queue_sold(&self, sale_id: &str, by: String) -> Result<bool> {
        let settings = self.print_settings().await?;
        let wanted = settings.automatic || settings.drawer;
        if settings.target == Target::Nowhere || !wanted {
            return Ok(false);
        }
        let now = self.now();
        let sale_id = sale_id.to_owned();
        self.db
            .write(move |tx| {
                let parts = sales::payments(tx, &sale_id)?;
                let cash = parts.iter().any(|part| part.method == PaymentMethod::Cash);
                if !settings.automatic && !cash {
                    return Ok(false);
                }
                let kind = if settings.automatic {
                    JobKind::Receipt
                } else {
                    JobKind::Drawer
                };
                let job = NewJob {
                    id: format!("sale-{sale_id}"),
                    kind,
                    sale_id: (kind == JobKind::Receipt).then_some(sale_id),
                    body: String::new(),
                    copy: false,
                    asked_by: by,
                };
                rows::insert(tx, &now, &job)
            })
            .await
    }

    /// What waits for the printer.
    ///
    /// # Errors
    /// What the database said.
    pub async fn print_queue(&self) -> Result<Queue> {
        let zone = self.info.timezone;
        self.db
            .read(move |connection| {
                let (waiting, error) = rows::backlog(connection)?;
                let jobs = rows::unended(connection, TOLD)?;
                let jobs = jobs.into_iter().map(|row| told(connection, row, zone));
                Ok(Queue {
                    target: PrintSettings::load(connection)?.target,
                    waiting,
                    trouble: error.as_deref().map(Trouble::parse),
                    jobs: jobs.collect::<Result<_>>()?,
                })
            })
            .await
    }

    /// Drops what waits for the printer: one slip, or all of them; how many there were.
    ///
    /// # Errors
    /// What the database said.
    pub async fn drop_prints(&self, id: Option<&str>, by: &str) -> Result<usize> {
        let (id, by) = (id.map(str::to_owned), by.to_owned());
        self.record(move |tx, now| {
            let dropped = rows::drop_unended(tx, now, id.as_deref())?;
            if dropped > 0 {
                let subject = id.as_deref().unwrap_or("all");
                let detail = dropped.to_string();
                audit::record(tx, now, &by, "print.dropped", subject, &detail)?;
            }
            Ok(dropped)
        })
        .await
    }

    /// Has what waits tried again at once.
    pub fn print_now(&self) {
        self.printing.notify_one();
    }

    /// Prints what is asked for, until stopped.
    pub(in crate::shop) async fn keep_printing(self, stop: CancellationToken) {
        tokio::join!(self.keep_queueing(&stop), self.print_queued(&stop));
    }

    async fn print_queued(&self, stop: &CancellationToken) {
        let mut failures = 0_u32;
        loop {
            let mut next = pin!(self.print_next());
            let turn = tokio::select! {
                turn = &mut next => turn,
                () = stop.cancelled() => {
                    // Noted how it ended, it need not come out again as a copy.
                    let _ = tokio::time::timeout(FAREWELL, next).await;
                    return;
                }
            };
            match turn {
                Ok(Turn::More) => {
                    failures = 0;
                    continue;
                }
                Ok(Turn::Idle) => failures = 0,
                Ok(Turn::Failed) => failures += 1,
                Err(error) => {
                    failures += 1;
                    tracing::warn!(%error, "the printer's queue");
                }
            }
            let pause = self.clock.wait(pause(failures));
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.printing.notified() => {}
                () = pause, if failures > 0 => {}
            }
        }
    }

    async fn print_next(&self) -> Result<Turn> {
        let settings = self.print_settings().await?;
        if settings.target == Target::Nowhere {
            return Ok(Turn::Idle);
        }
        if self.db.read(rows::backlog).await?.0 == 0 {
            return Ok(Turn::Idle);
        }
        let job = self
            .db
            .write(|tx| {
                // Nobody else prints: one in hand is one whose end was not noted.
                rows::take_up_again(tx)?;
                rows::begin(tx)
            })
            .await?;
        let Some(job) = job else {
            return Ok(Turn::Idle);
        };
        let (seq, now, shop) = (job.seq, self.now(), self.info.name.clone());
        let paper = settings.clone();
        let made = self
            .db
            .read(move |connection| make(connection, &shop, &paper, &job, &now))
            .await;
        let bytes = match made {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::warn!(%error, job = seq, "nothing can be printed of it");
                let why = error.to_string();
                self.db
                    .write(move |tx| rows::give_up(tx, &now, seq, &why))
                    .await?;
                return Ok(Turn::More);
            }
        };
        let sent = send(settings.target, self.config.data(), bytes).await;
        let now = self.now();
        match sent {
            Ok(()) => {
                self.db
                    .write(move |tx| {
                        rows::done(tx, &now, seq)?;
                        rows::forget_old(tx, REMEMBERED)
                    })
                    .await?;
                Ok(Turn::More)
            }
            Err(failure) => {
                let why = failure.trouble.as_str();
                self.db
                    .write(move |tx| rows::again(tx, seq, why, failure.unknown))
                    .await?;
                Ok(Turn::Failed)
            }
        }
    }
}

/// The bytes of a job, as things are now.
fn make(
    connection: &Connection,
    shop: &str,
    settings: &PrintSettings,
    job: &JobRow,
    now: &Moment,
) -> Result<Vec<u8>> {
    let (paper, language) = (settings.paper, settings.language);
    let mut finish = Finish {
        cut: settings.cut,
        drawer: false,
    };
    let asked = DateTime::parse_from_rfc3339(&job.asked_at_utc);
    let recent = asked.is_ok_and(|asked| now.utc - asked.to_utc() <= DRAWER_WITHIN);
    let lines = match (job.kind, &job.sale_id) {
        (JobKind::Receipt, Some(sale_id)) => {
            let slip: Slip = slip::load(connection, shop, settings, sale_id)?;
            let copy = job.copy || rows::printed_before(connection, sale_id, job.seq)?;
            let cash = slip
                .parts
                .iter()
                .any(|(way, _)| *way == PaymentMethod::Cash);
            // Asked for by a person, a receipt is printed later than the money was taken.
            let at_the_sale = job.id == format!("sale-{sale_id}");
            finish.drawer = settings.drawer && cash && recent && at_the_sale && !copy;
            layout::receipt(&slip, paper, copy, language)
        }
        (JobKind::Drawer, _) => {
            if !recent {
                return Err(Error::Refused("it is too late for the drawer".to_owned()));
            }
            finish.drawer = true;
            Vec::new()
        }
        (JobKind::Text, _) => {
            let (heading, body) = job.body.split_once('\n').unwrap_or((&job.body, ""));
            layout::text(heading, body, paper)
        }
        (JobKind::Test | JobKind::Receipt, _) => {
            layout::test_page(shop, now.local, paper, language)
        }
    };
    bytes::of(&lines, finish)
}

fn told(connection: &Connection, row: JobRow, zone: chrono_tz::Tz) -> Result<Job> {
    let number = match &row.sale_id {
        Some(id) => sales::by_id(connection, id)?.map(|sale| sale.number),
        None => None,
    };
    let asked = DateTime::parse_from_rfc3339(&row.asked_at_utc)
        .map_err(|_| Error::Corrupt(format!("print_jobs.{}: no moment", row.seq)))?;
    Ok(Job {
        id: row.id,
        kind: row.kind,
        number,
        asked_by: row.asked_by,
        asked_at: asked.with_timezone(&zone).naive_local(),
    })
}

/// The wait after so many failures in a row.
fn pause(failures: u32) -> Duration {
    let doubled = FIRST_PAUSE * 2_u32.pow(failures.saturating_sub(1).min(5));
    doubled.min(LONGEST_PAUSE)
}

/// A form's identity has the shape of a sale's.
fn check_id(id: &str) -> Result<()> {
    let checked = SaleId::parse(id);
    checked.map_or_else(
        |error| Err(Error::invalid("id", error.to_string())),
        |_| Ok(()),
    )
}
