//! Keeping goods: forms by which they were added, codes and places that the shop gives them itself, and their pictures.

use rusqlite::{Connection, OptionalExtension, params};

use super::days::Moment;
use crate::error::Result;
use crate::store::WriteTx;

/// A picture of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// JPEG.
    pub content: Vec<u8>,
    /// Another one with every change.
    pub version: String,
}

/// The digest of the form of this identity, and the code of the product that it added.
pub fn request(connection: &Connection, id: &str) -> Result<Option<([u8; 32], String)>> {
    Ok(connection
        .prepare_cached(
            "SELECT r.content_hash, p.sku FROM product_requests r JOIN products p ON p.id = r.product_id
             WHERE r.id = ?1",
        )?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// Keeps that a form added a product.
pub fn keep_request(
    tx: &WriteTx<'_>,
    id: &str,
    content_hash: &[u8; 32],
    product_id: i64,
    now: &Moment,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO product_requests (id, content_hash, product_id, at_utc) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![id, content_hash, product_id, now.text()])?;
    Ok(())
}

/// A code that no product has: `B0001`, `B0002` and so on.
pub fn free_code(connection: &Connection) -> Result<String> {
    let mut number: i64 = connection
        .prepare_cached("SELECT coalesce(max(id), 0) + 1 FROM products")?
        .query_row([], |row| row.get(0))?;
    let mut taken = connection.prepare_cached("SELECT 1 FROM products WHERE sku = ?1")?;
    loop {
        let code = format!("B{number:04}");
        if !taken.exists([&code])? {
            return Ok(code);
        }
        number += 1;
    }
}

/// The place after the last of the till's favourites.
pub fn next_favourite(connection: &Connection) -> Result<i64> {
    Ok(connection
        .prepare_cached("SELECT coalesce(max(favourite), 0) + 1 FROM products")?
        .query_row([], |row| row.get(0))?)
}

/// Whether a product has this barcode.
pub fn has_barcode(connection: &Connection, barcode: &str) -> Result<bool> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM barcodes WHERE barcode = ?1")?
        .exists([barcode])?)
}

/// Every name that products have as their category, sorted.
pub fn categories(connection: &Connection) -> Result<Vec<String>> {
    names(
        connection,
        "SELECT DISTINCT category FROM products WHERE category <> '' ORDER BY category LIMIT 500",
    )
}

/// Everybody that products are bought from, sorted.
pub fn suppliers(connection: &Connection) -> Result<Vec<String>> {
    names(
        connection,
        "SELECT DISTINCT supplier FROM products WHERE supplier <> '' ORDER BY supplier LIMIT 500",
    )
}

fn names(connection: &Connection, query: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(query)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    rows.map(|row| Ok(row?)).collect()
}

/// The picture of the product of a code.
pub fn photo(connection: &Connection, sku: &str) -> Result<Option<Photo>> {
    Ok(connection
        .prepare_cached(
            "SELECT f.content, f.version FROM product_photos f JOIN products p ON p.id = f.product_id
             WHERE p.sku = ?1",
        )?
        .query_row([sku], |row| {
            Ok(Photo {
                content: row.get(0)?,
                version: row.get(1)?,
            })
        })
        .optional()?)
}

/// Which picture the product of a code has.
pub fn photo_version(connection: &Connection, sku: &str) -> Result<Option<String>> {
    Ok(connection
        .prepare_cached(
            "SELECT f.version FROM product_photos f JOIN products p ON p.id = f.product_id WHERE p.sku = ?1",
        )?
        .query_row([sku], |row| row.get(0))
        .optional()?)
}

/// Gives a product a picture in place of the one it had.
pub fn set_photo(tx: &WriteTx<'_>, product_id: i64, photo: &Photo, now: &Moment) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO product_photos (product_id, content, version, changed_at_utc) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (product_id) DO UPDATE SET content = excluded.content, version = excluded.version,
             changed_at_utc = excluded.changed_at_utc",
    )?
    .execute(params![
        product_id,
        photo.content,
        photo.version,
        now.text()
    ])?;
    Ok(())
}

/// Takes a product's picture away; whether it had one.
pub fn remove_photo(tx: &WriteTx<'_>, product_id: i64) -> Result<bool> {
    let removed = tx
        .prepare_cached("DELETE FROM product_photos WHERE product_id = ?1")?
        .execute([product_id])?;
    Ok(removed > 0)
}
