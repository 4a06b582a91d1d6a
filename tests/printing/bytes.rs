//! What goes to the printer, byte for byte.

use serde_json::json;

use super::{Counter, FakePrinter};

/// Begin; what was set before is forgotten.
const BEGIN: &[u8] = b"\x1B@";
/// Bold and twice as high.
const TALL: &[u8] = b"\x1BE\x01\x1D!\x01";
/// Bold.
const BOLD: &[u8] = b"\x1BE\x01\x1D!\x00";
/// Neither.
const PLAIN: &[u8] = b"\x1BE\x00\x1D!\x00";
/// Four lines of nothing, past the edge.
const FEED: &[u8] = b"\x1Bd\x04";
/// To the knife, and cut.
const CUT: &[u8] = b"\x1DVA\x00";

/// Two lines, one with a discount, rounded to a hundred, paid with a note of Rp50.000.
async fn sale(counter: &Counter) {
    let shop = counter.shop.open().await;
    shop.set_cash_rounding(100).await.expect("a step");
    counter
        .sell(&json!({
            "id": "s1",
            "lines": [
                { "sku": "MIE", "quantity": 2 },
                { "sku": "BERAS", "quantity": "1.5", "discount": 250 },
            ],
            "payment": { "method": "cash", "tendered": 50_000 },
        }))
        .await;
}

