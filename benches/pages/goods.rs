//! 20,000 products as a large shop has them: kind, brand, sort and size, a code, mostly a barcode, often a carton. The same
//! ones each time; brands are invented.

use std::fmt::Write as _;

/// What is sold: beginning of its code, name, unit, sizes, price of the smallest, and which sorts it comes in.
struct Kind {
    code: &'static str,
    name: &'static str,
    unit: &'static str,
    sizes: &'static [&'static str],
    price: u32,
    sorts: &'static [&'static str; 20],
}

const TASTES: &[&str; 20] = &[
    "Original",
    "Ayam Bawang",
    "Pedas Manis",
    "Balado",
    "Soto",
    "Kari",
    "Cokelat",
    "Stroberi",
    "Jeruk",
    "Melati",
    "Vanila",
    "Keju",
    "Jagung Bakar",
    "Rumput Laut",
    "Sapi Panggang",
    "Kacang",
    "Pandan",
    "Gula Aren",
    "Crème Brûlée",
    "Tanpa Gula",
];

const SCENTS: &[&str; 20] = &[
    "Reguler",
    "Lavender",
    "Jeruk Nipis",
    "Sakura",
    "Apel",
    "Lemon",
    "Mawar",
    "Melati",
    "Lidah Buaya",
    "Anti Bakteri",
    "Ekstra Bersih",
    "Lembut",
    "Segar",
    "Herbal",
    "Daun Sirih",
    "Mint",
    "Susu",
    "Bengkuang",
    "Arang",
    "Tanpa Pewangi",
];

const fn food(
    code: &'static str,
    name: &'static str,
    unit: &'static str,
    sizes: &'static [&'static str],
    price: u32,
) -> Kind {
    Kind {
        code,
        name,
        unit,
        sizes,
        price,
        sorts: TASTES,
    }
}

const fn home(
    code: &'static str,
    name: &'static str,
    unit: &'static str,
    sizes: &'static [&'static str],
    price: u32,
) -> Kind {
    Kind {
        code,
        name,
        unit,
        sizes,
        price,
        sorts: SCENTS,
    }
}

const KINDS: [Kind; 40] = [
    food(
        "MIG",
        "Mi goreng instan",
        "bungkus",
        &["80 g", "120 g"],
        3_000,
    ),
    food("MIK", "Mi kuah instan", "bungkus", &["70 g", "75 g"], 2_900),
    food("BHN", "Bihun instan", "bungkus", &["55 g"], 3_200),
    food(
        "KOP",
        "Kopi bubuk",
        "bungkus",
        &["6 g", "65 g", "165 g"],
        1_500,
    ),
    food("KSU", "Kopi susu", "sachet", &["20 g", "27 g"], 1_700),
    food(
        "TEC",
        "Teh celup",
        "kotak",
        &["isi 15", "isi 25", "isi 50"],
        5_500,
    ),
    food("TEB", "Teh botol", "botol", &["350 ml", "450 ml"], 3_800),
    food(
        "SKM",
        "Susu kental manis",
        "kaleng",
        &["37 g", "370 g", "490 g"],
        2_000,
    ),
    food(
        "SUT",
        "Susu UHT",
        "kotak",
        &["115 ml", "200 ml", "1 L"],
        3_900,
    ),
    food(
        "MNY",
        "Minyak goreng",
        "pouch",
        &["500 ml", "1 L", "2 L"],
        10_500,
    ),
    food(
        "GUL",
        "Gula pasir",
        "bungkus",
        &["250 g", "500 g", "1 kg"],
        5_000,
    ),
    food("GRM", "Garam dapur", "bungkus", &["250 g", "500 g"], 2_500),
    food(
        "KCP",
        "Kecap manis",
        "botol",
        &["60 g", "135 ml", "520 ml"],
        3_000,
    ),
    food("SMB", "Saus sambal", "botol", &["135 ml", "335 ml"], 7_000),
    food(
        "SRD",
        "Sarden kaleng",
        "kaleng",
        &["155 g", "425 g"],
        11_000,
    ),
    food(
        "BSK",
        "Biskuit kelapa",
        "bungkus",
        &["110 g", "300 g"],
        6_500,
    ),
    food("WFR", "Wafer", "bungkus", &["20 g", "48 g", "140 g"], 1_000),
    food(
        "KRP",
        "Keripik singkong",
        "bungkus",
        &["18 g", "68 g", "150 g"],
        2_000,
    ),
    food(
        "KKR",
        "Kerupuk udang",
        "bungkus",
        &["100 g", "250 g"],
        6_000,
    ),
    food("PRM", "Permen", "bungkus", &["isi 50", "125 g"], 6_500),
    food("COK", "Cokelat batang", "batang", &["25 g", "58 g"], 4_500),
    food(
        "AIR",
        "Air mineral",
        "botol",
        &["330 ml", "600 ml", "1.5 L"],
        2_000,
    ),
    food("SRP", "Sirup", "botol", &["460 ml", "600 ml"], 17_000),
    food("BMB", "Bumbu penyedap", "sachet", &["8 g", "100 g"], 500),
    home(
        "SMD",
        "Sabun mandi batang",
        "buah",
        &["70 g", "110 g"],
        3_000,
    ),
    home(
        "SMC",
        "Sabun mandi cair",
        "pouch",
        &["250 ml", "450 ml"],
        12_500,
    ),
    home(
        "SPR",
        "Sabun cuci piring",
        "pouch",
        &["210 ml", "460 ml", "800 ml"],
        5_000,
    ),
    home(
        "DTJ",
        "Deterjen bubuk",
        "bungkus",
        &["45 g", "770 g", "1.8 kg"],
        1_000,
    ),
    home("DTC", "Deterjen cair", "pouch", &["35 ml", "700 ml"], 1_000),
    home(
        "PWG",
        "Pewangi pakaian",
        "sachet",
        &["10 ml", "750 ml"],
        500,
    ),
    home("SMP", "Sampo", "sachet", &["9 ml", "70 ml", "170 ml"], 500),
    home("PGG", "Pasta gigi", "buah", &["75 g", "190 g"], 5_500),
    home("SGG", "Sikat gigi", "buah", &["lembut", "sedang"], 4_000),
    home("PBL", "Pembalut", "bungkus", &["isi 8", "isi 16"], 5_500),
    home(
        "POP",
        "Popok bayi",
        "bungkus",
        &["S", "M", "L", "XL"],
        2_000,
    ),
    home(
        "TSU",
        "Tisu",
        "bungkus",
        &["50 lembar", "250 lembar"],
        3_500,
    ),
    home(
        "PBR",
        "Pembersih lantai",
        "pouch",
        &["450 ml", "770 ml"],
        5_500,
    ),
    home(
        "ONY",
        "Obat nyamuk bakar",
        "kotak",
        &["isi 5", "isi 10"],
        4_000,
    ),
    home("BDK", "Bedak tabur", "botol", &["60 g", "150 g"], 7_000),
    home("LLN", "Lilin", "bungkus", &["isi 4", "isi 8"], 5_000),
];

