//! Files that people send by a page: looked at first, imported once they have seen what it does, with the work done in
//! the background.
//!
//! Jobs live as long as the daemon. One that is lost has imported its file or has not, and a file that is sent again
//! changes nothing that it has changed already.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use super::products::{self, Imported, SHAPE};
use super::{ImportOptions, ImportReport, SampleRow, Stage, file};
use crate::columns::Columns;
use crate::error::{Error, FieldError, Result};
use crate::shop::Shop;

/// The most bytes that a file may have.
pub const FILE_LIMIT: usize = 10 * 1024 * 1024;

/// Jobs that are kept; older ones make room.
const MOST: usize = 8;

/// The folder of the files, in the data folder.
const FOLDER: &str = "imports";

/// What people call our columns in lists of their own.
const ALIASES: &[(&str, &[&str])] = &[
    (
        "sku",
        &[
            "kode",
            "kode barang",
            "kode produk",
            "id barang",
            "plu",
            "product code",
            "item code",
        ],
    ),
    (
        "name",
        &[
            "nama",
            "nama barang",
            "nama produk",
            "barang",
            "produk",
            "product name",
            "item",
        ],
    ),
    ("unit", &["satuan", "satuan jual", "uom"]),
    (
        "price",
        &[
            "harga",
            "harga jual",
            "harga eceran",
            "selling price",
            "sell price",
        ],
    ),
    (
        "cost",
        &[
            "modal",
            "harga modal",
            "harga beli",
            "harga pokok",
            "hpp",
            "buy price",
            "purchase price",
        ],
    ),
    ("barcode", &["kode batang", "ean", "upc", "barcode barang"]),
    ("category", &["kategori", "jenis", "kelompok"]),
    (
        "pack_name",
        &["kemasan", "nama kemasan", "satuan besar", "satuan beli"],
    ),
    (
        "pack_size",
        &["isi", "isi kemasan", "isi per dus", "konversi"],
    ),
    (
        "pack_price",
        &["harga kemasan", "harga dus", "harga grosir"],
    ),
    ("pack_barcode", &["barcode kemasan", "barcode dus"]),
    ("shelf_life_days", &["tahan", "tahan hari", "masa simpan"]),
    (
        "minimum_order",
        &["pembelian minimum", "minimum beli", "min order"],
    ),
    (
        "supplier",
        &["pemasok", "supplier utama", "beli dari", "distributor"],
    ),
    ("consignment", &["titip jual", "konsinyasi"]),
    ("active", &["aktif", "dijual"]),
];

/// The jobs of one daemon.
#[derive(Default)]
pub struct Jobs(Mutex<BTreeMap<String, Job>>);

/// A file on its way in.
#[derive(Debug, Clone)]
pub struct Job {
    /// The file's name, as it was sent.
    pub name: String,
    /// The names of its columns.
    pub header: Vec<String>,
    /// Which of them is which of ours.
    pub columns: Columns,
    /// Where it is now.
    pub state: State,
    path: PathBuf,
}

/// Where a job is.
#[derive(Debug, Clone)]
pub enum State {
    /// Being looked at (`keeping` is false) or imported.
    Working {
        /// It is being imported.
        keeping: bool,
        /// How far, if anything was told yet.
        stage: Option<Stage>,
    },
    /// Which column is which must be said first; these are missing.
    Unclear(Vec<String>),
    /// Looked at: this is what it would do.
    Checked(ImportReport, Vec<SampleRow>),
    /// Nothing of it was imported, for these faults.
    Faulty(Vec<FieldError>),
    /// It is imported.
    Done(ImportReport),
}

impl State {
    fn is_working(&self) -> bool {
        matches!(self, Self::Working { .. })
    }
}

impl Job {
    /// Columns of the file that nothing is read from.
    #[must_use]
    pub fn unused(&self) -> Vec<&str> {
        let used = |name: &String| {
            SHAPE
                .columns
                .iter()
                .any(|ours| self.columns.theirs(ours) == Some(name))
        };
        let names = self.header.iter();
        names
            .filter(|name| !name.is_empty() && !used(name))
            .map(String::as_str)
            .collect()
    }
}

