//! Words about the audit log.

use crate::web::texts;

texts! {
    /// What the page of the audit log says.
    AuditTexts {
        title: "Catatan kejadian" = "Audit log";
        day: "Hari" = "Day";
        who: "Siapa" = "Who";
        about: "Tentang" = "About";
        about_hint: "Nama warung atau orang" = "Name of a shop or person";
        show: "Tampilkan" = "Show";
        none: "Tidak ada kejadian yang cocok. Kosongkan isian di atas untuk melihat semuanya." = "Nothing fits. Clear the fields above to see everything.";
        earlier: "Yang lebih lama" = "Earlier ones";
        latest: "Yang terbaru" = "The latest";
        check: "Periksa keutuhan catatan" = "Check that the log is whole";
        whole: "Catatan utuh: tidak ada yang diubah atau dihapus." = "The log is whole: nothing in it was changed or removed.";
        broken: "Catatan rusak mulai nomor" = "The log is broken from number";
        broken_about: "Ada yang mengubah basis data di luar program. Bandingkan dengan cadangan." = "Somebody has changed the database outside of the program. Compare it with a backup.";
        owner: "Pemilik" = "Owner";
        system: "Sistem" = "System";
        device: "Perangkat warung" = "A shop's device";
        hub: "Hub" = "The hub";
        detail: "Rincian" = "Details";
    }
}

