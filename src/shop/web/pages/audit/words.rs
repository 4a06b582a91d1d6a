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
    ("drawer.opened", "Kasir dibuka", "Day opened"),
    ("drawer.put_in", "Uang masuk laci", "Cash put in"),
    ("drawer.taken_out", "Uang keluar laci", "Cash taken out"),
    ("day.closed", "Kasir ditutup", "Day closed"),
    ("customer.added", "Pelanggan ditambahkan", "Customer added"),
    (
        "customer.changed",
        "Data pelanggan diubah",
        "Customer changed",
    ),
    (
        "customers.imported",
        "Daftar pelanggan diimpor",
        "Customers imported",
    ),
    (
        "customer.retired",
        "Pelanggan tidak dipakai lagi",
        "Customer put away",
    ),
    (
        "customer.brought_back",
        "Pelanggan dipakai lagi",
        "Customer brought back",
    ),
    ("debt.paid", "Kasbon dibayar", "Debt paid"),
    (
        "debt.opened",
        "Utang awal dicatat",
        "Debt from before entered",
    ),
    ("debt.written_off", "Kasbon dihapus", "Debt given up"),
    (
        "debt.credit_paid_out",
        "Uang lebih diserahkan",
        "Paid ahead, given back",
    ),
    ("pin.set", "PIN dipasang", "PIN set"),
    ("pin.reset", "PIN lupa, dipasang ulang", "PIN reset"),
    ("pin.removed", "PIN dicabut", "PIN removed"),
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
        "demand.wished",
        "Pembeli mencari barang yang tidak dijual",
        "A customer asked for what is not sold here",
    ),
    (
        "demand.taken_back",
        "Catatan ada yang mencari dibatalkan",
        "Demand recorded by mistake taken back",
    ),
    (
        "demand.missed",
        "Pembeli mencari barang yang habis",
        "A customer asked for what was not there",
    ),
    ("delivery.received", "Kiriman diterima", "Delivery received"),
    (
        "return.confirmed",
        "Barang diambil distributor",
        "Goods taken back by the distributor",
    ),
    ("token.created", "Token program dibuat", "Token created"),
    ("token.revoked", "Token program dicabut", "Token revoked"),
    (
        "hub.paired",
        "Tersambung ke distributor",
        "Connected to the distributor",
    ),
    (
        "hub.further",
        "Tersambung ke satu distributor lagi",
        "Connected to a further distributor",
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
    ("product.created", "Barang ditambahkan", "Product added"),
    (
        "product.photo_set",
        "Foto barang dipasang",
        "Photo of a product set",
    ),
    (
        "product.photo_removed",
        "Foto barang dihapus",
        "Photo of a product removed",
    ),
    (
        "history.imported",
        "Riwayat penjualan diimpor",
        "Sales history imported",
    ),
    (
        "customers.imported",
        "Daftar pembeli diimpor",
        "Customers imported",
    ),
    ("customer.added", "Pembeli ditambahkan", "Customer added"),
    (
        "customer.changed",
        "Data pembeli diubah",
        "Customer changed",
    ),
    ("debt.opened", "Utang lama dicatat", "Earlier debt recorded"),
    ("debt.paid", "Utang dibayar", "Debt paid"),
    ("debt.written_off", "Utang dihapuskan", "Debt written off"),
    ("drawer.opened", "Kasir dibuka", "Day opened"),
    (
        "drawer.put_in",
        "Uang dimasukkan ke laci",
        "Money put into the drawer",
    ),
    (
        "drawer.taken_out",
        "Uang diambil dari laci",
        "Money taken out of the drawer",
    ),
    ("day.closed", "Kasir ditutup", "Day closed"),
    ("cart.dropped", "Keranjang dibuang", "Cart dropped"),
    ("receipt.printed", "Struk dicetak", "Receipt printed"),
    ("print.dropped", "Cetakan dibatalkan", "Printing dropped"),
    (
        "shopping.budget",
        "Anggaran belanja diubah",
        "Shopping budget changed",
    ),
    (
        "shopping.line",
        "Daftar belanja diubah",
        "Shopping list changed",
    ),
    (
        "plan.policy_told",
        "Cara menghitung saran diganti",
        "Way of planning changed",
    ),
    (
        "schedule.planned",
        "Saran kulakan dihitung",
        "Suggestions computed",
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
