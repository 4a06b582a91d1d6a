//! The demonstration's data: a catalogue that the shop would accept, and sales that look like a shop's.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{NaiveDate, NaiveTime};
use kulakan::demo::catalogue::{Good, goods, products_csv};
use kulakan::demo::sales::{MAX_LINES, PaymentMethod, Ticket, TicketLine, month};
use kulakan::model::{BaseUnit, Money, Quantity, SaleId, Sku, barcode_problem};

const IMPORT_COLUMNS: &str = "sku,name,unit,price,cost,barcode,category,pack_name,pack_size,pack_price,pack_barcode,\
                              shelf_life_days,minimum_order,supplier";

fn first_of_june() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 1).unwrap()
}

fn catalogue() -> Vec<Good> {
    goods().unwrap()
}

/// A line's quantity in base units, read as the shop reads it.
fn base_units(good: &Good, line: &TicketLine) -> i64 {
    let factor = match &line.unit {
        None => good.factor,
        Some(unit) => {
            let pack = good.pack.as_ref().unwrap();
            assert_eq!(unit, &pack.name, "{}", good.sku);
            pack.size.0
        }
    };
    Quantity::parse(&line.quantity, factor).unwrap().0
}

/// Base units sold of each good on each day.
fn sold(goods: &[Good], tickets: &[Ticket]) -> BTreeMap<String, BTreeMap<NaiveDate, i64>> {
    let by_sku: BTreeMap<&str, &Good> = goods.iter().map(|good| (&*good.sku, good)).collect();
    let mut sold: BTreeMap<String, BTreeMap<NaiveDate, i64>> = BTreeMap::new();
    for ticket in tickets {
        for line in &ticket.lines {
            let days = sold.entry(line.sku.clone()).or_default();
            *days.entry(ticket.at.date()).or_default() += base_units(by_sku[&*line.sku], line);
        }
    }
    sold
}

#[test]
fn the_catalogue_has_the_goods_of_a_warung() {
    let goods = catalogue();
    assert!((115..=130).contains(&goods.len()), "{}", goods.len());
    let skus: BTreeSet<&str> = goods.iter().map(|good| &*good.sku).collect();
    let names: BTreeSet<&str> = goods.iter().map(|good| &*good.name).collect();
    let categories: BTreeSet<&str> = goods.iter().map(|good| &*good.category).collect();
    assert_eq!(skus.len(), goods.len(), "an SKU twice");
    assert_eq!(names.len(), goods.len(), "a name twice");
    assert!(categories.len() >= 12, "{categories:?}");
    for unit in [BaseUnit::Piece, BaseUnit::Gram, BaseUnit::Millilitre] {
        assert!(goods.iter().any(|good| good.base_unit == unit), "{unit:?}");
    }
}

#[test]
fn every_barcode_is_valid_in_the_shops_own_range_and_used_once() {
    let goods = catalogue();
    let mut seen = HashSet::new();
    for good in &goods {
        let pack = good.pack.as_ref().and_then(|pack| pack.barcode.as_ref());
        for code in good.barcode.iter().chain(pack) {
            assert_eq!(barcode_problem(code), None, "{} {code}", good.sku);
            assert_eq!(code.len(), 13, "{} {code}", good.sku);
            assert!(code.starts_with('2'), "{} {code}", good.sku);
            assert!(seen.insert(code.clone()), "{} {code} twice", good.sku);
        }
    }
    assert!(seen.len() > goods.len(), "{} barcodes", seen.len());
}

#[test]
fn every_good_earns_something_and_its_pack_is_a_bargain() {
    for good in catalogue() {
        let sku = &good.sku;
        assert!(Sku::parse(sku).is_ok(), "{sku}");
        for text in [&good.name, &good.unit, &good.category, &good.supplier] {
            assert!(!text.is_empty() && text.trim() == text, "{sku} {text:?}");
        }
        assert!(good.price > good.cost && good.cost > Money::ZERO, "{sku}");
        assert!(good.mean_per_day > 0.0, "{sku}");
        assert!((0.5..=2.0).contains(&good.weekend_factor), "{sku}");
        assert!(good.usual_quantity > Quantity::ZERO, "{sku}");
        assert!(good.shelf_life_days != Some(0), "{sku}");
        assert!(good.minimum_order != Some(Quantity::ZERO), "{sku}");
        assert_eq!(
            BaseUnit::of_unit_name(&good.unit),
            (good.base_unit, good.factor)
        );
        if let (Some(days), Some(least)) = (good.shelf_life_days, good.minimum_order) {
            let demand = f64::from(days) * good.mean_per_day;
            assert!(least.0 as f64 <= demand, "{sku}: the minimum order spoils");
        }
        let Some(pack) = &good.pack else { continue };
        assert!(!pack.name.is_empty() && pack.name != good.unit, "{sku}");
        assert!(pack.size.0 > good.factor, "{sku}");
        let at = |price| Money::for_quantity(price, good.factor, pack.size.0);
        assert!(pack.price < at(good.price), "{sku}");
        assert!(pack.price > at(good.cost), "{sku}");
        if let Some(days) = good.shelf_life_days {
            let demand = f64::from(days) * good.mean_per_day;
            assert!(pack.size.0 as f64 <= demand, "{sku}: a pack spoils");
        }
    }
}

