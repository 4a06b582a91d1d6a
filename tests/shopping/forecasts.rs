//! How the forecasts turned out, and what outlives a plan's reasons.

use serde_json::json;

use kulakan::shop::import::{ImportKind, ImportOptions};

use super::counter::{Counter, PRODUCTS};

const HEADING: &str = "Barang,Kode,Malam,Perkiraan,Ditanyakan,Meleset,Satuan,Condong,Disarankan";

async fn history(counter: &Counter, rows: &str) {
    let file = counter.folder.path.join("more.csv");
    std::fs::write(&file, format!("date,sku,quantity\n{rows}")).unwrap();
    let options = ImportOptions::default();
    counter
        .shop
        .import(ImportKind::Sales, &file, options, &mut |_| {})
        .await
        .unwrap();
}

async fn compared(counter: &Counter, range: &str) -> Vec<Vec<String>> {
    let path = format!("/laporan/unduh/perkiraan.csv?rentang={range}");
    counter.get(&path).await.rows(HEADING)
}

#[tokio::test]
async fn a_night_is_compared_with_what_was_asked_for_once_its_days_are_over() {
    let counter = Counter::with_history().await;
    let plan = counter.shop.plan_and_save(None).await.unwrap();
    let coffee = plan
        .lines
        .iter()
        .find(|line| line.line.sku.as_str() == "KOPI");
    let coffee = &coffee.unwrap().line;
    // Twelve a day, every day: nine days ahead that is 108.
    assert_eq!(coffee.protection_days, 9);
    assert!((coffee.forecast_per_day * 9.0 - 108.0).abs() < 1e-9);
    assert!(compared(&counter, "30").await.is_empty());

    // Of the nine days after it coffee sold ten each, rice as foreseen.
    let mut rows = String::new();
    for day in 22..=30 {
        rows.push_str(&format!("2026-11-{day},KOPI,10\n2026-11-{day},BERAS,4\n"));
    }
    counter.folder.set("2026-11-30T05:00:00Z");
    history(&counter, &rows).await;
    assert!(
        compared(&counter, "30").await.is_empty(),
        "the last day is not over"
    );
    counter.folder.set("2026-12-01T05:00:00Z");
    let rows = compared(&counter, "30").await;
    let row = |code: &str| rows.iter().find(|row| row[1] == code).unwrap().clone();
    let suggested = coffee.quantity.to_string();
    assert_eq!(
        row("KOPI")[2..],
        ["1", "108", "90", "18", "sachet", "20", suggested.as_str()]
    );
    assert_eq!(row("BERAS")[2..8], ["1", "36", "36", "0", "kg", "0"]);
    // Salt was foreseen and nobody asked for it.
    assert_eq!(row("GARAM")[2..8], ["1", "9", "0", "9", "bungkus", ""]);
    // All together in money: 108 coffees at 2000, 36 kg at 13000, 9 salts at 3000; against 90 and 36.
    let (off, asked) = (18.0 * 2000.0 + 9.0 * 3000.0, 90.0 * 2000.0 + 36.0 * 13000.0);
    let share = format!("{:.1}", 100.0 * off / asked).replace('.', ",");
    let page = counter.get("/laporan/ramalan?rentang=30").await.text;
    assert!(
        page.contains(&format!(
            "Biasanya meleset {share}%; cenderung kebanyakan {share}%"
        )),
        "{page}"
    );
    counter.stop().await;
}

#[tokio::test]
async fn reasons_are_kept_for_five_weeks_and_figures_for_good() {
    let counter = Counter::with_history().await;
    let old = counter.shop.plan_and_save(None).await.unwrap();
    let fields = [("saran", old.id.as_str()), ("sku", "KOPI"), ("jumlah", "1")];
    counter.send("/saran/jumlah", &fields).await;
    let mut rows = String::new();
    for day in 22..=30 {
        rows.push_str(&format!("2026-11-{day},KOPI,10\n"));
    }
    counter.folder.set("2026-12-01T05:00:00Z");
    history(&counter, &rows).await;
    // The next nights: on the 35th day after it the old one is whole still.
    counter.folder.set("2026-12-26T23:00:00Z");
    counter.shop.plan_and_save(None).await.unwrap();
    let path = format!("/plans/{}", old.id);
    assert_eq!(counter.api.get(&path).await.0, 200);
    counter.folder.set("2026-12-27T23:00:00Z");
    let last = counter.shop.plan_and_save(None).await.unwrap();
    let (status, answer) = counter.api.get(&path).await;
    assert_eq!(status, 404, "{answer}");
    let detail = answer["detail"].as_str().unwrap();
    assert!(detail.contains("2026-11-22"), "{detail}");
    assert_eq!(counter.number("SELECT count(*) FROM shopping_choices"), 0);
    let kept = "SELECT sum(length(line)) FROM plan_lines l JOIN plans p ON p.id = l.plan_id WHERE p.thinned = 1";
    assert_eq!(counter.number(kept), 0);
    let (status, latest) = counter.api.get("/plans/latest").await;
    assert_eq!((status, &latest["id"]), (200, &json!(last.id)));
    let period = "bebas&dari=2026-11-01&sampai=2026-11-30";
    let rows = compared(&counter, period).await;
    let coffee = rows.iter().find(|row| row[1] == "KOPI").unwrap();
    assert_eq!(coffee[3..6], ["108", "90", "18"]);
    counter.stop().await;
}

#[tokio::test]
async fn the_last_plan_stays_whole_however_long_the_shop_was_closed() {
    let counter = Counter::start(PRODUCTS, "").await;
    let old = counter.shop.plan_and_save(None).await.unwrap();
    counter.folder.set("2026-12-30T05:00:00Z");
    assert!(
        counter
            .get("/saran")
            .await
            .text
            .contains("malam tadi tidak ada")
    );
    assert_eq!(
        counter.shop.shopping_list(None).await.unwrap().plan.id,
        old.id
    );
    counter.stop().await;
}