#[track_caller]
fn assert_slip(slip: &[u8], expected: &[&[u8]]) {
    let expected = expected.concat();
    let shown = |bytes: &[u8]| bytes.escape_ascii().to_string().replace("\\n", "\n");
    assert!(
        slip == expected,
        "printed:\n{}\nexpected:\n{}",
        shown(slip),
        shown(&expected)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_on_58_mm_is_these_bytes() {
    let counter = Counter::open().await;
    let printer = FakePrinter::new();
    let texts = [
        ("automatic", "1"),
        ("cut", "1"),
        ("paper", "58"),
        ("address", "Jl. Melati 3\r\nBandung"),
        ("phone", "0812-3456-7890"),
    ];
    counter.set_up_network(printer.address(), &texts).await;
    sale(&counter).await;
    assert_slip(
        &printer.slip().await,
        &[
            BEGIN,
            TALL,
            b"         Warung Contoh\n",
            PLAIN,
            b"          Jl. Melati 3\n",
            b"            Bandung\n",
            b"         0812-3456-7890\n",
            b"--------------------------------\n",
            b"No. 1\n",
            b"Senin, 23 Nov 2026 09.40\n",
            b"--------------------------------\n",
            b"Mie goreng\n",
            b"  2 pcs x 3.500            7.000\n",
            b"Beras\n",
            b"  1,5 kg x 14.000         21.000\n",
            b"  Diskon                    -250\n",
            b"--------------------------------\n",
            b"Jumlah                    27.750\n",
            b"Pembulatan                    50\n",
            TALL,
            b"TOTAL                   Rp27.800\n",
            PLAIN,
            b"Tunai                     50.000\n",
            BOLD,
            b"Kembali                   22.200\n",
            PLAIN,
            b"--------------------------------\n",
            b"          Terima kasih\n",
            FEED,
            CUT,
        ],
    );
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_on_80_mm_is_these_bytes() {
    let counter = Counter::open().await;
    let printer = FakePrinter::new();
    let texts = [
        ("automatic", "1"),
        ("paper", "80"),
        ("drawer", "1"),
        ("language", "en"),
        ("footer", "Buka tiap hari – “sampai malam”"),
    ];
    counter.set_up_network(printer.address(), &texts).await;
    sale(&counter).await;
    assert_slip(
        &printer.slip().await,
        &[
            BEGIN,
            b"\x1Bp\x00\x19\xFA", // the drawer: pin 2, 50 ms on, 500 ms off
            TALL,
            b"                 Warung Contoh\n",
            PLAIN,
            b"------------------------------------------------\n",
            b"No. 1\n",
            b"Monday, 23 Nov 2026 09:40\n",
            b"------------------------------------------------\n",
            b"Mie goreng\n",
            b"  2 pcs x 3,500                            7,000\n",
            b"Beras\n",
            b"  1.5 kg x 14,000                         21,000\n",
            b"  Discount                                  -250\n",
            b"------------------------------------------------\n",
            b"Subtotal                                  27,750\n",
            b"Rounding                                      50\n",
            TALL,
            b"TOTAL                                   Rp27,800\n",
            PLAIN,
            b"Cash                                      50,000\n",
            BOLD,
            b"Change                                    22,200\n",
            PLAIN,
            b"------------------------------------------------\n",
            // A dash and quotation marks that no code page of every printer has.
            b"        Buka tiap hari - \"sampai malam\"\n",
            FEED,
        ],
    );
    counter.daemon.stop().await;
}

/// A shop that prints by itself on paper of this width, in these further settings.
async fn printing(paper: &str, more: &[(&str, &str)]) -> (Counter, FakePrinter) {
    let counter = Counter::open().await;
    let printer = FakePrinter::new();
    let mut settings = vec![("automatic", "1"), ("paper", paper)];
    settings.extend_from_slice(more);
    counter.set_up_network(printer.address(), &settings).await;
    (counter, printer)
}

/// The slip as the page shows it, for the same paper: its letters without what only a printer understands.
async fn assert_shown(counter: &Counter, slip: &[u8]) {
    let marks: [&[u8]; 5] = [BEGIN, TALL, BOLD, PLAIN, FEED];
    let mut letters = Vec::new();
    let mut rest = slip;
    while let Some((first, after)) = rest.split_first() {
        match marks.iter().find_map(|mark| rest.strip_prefix(*mark)) {
            Some(after) => rest = after,
            None => {
                letters.push(*first);
                rest = after;
            }
        }
    }
    let letters = String::from_utf8(letters).expect("plain letters");
    let page = counter.get("/struk/s1").await.text();
    let shown = page.split_once("<pre class=\"slip ").expect("a preview").1;
    let shown = shown.split_once("</pre>").expect("its end").0;
    let mut without_marks = String::new();
    let mut inside = true;
    for sign in shown.chars() {
        match sign {
            '<' => inside = true,
            '>' if inside => inside = false,
            sign if !inside => without_marks.push(sign),
            _ => {}
        }
    }
    let lines = |text: &str| -> Vec<String> {
        let lines = text.lines().map(|line| line.trim_end().to_owned());
        lines.filter(|line| !line.is_empty()).collect()
    };
    assert_eq!(lines(&without_marks), lines(&letters));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_in_parts_names_each_and_only_its_cash_has_change() {
    let (counter, printer) = printing("58", &[]).await;
    let shop = counter.shop.open().await;
    shop.set_cash_rounding(500).await.expect("a step");
    counter
        .sell(&json!({
            "id": "s1", "discount": 1_150, "note": "untuk arisan RT 03",
            "lines": [
                { "sku": "MIE", "quantity": 3, "discount": 250, "note": "bungkus penyok" },
                { "sku": "BERAS", "quantity": "1.25" },
            ],
            "payment": {
                "parts": [{ "method": "qris", "amount": 10_000 }, { "method": "cash" }],
                "tendered": 20_000,
            },
        }))
        .await;
    let slip = printer.slip().await;
    assert_slip(
        &slip,
        &[
            BEGIN,
            TALL,
            b"         Warung Contoh\n",
            PLAIN,
            b"--------------------------------\n",
            b"No. 1\n",
            b"Senin, 23 Nov 2026 09.40\n",
            b"--------------------------------\n",
            b"Mie goreng\n",
            b"  3 pcs x 3.500           10.500\n",
            b"  Diskon                    -250\n",
            b"  (bungkus penyok)\n",
            b"Beras\n",
            b"  1,25 kg x 14.000        17.500\n",
            b"--------------------------------\n",
            b"Jumlah                    27.750\n",
            b"Diskon                    -1.150\n",
            b"Pembulatan                  -100\n",
            TALL,
            b"TOTAL                   Rp26.500\n",
            PLAIN,
            b"QRIS                      10.000\n",
            b"Tunai                     20.000\n",
            BOLD,
            b"Kembali                    3.500\n",
            PLAIN,
            b"--------------------------------\n",
            b"Catatan: untuk arisan RT 03\n",
            b"--------------------------------\n",
            b"          Terima kasih\n",
            FEED,
        ],
    );
    assert_shown(&counter, &slip).await;
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_debt_names_the_customer_and_all_that_is_owed() {
    let (counter, printer) = printing("80", &[]).await;
    let debt = |id: &str, quantity: i64| {
        json!({
            "id": id, "lines": [{ "sku": "BERAS", "quantity": quantity }],
            "payment": { "method": "debt", "customer_id": "bu-tini" },
        })
    };
    counter.sell(&debt("s0", 1)).await;
    printer.slip().await;
    counter.sell(&debt("s1", 2)).await;
    let slip = printer.slip().await;
    assert_slip(
        &slip,
        &[
            BEGIN,
            TALL,
            b"                 Warung Contoh\n",
            PLAIN,
            b"------------------------------------------------\n",
            b"No. 2\n",
            b"Senin, 23 Nov 2026 09.40\n",
            b"------------------------------------------------\n",
            b"Beras\n",
            b"  2 kg x 14.000                           28.000\n",
            b"------------------------------------------------\n",
            TALL,
            b"TOTAL                                   Rp28.000\n",
            PLAIN,
            b"Kasbon                                    28.000\n",
            b"------------------------------------------------\n",
            b"Pelanggan: bu-tini\n",
            b"Sisa utang                              Rp42.000\n",
            b"------------------------------------------------\n",
            b"                  Terima kasih\n",
            FEED,
        ],
    );
    assert_shown(&counter, &slip).await;
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_back_is_on_a_copy_with_what_was_given_back() {
    let (counter, printer) = printing("58", &[]).await;
    let shop = counter.shop.open().await;
    counter
        .sell(&json!({
            "id": "s1", "lines": [{ "sku": "MIE", "quantity": 4 }], "payment": { "method": "transfer" },
        }))
        .await;
    printer.slip().await;
    let back = json!({
        "id": "r1", "lines": [{ "line": 1, "quantity": 1 }], "reason": "kemasan bocor", "refund": "cash",
    });
    let back = serde_json::from_value(back).expect("a return");
    let back = shop.return_goods("s1", back, "pemilik").await;
    back.expect("it comes back");
    counter.post("/struk/s1/cetak", &[("id", "again")]).await;
    let slip = printer.slip().await;
    assert_slip(
        &slip,
        &[
            BEGIN,
            BOLD,
            b"            SALINAN\n",
            TALL,
            b"         Warung Contoh\n",
            PLAIN,
            b"--------------------------------\n",
            b"No. 1\n",
            b"Senin, 23 Nov 2026 09.40\n",
            b"--------------------------------\n",
            b"Mie goreng\n",
            b"  4 pcs x 3.500           14.000\n",
            b"--------------------------------\n",
            TALL,
            b"TOTAL                   Rp14.000\n",
            PLAIN,
            b"Transfer                  14.000\n",
            BOLD,
            b"Diretur                   -3.500\n",
            PLAIN,
            b"--------------------------------\n",
            b"          Terima kasih\n",
            FEED,
        ],
    );
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_taken_back_says_so_before_anything_else() {
    let (counter, printer) = printing("80", &[("language", "en"), ("cut", "1")]).await;
    let shop = counter.shop.open().await;
    counter.sell_noodles("s1").await;
    printer.slip().await;
    let voided = shop.void_sale("s1", "Salah barang").await;
    voided.expect("it is taken back");
    counter.post("/struk/s1/cetak", &[("id", "again")]).await;
    assert_slip(
        &printer.slip().await,
        &[
            BEGIN,
            BOLD,
            b"                      COPY\n",
            TALL,
            b"                     VOIDED\n",
            PLAIN,
            b"                  Salah barang\n",
            TALL,
            b"                 Warung Contoh\n",
            PLAIN,
            b"------------------------------------------------\n",
            b"No. 1\n",
            b"Monday, 23 Nov 2026 09:40\n",
            b"------------------------------------------------\n",
            b"Mie goreng\n",
            b"  2 pcs x 3,500                            7,000\n",
            b"------------------------------------------------\n",
            TALL,
            b"TOTAL                                    Rp7,000\n",
            PLAIN,
            b"Cash                                       7,000\n",
            b"------------------------------------------------\n",
            b"                   Thank you\n",
            FEED,
            CUT,
        ],
    );
    counter.daemon.stop().await;
}
