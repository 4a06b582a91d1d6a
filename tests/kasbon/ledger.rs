//! Ages of debts, payments of them, and what is told of them.

use rstest::rstest;
use serde_json::{Value, json};

use crate::day::desk::Desk;

/// An old debt of a customer, on the date that the clock shows.
async fn owe(desk: &Desk, customer: &str, id: &str, amount: &str) {
    let path = format!("/kasbon/{customer}/awal");
    let form = [("id", id), ("amount", amount)];
    Desk::taken(
        &desk.post(&path, &form).await,
        &format!("/kasbon/{customer}"),
    );
}

async fn customer(desk: &Desk, id: &str) {
    let (status, answer) = desk
        .api
        .post("/customers", &json!({ "id": id, "name": id }))
        .await;
    assert_eq!(status, 201, "{answer}");
}

fn ages(ageing: &Value) -> [i64; 4] {
    ["to_7_days", "to_30_days", "to_60_days", "older"].map(|age| ageing[age].as_i64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_debt_grows_old_day_by_day_and_payments_clear_the_oldest_first() {
    let desk = Desk::open().await;
    customer(&desk, "sri").await;
    customer(&desk, "budi").await;
    // Seven and eight, thirty and thirty-one, sixty and sixty-one days before 22 January.
    for (date, id, amount) in [
        ("2026-11-22", "o1", "1"),
        ("2026-11-23", "o2", "20"),
        ("2026-12-22", "o3", "300"),
        ("2026-12-23", "o4", "4.000"),
        ("2027-01-14", "o5", "50.000"),
        ("2027-01-15", "o6", "600.000"),
    ] {
        desk.folder.set(&format!("{date}T03:00:00Z"));
        owe(&desk, "sri", id, amount).await;
    }
    desk.folder.set("2027-01-22T03:00:00Z");
    owe(&desk, "budi", "b1", "7").await;
    let (_, sri) = desk.api.get("/customers/sri").await;
    assert_eq!(ages(&sri["ageing"]), [600_000, 54_000, 320, 1]);
    assert_eq!(sri["owed"], 654_321);
    assert_eq!(sri["oldest"], "2026-11-22");
    // Due after 30 days where nobody said otherwise.
    assert_eq!(sri["overdue"], 321);
    let (_, all) = desk.api.get("/debts").await;
    assert_eq!(ages(&all["ageing"]), [600_007, 54_000, 320, 1]);
    assert_eq!(
        (&all["total"], &all["customers"]),
        (&json!(654_328), &json!(2))
    );
    assert_eq!(all["overdue_customers"], 1);

    let pay = json!({ "id": "p1", "amount": 1_321, "method": "cash" });
    assert_eq!(desk.api.post("/customers/sri/payments", &pay).await.0, 201);
    let (_, sri) = desk.api.get("/customers/sri").await;
    assert_eq!(ages(&sri["ageing"]), [600_000, 53_000, 0, 0]);
    assert_eq!(
        (&sri["overdue"], &sri["oldest"]),
        (&json!(0), &json!("2026-12-23"))
    );
    // With a rule of their own they are late all the same, and the page says it in words.
    let form = [("name", "Bu Sri"), ("due_days", "7"), ("limit", "100.000")];
    Desk::taken(&desk.post("/kasbon/sri/ubah", &form).await, "/kasbon/sri");
    let (_, sri) = desk.api.get("/customers/sri").await;
    assert_eq!(sri["overdue"], 53_000);
    let list = desk.get("/kasbon").await.text();
    assert!(
        list.contains("Lewat jatuh tempo sejak Rabu, 23 Des 2026"),
        "{list}"
    );
    // The shop's usual is a setting.
    let form = [("days", "0")];
    Desk::taken(&desk.post("/pengaturan/kasbon", &form).await, "/kasbon");
    desk.folder.set("2027-01-23T03:00:00Z");
    assert_eq!(desk.api.get("/customers/budi").await.1["overdue"], 7);
    assert_eq!(
        desk.post("/pengaturan/kasbon", &[("days", "-1")])
            .await
            .status,
        422
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_debt_is_paid_in_parts_once_each_and_never_more_than_is_owed() {
    let desk = Desk::open().await;
    let debt = json!({ "method": "debt", "customer_id": "Bu Sri / RT 3" });
    desk.sell("s1", &[("GULA", 4)], debt).await;
    let path = "/kasbon/Bu%20Sri%20%2F%20RT%203";
    let page = desk.get(path).await;
    assert_eq!(page.status, 200);
    assert!(
        page.html
            .contains("<a class=\"tap\" href=\"/penjualan/s1\">"),
        "{}",
        page.html
    );
    let pay = format!("{path}/bayar");
    let form = [("id", "p1"), ("amount", "23.000"), ("method", "cash")];
    for _ in 0..2 {
        Desk::taken(&desk.post(&pay, &form).await, path);
    }
    let other = [("id", "p1"), ("amount", "24.000"), ("method", "cash")];
    assert_eq!(desk.post(&pay, &other).await.status, 409);
    for (amount, method, told) in [
        ("50.001", "cash", "Lebih besar dari kasbonnya."),
        ("0", "cash", "Isi jumlah uang dengan angka"),
        ("-5", "cash", "Isi jumlah uang dengan angka"),
        ("sepuluh", "cash", "Isi jumlah uang dengan angka"),
        ("1.000", "debt", "Pilih cara bayarnya."),
    ] {
        let form = [("id", "p2"), ("amount", amount), ("method", method)];
        let shown = desk.post(&pay, &form).await;
        assert_eq!(shown.status, 422, "{amount}");
        assert!(shown.text().contains(told), "{amount}: {}", shown.text());
        assert!(
            shown.html.contains(&format!("value=\"{amount}\"")),
            "{amount}"
        );
    }
    let sum = "SELECT sum(amount) FROM customer_ledger";
    assert_eq!(desk.number(sum), 50_000);
    assert_eq!(
        desk.number("SELECT count(*) FROM audit WHERE action = 'debt.paid'"),
        1
    );
    // All that is left, by transfer: it does not go into the drawer.
    let form = [
        ("id", "p3"),
        ("amount", ""),
        ("method", "transfer"),
        ("all", "50.000"),
    ];
    Desk::taken(&desk.post(&pay, &form).await, path);
    assert_eq!(desk.number(sum), 0);
    let day = desk.get("/hari").await;
    assert_eq!(day.beside("Kasbon dibayar tunai"), "Rp23.000");
    assert_eq!(
        day.beside("Kasbon dibayar"),
        "Rp73.000 (Tunai Rp23.000, Transfer Rp50.000)"
    );
    let page = desk.get(path).await;
    assert!(page.text().contains("Lunas") && !page.html.contains("/bayar\""));
    // The running balance of the statement, the latest first.
    let balances: Vec<&str> = page
        .html
        .split("Sisa ")
        .skip(1)
        .filter_map(|rest| rest.split('<').next())
        .collect();
    assert_eq!(balances, ["Rp0", "Rp50.000", "Rp73.000"]);
    let nobody = json!({ "id": "p9", "amount": 1, "method": "cash" });
    assert_eq!(
        desk.api.post("/customers/siapa/payments", &nobody).await.0,
        404
    );
    assert_eq!(desk.get("/kasbon/siapa").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_that_is_taken_back_leaves_what_was_paid_to_the_other_debts() {
    let desk = Desk::open().await;
    let debt = || json!({ "method": "debt", "customer_id": "sri" });
    desk.sell("s1", &[("MIE", 10)], debt()).await;
    desk.folder.set("2026-11-23T03:00:00Z");
    desk.sell("s2", &[("MIE", 20)], debt()).await;
    let pay = json!({ "id": "p1", "amount": 30_000, "method": "cash" });
    assert_eq!(desk.api.post("/customers/sri/payments", &pay).await.0, 201);
    desk.void("s1").await;
    let (_, sri) = desk.api.get("/customers/sri").await;
    assert_eq!(
        (&sri["owed"], &sri["oldest"]),
        (&json!(40_000), &json!("2026-11-23"))
    );
    // With the other one taken back as well, they have paid ahead, and nobody is reminded.
    desk.void("s2").await;
    let (_, sri) = desk.api.get("/customers/sri").await;
    assert_eq!(
        (&sri["owed"], ages(&sri["ageing"])),
        (&json!(-30_000), [0, 0, 0, 0])
    );
    let page = desk.get("/kasbon/sri").await;
    assert!(page.text().contains("Titip uang") && !page.html.contains("wa.me"));
    assert_eq!(desk.api.get("/debts").await.1["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_gives_a_debt_up_with_a_reason() {
    let desk = Desk::open().await;
    customer(&desk, "sri").await;
    owe(&desk, "sri", "o1", "80.000").await;
    let off = "/kasbon/sri/hapus";
    let form = [("id", "h1"), ("amount", "30.000"), ("note", "")];
    assert_eq!(desk.post(off, &form).await.status, 422);
    let form = [("id", "h1"), ("amount", "80.001"), ("note", "pindah")];
    assert_eq!(desk.post(off, &form).await.status, 422);
    let form = [("id", "h1"), ("amount", "30.000"), ("note", "pindah rumah")];
    for _ in 0..2 {
        Desk::taken(&desk.post(off, &form).await, "/kasbon/sri");
    }
    assert_eq!(desk.api.get("/customers/sri").await.1["owed"], 50_000);
    let day = desk.get("/hari").await;
    assert_eq!(day.beside("Kasbon dihapus"), "Rp30.000");
    assert_eq!(day.beside("Uang di laci seharusnya"), "Rp0");
}

/// Nothing of customers and debts is in what the shop sends to anybody.
#[tokio::test(flavor = "multi_thread")]
async fn debts_never_leave_the_shop() {
    let desk = Desk::open().await;
    let count = "SELECT count(*) FROM events";
    let added = json!({ "id": "rahasia-1", "name": "Rahasiawati", "phone": "0812 7777 1234",
                        "note": "rahasia", "limit": 987_654 });
    assert_eq!(desk.api.post("/customers", &added).await.0, 201);
    let debt = json!({ "method": "debt", "customer_id": "rahasia-1" });
    desk.sell("s1", &[("GULA", 10)], debt).await;
    let before = desk.number(count);
    owe(&desk, "rahasia-1", "o1", "765.432").await;
    let pay = [("id", "p1"), ("amount", "123.457"), ("method", "cash")];
    Desk::taken(
        &desk.post("/kasbon/rahasia-1/bayar", &pay).await,
        "/kasbon/rahasia-1",
    );
    let off = [("id", "h1"), ("amount", "23.451"), ("note", "rahasia")];
    Desk::taken(
        &desk.post("/kasbon/rahasia-1/hapus", &off).await,
        "/kasbon/rahasia-1",
    );
    desk.post("/hari/buka", &[("id", "b"), ("float", "345.678")])
        .await;
    assert_eq!(desk.number(count), before);
    let secrets = [
        "ahasia", "7777", "182500", "182.500", "987654", "765432", "123457", "23451", "345678",
    ];
    let database = desk.database();
    let mut statement = database
        .prepare("SELECT kind, payload FROM events")
        .unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut sales = 0;
    while let Some(row) = rows.next().unwrap() {
        let (kind, payload): (String, String) = (row.get(0).unwrap(), row.get(1).unwrap());
        sales += i32::from(kind == "sale.recorded");
        for secret in secrets {
            assert!(!payload.contains(secret), "{kind}: {payload}");
        }
    }
    assert_eq!(sales, 1);
}

#[rstest]
#[case::mobile("0812-3456-7890", Some("6281234567890"))]
#[case::spaced(" 0812 3456 789 ", Some("628123456789"))]
#[case::without_zero("81234567890", Some("6281234567890"))]
#[case::with_code("62812 345 6789", Some("628123456789"))]
#[case::with_plus("+62 812-345-6789", Some("628123456789"))]
#[case::abroad("+65 9123 4567", Some("6591234567"))]
#[case::abroad_by_zeros("0065 9123 4567", Some("6591234567"))]
#[case::landline("(021) 555.1234", Some("62215551234"))]
#[case::letters("0812abc", None)]
#[case::too_short("0812", None)]
#[case::too_long("081234567890123456", None)]
#[case::nothing("", None)]
fn a_number_as_links_take_it(#[case] typed: &str, #[case] expected: Option<&str>) {
    let found = kulakan::shop::whatsapp::international(typed);
    assert_eq!(found.as_deref(), expected);
}
