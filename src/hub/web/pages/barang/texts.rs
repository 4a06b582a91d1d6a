//! The words of the goods' pages.

use crate::web::texts;

texts! {
    /// Every fixed text of the pages of goods across the shops.
    GoodsTexts {
        title: "Barang di semua toko" = "Goods across all shops";
        product: "Barang" = "Product";
        demand: "Laku per hari" = "Demand a day";
        in_shops: "Di toko" = "In the shops";
        cover: "Cukup untuk" = "Lasts for";
        out: "Toko kehabisan" = "Shops out of it";
        of: "dari" = "of";
        need: "Dibutuhkan toko" = "Shops need";
        own: "Stok sendiri" = "Own stock";
        not_counted: "tidak dihitung" = "not counted";
        days: "hari" = "days";
        none: "Belum ada barang di katalog. Masukkan dengan:" = "The catalogue is empty. Bring products in with:";
        shop: "Toko" = "Shop";
        stock: "Stok" = "Stock";
        position: "Posisi" = "Position";
        runs_out: "Habis" = "Runs out";
        next: "Giliran" = "Next delivery";
        send: "Kirim" = "Send";
        shops_heading: "Toko, yang paling cepat habis dulu" = "Shops, first those that run out first";
        no_shops: "Belum ada toko yang menjual barang ini. Rencana malam mengisinya." = "No shop sells this product yet. The night's planning fills this.";
        reserved: "dipesan" = "reserved";
        coming: "akan datang" = "coming";
        conflicts_heading: "Satuan berbeda dari katalog" = "Units differ from the catalogue";
        conflicts_note: "Toko ini menghitung barang dalam satuan lain, jadi tidak direncanakan di sana. Samakan satuannya di toko, atau beri kode lain di katalog." = "These shops count the product in another unit, so it is not planned there. Make the units the same at the shop, or give the product another code in the catalogue.";
        earlier: "Sebelumnya" = "Earlier";
        later: "Berikutnya" = "Next";
    }
}
