//! The words of the suggestions and the shopping list.

use crate::web::texts;

texts! {
    /// What the pages about buying say.
    BuyTexts {
        budget: "Anggaran belanja hari ini" = "Cash budget for today";
        budget_hint: "Kosongkan kalau uangnya cukup untuk semua." = "Leave it empty if there is money for everything.";
        settings: "Belanja dan saran kulakan" = "Shopping and suggestions";
        usual: "Anggaran belanja biasanya" = "Usual cash budget";
        usual_hint: "Saran setiap malam disesuaikan dengan uang ini. Kosongkan kalau uangnya cukup untuk semua. Anggaran untuk hari ini saja diisi di halaman saran." = "Every night's suggestions keep to this money. Leave it empty if there is money for everything. A budget for today alone is set on the page of suggestions.";
        recut: "Hitung" = "Apply";
        no_limit: "Tanpa batas" = "No limit";
        budget_wrong: "Isi dengan angka rupiah, misalnya 500.000." = "Give an amount in rupiah, such as 500,000.";
        left_over: "Sisa uang" = "Money left";
        over_budget: "Lebih dari anggaran" = "Over the budget";
        of_budget: "dari" = "of";
        arrived_heading: "Sudah datang sejak saran dibuat" = "Came since these suggestions were made";
        arrived_hint: "Sudah dikurangkan dari daftar di atas." = "Taken off the list above already.";
        cut_heading: "Tidak masuk anggaran" = "Left out by the budget";
        margin_lost: "Perkiraan laba yang hilang" = "Expected profit lost";
        cut_to: "menjadi" = "down to";
        nothing_left: "tidak dibeli" = "not bought";
        saves: "hemat" = "saves";
        buy_anyway: "Tetap beli semua" = "Buy all of it";
        removed_heading: "Dihapus dari daftar" = "Taken off the list";
        put_back: "Kembalikan" = "Put back";
        suggested: "Saran" = "Suggested";
        follow: "Ikuti saran" = "As suggested";
        change: "Ubah jumlah" = "Change";
        amount: "Jumlah" = "How many";
        save: "Simpan" = "Save";
        less: "Kurangi" = "Less";
        more: "Tambah" = "More";
        remove: "Hapus" = "Remove";
        amount_wrong: "Isi dengan angka bulat." = "Give a whole number.";
        why: "Kenapa?" = "Why?";
        no_cost: "Harga modal belum diisi, jadi belum masuk total:" = "Without a cost yet, so not in the total:";
        go_shopping: "Daftar belanja" = "Shopping list";
        plan_missing: "Buat saran hari ini" = "Make today's suggestions";
        bought: "Sudah dibeli" = "Bought";
        of_count: "dari" = "of";
        no_supplier: "Tanpa pemasok" = "No supplier";
        share: "Kirim lewat WhatsApp" = "Send by WhatsApp";
        share_all: "Kirim semua lewat WhatsApp" = "Send all by WhatsApp";
        print: "Cetak" = "Print";
        take_in: "Catat barang masuk" = "Take the goods in";
        empty_list: "Daftar belanja kosong." = "The shopping list is empty.";
        back_to_suggestions: "Kembali ke saran" = "Back to the suggestions";
        tick_hint: "Ketuk barang yang sudah masuk keranjang." = "Tap what is in the basket.";
        list_of: "Belanja" = "Shopping list";
        why_of: "Kenapa beli" = "Why buy";
        past_sales: "Yang laku, dan yang diperkirakan" = "What sold, and what is expected";
        stock_against_level: "Stok dibanding yang perlu ada" = "Stock against what should be there";
        have: "ada di warung" = "in the shop";
        coming: "akan datang" = "coming";
        level: "perlu ada" = "should be there";
        steps: "Hitungannya" = "How it was worked out";
        download: "Unduh" = "Download";
        product: "Barang" = "Product";
        code: "Kode" = "Code";
        supplier: "Pemasok" = "Supplier";
        packs: "Kemasan" = "Packs";
        pack: "Nama kemasan" = "Pack";
        quantity: "Isi" = "Quantity";
        unit: "Satuan" = "Unit";
        cost: "Biaya" = "Cost";
        urgency: "Kapan" = "When";
        reason: "Alasan" = "Reason";
        due: "sekarang" = "now";
        along: "sekalian" = "along";
        later: "nanti" = "later";
    }
}
