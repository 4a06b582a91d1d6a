//! A sale that is paid in several ways at once, as the page asks for it.

use super::Counter;
use super::visitor::Visitor;

#[tokio::test]
async fn a_split_is_asked_for_in_coins_and_its_code_for_its_own_part() {
    let counter = Counter::open();
    let visitor = Visitor::come(&counter).await;
    counter.by_hand("INSERT INTO settings (key, value) VALUES ('cash_rounding', '500')");
    visitor
        .press(&visitor.cart().await, "tambah:MIE", &[])
        .await;
    let price = [("harga", "27.300"), ("potongan", "")];
    visitor
        .press(&visitor.cart().await, "rinci:1", &price)
        .await;
    let shown = visitor.cart().await;
    // Rp7.300 in coins of 500 are Rp7.500.
    let with = |cash, dipindai| {
        [
            ("cara", "campur"),
            ("qris", "20.000"),
            ("tunai", cash),
            ("qris_dipindai", dipindai),
        ]
    };
    let told = visitor.pay(&shown, "27300", &with("7.400", "")).await;
    assert_eq!(told.status(), 422);
    let told = told.text().await.unwrap();
    assert!(told.contains("Masih kurang Rp100"), "{told}");
    // The shop's code can be shown: first for what of it is to come that way.
    let code = "00020101021126690017ID.CO.EXAMPLE.WWW011893600999000000001702150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID10200000000010303UMI5204541153033605802ID5913WARUNG CONTOH6007BANDUNG6105401116304BA76";
    let keep = [("code", code), ("shown", "1")];
    assert_eq!(visitor.post("/pengaturan/qris", &keep).await.status(), 303);
    let asked = visitor.pay(&shown, "27300", &with("8.000", "")).await;
    let asked = asked.text().await.unwrap();
    let picture = format!("/qris/{}.svg?amount=20000", shown.id);
    assert!(
        asked.contains(&picture) && asked.contains("name=\"qris_dipindai\" value=\"20000\""),
        "{asked}"
    );
    assert_eq!(counter.number("SELECT count(*) FROM sales"), 0);
    visitor.pay(&shown, "27300", &with("8.000", "20000")).await;
    assert_eq!(
        counter.number("SELECT total * 10000 + change FROM sales"),
        27_500 * 10_000 + 500
    );
}
