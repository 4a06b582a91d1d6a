//! Pictures of codes as a telephone would take them, and pictures of receipts as they are saved.

use std::io::Cursor;

use barcoders::sym::code128::Code128;
use barcoders::sym::ean8::EAN8;
use barcoders::sym::ean13::EAN13;
use image::{GrayImage, ImageFormat, Luma};
use qrcode::{Color, QrCode};
use rand_pcg::Pcg32;
use rand_pcg::rand_core::{Rng, SeedableRng};
use serde_json::json;

use super::Counter;

/// Points for each bar or module.
const MODULE: u32 = 4;

/// White around a code.
const QUIET: u32 = 48;

/// Bars of a code, dark where 1, on white.
fn bars(modules: &[u8]) -> GrayImage {
    let width = modules.len() as u32 * MODULE + 2 * QUIET;
    GrayImage::from_fn(width, 220, |x, y| {
        let module = x.checked_sub(QUIET).map(|x| (x / MODULE) as usize);
        let dark = module.and_then(|module| modules.get(module)) == Some(&1);
        Luma([if dark && (40..180).contains(&y) {
            0
        } else {
            255
        }])
    })
}

pub fn ean13(digits: &str) -> GrayImage {
    bars(&EAN13::new(digits).expect("an EAN-13").encode())
}

pub fn ean8(digits: &str) -> GrayImage {
    bars(&EAN8::new(digits).expect("an EAN-8").encode())
}

/// In character set B.
pub fn code128(text: &str) -> GrayImage {
    let text = format!("Ɓ{text}");
    bars(&Code128::new(&text).expect("a Code 128").encode())
}

pub fn qr(text: &str) -> GrayImage {
    let code = QrCode::new(text).expect("a QR code");
    let (width, colours) = (code.width() as u32, code.to_colors());
    GrayImage::from_fn(
        width * MODULE + 2 * QUIET,
        width * MODULE + 2 * QUIET,
        |x, y| {
            let module = |at: u32| at.checked_sub(QUIET).map(|at| at / MODULE);
            let dark = match (module(x), module(y)) {
                (Some(x), Some(y)) if x < width && y < width => {
                    colours[(y * width + x) as usize] == Color::Dark
                }
                _ => false,
            };
            Luma([if dark { 0 } else { 255 }])
        },
    )
}

/// Turned by so many degrees, on white.
pub fn turned(picture: &GrayImage, degrees: f64) -> GrayImage {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let side = width.hypot(height).ceil();
    GrayImage::from_fn(side as u32, side as u32, |x, y| {
        let (x, y) = (f64::from(x) - side / 2.0, f64::from(y) - side / 2.0);
        let from_x = cosine * x + sine * y + width / 2.0;
        let from_y = cosine * y - sine * x + height / 2.0;
        if from_x < 0.0 || from_y < 0.0 || from_x >= width || from_y >= height {
            return Luma([255]);
        }
        *picture.get_pixel(from_x as u32, from_y as u32)
    })
}

/// In bad light: white is only `white`, black is `black`, and every point is off by up to `grain`.
pub fn dim(picture: &GrayImage, black: u8, white: u8, grain: u32, seed: u64) -> GrayImage {
    let mut chance = Pcg32::seed_from_u64(seed);
    let mut dimmed = picture.clone();
    for point in dimmed.pixels_mut() {
        let range = u32::from(white - black);
        let value = u32::from(black) + u32::from(point.0[0]) * range / 255;
        let off = chance.next_u32() % (2 * grain + 1);
        point.0[0] = (value + off).saturating_sub(grain).min(255) as u8;
    }
    dimmed
}

pub fn encoded(picture: &GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).expect("a picture");
    out.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_a_picture_with_every_line_where_the_paper_has_it() {
    let counter = Counter::open().await;
    counter.sell_noodles("s1").await;
    let page = counter.get("/struk/s1.png").await;
    assert_eq!((page.status, &*page.kind), (200, "image/png"));
    let picture = image::load_from_memory(&page.bytes)
        .expect("a PNG")
        .into_luma8();
    // 32 letters of 12 dots, a margin of 24 around, two points a dot.
    assert_eq!(picture.width(), (32 * 12 + 2 * 24) * 2);
    let dark = |line: u32| {
        let rows = (24 + line * 24) * 2..(24 + (line + 1) * 24) * 2;
        rows.flat_map(|y| (0..picture.width()).map(move |x| (x, y)))
            .filter(|(x, y)| picture.get_pixel(*x, *y).0[0] < 128)
            .count()
    };
    // The name is twice as high, then comes a rule: 32 dashes of five dots in one row of dots.
    assert!(dark(0) + dark(1) > 2_000);
    assert_eq!(dark(2), 32 * 5 * 2 * 2 * 4);
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("artefacts");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("receipt.png"), &page.bytes).expect("the picture is kept");

    let missing = counter.get("/struk/none.png").await;
    assert_eq!(missing.status, 404);
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_sale_has_a_picture_too() {
    let counter = Counter::open().await;
    let lines = vec![json!({ "sku": "MIE", "quantity": 1 }); 500];
    let sale = json!({ "id": "s1", "lines": lines, "payment": { "method": "cash" } });
    counter.sell(&sale).await;
    let page = counter.get("/struk/s1.png").await;
    assert_eq!(page.status, 200);
    assert!(page.bytes.len() < 2_000_000, "{} bytes", page.bytes.len());
    counter.daemon.stop().await;
}
