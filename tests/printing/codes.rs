//! Codes on photographs, sent as the till sends them.

use image::{GrayImage, ImageFormat, Luma};
use rstest::rstest;

use super::Counter;
use crate::harness::picture::{code128, dim, ean8, ean13, encoded, qr, turned};

async fn read(counter: &Counter, photo: &[u8]) -> Vec<String> {
    let page = counter.post_photo("/kasir/foto", &[], photo).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let body: serde_json::Value = serde_json::from_slice(&page.bytes).expect("JSON");
    let codes = body["codes"].as_array().expect("codes");
    codes
        .iter()
        .map(|code| code.as_str().expect("a text").to_owned())
        .collect()
}

#[rstest]
#[case::ean13(ean13("899123450001"), "8991234500010")]
#[case::ean8(ean8("9638507"), "96385074")]
#[case::code128(code128("KULAKAN-12"), "KULAKAN-12")]
#[case::qr(qr("https://example.com/x"), "https://example.com/x")]
#[case::on_its_side(turned(&ean13("899123450001"), 90.0), "8991234500010")]
#[case::upside_down(turned(&ean13("899123450001"), 180.0), "8991234500010")]
#[case::askew(turned(&ean13("899123450001"), 12.0), "8991234500010")]
#[case::half_turned(turned(&ean13("899123450001"), 40.0), "8991234500010")]
#[case::qr_askew(turned(&qr("MIE"), 33.0), "MIE")]
#[case::dark(dim(&ean13("899123450001"), 10, 60, 4, 1), "8991234500010")]
#[case::pale(dim(&qr("MIE"), 150, 220, 10, 2), "MIE")]
#[case::grainy(dim(&ean13("899123450001"), 40, 220, 60, 3), "8991234500010")]
#[tokio::test(flavor = "multi_thread")]
async fn a_photographed_code_is_read(#[case] picture: GrayImage, #[case] expected: &str) {
    let counter = Counter::open().await;
    let photo = encoded(&picture, ImageFormat::Jpeg);
    assert_eq!(read(&counter, &photo).await, [expected]);
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_upc_is_told_with_and_without_its_leading_zero() {
    let counter = Counter::open().await;
    let photo = encoded(&ean13("003600029145"), ImageFormat::Png);
    let codes = read(&counter, &photo).await;
    assert_eq!(codes, ["036000291452", "0036000291452"]);
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_without_a_code_gives_none() {
    let counter = Counter::open().await;
    let empty = GrayImage::from_pixel(80, 60, Luma([200]));
    let none: [&str; 0] = [];
    assert_eq!(
        read(&counter, &encoded(&empty, ImageFormat::Png)).await,
        none
    );
    counter.daemon.stop().await;
}

/// A PNG whose header claims so many points, with next to nothing behind it.
pub fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut png = encoded(&GrayImage::new(1, 1), ImageFormat::Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = png[12..29].iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            }
        })
    });
    png[29..33].copy_from_slice(&(!crc).to_be_bytes());
    png
}

#[rstest]
#[case::a_text(b"no picture at all".to_vec(), "photo: is neither JPEG nor PNG")]
#[case::a_gif(b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), "photo: is neither JPEG nor PNG")]
#[case::cut_off(encoded(&ean8("9638507"), ImageFormat::Png)[..60].to_vec(), "photo: cannot be read")]
#[case::nothing(Vec::new(), "photo: is missing")]
#[case::a_bomb(claiming(60_000, 60_000), "photo: has too many points")]
#[case::a_long_bomb(claiming(1_000_000, 10), "photo: has too many points")]
#[case::a_header_that_lies(claiming(8_000, 8_000), "photo: cannot be read")]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_photograph_is_refused(#[case] photo: Vec<u8>, #[case] expected: &str) {
    let counter = Counter::open().await;
    let page = counter.post_photo("/kasir/foto", &[], &photo).await;
    let body: serde_json::Value = serde_json::from_slice(&page.bytes).expect("a problem");
    assert_eq!(
        (page.status, body["detail"].as_str()),
        (422, Some(expected))
    );
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_larger_than_a_photograph_is_refused() {
    let counter = Counter::open().await;
    let page = counter
        .post_photo("/kasir/foto", &[], &vec![0; 12 * 1024 * 1024 + 1])
        .await;
    assert_eq!(page.status, 422, "{}", page.text());
    let page = counter
        .post_photo("/kasir/foto", &[], &vec![0; 13 * 1024 * 1024])
        .await;
    assert_eq!(page.status, 422, "{}", page.text());
    counter.daemon.stop().await;
}
