//! Files of goods by way of the page: looked at, refused with every line, mended, imported once.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use fantoccini::Locator;

use super::{at_rest, send_file};
use crate::browser::Browser;
use crate::harness::counter::Counter;

#[tokio::test]
async fn a_file_is_looked_at_while_somebody_else_writes() {
    let counter = Counter::start(None).await;
    counter.product("A", "Mi", 3_500, 3_000).await;
    let owner = counter.visitor();
    // As a long sale, a backup put back, or another program would.
    let file = kulakan::shop::Shop::file(counter.folder.path());
    let other = rusqlite::Connection::open(file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let goods = "sku;name;unit;price;cost\nA;Mi;bungkus;4000;3000\nB;Teh;pcs;7500;6300\n";
    let goods = goods.as_bytes();
    let sent = send_file(&owner, "/barang/impor", "berkas", "barang.csv", goods).await;
    let job = sent.leads();
    let page = at_rest(&owner, &job).await;
    assert!(page.contains("<dt>Barang baru</dt><dd>1</dd>"), "{page}");
    other.execute_batch("ROLLBACK").unwrap();
    let told = "SELECT count(*) FROM products WHERE sku = 'B' OR name <> 'Mi'";
    assert_eq!(counter.number(told), 0, "it was only looked at");
    owner.post(&format!("{job}/simpan"), &[]).await.leads();
    at_rest(&owner, &job).await;
    assert_eq!(counter.number("SELECT count(*) FROM products"), 2);
    let events = "SELECT count(*) FROM events WHERE kind = 'product.defined'";
    assert_eq!(counter.number(events), 2);
}

const BROKEN: &str = "\
sku;name;unit;price;cost;barcode;shelf_life_days;consignment;pack_name;pack_size;minimum_order
A;;pcs;3500;3000;;;;;;
B;Teh;pcs;3.55;3000;;;;;;
C;Kopi;pcs;2000;1500;8991234500012;;;;;
D;Gula;kg;18000;16500;;lama;;;;
E;Susu;pcs;7000;6000;;0;;;;
F;Roti;pcs;15000;12000;;;mungkin;;;
G;Sabun;pcs;4000;3500;;;;dus;banyak;
H;Lilin;pcs;1000;800;;;;dus;;
I;Korek;pcs;1000;800;;;;;;1,5
J;Garam;pcs;9999999999999;800;;;;;;
K;Beras;kg;14000;13000;SAMA;;;;;
L;Ketan;kg;16000;15000;SAMA;;;;;
";

#[tokio::test]
async fn a_broken_file_names_every_line_in_her_language_and_keeps_nothing() {
    let counter = Counter::start(None).await;
    let owner = counter.visitor();
    let sent = send_file(
        &owner,
        "/barang/impor",
        "berkas",
        "barang.csv",
        BROKEN.as_bytes(),
    )
    .await;
    let job = sent.leads();
    let page = at_rest(&owner, &job).await;
    for wanted in [
        "<strong>Baris 2</strong>: nama: selnya kosong",
        "<strong>Baris 3</strong>: harga jual: &#34;3.55&#34; bukan rupiah bulat",
        "<strong>Baris 4</strong>: barcode: angka terakhirnya tidak cocok",
        "<strong>Baris 5</strong>: tahan berapa hari: &#34;lama&#34; bukan jumlah hari",
        "<strong>Baris 6</strong>: tahan berapa hari: harus 1 sampai 36500",
        "<strong>Baris 7</strong>: titip jual: &#34;mungkin&#34; bukan ya atau tidak",
        "<strong>Baris 8</strong>: isi kemasan: &#34;banyak&#34; bukan angka",
        "<strong>Baris 9</strong>: isi kemasan: selnya kosong",
        "<strong>Baris 10</strong>: pembelian paling sedikit: &#34;1,5&#34; tidak pas",
        "<strong>Baris 11</strong>: harga jual: 9999999999999 lebih dari 1000000000000",
        "<strong>Baris 13</strong>: barcode SAMA sudah ada di kg",
    ] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    for english in [
        "must be",
        "is no",
        "is not",
        "empty",
        "more than",
        "wrong",
        "barcodes[",
    ] {
        assert!(!page.contains(english), "{english}: {page}");
    }
    owner.post(&format!("{job}/simpan"), &[]).await.leads();
    assert!(
        at_rest(&owner, &job)
            .await
            .contains("Belum ada yang disimpan")
    );
    assert_eq!(counter.number("SELECT count(*) FROM products"), 0);

    let mended = "sku;name;unit;price;cost\nA;Mi;pcs;3500;3000\nB;Teh;pcs;7500;6300\n";
    let job = send_file(
        &owner,
        "/barang/impor",
        "berkas",
        "barang.csv",
        mended.as_bytes(),
    )
    .await
    .leads();
    let page = at_rest(&owner, &job).await;
    assert!(page.contains("<dt>Barang baru</dt><dd>2</dd>"), "{page}");
    assert_eq!(counter.number("SELECT count(*) FROM products"), 0);
    for _ in 0..3 {
        owner.post(&format!("{job}/simpan"), &[]).await.leads();
    }
    let page = at_rest(&owner, &job).await;
    assert!(page.contains("Selesai. Semua sudah disimpan."), "{page}");
    assert_eq!(counter.number("SELECT count(*) FROM products"), 2);
    let imports =
        "SELECT count(*) FROM audit WHERE action = 'products.imported' AND actor = 'owner'";
    assert_eq!(counter.number(imports), 1);
    assert!(
        !counter
            .folder
            .path()
            .join("imports")
            .join(job.rsplit('/').next().unwrap())
            .exists()
    );
}

#[tokio::test]
async fn columns_are_matched_by_what_people_call_them_or_by_hand() {
    let counter = Counter::start(None).await;
    let owner = counter.visitor();
    let file = "Kode,Nama Barang,Satuan,Harga Jual,Harga Modal,Rak\nA,Mi,pcs,3500,3000,3\n";
    let job = send_file(&owner, "/barang/impor", "berkas", "a.csv", file.as_bytes())
        .await
        .leads();
    let page = at_rest(&owner, &job).await;
    assert!(page.contains("<dt>Barang baru</dt><dd>1</dd>"), "{page}");
    assert!(page.contains("Kolom yang tidak dipakai: Rak"), "{page}");

    let file = "nomor,apa,Satuan,duit,Harga Modal\nA,Mi,pcs,3500,3000\n";
    let job = send_file(&owner, "/barang/impor", "berkas", "a.csv", file.as_bytes())
        .await
        .leads();
    let page = at_rest(&owner, &job).await;
    assert!(
        page.contains("Kolom mana yang ini? kode, nama, harga jual"),
        "{page}"
    );
    let chosen = [
        ("sku", "nomor"),
        ("name", "apa"),
        ("unit", "Satuan"),
        ("price", "duit"),
        ("cost", "Harga Modal"),
        ("barcode", ""),
    ];
    owner.post(&format!("{job}/kolom"), &chosen).await.leads();
    let page = at_rest(&owner, &job).await;
    assert!(
        page.contains("<strong>Mi</strong>") && page.contains("Rp3.500 / pcs"),
        "{page}"
    );
}

#[tokio::test]
async fn what_is_no_list_is_refused_where_it_was_sent() {
    let counter = Counter::start(None).await;
    let owner = counter.visitor();
    for (name, content, wanted) in [
        ("a.csv", &b""[..], "pilih berkas dulu"),
        (
            "a.xls",
            &b"\xd0\xcf\x11\xe0\xa1\xb1"[..],
            "simpan sebagai .xlsx",
        ),
        (
            "a.jpg",
            &b"\xff\xd8\xff\0"[..],
            "bukan berkas .csv atau .xlsx",
        ),
        (
            "a.csv",
            &vec![b'a'; 10 * 1024 * 1024 + 1][..],
            "lebih besar dari 10 MB",
        ),
    ] {
        let seen = send_file(&owner, "/barang/impor", "berkas", name, content).await;
        let page = seen.expect(422);
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    let job = send_file(
        &owner,
        "/barang/impor",
        "berkas",
        "a.xlsx",
        b"PK\x03\x04nothing",
    )
    .await;
    let page = at_rest(&owner, &job.leads()).await;
    assert!(
        page.contains("bukan berkas Excel yang bisa dibaca"),
        "{page}"
    );
    let folder = counter.folder.path().display().to_string();
    assert!(!page.contains(&folder), "{page}");
    let lost = owner.get("/barang/impor/tidak-ada").await;
    assert!(
        lost.clone().expect(404).contains("sudah tidak ada"),
        "{lost:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_thousand_rows_show_how_far_they_are() {
    let counter = Counter::start(None).await;
    let mut file = "sku,name,unit,price,cost,barcode,pack_name,pack_size\n".to_owned();
    for row in 0..20_000 {
        writeln!(
            file,
            "P{row:05},Barang nomor {row},pcs,{},{},KODE{row},dus,24",
            1_000 + row,
            row
        )
        .unwrap();
    }
    let path = counter.folder.path().join("banyak.csv");
    std::fs::write(&path, file).unwrap();
    let browser = Browser::start(360, 740).await;
    browser.goto(&format!("{}/barang/impor", counter.url)).await;
    browser.screenshot("goods-import-360").await;
    let field = browser.find("#berkas").await;
    field.send_keys(path.to_str().unwrap()).await.unwrap();
    let started = Instant::now();
    browser.click("main form button").await;
    browser.find("progress").await;
    let patiently = |css: &'static str| {
        let wait = browser.client.wait().at_most(Duration::from_mins(3));
        async move {
            wait.for_element(Locator::Css(css))
                .await
                .unwrap_or_else(|error| panic!("{css}: {error}"))
        }
    };
    patiently("progress[max='20000']").await;
    browser.screenshot("goods-import-progress-360").await;
    patiently("form[action$='/simpan'] button").await;
    let looked = started.elapsed();
    assert!(browser.text("dl.figures").await.contains("20.000"));
    assert!(!browser.overflows().await);
    browser.screenshot("goods-import-preview-360").await;
    let started = Instant::now();
    browser.click("form[action$='/simpan'] button").await;
    patiently("p.good-text").await;
    println!(
        "20,000 rows: looked at in {looked:?}, kept in {:?}",
        started.elapsed()
    );
    browser.screenshot("goods-import-done-360").await;
    assert_eq!(counter.number("SELECT count(*) FROM products"), 20_000);
    browser
        .goto(&format!("{}/barang?q=nomor+19999", counter.url))
        .await;
    assert!(browser.text("ul.goods-list").await.contains("P19999"));
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
}
