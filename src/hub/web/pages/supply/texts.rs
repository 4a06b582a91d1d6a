//! The words on the pages of stock and supply.

use crate::hub::store::supplier_orders::SupplierOrderState;
use crate::hub::store::warehouse::MoveReason;
use crate::model::AdjustmentReason;
use crate::web::texts;

texts! {
    /// Every fixed text of these pages.
    SupplyTexts {
        stock: "Gudang" = "Warehouse";
        buying: "Belanja" = "Buying";
        suppliers: "Pemasok" = "Suppliers";
        search: "Cari" = "Search";
        everything: "Semua" = "All";
        running_low: "Menipis" = "Running low";
        dates: "Kedaluwarsa" = "Dates";
        below_zero: "Minus" = "Below zero";
        uncounted: "Belum dihitung" = "Not counted yet";
        nothing_found: "Tidak ada yang cocok." = "Nothing matches.";
        no_products: "Belum ada barang. Masukkan daftar barang dulu: kulakan hub import products FILE" = "No products yet. Bring in the catalogue first: kulakan hub import products FILE";
        not_counted_hint: "Belum dihitung: isi stok awal dengan stok opname, atau dari berkas dengan kulakan hub import stock." = "Not counted yet: enter the opening stock by a count, or from a file by kulakan hub import stock.";
        inventory_report: "Laporan stok untuk program lain (UBL)" = "Inventory Report for other programs (UBL)";
        stock_value: "Nilai stok" = "Stock value";
        available: "Bisa dikirim" = "Available";
        on_hand: "Ada di gudang" = "On hand";
        reserved: "Sudah dijanjikan" = "Reserved";
        on_order: "Dipesan" = "On order";
        expired: "Lewat tanggal" = "Past its date";
        expiring: "Segera kedaluwarsa" = "Expiring soon";
        cover: "Cukup" = "Lasts";
        days: "hari" = "days";
        needed_daily: "Kebutuhan toko sehari" = "Shops need a day";
        lots: "Lot dan tanggal" = "Lots and dates";
        no_lots: "Kosong." = "Nothing there.";
        no_date: "Tanpa tanggal" = "No date";
        lot: "Kode lot" = "Lot code";
        expires: "Baik sampai" = "Best before";
        below_zero_why: "Keluar lebih banyak daripada yang tercatat masuk. Hitung barangnya, lalu simpan sebagai stok opname." = "More left than was ever booked in. Count it and save the count.";
        receive: "Barang masuk" = "Goods in";
        receive_hint: "Untuk barang di luar pesanan. Barang pesanan diterima di halaman pesanannya." = "For goods outside an order. What was ordered is received on the order's page.";
        count: "Stok opname" = "Stock count";
        counted: "Dihitung" = "Counted";
        count_hint: "Isi yang dihitung; yang kosong tidak berubah. Barang yang keluar selama menghitung tidak menjadi selisih." = "Fill in what you counted; what is empty stays. What leaves while you count is no variance.";
        variance: "Selisih" = "Variance";
        adjust: "Catat rusak, hilang, koreksi" = "Record damage, loss, correction";
        why: "Sebabnya" = "Why";
        waste: "Rusak" = "Damaged";
        went_off: "Kedaluwarsa" = "Expired";
        own_use: "Dipakai sendiri" = "Own use";
        sent_back: "Dikembalikan ke pemasok" = "Sent back to the supplier";
        correction: "Koreksi buku" = "Correction";
        quantity: "Jumlah" = "Quantity";
        note: "Catatan" = "Note";
        beyond_book: "Memang lebih banyak daripada catatan" = "It really is more than the book has";
        save: "Simpan" = "Save";
        ledger: "Riwayat" = "History";
        no_moves: "Belum ada gerakan." = "Nothing has moved.";
        older: "Sebelumnya" = "Older";
        more: "Berikutnya" = "Next";
        take_back: "Batalkan" = "Take back";
        taken_back: "Dibatalkan" = "Taken back";
        promised_to: "Dijanjikan untuk" = "Promised to";
        shipment: "Kiriman" = "Shipment";
        order: "Pesanan" = "Order";
        by: "oleh" = "by";
        back: "Kembali" = "Back";
        to_buy: "Perlu dipesan" = "To be ordered";
        nothing_to_buy: "Tidak ada yang perlu dipesan hari ini." = "Nothing is to be ordered today.";
        buy_hint: "Saran dibuat untuk barang yang sudah dihitung di gudang, dari kebutuhan semua toko." = "Recommendations are made for products counted in the warehouse, from all shops' needs.";
        make_order: "Buat pesanan" = "Make the order";
        order_from: "Pesan dari" = "Order from";
        here_on: "Tiba" = "Here on";
        order_on: "Pesan" = "Order on";
        along: "sekalian" = "along";
        why_this: "Kenapa?" = "Why?";
        nobody_delivers: "Tidak ada pemasok yang bisa mengirim" = "No supplier can deliver";
        nobody_hint: "Pasang pemasok pada barangnya, atau nyalakan pemasok yang dimatikan." = "Give the product a supplier, or switch one on again.";
        next_orders: "Pesanan berikutnya" = "Next orders";
        open_orders: "Pesanan berjalan" = "Open orders";
        no_open_orders: "Tidak ada pesanan berjalan." = "No open orders.";
        ended_orders: "Pesanan selesai" = "Past orders";
        late: "Terlambat" = "Late";
        recommended: "Saran" = "Recommended";
        confirmed: "Disetujui" = "Confirmed";
        sent: "Terkirim ke pemasok" = "Sent";
        part_received: "Datang sebagian" = "Part received";
        received: "Diterima" = "Received";
        closed_short: "Ditutup kurang" = "Closed short";
        cancelled: "Dibatalkan" = "Cancelled";
        total: "Jumlah harga" = "Total";
        price: "Harga" = "Price";
        product: "Barang" = "Product";
        add_product: "Tambah barang" = "Add a product";
        none: "(tidak)" = "(none)";
        save_changes: "Simpan perubahan" = "Save changes";
        confirm: "Setujui" = "Confirm";
        mark_sent: "Sudah dikirim ke pemasok" = "It has been sent";
        send_hint: "Kirim lewat e-mail atau cetak, lalu tandai sudah dikirim." = "Send it by e-mail or print it, then mark it sent.";
        email: "Tulis e-mail" = "Write an e-mail";
        print: "Cetak" = "Print";
        plain_text: "Teks" = "Text";
        came: "Datang" = "Came";
        damaged: "Rusak" = "Damaged";
        still_open: "Belum datang" = "Still to come";
        more_than_ordered: "Lebih dari pesanan" = "More than ordered";
        book_in: "Terima barang" = "Book goods in";
        book_in_hint: "Isi yang datang. Barang rusak tidak masuk gudang." = "Fill in what came. Damaged goods are not taken in.";
        delivery_note: "Nomor surat jalan" = "Delivery note number";
        deliveries: "Kedatangan" = "Deliveries";
        call_off: "Batalkan pesanan" = "Call the order off";
        close: "Tutup, sisanya tidak ditunggu" = "Close, wait for no more";
        reopen: "Buka lagi" = "Open again";
        reason: "Alasan" = "Reason";
        supplier_says: "Menurut pemasok" = "The supplier says";
        expected_on: "Perkiraan tiba" = "Expected";
        lead_time: "Lama kirim (hari)" = "Lead time (days)";
        lead_time_sd: "Simpangan lama kirim (hari)" = "Lead time varies by (days)";
        minimum_value: "Pesanan terkecil (Rp)" = "Least order (Rp)";
        handling_cost: "Ongkos sekali pesan (Rp)" = "Cost of one order (Rp)";
        their_order_cost: "Ongkos pemasok sekali pesan (Rp)" = "The supplier's cost of one order (Rp)";
        order_days: "Hari terima pesanan (mon,thu)" = "Takes orders on (mon,thu)";
        phone: "Telepon" = "Phone";
        mail: "E-mail" = "E-mail";
        address: "Alamat" = "Address";
        new_supplier: "Pemasok baru" = "New supplier";
        name: "Nama" = "Name";
        no_suppliers: "Belum ada pemasok. Tambahkan di bawah ini, atau kulakan hub import suppliers FILE." = "No suppliers yet. Add one below, or kulakan hub import suppliers FILE.";
        first_for: "Utama untuk" = "First for";
        reserve_for: "Cadangan untuk" = "Reserve for";
        products: "barang" = "products";
        open_count: "pesanan berjalan" = "open orders";
        switched_off: "Tidak dipakai" = "Switched off";
        cannot_until: "Tidak bisa mengirim sampai" = "Cannot deliver until";
        can_again: "Sudah bisa lagi" = "It can again";
        set_unavailable: "Tidak bisa mengirim" = "Cannot deliver";
        until: "Sampai tanggal" = "Until";
        switch_off: "Tidak dipakai lagi" = "Use it no more";
        switch_off_hint: "Pesanan yang berjalan tetap diterima. Barangnya dipesan dari pemasok berikutnya." = "Open orders are still received. Its products are ordered from the next supplier.";
        switch_on: "Pakai lagi" = "Use it again";
        still_to_receive: "Masih harus diterima" = "Still to be received";
        now_from: "sekarang dari" = "now from";
        now_nobody: "tidak ada yang mengirim lagi" = "nobody delivers it any more";
        offers: "Yang dijual" = "What it offers";
        no_offers: "Belum ada barang dari pemasok ini." = "Nothing from this supplier yet.";
        rank: "Urutan" = "Rank";
        least: "Paling sedikit" = "At least";
        order_cost: "Ongkos pesan barang ini (Rp)" = "Cost of ordering this product (Rp)";
        supplier_price: "Modal pemasok (Rp)" = "The supplier's own cost (Rp)";
        still_offered: "Masih dijual" = "Still offered";
        as_supplier_sees: "Yang dilihat pemasok" = "What the supplier sees";
        my_products: "Barang saya" = "My products";
        can_deliver: "Bisa kirim tanggal" = "Can deliver on";
        say: "Sampaikan" = "Tell";
        not_a_supplier: "Halaman ini untuk pemasok yang masuk dengan namanya sendiri. Lihat halamannya di Pemasok." = "This page is for suppliers who log in with their own name. Look at theirs under Suppliers.";
        as_file: "Unduh CSV" = "Download as CSV";
        for_supplier: "Stok kami dari barang Anda" = "Our stock of your products";
        send_next: "Yang perlu dikirim" = "What to send, and when";
        nothing_to_send: "Belum ada yang perlu dikirim." = "Nothing is to be sent yet.";
        about: "kira-kira" = "about";
        now: "sekarang" = "now";
        quantity_wrong: "Jumlahnya tidak terbaca." = "The quantity cannot be read.";
        money_wrong: "Harganya tidak terbaca." = "The amount cannot be read.";
        date_wrong: "Tanggalnya tidak terbaca." = "The date cannot be read.";
        number_wrong: "Angkanya tidak terbaca." = "The number cannot be read.";
        saved_count: "Stok opname tersimpan" = "Count saved";
        agrees: "Semua cocok dengan buku." = "All agrees with the book.";
        purchase_order: "Pesanan pembelian" = "Purchase order";
        to_supplier: "Kepada" = "To";
        please_deliver: "Mohon dikirim:" = "Please deliver:";
        thanks: "Terima kasih," = "Thank you,";
    }
}

