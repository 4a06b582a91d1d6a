//! What the shopkeeper reads.

use chrono::Weekday;
use kulakan::model::Quantity;
use kulakan::plan::explain::steps;
use kulakan::plan::forecast::Effect;
use kulakan::plan::{
    Distribution, Measures, Method, PlanLanguage, Policy, ProductInput, Rounding, Safety,
    plan_product, sentence,
};
use rstest::rstest;

use super::{ago, ahead, dated, history, product, today, undated};

/// Sells 3.4 a day.
fn coffee() -> ProductInput {
    product(history(&[3, 4, 3, 4, 3].repeat(6)))
}

fn with(change: impl FnOnce(&mut ProductInput)) -> ProductInput {
    let mut input = coffee();
    input.lots = vec![undated(5)];
    input.pack_size = Quantity(12);
    change(&mut input);
    input
}

#[rstest]
#[case::buy(
    with(|_| ()),
    "Laku ±3,4 per hari; stok 5 cukup 1,5 hari, sampai kulakan berikutnya perlu 40, jadi beli 3 dus (36).",
    "Sells about 3.4 a day; 5 in stock last 1.5 days, 40 are needed until the next trip, so buy 3 dus (36)."
)]
#[case::single_pieces_are_not_said_twice(
    with(|input| input.pack_size = Quantity(1)),
    "Laku ±3,4 per hari; stok 5 cukup 1,5 hari, sampai kulakan berikutnya perlu 40, jadi beli 35 dus.",
    "Sells about 3.4 a day; 5 in stock last 1.5 days, 40 are needed until the next trip, so buy 35 dus."
)]
#[case::nothing_needed(
    with(|input| input.lots = vec![undated(1500)]),
    "Laku ±3,4 per hari; stok 1.500 cukup 441 hari, belum perlu beli.",
    "Sells about 3.4 a day; 1,500 in stock last 441 days, no need to buy yet."
)]
#[case::out_of_stock_with_goods_coming_and_owed(
    with(|input| {
        input.lots.clear();
        input.in_transit = Quantity(12);
        input.on_order = Quantity(12);
        input.backordered = Quantity(2);
    }),
    "Laku ±3,4 per hari; stok habis, 24 akan datang, 2 pesanan pelanggan, sampai kulakan berikutnya perlu 40, jadi beli 2 dus (24).",
    "Sells about 3.4 a day; out of stock, 24 on the way, 2 owed to customers, 40 are needed until the next trip, so buy 2 dus (24)."
)]
#[case::the_book_is_wrong(
    with(|input| input.lots = vec![undated(-3)]),
    "Laku ±3,4 per hari; stok di catatan -3, tolong dihitung lagi, sampai kulakan berikutnya perlu 40, jadi beli 4 dus (48).",
    "Sells about 3.4 a day; the book says -3 in stock, please count, 40 are needed until the next trip, so buy 4 dus (48)."
)]
#[case::part_of_the_stock_expires(
    with(|input| input.lots = vec![dated(ago(1), 2), dated(ahead(90), 3)]),
    "Laku ±3,4 per hari; stok 5 cukup 0,9 hari, 2 sudah kedaluwarsa, sampai kulakan berikutnya perlu 40, jadi beli 4 dus (48).",
    "Sells about 3.4 a day; 5 in stock last 0.9 days, 2 past their date, 40 are needed until the next trip, so buy 4 dus (48)."
)]
#[case::a_lot_will_not_sell_in_time(
    with(|input| input.lots = vec![dated(ahead(1), 30), undated(12)]),
    "Laku ±3,4 per hari; stok 42 cukup 5,6 hari, 23 keburu kedaluwarsa 23 Nov, sampai kulakan berikutnya perlu 40, jadi beli 2 dus (24).",
    "Sells about 3.4 a day; 42 in stock last 5.6 days, 23 will expire unsold on 23 Nov, 40 are needed until the next trip, so buy 2 dus (24)."
)]
#[case::several_lots_will_not(
    with(|input| input.lots = vec![dated(ago(9), 1), dated(today(), 9), dated(ahead(1), 30)]),
    "Laku ±3,4 per hari; stok 40 cukup 2,1 hari, 1 sudah kedaluwarsa, 32 keburu kedaluwarsa mulai 22 Nov, sampai kulakan berikutnya perlu 40, jadi beli 3 dus (36).",
    "Sells about 3.4 a day; 40 in stock last 2.1 days, 1 past their date, 32 will expire unsold from 22 Nov on, 40 are needed until the next trip, so buy 3 dus (36)."
)]
#[case::the_supplier_sells_no_less(
    with(|input| input.minimum_order = Quantity(50)),
    "Laku ±3,4 per hari; stok 5 cukup 1,5 hari, sampai kulakan berikutnya perlu 40, jadi beli 5 dus (60), pesanan minimal 50.",
    "Sells about 3.4 a day; 5 in stock last 1.5 days, 40 are needed until the next trip, so buy 5 dus (60), the minimum order being 50."
)]
#[case::no_more_than_sells_in_time(
    with(|input| input.shelf_life_days = Some(4)),
    "Laku ±3,4 per hari; stok 5 cukup 1,5 hari, sampai kulakan berikutnya perlu 40, jadi beli 1 dus (12) saja, supaya habis sebelum kedaluwarsa.",
    "Sells about 3.4 a day; 5 in stock last 1.5 days, 40 are needed until the next trip, so buy 1 dus (12) only, so that it sells before it expires."
)]
#[case::a_pack_would_not_sell_in_time(
    with(|input| input.shelf_life_days = Some(3)),
    "Laku ±3,4 per hari; stok 5 cukup 1,5 hari, tetapi 1 dus (12) tidak akan habis sebelum kedaluwarsa, jadi jangan beli dulu.",
    "Sells about 3.4 a day; 5 in stock last 1.5 days, but 1 dus (12) would not sell before it expires, so do not buy now."
)]
#[case::the_minimum_would_not_sell_in_time(
    with(|input| {
        input.shelf_life_days = Some(4);
        input.minimum_order = Quantity(24);
    }),
    "Laku ±3,4 per hari; stok 5 cukup 1,5 hari, tetapi pesanan minimal 24 tidak akan habis sebelum kedaluwarsa, jadi jangan beli dulu.",
    "Sells about 3.4 a day; 5 in stock last 1.5 days, but the minimum order of 24 would expire unsold, so do not buy now."
)]
#[case::slow_goods_are_told_by_the_week(
    product(history(&[1, 0, 0, 0, 0].repeat(6))),
    "Laku ±1,4 per minggu; stok habis, sampai kulakan berikutnya perlu 4, jadi beli 4 dus.",
    "Sells about 1.4 a week; out of stock, 4 are needed until the next trip, so buy 4 dus."
)]
#[case::very_slow_goods_by_the_month(
    product(history(&[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0].repeat(2))),
    "Laku ±2 per bulan; stok habis, sampai kulakan berikutnya perlu 2, jadi beli 2 dus.",
    "Sells about 2 a month; out of stock, 2 are needed until the next trip, so buy 2 dus."
)]
#[case::nothing_sold(
    product(history(&[0; 60])),
    "Tidak ada yang laku dalam 60 hari; stok habis, belum perlu beli.",
    "None sold in 60 days; out of stock, no need to buy yet."
)]
#[case::too_new(
    product(history(&[3; 3])),
    "Baru 3 hari tercatat; saran muncul setelah 7 hari.",
    "Only 3 days on record; suggestions start after 7 days."
)]
fn in_both_languages(#[case] input: ProductInput, #[case] indonesian: &str, #[case] english: &str) {
    let line = plan_product(today(), &input, &Policy::default());
    assert_eq!(sentence(&line, PlanLanguage::Indonesian, "dus"), indonesian);
    assert_eq!(sentence(&line, PlanLanguage::English, "dus"), english);
}

