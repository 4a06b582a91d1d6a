//! The words of the first page.

use crate::web::texts;

texts! {
    /// Every fixed text of the first page.
    TodayTexts {
        title: "Hari ini" = "Today";
        planned_for: "Rencana untuk" = "Planned for";
        planned_at: "dibuat" = "made";
        under_way: "Rencana malam sedang dihitung." = "The night's planning is under way.";
        not_planned: "Belum ada rencana. Rencana dihitung setiap malam; untuk menghitung sekarang, tekan tombol ini." = "Nothing is planned yet. The hub plans every night; press this button to plan now.";
        outdated: "Rencana ini bukan dari hari ini." = "This planning is not from today.";
        plan_now: "Hitung sekarang" = "Plan now";
        shops: "Toko" = "Shops";
        due: "Giliran kirim" = "Due today";
        due_value: "Nilai kiriman" = "To be sent";
        at_risk: "Bisa habis sebelum giliran" = "At risk before their turn";
        out: "Ada yang habis" = "Out of something";
        silent: "Tidak ada kabar" = "Silent";
        service: "Hari ada stok (28 hari)" = "Days in stock (28 days)";
        due_heading: "Siapa perlu apa hari ini" = "Who needs what today";
        no_due: "Tidak ada toko yang gilirannya hari ini." = "No shop is due today.";
        lines: "barang" = "products";
        empty_now: "habis" = "out";
        runs_out: "habis dalam" = "runs out in";
        days: "hari" = "days";
        runs_out_now: "sudah habis" = "out now";
        all_due: "Semua yang giliran" = "All that are due";
        all_risk: "Semua yang berisiko" = "All that are at risk";
        all_silent: "Semua tanpa kabar" = "All that are silent";
        to_shipments: "Ke kiriman" = "To shipments";
        risk_heading: "Bisa habis sebelum gilirannya" = "At risk before the next delivery";
        turn: "giliran" = "due";
        sent_heading: "Apa yang keluar hari ini" = "What goes out today";
        sent_note: "Jumlah saran untuk semua toko yang gilirannya hari ini." = "The sum of what is recommended for all shops that are due.";
        enough: "cukup" = "enough";
        short_by: "kurang" = "short by";
        not_counted: "stok tidak dihitung" = "stock not counted";
        own_stock: "Stok sendiri" = "Own stock";
        goes_out: "Keluar" = "Goes out";
        product: "Barang" = "Product";
        missing_heading: "Paling banyak habis di toko" = "Out in the most shops";
        shops_out: "toko kehabisan" = "shops are out";
        of: "dari" = "of";
        silent_heading: "Siapa yang tidak ada kabar" = "Who has gone silent";
        since: "sejak" = "since";
        never: "belum pernah tersambung" = "never heard of";
        all_heard: "Semua toko memberi kabar dalam 48 jam terakhir." = "Every shop was heard of within 48 hours.";
        doubt_heading: "Perlu diperiksa" = "To be looked at";
        flags: "angka penjualan yang tidak masuk akal" = "sales figures out of all proportion";
        conflicts: "barang dengan satuan berbeda dari katalog" = "products counted in other units than the catalogue";
        quarantined: "catatan toko yang belum bisa dibaca" = "records of shops that cannot be read yet";
        alarms_heading: "Tanda bahaya" = "Alarms";
        as_table: "Sebagai tabel" = "As a table";
        shipments_heading: "Kiriman berjalan" = "Shipments under way";
        recommended: "disarankan" = "recommended";
        confirmed: "disetujui" = "confirmed";
        dispatched: "di jalan" = "on the way";
        service_heading: "Pelayanan per minggu" = "Service by week";
        service_note: "Bagian dari hari-barang dengan stok di toko: 100% berarti tidak pernah habis." = "Share of product-days with stock in the shops: 100% means never out.";
        week: "Minggu mulai" = "Week from";
        share: "Ada stok" = "In stock";
        percent_axis: "% hari-barang ada stok" = "% of product-days in stock";
    }
}
