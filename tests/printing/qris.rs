//! QRIS: the form of the code, and the pages that keep and show it.

use image::{GrayImage, ImageFormat, Luma};
use kulakan::model::{Money, Qris, QrisError};
use proptest::prelude::*;
use rstest::rstest;

use super::Counter;
use crate::harness::picture::{encoded, qr};

const STATIC: &str = "00020101021126690017ID.CO.EXAMPLE.WWW011893600999000000001702150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID10200000000010303UMI5204541153033605802ID5913WARUNG CONTOH6007BANDUNG6105401116304BA76";
const WITH_27_500: &str = "00020101021226690017ID.CO.EXAMPLE.WWW011893600999000000001702150000000000000010303UMI51440014ID.CO.QRIS.WWW0215ID10200000000010303UMI5204541153033605405275005802ID5913WARUNG CONTOH6007BANDUNG6105401116304EEC8";

/// The checksum again, bit by bit as the standard tells it: a register of 16, fed from the left.
fn checksum(text: &str) -> String {
    let mut register = [true; 16];
    for byte in text.bytes() {
        for bit in (0..8).rev() {
            let fed = (byte >> bit & 1 == 1) ^ register[0];
            register.rotate_left(1);
            register[15] = fed;
            for tap in [10, 3] {
                register[tap] ^= fed;
            }
        }
    }
    let value = register
        .iter()
        .fold(0_u32, |value, bit| value * 2 + u32::from(*bit));
    format!("{value:04X}")
}

/// A code of these fields, checksum added.
fn code(fields: &[(u8, &str)]) -> String {
    let mut text: String = fields
        .iter()
        .map(|(tag, value)| format!("{tag:02}{:02}{value}", value.chars().count()))
        .collect();
    text.push_str("6304");
    text.push_str(&checksum(&text));
    text
}

const FIELDS: [(u8, &str); 7] = [
    (0, "01"),
    (1, "11"),
    (26, "0017ID.CO.EXAMPLE.WWW"),
    (53, "360"),
    (58, "ID"),
    (59, "WARUNG CONTOH"),
    (60, "BANDUNG"),
];