/// What each kind of entry is called: as stored, Indonesian, English.
pub const ACTIONS: &[(&str, &str, &str)] = &[
    (
        "alarm.dismissed",
        "Peringatan dibereskan",
        "Alarm dealt with",
    ),
    (
        "backups.forgotten",
        "Cadangan warung dihapus",
        "A shop's backups deleted",
    ),
    (
        "backups.granted",
        "Izin membaca cadangan warung",
        "Leave to read a shop's backups",
    ),
    (
        "copy.heard",
        "Salinan data warung terdengar",
        "A copy of a shop's data heard of",
    ),
    (
        "copy.returned",
        "Dua salinan data warung dipakai bergantian",
        "Two copies of a shop's data in turns",
    ),
    ("costs.set", "Biaya diubah", "Costs changed"),
    ("customer.added", "Pelanggan ditambahkan", "Customer added"),
    ("customer.changed", "Pelanggan diubah", "Customer changed"),
    (
        "demand.decided",
        "Catatan aneh diputuskan",
        "Odd figures decided on",
    ),
    ("device.blocked", "Perangkat ditutup", "Device shut out"),
    ("device.paired", "Perangkat disambungkan", "Device paired"),
    (
        "device.unblocked",
        "Perangkat dibuka lagi",
        "Device let in again",
    ),
    (
        "difference.settled",
        "Selisih kiriman diselesaikan",
        "Difference of a shipment settled",
    ),
    (
        "epoch.granted",
        "Babak baru untuk perangkat",
        "New epoch for a device",
    ),
    (
        "group.added",
        "Kelompok warung dibuat",
        "Group of shops made",
    ),
    (
        "group.joined",
        "Warung masuk kelompok",
        "Shop put into a group",
    ),
    (
        "group.removed",
        "Kelompok warung dihapus",
        "Group of shops removed",
    ),
    ("hub.changed", "Pengaturan diubah", "Settings changed"),
    ("hub.created", "Hub dibuat", "Hub set up"),
    ("hub.moved", "Data hub dipindahkan", "The hub's data moved"),
    (
        "hub.repaired",
        "Data hub diperbaiki",
        "The hub's data repaired",
    ),
    (
        "hub.restored",
        "Hub dipulihkan dari cadangan",
        "Hub restored from a backup",
    ),
    (
        "hub.taken_back",
        "Hasil pengubahan dibatalkan",
        "A change taken back",
    ),
    ("message.again", "Pesan dikirim lagi", "Message sent again"),
    (
        "message.not_sent",
        "Pesan gagal dikirim",
        "Message could not be sent",
    ),
    ("message.sent", "Pesan dikirim", "Message sent"),
    ("order.cancelled", "Pesanan dibatalkan", "Order cancelled"),
    ("order.confirmed", "Pesanan disetujui", "Order confirmed"),
    ("order.delivered", "Pesanan sampai", "Order delivered"),
    (
        "order.in_production",
        "Pesanan dibuat",
        "Order in production",
    ),
    ("order.ready", "Pesanan siap", "Order ready"),
    ("order.received", "Pesanan masuk", "Order received"),
    ("order.returned", "Pesanan dikembalikan", "Order returned"),
    ("order.shipped", "Pesanan dikirim", "Order shipped"),
    (
        "order.rule",
        "Cara barang dipesan",
        "How a product is had when ordered",
    ),
    ("order.stage", "Tahap pesanan", "Stage of an order"),
    ("pin.changed", "PIN diganti", "PIN changed"),
    ("pin.removed", "PIN dihapus", "PIN removed"),
    ("plan.made", "Rencana dihitung", "Plan made"),
    (
        "policies.compared",
        "Cara lama dan baru dibandingkan",
        "Old and new way compared",
    ),
    (
        "product.freight",
        "Ukuran kemasan diubah",
        "Room of a pack changed",
    ),
    (
        "production.cancelled",
        "Produksi dibatalkan",
        "Production cancelled",
    ),
    (
        "production.confirmed",
        "Produksi disetujui",
        "Production confirmed",
    ),
    ("production.done", "Produksi selesai", "Production done"),
    ("production.line", "Produksi diubah", "Production changed"),
    (
        "production.planned",
        "Produksi direncanakan",
        "Production planned",
    ),
    (
        "production.started",
        "Produksi dimulai",
        "Production started",
    ),
    (
        "production.taken_back",
        "Pembukuan produksi dibatalkan",
        "Production's booking taken back",
    ),
    ("return.collected", "Retur diambil", "Return collected"),
    ("route.saved", "Rute disimpan", "Route saved"),
    (
        "route.stops",
        "Perhentian rute diubah",
        "Stops of a route changed",
    ),
    (
        "shipment.cancelled",
        "Kiriman dibatalkan",
        "Shipment cancelled",
    ),
    (
        "shipment.confirmed",
        "Kiriman disetujui",
        "Shipment confirmed",
    ),
    (
        "shipment.corrected",
        "Kiriman diperbaiki",
        "Shipment corrected",
    ),
    (
        "shipment.dispatched",
        "Kiriman berangkat",
        "Shipment dispatched",
    ),
    ("shipment.edited", "Kiriman diubah", "Shipment edited"),
    ("shipment.moved", "Kiriman dipindahkan", "Shipment moved"),
    ("shipment.received", "Kiriman diterima", "Shipment received"),
    (
        "shipment.recommended",
        "Kiriman disarankan",
        "Shipment recommended",
    ),
    (
        "shipment.unloaded",
        "Kiriman diturunkan",
        "Shipment unloaded",
    ),
    ("shop.added", "Warung ditambahkan", "Shop added"),
    ("shop.code", "Kode baru untuk warung", "New code for a shop"),
    (
        "shop.delivery",
        "Hari kirim warung diubah",
        "Delivery days of a shop changed",
    ),
    (
        "stock.negative",
        "Stok gudang kurang dari nol",
        "Stock below nothing",
    ),
    (
        "supplier.product",
        "Barang pemasok diubah",
        "A supplier's product changed",
    ),
    (
        "supplier.switched_off",
        "Pemasok tidak dipakai lagi",
        "Supplier switched off",
    ),
    (
        "supplier.switched_on",
        "Pemasok dipakai lagi",
        "Supplier switched on",
    ),
    (
        "supplier.unavailable",
        "Pemasok tidak bisa mengirim",
        "Supplier cannot deliver",
    ),
    ("supplier.written", "Pemasok diubah", "Supplier changed"),
    (
        "supplier_order.cancelled",
        "Pembelian dibatalkan",
        "Purchase cancelled",
    ),
    (
        "supplier_order.confirmed",
        "Pembelian disetujui",
        "Purchase confirmed",
    ),
    (
        "supplier_order.received",
        "Pembelian diterima",
        "Purchase received",
    ),
    (
        "supplier_order.sent",
        "Pembelian dikirim ke pemasok",
        "Purchase sent to the supplier",
    ),
    (
        "tenant.added",
        "Distributor ditambahkan",
        "Distributor added",
    ),
    (
        "tenant.resumed",
        "Distributor dibuka lagi",
        "Distributor resumed",
    ),
    (
        "tenant.stopped",
        "Distributor dihentikan",
        "Distributor stopped",
    ),
    ("token.created", "Token dibuat", "Token made"),
    ("token.revoked", "Token dicabut", "Token revoked"),
    ("user.added", "Orang ditambahkan", "Somebody added"),
    ("user.changed", "Orang diubah", "Somebody changed"),
    (
        "user.logged_out",
        "Dikeluarkan dari semua perangkat",
        "Logged out everywhere",
    ),
    ("user.off", "Tidak boleh masuk lagi", "Kept out"),
    ("user.on", "Boleh masuk lagi", "Let in again"),
    ("user.password", "Kata sandi diganti", "Password changed"),
    ("vehicle.saved", "Kendaraan disimpan", "Vehicle saved"),
    ("webhook.created", "Sambungan sistem dibuat", "Webhook made"),
    (
        "webhook.off",
        "Sambungan sistem dimatikan",
        "Webhook switched off",
    ),
    (
        "webhook.on",
        "Sambungan sistem dinyalakan",
        "Webhook switched on",
    ),
    ("webhook.pinged", "Sambungan sistem dicoba", "Webhook tried"),
    (
        "production.taken_back",
        "Hasil produksi dibatalkan",
        "Run booked in taken back",
    ),
    ("return.cancelled", "Retur dibatalkan", "Return cancelled"),
    ("return.taken_in", "Retur masuk gudang", "Return taken in"),
    ("shop.linked", "Warung ditautkan", "Shop linked"),
    (
        "shop.unlinked",
        "Tautan warung diakhiri",
        "Link of a shop ended",
    ),
    (
        "stock.adjustment",
        "Stok diubah dengan tangan",
        "Stock changed by hand",
    ),
    (
        "stock.adjustment.undone",
        "Perubahan stok dibatalkan",
        "Change of stock taken back",
    ),
    ("stock.count", "Stok dihitung", "Stock counted"),
    ("stock.receipt", "Barang masuk gudang", "Goods in"),
    (
        "stock.receipt.undone",
        "Barang masuk dibatalkan",
        "Goods in taken back",
    ),
    (
        "supplier_order.closed_short",
        "Pembelian ditutup, ada yang kurang",
        "Purchase closed short",
    ),
    (
        "supplier_order.edited",
        "Pembelian diubah",
        "Purchase changed",
    ),
    (
        "supplier_order.promised",
        "Janji pemasok dicatat",
        "Supplier's promise noted",
    ),
    (
        "supplier_order.receipt_taken_back",
        "Penerimaan pembelian dibatalkan",
        "Receipt of a purchase taken back",
    ),
    (
        "supplier_order.recommended",
        "Pembelian disarankan",
        "Purchase recommended",
    ),
    (
        "supplier_order.reopened",
        "Pembelian dibuka lagi",
        "Purchase reopened",
    ),
];
