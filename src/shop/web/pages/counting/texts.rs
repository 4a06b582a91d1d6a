//! The words of taking in, counting and consignment.

use crate::web::texts;

texts! {
    /// Goods that come in.
    PurchaseTexts {
        from_distributor: "Kiriman distributor" = "Deliveries from the distributor";
        all_deliveries: "Semua kiriman" = "All deliveries";
        bought: "Belanja sendiri" = "Bought elsewhere";
        begin: "Catat belanjaan" = "Take in a purchase";
        unfinished: "Belum selesai" = "Not finished";
        history: "Riwayat barang masuk" = "Earlier receipts";
        no_history: "Belum ada. Catat belanjaan pertama di atas." = "None yet. Take in the first purchase above.";
        nobody: "Tanpa nama pemasok" = "No supplier named";
        left_goods: "Titipan" = "Left to be sold";
        kinds: "barang" = "products";
        empty_list: "masih kosong" = "still empty";
        older: "Sebelumnya" = "Earlier";
        supplier: "Beli dari siapa?" = "Bought from whom?";
        supplier_hint: "Boleh kosong" = "May stay empty";
        left_by: "Titipan dari" = "Left by";
        scan: "Pindai atau cari barang" = "Scan or search a product";
        add: "Tambah" = "Add";
        found: "Pilih barangnya" = "Choose the product";
        unknown: "Tidak ada barang dengan kode atau nama ini." = "No product has this code or name.";
        new_product: "Buat barang baru" = "Add a new product";
        nothing_yet: "Pindai barang pertama, atau ketik namanya." = "Scan the first product, or type its name.";
        quantity: "Jumlah" = "Quantity";
        unit: "Satuan" = "Unit";
        price: "Harga" = "Price";
        price_for: "Harga untuk" = "Price for";
        one: "per satuan" = "one of the unit";
        all: "semuanya" = "all of it";
        expires: "Kedaluwarsa" = "Expires";
        sets_cost: "Pakai sebagai harga modal" = "Make it the product's cost";
        cost: "Modal" = "Cost";
        margin: "Untung" = "Margin";
        at_a_loss: "Dijual rugi" = "Sold at a loss";
        last_time: "Terakhir" = "Last time";
        remove: "Hapus" = "Remove";
        payment: "Dibayar dengan" = "Paid with";
        drawer: "Uang di laci" = "Cash from the drawer";
        other: "Uang lain atau transfer" = "Other money or transfer";
        unpaid: "Belum dibayar" = "Not paid yet";
        note: "Catatan (boleh kosong)" = "Note (may be empty)";
        keep: "Simpan dulu" = "Keep for later";
        save: "Masukkan ke stok" = "Take into stock";
        drop: "Buang daftar ini" = "Throw this list away";
        drop_sure: "Ya, buang daftar ini" = "Yes, throw it away";
        total: "Total" = "Total";
        taken_in: "Sudah masuk stok" = "Taken into stock";
        in_before: "Sudah masuk stok tadi. Tidak dihitung dua kali." = "This came into stock before. It was not counted twice.";
        bad_quantity: "Isi angka lebih dari 0. Barang hitungan harus bulat; timbangan ditulis 1,5 atau 1500, bukan 1.500." = "Enter a number above 0. Counted goods take whole numbers; weighed ones are written 1.5 or 1500, not 1,500.";
        bad_price: "Isi rupiah tanpa sen, misalnya 27.500." = "Enter whole rupiah, such as 27,500.";
        bad_date: "Tanggal kedaluwarsa tidak benar." = "This expiry date cannot be.";
        bad_product: "Barang ini tidak bisa masuk di sini: milik toko sendiri atau titipan orang lain." = "This product cannot come in here: it is the shop's own or left by somebody else.";
        bad_lines: "Belum ada barang di daftar." = "The list is still empty.";
        bad_supplier: "Nama pemasok paling panjang 80 huruf." = "A supplier's name has at most 80 characters.";
        changed_elsewhere: "Daftar ini baru diubah di halaman lain. Ini isinya sekarang; periksa lagi." = "This list was just changed on another page. This is what it holds now; look again.";
        by_list: "Barang yang dibeli" = "What was bought";
        by_list_hint: "Dari daftar belanja. Lanjutkan untuk mengisi harga, lalu masukkan ke stok. Belum ada yang disimpan." = "From the shopping list. Go on to fill in prices, then take it into stock. Nothing is saved yet.";
        go_on: "Lanjut isi harga" = "Go on to prices";
        left_out: "Tidak ikut dimasukkan" = "Left out";
        left_unknown: "tidak ada barang dengan kode ini" = "no product has this code";
        left_quantity: "jumlahnya tidak terbaca" = "its quantity cannot be read";
        left_consigned: "barang titipan orang, masuk lewat titip jual" = "left by somebody else: it comes in by way of consignment";
        nothing_bought: "Tidak ada yang bisa dimasukkan dari daftar ini." = "Nothing of this list can be taken in.";
        came_hint: "Tulis yang benar-benar datang, termasuk yang rusak. Yang rusak tidak masuk stok." = "Enter what really came, the damaged among it. Damaged goods do not come into stock.";
        bad_came: "Isi angka 0 atau lebih. Yang rusak tidak boleh lebih dari yang datang." = "Enter 0 or more. No more can be damaged than came.";
        as_announced: "Pas" = "As announced";
        differs: "Selisih" = "Variance";
        not_sent: "Belum terkirim, akan dicoba lagi" = "Not sent yet, trying again";
        ask_owner: "Harga titipan belum ada. Minta pemilik mengisinya." = "The agreed price is missing. Ask the owner to fill it in.";
    }
}

