//! Words about the hub's settings.

use crate::web::texts;

texts! {
    /// What the page of settings says.
    SettingsTexts {
        title: "Pengaturan" = "Settings";
        saved: "Tersimpan." = "Saved.";
        hub: "Distributor" = "Distributor";
        name: "Nama" = "Name";
        timezone: "Zona waktu" = "Time zone";
        timezone_about: "WIB: Asia/Jakarta, WITA: Asia/Makassar, WIT: Asia/Jayapura. Hari rencana berganti menurut zona ini." = "Such as Asia/Jakarta, Asia/Makassar or Asia/Jayapura. The planning day turns by it.";
        language: "Bahasa halaman" = "Language of the pages";
        language_about: "Untuk siapa saja yang belum memilih bahasa sendiri. Kabar untuk pelanggan memakai bahasa pelanggan." = "For whoever has not chosen one. What customers are told keeps to their own.";
        language_wrong: "Pilih salah satu bahasa." = "Choose one of the languages.";
        save: "Simpan" = "Save";
        name_wrong: "Isi nama, paling panjang 100 huruf." = "Enter a name of at most 100 letters.";
        timezone_wrong: "Zona waktu ini tidak dikenal." = "This time zone is not known.";
        pin: "PIN" = "PIN";
        pin_people: "Setiap orang masuk dengan nama dan kata sandinya sendiri; PIN tidak dipakai." = "Everybody logs in by their own name and password; no PIN is used.";
        pin_set: "PIN terpasang: siapa yang tahu PIN bisa membuka semuanya. Lebih baik tambahkan orang." = "A PIN is set: whoever knows it can open everything. Better add people.";
        pin_none: "Belum ada PIN: halaman hanya bisa dibuka di komputer hub sendiri." = "There is no PIN: the pages open on the hub's own computer only.";
        new_pin: "PIN baru (4 sampai 12 angka)" = "New PIN (4 to 12 digits)";
        again: "PIN baru sekali lagi" = "New PIN once more";
        set_pin: "Pasang PIN" = "Set the PIN";
        remove_pin: "Hapus PIN" = "Remove the PIN";
        pin_wrong: "PIN harus 4 sampai 12 angka." = "A PIN has 4 to 12 digits.";
        not_the_same: "Kedua PIN tidak sama." = "The two PINs are not the same.";
        more: "Pengaturan lain" = "Other settings";
        backups: "Cadangan data" = "Backups";
        last_backup: "Terakhir" = "Last one";
        no_backup: "belum ada" = "none yet";
        backup_folder: "Tempat" = "Where";
        backup_count: "Jumlah" = "How many";
        backup_failed: "Cadangan terakhir gagal" = "The last backup failed";
        backup_about: "Hub menyalin datanya sendiri setiap malam. Salin folder itu ke tempat lain juga. Sekarang juga: kulakan hub backup." = "The hub copies its data every night. Copy that folder to another place, too. At once: kulakan hub backup.";
        backup_server: "Data hub ada di PostgreSQL; cadangannya dibuat dengan alat PostgreSQL sendiri." = "The hub's data is on PostgreSQL, which is backed up by its own tools.";
        about: "Tentang" = "About";
        version: "Versi" = "Version";
        database: "Data" = "Data";
        since: "Sejak" = "Since";
        people: "Orang" = "People";
        audit: "Catatan kejadian" = "Audit log";
        devices: "Perangkat" = "Devices";
        costs: "Biaya kirim" = "Delivery costs";
        webhooks: "Sambungan sistem (webhook)" = "Webhooks";
    }
}
