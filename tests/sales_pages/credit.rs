//! Goods on credit that come back after some of them was paid: nobody gets back more than they paid, and no debt stays
//! for goods that the shop has again.

use reqwest::Method;
use serde_json::json;

use crate::harness::counter::{Counter, OWNERS_PIN, Visitor};

const OWED: &str =
    "SELECT coalesce(sum(amount), 0) FROM customer_ledger WHERE customer_id = 'tini'";

async fn shop() -> (Counter, Visitor) {
    let counter = Counter::start(Some(OWNERS_PIN)).await;
    counter.product("BERAS", "Beras 5 kg", 50_000, 45_000).await;
    let owner = counter.owner().await;
    (counter, owner)
}

/// Two bags of rice, of which `cash` rupiah are paid at once and the rest goes on Tini's account.
async fn sell(counter: &Counter, id: &str, cash: i64) {
    let lines = json!([{ "sku": "BERAS", "quantity": 2 }]);
    let payment = if cash == 0 {
        json!({ "method": "debt", "customer_id": "tini" })
    } else {
        let parts = json!([{ "method": "cash", "amount": cash }, { "method": "debt" }]);
        json!({ "parts": parts, "customer_id": "tini" })
    };
    counter.sell(id, lines, payment).await;
}

async fn pay(counter: &Counter, id: &str, amount: i64) {
    let payment = json!({ "id": id, "amount": amount, "method": "cash" });
    counter
        .api(Method::POST, "/customers/tini/payments", Some(&payment))
        .await;
}

async fn give_back(owner: &Visitor, sale: &str, id: &str, quantity: &str, how: &str) -> String {
    let fields = [
        ("id", id),
        ("jumlah.1", quantity),
        ("alasan", "Salah barang"),
        ("uang", how),
    ];
    let path = format!("/penjualan/{sale}/retur");
    let to = owner.post(&path, &fields).await.leads();
    owner.get(&to).await.expect(200)
}

