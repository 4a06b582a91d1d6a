//! The parties, and one step after the other of what happens among them.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use kulakan::clock::ManualClock;
use kulakan::error::Error;
use tempfile::TempDir;

use super::founding::{SHOPS, beginning, copy_files, folder, founding};
use super::log::{Check, Log, violation};
use super::network::{HUB_URL, Network};
use super::party::{Book, Copy};
use super::{disasters, distributor, till};

/// One shop of the distributor's, whatever happens to its devices.
pub struct Tenant {
    /// What the hub calls it.
    pub shop_id: String,
    /// Code of the pairing.
    pub code: String,
    /// More than one device has written its log, or the database went back: (an epoch change is to be expected).
    pub split: bool,
    /// Receipt numbers that customers of this shop hold, whatever became of the copy that gave them out: of which sale.
    pub receipts: BTreeMap<i64, String>,
}

/// A shipment that somebody at the hub is busy with.
pub struct Shipment {
    pub id: String,
    pub tenant: usize,
    pub state: &'static str,
}

pub struct World {
    pub log: Arc<Log>,
    pub network: Arc<Network>,
    pub now: DateTime<Utc>,
    pub hub_clock: Arc<ManualClock>,
    pub hub_clock_error: Duration,
    pub tenants: Vec<Tenant>,
    pub copies: Vec<Copy>,
    pub next_copy: usize,
    pub shipments: Vec<Shipment>,
    /// Copies of the hub's files.
    pub hub_snapshots: Vec<std::path::PathBuf>,
    pub hub_restored: bool,
    /// Numbers everything that needs a name.
    pub serial: u64,
    pub root: TempDir,
}

impl World {
    pub async fn found(seed: u64) -> Check<Self> {
        let founding = founding();
        let log = Arc::new(Log::new(seed));
        let root = folder();
        let hub_folder = root.path().join("hub-0");
        copy_files(&founding.hub_folder(), &hub_folder);
        let hub_clock = ManualClock::at(beginning());
        let network = Arc::new(
            Network::new(Arc::clone(&log), root.path(), hub_folder, hub_clock.clone()).await,
        );
        let shops = log.dice(|dice| if dice.permille(250) { 3 } else { 2 });
        let mut world = Self {
            tenants: founding.shops[..shops]
                .iter()
                .map(|(shop_id, code)| Tenant {
                    shop_id: shop_id.clone(),
                    code: code.clone(),
                    split: false,
                    receipts: BTreeMap::new(),
                })
                .collect(),
            log,
            network,
            now: beginning(),
            hub_clock,
            hub_clock_error: Duration::zero(),
            copies: Vec::new(),
            next_copy: 0,
            shipments: Vec::new(),
            hub_snapshots: Vec::new(),
            hub_restored: false,
            serial: 0,
            root,
        };
        for (tenant, name) in SHOPS.iter().enumerate().take(shops) {
            let folder = world.root.path().join(format!("{name}-0"));
            copy_files(&founding.shop_folder(tenant), &folder);
            world.add_copy(tenant, folder, Book::default()).await?;
        }
        world.let_shops_in().await?;
        Ok(world)
    }

    /// Pairs every shop over a bad line. Only then are databases copied: one that has never been let in, or that the hub
    /// has never heard of, needs a new code from a person.
    async fn let_shops_in(&mut self) -> Check {
        self.network.set_roughness(400);
        for index in 0..self.copies.len() {
            for attempt in 0..12 {
                if attempt == 8 {
                    self.network.calm().await;
                }
                self.exchange(index).await?;
                if self.copies[index].paired {
                    break;
                }
                till::operate(self, index).await?;
            }
        }
        match self.copies.iter().find(|copy| !copy.paired) {
            Some(copy) => violation(8, format!("copy {} cannot be paired", copy.id)),
            None => Ok(()),
        }
    }

    pub async fn add_copy(
        &mut self,
        tenant: usize,
        folder: std::path::PathBuf,
        book: Book,
    ) -> Check<usize> {
        let id = self.next_copy;
        self.next_copy += 1;
        let copy = Copy::open(id, tenant, folder, &self.network, self.now, book).await?;
        self.copies.push(copy);
        Ok(self.copies.len() - 1)
    }

    /// The true time goes on, and every clock with it, wrong as it may be.
    pub fn pass(&mut self, time: Duration) {
        self.now += time;
        self.set_clocks();
    }

    pub fn set_clocks(&self) {
        self.hub_clock.set(self.now + self.hub_clock_error);
        for copy in &self.copies {
            copy.set_clock(self.now);
        }
    }

    /// The date on a wall in Jakarta whose clock is right.
    pub fn today(&self) -> NaiveDate {
        (self.now + Duration::hours(7)).date_naive()
    }

    pub fn tomorrow(&self) -> NaiveDate {
        self.today() + Days::new(1)
    }

    /// A name that nothing else has.
    pub fn name(&mut self, prefix: &str) -> String {
        self.serial += 1;
        format!("{prefix}{}", self.serial)
    }

    /// One thing happens.
    pub async fn step(&mut self) -> Check {
        let minutes = self.log.dice(|dice| dice.between(1, 90));
        self.pass(Duration::minutes(minutes));
        let index = self.log.dice(|dice| dice.index(self.copies.len()));
        let part = self
            .log
            .dice(|dice| dice.weighted(&[(60, 0), (22, 1), (9, 2), (9, 3)]));
        match part {
            0 => till::operate(self, index).await,
            1 => self.exchange(index).await.map(drop),
            2 => distributor::operate(self).await,
            _ => disasters::strike(self, index).await,
        }
    }

    /// What `kulakan shop sync` does, or the daemon when it is time; whether it went through. The device may die.
    pub async fn exchange(&mut self, index: usize) -> Check<bool> {
        let copy = &mut self.copies[index];
        self.log.note(format!("exchange of copy {}", copy.id));
        let died = Arc::clone(&copy.line.died);
        let (shop, line) = (copy.shop(), copy.line.clone());
        if !copy.paired {
            let code = &self.tenants[copy.tenant].code;
            let paired = tokio::select! {
                biased;
                paired = shop.pair_over(&line, HUB_URL, code) => Some(paired),
                () = died.notified() => None,
            };
            match paired {
                Some(Ok(_)) => copy.paired = true,
                Some(Err(error)) => {
                    self.log.note(format!("no pairing: {}", kind(&error)));
                    return Ok(false);
                }
                None => {
                    drop(shop);
                    disasters::machine_dies(self, index).await?;
                    return Ok(false);
                }
            }
        }
        let done = tokio::select! {
            biased;
            done = shop.exchange_over(&line) => Some(done),
            () = died.notified() => None,
        };
        drop(shop);
        match done {
            Some(Ok(done)) => {
                self.copies[index].book.unnoticed = false;
                self.log.count("exchange");
                self.log
                    .note(format!("exchanged {} {}", done.pushed, done.notes));
                Ok(true)
            }
            Some(Err(error)) => {
                self.log.count("exchange failed");
                self.log.note(format!("no exchange: {}", kind(&error)));
                let full = self.copies[index].full;
                if matches!(error, Error::Remote(_)) || (full && matches!(error, Error::DiskFull)) {
                    return Ok(false);
                }
                violation(0, format!("an exchange fails in itself: {error}"))
            }
            None => {
                disasters::machine_dies(self, index).await?;
                Ok(false)
            }
        }
    }
}

/// The kind of a fault, without what differs from run to run.
pub fn kind(error: &Error) -> String {
    let text = format!("{error:?}");
    text.split(['(', '{', ' ']).next().unwrap_or("").to_owned()
}
