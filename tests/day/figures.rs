//! The figures of a day against sums that the test makes itself, from the rows.

use std::fmt::Write as _;

use serde_json::json;

use super::desk::Desk;

/// `Rp27.500`.
fn rupiah(amount: i64) -> String {
    let digits = amount.unsigned_abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('.');
        }
        write!(text, "{digit}").unwrap();
    }
    format!("{}Rp{text}", if amount < 0 { "-" } else { "" })
}

/// What the parts of `method` of a date's sales come to, less those of voids and returns on it.
fn by_method(desk: &Desk, date: &str, method: &str) -> i64 {
    desk.number(&format!(
        "SELECT (SELECT coalesce(sum(p.amount), 0) FROM sale_payments p, sales s
                 WHERE p.sale_id = s.id AND p.method = '{method}' AND s.business_date = '{date}')
              - (SELECT coalesce(sum(p.amount), 0) FROM sale_payments p, voids v
                 WHERE p.sale_id = v.sale_id AND p.method = '{method}' AND v.business_date = '{date}')
              - (SELECT coalesce(sum(amount), 0) FROM returns WHERE method = '{method}' AND business_date = '{date}')"
    ))
}

fn ledger(desk: &Desk, date: &str, which: &str) -> i64 {
    desk.number(&format!(
        "SELECT -coalesce(sum(amount), 0) FROM customer_ledger WHERE business_date = '{date}' AND {which}"
    ))
}

fn drawer(desk: &Desk, date: &str) -> i64 {
    let cash = by_method(desk, date, "cash");
    let debts = ledger(desk, date, "kind = 'payment' AND method = 'cash'");
    let by_hand = desk.number(&format!(
        "SELECT coalesce(sum(CASE kind WHEN 'in' THEN amount WHEN 'out' THEN -amount END), 0)
         FROM drawer_entries WHERE business_date = '{date}'"
    ));
    let float = desk.number(&format!(
        "SELECT coalesce((SELECT amount FROM drawer_entries WHERE kind = 'float' AND business_date = '{date}'
                          ORDER BY seq DESC LIMIT 1), 0)"
    ));
    cash + debts + by_hand + float
}

/// Some of a sale's first line comes back.
async fn give_back(desk: &Desk, sale: &str, id: &str, quantity: i64, refund: &str) {
    let request = json!({
        "id": id, "lines": [{ "line": 1, "quantity": quantity }], "reason": "rusak", "refund": refund,
    });
    let request = serde_json::from_value(request).unwrap();
    let shop = desk.folder.open().await;
    shop.return_goods(sale, request, "owner").await.unwrap();
}

/// The rupiah of a figure as the page shows it, whatever is said behind it.
fn whole(shown: &str) -> i64 {
    let amount = shown.split(" (").next().unwrap_or_default();
    amount.replace("Rp", "").replace('.', "").parse().unwrap()
}

