//! Words about receipts of the past.

use crate::web::texts;

texts! {
    /// What the pages about receipts of the past say.
    SalesTexts {
        title: "Penjualan" = "Sales";
        receipt: "Struk" = "Receipt";
        find: "Cari nomor struk atau jumlah" = "Find a receipt number or amount";
        search: "Cari" = "Search";
        day: "Hari" = "Day";
        show: "Lihat" = "Show";
        earlier_day: "Hari sebelumnya" = "The day before";
        later_day: "Hari sesudahnya" = "The day after";
        more: "Struk sebelumnya" = "Earlier receipts";
        none_that_day: "Tidak ada penjualan hari ini. Penjualan muncul di sini begitu dibayar." = "No sales on this day. They appear here once they are paid.";
        nothing_found: "Tidak ada struk dengan nomor atau jumlah itu." = "No receipt has that number or amount.";
        not_a_figure: "Ketik angka saja: nomor struk atau jumlah rupiah." = "Type a figure only: a receipt number or an amount.";
        and_more: "lainnya" = "more";
        voided: "Dibatalkan" = "Voided";
        returned: "Ada retur" = "Partly returned";
        cash: "Tunai" = "Cash";
        qris: "QRIS" = "QRIS";
        transfer: "Transfer" = "Transfer";
        debt: "Utang" = "Debt";
        discount: "Potongan" = "Discount";
        rounding: "Pembulatan" = "Rounding";
        total: "Total" = "Total";
        tendered: "Diterima" = "Received";
        change: "Kembalian" = "Change";
        customer: "Pembeli" = "Customer";
        note: "Catatan" = "Note";
        what_happened: "Riwayat struk" = "What happened to it";
        sold: "Dijual" = "Sold";
        void_told: "Dibatalkan. Barang kembali ke stok." = "Voided. The goods went back to stock.";
        return_told: "Retur" = "Returned";
        spoiled_told: "rusak" = "spoiled";
        money_back: "Uang kembali" = "Money back";
        off_the_debt: "Utang dikurangi" = "Debt reduced by";
        give_back: "Serahkan ke pembeli" = "Hand to the customer";
        no_money_back: "Tidak ada uang yang perlu diserahkan." = "No money needs to be handed over.";
        reason: "Alasan" = "Reason";
        print: "Cetak atau bagikan" = "Print or share";
        void: "Batalkan struk" = "Void the receipt";
        give_return: "Retur barang" = "Return goods";
        void_title: "Batalkan struk" = "Void receipt";
        void_about: "Semua barang kembali ke stok dan uangnya kembali ke pembeli. Struk tetap tercatat sebagai dibatalkan." = "All goods go back to stock and the money to the customer. The receipt stays on record as voided.";
        void_debt: "Utang pembeli untuk struk ini ikut dihapus." = "The customer's debt for it is taken off too.";
        yes_void: "Ya, batalkan" = "Yes, void it";
        why_void: "Kenapa dibatalkan?" = "Why is it voided?";
        why_return: "Kenapa dikembalikan?" = "Why does it come back?";
        wrong_entry: "Salah ketik" = "Typed wrong";
        changed_mind: "Pembeli tidak jadi" = "The customer changed their mind";
        wrong_goods: "Salah barang" = "Wrong goods";
        bad_goods: "Barang rusak" = "Damaged goods";
        other_reason: "Alasan lain" = "Another reason";
        reason_needed: "Pilih atau tulis alasannya." = "Choose or write the reason.";
        reason_too_long: "Alasan paling panjang 200 huruf." = "A reason has at most 200 letters.";
        return_title: "Retur barang dari struk" = "Return goods of receipt";
        how_many: "Yang kembali" = "Comes back";
        unit: "Satuan" = "Unit";
        bought: "Dibeli" = "Bought";
        still_there: "bisa kembali" = "can come back";
        all_came_back: "sudah kembali semua" = "all came back already";
        cannot_be_sold: "Rusak, tidak bisa dijual lagi" = "Spoiled, cannot be sold again";
        how_refund: "Uangnya bagaimana?" = "How does the money go back?";
        how_sent_back: "Yang dibayar lewat QRIS atau transfer kembalinya bagaimana?" = "How does what was paid by QRIS or transfer go back?";
        first_off: "Utang dari struk ini dipotong dulu:" = "What is still owed for this receipt comes off first:";
        how_rest: "Kalau masih ada sisanya?" = "And the rest, if there is any?";
        paid_ahead: "sudah membayar lebih" = "has paid more than is owed";
        hand_over: "Serahkan uang lebih" = "Give it back";
        refund_cash: "Kembalikan tunai" = "Give cash back";
        refund_transfer: "Kembalikan lewat transfer" = "Send it by transfer";
        refund_debt: "Kurangi utang lain dari" = "Take it off the other debts of";
        owes_less: "Utangnya lebih kecil dari nilai retur. Pilih tunai atau transfer." = "They owe less than the return is worth. Choose cash or transfer.";
        yes_return: "Simpan retur" = "Save the return";
        nothing_chosen: "Isi berapa yang kembali, paling sedikit satu barang." = "Enter how many come back, of one product at least.";
        too_many: "Tidak bisa lebih dari" = "Cannot be more than";
        not_a_quantity: "Jumlah ini tidak bisa." = "This quantity cannot be.";
        no_longer: "Tidak bisa lagi: struk ini sudah berubah. Lihat riwayatnya." = "No longer possible: the receipt has changed. See what happened to it.";
        back_to_receipt: "Kembali ke struk" = "Back to the receipt";
        back_to_list: "Semua penjualan" = "All sales";
        unknown: "Struk itu tidak ada." = "There is no such receipt.";
    }
}