/// Our columns of a products file, those that are needed first, and how many are.
#[must_use]
pub fn our_columns() -> (&'static [&'static str], usize) {
    (SHAPE.columns, SHAPE.needed)
}

impl Jobs {
    fn with<T>(&self, work: impl FnOnce(&mut BTreeMap<String, Job>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, id: &str, state: State) {
        self.with(|jobs| {
            if let Some(job) = jobs.get_mut(id) {
                job.state = state;
            }
        });
    }
}

impl Shop {
    /// Takes a file of products in and begins to look at it; its job's identity.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is neither CSV nor Excel, is empty or too large; [`Error::Io`] when it cannot be
    /// laid down.
    pub async fn begin_import(&self, name: &str, content: Vec<u8>, by: &str) -> Result<String> {
        let extension = kind(&content).map_err(|why| Error::invalid("file", why))?;
        let id = Uuid::now_v7().to_string();
        let folder = self.import_folder().join(&id);
        let path = folder.join(format!("{}.{extension}", plain(name)));
        let to = path.clone();
        let header = blocking(move || {
            std::fs::create_dir_all(&folder)
                .map_err(Error::io(format!("creating {}", folder.display())))?;
            std::fs::write(&to, content).map_err(Error::io(format!("writing {}", to.display())))?;
            file::header(&to)
        })
        .await;
        let (header, state) = match header {
            Ok(header) => (header, None),
            Err(Error::Invalid(faults)) => (Vec::new(), Some(State::Faulty(faults))),
            Err(error) => return Err(error),
        };
        let columns = guess(&header);
        let job = Job {
            name: name.to_owned(),
            header,
            columns: columns.clone(),
            state: state.clone().unwrap_or(State::Working {
                keeping: false,
                stage: None,
            }),
            path,
        };
        let dropped = self.imports.with(|jobs| {
            jobs.insert(id.clone(), job);
            let oldest = jobs.iter().find(|(_, job)| !job.state.is_working());
            let oldest = oldest.map(|(id, _)| id.clone());
            oldest
                .filter(|_| jobs.len() > MOST)
                .and_then(|oldest| jobs.remove(&oldest))
        });
        if let Some(dropped) = dropped {
            forget(dropped.path).await;
        }
        if state.is_none() {
            self.check_import(&id, columns, by);
        }
        Ok(id)
    }

    /// The job of this identity, as it is now.
    ///
    /// # Errors
    /// [`Error::NotFound`] for one that there is no more.
    pub fn import_job(&self, id: &str) -> Result<Job> {
        self.imports
            .with(|jobs| jobs.get(id).cloned())
            .ok_or_else(|| Error::NotFound("the file is no longer here: send it again".to_owned()))
    }

    /// Says which column of a file is which, and has it looked at again.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a job that there is no more.
    pub fn map_import(&self, id: &str, columns: Columns, by: &str) -> Result<()> {
        let begun = self.imports.with(|jobs| {
            let job = jobs.get_mut(id)?;
            if job.state.is_working() || matches!(job.state, State::Done(_)) {
                return Some(false);
            }
            job.columns = columns.clone();
            Some(true)
        });
        if begun.ok_or_else(|| Error::NotFound("the file is no longer here".to_owned()))? {
            self.check_import(id, columns, by);
        }
        Ok(())
    }

    /// Imports a file that was looked at. Said twice, it is imported once.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a job that there is no more.
    pub fn confirm_import(&self, id: &str, by: &str) -> Result<()> {
        let ready = self.imports.with(|jobs| {
            let job = jobs.get_mut(id)?;
            let ready = matches!(job.state, State::Checked(..));
            if ready {
                job.state = State::Working {
                    keeping: true,
                    stage: None,
                };
            }
            Some((ready, job.columns.clone()))
        });
        let (ready, columns) =
            ready.ok_or_else(|| Error::NotFound("the file is no longer here".to_owned()))?;
        if ready {
            tokio::spawn(
                self.clone()
                    .run_import(id.to_owned(), columns, by.to_owned(), false),
            );
        }
        Ok(())
    }