texts! {
    /// Stock counts.
    CountTexts {
        begin: "Mulai hitung" = "Start a count";
        what: "Hitung apa?" = "Count what?";
        all: "Semua barang" = "All products";
        category: "Satu kategori" = "One category";
        free: "Bebas, yang dipindai saja" = "Anything, only what is scanned";
        choose_category: "Kategori" = "Category";
        start: "Mulai" = "Start";
        hint: "Toko boleh tetap jualan selama menghitung. Berdua juga bisa: buka hitungan yang sama di HP lain." = "The shop may go on selling meanwhile. Two can count: open the same count on another phone.";
        under_way: "Sedang dihitung" = "Under way";
        done: "Sudah selesai" = "Done";
        none: "Belum pernah hitung stok." = "No count yet.";
        go_on: "Lanjutkan" = "Go on";
        scan: "Pindai atau ketik kode" = "Scan or type a code";
        add_one: "+1" = "+1";
        each_scan: "Sekali pindai = tambah satu. Bisa juga ketik jumlahnya." = "Each scan adds one. Or type the quantity.";
        counted: "Sudah dihitung" = "Counted";
        nothing_yet: "Belum ada yang dihitung. Ambil barang pertama dan pindai." = "Nothing counted yet. Take the first product and scan it.";
        not_counted: "Belum dihitung" = "Not counted yet";
        quantity_of: "Jumlah" = "Quantity";
        set: "Ganti" = "Set";
        forget: "Batal" = "Undo";
        by: "oleh" = "by";
        disturbed: "Ada yang terjual selagi dihitung. Hitung lagi dan ketik jumlahnya." = "Some were sold while it was counted. Count again and type the quantity.";
        unknown: "Tidak ada barang dengan kode ini" = "No product has this code";
        choose: "Pilih barangnya" = "Choose the product";
        review: "Lihat selisih" = "See the differences";
        difference: "Selisih" = "Variance";
        agrees: "Pas" = "Agrees";
        agree_count: "barang pas" = "products agree";
        short: "Kurang" = "Short";
        over: "Lebih" = "Over";
        worth: "Nilai selisih" = "Worth of the differences";
        uncounted_hint: "Yang tidak dicentang tidak diubah. Centang kalau barangnya memang sudah tidak ada." = "What is not ticked stays as it is. Tick it if there really is none left.";
        is_gone: "Tidak ada (jadi 0)" = "None left (becomes 0)";
        in_book: "di catatan" = "in the book";
        save: "Simpan hasil hitung" = "Save the count";
        back_to_shelf: "Kembali menghitung" = "Back to counting";
        drop: "Buang hitungan ini" = "Throw this count away";
        drop_sure: "Ya, buang hitungan ini" = "Yes, throw it away";
        saved: "Hasil hitung sudah disimpan." = "The count is saved.";
        dropped: "Hitungan ini dibuang." = "This count was thrown away.";
        bad_quantity: "Isi angka 0 atau lebih. Barang hitungan harus bulat; timbangan ditulis 1,5 atau 1500, bukan 1.500." = "Enter 0 or more. Counted goods take whole numbers; weighed ones are written 1.5 or 1500, not 1,500.";
        nothing_to_save: "Belum ada yang dihitung." = "Nothing was counted yet.";
        sending: "Mengirim" = "Sending";
        not_sent: "Belum terkirim, akan dicoba lagi" = "Not sent yet, trying again";
    }
}

