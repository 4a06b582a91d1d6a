//! Codes on photographs: what a till reads where the browser may not use the camera itself.

use std::collections::HashSet;
use std::io::Cursor;

use image::imageops;
use image::{GrayImage, ImageFormat, ImageReader, Limits};
use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::{
    BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8LuminanceSource, MultiFormatReader,
    RXingResult, Reader as _,
};
use tokio::sync::Semaphore;

use super::Shop;
use crate::error::{Error, Result};

/// The largest photograph, in bytes.
pub const PHOTO_LIMIT: usize = 12 * 1024 * 1024;

/// The most points of a photograph: more than telephones make, and 200 MB when it is unpacked.
const POINTS_LIMIT: u64 = 64_000_000;

/// The longest side.
const SIDE_LIMIT: u32 = 16_384;

/// What unpacking may take, in bytes.
const MEMORY_LIMIT: u64 = 256 * 1024 * 1024;

/// Longest sides at which a photograph is looked at: most codes are found at the first, small ones far away at the
/// second, blurred and noisy ones at the last.
const SIDES: [u32; 3] = [1000, 2000, 500];

/// By how many degrees it is turned at each: a reader of bars looks along rows and columns, so that what is neither is
/// found at one of these. Sides times turns is all the work that a photograph can ask for.
const TURNS: [f32; 3] = [0.0, 30.0, -30.0];

/// Points over which the grain of a dark photograph is smoothed.
const BLUR: f32 = 1.5;

/// One photograph at a time, so that reading them never takes the machine from a sale.
static ONE_AT_A_TIME: Semaphore = Semaphore::const_new(1);

/// How long to look at a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// Once, as it is: the next frame of the camera comes right after it.
    Glance,
    /// In every size and turn.
    Thorough,
}

impl Shop {
    /// The codes on a photograph in JPEG or PNG: EAN-13, EAN-8, UPC, Code 128 and QR. Usually one; none if none can be
    /// read. A UPC-A is given as its twelve digits and as the EAN-13 that it is, because shops have noted down either.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming `photo` for what is no such photograph or is too large.
    pub async fn read_code(&self, photo: Vec<u8>, care: Care) -> Result<Vec<String>> {
        let ended = |error: String| Error::Internal(format!("reading a photograph: {error}"));
        let turn = ONE_AT_A_TIME.acquire().await;
        let turn = turn.map_err(|error| ended(error.to_string()))?;
        let read = tokio::task::spawn_blocking(move || {
            // Whoever stops waiting does not stop the reading: the turn ends with that.
            let _turn = turn;
            let picture = open(&photo)?;
            drop(photo);
            Ok(codes(&picture, care))
        });
        read.await.map_err(|error| ended(error.to_string()))?
    }
}

/// The photograph in shades of grey.
fn open(photo: &[u8]) -> Result<GrayImage> {
    let refused = |message: &str| Error::invalid("photo", message);
    if photo.len() > PHOTO_LIMIT {
        return Err(refused("is larger than 12 MB"));
    }
    let format = image::guess_format(photo).map_err(|_| refused("is neither JPEG nor PNG"))?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png) {
        return Err(refused("is neither JPEG nor PNG"));
    }
    // The header tells the size; nothing is unpacked before it is known to be bearable.
    let (width, height) = ImageReader::with_format(Cursor::new(photo), format)
        .into_dimensions()
        .map_err(|_| refused("cannot be read"))?;
    let points = u64::from(width) * u64::from(height);
    if width.max(height) > SIDE_LIMIT || points > POINTS_LIMIT || points == 0 {
        return Err(refused("has too many points"));
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_LIMIT);
    limits.max_image_height = Some(SIDE_LIMIT);
    limits.max_alloc = Some(MEMORY_LIMIT);
    let mut reader = ImageReader::with_format(Cursor::new(photo), format);
    reader.limits(limits);
    let picture = reader.decode().map_err(|_| refused("cannot be read"))?;
    let picture = picture.into_luma8();
    let largest = SIDES.into_iter().max().unwrap_or(0);
    Ok(scaled(&picture, largest).unwrap_or(picture))
}

