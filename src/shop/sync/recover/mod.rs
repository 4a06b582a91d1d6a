//! Taking in what only the hub has of this shop: events that another copy of the database wrote, before this one was
//! put back from a backup or beside it.
//!
//! The goods of those events did come and go, so their movements are posted here too, lot by lot as they were told.
//! They are no part of this copy's own log: the hub has them. What they say of products, history and policy holds unless
//! something later in the hub's order says otherwise. No money comes back this way: prices never left the shop.

mod effect;
mod taken_back;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rusqlite::Connection;
use serde_json::json;
use uuid::Uuid;

use super::session::{Exchanged, Session};
use super::{Failure, Shop};
use crate::error::Result;
use crate::shop::copies::{Copied, number_apart};
use crate::shop::nightly;
use crate::shop::products::facts;
use crate::shop::store::days::Moment;
use crate::shop::store::recovered::{self, Fate};
use crate::shop::store::{copies, daily, events, products, sync_state};
use crate::shop::transport::Transport;
use crate::store::WriteTx;
use crate::wire::LOG_PATH;
use crate::wire::event::{Fact, HistoryRow, SETTING_KINDS};
use crate::wire::exchange::{LogPage, LoggedEvent};
use effect::{apply, readable, settle};

/// Pages in one session; what is left comes with the next.
const PAGES: usize = 2000;

impl<T: Transport> Session<'_, T> {
    /// Reads on in the hub's copy of the log from where everything is known, until this copy's own epoch begins or,
    /// where another copy writes the log, to its end.
    pub(super) async fn recover(
        &self,
        hub_head: (i64, i64),
        done: &mut Exchanged,
    ) -> Result<(), Failure> {
        let state = self.shop.db.read(sync_state::load).await?;
        let own_epoch = state.epoch;
        let own_is_last = hub_head.0 == own_epoch && state.acked_seq >= hub_head.1;
        let reached = if own_is_last {
            state.merged.0 >= own_epoch
        } else {
            state.merged >= hub_head
        };
        if reached {
            return Ok(());
        }
        let own = Arc::new(self.shop.db.read(OwnEvents::load).await?);
        let mut after = state.merged;
        let mut sales = 0;
        let mut complete = false;
        for _ in 0..PAGES {
            let query = ("after", format!("{}.{}", after.0, after.1));
            let page: LogPage = self.call(LOG_PATH, Some(query), None).await?;
            if Some(page.incarnation) != state.incarnation {
                return Ok(());
            }
            let more = page.more;
            let (own, now) = (Arc::clone(&own), self.shop.now());
            let taken = self
                .shop
                .db
                .write(move |tx| take_page(tx, &now, page.events, &own, own_is_last))
                .await?;
            done.recovered += taken.events;
            sales += taken.sales;
            complete = !more || taken.own_begins;
            if complete || taken.reached <= after {
                break;
            }
            after = taken.reached;
        }
        if complete {
            let all = state.merged.max(hub_head);
            self.shop
                .db
                .write(move |tx| sync_state::set_merged(tx, own_epoch, all))
                .await?;
        }
        if done.recovered > 0 {
            self.note_recovered(done.recovered, sales).await?;
        }
        Ok(())
    }

    async fn note_recovered(&self, events: usize, sales: usize) -> Result<()> {
        let now = self.shop.now();
        let figures = json!({ "events": events, "sales": sales });
        self.shop
            .db
            .write(move |tx| copies::note_sum(tx, &now, "recovered", &figures))
            .await
    }
}

/// What a page brought.
struct Taken {
    events: usize,
    sales: usize,
    reached: (i64, i64),
    /// This copy's own epoch begins in it: everything before is known now.
    own_begins: bool,
}

/// The events that this copy wrote, up to a point of its log, with their last places in it.
struct OwnEvents {
    places: HashMap<Uuid, (i64, i64)>,
    head: (i64, i64),
}

impl OwnEvents {
    fn load(connection: &Connection) -> Result<Self> {
        let state = sync_state::load(connection)?;
        Ok(Self {
            places: events::places_after(connection, (0, 0))?,
            head: (state.epoch, state.head_seq),
        })
    }
}