    /// Looks at a file, unless it is unclear which of its columns is which.
    fn check_import(&self, id: &str, columns: Columns, by: &str) {
        let (ours, needed) = our_columns();
        let missing: Vec<String> = ours
            .iter()
            .take(needed)
            .filter(|ours| columns.theirs(ours).is_none())
            .map(|ours| (*ours).to_owned())
            .collect();
        if !missing.is_empty() {
            self.imports.set(id, State::Unclear(missing));
            return;
        }
        self.imports.set(
            id,
            State::Working {
                keeping: false,
                stage: None,
            },
        );
        tokio::spawn(
            self.clone()
                .run_import(id.to_owned(), columns, by.to_owned(), true),
        );
    }

    async fn run_import(self, id: String, columns: Columns, by: String, dry_run: bool) {
        let Ok(job) = self.import_job(&id) else {
            return;
        };
        let options = ImportOptions {
            columns,
            dry_run,
            ..ImportOptions::default()
        };
        let mut tell = |stage| {
            let state = State::Working {
                keeping: !dry_run,
                stage: Some(stage),
            };
            self.imports.set(&id, state);
        };
        let outcome = products::import(&self, &job.path, options, &by, &mut tell).await;
        let state = match outcome {
            Ok(Imported { report, sample }) if dry_run => State::Checked(report, sample),
            Ok(Imported { report, .. }) => State::Done(report),
            Err(Error::Invalid(faults)) => State::Faulty(faults),
            Err(error) => State::Faulty(vec![FieldError {
                field: String::new(),
                message: error.to_string(),
            }]),
        };
        let is_over = matches!(state, State::Done(_));
        self.imports.set(&id, state);
        if is_over {
            forget(job.path).await;
        }
    }

    fn import_folder(&self) -> PathBuf {
        self.config.data().join(FOLDER)
    }

    /// Removes the files of jobs that an earlier daemon had.
    pub(in crate::shop) fn forget_imports(&self) {
        let folder = self.import_folder();
        if folder.exists()
            && let Err(error) = std::fs::remove_dir_all(&folder)
        {
            tracing::warn!(%error, folder = %folder.display(), "files of earlier imports stay behind");
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Internal(format!("taking a file in: {error}")))?
}

/// Removes a job's file with its folder.
async fn forget(path: PathBuf) {
    let removed = tokio::task::spawn_blocking(move || match path.parent() {
        Some(folder) => std::fs::remove_dir_all(folder),
        None => Ok(()),
    });
    if let Ok(Err(error)) = removed.await {
        tracing::warn!(%error, "an imported file stays behind");
    }
}

/// The extension that says what a file is, by how it begins.
fn kind(content: &[u8]) -> Result<&'static str, &'static str> {
    if content.is_empty() {
        Err("the file is empty")
    } else if content.len() > FILE_LIMIT {
        Err("is larger than 10 MB")
    } else if content.starts_with(b"PK") {
        Ok("xlsx")
    } else if content.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        Err("is an old Excel file: save it as .xlsx")
    } else if content.contains(&0) {
        Err("is neither a .csv nor an .xlsx file")
    } else {
        Ok("csv")
    }
}

/// A file's name without what a file system may take otherwise, and without its extension.
fn plain(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let kept = stem
        .chars()
        .filter(|sign| sign.is_alphanumeric() || matches!(sign, ' ' | '-' | '_'))
        .take(40);
    let kept: String = kept.collect();
    if kept.trim().is_empty() {
        "file".to_owned()
    } else {
        kept.trim().to_owned()
    }
}

/// Which column of a file is likely which of ours.
fn guess(header: &[String]) -> Columns {
    let find = |wanted: &str| {
        header.iter().find(|name| {
            let name = name.to_lowercase();
            name == wanted || name.replace([' ', '-'], "_") == wanted
        })
    };
    let pairs = SHAPE.columns.iter().filter_map(|ours| {
        let aliases = ALIASES.iter().find(|(name, _)| name == ours);
        let aliases = aliases.map_or(&[][..], |(_, aliases)| aliases);
        let theirs = find(ours).or_else(|| aliases.iter().find_map(|alias| find(alias)))?;
        Some(((*ours).to_owned(), theirs.clone()))
    });
    Columns::of(pairs.collect())
}
