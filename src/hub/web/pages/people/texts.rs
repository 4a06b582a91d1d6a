//! Words about the people who open the pages, and their passwords.

use crate::hub::store::users::Role;
use crate::web::texts;

texts! {
    /// What the pages about people say.
    PeopleTexts {
        people: "Orang" = "People";
        about: "Siapa yang bisa masuk, dan apa yang bisa dibukanya." = "Who can log in, and what they can open.";
        nobody: "Belum ada orang. Yang pertama menjadi pemilik; sesudah itu setiap orang masuk dengan nama dan kata sandinya sendiri, dan PIN tidak dipakai lagi." = "Nobody yet. The first one becomes the owner; from then on everybody logs in by their own name and password, and the PIN is not used any more.";
        add: "Tambah orang" = "Add somebody";
        name: "Nama" = "Name";
        login: "Nama masuk" = "Login name";
        login_about: "Huruf kecil, angka dan . _ - @, tanpa spasi. Misalnya budi atau budi.makmur" = "Small letters, digits and . _ - @, no spaces. Such as budi or budi.makmur";
        role: "Tugas" = "Role";
        roles: "Apa yang boleh dibuka?" = "What may each role open?";
        route: "Rute" = "Route";
        no_route: "Belum ada" = "None yet";
        supplier: "Pemasok" = "Supplier";
        no_supplier: "Pilih pemasok" = "Choose a supplier";
        for_salesman: "Untuk salesman: rute yang dijalani." = "For a salesman: the route they drive.";
        for_supplier: "Untuk pemasok: barang siapa yang dilihat." = "For a supplier: whose products they see.";
        language: "Bahasa" = "Language";
        password: "Kata sandi" = "Password";
        password_about: "Catat dan berikan kepada orangnya; nanti tidak ditampilkan lagi. Boleh diganti, paling sedikit 8 huruf." = "Write it down and hand it over; it is not shown again. You may type another one of at least 8 characters.";
        added: "Orang ditambahkan." = "Somebody was added.";
        saved: "Tersimpan." = "Saved.";
        logged_out: "Sudah dikeluarkan dari semua perangkat." = "Logged out everywhere.";
        owner: "Pemilik" = "Owner";
        dispatcher: "Petugas kantor" = "Dispatcher";
        salesman: "Salesman" = "Salesman";
        supplier_role: "Pemasok" = "Supplier";
        owner_about: "Pemilik: semuanya, juga orang dan pengaturan." = "Owner: everything, people and settings too.";
        dispatcher_about: "Petugas kantor: warung, jadwal, kiriman, gudang, belanja, produksi, pesanan dan perangkat." = "Dispatcher: shops, schedule, shipments, stock, buying, production, orders and devices.";
        salesman_about: "Salesman: perhentian di rutenya sendiri." = "Salesman: the stops of their own route.";
        supplier_about: "Pemasok: barangnya sendiri di gudang distributor." = "Supplier: their own products at the distributor's.";
        off: "Tidak bisa masuk" = "Kept out";
        you: "Anda" = "You";
        last_login: "Terakhir masuk" = "Last logged in";
        since: "Sejak" = "Since";
        sessions: "Perangkat yang sedang masuk" = "Devices logged in";
        change: "Ubah" = "Change";
        save: "Simpan" = "Save";
        new_password: "Beri kata sandi baru" = "Give a new password";
        new_password_about: "Orangnya dikeluarkan dari semua perangkat dan masuk lagi dengan kata sandi ini." = "They are logged out everywhere and log in again with this password.";
        log_out_everywhere: "Keluarkan dari semua perangkat" = "Log out everywhere";
        switch_off: "Tidak boleh masuk lagi" = "Keep out";
        switch_off_about: "Orangnya langsung dikeluarkan. Catatannya tetap ada, dan bisa diizinkan lagi." = "They are logged out at once. What they did stays on record, and they can be let in again.";
        yes_off: "Ya, jangan boleh masuk" = "Yes, keep out";
        switch_on: "Boleh masuk lagi" = "Let in again";
        back: "Kembali ke daftar" = "Back to the list";
        own: "Kata sandi saya" = "My password";
        old_password: "Kata sandi sekarang" = "Current password";
        own_new: "Kata sandi baru (paling sedikit 8 huruf)" = "New password (at least 8 characters)";
        again: "Kata sandi baru sekali lagi" = "New password once more";
        change_password: "Ganti kata sandi" = "Change the password";
        others_out: "Perangkat lain yang sedang masuk dengan nama Anda akan dikeluarkan." = "Other devices that are logged in under your name are logged out.";
        not_the_same: "Kedua kata sandi tidak sama." = "The two passwords are not the same.";
        wrong_old: "Kata sandi sekarang salah." = "The current password is wrong.";
        wait: "Terlalu sering salah. Tunggu beberapa menit." = "Wrong too often. Wait a few minutes.";
        no_own: "Hub ini belum punya orang. Tambahkan dulu di halaman Orang." = "This hub has no people yet. Add them on the page People first.";
        name_needed: "Isi nama, paling panjang 100 huruf." = "Enter a name of at most 100 letters.";
        name_taken: "Nama ini sudah dipakai." = "This name is taken.";
        name_reserved: "Nama ini berarti orang lain di catatan." = "This name means somebody else in the audit log.";
        login_wrong: "Pakai 3 sampai 40 huruf kecil, angka atau . _ - @" = "Use 3 to 40 small letters, digits or . _ - @";
        login_taken: "Nama masuk ini sudah dipakai. Tambahkan nama usaha, misalnya budi.makmur" = "This login name is taken. Add the firm's name, such as budi.makmur";
        password_short: "Kata sandi harus 8 sampai 128 huruf." = "A password has 8 to 128 characters.";
        password_common: "Kata sandi ini terlalu mudah ditebak." = "This password is too easy to guess.";
        supplier_needed: "Pilih pemasoknya." = "Choose the supplier.";
        supplier_unknown: "Pemasok ini tidak ada di daftar." = "This supplier is not in the list.";
        route_unknown: "Rute ini tidak ada di daftar." = "This route is not in the list.";
        first_is_owner: "Orang pertama harus pemilik." = "The first one must be the owner.";
        too_many: "Orangnya sudah terlalu banyak." = "There are too many people.";
        last_owner: "Ini pemilik terakhir yang bisa masuk. Tambahkan pemilik lain dulu." = "This is the last owner who can log in. Add another owner first.";
        not_oneself: "Anda tidak bisa mengeluarkan diri sendiri." = "You cannot keep yourself out.";
        changed_meanwhile: "Orang ini baru saja diubah orang lain. Lihat dulu, lalu ubah lagi." = "Somebody else has just changed this person. Look first, then change again.";
    }
}

impl PeopleTexts {
    /// What a role is called.
    #[must_use]
    pub fn role_name(&self, role: Role) -> &'static str {
        match role {
            Role::Owner => self.owner,
            Role::Dispatcher => self.dispatcher,
            Role::Salesman => self.salesman,
            Role::Supplier => self.supplier_role,
        }
    }

    /// What is wrong with a field, for people.
    #[must_use]
    pub fn fault(&self, field: &str, message: &str) -> &'static str {
        match (field, message) {
            ("name", "is another user's") => self.name_taken,
            ("name", "means somebody else in the audit log") => self.name_reserved,
            ("name", "is one too many") => self.too_many,
            ("login", text) if text.starts_with("is taken") => self.login_taken,
            ("login", _) => self.login_wrong,
            ("password", text) if text.starts_with("must have") => self.password_short,
            ("password", _) => self.password_common,
            ("supplier", text) if text.starts_with("is needed") => self.supplier_needed,
            ("supplier", _) => self.supplier_unknown,
            ("route", _) => self.route_unknown,
            ("role", _) => self.first_is_owner,
            _ => self.name_needed,
        }
    }
}