fn take_page(
    tx: &WriteTx<'_>,
    now: &Moment,
    page: Vec<LoggedEvent>,
    own: &OwnEvents,
    own_is_last: bool,
) -> Result<Taken> {
    let state = sync_state::load(tx)?;
    let own_epoch = state.epoch;
    let mut taken = Taken {
        events: 0,
        sales: 0,
        reached: state.merged,
        own_begins: false,
    };
    if own_epoch != own.head.0 {
        return Ok(taken);
    }
    // Another process may have written and pushed since.
    let since = events::places_after(tx, own.head)?;
    let own_place = |id: &Uuid| since.get(id).or_else(|| own.places.get(id)).copied();
    let mut settings_from = None;
    for LoggedEvent { epoch, event } in page {
        // A copy that writes this epoch has everything of it that the hub has acknowledged to it, and while no other copy
        // has begun another one, nothing comes after it.
        let is_of_own = epoch == own_epoch && own_place(&event.event_id).is_some();
        if own_is_last && is_of_own && state.merged.0 < own_epoch {
            taken.own_begins = true;
            break;
        }
        taken.reached = (epoch, event.seq);
        let is_setting = SETTING_KINDS.contains(&event.kind.as_str());
        if let Some(own_place) = own_place(&event.event_id) {
            // Moved to a later epoch here, because nobody had acknowledged it; at the hub it came at this place. Where it
            // stands earlier here, the hub had it from there, and this is another copy's sending it once more.
            if is_setting && (epoch, event.seq) < own_place {
                recovered::keep(tx, epoch, &event, now, Fate::Known)?;
                settings_from = settings_from.or(Some(epoch));
            }
            continue;
        }
        if recovered::is_known(tx, event.event_id)? {
            continue;
        }
        if events::has_written(tx, epoch)? && !recovered::knows_epoch(tx, epoch)? {
            // Another copy went on with the very epoch that this one wrote, and it may have gone on with its receipt
            // numbers: what lies beside the database need not have shown that it was put back.
            number_apart(tx, now, Copied::ShownByHub, json!({}))?;
        }
        match readable(&event) {
            Ok(fact) => {
                apply(tx, now, event.business_date, &fact)?;
                settings_from = settings_from.or(is_setting.then_some(epoch));
                taken.sales += usize::from(matches!(fact, Fact::SaleRecorded { .. }));
                recovered::keep(tx, epoch, &event, now, Fate::Applied)?;
            }
            Err(why) => {
                tracing::warn!(
                    seq = event.seq,
                    kind = event.kind,
                    why,
                    "a recovered event was set aside"
                );
                recovered::keep(tx, epoch, &event, now, Fate::Quarantined(&why))?;
            }
        }
        taken.events += 1;
    }
    if let Some(epoch) = settings_from {
        settle(tx, now, epoch)?;
    }
    sync_state::set_merged(tx, own_epoch, taken.reached)?;
    Ok(taken)
}

/// Writes into this copy's own log what it has recovered, for a hub that was restored and may have lost it: whoever
/// wrote it may be gone. The events keep their identity, so that a hub that still has them takes no notice. How many
/// events that were.
pub(super) fn give_back(tx: &WriteTx<'_>, now: &Moment) -> Result<usize> {
    let own = events::places_after(tx, (0, 0))?;
    let (mut skus, mut days, mut date) = (BTreeSet::new(), BTreeSet::new(), None);
    let mut count = 0;
    for LoggedEvent { event, .. } in recovered::all(tx)? {
        if own.contains_key(&event.event_id) {
            continue;
        }
        match Fact::decode(&event.kind, event.version, &event.payload) {
            Ok(Fact::ProductDefined(facts)) => {
                skus.insert(facts.sku);
            }
            Ok(Fact::HistoryImported { rows }) => {
                days.extend(rows.into_iter().map(|row| (row.sku, row.date)));
            }
            Ok(Fact::PolicySet(_)) => nightly::forget_told_policy(tx)?,
            _ => {}
        }
        date = Some(event.business_date);
        events::append_event(tx, event)?;
        count += 1;
    }
    let Some(date) = date else { return Ok(0) };
    // They come after what was said later. So that the latest word holds there too, it is said once more.
    for sku in skus {
        if let Some(row) = products::by_sku(tx, sku.as_str())? {
            let facts = Fact::ProductDefined(facts(&row.definition));
            events::append(tx, now, date, &facts)?;
            count += 1;
        }
    }
    let mut rows = Vec::new();
    for (sku, date) in days {
        let quantity = daily::imported(tx, sku.as_str(), date)?;
        rows.push(HistoryRow {
            sku,
            date,
            quantity,
        });
    }
    for rows in rows.chunks(HISTORY_ROWS) {
        let rows = rows.to_vec();
        events::append(tx, now, date, &Fact::HistoryImported { rows })?;
        count += 1;
    }
    Ok(count)
}

/// Rows of history in one event.
const HISTORY_ROWS: usize = 500;

impl Shop {
    /// Tries every recovered event that was set aside again, as at each start: a newer program may understand it. How
    /// many were applied.
    ///
    /// # Errors
    /// What the database said.
    pub async fn retry_recovered(&self) -> Result<usize> {
        if self.db.read(recovered::count_quarantined).await? == 0 {
            return Ok(0);
        }
        let now = self.now();
        self.db
            .write(move |tx| {
                let mut applied = 0;
                for LoggedEvent { epoch, event } in recovered::quarantined(tx)? {
                    if let Ok(fact) = readable(&event) {
                        apply(tx, &now, event.business_date, &fact)?;
                        recovered::keep(tx, epoch, &event, &now, Fate::Applied)?;
                        if SETTING_KINDS.contains(&event.kind.as_str()) {
                            settle(tx, &now, epoch)?;
                        }
                        applied += 1;
                    }
                }
                Ok(applied)
            })
            .await
    }
}
