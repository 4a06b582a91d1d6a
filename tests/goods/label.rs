//! Price labels: goods without a barcode get one of the shop's own, and what is printed can be scanned.

use rxing::helpers::detect_in_luma;
use serde_json::json;

use crate::browser::Browser;
use crate::harness::counter::Counter;

/// What a scanner reads off the bars of a label, drawn as a printer of 203 dots an inch would.
fn scanned(svg: &str) -> String {
    let width: usize = svg
        .split("viewBox=\"0 0 ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next())
        .unwrap()
        .parse()
        .unwrap();
    let mut modules = vec![255_u8; width];
    let path = svg.split(" d=\"").nth(1).unwrap();
    for bar in path.split('"').next().unwrap().split('M').skip(1) {
        let (left, rest) = bar.split_once(" 0h").unwrap();
        let (run, _) = rest.split_once('v').unwrap();
        let (left, run): (usize, usize) = (left.parse().unwrap(), run.parse().unwrap());
        modules[left..left + run].fill(0);
    }
    let row: Vec<u8> = modules.iter().flat_map(|module| [*module; 3]).collect();
    let image = row.repeat(60);
    let found = detect_in_luma(image, width as u32 * 3, 60, None);
    found
        .unwrap_or_else(|error| panic!("{error}: {svg}"))
        .getText()
        .to_owned()
}

#[tokio::test]
async fn what_is_printed_can_be_scanned() {
    let counter = Counter::start(None).await;
    let codes = [
        "8991002101234",
        "96385074",
        "012345678905",
        "MIE-DUS_1",
        "123456",
        "1234567",
    ];
    for (index, code) in codes.iter().enumerate() {
        let product = json!({ "sku": format!("P{index}"), "name": format!("Barang {index}"), "price": 3_500, "barcode": code });
        counter
            .api(reqwest::Method::POST, "/products", Some(&product))
            .await;
    }
    counter.product("CURAH", "Gula curah", 18_000, 16_500).await;
    let owner = counter.visitor();
    let page = owner.get("/barang/label?sku=CURAH").await.expect(200);
    assert!(page.contains("value=\"CURAH\" checked"), "{page}");
    let mut chosen: Vec<(String, String)> = (0..codes.len())
        .map(|index| ("pilih".to_owned(), format!("P{index}")))
        .collect();
    chosen.push(("pilih".to_owned(), "CURAH".to_owned()));
    chosen.push(("n.CURAH".to_owned(), "3".to_owned()));
    chosen.push(("kertas".to_owned(), "58".to_owned()));
    let chosen: Vec<(&str, &str)> = chosen
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    let to = owner.post("/barang/label", &chosen).await.leads();
    // Sent twice, the product keeps the code that it got.
    assert_eq!(owner.post("/barang/label", &chosen).await.leads(), to);
    let page = owner.get(&to).await.expect(200);
    let labels: Vec<&str> = page.split("<svg viewBox").skip(1).collect();
    assert_eq!(labels.len(), codes.len() + 3);
    let own = counter.shop.product("CURAH").await.unwrap().units[0]
        .barcodes
        .clone();
    assert_eq!(own.len(), 1);
    assert!(own[0].starts_with('2') && own[0].len() == 13, "{own:?}");
    for (label, code) in labels
        .iter()
        .zip(codes.iter().copied().chain([own[0].as_str(); 3]))
    {
        let svg = format!("<svg viewBox{}", label.split("</svg>").next().unwrap());
        // A scanner gives the EAN-13 or the UPC-A of the same digits.
        let read = scanned(&svg);
        assert!(
            read == code || format!("0{read}") == code || read == format!("0{code}"),
            "{read} of {code}"
        );
        assert!(
            label.contains(&format!("<p class=\"label-code\">{code}</p>")),
            "{label}"
        );
    }
    assert_eq!(
        counter.number("SELECT count(*) FROM audit WHERE action = 'product.changed'"),
        1
    );

    assert_eq!(
        owner.post("/barang/label", &[]).await.leads(),
        "/barang/label?salah=kosong"
    );
    for copies in ["501", "99999999999"] {
        let form = [("pilih", "CURAH"), ("n.CURAH", copies)];
        let led = owner.post("/barang/label", &form).await.leads();
        assert_eq!(led, "/barang/label?salah=banyak");
    }
    let unknown = owner.post("/barang/label", &[("pilih", "TIDAK")]).await;
    assert!(
        unknown
            .clone()
            .expect(404)
            .contains("tidak ada barang berkode"),
        "{unknown:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn labels_look_right_on_a_telephone_and_on_a_desk() {
    let counter = Counter::start(None).await;
    let long =
        "Mi goreng rasa ayam bawang ukuran jumbo dengan nama yang panjang sekali sampai tiga baris";
    for (sku, name, price) in [
        ("MIE", long, 3_500),
        ("TEH", "Teh celup", 7_500),
        ("GULA", "Gula <b>curah</b>", 1_250_000),
    ] {
        counter.product(sku, name, price, 1).await;
    }
    for (width, height) in [(360, 740), (1280, 800)] {
        let browser = Browser::start(width, height).await;
        browser.goto(&format!("{}/barang", counter.url)).await;
        browser.screenshot(&format!("goods-list-{width}")).await;
        assert!(!browser.overflows().await);
        browser
            .goto(&format!("{}/barang/kode/MIE", counter.url))
            .await;
        browser.screenshot(&format!("goods-product-{width}")).await;
        browser.goto(&format!("{}/barang/label", counter.url)).await;
        for sku in ["MIE", "TEH", "GULA"] {
            // The menu at the foot of the window lies over whatever is behind it.
            let centre = format!(
                "document.querySelector('input[value={sku}]').scrollIntoView({{ block: 'center' }})"
            );
            browser.script(&centre).await;
            browser.click(&format!("input[value={sku}]")).await;
        }
        browser.screenshot(&format!("goods-labels-{width}")).await;
        assert!(!browser.overflows().await);
        if width == 1280 {
            browser.click("input[name=kertas][value='58']").await;
        }
        let foot = "document.querySelector('main form.goods .actions').scrollIntoView({ block: 'center' })";
        browser.script(foot).await;
        browser.click("main form.goods .actions button").await;
        browser.find("ul.labels svg").await;
        assert!(!browser.overflows().await);
        browser.screenshot(&format!("goods-sheet-{width}")).await;
        assert_eq!(browser.errors().await, Vec::<String>::new());
        browser.close().await;
    }
}
