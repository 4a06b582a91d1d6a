//! The words on the pages of orders.

use crate::hub::orders::board::Blocker;
use crate::hub::store::customers::NoticeChannel;
use crate::hub::store::orders::{LineKind, OrderPhase};
use crate::hub::store::outbox::MessageState;
use crate::web::texts;

texts! {
    /// Every fixed text of the pages of orders.
    Texts {
        orders: "Pesanan" = "Orders";
        new_order: "Pesanan baru" = "New order";
        board: "Belum terkirim" = "Not sent yet";
        messages: "Kabar ke pelanggan" = "Messages";
        customers: "Pelanggan" = "Customers";
        webhooks: "Sambungan sistem" = "Webhooks";
        all: "Semua" = "All";
        find: "Cari nomor" = "Find a number";
        search: "Cari" = "Find";
        no_orders: "Belum ada pesanan. Catat yang pertama dengan Pesanan baru." = "No orders yet. Enter the first one with New order.";
        none_here: "Tidak ada pesanan di tahap ini." = "No order is in this phase.";
        older: "Lebih lama" = "Older";
        received: "Masuk" = "Received";
        confirmed: "Disetujui" = "Confirmed";
        in_production: "Dikerjakan" = "Being made";
        ready: "Siap" = "Ready";
        shipped: "Dikirim" = "Shipped";
        delivered: "Diterima" = "Delivered";
        cancelled: "Dibatalkan" = "Cancelled";
        stock: "Dari stok" = "From stock";
        made: "Dibuat khusus" = "Made to order";
        dropship: "Dikirim pemasok" = "Sent by a supplier";
        customer: "Pelanggan" = "Customer";
        shop: "Warung" = "Shop";
        more_products: "Barang lainnya" = "More products";
        someone_new: "Pelanggan baru" = "A new customer";
        name: "Nama" = "Name";
        phone: "Telepon (WhatsApp)" = "Telephone (WhatsApp)";
        email: "E-mail" = "E-mail";
        address: "Alamat" = "Address";
        language: "Bahasa" = "Language";
        told_by: "Dikabari lewat" = "Told by";
        by_email: "E-mail" = "E-mail";
        by_whatsapp: "WhatsApp" = "WhatsApp";
        by_webhook: "Sistem pelanggan" = "The customer's system";
        by_nothing: "Tidak dikabari" = "Not told";
        by_what_there_is: "Otomatis" = "By what there is";
        wanted_on: "Diminta tanggal" = "Wanted on";
        reference: "Nomor dari pelanggan" = "The customer's number";
        note: "Catatan" = "Note";
        products: "Barang" = "Products";
        product: "Barang" = "Product";
        quantity: "Jumlah" = "Quantity";
        unit_price: "Harga satuan" = "Unit price";
        kind: "Asal barang" = "Where from";
        as_usual: "Seperti biasa" = "As usual";
        accept_now: "Langsung setujui" = "Confirm at once";
        save: "Simpan" = "Save";
        total: "Nilai" = "Value";
        backlog: "Disiapkan" = "Set aside";
        backordered: "Menunggu barang" = "Waiting for stock";
        sent: "Terkirim" = "Sent";
        arrived: "Sampai" = "Arrived";
        called_off: "Batal" = "Called off";
        promised: "Dijanjikan" = "Promised";
        by_stock: "dari stok" = "from stock";
        by_supplier_order: "dari pesanan ke pemasok" = "from supplier order";
        by_lead_time: "bila dipesan hari ini ke" = "if ordered today from";
        by_production: "dari produksi" = "from production";
        no_promise: "belum ada pemasok" = "nobody supplies it";
        accept: "Setujui" = "Confirm";
        making: "Dibuat" = "Being made";
        begin_stage: "Mulai" = "Begin";
        finish: "Selesai dibuat" = "Finished";
        stage: "Tahap" = "Stage";
        pack: "Siap dikirim" = "Ready to go";
        ship_all: "Kirim yang disiapkan" = "Send what is set aside";
        ship_part: "Kirim sebagian" = "Send a part";
        carrier: "Pengantar / nomor resi" = "Carrier and number";
        send: "Kirim" = "Send";
        has_arrived: "Sudah sampai" = "Has arrived";
        came_back: "Kembali" = "Came back";
        cancel: "Batalkan" = "Cancel";
        cancel_open: "Batalkan yang belum terkirim" = "Call off what has not left";
        reason: "Alasan (dibaca pelanggan)" = "Reason (the customer reads it)";
        parcel: "Kiriman" = "Parcel";
        parcels: "Kiriman" = "Parcels";
        planned: "Menunggu berangkat" = "About to leave";
        returned: "Kembali" = "Came back";
        with_shipment: "ikut kiriman warung" = "with the shop's shipment";
        history: "Riwayat" = "History";
        link: "Halaman untuk pelanggan" = "The customer's page";
        open_page: "Buka" = "Open";
        hold: "Tahan kiriman karena" = "Hold deliveries because";
        hold_hint: "Kosongkan bila tidak ditahan. Selama terisi, tidak ada yang berangkat ke pelanggan ini." = "Leave empty for none. While it says something, nothing leaves for this customer.";
        on_hold: "Ditahan" = "On hold";
        no_customers: "Belum ada pelanggan. Mereka tercatat saat pesanan pertamanya." = "No customers yet. They are added with their first order.";
        empty_board: "Tidak ada yang menunggu: semua pesanan sudah terkirim." = "Nothing waits: every order has left.";
        backlog_value: "Disiapkan, belum terkirim" = "Set aside, not sent";
        backorder_value: "Menunggu barang" = "Waiting for stock";
        late_count: "Terlambat" = "Late";
        oldest: "Paling lama" = "Oldest";
        days: "hari" = "days";
        late: "Terlambat" = "Late";
        expected: "Perkiraan" = "Expected";
        unknown_date: "belum pasti" = "not known";
        sort: "Urutkan" = "Sort";
        by_age: "Umur" = "Age";
        by_value: "Nilai" = "Value";
        by_promise: "Janji" = "Promise";
        group: "Kelompokkan" = "Group";
        by_blocker: "Penghambat" = "What blocks";
        by_customer: "Pelanggan" = "Customer";
        by_product: "Barang" = "Product";
        show: "Tampilkan" = "Show";
        missed: "Paling dicari, belum ada" = "Most asked for and not there";
        orders_wait: "pesanan menunggu" = "orders wait";
        coming: "akan datang" = "coming";
        buy: "Pesan ke pemasok" = "Order from suppliers";
        confirmation: "Menunggu persetujuan" = "Waits for confirmation";
        held: "Ditahan" = "On hold";
        no_supplier: "Belum ada pemasok" = "Nobody supplies it";
        not_ordered: "Belum dipesan ke pemasok" = "Not ordered yet";
        supplier_order: "Menunggu pesanan ke pemasok" = "Waits for a supplier order";
        production: "Menunggu produksi" = "Waits for production";
        supplier: "Menunggu pemasok mengirim" = "Waits for the supplier";
        delivery_day: "Menunggu hari kirim" = "Waits for the delivery day";
        can_leave: "Bisa dikirim" = "Can leave";
        to_send: "Perlu dikirim" = "To be sent";
        nothing_to_send: "Tidak ada kabar yang perlu dikirim sendiri." = "No message is waiting for you.";
        open_whatsapp: "Buka WhatsApp" = "Open WhatsApp";
        sent_already: "Sudah dikirim" = "Sent already";
        not_sent_after_all: "Ternyata belum" = "Not sent after all";
        trouble: "Bermasalah" = "In trouble";
        no_trouble: "Tidak ada kabar yang tersangkut." = "No message is stuck.";
        latest: "Terbaru" = "Latest";
        again: "Kirim lagi" = "Send again";
        tries: "percobaan" = "attempts";
        next_try: "dicoba lagi" = "tried again";
        no_smtp: "E-mail belum bisa dikirim: isi smtp_url dan smtp_from di config.toml, lalu jalankan ulang hub." = "E-mail cannot be sent yet: set smtp_url and smtp_from in config.toml and start the hub again.";
        waiting: "Menunggu" = "Waiting";
        sending: "Sedang dikirim" = "Being sent";
        by_hand: "Kirim sendiri" = "To be sent by you";
        was_sent: "Terkirim" = "Sent";
        stuck: "Tersangkut" = "Stuck";
        dropped: "Tidak jadi" = "Dropped";
        unsure: "Mungkin sudah sampai: tanyakan pelanggan sebelum mengirim lagi." = "It may have arrived: ask the customer before sending it again.";
        webhooks_about: "Sistem Anda dipanggil setiap kali sesuatu terjadi: pesanan, kiriman, pesanan ke pemasok." = "Your systems are called whenever something happens: orders, shipments, supplier orders.";
        no_webhooks: "Belum ada sambungan." = "No webhooks yet.";
        url: "Alamat (https://)" = "Address (https://)";
        kinds: "Kejadian (kosong untuk semua)" = "Events (empty for all)";
        add: "Tambah" = "Add";
        secret_once: "Kunci tanda tangan. Salin sekarang: hanya ditampilkan sekali ini." = "The signing secret. Copy it now: it is shown only this once.";
        switched_off: "Mati" = "Off";
        switched_on: "Aktif" = "On";
        switch_off: "Matikan" = "Switch off";
        switch_on: "Nyalakan" = "Switch on";
        ping: "Coba panggil" = "Try a call";
        log: "Catatan panggilan" = "Deliveries";
        no_calls: "Belum ada panggilan." = "No calls yet.";
        attempts: "Percobaan" = "Attempts";
        tracking: "Pesanan Anda" = "Your order";
        tracking_from: "dari" = "from";
        expected_there: "Perkiraan tersedia" = "Expected to be there";
        too_often: "Terlalu sering dibuka. Coba lagi sebentar lagi." = "Opened too often. Try again in a moment.";
        no_such_link: "Tautan ini tidak berlaku. Mintalah yang baru kepada penjual." = "This link is not valid. Ask the seller for a new one.";
        export: "Unduh CSV" = "Download CSV";
    }
}

