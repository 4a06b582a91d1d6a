//! Shops in a known state, to be copied and crashed again and again.

use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;

use super::answers::Answers;
use super::load::Deed;
use super::program::{Running, SKUS, copy, folder, found};

/// A frame of the write-ahead log: its header and a page.
const FRAME: u64 = 24 + 4096;

/// Frames after which a commit brings the log into the database file (SQLite's default).
const CHECKPOINT: u64 = 1000;

/// A shop whose program was killed. It is brought back to that state where it lies: elsewhere it would be taken for a
/// copy of itself, and write that down before its first sale.
pub struct Prepared {
    place: TempDir,
    folder: PathBuf,
    pub token: String,
    pub answers: Answers,
}

impl Prepared {
    /// A shop with a few sales, whose next sale is like most.
    pub fn trading() -> Self {
        Self::after(|_, deeds| deeds == 3)
    }

    /// A shop whose next sale brings the log into the database file.
    pub fn before_a_checkpoint() -> Self {
        Self::after(|folder, _| {
            let log = folder.join("shop.db-wal").metadata().unwrap().len();
            log / FRAME + 12 > CHECKPOINT
        })
    }

    fn after(enough: impl Fn(&Path, usize) -> bool) -> Self {
        let place = folder();
        let shop = place.path().join("shop");
        let token = found(&shop);
        let running = Running::start(&shop);
        let mut till = running.client(&token);
        let mut answers = Answers::default();
        let mut sales = 0;
        while !enough(&shop, sales) {
            let mut deed = sale(&format!("before-{sales}"));
            assert!(deed.perform(&mut till));
            answers.add(deed.answer.as_deref().unwrap());
            sales += 1;
        }
        running.kill();
        copy(&shop, &place.path().join("kept"));
        Self {
            folder: shop,
            place,
            token,
            answers,
        }
    }

    /// Where the shop is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The shop as it was prepared; no program runs on it.
    pub fn anew(&self) -> &Path {
        std::fs::remove_dir_all(&self.folder).unwrap();
        copy(&self.place.path().join("kept"), &self.folder);
        &self.folder
    }
}

/// A sale of every product.
pub fn sale(id: &str) -> Deed {
    let lines: Vec<_> = SKUS
        .iter()
        .map(|sku| json!({ "sku": sku, "quantity": 1 }))
        .collect();
    let body = json!({ "id": id, "lines": lines, "payment": { "method": "cash" } });
    Deed {
        path: "/sales".to_owned(),
        body: body.to_string(),
        answer: None,
    }
}
