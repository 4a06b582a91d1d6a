//! Pictures of goods: whatever a telephone takes, kept small.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::{no_product, short_hex};
use crate::error::{Error, Result};
use crate::shop::Shop;
use crate::shop::store::goods::{self, Photo};
use crate::shop::store::{audit, products as rows};

/// The longest side of a kept picture, pixels.
const SIDE: u32 = 320;

/// The most bytes that a picture may be sent with.
pub const PHOTO_LIMIT: usize = 8 * 1024 * 1024;

/// The longest side of a picture that is read at all, pixels: more than any telephone takes.
const READ_SIDE: u32 = 16_384;

/// The most memory that reading a picture may take, bytes: some 65 million points in colour.
const READ_MEMORY: u64 = 200 * 1024 * 1024;

/// Two large pictures at once would take what a small machine has. Whoever stops waiting for theirs does not stop the
/// reading of it, so that the turn goes along with the work.
static ONE_AT_A_TIME: Semaphore = Semaphore::const_new(1);

/// Quality of the kept picture in percent.
const QUALITY: u8 = 80;

impl Shop {
    /// Gives a product a picture: JPEG or PNG of at most [`PHOTO_LIMIT`] bytes, kept as JPEG of at most 320 pixels a
    /// side, the right way up and without what the telephone wrote beside it, such as the place.
    ///
    /// # Errors
    /// [`Error::Invalid`] of `photo` for what is no such picture, [`Error::NotFound`] for a code that no product has.
    pub async fn set_photo(&self, sku: &str, picture: Vec<u8>, by: &str) -> Result<()> {
        let turn = ONE_AT_A_TIME.acquire().await;
        let turn = turn.map_err(|error| Error::Internal(format!("reading a picture: {error}")))?;
        let small = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            shrunk(&picture)
        });
        let small = small
            .await
            .map_err(|error| Error::Internal(format!("reading a picture: {error}")))?;
        let content = small.map_err(|why| Error::invalid("photo", why))?;
        let photo = Photo {
            version: short_hex(&Sha256::digest(&content)),
            content,
        };
        let (sku, by) = (sku.to_owned(), by.to_owned());
        self.record(move |tx, now| {
            let row = rows::by_sku(tx, &sku)?.ok_or_else(|| no_product(&sku))?;
            if goods::photo_version(tx, &sku)?.as_deref() == Some(photo.version.as_str()) {
                return Ok(());
            }
            goods::set_photo(tx, row.id, &photo, now)?;
            audit::record(tx, now, &by, "product.photo_set", &sku, &photo.version)
        })
        .await
    }

    /// Takes a product's picture away, if it has one.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a code that no product has.
    pub async fn remove_photo(&self, sku: &str, by: &str) -> Result<()> {
        let (sku, by) = (sku.to_owned(), by.to_owned());
        self.record(move |tx, now| {
            let row = rows::by_sku(tx, &sku)?.ok_or_else(|| no_product(&sku))?;
            if !goods::remove_photo(tx, row.id)? {
                return Ok(());
            }
            audit::record(tx, now, &by, "product.photo_removed", &sku, "")
        })
        .await
    }

    /// A product's picture.
    ///
    /// # Errors
    /// [`Error::NotFound`] where it has none.
    pub async fn photo(&self, sku: &str) -> Result<Photo> {
        let sku = sku.to_owned();
        self.db
            .read(move |connection| {
                goods::photo(connection, &sku)?
                    .ok_or_else(|| Error::NotFound(format!("{sku} has no picture")))
            })
            .await
    }

    /// Which picture a product has, if any.
    ///
    /// # Errors
    /// What the database says.
    pub async fn photo_version(&self, sku: &str) -> Result<Option<String>> {
        let sku = sku.to_owned();
        self.db
            .read(move |connection| goods::photo_version(connection, &sku))
            .await
    }
}

/// The picture as it is kept, or why it is none.
fn shrunk(picture: &[u8]) -> Result<Vec<u8>, String> {
    if picture.len() > PHOTO_LIMIT {
        return Err("is larger than 8 MB".to_owned());
    }
    let format = image::guess_format(picture).ok();
    if !matches!(format, Some(ImageFormat::Jpeg | ImageFormat::Png)) {
        return Err("is neither a JPEG nor a PNG picture".to_owned());
    }
    let unreadable = |_| "is no readable picture".to_owned();
    let mut reader = ImageReader::new(Cursor::new(picture));
    if let Some(format) = format {
        reader.set_format(format);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(READ_SIDE);
    limits.max_image_height = Some(READ_SIDE);
    limits.max_alloc = Some(READ_MEMORY);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    // A decoder checks what it needs for itself against the limits, and not the picture that it fills.
    limits
        .reserve(decoder.total_bytes())
        .map_err(|_| "has too many points".to_owned())?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    if image.width() > SIDE || image.height() > SIDE {
        image = image.thumbnail(SIDE, SIDE);
    }
    image.apply_orientation(orientation);
    let mut content = Vec::new();
    JpegEncoder::new_with_quality(&mut content, QUALITY)
        .encode_image(&on_white(&image))
        .map_err(unreadable)?;
    Ok(content)
}

/// The picture on white where it is transparent, because JPEG knows no transparency.
fn on_white(image: &DynamicImage) -> RgbImage {
    let image = image.to_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue, alpha] = image.get_pixel(x, y).0;
        let over = |part: u8| {
            let alpha = u32::from(alpha);
            ((u32::from(part) * alpha + 255 * (255 - alpha)) / 255) as u8
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}
