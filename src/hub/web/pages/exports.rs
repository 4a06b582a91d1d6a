//! Everything as a file to download.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use super::Pages;
use crate::error::{Error, Result};
use crate::hub::export;
use crate::table::FileKind;
use crate::web::layout::{Frame, page};
use crate::web::{Language, attachment, texts};

texts! {
    /// What the page of files says.
    ExportTexts {
        exports: "Unduh data" = "Download data";
        about: "Tabel untuk Excel atau program lain. Jumlah dalam satuan terkecil: biji, gram, mililiter." = "Tables for Excel or other programs. Quantities are in the smallest unit: pieces, grams, millilitres.";
        from: "Dari" = "From";
        to: "Sampai" = "To";
        narrow: "Pakai tanggal" = "Use these dates";
        ubl: "Dokumen UBL 2.1 (XML)" = "UBL 2.1 documents (XML)";
        ubl_stock: "Laporan stok gudang (Inventory Report)" = "Inventory Report of the own stock";
        not_dated: "tanpa tanggal: selalu semua" = "no dates: always all of it";
    }
}

/// What each table is called, by its name: Indonesian, English.
const LABELS: &[(&str, &str, &str)] = &[
    ("shops", "Warung", "Shops"),
    ("products", "Barang", "Products"),
    ("positions", "Stok di warung", "Stock in shops"),
    ("demand", "Penjualan per hari", "Sales by day"),
    ("plan", "Saran terakhir", "Latest suggestions"),
    ("shipments", "Kiriman", "Shipments"),
    ("suppliers", "Pemasok", "Suppliers"),
    ("supplier-products", "Barang pemasok", "Suppliers' products"),
    ("supplier-orders", "Belanja", "Supplier orders"),
    ("stock", "Stok gudang", "Own stock"),
    ("moves", "Gerakan stok", "Stock moves"),
    ("reservations", "Stok yang dipesan", "Reserved stock"),
    ("production-plans", "Produksi", "Production"),
    ("recipes", "Resep", "Recipes"),
    ("costs", "Biaya kirim", "Delivery costs"),
    (
        "cost-settings",
        "Biaya menurut kelompok dan toko",
        "Costs by group and shop",
    ),
    ("groups", "Kelompok toko", "Groups of shops"),
    ("audit", "Catatan perubahan", "Record of changes"),
    ("orders", "Pesanan", "Orders"),
    ("customers", "Pelanggan", "Customers"),
    ("messages", "Pesan terkirim", "Messages"),
    ("returns", "Retur dari warung", "Returns from shops"),
    ("routes", "Rute", "Routes"),
];

/// Files of everything, for owners and dispatchers.
pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/ekspor", get(show))
        .route("/ekspor/{file}", get(download))
        .route("/ekspor/ubl/stok.xml", get(own_stock))
        .route("/ekspor/ubl/stok/{shop}", get(shop_stock))
        .route("/ekspor/ubl/kiriman/{shipment}", get(despatch))
        .route("/ekspor/ubl/terima/{shipment}", get(receipt))
}

#[derive(Template)]
#[template(path = "hub/web/templates/exports.html")]
struct Exports {
    frame: Frame,
    texts: &'static ExportTexts,
    from: String,
    to: String,
    /// Label, name, query; whether dates narrow it.
    tables: Vec<(&'static str, &'static str, String, bool)>,
}

/// The days that are asked for, as a form sends them: empty for none.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    dari: String,
    sampai: String,
}

fn label(name: &'static str, language: Language) -> &'static str {
    LABELS
        .iter()
        .find(|(known, _, _)| *known == name)
        .map_or(name, |(_, indonesian, english)| match language {
            Language::Indonesian => indonesian,
            Language::English => english,
        })
}

async fn show(
    State(pages): State<Pages>,
    language: Language,
    Query(asked): Query<Asked>,
) -> Response {
    let texts = ExportTexts::of(language);
    let date = |text: &str| -> String {
        let date = text.parse::<chrono::NaiveDate>();
        date.map(|date| date.to_string()).unwrap_or_default()
    };
    let (from, to) = (date(&asked.dari), date(&asked.sampai));
    let tables = export::names()
        .into_iter()
        .map(|name| {
            let dated = export::has_dates(name);
            let query = if dated && (!from.is_empty() || !to.is_empty()) {
                format!("?dari={from}&sampai={to}")
            } else {
                String::new()
            };
            (label(name, language), name, query, dated)
        })
        .collect();
    let mut frame = pages.frame(language, texts.exports, "/ekspor");
    frame.styles.push("/assets/production.css");
    page(&Exports {
        frame,
        texts,
        from,
        to,
        tables,
    })
}

async fn download(
    State(pages): State<Pages>,
    language: Language,
    Path(file): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    match written(&pages, &file, &asked).await {
        Ok(response) => response,
        Err(error) => pages.message(language, error, "/ekspor"),
    }
}

async fn written(pages: &Pages, file: &str, asked: &Asked) -> Result<Response> {
    let (name, kind) = file
        .rsplit_once('.')
        .and_then(|(name, ending)| Some((name, FileKind::of_ending(ending)?)))
        .ok_or_else(|| {
            Error::NotFound(format!("there is no file {file:?}: ask for .csv or .xlsx"))
        })?;
    let date = |field: &str, text: &str| {
        Some(text)
            .filter(|text| !text.is_empty())
            .map(|text| {
                text.parse()
                    .map_err(|_| Error::invalid(field, format!("{text:?} is no date")))
            })
            .transpose()
    };
    let (from, to) = (date("dari", &asked.dari)?, date("sampai", &asked.sampai)?);
    let table = pages.hub.export(name, from, to).await?;
    let written = table.file_in_background(kind).await?;
    attachment(name, kind.ending(), kind.media_type(), written)
}

async fn own_stock(State(pages): State<Pages>, language: Language) -> Response {
    let document = pages.hub.inventory_report(None).await;
    as_file(&pages, language, "inventory-report", document)
}

async fn shop_stock(
    State(pages): State<Pages>,
    language: Language,
    Path(shop): Path<String>,
) -> Response {
    let document = pages.hub.inventory_report(Some(&shop)).await;
    as_file(&pages, language, "inventory-report", document)
}

async fn despatch(
    State(pages): State<Pages>,
    language: Language,
    Path(shipment): Path<String>,
) -> Response {
    let document = pages.hub.despatch_advice(&shipment).await;
    as_file(&pages, language, "despatch-advice", document)
}

async fn receipt(
    State(pages): State<Pages>,
    language: Language,
    Path(shipment): Path<String>,
) -> Response {
    let document = pages.hub.receipt_advice(&shipment).await;
    as_file(&pages, language, "receipt-advice", document)
}

/// A document that the browser saves, or why there is none.
fn as_file(pages: &Pages, language: Language, name: &str, document: Result<String>) -> Response {
    let media_type = "application/xml; charset=utf-8";
    match document.and_then(|xml| attachment(name, "xml", media_type, xml.into_bytes())) {
        Ok(response) => response,
        Err(error) => pages.message(language, error, "/ekspor"),
    }
}
