//! The words of the stock pages.

use crate::web::texts;

texts! {
    /// Stock: the list, one product, and what left without being sold.
    StockTexts {
        everything: "Semua" = "All";
        low: "Menipis" = "Running low";
        out: "Habis" = "Out of stock";
        expiring: "Segera kedaluwarsa" = "Expiring soon";
        none_low: "Tidak ada yang menipis. Stok cukup." = "Nothing is running low. There is enough stock.";
        none_out: "Tidak ada yang habis." = "Nothing is out of stock.";
        none_expiring: "Tidak ada yang kedaluwarsa dalam 14 hari ke depan." = "Nothing expires within the next 14 days.";
        add_goods: "Tambah barang dulu, lalu catat barang masuk." = "Add products first, then take goods in.";
        own_value: "Nilai stok sendiri" = "Worth of own stock";
        others_value: "Titipan orang (bukan modal sendiri)" = "Left by others (not own capital)";
        next_page: "Berikutnya" = "Next";
        on_consignment: "Titip jual" = "On consignment";
        left_by: "Titipan dari" = "Left by";
        on_hand: "Ada di toko" = "On hand";
        asked_for: "Ada yang tanya, barang tidak ada" = "Somebody asked, we had none";
        asked_hint: "Sekali ketuk = satu pembeli pulang tanpa barang ini. Membantu saran kulakan." = "One tap = one customer left without it. It helps the suggestions.";
        record_out: "Rusak, kedaluwarsa, dipakai, retur" = "Damaged, expired, own use, return";
        lots: "Yang ada, menurut kedaluwarsa" = "What is there, by expiry date";
        no_date: "Tanpa tanggal" = "Without a date";
        came_on: "masuk" = "came in";
        past_date: "Lewat tanggal" = "Past its date";
        days_left: "hari lagi" = "days left";
        last_day: "Hari terakhir" = "Last day";
        take_out_expired: "Catat kedaluwarsa" = "Record as expired";
        nothing_there: "Tidak ada stok." = "No stock.";
        sources: "Beli di mana" = "Where it was bought";
        no_source: "Belum ada catatan pembelian." = "No purchase recorded yet.";
        unknown_supplier: "Tanpa nama" = "No name";
        movements: "Riwayat" = "History";
        no_movement: "Belum pernah masuk atau keluar." = "Nothing came in or went out yet.";
        older: "Riwayat sebelumnya" = "Earlier history";
        moved_sale: "Terjual" = "Sold";
        moved_void: "Penjualan dibatalkan" = "Sale voided";
        moved_receipt: "Barang masuk" = "Goods received";
        moved_delivery: "Kiriman distributor" = "Delivery from the distributor";
        moved_count: "Hasil hitung stok" = "Stock count";
        moved_waste: "Rusak" = "Damaged";
        moved_expired: "Kedaluwarsa" = "Expired";
        moved_own_use: "Dipakai sendiri" = "Own use";
        moved_return: "Retur ke pemasok" = "Returned to the supplier";
        moved_correction: "Koreksi" = "Correction";
        receipt_number: "struk" = "receipt";
        by: "oleh" = "by";
        recorded: "Sudah dicatat." = "Recorded.";
        asked_recorded: "Sudah dicatat: ada yang tanya." = "Recorded: somebody asked for it.";
        asked_told: "Dicatat, ada yang cari:" = "Recorded, somebody asked for:";
        asked_undone: "Tidak jadi dicatat:" = "Taken back:";
        undo: "Batalkan" = "Undo";
        too_late: "Yang dicatat kemarin tidak bisa dibatalkan lagi." = "What was recorded on an earlier day can no longer be taken back.";
        wishes: "Dicari, tapi tidak dijual" = "Asked for, not sold here";
        wishes_hint: "Dicatat dari Kasir dalam 90 hari terakhir, yang paling sering dicari di atas." = "Recorded at the till within 90 days, what is wanted most first.";
        no_wishes: "Belum ada. Kalau pembeli mencari yang tidak dijual, ketik namanya di Kasir lalu ketuk Catat." = "None yet. When a customer wants what you do not sell, type its name at the till and tap Record.";
        times: "kali" = "times";
        last_on: "Terakhir" = "Last on";
        sell_it: "Mulai jual" = "Start selling it";
        asked_taken_back: "Tidak jadi dicatat." = "Taken back.";
        record_title: "Catat barang keluar" = "Record goods that left";
        what: "Barang apa?" = "Which product?";
        why: "Kenapa?" = "Why?";
        how_many: "Berapa?" = "How many?";
        unit: "Satuan" = "Unit";
        which_lot: "Yang mana?" = "Which ones?";
        oldest_first: "Yang paling dulu kedaluwarsa" = "Those that expire first";
        note: "Catatan (boleh kosong)" = "Note (may be empty)";
        save: "Simpan" = "Save";
        bad_quantity: "Isi angka lebih dari 0, misalnya 3 atau 0,5. Barang hitungan harus bulat; timbangan ditulis 1,5 atau 1500, bukan 1.500." = "Enter a number above 0, such as 3 or 0.5. Counted goods take whole numbers; weighed ones are written 1.5 or 1500, not 1,500.";
        bad_lot: "Dari tanggal itu tidak sebanyak itu." = "There are not that many of that date.";
        bad_note: "Catatan paling panjang 200 huruf." = "A note has at most 200 characters.";
        more_than_book: "Di catatan hanya ada" = "The book has only";
        record_anyway: "Tetap catat" = "Record anyway:";
        bad_reason: "Pilih satu." = "Choose one.";
        take_in: "Catat barang masuk" = "Take goods in";
        count: "Hitung stok" = "Count stock";
    }
}
