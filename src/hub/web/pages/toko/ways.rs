//! What joint deliveries save a shop, as its page shows it.

use crate::chart::{BarGroup, Bars};
use crate::hub::account::Account;
use crate::hub::costs::ways::{Way, WayCost, Ways};
use crate::model::{Money, Sku};
use crate::web::Language;
use crate::web::layout::figure;
use crate::web::texts;

texts! {
    /// Every fixed text on the ways to bring a shop its products.
    WayTexts {
        heading: "Kirim bersama atau sendiri-sendiri" = "Delivered together or each by itself";
        saves: "Mengirim semua barang bersama menghemat" = "Delivering all products together saves";
        costs_more: "Mengirim semua barang bersama lebih mahal" = "Delivering all products together costs";
        a_day: "sehari dibanding memesan tiap barang sendiri-sendiri." = "a day against ordering each product by itself.";
        more_a_day: "sehari daripada memesan tiap barang sendiri-sendiri." = "a day more than ordering each product by itself.";
        not_every: "Paling murah kalau tidak semua barang ikut setiap kiriman: lihat kelipatannya di bawah." = "It costs least when not every product goes with every delivery: see the multiples below.";
        every_one: "Paling murah kalau semua barang ikut setiap kiriman." = "It costs least when every product goes with every delivery.";
        unknown: "Tidak bisa dibandingkan: belum ada yang menyebut biaya sekali kirim, atau belum ada penjualan." = "Nothing to compare: nobody has said what one delivery costs, or nothing is sold yet.";
        way: "Cara" = "Way";
        interval: "Selang" = "Interval";
        delivering: "Mengirim" = "Delivering";
        holding: "Menyimpan" = "Holding";
        total: "Jumlah 30 hari" = "Total in 30 days";
        a_day_total: "Per hari" = "A day";
        each_own: "tiap barang sendiri" = "each its own";
        alone: "Tiap barang sendiri" = "Each by itself";
        together: "Semua bersama, T termurah" = "All together, cheapest T";
        multiples: "Dengan kelipatan" = "With multiples";
        calendar: "Menurut kalender (1, 2, 4, 8 hari)" = "By the calendar (1, 2, 4, 8 days)";
        in_use: "Yang dipakai" = "In use";
        picture: "Biaya menurut cara kirim" = "Cost by way of delivering";
        y_axis: "ribu rupiah per 30 hari" = "thousand rupiah in 30 days";
        by_product: "Seberapa sering tiap barang datang" = "How often each product comes";
        product: "Barang" = "Product";
        alone_every: "Sendiri: setiap" = "By itself: every";
        with_delivery: "Bersama: ikut kiriman" = "Together: with";
        each: "setiap kali" = "every delivery";
        every_nth: "ke-" = "delivery no. ";
        joint_every: "Bersama: setiap" = "Together: every";
        days: "hari" = "days";
    }
}

/// The section as the page shows it.
pub(super) struct WaysView {
    pub words: &'static WayTexts,
    /// What it comes to, in sentences; why there is nothing, where there is none.
    pub sentences: Vec<String>,
    pub rows: Vec<WayRow>,
    pub picture: String,
    pub items: Vec<ItemRow>,
}

pub(super) struct WayRow {
    pub name: &'static str,
    pub interval: String,
    pub delivering: String,
    pub holding: String,
    pub total: String,
    pub a_day: String,
    pub in_use: bool,
}

pub(super) struct ItemRow {
    pub name: String,
    pub alone: String,
    pub multiple: String,
    pub joint: String,
}

fn name(way: Way, words: &'static WayTexts) -> &'static str {
    match way {
        Way::Alone => words.alone,
        Way::Together => words.together,
        Way::Multiples => words.multiples,
        Way::Calendar => words.calendar,
        Way::InUse => words.in_use,
    }
}

fn money(value: f64) -> String {
    Money(value.round() as i64).to_string()
}

/// Tenths of days, with the language's mark.
fn days(value: f64, language: Language) -> String {
    let words = WayTexts::of(language);
    format!(
        "{} {}",
        figure(&format!("{value:.1}"), language),
        words.days
    )
}

pub(super) fn view(account: &Account, language: Language) -> WaysView {
    let words = WayTexts::of(language);
    let Some(ways) = &account.costs.ways else {
        return WaysView {
            words,
            sentences: vec![words.unknown.to_owned()],
            rows: Vec::new(),
            picture: String::new(),
            items: Vec::new(),
        };
    };
    let named = |sku: &Sku| {
        let line = account.lines.iter().find(|line| line.plan.sku == *sku);
        line.map_or_else(|| sku.to_string(), |line| line.name.clone())
    };
    WaysView {
        words,
        sentences: sentences(ways, words),
        rows: ways
            .costs
            .iter()
            .map(|cost| row(cost, words, language))
            .collect(),
        picture: picture(ways, words, language),
        items: ways
            .items
            .iter()
            .map(|item| ItemRow {
                name: named(&item.sku),
                alone: days(item.alone_days, language),
                multiple: match item.multiple {
                    1 => words.each.to_owned(),
                    many => format!("{}{many}", words.every_nth),
                },
                joint: days(item.joint_days, language),
            })
            .collect(),
    }
}

fn sentences(ways: &Ways, words: &'static WayTexts) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(saved) = ways.saved_a_day() {
        let amount = money(saved.abs());
        said.push(if saved < 0.0 {
            format!("{} {amount} {}", words.costs_more, words.more_a_day)
        } else {
            format!("{} {amount} {}", words.saves, words.a_day)
        });
    }
    said.push(if ways.has_multiples() {
        words.not_every.to_owned()
    } else {
        words.every_one.to_owned()
    });
    said
}

fn row(cost: &WayCost, words: &'static WayTexts, language: Language) -> WayRow {
    let a_day = cost.total() / f64::from(crate::hub::costs::PERIOD_DAYS);
    WayRow {
        name: name(cost.way, words),
        interval: cost
            .interval_days
            .map_or_else(|| words.each_own.to_owned(), |value| days(value, language)),
        delivering: money(cost.delivering),
        holding: money(cost.holding),
        total: money(cost.total()),
        a_day: money(a_day),
        in_use: cost.way == Way::InUse,
    }
}

fn picture(ways: &Ways, words: &'static WayTexts, language: Language) -> String {
    let groups = ways.costs.iter().map(|cost| BarGroup {
        label: name(cost.way, words).to_owned(),
        segments: vec![
            (words.delivering.to_owned(), cost.delivering / 1000.0),
            (words.holding.to_owned(), cost.holding / 1000.0),
        ],
        error: None,
    });
    Bars {
        title: words.picture.to_owned(),
        y_axis: words.y_axis.to_owned(),
        groups: groups.collect(),
        decimal_sign: language.decimal_sign(),
    }
    .picture()
}
