//! A month in two warungs, lived through the till's API.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;
use serde_json::json;

use super::catalogue::Good;
use super::client::{Api, list, number, text};
use super::sales::{self, Ticket};
use crate::clock::ManualClock;
use crate::error::{Error, Result};
use crate::model::Quantity;

/// One warung of the demonstration.
pub struct Warung {
    /// Its name.
    pub name: &'static str,
    /// How large, against the catalogue's averages.
    pub size: f64,
    /// Seed of its sales.
    pub seed: u64,
    /// Its API.
    pub api: Api,
}

/// What happened in a month.
#[derive(Debug, Default)]
pub struct Month {
    /// Sales by shop.
    pub sales: BTreeMap<&'static str, u64>,
    /// Turnover in rupiah by shop.
    pub turnover: BTreeMap<&'static str, i64>,
    /// Tickets sent so far.
    tickets: u64,
    /// Sales taken back.
    pub voids: u64,
}

/// A shopkeeper fills the shelf for this many days.
const SHELF_DAYS: f64 = 12.0;
/// One sale of this many is taken back.
const VOID_EVERY: u64 = 160;
/// So many tickets of an hour are sent at once at most.
const RUSH: usize = 24;
/// A day's count finds this much missing of one product.
const SHRINKAGE: i64 = 1;

/// The moment at which the wall clock of `zone` shows `local`.
#[must_use]
pub fn moment(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    local
        .and_local_timezone(zone)
        .earliest()
        .map_or_else(|| local.and_utc(), |moment| moment.with_timezone(&Utc))
}

/// Lives the days `first .. first + days` in all shops at once, in the order of their tickets.
///
/// # Errors
/// What a shop's API refused.
pub async fn live(
    shops: &[Warung],
    goods: &[Good],
    first: NaiveDate,
    days: u32,
    zone: Tz,
    clock: &Arc<ManualClock>,
) -> Result<Month> {
    let mut month = Month::default();
    let mut tickets: Vec<(usize, Ticket)> = Vec::new();
    for (index, shop) in shops.iter().enumerate() {
        let drawn = sales::month(goods, shop.seed, shop.size, first, days);
        tickets.extend(drawn.into_iter().map(|ticket| (index, ticket)));
    }
    tickets
        .sort_by(|(_, one), (_, other)| one.at.cmp(&other.at).then_with(|| one.id.cmp(&other.id)));
    let mut today = None;
    let mut rest = &tickets[..];
    while let Some((_, next)) = rest.first() {
        if today != Some(next.at.date()) {
            today = Some(next.at.date());
            begin_day(shops, goods, first, next.at.date(), zone, clock).await?;
        }
        clock.set(moment(next.at, zone));
        let rush = rest
            .iter()
            .take(RUSH)
            .take_while(|(_, ticket)| same_hour(ticket, next))
            .count();
        let (now, later) = rest.split_at(rush.max(1));
        rest = later;
        sell(shops, now, &mut month).await?;
    }
    Ok(month)
}

fn same_hour(one: &Ticket, other: &Ticket) -> bool {
    one.at.date() == other.at.date() && one.at.hour() == other.at.hour()
}

/// Sells tickets of the same hour at once, as several tills would: their commits share flushes to the disk.
async fn sell(shops: &[Warung], tickets: &[(usize, Ticket)], month: &mut Month) -> Result<()> {
    let mut sales = tokio::task::JoinSet::new();
    for (index, ticket) in tickets {
        let shop = &shops[*index];
        let (api, name, id) = (shop.api.clone(), shop.name, ticket.id.clone());
        let body = json!({
            "id": ticket.id,
            "lines": ticket.lines,
            "payment": { "method": ticket.method.as_str() },
        });
        month.tickets += 1;
        let regretted = month.tickets.is_multiple_of(VOID_EVERY);
        sales.spawn(async move {
            let receipt = api.post("/sales", &body).await?;
            if regretted {
                let reason = json!({ "reason": "salah pencet" });
                api.post(&format!("/sales/{id}/void"), &reason).await?;
            }
            Ok::<_, Error>((name, regretted, number(&receipt, "total")))
        });
    }
    while let Some(sold) = sales.join_next().await {
        let (name, regretted, total) =
            sold.map_err(|error| Error::Internal(format!("a sale was cut off: {error}")))??;
        *month.sales.entry(name).or_default() += 1;
        if regretted {
            month.voids += 1;
        } else {
            *month.turnover.entry(name).or_default() += total;
        }
    }
    Ok(())
}

/// Before opening: on the first day the shelf is filled, then twice a week topped up, and something is counted.
async fn begin_day(
    shops: &[Warung],
    goods: &[Good],
    first: NaiveDate,
    date: NaiveDate,
    zone: Tz,
    clock: &Arc<ManualClock>,
) -> Result<()> {
    let day = date.signed_duration_since(first).num_days();
    clock.set(moment(date.and_hms_opt(5, 30, 0).unwrap_or_default(), zone));
    for shop in shops {
        if day % 4 == 0 {
            fill_shelf(shop, goods, date).await?;
        } else if let Some(good) = goods.get(usize::try_from(day).unwrap_or(0) * 7 % goods.len()) {
            count_one(shop, good).await?;
        }
    }
    Ok(())
}

async fn fill_shelf(shop: &Warung, goods: &[Good], date: NaiveDate) -> Result<()> {
    let stock = shop.api.get("/stock").await?;
    let on_hand: BTreeMap<&str, i64> = list(&stock, "items")
        .iter()
        .map(|item| (text(item, "sku"), number(item, "on_hand")))
        .collect();
    let mut lines = Vec::new();
    for good in goods {
        let held = on_hand.get(good.sku.as_str()).copied().unwrap_or(0);
        let days = good
            .shelf_life_days
            .map_or(SHELF_DAYS, |life| SHELF_DAYS.min(f64::from(life)));
        let wanted = (good.mean_per_day * shop.size * days).ceil() as i64;
        let step = good
            .pack
            .as_ref()
            .map_or(good.factor, |pack| pack.size.0)
            .max(1);
        if held < wanted * 2 / 3 || held < 1 {
            let packs = ((wanted - held).max(1) + step - 1) / step;
            let expires = good
                .shelf_life_days
                .and_then(|life| date.checked_add_days(Days::new(u64::from(life))));
            let quantity = Quantity(packs * step).in_unit(good.factor);
            lines.push(json!({ "sku": good.sku, "quantity": quantity, "expires": expires }));
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    shop.api
        .post(
            "/stock/receipts",
            &json!({ "lines": lines, "supplier": "Pasar" }),
        )
        .await?;
    Ok(())
}

async fn count_one(shop: &Warung, good: &Good) -> Result<()> {
    let held = number(
        &shop.api.get(&format!("/stock/{}", good.sku)).await?,
        "on_hand",
    );
    let counted = Quantity((held - SHRINKAGE).max(0)).in_unit(good.factor);
    shop.api
        .post(
            "/stock/counts",
            &json!({ "lines": [{ "sku": good.sku, "counted": counted }] }),
        )
        .await?;
    Ok(())
}
