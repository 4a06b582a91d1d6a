//! What each action of the audit log is called.

use crate::web::Language;

/// Every action: its name in the log, Indonesian, English.
pub const ACTIONS: &[(&str, &str, &str)] = &[
    ("sale.recorded", "Penjualan", "Sale"),
    ("sale.voided", "Struk dibatalkan", "Receipt voided"),
    (
        "sale.returned",
        "Retur dari pembeli",
        "Return from a customer",
    ),
    ("pin.set", "PIN dipasang", "PIN set"),
    ("pin.changed", "PIN diganti", "PIN changed"),
    ("cashier.added", "Kasir ditambahkan", "Cashier added"),
    ("cashier.retired", "Kasir berhenti", "Cashier stopped"),
    ("setting.changed", "Pengaturan diganti", "Setting changed"),
    ("shop.created", "Warung dibuat", "Shop founded"),
    ("shop.repaired", "Data diperbaiki", "Data repaired"),
    (
        "shop.restored",
        "Data dipulihkan dari cadangan",
        "Data restored from a backup",
    ),
    ("product.added", "Barang ditambahkan", "Product added"),
    ("product.changed", "Barang diubah", "Product changed"),
    (
        "product.recovered",
        "Barang diterima dari salinan lain",
        "Product received from another copy",
    ),
    (
        "products.imported",
        "Daftar barang diimpor",
        "Products imported",
    ),
    (
        "sales.imported",
        "Riwayat penjualan diimpor",
        "Sales history imported",
    ),
    ("stock.imported", "Stok diimpor", "Stock imported"),
    ("stock.received", "Barang masuk", "Goods received"),
    ("stock.counted", "Stok dihitung", "Stock counted"),
    ("stock.adjusted", "Stok diubah", "Stock adjusted"),
    (
        "count.dropped",
        "Hitungan stok dibuang",
        "Stock count thrown away",
    ),
    (
        "consignor.created",
        "Penitip ditambahkan",
        "Consignor added",
    ),
    (
        "consignment.settled",
        "Titipan dihitung dan dibayar",
        "Consignment settled",
    ),
    (
        "demand.missed",
        "Pembeli mencari barang yang habis",
        "A customer asked for what was not there",
    ),
    ("delivery.received", "Kiriman diterima", "Delivery received"),
    ("plan.saved", "Saran kulakan disimpan", "Suggestions saved"),
    ("token.created", "Token program dibuat", "Token created"),
    ("token.revoked", "Token program dicabut", "Token revoked"),
    (
        "hub.paired",
        "Tersambung ke distributor",
        "Connected to the distributor",
    ),
    (
        "epoch.entered",
        "Urutan catatan baru dimulai",
        "A new order of records began",
    ),
    (
        "offsite.on",
        "Cadangan di distributor dinyalakan",
        "Backups at the distributor turned on",
    ),
    (
        "offsite.off",
        "Cadangan di distributor dimatikan",
        "Backups at the distributor turned off",
    ),
    (
        "offsite.forgotten",
        "Cadangan di distributor dihapus",
        "Backups at the distributor removed",
    ),
];

/// What an action is called; its own name where it has no words yet.
#[must_use]
pub fn action(action: &str, language: Language) -> String {
    let words = ACTIONS.iter().find(|(known, _, _)| *known == action);
    match (words, language) {
        (Some((_, indonesian, _)), Language::Indonesian) => (*indonesian).to_owned(),
        (Some((_, _, english)), Language::English) => (*english).to_owned(),
        (None, _) => action.to_owned(),
    }
}
