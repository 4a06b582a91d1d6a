//! A real browser for tests of pages: headless Chromium through chromedriver, gone on drop.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axum::http::Method;
use fantoccini::elements::Element;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::Url;
use serde_json::{Value, json};
use tempfile::TempDir;

pub mod rules;
mod smoke;

/// One browser window of its own profile.
pub struct Browser {
    /// For whatever the methods here do not offer.
    pub client: Client,
    // Dropped in this order: the driver ends its Chromium before the profile's folder goes.
    _driver: Driver,
    _profile: TempDir,
}

struct Driver {
    process: Child,
    port: u16,
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Killing the driver would leave its Chromium behind; asked to shut down, it ends both. When
        // it does not answer it is gone already, and a test that ends has nobody to tell.
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
            let _ = stream.write_all(b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            let _ = stream.read_to_end(&mut Vec::new());
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Browser {
    /// Starts chromedriver on a free port and a window of this many CSS pixels.
    pub async fn start(width: u32, height: u32) -> Self {
        Self::start_with(width, height, &[]).await
    }

    /// The same, with more of Chromium's own arguments.
    pub async fn start_with(width: u32, height: u32, more: &[String]) -> Self {
        let (driver, address) = start_driver();
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let mut arguments = vec![
            // Chromium's sandbox refuses root, which is who runs tests in a container.
            "--no-sandbox".to_owned(),
            "--headless=new".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--force-device-scale-factor=1".to_owned(),
            format!("--user-data-dir={}", profile.path().display()),
        ];
        arguments.extend_from_slice(more);
        let mut wanted = Capabilities::new();
        // A plain window may be no narrower than 500 pixels and loses height to its frame; device
        // metrics give the page exactly this size, and a narrow one the viewport rules of a phone.
        let metrics = json!({
            "width": width, "height": height, "pixelRatio": 1.0, "touch": false, "mobile": width < 600,
        });
        let options = json!({"args": arguments, "mobileEmulation": {"deviceMetrics": metrics}});
        wanted.insert("goog:chromeOptions".to_owned(), options);
        wanted.insert("goog:loggingPrefs".to_owned(), json!({"browser": "ALL"}));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&address)
            .await
            .expect("chromedriver opens Chromium");
        Self {
            client,
            _driver: driver,
            _profile: profile,
        }
    }

    /// Opens a page and waits until it has loaded.
    pub async fn goto(&self, url: &str) {
        self.client
            .goto(url)
            .await
            .unwrap_or_else(|fault| panic!("{url}: {fault}"));
    }

    /// The first element that a CSS selector matches, waiting for it to appear.
    pub async fn find(&self, css: &str) -> Element {
        let found = self.client.wait().for_element(Locator::Css(css)).await;
        found.unwrap_or_else(|fault| panic!("{css}: {fault}"))
    }

    /// The text of that element as a person sees it.
    pub async fn text(&self, css: &str) -> String {
        let element = self.find(css).await;
        element
            .text()
            .await
            .unwrap_or_else(|fault| panic!("{css}: {fault}"))
    }

    /// Clicks that element where a thumb reaches it, in the middle of the window above whatever stays at its foot.
    /// Where the click leads to another page, that one has loaded when this returns.
    pub async fn click(&self, css: &str) {
        let element = self.find(css).await;
        let itself = serde_json::to_value(&element).expect("an element's name");
        let prepared = self.client.execute(BEFORE_AN_ACTION, vec![itself]).await;
        prepared.unwrap_or_else(|fault| panic!("{css}: {fault}"));
        element
            .click()
            .await
            .unwrap_or_else(|fault| panic!("{css}: {fault}"));
        self.arrived(css).await;
    }

    /// Types into that field, in place of what it holds. Where an Enter leads to another page, that one has loaded when
    /// this returns.
    pub async fn fill(&self, css: &str, text: &str) {
        let element = self.find(css).await;
        element
            .clear()
            .await
            .unwrap_or_else(|fault| panic!("{css}: {fault}"));
        let itself = serde_json::to_value(&element).expect("an element's name");
        let prepared = self.client.execute(BEFORE_AN_ACTION, vec![itself]).await;
        prepared.unwrap_or_else(|fault| panic!("{css}: {fault}"));
        element
            .send_keys(text)
            .await
            .unwrap_or_else(|fault| panic!("{css}: {fault}"));
        self.arrived(css).await;
    }

    /// Waits until the page that the last action leads to has loaded, if it leads to one. The driver alone does not: it
    /// returns when the browser has been told, and what is read then may still be of the page before.
    async fn arrived(&self, action: &str) {
        let started = Instant::now();
        // Between two pages there is none that a script could run on.
        while self.client.execute(ARRIVED, Vec::new()).await.ok() != Some(Value::Bool(true)) {
            let waited = started.elapsed();
            assert!(waited < Duration::from_secs(30), "{action} leads nowhere");
            tokio::task::yield_now().await;
        }
    }

    /// Saves what the window shows as `artefacts/NAME.png` in the target folder and returns the path.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let image = self.client.screenshot().await.expect("a screenshot");
        let folder = artefacts();
        fs::create_dir_all(&folder).expect("a folder for screenshots");
        let path = folder.join(format!("{name}.png"));
        fs::write(&path, image).expect("the screenshot is written");
        path
    }