#[test]
fn what_may_wait_says_why() {
    let policy = Policy {
        safety: Safety::None,
        round: Rounding::Nearest,
        ..Policy::default()
    };
    let input = with(|input| input.lots = vec![undated(28)]);
    let line = plan_product(today(), &input, &policy);
    assert_eq!(
        sentence(&line, PlanLanguage::Indonesian, "dus"),
        "Laku ±3,4 per hari; stok 28 cukup 8,2 hari, kurangnya belum sampai setengah dus, jadi belum perlu beli."
    );
}

#[test]
fn weighed_goods_are_told_in_the_unit_that_the_shop_speaks_in() {
    let mut input = product(history(&[4500; 30]));
    input.lots = vec![undated(3250)];
    input.pack_size = Quantity(25_000);
    let policy = Policy {
        safety: Safety::None,
        ..Policy::default()
    };
    let line = plan_product(today(), &input, &policy);
    let sacks = Measures {
        pack: "karung",
        unit: "kg",
        unit_factor: 1000,
    };
    assert_eq!(
        sentence(&line, PlanLanguage::Indonesian, sacks),
        "Laku ±4,5 kg per hari; stok 3,3 kg cukup 0,7 hari, sampai kulakan berikutnya perlu 41 kg, \
         jadi beli 2 karung (50 kg)."
    );
    input.pack_size = Quantity(1000);
    let line = plan_product(today(), &input, &policy);
    let loose = Measures {
        pack: "kg",
        unit: "kg",
        unit_factor: 1000,
    };
    assert_eq!(
        sentence(&line, PlanLanguage::English, loose),
        "Sells about 4.5 kg a day; 3.3 kg in stock last 0.7 days, 41 kg are needed until the next trip, so buy 38 kg."
    );
}

/// What the line would say if its forecast were made so.
fn told(method: Method, effects: &[Effect], language: PlanLanguage) -> String {
    let mut line = plan_product(today(), &coffee(), &Policy::default());
    line.method = method;
    line.reason.effects = effects.to_vec();
    let sentence = sentence(&line, language, "dus");
    sentence.split(';').next().unwrap().to_owned()
}