texts! {
    /// Goods that others left to be sold.
    ConsignmentTexts {
        intro: "Barang titipan tetap milik penitip sampai laku. Dibayar yang laku saja." = "Goods left to be sold stay the consignor's until sold. Only what sold is paid.";
        name: "Nama penitip" = "Consignor's name";
        phone: "Nomor HP (boleh kosong)" = "Phone (may be empty)";
        add: "Tambah penitip" = "Add a consignor";
        nobody: "Belum ada yang titip barang." = "Nobody leaves goods yet.";
        goods: "barang" = "products";
        leave: "Titipan masuk" = "Goods left";
        settle: "Hitung dan bayar" = "Count and pay";
        standing: "Barang titipannya" = "Their goods";
        no_goods: "Belum ada barang. Ketuk Titipan masuk." = "No goods yet. Tap Goods left.";
        opening: "Sisa lalu" = "Left over before";
        came: "Titip" = "Left";
        returned: "Diambil kembali" = "Taken back";
        remaining: "Sisa sekarang" = "Remaining now";
        sold: "Laku" = "Sold";
        agreed: "Harga titip" = "Agreed price";
        amount: "Dibayar" = "To pay";
        take_back_now: "Diambil sekarang" = "Taken back now";
        still_here: "Sisa di toko" = "Still in the shop";
        compute: "Hitung" = "Compute";
        owed_before: "Belum dibayar sebelumnya" = "Unpaid before";
        to_pay: "Harus dibayar" = "To be paid";
        paid_now: "Dibayar sekarang" = "Paid now";
        from_drawer: "Dari uang di laci" = "Cash from the drawer";
        from_elsewhere: "Uang lain atau transfer" = "Other money or transfer";
        confirm: "Simpan dan bayar" = "Save and pay";
        still_owed: "Masih belum dibayar" = "Still unpaid";
        history: "Riwayat" = "History";
        was_left: "Titip" = "Goods left";
        was_settled: "Bayar" = "Settled";
        statement: "Nota titip jual" = "Consignment statement";
        signature: "Penitip" = "Consignor";
        shop_signature: "Toko" = "Shop";
        print: "Cetak" = "Print";
        saved_before: "Nota ini sudah tersimpan dengan angka lain. Kalau salah, hitung lagi dari awal." = "This was saved before with other figures. If they are wrong, count once more from the beginning.";
        moved: "Ada yang laku atau berubah selagi dihitung. Periksa lagi sisanya." = "Something sold or changed meanwhile. Look at what remains again.";
        bad_quantity: "Isi angka 0 atau lebih." = "Enter 0 or more.";
        more_than_given: "Lebih banyak dari yang dititip. Ada titipan yang belum dicatat?" = "More than was left here. Were goods left that nobody recorded?";
        bad_paid: "Paling banyak sebesar yang harus dibayar." = "At most what is to be paid.";
        bad_name: "Isi nama penitip." = "Enter the consignor's name.";
        missing_more: "Kurang dari catatan dihitung laku: yang hilang di toko ditanggung toko." = "What is missing counts as sold: what is lost in the shop is the shop's loss.";
    }
}
