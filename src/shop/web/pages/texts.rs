//! The words on the shop's pages, each with both languages on one line: a text missing in one does not compile.

use crate::web::texts;

texts! {
    /// What several pages say.
    Texts {
        home: "Beranda" = "Home";
        till: "Kasir" = "Till";
        sales: "Penjualan" = "Sales";
        day: "Buka dan tutup kasir" = "Open and close the day";
        debts: "Kasbon" = "Debts";
        goods: "Barang" = "Goods";
        receive: "Barang masuk" = "Goods received";
        count: "Stok opname" = "Stock count";
        consignment: "Titip jual" = "Consignment";
        reports: "Laporan" = "Reports";
        people: "Orang dan PIN" = "People and PINs";
        audit: "Catatan kejadian" = "Audit log";
        settings: "Pengaturan" = "Settings";
        suggestions_short: "Saran" = "Reorder";
        more: "Lainnya" = "More";
        at_the_till: "Di kasir" = "At the till";
        in_the_stockroom: "Di gudang" = "In the stockroom";
        for_the_owner: "Untuk pemilik" = "For the owner";
        owner_only: "Halaman ini hanya untuk pemilik." = "This page is for the owner only.";
        suggestions: "Saran kulakan" = "Reorder suggestions";
        stock: "Stok" = "Stock";
        deliveries: "Barang datang" = "Deliveries";
        sync: "Sambungan" = "Connection";
        plan_for: "Saran untuk" = "Suggestions for";
        total: "Total belanja" = "Total to spend";
        due_heading: "Harus dibeli" = "Has to be bought";
        along_heading: "Sekalian dibeli kalau sudah di jalan" = "Worth taking along on the same trip";
        later_heading: "Bisa menunggu" = "Can wait";
        held_back_heading: "Hampir habis, tetapi jangan beli dulu" = "Running out, but do not buy yet";
        buy: "Beli" = "Buy";
        no_plan: "Belum ada saran. Saran dibuat sendiri setiap malam; catat penjualan dulu." = "No suggestions yet. They are made every night by themselves; record sales first.";
        plan_is_old: "Saran malam tadi tidak ada. Ini saran terakhir." = "Last night's suggestions are missing. These are the latest.";
        nothing_to_buy: "Tidak ada yang perlu dibeli. Stok cukup." = "Nothing needs to be bought. There is enough stock.";
        too_little_history: "barang belum punya cukup catatan penjualan (paling sedikit 7 hari)." = "products have too few recorded sales (at least 7 days are needed).";
        on_the_way: "Sedang dikirim distributor" = "On its way from the distributor";
        plan_now: "Hitung ulang sekarang" = "Compute again now";
        demand: "Permintaan" = "Demand";
        search: "Cari barang" = "Search";
        incoming: "Akan datang" = "Coming";
        position: "Posisi" = "Position";
        expires: "Kedaluwarsa" = "Expires";
        sold_out: "Habis" = "Out of stock";
        below_zero: "Minus: hitung ulang" = "Below zero: count it";
        no_products: "Belum ada barang." = "No products yet.";
        nothing_found: "Tidak ditemukan." = "Nothing found.";
        announced: "Dipesan" = "Ordered";
        dispatched: "Di jalan" = "On its way";
        received: "Sudah masuk" = "Taken in";
        cancelled: "Dibatalkan" = "Cancelled";
        expected: "Perkiraan tiba" = "Expected";
        no_deliveries: "Belum ada kiriman dari distributor." = "No deliveries from the distributor yet.";
        came: "Datang" = "Came";
        damaged: "Rusak" = "Damaged";
        smallest_unit: "satuan terkecil" = "smallest unit";
        take_in: "Barang masuk" = "Take in";
        not_paired: "Warung ini belum tersambung ke distributor." = "This shop is not connected to a distributor.";
        how_to_pair: "Minta kode ke distributor, lalu jalankan:" = "Ask the distributor for a code, then run:";
        connected_to: "Tersambung ke" = "Connected to";
        not_yet_sent: "Belum terkirim" = "Not yet synced";
        all_sent: "Semua sudah terkirim" = "Everything is synced";
        last_connected: "Terakhir tersambung" = "Last connected";
        never: "belum pernah" = "never";
        last_error: "Kendala terakhir" = "Last problem";
        next_attempt: "Dicoba lagi" = "Next attempt";
        set_aside: "Pesan yang belum bisa dibaca" = "Messages that cannot be read yet";
        device: "Perangkat" = "Device";
        what_happened: "Yang terjadi pada data" = "What happened to the data";
        works_without: "Tanpa internet warung tetap jalan seperti biasa. Catatan dikirim sendiri begitu tersambung." = "Without internet the shop works as usual. Records are sent by themselves once connected.";
        only_here: "Halaman ini hanya bisa dibuka di perangkat warung sendiri, karena PIN pemilik belum dipasang." = "This page opens only on the shop's own device, because no owner's PIN is set.";
        back: "Kembali" = "Back";
        not_done: "Tidak jadi disimpan" = "Not saved";
    }
}

/// Every text of the shop's pages: area and key, Indonesian, English.
#[must_use]
pub fn every() -> Vec<(&'static str, &'static str, &'static str)> {
    [
        Texts::ALL,
        crate::web::astray::AstrayTexts::ALL,
        crate::shop::printing::words::Words::ALL,
        super::printing::Texts::ALL,
        super::stock::texts::StockTexts::ALL,
        super::counting::texts::PurchaseTexts::ALL,
        super::counting::texts::CountTexts::ALL,
        super::counting::texts::ConsignmentTexts::ALL,
        super::day::texts::DayTexts::ALL,
        super::debts::texts::DebtTexts::ALL,
        super::till::texts::TillTexts::ALL,
        super::goods::texts::Goods::ALL,
        super::people::texts::PeopleTexts::ALL,
        super::sales::texts::SalesTexts::ALL,
        super::taken_back::TakenBackTexts::ALL,
        super::scanning::ScanTexts::ALL,
        super::settings::texts::SettingsTexts::ALL,
        super::audit::texts::AuditTexts::ALL,
        super::audit::words::ACTIONS,
        super::home::texts::HomeTexts::ALL,
        super::reports::texts::ReportTexts::ALL,
        super::suggestions::texts::BuyTexts::ALL,
    ]
    .concat()
}
