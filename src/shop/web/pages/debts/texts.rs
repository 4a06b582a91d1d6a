//! The words on the pages of debts.

use crate::web::texts;

texts! {
    /// What the pages of debts say.
    DebtTexts {
        total: "Total kasbon" = "All debts";
        customers: "Orang" = "People";
        oldest: "Paling lama" = "Oldest";
        overdue: "Lewat jatuh tempo" = "Overdue";
        due: "Jatuh tempo" = "Due";
        age: "Umur kasbon" = "Age of the debts";
        to_7: "Sampai 7 hari" = "Up to 7 days";
        to_30: "8 sampai 30 hari" = "8 to 30 days";
        to_60: "31 sampai 60 hari" = "31 to 60 days";
        older: "Lebih dari 60 hari" = "More than 60 days";
        search: "Cari nama" = "Search by name";
        find: "Cari" = "Search";
        owing: "Yang punya kasbon" = "Who owes";
        all: "Semua pelanggan" = "All customers";
        only_owing: "Hanya yang punya kasbon" = "Only who owes";
        nobody: "Tidak ada kasbon. Kasbon dicatat di Kasir: pilih cara bayar Kasbon." = "Nobody owes anything. Debts are recorded at the till: choose to pay on credit.";
        no_customers: "Belum ada pelanggan. Tambah yang pertama." = "No customers yet. Add the first one.";
        nothing_found: "Tidak ditemukan." = "Nothing found.";
        add: "Tambah pelanggan" = "Add a customer";
        edit: "Ubah data" = "Edit";
        since: "sejak" = "since";
        paid_ahead: "Titip uang" = "Paid ahead";
        settled: "Lunas" = "Paid";
        unpaid: "Belum lunas" = "Unpaid";
        owes: "Kasbon" = "Owes";
        limit: "Batas utang" = "Limit";
        limit_hint: "Kosongkan kalau tanpa batas." = "Leave it empty for no limit.";
        over_limit: "Lewat batas utang" = "Over the limit";
        due_days: "Jatuh tempo setelah berapa hari" = "Due after how many days";
        due_hint: "Kosongkan untuk ikut aturan warung:" = "Leave it empty for the shop's usual:";
        days: "hari" = "days";
        name: "Nama" = "Name";
        phone: "Nomor HP" = "Telephone";
        phone_hint: "Untuk mengirim pengingat lewat WhatsApp" = "To send reminders by WhatsApp";
        note: "Catatan" = "Note";
        save: "Simpan" = "Save";
        pay: "Terima pembayaran" = "Take a payment";
        amount: "Jumlah" = "Amount";
        method: "Cara bayar" = "Way of payment";
        cash: "Tunai" = "Cash";
        transfer: "Transfer" = "Transfer";
        qris: "QRIS" = "QRIS";
        pay_some: "Simpan cicilan" = "Save this payment";
        pay_all: "Lunasi semua" = "Pay it all";
        remind: "Tagih" = "Remind";
        remind_link: "Kirim lewat WhatsApp" = "Send by WhatsApp";
        no_phone: "Isi nomor HP dulu supaya pesan ini bisa dikirim lewat WhatsApp." = "Enter a telephone number first to send this by WhatsApp.";
        statement: "Riwayat kasbon" = "Statement";
        no_entries: "Belum ada kasbon." = "No debts yet.";
        balance: "Sisa" = "Balance";
        sale: "Belanja, struk" = "Bought, receipt";
        void: "Dibatalkan, struk" = "Voided, receipt";
        returned: "Retur" = "Returned";
        payment: "Bayar" = "Paid";
        opening: "Utang awal" = "Debt from before";
        write_off: "Dihapus" = "Given up";
        print: "Cetak" = "Print";
        back: "Semua kasbon" = "All debts";
        for_owner: "Untuk pemilik" = "For the owner";
        open_debt: "Catat utang dari buku lama" = "Enter a debt from before";
        give_up: "Hapus kasbon (tidak akan dibayar)" = "Give the debt up (it will not be paid)";
        reason: "Alasan" = "Reason";
        settings: "Aturan kasbon" = "Rules for debts";
        usual_days: "Kasbon jatuh tempo setelah berapa hari" = "Debts are due after how many days";
        usual_hint: "Berlaku untuk pelanggan tanpa aturan sendiri." = "For customers without a rule of their own.";
        wrong_name: "Isi nama, paling panjang 100 huruf." = "Enter a name of up to 100 letters.";
        wrong_phone: "Nomor HP tidak dikenal. Contoh: 0812 3456 7890." = "That is no telephone number. Example: 0812 3456 7890.";
        wrong_note: "Catatannya terlalu panjang." = "The note is too long.";
        wrong_reason: "Isi alasannya." = "Enter the reason.";
        wrong_amount: "Isi jumlah uang dengan angka, misalnya 50.000." = "Enter an amount in figures, such as 50,000.";
        too_much: "Lebih besar dari kasbonnya." = "That is more than is owed.";
        too_large: "Kasbonnya jadi terlalu besar." = "That makes the debt too large.";
        wrong_method: "Pilih cara bayarnya." = "Choose the way of payment.";
        wrong_days: "Isi hari dengan angka, 0 sampai 3650." = "Enter days, 0 to 3650.";
        by: "oleh" = "by";
        greeting: "Halo" = "Hello";
        reminder_from: "ini dari" = "this is";
        reminder_body: "Sekadar mengingatkan, catatan kasbonnya sekarang" = "A friendly reminder: on your account there is now";
        reminder_end: "Kalau sudah ada rezekinya, boleh dibayar atau dicicil dulu ya. Terima kasih banyak." = "Please pay it, or some of it, when you can. Thank you very much.";
    }
}
