//! The words of the first page.

use crate::web::texts;

texts! {
    /// What the first page says.
    HomeTexts {
        sell: "Jual" = "Sell";
        today: "Hari ini" = "Today";
        revenue: "Omzet" = "Turnover";
        profit: "Laba" = "Profit";
        without_cost: "Laba terlihat terlalu besar. Barang yang terjual dan belum ada harga modalnya" = "The profit looks too large. Products that sold and have no cost yet";
        receipts: "Struk" = "Receipts";
        running_low: "Stok menipis" = "Running low";
        left: "tinggal" = "left";
        sold_out: "habis" = "out of stock";
        expiring: "Segera kedaluwarsa" = "Expiring soon";
        expired: "sudah lewat" = "past its date";
        until: "sampai" = "until";
        coming: "Barang akan datang" = "Deliveries coming";
        suggestions: "Saran kulakan" = "Reorder suggestions";
        to_buy: "barang perlu dibeli" = "products to buy";
        see_list: "Lihat saran" = "See the suggestions";
        no_plan: "Saran pertama dibuat malam ini." = "The first suggestions are made tonight.";
        plan_missing: "Saran malam tadi tidak ada." = "Last night's suggestions are missing.";
        more: "dan lainnya:" = "and more:";
        not_sent: "Belum terkirim" = "Not yet synced";
        last_connected: "terakhir tersambung" = "last connected";
        all_sent: "Semua terkirim" = "Everything is synced";
        never: "belum pernah" = "never";
        not_paired: "Belum tersambung ke distributor" = "Not connected to a distributor";
        last_backup: "Cadangan terakhir" = "Last backup";
        no_backup: "Belum ada cadangan. Cadangan pertama dibuat malam ini." = "No backup yet. The first is made tonight.";
        backup_failed: "Cadangan terakhir gagal. Cek sisa ruang penyimpanan." = "The last backup failed. Check the room on the disk.";
        clock: "Jam perangkat tampak salah. Betulkan tanggal dan jamnya." = "The device's clock looks wrong. Set its date and time.";
        disk: "Ruang penyimpanan hampir penuh. Sisa (MB):" = "The disk is almost full. Left (MB):";
        look_at: "Perlu dilihat" = "Needs a look";
        see: "Lihat" = "See";
        welcome: "Mulai jualan dalam dua langkah" = "Start selling in two steps";
        step_goods: "Tambah barang" = "Add a product";
        step_goods_how: "Isi nama dan harganya." = "Give its name and price.";
        step_sell: "Jual" = "Sell";
        step_sell_how: "Ketuk barangnya, lalu Bayar." = "Tap it, then Pay.";
        step_done_how: "Selesai. Omzet hari ini lalu tampil di sini." = "That is all. Today's turnover then shows up here.";
        done: "sudah" = "done";
        debts: "Kasbon jatuh tempo" = "Debts due";
        debtors: "orang perlu ditagih" = "people to remind";
        state: "Keadaan" = "State";
    }
}