async fn in_drawer(counter: &Counter) -> i64 {
    counter.shop.today().await.unwrap().day.book.expected().0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_comes_off_the_debt_of_its_sale_and_the_rest_goes_back_in_money() {
    let (counter, owner) = shop().await;
    sell(&counter, "s1", 40_000).await;
    let form = owner.get("/penjualan/s1/retur").await.expect(200);
    assert!(
        form.contains("Utang dari struk ini dipotong dulu:") && form.contains("Rp60.000"),
        "{form}"
    );
    let shown = give_back(&owner, "s1", "r1", "2", "cash").await;
    assert!(
        shown.contains("Utang dikurangi <strong class=\"sum\">Rp60.000</strong>")
            && shown.contains("Serahkan ke pembeli <strong class=\"sum\">Rp40.000 Tunai</strong>"),
        "{shown}"
    );
    assert_eq!(counter.number(OWED), 0);
    assert_eq!(in_drawer(&counter).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_of_a_debt_goes_back_and_no_more() {
    let (counter, owner) = shop().await;
    sell(&counter, "s1", 0).await;
    pay(&counter, "p1", 70_000).await;
    // Half of it is worth more than is still owed.
    let shown = give_back(&owner, "s1", "r1", "1", "cash").await;
    assert!(
        shown.contains("Rp30.000</strong>") && shown.contains("Rp20.000 Tunai</strong>"),
        "{shown}"
    );
    assert_eq!(counter.number(OWED), 0);
    give_back(&owner, "s1", "r2", "1", "transfer").await;
    assert_eq!(counter.number(OWED), 0);
    assert_eq!(in_drawer(&counter).await, 50_000);
    let day = counter.shop.today().await.unwrap().day;
    assert_eq!(day.turnover.0, 0);
    assert_eq!(day.by_method.iter().map(|(_, sum)| sum.0).sum::<i64>(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn goods_whose_debt_was_given_up_bring_nobody_money() {
    let (counter, owner) = shop().await;
    sell(&counter, "s1", 0).await;
    pay(&counter, "p1", 30_000).await;
    let off = [("id", "h1"), ("amount", "70.000"), ("note", "pindah rumah")];
    owner.post("/kasbon/tini/hapus", &off).await.leads();
    give_back(&owner, "s1", "r1", "2", "cash").await;
    assert_eq!(counter.number(OWED), 0);
    assert_eq!(in_drawer(&counter).await, 0);
    // And by a void no credit.
    sell(&counter, "s2", 0).await;
    let off = [
        ("id", "h2"),
        ("amount", "100.000"),
        ("note", "pindah rumah"),
    ];
    owner.post("/kasbon/tini/hapus", &off).await.leads();
    let why = [("alasan", "Salah ketik")];
    owner.post("/penjualan/s2/batal", &why).await.leads();
    assert_eq!(counter.number(OWED), 0);
    let day = counter.shop.today().await.unwrap().day;
    assert_eq!((day.turnover.0, day.written_off.0), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_for_a_voided_sale_is_paid_out_once_from_drawer_and_account() {
    let (counter, owner) = shop().await;
    sell(&counter, "s1", 0).await;
    pay(&counter, "p1", 50_000).await;
    let why = [("alasan", "Salah ketik")];
    let to = owner.post("/penjualan/s1/batal", &why).await.leads();
    let shown = owner.get(&to).await.expect(200);
    assert!(
        shown.contains("sudah membayar lebih: <strong class=\"sum\">Rp50.000</strong>")
            && shown.contains("href=\"/kasbon/tini/kembalikan\""),
        "{shown}"
    );
    assert_eq!(counter.number(OWED), -50_000);

    // Somebody at the till needs the owner's word for it.
    let (_, siti) = counter.cashier("Siti", "2468").await;
    let form = siti.get("/kasbon/tini/kembalikan").await.expect(200);
    assert!(
        form.contains("value=\"50.000\"") && form.contains("PIN pemilik"),
        "{form}"
    );
    let out = |amount, pin| {
        [
            ("id", "k1"),
            ("amount", amount),
            ("method", "cash"),
            ("pin", pin),
        ]
    };
    let path = "/kasbon/tini/kembalikan";
    siti.post(path, &out("50.000", "")).await.expect(422);
    siti.post(path, &out("50.000", "2468")).await.expect(401);
    let told = siti
        .post(path, &out("50.001", OWNERS_PIN))
        .await
        .expect(422);
    assert!(
        told.contains("Lebih besar dari uang lebihnya: Rp50.000"),
        "{told}"
    );
    assert_eq!(in_drawer(&counter).await, 50_000);
    for _ in 0..2 {
        let to = siti.post(path, &out("50.000", OWNERS_PIN)).await.leads();
        assert_eq!(to, "/kasbon/tini");
    }
    assert_eq!(counter.number(OWED), 0);
    assert_eq!(in_drawer(&counter).await, 0);
    let day = owner.get("/hari").await.expect(200);
    assert!(
        day.contains("Uang lebih diserahkan</dt><dd>-Rp50.000"),
        "{day}"
    );
    let account = owner.get("/kasbon/tini").await.expect(200);
    assert!(account.contains("Uang lebih diserahkan Tunai"), "{account}");
    let audit =
        "SELECT count(*) FROM audit WHERE action = 'debt.credit_paid_out' AND actor = 'Siti'";
    assert_eq!(counter.number(audit), 1);
    // Nothing is left to be paid out, and the next debt is one.
    siti.post(path, &[("id", "k2"), ("amount", "1"), ("pin", OWNERS_PIN)])
        .await
        .expect(422);
    sell(&counter, "s2", 0).await;
    assert_eq!(counter.number(OWED), 100_000);
    let debtor = counter.api(Method::GET, "/customers/tini", None).await;
    assert_eq!(debtor["ageing"]["to_7_days"], 100_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_by_a_code_goes_back_as_somebody_says() {
    let (counter, owner) = shop().await;
    let lines = || json!([{ "sku": "BERAS", "quantity": 2 }]);
    let parts = json!([{ "method": "cash", "amount": 30_000 }, { "method": "qris" }]);
    counter.sell("s1", lines(), json!({ "parts": parts })).await;
    counter
        .sell("s2", lines(), json!({ "method": "qris" }))
        .await;
    counter
        .sell("s3", lines(), json!({ "method": "cash" }))
        .await;
    let float = [("id", "f1"), ("float", "200.000")];
    owner.post("/hari/buka", &float).await.leads();
    assert_eq!(in_drawer(&counter).await, 330_000);

    let form = owner.get("/penjualan/s1/batal").await.expect(200);
    assert!(
        form.contains("Rp70.000</strong>") && form.contains("value=\"cash\" checked"),
        "{form}"
    );
    let fields = [("alasan", "Salah ketik"), ("uang", "cash")];
    let to = owner.post("/penjualan/s1/batal", &fields).await.leads();
    let shown = owner.get(&to).await.expect(200);
    assert!(shown.contains("Rp30.000 Tunai + Rp70.000 Tunai"), "{shown}");
    assert_eq!(in_drawer(&counter).await, 230_000);

    let fields = [("alasan", "Salah ketik"), ("uang", "transfer")];
    let to = owner.post("/penjualan/s2/batal", &fields).await.leads();
    let shown = owner.get(&to).await.expect(200);
    assert!(shown.contains("Rp100.000 Transfer"), "{shown}");
    assert_eq!(in_drawer(&counter).await, 230_000);
    let ways = counter.shop.today().await.unwrap().day.by_method;
    let ways: Vec<i64> = ways.iter().map(|(_, sum)| sum.0).collect();
    // Cash, QRIS, transfer, debt.
    assert_eq!(ways, [30_000, 170_000, -100_000, 0]);

    // What was paid in cash goes back in cash, and nothing is asked.
    let form = owner.get("/penjualan/s3/batal").await.expect(200);
    assert!(!form.contains("name=\"uang\""), "{form}");
    owner.post("/penjualan/s3/batal", &fields).await.leads();
    assert_eq!(in_drawer(&counter).await, 130_000);
    // A program that says nothing has it go back the way it came.
    counter
        .sell("s4", lines(), json!({ "method": "qris" }))
        .await;
    let why = json!({ "reason": "salah" });
    counter
        .api(Method::POST, "/sales/s4/void", Some(&why))
        .await;
    assert_eq!(in_drawer(&counter).await, 130_000);
}
