//! The words on paper.

use crate::web::texts;

texts! {
    /// What stands on receipts and other slips.
    Words {
        number: "No." = "No.";
        sold_by: "Kasir" = "Cashier";
        subtotal: "Jumlah" = "Subtotal";
        discount: "Diskon" = "Discount";
        rounding: "Pembulatan" = "Rounding";
        total: "TOTAL" = "TOTAL";
        cash: "Tunai" = "Cash";
        qris: "QRIS" = "QRIS";
        transfer: "Transfer" = "Transfer";
        debt: "Kasbon" = "On account";
        change: "Kembali" = "Change";
        returned: "Diretur" = "Returned";
        owner: "Pemilik" = "Owner";
        customer: "Pelanggan" = "Customer";
        owes: "Sisa utang" = "Still owed";
        note: "Catatan" = "Note";
        copy: "SALINAN" = "COPY";
        voided: "DIBATALKAN" = "VOIDED";
        thanks: "Terima kasih" = "Thank you";
        test: "TES CETAK" = "TEST PRINT";
        test_is_fine: "Kalau tulisan ini terbaca dan garisnya satu baris, printer sudah siap." = "If you can read this and the rule fits one line, the printer is ready.";
        times: "x" = "x";
    }
}
