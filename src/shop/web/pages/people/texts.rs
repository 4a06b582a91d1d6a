//! Words about people, PINs and coming in.

use crate::web::texts;

texts! {
    /// What the pages about people say.
    PeopleTexts {
        log_in: "Masuk" = "Log in";
        who: "Siapa?" = "Who?";
        owner: "Pemilik" = "Owner";
        owners_pin: "PIN pemilik" = "Owner's PIN";
        pin: "PIN" = "PIN";
        wrong_pin: "PIN salah. Coba lagi." = "Wrong PIN. Try again.";
        locked_until: "Terlalu sering salah. Coba lagi pukul" = "Wrong too often. Try again at";
        ask_the_owner: "Minta pemilik mengetik PIN-nya di sini." = "Ask the owner to type their PIN here.";
        your_pin: "PIN Anda" = "Your PIN";
        no_pin_yet: "Belum ada PIN. Siapa saja yang memegang perangkat ini bisa membuka semuanya." = "There is no PIN yet. Whoever holds this device can open everything.";
        has_pin: "PIN terpasang. Halaman terkunci sendiri kalau lama tidak dipakai." = "A PIN is set. Pages lock by themselves when they are not used.";
        old_pin: "PIN sekarang" = "Current PIN";
        new_pin: "PIN baru (4 sampai 12 angka)" = "New PIN (4 to 12 digits)";
        again: "PIN baru sekali lagi" = "New PIN once more";
        not_the_same: "Kedua PIN tidak sama." = "The two PINs are not the same.";
        not_a_pin: "PIN harus 4 sampai 12 angka." = "A PIN has 4 to 12 digits.";
        set_pin: "Pasang PIN" = "Set the PIN";
        change_pin: "Ganti PIN" = "Change the PIN";
        cashiers: "Kasir" = "Cashiers";
        about_cashiers: "Kasir bisa menjual dan mencatat barang, tetapi tidak melihat harga modal, laba dan pengaturan." = "Cashiers can sell and record goods, but do not see cost, profit and settings.";
        pin_first: "Pasang PIN pemilik dulu, baru bisa menambah kasir." = "Set the owner's PIN first; then cashiers can be added.";
        no_cashiers: "Belum ada kasir. Tambahkan orang yang membantu menjual." = "No cashiers yet. Add whoever helps to sell.";
        name: "Nama" = "Name";
        add: "Tambah kasir" = "Add the cashier";
        added: "Kasir ditambahkan." = "The cashier was added.";
        name_needed: "Isi nama, paling panjang 40 huruf." = "Enter a name of at most 40 letters.";
        name_taken: "Nama ini sudah dipakai." = "This name is taken.";
        since: "Sejak" = "Since";
        give_new_pin: "Beri PIN baru" = "Give a new PIN";
        stops: "Berhenti bekerja" = "Stops working here";
        stops_about: "PIN-nya tidak bisa dipakai lagi. Catatan penjualannya tetap ada." = "Their PIN opens nothing any more. What they sold stays on record.";
        yes_stops: "Ya, berhenti" = "Yes, stops";
        saved: "Tersimpan." = "Saved.";
        the_till: "Mesin kasir" = "The till";
        the_connection: "Sambungan" = "The connection";
    }
}
