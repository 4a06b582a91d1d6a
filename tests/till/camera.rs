//! The till's camera and photographs, in a real browser: a film takes the camera's place.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fantoccini::Locator;
use image::{GrayImage, ImageFormat, Luma};
use serde_json::{Value, json};

use super::{Counter, version};
use crate::browser::Browser;
use crate::harness::picture::{ean13, encoded, film, turned};

/// The barcode of the noodles.
const NOODLES: &str = "899100210123";

/// Keeps the stream that the page asks for where a test finds it.
const KEEPS_THE_STREAM: &str = "
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => window.stream = await ask(wanted);";

/// What desktop Chromium on Linux does not have: it sees whatever code the test holds before it.
const SEES: &str = "
    window.inView = [];
    window.looks = 0;
    window.BarcodeDetector = class {
        static async getSupportedFormats() { return ['ean_13', 'qr_code']; }
        async detect(video) {
            if (!(video.videoWidth > 0)) throw new Error('no frame');
            window.looks += 1;
            return window.inView.map((rawValue) => ({ rawValue }));
        }
    };";

/// No camera, as on most desks.
const NO_CAMERA: &str = "
    navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('none', 'NotFoundError'); };";

/// A window whose camera shows this film, at the till.
async fn at_the_till(counter: &Counter, picture: &GrayImage, scripts: &[&str]) -> Browser {
    let path = kept(counter, "camera.y4m", &film(picture));
    let camera = [
        "--use-fake-ui-for-media-stream".to_owned(),
        "--use-fake-device-for-media-stream".to_owned(),
        format!("--use-file-for-fake-video-capture={}", path.display()),
    ];
    let browser = Browser::start_with(360, 740, &camera).await;
    for script in scripts {
        let source = json!({ "source": script });
        browser
            .devtools("Page.addScriptToEvaluateOnNewDocument", source)
            .await;
    }
    browser.goto(&format!("{}/kasir", counter.base)).await;
    browser
}

fn kept(counter: &Counter, name: &str, content: &[u8]) -> PathBuf {
    let path = counter.folder.path().join(name);
    fs::write(&path, content).expect("a file");
    path
}

/// Taps the camera and chooses a photograph.
async fn photograph(browser: &Browser, photo: &Path) {
    browser.click("#kamera").await;
    let field = browser.find(".find input[type=file]").await;
    let path = photo.to_str().expect("a path");
    field.send_keys(path).await.expect("a photograph is chosen");
}

/// Waits until a script says so.
async fn until(browser: &Browser, script: &str) {
    let started = Instant::now();
    while browser.script(&format!("return {script}")).await != Value::Bool(true) {
        assert!(
            started.elapsed() < Duration::from_secs(30),
            "never {script}"
        );
        tokio::task::yield_now().await;
    }
}

async fn line(browser: &Browser) -> String {
    browser.text(".basket").await
}

/// That no light of a camera is left on.
const DARK: &str = "window.stream.getTracks().every((track) => track.readyState === 'ended')";

