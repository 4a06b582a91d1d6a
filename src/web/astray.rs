//! Answers that people come upon by a wrong address, an old page or a file that is too large: a page in their language
//! with the way home, where a program gets problem JSON.

use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::language::House;
use super::layout::{Frame, page};
use super::problem::in_place_of_plain;
use super::serve::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use super::session::wants_page;
use super::{Language, texts};

texts! {
    /// What is said to people who have gone astray.
    AstrayTexts {
        not_here: "Halaman ini tidak ada" = "There is no such page";
        not_here_about: "Alamatnya mungkin salah ketik, atau halamannya sudah pindah." = "The address may be mistyped, or the page has moved.";
        not_so: "Halaman ini tidak bisa dibuka begini" = "This page does not open like this";
        not_so_about: "Halaman ini dibuka lewat tombol di halaman lain. Tidak ada yang berubah." = "It opens by a button on another page. Nothing was changed.";
        too_large: "Yang dikirim terlalu besar" = "Too much was sent at once";
        too_large_about: "Kirim berkas atau foto yang lebih kecil. Tidak ada yang disimpan." = "Send a smaller file or photograph. Nothing was saved.";
        not_read: "Isiannya tidak terbaca" = "The form could not be read";
        not_read_about: "Kembali ke halaman sebelumnya, muat ulang, lalu coba lagi. Tidak ada yang disimpan." = "Go back, reload the page, and try again. Nothing was saved.";
        foreign: "Formulir ini bukan dari sini" = "This form is not from here";
        foreign_about: "Formulir hanya diterima dari halaman kulakan sendiri. Buka dari awal." = "Forms are only taken from kulakan's own pages. Begin at the first page.";
        slow: "Terlalu lama" = "It took too long";
        slow_about: "Buka lagi dan lihat dulu apakah sudah tercatat, baru coba lagi." = "Open the page again and look whether it was recorded before you try again.";
        fault: "Ada yang tidak beres" = "Something went wrong";
        fault_about: "Buka lagi dan lihat dulu apakah sudah tercatat, baru coba lagi." = "Open the page again and look whether it was recorded before you try again.";
        home: "Ke halaman depan" = "To the first page";
    }
}

impl AstrayTexts {
    /// A status in words: what it is, and what to do.
    fn about(&self, status: StatusCode) -> (&'static str, &'static str) {
        match status {
            StatusCode::NOT_FOUND => (self.not_here, self.not_here_about),
            StatusCode::METHOD_NOT_ALLOWED => (self.not_so, self.not_so_about),
            StatusCode::PAYLOAD_TOO_LARGE => (self.too_large, self.too_large_about),
            StatusCode::FORBIDDEN => (self.foreign, self.foreign_about),
            StatusCode::GATEWAY_TIMEOUT => (self.slow, self.slow_about),
            status if status.is_client_error() => (self.not_read, self.not_read_about),
            _ => (self.fault, self.fault_about),
        }
    }
}

#[derive(Template)]
#[template(path = "web/templates/astray.html")]
struct Astray {
    frame: Frame,
    texts: &'static AstrayTexts,
    about: &'static str,
}

/// Paths that programs ask, whatever they say they accept.
const FOR_PROGRAMS: [&str; 4] = ["/api/", "/sync/", "/healthz", "/metrics"];

/// Middleware, around everything: what routing and its layers answer on their own becomes problem JSON, and that a page
/// for whoever asks for pages.
pub async fn answered(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let of_program = FOR_PROGRAMS.iter().any(|start| path.starts_with(start));
    let reader = (!of_program && wants_page(request.headers())).then(|| {
        let chosen = Language::chosen(request.headers());
        (chosen, path.to_owned())
    });
    let response = in_place_of_plain(next.run(request).await).await;
    match reader {
        // Another name than ours may be another site's: it gets nothing that looks like a page.
        Some((chosen, path))
            if is_problem(&response) && response.status() != StatusCode::MISDIRECTED_REQUEST =>
        {
            let house = response.extensions().get::<House>().map(|house| house.0);
            in_words(response, chosen.or(house).unwrap_or_default(), path)
        }
        _ => response,
    }
}

fn is_problem(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes() == b"application/problem+json")
}

fn in_words(problem: Response, language: Language, path: String) -> Response {
    let texts = AstrayTexts::of(language);
    let (title, about) = texts.about(problem.status());
    let shown = page(&Astray {
        frame: Frame {
            language,
            title: title.to_owned(),
            owner: "kulakan".to_owned(),
            menu: Vec::new(),
            path,
            logged_in: false,
            scripts: Vec::new(),
            styles: Vec::new(),
            lock_seconds: 0,
        },
        texts,
        about,
    });
    let (mut parts, _) = problem.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_ENCODING);
    let (new, body) = shown.into_parts();
    parts.headers.extend(new.headers);
    // What every page has; the layers that see to it lie within, where this was still JSON or not there at all.
    for (name, value) in [
        ("content-security-policy", CONTENT_SECURITY_POLICY),
        ("referrer-policy", REFERRER_POLICY),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
    ] {
        let name = HeaderName::from_static(name);
        parts.headers.insert(name, HeaderValue::from_static(value));
    }
    Response::from_parts(parts, body)
}
