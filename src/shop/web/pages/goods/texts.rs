//! The words of the pages of goods.

use crate::web::texts;

texts! {
    /// What the pages of goods say.
    Goods {
        title: "Barang" = "Goods";
        add: "Tambah barang" = "Add a product";
        import: "Impor dari Excel atau CSV" = "Import from Excel or CSV";
        export_excel: "Unduh Excel" = "Download Excel";
        export_csv: "Unduh CSV" = "Download CSV";
        labels: "Label harga" = "Price labels";
        search: "Cari nama, kode, atau barcode" = "Search by name, code or barcode";
        find: "Cari" = "Search";
        none_yet: "Belum ada barang. Tambah barang pertama, atau impor daftar yang sudah ada." = "No products yet. Add the first one, or import a list that you have.";
        nothing_found: "Tidak ditemukan." = "Nothing found.";
        add_this: "Tambah sebagai barang baru" = "Add it as a new product";
        next_page: "Berikutnya" = "Next";
        first_page: "Kembali ke awal" = "Back to the beginning";
        show_inactive: "Tampilkan juga yang tidak dijual lagi" = "Show what is no longer sold too";
        hide_inactive: "Sembunyikan yang tidak dijual lagi" = "Hide what is no longer sold";
        not_sold: "Tidak dijual lagi" = "No longer sold";
        consignment: "Titip jual" = "Consignment";
        star: "Favorit di kasir" = "Favourite at the till";
        make_star: "Jadikan favorit" = "Make it a favourite";
        drop_star: "Lepas dari favorit" = "No longer a favourite";
        barcode: "Barcode" = "Barcode";
        barcode_hint: "Pindai atau ketik. Tidak ada? Kosongkan." = "Scan or type it. None? Leave it empty.";
        name: "Nama barang" = "Name";
        price: "Harga jual" = "Price";
        done: "Selesai" = "Done";
        save: "Simpan" = "Save";
        cancel: "Batal" = "Cancel";
        back: "Kembali" = "Back";
        more: "Lainnya" = "More";
        more_hint: "satuan, harga modal, grosir, kategori" = "units, cost, wholesale, category";
        saved: "Tersimpan" = "Saved";
        open_it: "Lihat, tambah foto atau satuan" = "Open it, add a photo or units";
        changed: "Perubahan sudah disimpan." = "The change is saved.";
        cost: "Harga modal" = "Cost";
        cost_per: "Harga modal per" = "Cost per";
        cost_hint: "Per satuan utama. Tidak tahu? Kosongkan." = "Per main unit. Unknown? Leave it empty.";
        sku: "Kode barang" = "Code";
        sku_hint: "Dibuat sendiri kalau kosong." = "Made by itself if empty.";
        category: "Kategori" = "Category";
        supplier: "Beli dari" = "Bought from";
        shelf_life: "Tahan berapa hari" = "Keeps for how many days";
        minimum_order: "Pembelian paling sedikit" = "Smallest order";
        in_main_unit: "dalam satuan utama" = "in the main unit";
        units: "Satuan" = "Units";
        units_hint: "Satu barang bisa dijual per pcs, renceng, atau dus. Stok tetap satu." = "One product can be sold by the piece, the strip or the carton. It keeps one stock.";
        unit: "Satuan" = "Unit";
        unit_hint: "pcs, bungkus, kg, liter" = "pcs, pack, kg, litre";
        content: "Isi" = "Contains";
        content_pieces: "Isi (berapa pcs terkecil)" = "Contains (smallest pieces)";
        content_measure: "Isi (dalam satuan utama)" = "Contains (in main units)";
        another_unit: "Satuan lain" = "Another unit";
        is_main: "Satuan utama" = "Main unit";
        is_order: "Dibeli per satuan ini" = "Bought in this unit";
        wholesale: "Harga grosir" = "Wholesale price";
        from: "Mulai beli" = "From";
        tier_price: "harga masing-masing" = "price of each";
        pack_price_hint: "Kosong: isi dikali harga eceran." = "Empty: what its content costs.";
        at_the_till: "Di kasir" = "At the till";
        open_price: "Harga ditanya saat dijual (barang curah)" = "Ask for the price at the till (loose goods)";
        is_consignment: "Titip jual: milik orang lain sampai laku" = "Consignment: somebody else's until sold";
        is_active: "Masih dijual" = "Still sold";
        photo: "Foto" = "Photo";
        choose_photo: "Pilih foto (JPEG atau PNG, paling besar 8 MB)" = "Choose a photo (JPEG or PNG, at most 8 MB)";
        put_photo: "Pasang foto" = "Add the photo";
        drop_photo: "Hapus foto" = "Remove the photo";
        photo_of: "Foto" = "Photo of";
        not_saved: "Belum disimpan. Perbaiki yang ditandai." = "Not saved yet. Mend what is marked.";
        check_cost: "Periksa harga modal dulu" = "Check the cost first";
        check_cost_hint: "Satuan berubah. Harga modal dihitung ulang supaya untungnya tetap benar. Ubah kalau perlu, lalu simpan." = "Units change. The cost is reckoned anew so that profit stays right. Correct it if need be, then save.";
        before: "Sebelum" = "Before";
        after: "Sesudah" = "After";
        margin: "Untung" = "Profit";
        rounded: "dibulatkan ke rupiah" = "rounded to whole rupiah";
        save_so: "Simpan begini" = "Save it so";
        meanwhile: "Barang ini baru saja diubah orang lain. Periksa lagi, lalu simpan." = "Somebody has changed this product meanwhile. Look again, then save.";
        form_used: "Formulir ini sudah pernah disimpan. Periksa lagi, lalu simpan sebagai barang baru." = "This form was saved before. Look again, then save it as a new product.";
        bad_money: "Tulis rupiah dengan angka, misalnya 3500" = "Write whole rupiah, such as 3500";
        bad_number: "Tulis dengan angka" = "Write a number";
        price_missing: "Isi harga jual" = "Enter the price";
        name_missing: "Isi nama barang" = "Enter the name";
    }
}