fn fields_with(change: impl Fn(&mut Vec<(u8, &'static str)>)) -> String {
    let mut fields = FIELDS.to_vec();
    change(&mut fields);
    code(&fields)
}

#[test]
fn the_checksum_is_the_one_of_the_standard() {
    assert_eq!(checksum("123456789"), "29B1");
    assert_eq!(kulakan::model::qris::crc(b"123456789"), 0x29B1);
}

#[test]
fn an_amount_is_filled_in() {
    let qris = Qris::parse(STATIC).unwrap();
    assert_eq!((qris.merchant(), qris.city()), ("WARUNG CONTOH", "BANDUNG"));
    assert!(!qris.adds_fee());
    assert_eq!(qris.to_string(), STATIC);
    assert_eq!(qris.with_amount(Money(27_500)).unwrap(), WITH_27_500);
    let filled = Qris::parse(WITH_27_500).unwrap();
    assert_eq!(
        (filled.field(1), filled.field(54)),
        (Some("12"), Some("27500"))
    );
    assert_eq!(
        Qris::parse_static(WITH_27_500),
        Err(QrisError::SinglePayment)
    );
    // As it comes out of a message.
    let copied = format!("  {}\r\n{}\n", &STATIC[..100], &STATIC[100..]);
    assert_eq!(Qris::parse(&copied), Ok(qris));
}

#[test]
fn lengths_count_characters_and_the_checksum_bytes() {
    let text = fields_with(|fields| fields[5].1 = "KAFÉ");
    assert!(text.contains("5904KAFÉ"));
    let qris = Qris::parse(&text).unwrap();
    assert_eq!(qris.merchant(), "KAFÉ");
    let filled = qris.with_amount(Money(1)).unwrap();
    assert!(filled.contains("5904KAFÉ"));
    Qris::parse(&filled).unwrap();
}

#[rstest]
#[case::nothing("", QrisError::NotQris)]
#[case::a_link("https://example.com", QrisError::NotQris)]
#[case::too_long(&format!("000201{}", "9".repeat(2000)), QrisError::TooLong)]
#[case::cut_off(&STATIC[..150], QrisError::CutOff(150))]
#[case::cut_in_a_length("0002010", QrisError::CutOff(7))]
#[case::no_digits("000201XX", QrisError::Unreadable(7))]
#[case::no_checksum(&STATIC[..STATIC.len() - 8], QrisError::ChecksumNotLast)]
#[case::a_letter_changed(&STATIC.replace("CONTOH", "CONTOK"), QrisError::WrongChecksum)]
#[case::twice(&fields_with(|fields| fields.push((60, "JAKARTA"))), QrisError::Twice(60))]
#[case::no_city(&fields_with(|fields| { fields.pop(); }), QrisError::Lacks(60))]
#[case::dollars(&fields_with(|fields| fields[3].1 = "840"), QrisError::NotRupiah)]
#[case::elsewhere(&fields_with(|fields| fields[4].1 = "MY"), QrisError::NotRupiah)]
fn what_is_no_code_says_why(#[case] text: &str, #[case] expected: QrisError) {
    assert_eq!(Qris::parse(text), Err(expected));
}

#[test]
fn an_amount_of_its_own_is_for_a_single_payment() {
    let text = fields_with(|fields| fields.insert(4, (54, "5000")));
    assert_eq!(Qris::parse_static(&text), Err(QrisError::SinglePayment));
    // Without the field that says so, a code is for any number of payments.
    let text = fields_with(|fields| {
        fields.remove(1);
    });
    let filled = Qris::parse_static(&text)
        .unwrap()
        .with_amount(Money(5_000))
        .unwrap();
    assert!(filled.starts_with("000201010212"), "{filled}");
}

#[rstest]
#[case(55, "01")]
#[case(56, "500")]
#[case(57, "10")]
fn a_fee_for_the_buyer_is_never_asked(#[case] tag: u8, #[case] value: &'static str) {
    let qris = Qris::parse(&fields_with(|fields| fields.insert(4, (tag, value)))).unwrap();
    assert!(qris.adds_fee());
    assert_eq!(qris.with_amount(Money(1_000)), Err(QrisError::AddsFee));
}

#[rstest]
#[case(0)]
#[case(-1)]
#[case(i64::MIN)]
#[case(i64::MAX)]
#[case(10_000_000_000_000)]
fn an_amount_that_the_form_has_no_room_for_is_refused(#[case] amount: i64) {
    let qris = Qris::parse(STATIC).unwrap();
    assert_eq!(qris.with_amount(Money(amount)), Err(QrisError::Amount));
}

fn any_code() -> impl Strategy<Value = Vec<(u8, String)>> {
    let others = proptest::collection::btree_map(
        (2_u8..=99).prop_filter("a field of its own", |tag| !matches!(tag, 53..=60 | 63)),
        "[A-Za-z0-9 .éñ漢]{1,40}",
        0..6,
    );
    let names = ("[A-Z ]{0,24}X", "[A-Zé]{1,15}");
    (others, names, any::<bool>()).prop_map(|(others, (merchant, city), says_static)| {
        let mut fields: Vec<(u8, String)> = others.into_iter().collect();
        fields.extend([
            (53, "360".to_owned()),
            (58, "ID".to_owned()),
            (59, merchant),
            (60, city),
        ]);
        fields.sort();
        fields.insert(0, (0, "01".to_owned()));
        if says_static {
            fields.insert(1, (1, "11".to_owned()));
        }
        fields
    })
}

proptest! {
    #[test]
    fn with_an_amount_every_other_field_is_as_it_was(
        fields in any_code(),
        amount in 1_i64..=9_999_999_999_999,
    ) {
        let borrowed: Vec<(u8, &str)> =
            fields.iter().map(|(tag, value)| (*tag, value.as_str())).collect();
        let text = code(&borrowed);
        prop_assume!(text.chars().count() <= 900);
        let filled = Qris::parse_static(&text).unwrap().with_amount(Money(amount)).unwrap();
        let filled = Qris::parse(&filled).unwrap();
        let tags: Vec<u8> = filled.fields().map(|(tag, _)| tag).collect();
        let currency = tags.iter().position(|tag| *tag == 53).unwrap();
        prop_assert_eq!((tags[0], tags[1], tags[currency + 1]), (0, 1, 54));
        prop_assert_eq!(filled.field(1), Some("12"));
        prop_assert_eq!(filled.field(54), Some(&*amount.to_string()));
        let kept: Vec<(u8, &str)> =
            filled.fields().filter(|(tag, _)| ![1, 54].contains(tag)).collect();
        let before: Vec<(u8, &str)> =
            borrowed.into_iter().filter(|(tag, _)| *tag != 1).collect();
        prop_assert_eq!(kept, before);
    }

    #[test]
    fn no_text_is_too_strange_to_be_read(text in "\\PC{0,200}", digits in "000201[0-9]{0,120}") {
        let _ = Qris::parse(&text);
        let _ = Qris::parse(&digits);
        let _ = Qris::parse(&format!("000201{text}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_keeps_the_code_and_the_till_shows_it_with_the_amount() {
    let counter = Counter::open().await;
    counter.sell_noodles("s1").await;
    assert_eq!(counter.get("/qris/s1.svg").await.status, 404);
    let page = counter.get("/qris/s1").await;
    assert!(page.text().contains("QRIS belum dinyalakan"));

    let page = counter
        .post_photo("/pengaturan/qris/periksa", &[("code", STATIC)], b"")
        .await;
    assert_eq!(page.status, 200);
    let shown = page.text();
    assert!(
        shown.contains("WARUNG CONTOH") && shown.contains("BANDUNG"),
        "{shown}"
    );
    // Nothing is kept before the owner said that it is theirs, nothing shown before they said so.
    assert!(
        !counter
            .get("/pengaturan/qris")
            .await
            .text()
            .contains("WARUNG CONTOH")
    );
    assert_eq!(
        counter
            .post("/pengaturan/qris", &[("code", STATIC)])
            .await
            .status,
        303
    );
    assert_eq!(counter.get("/qris/s1.svg").await.status, 404);
    let form = [("code", STATIC), ("shown", "1")];
    assert_eq!(counter.post("/pengaturan/qris", &form).await.status, 303);

    let drawn = counter.get("/qris/x.svg?amount=27500").await;
    assert_eq!((drawn.status, &*drawn.kind), (200, "image/svg+xml"));
    assert_eq!(read(&counter, &drawn.text()).await, WITH_27_500);
    let of_the_sale = read(&counter, &counter.get("/qris/s1.svg").await.text()).await;
    assert!(of_the_sale.contains("54047000"), "{of_the_sale}");
    let held_out = counter.get("/qris/s1").await.text();
    assert!(held_out.contains("Rp7.000") && held_out.contains("aplikasi Anda sendiri"));
    assert_eq!(counter.get("/qris/s1.svg?amount=0").await.status, 422);

    assert_eq!(
        counter.post("/pengaturan/qris/hapus", &[]).await.status,
        303
    );
    assert_eq!(counter.get("/qris/s1.svg").await.status, 404);
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_of_the_code_will_do() {
    let counter = Counter::open().await;
    let path = "/pengaturan/qris/periksa";
    let photo = encoded(&qr(STATIC), ImageFormat::Jpeg);
    let page = counter.post_photo(path, &[("code", "")], &photo).await;
    assert!(page.text().contains(STATIC), "{}", page.text());
    for (photo, expected) in [
        (
            encoded(&qr("https://example.com"), ImageFormat::Png),
            "bukan QRIS",
        ),
        (
            encoded(&qr(WITH_27_500), ImageFormat::Png),
            "hanya untuk satu kali bayar",
        ),
        (b"GIF89a".to_vec(), "Pakai JPEG atau PNG"),
    ] {
        let page = counter.post_photo(path, &[("code", "")], &photo).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains(expected), "{}", page.text());
    }
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_with_a_fee_is_kept_but_never_shown() {
    let counter = Counter::open().await;
    let fee = fields_with(|fields| fields.insert(4, (56, "500")));
    let page = counter
        .post_photo("/pengaturan/qris/periksa", &[("code", &fee)], b"")
        .await;
    assert!(
        page.text().contains("dilarang Bank Indonesia"),
        "{}",
        page.text()
    );
    let page = counter
        .post("/pengaturan/qris", &[("code", &fee), ("shown", "1")])
        .await;
    assert_eq!(page.status, 422);
    assert!(
        page.text().contains("dilarang Bank Indonesia"),
        "{}",
        page.text()
    );
    assert_eq!(counter.get("/qris/x.svg?amount=1000").await.status, 404);
    counter.daemon.stop().await;
}

/// What a telephone reads off the picture.
async fn read(counter: &Counter, svg: &str) -> String {
    const POINTS: u32 = 6;
    let side = svg.split_once("viewBox=\"0 0 ").unwrap().1;
    let side: u32 = side.split(' ').next().unwrap().parse().unwrap();
    let mut picture = GrayImage::from_pixel(side * POINTS, side * POINTS, Luma([255]));
    let path = svg
        .rsplit_once("d=\"")
        .unwrap()
        .1
        .split_once('"')
        .unwrap()
        .0;
    for run in path.split('M').skip(1) {
        let (x, rest) = run.split_once(' ').unwrap();
        let (y, rest) = rest.split_once('h').unwrap();
        let (dark, _) = rest.split_once('v').unwrap();
        let [x, y, dark] = [x, y, dark].map(|number| number.parse::<u32>().unwrap());
        for at in 0..dark * POINTS * POINTS {
            let (across, down) = (at % (dark * POINTS), at / (dark * POINTS));
            picture.put_pixel(x * POINTS + across, y * POINTS + down, Luma([0]));
        }
    }
    let photo = encoded(&picture, ImageFormat::Png);
    let page = counter.post_photo("/kasir/foto", &[], &photo).await;
    let body: serde_json::Value = serde_json::from_slice(&page.bytes).unwrap();
    body["codes"][0].as_str().unwrap_or_default().to_owned()
}
