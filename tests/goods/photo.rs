//! Pictures of goods: kept small and the right way up, shown with a lasting address, refused when they are none.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use super::send_file;
use crate::harness::counter::Counter;
use crate::printing::codes::claiming;

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |x, _| Rgb([(x % 256) as u8, 40, 90]));
    let mut file = Cursor::new(Vec::new());
    DynamicImage::from(image)
        .write_to(&mut file, format)
        .unwrap();
    file.into_inner()
}

#[tokio::test]
async fn a_picture_is_kept_small_and_may_be_kept_by_the_browser() {
    let counter = Counter::start(None).await;
    counter
        .product(
            "MIE/1".replace('/', "%").as_str(),
            "Mi goreng",
            3_500,
            3_000,
        )
        .await;
    let owner = counter.visitor();
    let address = "/barang/kode/MIE%251";
    let large = picture(1600, 800, ImageFormat::Png);
    let sent = send_file(&owner, &format!("{address}/foto"), "foto", "mi.png", &large).await;
    assert_eq!(sent.leads(), format!("{address}?tersimpan=1"));
    let page = owner.get(address).await.expect(200);
    let shown = page.split("<img class=\"photo\" src=\"").nth(1).unwrap();
    let shown = shown.split('"').next().unwrap().to_owned();
    assert!(shown.starts_with(&format!("{address}/foto?v=")), "{shown}");
    let seen = owner.get(&shown).await;
    assert_eq!(
        (seen.status, &seen.headers["content-type"]),
        (200, &"image/jpeg".parse().unwrap())
    );
    let cached = seen.headers["cache-control"].to_str().unwrap().to_owned();
    assert!(
        cached.contains("max-age=31536000") && cached.contains("private"),
        "{cached}"
    );
    let tag = seen.headers["etag"].clone();
    let again = owner
        .request(reqwest::Method::GET, &shown)
        .header("if-none-match", tag);
    assert_eq!(owner.send(again).await.status, 304);
    let kept = counter.shop.photo("MIE%1").await.unwrap();
    let kept = image::load_from_memory(&kept.content).unwrap();
    assert_eq!((kept.width(), kept.height()), (320, 160));

    // Another picture has another address; none has none.
    let other = picture(100, 50, ImageFormat::Jpeg);
    send_file(&owner, &format!("{address}/foto"), "foto", "mi.jpg", &other)
        .await
        .leads();
    let page = owner.get(address).await.expect(200);
    assert!(!page.contains(&shown), "{page}");
    owner
        .post(&format!("{address}/foto/hapus"), &[])
        .await
        .leads();
    owner
        .post(&format!("{address}/foto/hapus"), &[])
        .await
        .leads();
    assert!(
        !owner
            .get(address)
            .await
            .expect(200)
            .contains("class=\"photo\"")
    );
    assert_eq!(owner.get(&format!("{address}/foto")).await.status, 404);
    assert_eq!(
        counter.number("SELECT count(*) FROM audit WHERE action LIKE 'product.photo%'"),
        3
    );
}

#[tokio::test]
async fn what_is_no_picture_is_refused_in_plain_words() {
    let counter = Counter::start(None).await;
    counter.product("MIE", "Mi goreng", 3_500, 3_000).await;
    let owner = counter.visitor();
    let whole = picture(64, 64, ImageFormat::Png);
    // Pictures of next to no bytes that claim to be huge: their header alone must be enough to refuse them. The second
    // has sides that are read, and would take a quarter of a gigabyte.
    let (bomb, wide_bomb) = (claiming(60_000, 60_000), claiming(16_000, 16_000));
    for (content, wanted) in [
        (b"GIF89a...".to_vec(), "bukan foto JPEG atau PNG"),
        (
            b"<svg onload=alert(1)>".to_vec(),
            "bukan foto JPEG atau PNG",
        ),
        (whole[..60].to_vec(), "rusak"),
        (bomb, "rusak"),
        (wide_bomb, "terlalu banyak titik"),
        (vec![0xff; 8 * 1024 * 1024 + 1], "lebih besar dari 8 MB"),
        (vec![0xff; 9 * 1024 * 1024], "lebih besar dari 8 MB"),
        (Vec::new(), "pilih berkas dulu"),
    ] {
        let seen = send_file(&owner, "/barang/kode/MIE/foto", "foto", "x.jpg", &content).await;
        let page = seen.expect(422);
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    assert_eq!(counter.number("SELECT count(*) FROM product_photos"), 0);
    let picture = picture(10, 10, ImageFormat::Png);
    let nobody = send_file(&owner, "/barang/kode/TEH/foto", "foto", "x.png", &picture).await;
    assert_eq!(nobody.status, 404);
}