#[test]
fn cigarettes_are_sold_by_the_box_only() {
    let goods = catalogue();
    let tobacco: Vec<_> = goods.iter().filter(|g| g.category == "Rokok").collect();
    assert!(!tobacco.is_empty());
    for good in tobacco {
        assert_eq!(good.unit, "bungkus", "{}", good.sku);
        assert_eq!(good.pack.as_ref().unwrap().name, "slop", "{}", good.sku);
    }
}

#[test]
fn the_import_file_has_the_import_columns_and_every_good() {
    let text = products_csv();
    assert_eq!(text.lines().next(), Some(IMPORT_COLUMNS));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let rows: Vec<BTreeMap<String, String>> = reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            headers
                .iter()
                .zip(&row)
                .map(|(h, v)| (h.to_owned(), v.to_owned()))
                .collect()
        })
        .collect();
    let goods = catalogue();
    assert_eq!(rows.len(), goods.len());
    for (row, good) in rows.iter().zip(&goods) {
        assert_eq!(row["sku"], good.sku);
        assert_eq!(row["name"], good.name);
        assert_eq!(row["price"], good.price.0.to_string());
        assert_eq!(row["supplier"], good.supplier);
        let pack_size = good
            .pack
            .as_ref()
            .map_or(String::new(), |p| p.size.in_unit(good.factor));
        assert_eq!(row["pack_size"], pack_size, "{}", good.sku);
        let least = good
            .minimum_order
            .map_or(String::new(), |q| q.in_unit(good.factor));
        assert_eq!(row["minimum_order"], least, "{}", good.sku);
    }
}

#[test]
fn the_same_seed_gives_the_same_month_and_another_seed_another() {
    let goods = catalogue();
    let june = month(&goods, 7, 1.0, first_of_june(), 30);
    assert_eq!(june, month(&goods, 7, 1.0, first_of_june(), 30));
    let other: Vec<_> = month(&goods, 8, 1.0, first_of_june(), 30);
    let lines =
        |tickets: &[Ticket]| -> Vec<_> { tickets.iter().map(|t| t.lines.clone()).collect() };
    assert_ne!(lines(&june), lines(&other));
    let ids: HashSet<&str> = june.iter().map(|ticket| &*ticket.id).collect();
    assert!(other.iter().all(|ticket| !ids.contains(&*ticket.id)));
}

#[test]
fn a_day_is_the_same_whichever_period_it_was_asked_for_in() {
    let goods = catalogue();
    let tenth = first_of_june() + chrono::Days::new(9);
    let alone = month(&goods, 7, 1.0, tenth, 1);
    let within: Vec<_> = month(&goods, 7, 1.0, first_of_june(), 30)
        .into_iter()
        .filter(|ticket| ticket.at.date() == tenth)
        .collect();
    assert!(!alone.is_empty());
    assert_eq!(alone, within);
}

#[test]
fn every_ticket_is_one_that_the_till_would_take() {
    let goods = catalogue();
    let tickets = month(&goods, 11, 1.0, first_of_june(), 60);
    let by_sku: BTreeMap<&str, &Good> = goods.iter().map(|good| (&*good.sku, good)).collect();
    let (opens, closes) = (
        NaiveTime::from_hms_opt(6, 0, 0).unwrap(),
        NaiveTime::from_hms_opt(21, 30, 0).unwrap(),
    );
    let mut ids = HashSet::new();
    let mut packs = 0;
    let mut fractions = 0;
    for ticket in &tickets {
        assert!(SaleId::parse(&ticket.id).is_ok(), "{}", ticket.id);
        assert!(ids.insert(&ticket.id), "{} twice", ticket.id);
        assert!(
            (1..=MAX_LINES).contains(&ticket.lines.len()),
            "{}",
            ticket.id
        );
        assert!((opens..closes).contains(&ticket.at.time()), "{}", ticket.at);
        let mut things = HashSet::new();
        for line in &ticket.lines {
            assert!(base_units(by_sku[&*line.sku], line) > 0, "{line:?}");
            assert!(things.insert((&line.sku, &line.unit)), "{line:?} twice");
            packs += usize::from(line.unit.is_some());
            fractions += usize::from(line.quantity.contains('.'));
        }
    }
    assert!(tickets.is_sorted_by_key(|ticket| ticket.at));
    assert!(packs > 30, "{packs} packs");
    assert!(fractions > 100, "{fractions} weighed fractions");
    assert!(tickets.iter().any(|t| t.lines.len() == MAX_LINES));
    assert!(tickets.iter().any(|t| t.method == PaymentMethod::Qris));
    let cash = tickets.iter().filter(|t| t.method == PaymentMethod::Cash);
    assert!(cash.count() * 2 > tickets.len());
}

