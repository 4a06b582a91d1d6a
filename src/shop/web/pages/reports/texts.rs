//! The words of the reports.

use crate::web::texts;

texts! {
    /// What the reports say.
    ReportTexts {
        sales: "Penjualan" = "Sales";
        goods: "Barang" = "Goods";
        stock: "Stok" = "Stock";
        forecast: "Saran" = "Suggestions";
        parts: "Bagian laporan" = "Parts of the report";
        days: "Rentang" = "Days";
        today: "Hari ini" = "Today";
        week: "7 hari" = "7 days";
        four_weeks: "30 hari" = "30 days";
        month: "Bulan ini" = "This month";
        other: "Pilih tanggal" = "Pick the dates";
        from: "Dari" = "From";
        to: "Sampai" = "To";
        show: "Tampilkan" = "Show";
        dates_wrong: "Tanggal akhir harus sama dengan atau sesudah tanggal awal, paling lama dua tahun." = "The last day has to be the first day or later, two years at most.";
        revenue: "Omzet" = "Turnover";
        cost: "Modal" = "Cost";
        profit: "Laba" = "Profit";
        without_cost: "Barang tanpa harga modal (laba terlihat terlalu besar)" = "Products without a cost (profit looks too large)";
        receipts: "Struk" = "Receipts";
        average: "Rata-rata per struk" = "Mean per receipt";
        rounding: "Pembulatan" = "Rounding";
        by_day: "Per hari" = "By day";
        by_hour: "Per jam" = "By hour";
        by_payment: "Cara bayar" = "By payment";
        by_category: "Per kategori" = "By category";
        best: "Paling laku" = "Best sellers";
        slow: "Kurang laku" = "Slow sellers";
        slow_note: "Barang yang stoknya paling lama habis dengan laju penjualan ini." = "Goods whose stock lasts longest at this pace of sales.";
        value: "Nilai stok" = "Stock value";
        value_note: "Modal sendiri yang ada di rak sekarang, tanpa titip jual." = "The shop's own money on the shelf now, without consignment.";
        losses: "Rusak, hilang, dipakai" = "Damaged, lost, used";
        accuracy: "Ketepatan perkiraan" = "How good the forecasts were";
        accuracy_note: "Perkiraan tiap malam dibanding yang ditanyakan pembeli pada hari-hari sesudahnya. Hari saat stok habis tidak dihitung." = "What each night foresaw against what customers asked for on the days after. Days without stock are left out.";
        accuracy_none: "Belum ada malam yang bisa dibandingkan. Perkiraan dibandingkan setelah hari-harinya lewat." = "No night can be compared yet. A forecast is compared once its days are over.";
        off_by: "Biasanya meleset" = "Usually off by";
        too_much: "cenderung kebanyakan" = "tends to be too much by";
        too_little: "cenderung kurang" = "tends to be too little by";
        even: "tidak condong ke mana-mana" = "leans neither way";
        nights: "Malam" = "Nights";
        foreseen: "Perkiraan" = "Foreseen";
        actual: "Ditanyakan" = "Asked for";
        missed_by: "Meleset" = "Off by";
        bias: "Condong" = "Leaning";
        suggested: "Disarankan" = "Suggested";
        date: "Tanggal" = "Date";
        hour: "Jam" = "Hour";
        method: "Cara" = "Method";
        product: "Barang" = "Product";
        code: "Kode" = "Code";
        category: "Kategori" = "Category";
        no_category: "Tanpa kategori" = "No category";
        quantity: "Laku" = "Sold";
        on_hand: "Stok" = "Stock";
        lasts: "Cukup untuk (hari)" = "Lasts (days)";
        amount: "Jumlah" = "Amount";
        unit: "Satuan" = "Unit";
        why: "Sebab" = "Why";
        products: "Macam barang" = "Products";
        price_value: "Nilai jual" = "At selling price";
        waste: "Rusak" = "Damaged";
        expired: "Kedaluwarsa" = "Expired";
        own_use: "Dipakai sendiri" = "Own use";
        counted: "Selisih opname" = "Count difference";
        cash: "Tunai" = "Cash";
        qris: "QRIS" = "QRIS";
        transfer: "Transfer" = "Transfer";
        debt: "Utang" = "Debt";
        thousands: "ribu rupiah" = "thousand rupiah";
        nothing: "Belum ada apa-apa pada tanggal ini." = "Nothing on these dates yet.";
        first_rows: "Baris pertama saja; semuanya ada di unduhan. Jumlah baris:" = "The first rows only; the download has them all. Rows:";
        download: "Unduh" = "Download";
    }
}