impl Texts {
    /// What a phase is called.
    #[must_use]
    pub fn phase(&self, phase: OrderPhase) -> &'static str {
        match phase {
            OrderPhase::Received => self.received,
            OrderPhase::Confirmed => self.confirmed,
            OrderPhase::InProduction => self.in_production,
            OrderPhase::Ready => self.ready,
            OrderPhase::Shipped => self.shipped,
            OrderPhase::Delivered => self.delivered,
            OrderPhase::Cancelled => self.cancelled,
        }
    }

    /// What a kind of line is called.
    #[must_use]
    pub fn line_kind(&self, kind: LineKind) -> &'static str {
        match kind {
            LineKind::Stock => self.stock,
            LineKind::Made => self.made,
            LineKind::Dropship => self.dropship,
        }
    }

    /// What a line waits for.
    #[must_use]
    pub fn blocker(&self, blocker: Blocker) -> &'static str {
        match blocker {
            Blocker::Confirmation => self.confirmation,
            Blocker::Hold => self.held,
            Blocker::Stock => self.no_supplier,
            Blocker::NotOrdered => self.not_ordered,
            Blocker::SupplierOrder => self.supplier_order,
            Blocker::Production => self.production,
            Blocker::Supplier => self.supplier,
            Blocker::DeliveryDay => self.delivery_day,
            Blocker::Nothing => self.can_leave,
        }
    }

    /// What a promise rests on.
    #[must_use]
    pub fn promise_basis(&self, by: &str) -> &'static str {
        match by {
            "stock" => self.by_stock,
            "supplier_order" => self.by_supplier_order,
            "lead_time" => self.by_lead_time,
            "production" => self.by_production,
            _ => self.no_promise,
        }
    }

    /// How a customer is told.
    #[must_use]
    pub fn channel(&self, channel: NoticeChannel) -> &'static str {
        match channel {
            NoticeChannel::Email => self.by_email,
            NoticeChannel::WhatsApp => self.by_whatsapp,
            NoticeChannel::Webhook => self.by_webhook,
            NoticeChannel::None => self.by_nothing,
        }
    }

    /// How far a message is.
    #[must_use]
    pub fn message_state(&self, state: MessageState) -> &'static str {
        match state {
            MessageState::Waiting => self.waiting,
            MessageState::Sending => self.sending,
            MessageState::ByHand => self.by_hand,
            MessageState::Sent => self.was_sent,
            MessageState::Stuck => self.stuck,
            MessageState::Dropped => self.dropped,
        }
    }
}