    /// What the pages wrote to the console at the level of an error since the last call: faults of
    /// scripts, blocked and failed requests.
    pub async fn errors(&self) -> Vec<String> {
        let log = self
            .client
            .issue_cmd(Beyond("se/log", json!({ "type": "browser" })))
            .await
            .expect("chromedriver keeps the console");
        let entries = log.as_array().cloned().unwrap_or_default();
        let severe = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        severe
            .filter_map(|entry| entry["message"].as_str().map(str::to_owned))
            .collect()
    }

    /// Whether the page is wider than the window, so that a person would have to scroll sideways.
    pub async fn overflows(&self) -> bool {
        let script =
            "const page = document.documentElement; return page.scrollWidth > page.clientWidth";
        let answer = self.client.execute(script, Vec::new()).await;
        answer.expect("a script runs") == Value::Bool(true)
    }

    /// Has Chromium do something that the standard has no word for, by its own protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let parameters = json!({ "cmd": command, "params": parameters });
        let asked = Beyond("goog/cdp/execute", parameters);
        let answer = self.client.issue_cmd(asked).await;
        answer.unwrap_or_else(|fault| panic!("{command}: {fault}"))
    }

    /// What a script on the page returns.
    pub async fn script(&self, script: &str) -> Value {
        let answer = self.client.execute(script, Vec::new()).await;
        answer.unwrap_or_else(|fault| panic!("{script}: {fault}"))
    }

    /// Ends the session in order; a drop alone ends it too, less politely.
    pub async fn close(self) {
        self.client.clone().close().await.expect("the session ends");
    }
}

/// Brings an element to the middle of the window and notes on the page whether what is done next leads away from it.
const BEFORE_AN_ACTION: &str = "
    arguments[0].scrollIntoView({ block: 'center' });
    window.leavesForAnother = false;
    const note = (leads) => (event) => {
        window.leavesForAnother ||= !event.defaultPrevented && leads(event.target);
    };
    window.addEventListener('submit', note(() => true), { once: true });
    window.addEventListener('click', note((target) => {
        const link = target.closest('a[href]');
        const here = (url) => url.split('#')[0];
        return link !== null && link.target !== '_blank' && !link.hasAttribute('download')
            && link.protocol.startsWith('http') && here(link.href) !== here(location.href);
    }), { once: true });
";

/// Whether the page that was acted on is still the one to be on, or another has loaded in its place.
const ARRIVED: &str = "
    if (window.leavesForAnother === undefined) return document.readyState === 'complete';
    return !window.leavesForAnother;
";

/// What Chromedriver can do beyond the standard: where it is asked for within the session, and with what.
#[derive(Debug)]
struct Beyond(&'static str, Value);

impl WebDriverCompatibleCommand for Beyond {
    fn endpoint(
        &self,
        base_url: &Url,
        session_id: Option<&str>,
    ) -> Result<Url, <Url as std::str::FromStr>::Err> {
        let session = session_id.unwrap_or_default();
        base_url.join(&format!("session/{session}/{}", self.0))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.1.to_string()))
    }
}

fn start_driver() -> (Driver, String) {
    let process = Command::new("chromedriver")
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut process = process.expect("chromedriver is installed; ./tests/run installs it");
    let output = process.stdout.take().expect("a piped output");
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let port = lines.find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    // A full pipe would stop the driver, so somebody reads on until it ends.
    std::thread::spawn(move || lines.for_each(drop));
    let port = port.expect("chromedriver names its port");
    (Driver { process, port }, format!("http://127.0.0.1:{port}"))
}

fn artefacts() -> PathBuf {
    // The program under test lies in <target>/<profile>/, wherever CARGO_TARGET_DIR points.
    let program = Path::new(env!("CARGO_BIN_EXE_kulakan"));
    program
        .ancestors()
        .nth(2)
        .expect("a target folder")
        .join("artefacts")
}