const BRANDS: [&str; 25] = [
    "Nusamanis",
    "Cap Dua Kelapa",
    "Sarirasa",
    "Bumi Lestari",
    "Melur",
    "Kencana Jaya",
    "Si Unyil Kecil",
    "Rajawali Emas",
    "Tiga Bintang",
    "Warna Pagi",
    "Sehati",
    "Gunung Sewu",
    "Mentari",
    "Lumbung",
    "Dewi Ratih",
    "Anugerah",
    "Cap Kapal Layar",
    "Prima Rasa",
    "Harum Wangi",
    "Laut Biru",
    "Kartika",
    "Sumber Makmur",
    "Ceria",
    "Padi Mas",
    "Ranah Minang",
];

/// How many there are.
pub const COUNT: usize = KINDS.len() * BRANDS.len() * 20;

/// One of them.
pub struct Good {
    pub sku: String,
    pub name: String,
    pub unit: &'static str,
    pub price: u32,
    /// None for what the shop packs itself.
    pub barcode: Option<String>,
}

/// The product of this number, below [`COUNT`].
pub fn good(number: usize) -> Good {
    let kind = &KINDS[number % KINDS.len()];
    let brand = number / KINDS.len() % BRANDS.len();
    let sort = number / (KINDS.len() * BRANDS.len());
    let size = (brand + sort) % kind.sizes.len();
    let name = [kind.name, BRANDS[brand], kind.sorts[sort], kind.sizes[size]].join(" ");
    // Sizes differ in price by about as much as in content; brands by a little.
    let price = kind.price * (1 + 2 * size as u32) + 100 * (brand as u32 % 7);
    Good {
        sku: format!("{}-{:05}", kind.code, number),
        name,
        unit: kind.unit,
        price,
        barcode: (!number.is_multiple_of(10))
            .then(|| ean13(&format!("8991{:03}{number:05}", 100 + brand))),
    }
}

/// Twelve digits and their check digit.
fn ean13(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .enumerate()
        .map(|(place, digit)| u32::from(digit - b'0') * if place % 2 == 0 { 1 } else { 3 })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// All of them as a file to import.
pub fn products() -> String {
    let mut file = String::from(
        "sku,name,unit,price,cost,barcode,category,pack_name,pack_size,pack_price,pack_barcode,supplier\n",
    );
    for number in 0..COUNT {
        let good = good(number);
        let kind = KINDS[number % KINDS.len()].name;
        let cost = good.price * 85 / 100;
        let barcode = good.barcode.as_deref().unwrap_or_default();
        let (sku, name, unit, price) = (&good.sku, &good.name, good.unit, good.price);
        let pack = match number % 3 {
            0 => {
                let code = ean13(&format!("1899{number:08}"));
                format!("dus,24,{},{code}", price * 23)
            }
            _ => ",,,".to_owned(),
        };
        let supplier = number % 12;
        writeln!(
            file,
            "{sku},{name},{unit},{price},{cost},{barcode},{kind},{pack},Grosir {supplier:02}"
        )
        .unwrap();
    }
    file
}
