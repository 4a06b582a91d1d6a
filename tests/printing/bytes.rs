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