#[rstest]
#[case::lately(Method::Ses, &[], "Belakangan laku ±3,4 per hari", "Lately sells about 3.4 a day")]
#[case::now_and_then(Method::Tsb, &[], "Laku sesekali, ±3,4 per hari", "Sells now and then, about 3.4 a day")]
#[case::saturdays(
    Method::Weekday,
    &[Effect::Weekday { day: Weekday::Sat, factor: 1.6 }],
    "Laku ±3,4 per hari, Sabtu 1,6x",
    "Sells about 3.4 a day, on Saturday 1.6 times as much"
)]
#[case::saturdays_are_hardly_better(
    Method::Weekday,
    &[Effect::Weekday { day: Weekday::Sat, factor: 1.2 }],
    "Laku ±3,4 per hari",
    "Sells about 3.4 a day"
)]
#[case::before_the_feast(
    Method::Calendar,
    &[
        Effect::Payday { factor: 0.9 },
        Effect::Lebaran { days: 9, before: true, factor: 2.0 },
    ],
    "Laku ±3,4 per hari, menjelang Lebaran biasanya 2x",
    "Sells about 3.4 a day, before Lebaran 2 times as much"
)]
#[case::after_the_feast_and_far_from_payday(
    Method::Calendar,
    &[
        Effect::Payday { factor: 0.8 },
        Effect::Lebaran { days: 5, before: false, factor: 0.5 },
    ],
    "Laku ±3,4 per hari, tanggal tua biasanya 0,8x, sehabis Lebaran biasanya 0,5x",
    "Sells about 3.4 a day, far from payday 0.8 times as much, after Lebaran 0.5 times as much"
)]
fn method_and_effects_are_told_where_they_matter(
    #[case] method: Method,
    #[case] effects: &[Effect],
    #[case] indonesian: &str,
    #[case] english: &str,
) {
    assert_eq!(told(method, effects, PlanLanguage::Indonesian), indonesian);
    assert_eq!(told(method, effects, PlanLanguage::English), english);
}

#[test]
fn every_step_is_told_in_both_languages() {
    let input = with(|input| input.minimum_order = Quantity(50));
    let line = plan_product(today(), &input, &Policy::default());
    let indonesian = steps(&line, PlanLanguage::Indonesian, "dus");
    assert_eq!(
        indonesian,
        [
            "Catatan: 102 laku dalam 30 hari sejak 2026-10-23 (0 hari kosong dilewati); permintaan lancar.",
            "Ramalan: 3,4 per hari (rata-rata bergerak).",
            "Satu belanja harus cukup 7 + 2 = 9 hari: rata-rata 30,6, biasanya meleset 1,7 (dari sebaran hari-hari itu).",
            "Pembeli datang tak tentu, jadi dihitung meleset paling sedikit 5,67.",
            "Sasaran tidak kehabisan dalam 95% masa: stok sampai 40 = 30,6 + pengaman 9,4.",
            "Posisi stok: 5 di toko - 0 keburu kedaluwarsa + 0 dipesan + 0 di jalan - 0 pesanan pelanggan = 5.",
            "Kurangnya: 40 - 5, jadi 35.",
            "Pesanan minimal: 35 menjadi 50.",
            "Kemasan utuh isi 12: 50 menjadi 60.",
            "Beli: 5 dus (60), sekarang.",
        ]
    );
    let english = steps(&line, PlanLanguage::English, "dus");
    assert_eq!(english.len(), indonesian.len());
    assert_eq!(
        english[4],
        "The aim is no shortage in 95% of intervals: stock up to 40 = 30.6 + safety 9.4."
    );
}

/// m = 9 3.4 = 30.6, sigma_H = 1.7; f^2 Var(L) = (3.4 2)^2 = 46.24, and 46.24 + 1.7^2 = 7.01^2; Poisson has sqrt(30.6).
#[rstest]
#[case::late(
    Policy { lead_time_sd_days: 2.0, ..Policy::default() },
    Some("Goods may come 2 days early or late: with that, off by 7.01.")
)]
#[case::poisson(
    Policy { distribution: Distribution::Poisson, ..Policy::default() },
    Some("Taken as Poisson demand: off by 5.53.")
)]
#[case::as_it_is(Policy { distribution: Distribution::Normal, ..Policy::default() }, None)]
#[case::no_safety(Policy { safety: Safety::None, lead_time_sd_days: 2.0, ..Policy::default() }, None)]
fn the_spread_that_the_level_is_of_is_told_where_it_is_another(
    #[case] policy: Policy,
    #[case] expected: Option<&str>,
) {
    let line = plan_product(today(), &with(|_| ()), &policy);
    let told = steps(&line, PlanLanguage::English, "dus");
    let found = told
        .iter()
        .find(|step| step.contains("off by ") && !step.starts_with("One order"));
    assert_eq!(found.map(String::as_str), expected);
}