impl SupplyTexts {
    /// How far an order has come: its words and the class of its tag.
    pub fn state(&self, state: SupplierOrderState) -> (&'static str, &'static str) {
        match state {
            SupplierOrderState::Recommended => (self.recommended, "along"),
            SupplierOrderState::Confirmed => (self.confirmed, "along"),
            SupplierOrderState::Sent => (self.sent, "along"),
            SupplierOrderState::PartReceived => (self.part_received, "along"),
            SupplierOrderState::Received => (self.received, "good"),
            SupplierOrderState::ClosedShort => (self.closed_short, "due"),
            SupplierOrderState::Cancelled => (self.cancelled, "due"),
        }
    }

    /// Why stock was changed by hand.
    pub fn adjustment(&self, reason: AdjustmentReason) -> &'static str {
        match reason {
            AdjustmentReason::Waste => self.waste,
            AdjustmentReason::Expired => self.went_off,
            AdjustmentReason::OwnUse => self.own_use,
            AdjustmentReason::Return => self.sent_back,
            AdjustmentReason::Correction => self.correction,
        }
    }
}

texts! {
    /// Why stock moved.
    MoveTexts {
        receipt: "Barang masuk" = "Goods in";
        count: "Stok opname" = "Stock count";
        adjustment: "Diubah" = "Adjusted";
        dispatch: "Dikirim ke toko" = "Sent to a shop";
        undispatch: "Kiriman batal" = "Shipment called off";
        returned: "Retur dari toko" = "Returned by a shop";
        production_out: "Bahan dipakai" = "Used as material";
        production_in: "Hasil produksi" = "Made here";
        delivery: "Dikirim ke pelanggan" = "Sent to a customer";
    }
}

impl MoveTexts {
    /// Why it moved.
    pub fn reason(&self, reason: MoveReason) -> &'static str {
        match reason {
            MoveReason::Receipt => self.receipt,
            MoveReason::Count => self.count,
            MoveReason::Adjustment => self.adjustment,
            MoveReason::Dispatch => self.dispatch,
            MoveReason::Undispatch => self.undispatch,
            MoveReason::Return => self.returned,
            MoveReason::ProductionOut => self.production_out,
            MoveReason::ProductionIn => self.production_in,
            MoveReason::Delivery => self.delivery,
        }
    }
}
