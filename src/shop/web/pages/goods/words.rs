//! What is wrong with a field, in the reader's language. The use cases say it in English, for programs too; here is the
//! same in Indonesian.

use crate::web::Language;

/// What a use case says and the same in Indonesian; `{}` stands for what differs from case to case.
const SAYINGS: &[(&str, &str)] = &[
    ("is empty", "masih kosong"),
    ("is missing", "belum diisi"),
    ("choose a file first", "pilih berkas dulu"),
    (
        "did not arrive whole: send it again",
        "tidak sampai utuh: kirim lagi",
    ),
    ("is larger than {} MB", "lebih besar dari {} MB"),
    (
        "is neither a JPEG nor a PNG picture",
        "bukan foto JPEG atau PNG",
    ),
    (
        "is no readable picture",
        "fotonya rusak dan tidak bisa dibaca",
    ),
    ("the file is empty", "berkasnya kosong"),
    (
        "is an old Excel file: save it as .xlsx",
        "berkas Excel lama: simpan sebagai .xlsx",
    ),
    (
        "the file is no longer here: send it again",
        "berkasnya sudah tidak ada: kirim lagi",
    ),
    (
        "the file is no longer here",
        "berkasnya sudah tidak ada: kirim lagi",
    ),
    (
        "has too many points",
        "fotonya terlalu besar: terlalu banyak titik",
    ),
    ("the cell is empty", "selnya kosong"),
    (
        "is longer than {} characters",
        "lebih panjang dari {} huruf",
    ),
    (
        "holds a control character",
        "berisi tanda yang tidak bisa dibaca",
    ),
    (
        "holds a character that is not allowed",
        "berisi tanda yang tidak boleh: pakai huruf dan angka tanpa spasi",
    ),
    (
        "must be 1 to 48 visible characters",
        "harus 1 sampai 48 huruf atau angka tanpa spasi",
    ),
    (
        "has a wrong check digit",
        "angka terakhirnya tidak cocok: pindai lagi atau periksa ketikan",
    ),
    ("is there twice", "tertulis dua kali"),
    ("are more than {}", "lebih dari {}"),
    (
        "is missing: how many base units are in it?",
        "belum diisi: isinya berapa?",
    ),
    (
        "must be {} to {}, or null",
        "harus {} sampai {}, atau kosong",
    ),
    (
        "must be {} to {} base units",
        "harus {} sampai {} satuan terkecil",
    ),
    ("must be {} to {}", "harus {} sampai {}"),
    (
        "{} is none of the product's units",
        "{} bukan satuan barang ini",
    ),
    ("the code {} is that of {}", "kode {} sudah dipakai {}"),
    (
        "the barcode {} is on {} of {} (code {})",
        "barcode {} sudah ada di {} {} (kode {})",
    ),
    ("no product has the code {}", "tidak ada barang berkode {}"),
    ("{} is on line {} too", "{} sudah ada di baris {}"),
    (
        "{} is no amount of whole rupiah such as 27500",
        "{} bukan rupiah bulat seperti 27.500",
    ),
    ("{} is more than {}", "{} lebih dari {}"),
    ("{} is neither 1 nor 0", "{} bukan ya atau tidak (1 atau 0)"),
    ("{} is no number of days", "{} bukan jumlah hari"),
    ("{} is not a number", "{} bukan angka"),
    ("{} is no whole number", "{} bukan angka bulat"),
    (
        "{} is not a whole number of base units",
        "{} tidak pas dalam satuan terkecil",
    ),
    (
        "{} is beyond the limit of {} base units",
        "{} melewati batas {} satuan terkecil",
    ),
    ("is not a number", "bukan angka"),
    (
        "may mean two things: write 1,5 or 1500",
        "bisa berarti dua: tulis 1,5 atau 1500",
    ),
    ("is not measured so", "tidak ditakar begitu"),
    (
        "is not a whole number of base units",
        "tidak pas dalam satuan terkecil",
    ),
    (
        "is beyond the limit of {} base units",
        "melewati batas {} satuan terkecil",
    ),
    (
        "{} is the main unit already",
        "{} sudah menjadi satuan utama",
    ),
    (
        "{} counts in {}, the product in {}, which cannot change",
        "{} dihitung dalam {}, barang ini dalam {}; itu tidak bisa berubah",
    ),
    (
        "{} is neither piece, gram nor millilitre",
        "{} bukan piece, gram, atau millilitre",
    ),
    (
        "{} is no list of prices such as 10=3300 20=3200",
        "{} bukan daftar harga seperti 10=3300 20=3200",
    ),
    ("is no list of units: {}", "bukan daftar satuan: {}"),
    (
        "has {} columns, the header has {}",
        "ada {} kolom, padahal judulnya {} kolom",
    ),
    (
        "is not UTF-8 text",
        "bukan teks UTF-8: simpan ulang sebagai CSV UTF-8",
    ),
    ("the column {} is there twice", "kolom {} ada dua"),
    ("the column {} is missing", "kolom {} tidak ada"),
    (
        "the column {} is unknown; known are {}",
        "kolom {} tidak dikenal; yang dikenal: {}",
    ),
    (
        "the file has no column {}",
        "berkas ini tidak punya kolom {}",
    ),
    (
        "the file is empty; its first line must name the columns",
        "berkasnya kosong; baris pertama harus berisi judul kolom",
    ),
    (
        "no row follows the header",
        "tidak ada baris di bawah judul",
    ),
    ("{} more faults", "masih ada {} kesalahan lagi"),
    (
        "is no readable Excel file: {}",
        "bukan berkas Excel yang bisa dibaca: {}",
    ),
    (
        "is neither a .csv nor an .xlsx file",
        "bukan berkas .csv atau .xlsx",
    ),
    (
        "its cells lie too far apart, or are more than {}: row {}, column {}; save it as CSV",
        "sel-selnya terlalu berjauhan, atau lebih dari {}: baris {}, kolom {}; simpan sebagai CSV",
    ),
    (
        "it unpacks to more than can be read: save it as CSV",
        "isinya lebih besar dari yang bisa dibaca: simpan sebagai CSV",
    ),
    (
        "it holds more than can be read: save it as CSV",
        "isinya lebih banyak dari yang bisa dibaca: simpan sebagai CSV",
    ),
];

