//! Goods: kept on the pages, brought in and taken out as files, labelled.

mod export;
mod form;
mod import;
mod label;
mod photo;

use std::time::{Duration, Instant};

use reqwest::Method;

use crate::harness::counter::{Seen, Visitor};

/// Sends a file by a form, as a browser does.
async fn send_file(who: &Visitor, path: &str, field: &str, name: &str, content: &[u8]) -> Seen {
    let mark = "----kulakan-test-7391";
    let mut body = format!(
        "--{mark}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend(content);
    body.extend(format!("\r\n--{mark}--\r\n").bytes());
    let request = who
        .request(Method::POST, path)
        .header(
            "content-type",
            format!("multipart/form-data; boundary={mark}"),
        )
        .body(body);
    who.send(request).await
}

/// The page of a job once it is no longer at work. Bounded, so that a fault ends the test.
async fn at_rest(who: &Visitor, job: &str) -> String {
    let started = Instant::now();
    loop {
        let state = who.get(&format!("{job}/keadaan")).await.expect(200);
        if state.contains("\"working\":false") {
            return who.get(job).await.expect(200);
        }
        assert!(started.elapsed() < Duration::from_mins(2), "{state}");
        tokio::task::yield_now().await;
    }
}

/// The value of a hidden field of a page.
fn hidden<'p>(page: &'p str, name: &str) -> &'p str {
    let field = format!("name=\"{name}\" value=\"");
    let (_, rest) = page
        .split_once(&field)
        .unwrap_or_else(|| panic!("{name}: {page}"));
    rest.split('"').next().unwrap()
}
