//! Words about the shops' devices.

use crate::web::texts;

texts! {
    /// What the pages about devices say.
    DeviceTexts {
        title: "Perangkat" = "Devices";
        search: "Cari warung" = "Find a shop";
        only: "Tampilkan" = "Show";
        all: "Semua" = "All";
        alarmed: "Dengan peringatan" = "With an alarm";
        set_aside: "Dengan catatan yang disisihkan" = "With records set aside";
        silent: "Lama tidak terdengar" = "Silent for long";
        unpaired: "Belum tersambung" = "Not paired";
        show: "Tampilkan" = "Show";
        found: "Warung" = "Shops";
        none: "Tidak ada warung yang cocok. Ubah pencarian, atau tambahkan warung di bawah." = "No shop fits. Change the search, or add a shop below.";
        previous: "Sebelumnya" = "Previous";
        next: "Berikutnya" = "Next";
        in_touch: "Tersambung" = "In touch";
        not_paired: "Belum tersambung" = "Not paired";
        last_contact: "Terakhir tersambung" = "Last connected";
        clock_off: "Jamnya selisih (detik):" = "Its clock is off (seconds):";
        devices: "Perangkat" = "Devices";
        no_devices: "Belum ada perangkat. Buat kode di bawah dan berikan kepada pemilik warung." = "No device yet. Make a code below and give it to the shop's owner.";
        in_use: "Dipakai" = "In use";
        replaced: "Sudah diganti" = "Replaced";
        shut_out: "Ditutup" = "Shut out";
        paired: "Disambungkan" = "Paired";
        epoch: "Babak" = "Epoch";
        records: "catatan terakhir nomor" = "last record number";
        program: "Versi program" = "Program version";
        copies: "Salinan data yang pernah terdengar" = "Copies of its data heard of";
        shut: "Tutup perangkat ini" = "Shut this device out";
        shut_about: "Untuk perangkat yang hilang atau dicuri. Semua kirimannya ditolak sampai dibuka lagi; stok warung tetap seperti catatan terakhir." = "For a device that was lost or stolen. All that it sends is refused until it is let in again; the shop's stock stays as last recorded.";
        yes_shut: "Ya, tutup" = "Yes, shut out";
        let_in: "Buka lagi" = "Let in again";
        replaced_about: "Perangkat lain sudah menggantikannya. Untuk memakainya lagi, buat kode baru dan masukkan di perangkat itu." = "Another device has taken its place. To use it again, make a new code and enter it on that device.";
        alarms: "Peringatan" = "Alarms";
        noticed: "Terakhir terlihat" = "Last noticed";
        dismiss: "Sudah beres" = "Dealt with";
        code: "Kode untuk perangkat" = "A code for a device";
        code_about: "Kode sekali pakai, berlaku 7 hari. Kode lama yang belum dipakai tidak berlaku lagi. Perangkat baru menggantikan yang sekarang." = "For one use, valid for 7 days. Earlier codes that nobody has used are void then. A new device takes the place of the present one.";
        code_open: "Ada kode yang belum dipakai, berlaku sampai" = "There is a code that nobody has used yet, valid until";
        make_code: "Buat kode baru" = "Make a new code";
        new_code: "Kode baru" = "The new code";
        code_once: "Catat sekarang; kode ini tidak ditampilkan lagi. Di warung: kulakan shop pair, atau halaman Sambungan." = "Write it down now; it is not shown again. At the shop: kulakan shop pair, or the page Connection.";
        aside_title: "Catatan yang disisihkan" = "Records set aside";
        aside_about: "Catatan ini tersimpan tetapi belum bisa dibaca hub. Yang lain tidak menunggunya; hub mencoba lagi setiap dijalankan." = "These records are kept, but the hub cannot read them yet. Nothing else waits for them; the hub tries again each time it starts.";
        aside_none: "Tidak ada." = "None.";
        came: "Datang" = "Came";
        day: "Hari dagang" = "Trading day";
        why: "Sebab" = "Why";
        add: "Tambah warung" = "Add a shop";
        name: "Nama warung" = "The shop's name";
        name_wrong: "Isi nama, paling panjang 100 huruf." = "Enter a name of at most 100 letters.";
        name_taken: "Sudah ada warung dengan nama ini." = "There is a shop of this name already.";
        linked_about: "Warung ini memakai perangkat yang terdaftar pada distributor lain. Yang tampil di sini hanya barang dari katalog Anda." = "This shop uses a device that is entered with another distributor. Shown here are the products of your own catalogue only.";
        linked_silent: "Perangkat itu ditutup atau diganti di sana: sampai dibuka lagi tidak ada kabar baru." = "That device was shut out or replaced there: until it is let in again there is no news.";
        linked_since: "Tersambung sejak" = "Linked since";
        shared_about: "Perangkat warung ini juga melayani distributor lain. Yang tampil di sini hanya barang dari katalog Anda." = "This shop's device serves further distributors too. Shown here are the products of your own catalogue only.";
        unlink: "Akhiri sambungan ini" = "End this link";
        unlink_about: "Stok dan penjualan warung ini hilang dari data Anda; pesanan dan kiriman tetap ada. Untuk menyambung lagi, buat kode baru." = "This shop's stock and sales leave your figures; orders and shipments stay. To link it again, make a new code.";
        yes_unlink: "Ya, akhiri" = "Yes, end it";
        taken_over: "Perangkat lain sudah menggantikannya. Buat kode baru." = "Another device has taken its place. Make a new code.";
        back: "Kembali ke daftar" = "Back to the list";
    }
}
