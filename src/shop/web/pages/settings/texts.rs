//! Words about the shop's settings.

use crate::web::texts;

texts! {
    /// What the settings page says.
    SettingsTexts {
        shop: "Warung" = "Shop";
        language: "Bahasa" = "Language";
        rounding: "Pembulatan tunai" = "Rounding of cash";
        rounding_about: "Hanya untuk bayar tunai, supaya kembalian tidak perlu uang receh. Beri tahu pembeli." = "For cash only, so that no small coins are needed as change. Tell the customers.";
        no_rounding: "Tidak dibulatkan" = "Not rounded";
        to: "Ke" = "To";
        cashier_discounts: "Kasir boleh memberi potongan dan harga lebih murah tanpa PIN pemilik" = "Cashiers may give discounts and lower prices without the owner's PIN";
        lock: "Kunci sendiri setelah (menit)" = "Locks by itself after (minutes)";
        lock_about: "Kalau tidak dipakai selama ini, halaman minta PIN lagi. Keranjang yang terbuka tetap ada." = "When nobody uses it for so long, the page asks for the PIN again. An open cart stays.";
        lock_without: "Tanpa PIN halaman tidak terkunci. Pasang PIN di halaman Orang dan PIN." = "Without a PIN pages do not lock. Set one on the page People and PINs.";
        lock_wrong: "Isi 1 sampai 240 menit." = "Enter 1 to 240 minutes.";
        save: "Simpan" = "Save";
        saved: "Tersimpan." = "Saved.";
        further: "Lainnya" = "Further settings";
        receipt: "Struk dan printer" = "Receipts and printer";
        qris: "QRIS" = "QRIS";
        shopping: "Belanja dan saran kulakan" = "Shopping and suggestions";
        debts: "Aturan kasbon" = "Rules for debts";
        people: "Orang dan PIN" = "People and PINs";
        connection: "Sambungan ke distributor" = "Connection to the distributor";
    }
}