/// The picture with `side` as its longest side, or nothing if it is no larger.
fn scaled(picture: &GrayImage, side: u32) -> Option<GrayImage> {
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    if longest <= side {
        return None;
    }
    let shrunk = |length: u32| (u64::from(length) * u64::from(side) / u64::from(longest)).max(1);
    let (width, height) = (shrunk(width) as u32, shrunk(height) as u32);
    Some(imageops::thumbnail(picture, width, height))
}

fn codes(picture: &GrayImage, care: Care) -> Vec<String> {
    if care == Care::Glance {
        let smaller = scaled(picture, SIDES[0]);
        let found = decode(smaller.as_ref().unwrap_or(picture));
        return found.as_ref().map(texts).unwrap_or_default();
    }
    let mut sizes: Vec<GrayImage> = Vec::new();
    for side in SIDES {
        match scaled(picture, side) {
            Some(smaller) => sizes.push(smaller),
            None if sizes
                .iter()
                .all(|size| size.dimensions() != picture.dimensions()) =>
            {
                sizes.push(picture.clone());
            }
            None => {}
        }
    }
    for size in &sizes {
        for degrees in TURNS {
            let turned = (degrees != 0.0).then(|| rotated(size, degrees));
            if let Some(found) = decode(turned.as_ref().unwrap_or(size)) {
                return texts(&found);
            }
        }
    }
    Vec::new()
}

/// The picture turned by so many degrees about its middle; what comes in from outside is white.
fn rotated(picture: &GrayImage, degrees: f32) -> GrayImage {
    let (width, height) = picture.dimensions();
    let (sine, cosine) = libm::sincosf(degrees.to_radians());
    let (middle_x, middle_y) = (width as f32 / 2.0, height as f32 / 2.0);
    GrayImage::from_fn(width, height, |x, y| {
        let (x, y) = (x as f32 - middle_x, y as f32 - middle_y);
        let from_x = cosine * x + sine * y + middle_x;
        let from_y = cosine * y - sine * x + middle_y;
        let inside = from_x >= 0.0 && from_y >= 0.0;
        let point = inside.then(|| picture.get_pixel_checked(from_x as u32, from_y as u32));
        point.flatten().copied().unwrap_or(image::Luma([255]))
    })
}

/// The code on a picture, as it is and with its noise smoothed away.
fn decode(picture: &GrayImage) -> Option<RXingResult> {
    let source = |picture: &GrayImage| {
        let (width, height) = picture.dimensions();
        Luma8LuminanceSource::new(picture.as_raw().clone(), width, height).ok()
    };
    if let Some(found) = read(HybridBinarizer::new(source(picture)?)) {
        return Some(found);
    }
    if let Some(found) = read(GlobalHistogramBinarizer::new(source(picture)?)) {
        return Some(found);
    }
    let smooth = imageops::fast_blur(picture, BLUR);
    read(GlobalHistogramBinarizer::new(source(&smooth)?))
}

fn read<B: Binarizer>(binarizer: B) -> Option<RXingResult> {
    let hints = DecodeHints {
        TryHarder: Some(true),
        AlsoInverted: Some(true),
        PossibleFormats: Some(HashSet::from([
            BarcodeFormat::EAN_13,
            BarcodeFormat::EAN_8,
            BarcodeFormat::UPC_A,
            BarcodeFormat::UPC_E,
            BarcodeFormat::CODE_128,
            BarcodeFormat::QR_CODE,
        ])),
        ..DecodeHints::default()
    };
    MultiFormatReader::default()
        .decode_with_hints(&mut BinaryBitmap::new(binarizer), &hints)
        .ok()
}

fn texts(found: &RXingResult) -> Vec<String> {
    let text = found.getText().to_owned();
    if *found.getBarcodeFormat() == BarcodeFormat::UPC_A {
        let as_ean = format!("0{text}");
        return vec![text, as_ean];
    }
    vec![text]
}
