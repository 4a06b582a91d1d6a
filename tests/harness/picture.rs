//! Pictures of codes as a telephone or a camera would take them.

use std::io::Cursor;

use barcoders::sym::code128::Code128;
use barcoders::sym::ean8::EAN8;
use barcoders::sym::ean13::EAN13;
use image::{GrayImage, ImageFormat, Luma};
use qrcode::{Color, QrCode};
use rand_pcg::Pcg32;
use rand_pcg::rand_core::{Rng, SeedableRng};

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

/// A film of one second in which nothing moves, as Chromium takes it in place of a camera: the picture in the middle of
/// 640 by 480 points of white.
pub fn film(picture: &GrayImage) -> Vec<u8> {
    const SIZE: (u32, u32) = (640, 480);
    let (left, top) = (
        SIZE.0.saturating_sub(picture.width()) / 2,
        SIZE.1.saturating_sub(picture.height()) / 2,
    );
    let mut frame = b"FRAME\n".to_vec();
    for (y, x) in (0..SIZE.1).flat_map(|y| (0..SIZE.0).map(move |x| (y, x))) {
        let point = x.checked_sub(left).zip(y.checked_sub(top));
        let point = point.and_then(|(x, y)| picture.get_pixel_checked(x, y));
        frame.push(point.map_or(255, |point| point.0[0]));
    }
    // No colour, in both planes of a quarter of the points.
    frame.resize(frame.len() + (SIZE.0 * SIZE.1 / 2) as usize, 128);
    let mut film =
        format!("YUV4MPEG2 W{} H{} F10:1 Ip A1:1 C420jpeg\n", SIZE.0, SIZE.1).into_bytes();
    for _ in 0..10 {
        film.extend_from_slice(&frame);
    }
    film
}