#[tokio::test(flavor = "multi_thread")]
async fn without_a_camera_a_photograph_puts_what_it_shows_into_the_cart() {
    let counter = Counter::open();
    let browser = at_the_till(&counter, &GrayImage::new(8, 8), &[NO_CAMERA]).await;
    let noodles = encoded(&turned(&ean13(NOODLES), 12.0), ImageFormat::Jpeg);
    let noodles = kept(&counter, "mie.jpg", &noodles);
    photograph(&browser, &noodles).await;
    version(&browser, 2).await;
    assert!(line(&browser).await.contains("Mi goreng"));

    // What shows no code says so, and what is in the cart stays there.
    let nothing = GrayImage::from_pixel(300, 200, Luma([190]));
    let nothing = kept(&counter, "kosong.png", &encoded(&nothing, ImageFormat::Png));
    photograph(&browser, &nothing).await;
    until(
        &browser,
        "document.getElementById('putus').textContent.startsWith('Kode batangnya tidak terbaca')",
    )
    .await;
    assert!(line(&browser).await.contains("Mi goreng"));
    // The same photograph once more is the same goods once more.
    photograph(&browser, &noodles).await;
    version(&browser, 3).await;
    let carts =
        "SELECT count(*) FROM carts WHERE state = 'open' AND content LIKE '%\"quantity\":\"2\"%'";
    assert_eq!(counter.number(carts), 1);
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_reads_no_codes_shows_its_frames_to_the_daemon() {
    let counter = Counter::open();
    let browser = at_the_till(&counter, &ean13(NOODLES), &[KEEPS_THE_STREAM]).await;
    let none = browser.script("return 'BarcodeDetector' in window").await;
    assert_eq!(none, Value::Bool(false), "else this is another test");
    browser.click("#kamera").await;
    version(&browser, 2).await;
    until(
        &browser,
        "document.querySelector('.camera p').textContent.includes('1 bungkus × Rp3.500')",
    )
    .await;
    browser.screenshot("camera").await;
    // The pack is in view all the time: it stays one, however many more frames are looked at.
    let frames = "performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/kasir/foto')).length";
    let seen = browser.script(&format!("return {frames}")).await;
    let seen = seen.as_i64().expect("a count");
    until(&browser, &format!("{frames} > {}", seen + 4)).await;
    version(&browser, 2).await;
    let on = browser.script(&format!("return {DARK}")).await;
    assert_eq!(on, Value::Bool(false));
    browser.click(".camera button").await;
    assert_eq!(browser.script(&format!("return {DARK}")).await, true);
    let gone = browser.client.find(Locator::Css("dialog")).await;
    assert!(gone.is_err(), "the dialog is gone");
    assert!(line(&browser).await.contains("Mi goreng"));
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_in_view_is_one_pack_until_it_left() {
    let counter = Counter::open();
    counter.by_hand(
        "INSERT INTO barcodes (barcode, product_id, unit)
         SELECT '036000291452', id, 'kotak' FROM products WHERE sku = 'TEH'",
    );
    let scripts = [KEEPS_THE_STREAM, SEES];
    let browser = at_the_till(&counter, &GrayImage::new(8, 8), &scripts).await;
    browser.click("#kamera").await;
    until(&browser, "window.looks > 2").await;
    browser
        .script("window.inView = ['8991002101234']; window.looks = 0")
        .await;
    version(&browser, 2).await;
    until(&browser, "window.looks > 50").await;
    version(&browser, 2).await;
    // A frame or two in which the hand shook are not another pack, another code is.
    browser.script("window.inView = []; window.looks = 0").await;
    until(&browser, "window.looks > 1").await;
    browser
        .script("window.inView = ['8991002101234']; window.looks = 0")
        .await;
    until(&browser, "window.looks > 5").await;
    version(&browser, 2).await;
    browser.script("window.inView = ['8990000000013']").await;
    version(&browser, 3).await;
    // Out of view for a while, it is another.
    browser
        .script("window.inView = []; window.leftAt = performance.now()")
        .await;
    until(&browser, "performance.now() - window.leftAt > 2600").await;
    browser.script("window.inView = ['8990000000013']").await;
    version(&browser, 4).await;
    // A camera reads a UPC-A as the EAN-13 that it is; the shop's list has its twelve digits.
    browser.script("window.inView = ['0036000291452']").await;
    version(&browser, 5).await;
    // What nobody knows says so where she looks.
    browser.script("window.inView = ['8999999999993']").await;
    until(
        &browser,
        "document.querySelector('.camera p').textContent.includes('8999999999993') \
         && document.querySelector('.camera p').textContent \
            === document.querySelector('#keranjang .unknown p')?.textContent",
    )
    .await;
    assert_eq!(browser.script(&format!("return {DARK}")).await, false);

    // Escape closes it as the button does.
    let dialog = browser.client.active_element().await.expect("a focus");
    dialog.send_keys("\u{e00c}").await.expect("it takes keys");
    until(&browser, DARK).await;
    assert_eq!(
        browser.script("return document.activeElement.id").await,
        "kamera"
    );
    let looks = browser.script("return window.looks = 0").await;
    assert_eq!(looks, 0);
    // Frames go on being drawn, and nobody looks at one.
    let frames = "const done = arguments[0]; let left = 10;
        const next = () => (left -= 1) ? requestAnimationFrame(next) : done(window.looks); next()";
    let looks = browser.client.execute_async(frames, Vec::new()).await;
    assert_eq!(looks.expect("frames are drawn"), 0);
    let quantity = "SELECT count(*) FROM carts WHERE content LIKE '%\"quantity\":\"3\"%'";
    assert_eq!(counter.number(quantity), 1);
    assert_eq!(browser.errors().await, Vec::<String>::new());
    browser.close().await;
}