/// Checks the page of a date against the rows.
async fn check(desk: &Desk, date: &str) {
    let page = desk.get(&format!("/hari/{date}")).await;
    assert_eq!(page.status, 200);
    let one = |sql: String| desk.number(&sql);
    let sold = format!("FROM sales WHERE business_date = '{date}'");
    let back =
        format!("FROM voids v JOIN sales s ON s.id = v.sale_id WHERE v.business_date = '{date}'");
    let gross = one(format!("SELECT coalesce(sum(total), 0) {sold}"));
    let voided = one(format!("SELECT coalesce(sum(s.total), 0) {back}"));
    let cost = one(format!(
        "SELECT coalesce(sum(cost), 0) FROM sale_lines WHERE sale_id IN (SELECT id {sold})"
    )) - one(format!(
        "SELECT coalesce(sum(cost), 0) FROM sale_lines WHERE sale_id IN (SELECT s.id {back})"
    ));
    let returned = one(format!(
        "SELECT coalesce(sum(amount), 0) FROM returns WHERE business_date = '{date}'"
    ));
    let cost_returned = one(format!(
        "SELECT coalesce(sum(l.cost), 0) FROM return_lines l, returns r
         WHERE r.id = l.return_id AND r.business_date = '{date}'"
    ));
    let turnover = gross - voided - returned;
    let profit = turnover - cost + cost_returned;
    assert_eq!(page.beside("Omzet"), rupiah(turnover), "{date}");
    assert_eq!(page.beside("Laba"), rupiah(profit), "{date}");
    let receipts = one(format!(
        "SELECT count(*) FROM sales s WHERE business_date = '{date}'
         AND NOT EXISTS (SELECT 1 FROM voids v WHERE v.sale_id = s.id AND v.business_date = s.business_date)"
    ));
    assert_eq!(page.beside("Struk"), receipts.to_string(), "{date}");
    for (method, label) in [
        ("cash", "Tunai"),
        ("qris", "QRIS"),
        ("transfer", "Transfer"),
        ("debt", "Kasbon"),
    ] {
        let shown = page.under("Cara bayar", label);
        assert_eq!(
            shown,
            rupiah(by_method(desk, date, method)),
            "{date} {method}"
        );
    }
    let rounding = one(format!("SELECT coalesce(sum(rounding), 0) {sold}"))
        - one(format!("SELECT coalesce(sum(s.rounding), 0) {back}"));
    assert_eq!(page.beside("Pembulatan"), rupiah(rounding), "{date}");
    // Whoever adds the lines up by hand comes to the turnover.
    let parts = ["Penjualan", "Diskon", "Pembulatan", "Dibatalkan", "Retur"];
    let sum: i64 = parts
        .iter()
        .map(|part| whole(&page.under("Rincian", part)))
        .sum();
    assert_eq!(sum, whole(&page.under("Rincian", "Omzet")), "{date}");
    assert_eq!(sum, turnover, "{date}");
    let paid = rupiah(ledger(desk, date, "kind = 'payment'"));
    let shown = page.beside("Kasbon dibayar");
    assert!(
        shown == paid || shown.starts_with(&format!("{paid} (")),
        "{shown}"
    );
    let shown = page.under("Isi laci", "Uang di laci seharusnya");
    assert_eq!(shown, rupiah(drawer(desk, date)), "{date}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_of_three_days_is_what_the_rows_come_to() {
    let desk = Desk::open().await;
    desk.folder
        .open()
        .await
        .set_cash_rounding(500)
        .await
        .unwrap();
    let float = [("id", "buka-1"), ("float", "200.000")];
    Desk::taken(&desk.post("/hari/buka", &float).await, "/hari");

    // Cash that is rounded up and down, every other way, several at once, discounts, and one that is taken back.
    let cash = json!({ "method": "cash", "tendered": 50_000 });
    desk.sell("a1", &[("GULA", 1)], cash.clone()).await;
    desk.sell("a2", &[("GULA", 1), ("MIE", 1)], cash.clone())
        .await;
    desk.sell("a3", &[("MIE", 4)], json!({ "method": "qris" }))
        .await;
    desk.sell("a4", &[("MIE", 2)], json!({ "method": "transfer" }))
        .await;
    let debt = json!({ "method": "debt", "customer_id": "bu-sri" });
    desk.sell("a5", &[("GULA", 2)], debt.clone()).await;
    let parts = json!([{ "method": "cash", "amount": 10_000 }, { "method": "debt" }]);
    let split = json!({ "parts": parts, "customer_id": "bu-sri" });
    desk.sell("a6", &[("GULA", 1), ("MIE", 3)], split).await;
    let sale = json!({
        "id": "a7", "discount": 1_000, "payment": { "method": "cash" },
        "lines": [{ "sku": "MIE", "quantity": 3, "discount": 500 }],
    });
    assert_eq!(desk.api.post("/sales", &sale).await.0, 201);
    desk.sell("a8", &[("GULA", 3)], json!({ "method": "cash" }))
        .await;
    desk.void("a8").await;
    for (id, reason, amount) in [("u1", "goods", "25.000"), ("u2", "capital", "100.000")] {
        let form = [
            ("id", id),
            ("reason", reason),
            ("amount", amount),
            ("note", ""),
        ];
        Desk::taken(&desk.post("/hari/uang", &form).await, "/hari");
    }
    for (id, method, amount) in [("p1", "cash", "15.000"), ("p2", "transfer", "1.500")] {
        let form = [("id", id), ("method", method), ("amount", amount)];
        let to = "/kasbon/bu-sri";
        Desk::taken(&desk.post(&format!("{to}/bayar"), &form).await, to);
    }
    check(&desk, "2026-11-22").await;
    let page = desk.get("/hari/2026-11-22").await;
    assert_eq!(page.beside("Dibatalkan"), "-Rp55.000 (1)");
    assert_eq!(page.beside("Diskon"), "-Rp1.500");
    assert_eq!(page.beside("Modal awal"), "Rp200.000");

    // What was sold yesterday and comes back today is today's; yesterday stays.
    desk.folder.set("2026-11-23T03:00:00Z");
    let before = desk.get("/hari/2026-11-22").await.beside("Omzet");
    desk.void("a1").await;
    desk.void("a6").await;
    desk.sell("b1", &[("MIE", 10)], cash).await;
    give_back(&desk, "b1", "r1", 2, "cash").await;
    give_back(&desk, "a5", "r2", 1, "debt").await;
    check(&desk, "2026-11-22").await;
    check(&desk, "2026-11-23").await;
    assert_eq!(desk.get("/hari/2026-11-22").await.beside("Omzet"), before);
    let page = desk.get("/hari/2026-11-23").await;
    // Rp18.500, the 10.000 of the split and 7.000 for two returned went out of the drawer; what was on credit did not.
    assert_eq!(page.beside("Kembali ke pembeli"), "-Rp35.500");
    assert_eq!(page.beside("Retur"), "-Rp25.250 (2)");
    assert_eq!(page.beside("Struk"), "1");

    // A day on which nothing but a debt was paid.
    desk.folder.set("2026-11-24T03:00:00Z");
    let form = [("id", "p3"), ("method", "cash"), ("amount", "2.000")];
    desk.post("/kasbon/bu-sri/bayar", &form).await;
    check(&desk, "2026-11-24").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_average_and_a_day_without_sales() {
    let desk = Desk::open().await;
    let page = desk.get("/hari").await;
    assert_eq!(page.beside("Omzet"), "Rp0");
    assert_eq!(page.beside("Rata-rata per struk"), "Rp0");
    assert!(page.text().contains("Kasir belum dibuka hari ini."));
    let cash = json!({ "method": "cash" });
    desk.sell("s1", &[("MIE", 1)], cash.clone()).await;
    desk.sell("s2", &[("MIE", 2)], cash.clone()).await;
    desk.sell("s3", &[("GULA", 1)], cash).await;
    let page = desk.get("/hari").await;
    // 28.750 over three, half up.
    assert_eq!(page.beside("Rata-rata per struk"), "Rp9.583");
    assert!(desk.get("/hari/2026-11-21").await.status == 404);
    assert_eq!(desk.get("/hari/kemarin").await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cashier_opens_and_counts_but_sees_no_profit_and_sets_no_terms() {
    let mut desk = Desk::open().await;
    let shop = desk.folder.open().await;
    shop.set_owner_pin("", "4711").await.unwrap();
    let ani = shop.add_cashier("Ani", "1234").await.unwrap().to_string();
    desk.log_in("", "4711").await;
    assert_eq!(desk.get("/hari").await.beside("Laba"), "Rp0");
    let added = json!({ "id": "sri", "name": "Bu Sri", "limit": 50_000 });
    assert_eq!(desk.api.post("/customers", &added).await.0, 201);
    let debt = json!({ "method": "debt", "customer_id": "sri" });
    desk.sell("s1", &[("MIE", 2)], debt).await;

    desk.log_in(&ani, "1234").await;
    let float = [("id", "buka"), ("float", "50.000")];
    Desk::taken(&desk.post("/hari/buka", &float).await, "/hari");
    let page = desk.get("/hari").await;
    assert_eq!(page.beside("Omzet"), "Rp7.000");
    // Neither in words nor in the message to be shared, neither profit nor cost.
    for secret in ["Laba", "1.200", "5.800"] {
        assert!(!page.html.contains(secret), "{secret}: {}", page.html);
    }
    assert!(page.text().contains("oleh Ani"), "{}", page.text());
    let edit = desk.get("/kasbon/sri/ubah").await;
    assert!(!edit.html.contains("name=\"limit\""), "{}", edit.html);
    let form = [
        ("name", "Bu Sri Rahayu"),
        ("limit", "999.000"),
        ("due_days", "365"),
    ];
    Desk::taken(&desk.post("/kasbon/sri/ubah", &form).await, "/kasbon/sri");
    let kept = "SELECT count(*) FROM customers WHERE name = 'Bu Sri Rahayu' AND debt_limit = 50000 AND due_days IS NULL";
    assert_eq!(desk.number(kept), 1);
    let pay = [("id", "p1"), ("amount", "2.000"), ("method", "cash")];
    Desk::taken(&desk.post("/kasbon/sri/bayar", &pay).await, "/kasbon/sri");
    let page = desk.get("/kasbon/sri").await;
    assert!(
        !page.html.contains("/hapus") && !page.html.contains("/awal"),
        "{}",
        page.html
    );
    for path in [
        "/kasbon/sri/hapus",
        "/kasbon/sri/awal",
        "/pengaturan/kasbon",
    ] {
        let form = [
            ("id", "x"),
            ("amount", "1.000"),
            ("note", "iseng"),
            ("days", "9"),
        ];
        assert_eq!(desk.post(path, &form).await.status, 403, "{path}");
    }
    assert_eq!(desk.get("/pengaturan/kasbon").await.status, 403);
    let by = "SELECT count(*) FROM audit WHERE actor = 'Ani' AND action IN ('drawer.opened', 'debt.paid')";
    assert_eq!(desk.number(by), 2);
}
