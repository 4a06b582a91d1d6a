//! Pictures of receipts as they are saved.

use serde_json::json;

use super::Counter;

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_a_picture_with_every_line_where_the_paper_has_it() {
    let counter = Counter::open().await;
    counter.sell_noodles("s1").await;
    let page = counter.get("/struk/s1.png").await;
    assert_eq!((page.status, &*page.kind), (200, "image/png"));
    let picture = image::load_from_memory(&page.bytes)
        .expect("a PNG")
        .into_luma8();
    // 32 letters of 12 dots, a margin of 24 around, two points a dot.
    assert_eq!(picture.width(), (32 * 12 + 2 * 24) * 2);
    let dark = |line: u32| {
        let rows = (24 + line * 24) * 2..(24 + (line + 1) * 24) * 2;
        rows.flat_map(|y| (0..picture.width()).map(move |x| (x, y)))
            .filter(|(x, y)| picture.get_pixel(*x, *y).0[0] < 128)
            .count()
    };
    // The name is twice as high, then comes a rule: 32 dashes of five dots in one row of dots.
    assert!(dark(0) + dark(1) > 2_000);
    assert_eq!(dark(2), 32 * 5 * 2 * 2 * 4);
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("artefacts");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("receipt.png"), &page.bytes).expect("the picture is kept");

    let missing = counter.get("/struk/none.png").await;
    assert_eq!(missing.status, 404);
    counter.daemon.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_sale_has_a_picture_too() {
    let counter = Counter::open().await;
    let lines = vec![json!({ "sku": "MIE", "quantity": 1 }); 500];
    let sale = json!({ "id": "s1", "lines": lines, "payment": { "method": "cash" } });
    counter.sell(&sale).await;
    let page = counter.get("/struk/s1.png").await;
    assert_eq!(page.status, 200);
    assert!(page.bytes.len() < 2_000_000, "{} bytes", page.bytes.len());
    counter.daemon.stop().await;
}
