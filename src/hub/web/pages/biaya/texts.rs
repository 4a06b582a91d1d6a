//! The words of the costs' page.

use crate::web::texts;

texts! {
    /// Every fixed text of the page of costs.
    CostTexts {
        title: "Biaya pengiriman" = "Costs of deliveries";
        about: "Dari biaya ini dihitung selang kirim yang paling murah untuk tiap toko. Yang paling sempit berlaku: toko, lalu kelompoknya, lalu semua." = "From these the cheapest delivery interval of each shop is found. The narrowest counts: the shop, then its group, then all.";
        for_whom: "Untuk siapa" = "For whom";
        all_shops: "Semua toko" = "All shops";
        group: "Kelompok" = "Group";
        shop: "Toko" = "Shop";
        distributor_delivery: "Sekali kirim ke satu toko, biaya distributor (Rp)" = "One delivery to one shop, the distributor's cost (Rp)";
        distributor_item: "Tambahan tiap barang di dalamnya, distributor (Rp)" = "Each product in it adds, distributor (Rp)";
        shop_delivery: "Sekali terima, biaya toko (Rp)" = "Receiving one delivery, the shop's cost (Rp)";
        shop_item: "Tambahan tiap barang, toko (Rp)" = "Each product in it adds, shop (Rp)";
        holding: "Biaya simpan 30 hari (% dari harga)" = "Holding goods for 30 days (% of price)";
        empty_note: "Kosong: ikut yang lebih luas." = "Empty: as in the wider place.";
        suggested: "Belum ada biaya yang disimpan. Angka di bawah adalah usulan: satu perhentian mobil Rp15.000, tiap barang Rp200, menerima barang Rp5.000 dan Rp100." = "No costs are saved yet. The figures below are a proposal: one stop of the van Rp15.000, each product Rp200, receiving Rp5.000 and Rp100.";
        preview: "Lihat akibatnya" = "See what it would do";
        save: "Simpan" = "Save";
        saved: "Tersimpan. Selang kirim ikut pada rencana berikutnya." = "Saved. The intervals follow with the next planning.";
        preview_heading: "Akibatnya, belum disimpan" = "What it would do, not saved yet";
        by_forecasts: "Menurut perkiraan laku dari rencana terakhir, per 30 hari." = "By the forecasts of the latest planning, in 30 days.";
        concerned: "Toko yang terkena" = "Shops concerned";
        changed: "Selangnya berubah" = "Their interval changes";
        without_plan: "Belum punya rencana" = "Without a plan yet";
        cost_now: "Biaya sekarang" = "Cost now";
        cost_kept: "Biaya baru, selang tetap" = "New costs, same interval";
        cost_then: "Biaya baru, selang baru" = "New costs, new interval";
        interval_now: "Selang sekarang" = "Interval now";
        interval_then: "Selang baru" = "New interval";
        least: "termurah" = "cheapest";
        days: "hari" = "days";
        delivering: "kirim" = "delivering";
        keeping: "simpan" = "holding";
        first_only: "Yang paling berubah; semuanya:" = "Those that change most; in all:";
        wrong_number: "bukan angka yang bisa dibaca" = "is no figure that can be read";
        groups_heading: "Kelompok toko" = "Groups of shops";
        groups_note: "Untuk toko di jalan, kota atau jenis yang sama. Satu toko hanya di satu kelompok." = "For shops of one road, town or kind. A shop is in one group at most.";
        no_groups: "Belum ada kelompok." = "No groups yet.";
        new_group: "Nama kelompok baru" = "Name of a new group";
        make: "Buat" = "Make";
        add_shop: "Masukkan toko (nama lengkap)" = "Put a shop in (its full name)";
        add: "Masukkan" = "Put in";
        remove: "Hapus kelompok" = "Remove the group";
        shops: "toko" = "shops";
    }
}