#[test]
fn each_good_sells_its_average_over_a_long_time() {
    const DAYS: u32 = 400;
    let goods = catalogue();
    for (seed, size) in [(1, 1.0), (2, 1.8)] {
        let tickets = month(&goods, seed, size, first_of_june(), DAYS);
        let sold = sold(&goods, &tickets);
        let (mut expected_value, mut value, mut relative) = (0.0, 0.0, 0.0);
        for good in &goods {
            let mean = sold[&good.sku].values().sum::<i64>() as f64 / f64::from(DAYS);
            let expected = good.mean_per_day * size;
            // A compound Poisson day: purchases of some 1.6 usual quantities (mean square over mean), up to an eighth
            // of the demand in whole packs, and the day's own ups and downs of about a third.
            let pack = good.pack.as_ref().map_or(0, |pack| pack.size.0) as f64;
            let lump = 1.6 * good.usual_quantity.0 as f64 + 0.12 * pack;
            let variance = expected * lump + 0.12 * expected * expected;
            let standard_error = (variance / f64::from(DAYS)).sqrt();
            assert!(
                (mean - expected).abs() <= 4.5 * standard_error,
                "seed {seed}: {} sold {mean} a day instead of {expected} (se {standard_error})",
                good.sku
            );
            let worth = good.price.0 as f64 / good.factor as f64;
            expected_value += expected * worth;
            value += mean * worth;
            relative += mean / expected / goods.len() as f64;
        }
        let ratio = value / expected_value;
        assert!(
            (0.97..=1.03).contains(&ratio),
            "seed {seed}: {ratio} of the money"
        );
        assert!(
            (0.97..=1.03).contains(&relative),
            "seed {seed}: {relative} of the demand"
        );
    }
}

#[test]
fn sales_follow_the_week_payday_and_the_hour() {
    let goods = catalogue();
    let tickets = month(&goods, 3, 1.0, first_of_june(), 400);
    let snack = goods.iter().find(|good| good.sku == "SNK-01").unwrap();
    let sold = sold(&goods, &tickets);
    let days = &sold[&snack.sku];
    let mean_where = |wanted: &dyn Fn(NaiveDate) -> bool| -> f64 {
        let dates = first_of_june()
            .iter_days()
            .take(400)
            .filter(|date| wanted(*date));
        let (count, total) = dates.fold((0, 0), |(count, total), date| {
            (count + 1, total + days.get(&date).copied().unwrap_or(0))
        });
        total as f64 / f64::from(count)
    };
    let weekend = |date: NaiveDate| chrono::Datelike::weekday(&date).num_days_from_monday() >= 5;
    assert!(mean_where(&weekend) > 1.15 * mean_where(&|date| !weekend(date)));

    let tickets_of = |wanted: &dyn Fn(&Ticket) -> bool| -> f64 {
        tickets.iter().filter(|ticket| wanted(ticket)).count() as f64
    };
    let hour = |hour: u32| tickets_of(&|t| chrono::Timelike::hour(&t.at) == hour);
    assert!(hour(7) > 1.5 * hour(13), "no morning peak");
    assert!(hour(17) > 1.5 * hour(13), "no afternoon peak");

    let payday =
        |date: NaiveDate| chrono::Datelike::day(&date) >= 25 || chrono::Datelike::day(&date) == 1;
    let paydays = first_of_june()
        .iter_days()
        .take(400)
        .filter(|d| payday(*d))
        .count() as f64;
    let on = tickets_of(&|t| payday(t.at.date())) / paydays;
    let off = tickets_of(&|t| !payday(t.at.date())) / (400.0 - paydays);
    assert!((1.1..=1.3).contains(&(on / off)), "payday {on}, else {off}");
}

#[test]
fn customers_of_one_good_vary_more_than_poissons() {
    const DAYS: u32 = 400;
    let goods = catalogue();
    let mut customers: BTreeMap<NaiveDate, f64> = BTreeMap::new();
    for ticket in month(&goods, 5, 4.0, first_of_june(), DAYS) {
        let takes = |line: &TicketLine| line.sku == "MNM-01" && line.unit.is_none();
        if ticket.lines.iter().any(takes) {
            *customers.entry(ticket.at.date()).or_default() += 1.0;
        }
    }
    let mean = customers.values().sum::<f64>() / f64::from(DAYS);
    let squares = customers.values().map(|n| n * n).sum::<f64>() / f64::from(DAYS);
    let ratio = (squares - mean * mean) / mean;
    assert!(
        (2.5..6.0).contains(&ratio),
        "{ratio} times the variance of Poisson's"
    );
}

#[test]
fn an_absurd_size_or_date_gives_no_absurd_month() {
    let goods = catalogue();
    for size in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(
            month(&goods, 1, size, first_of_june(), 30).is_empty(),
            "{size}"
        );
    }
    assert!(month(&[], 1, 1.0, first_of_june(), 30).is_empty());
    assert!(month(&goods, 1, 1.0, first_of_june(), 0).is_empty());
    let last = month(&goods, 1, 1.0, NaiveDate::MAX, 30);
    assert!(
        last.iter()
            .all(|t| t.at.date() == NaiveDate::MAX && SaleId::parse(&t.id).is_ok())
    );
}