/// Columns and fields as people call them.
const NAMES: &[(&str, &str)] = &[
    ("sku", "kode"),
    ("name", "nama"),
    ("unit", "satuan"),
    ("price", "harga jual"),
    ("cost", "harga modal"),
    ("category", "kategori"),
    ("supplier", "pemasok"),
    ("pack_name", "nama kemasan"),
    ("pack_size", "isi kemasan"),
    ("pack_price", "harga kemasan"),
    ("pack_barcode", "barcode kemasan"),
    ("shelf_life_days", "tahan berapa hari"),
    ("minimum_order", "pembelian paling sedikit"),
    ("consignment", "titip jual"),
    ("active", "masih dijual"),
    ("open_price", "harga ditanya"),
    ("favourite", "favorit"),
    ("price_tiers", "harga grosir"),
    ("pack_price_tiers", "harga grosir kemasan"),
    ("unit_size", "isi satuan"),
    ("base_unit", "dihitung dalam"),
    ("other_units", "satuan lain"),
    ("barcode", "barcode"),
    ("barcodes", "barcode"),
    ("factor", "isi"),
    ("from", "mulai beli"),
    ("tiers", "harga grosir"),
    ("units", "satuan"),
    ("order_unit", "satuan beli"),
    ("photo", "foto"),
    ("foto", "foto"),
    ("berkas", "berkas"),
];

/// `message` in `language`: as it is where nobody has said it in that language.
pub(super) fn fault(message: &str, language: Language) -> String {
    if language == Language::English {
        return message.to_owned();
    }
    match message.split_once(": ") {
        Some((column, rest)) if known(column).is_some() => {
            format!("{}: {}", name(column, language), fault(rest, language))
        }
        _ => saying(message).unwrap_or_else(|| message.to_owned()),
    }
}

/// What people call a column or field.
pub(super) fn name(column: &str, language: Language) -> String {
    match (language, known(column)) {
        (Language::Indonesian, Some(told)) => told.to_owned(),
        _ => column.to_owned(),
    }
}

fn known(column: &str) -> Option<&'static str> {
    let last = column.rsplit('.').next().unwrap_or(column);
    let plain = last.split('[').next().unwrap_or(last);
    let names = NAMES.iter().find(|(name, _)| *name == plain);
    names.map(|(_, told)| *told)
}

fn saying(message: &str) -> Option<String> {
    SAYINGS.iter().find_map(|(english, indonesian)| {
        let parts = matched(english, message)?;
        let mut told = String::new();
        let mut parts = parts.into_iter();
        for (index, text) in indonesian.split("{}").enumerate() {
            if index > 0 {
                told.push_str(parts.next().unwrap_or_default());
            }
            told.push_str(text);
        }
        Some(told)
    })
}

/// What stands in a message where the pattern has `{}`.
fn matched<'m>(pattern: &str, message: &'m str) -> Option<Vec<&'m str>> {
    let mut texts = pattern.split("{}");
    let mut rest = message.strip_prefix(texts.next()?)?;
    let mut parts = Vec::new();
    let mut texts = texts.peekable();
    while let Some(text) = texts.next() {
        let end = if text.is_empty() && texts.peek().is_none() {
            rest.len()
        } else if texts.peek().is_none() {
            rest.ends_with(text).then(|| rest.len() - text.len())?
        } else {
            rest.find(text)?
        };
        parts.push(rest.get(..end)?);
        rest = rest.get(end + text.len()..)?;
    }
    rest.is_empty().then_some(parts)
}
