//! The owner's settings of receipts and printer.

use std::collections::BTreeMap;
use std::path::PathBuf;

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{STYLE, Texts, form_id, told};
use crate::error::Error;
use crate::shop::printing::layout::Paper;
use crate::shop::printing::settings::{FIRST_PRINTER, PRINTER_PORT};
use crate::shop::printing::{PrintSettings, Target};
use crate::shop::web::pages::Pages;
use crate::shop::web::pages::visitor::Visitor;
use crate::web::Language;
use crate::web::layout::{Frame, page};

const HERE: &str = "/pengaturan/struk";

#[derive(Template)]
#[template(path = "shop/web/templates/print_settings.html")]
struct SettingsPage {
    frame: Frame,
    texts: &'static Texts,
    form: SettingsForm,
    form_id: String,
    done: &'static str,
    trouble: &'static str,
    waiting: i64,
    wrong: BTreeMap<String, &'static str>,
    has_printer: bool,
}

impl SettingsPage {
    fn wrong(&self, field: &str) -> &'static str {
        self.wrong.get(field).copied().unwrap_or("")
    }
}

/// The fields as they are sent and shown; one that is not sent is empty.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct SettingsForm {
    kind: String,
    device: String,
    host: String,
    port: String,
    file: String,
    paper: String,
    automatic: Option<String>,
    cut: Option<String>,
    drawer: Option<String>,
    address: String,
    phone: String,
    footer: String,
    language: String,
}

impl From<PrintSettings> for SettingsForm {
    fn from(settings: PrintSettings) -> Self {
        let on = |yes: bool| yes.then(|| "1".to_owned());
        let mut form = Self {
            kind: "nowhere".to_owned(),
            device: FIRST_PRINTER.to_owned(),
            host: String::new(),
            port: PRINTER_PORT.to_string(),
            file: "struk.bin".to_owned(),
            paper: settings.paper.millimetres().to_string(),
            automatic: on(settings.automatic),
            cut: on(settings.cut),
            drawer: on(settings.drawer),
            address: settings.address,
            phone: settings.phone,
            footer: settings.footer,
            language: settings.language.tag().to_owned(),
        };
        match settings.target {
            Target::Nowhere => {}
            Target::Device(path) => {
                form.kind = "device".to_owned();
                form.device = path.to_string_lossy().into_owned();
            }
            Target::Network { host, port } => {
                form.kind = "network".to_owned();
                form.host = host;
                form.port = port.to_string();
            }
            Target::File(name) => {
                form.kind = "file".to_owned();
                form.file = name;
            }
        }
        form
    }
}

impl From<SettingsForm> for PrintSettings {
    fn from(form: SettingsForm) -> Self {
        Self {
            target: match form.kind.as_str() {
                "device" => Target::Device(PathBuf::from(form.device)),
                "network" => Target::Network {
                    host: form.host,
                    // No port is 0, so one that cannot be read is refused as that.
                    port: form.port.trim().parse().unwrap_or(0),
                },
                "file" => Target::File(form.file),
                _ => Target::Nowhere,
            },
            paper: if form.paper == "80" {
                Paper::Wide
            } else {
                Paper::Narrow
            },
            automatic: form.automatic.is_some(),
            cut: form.cut.is_some(),
            drawer: form.drawer.is_some(),
            address: form.address,
            phone: form.phone,
            footer: form.footer,
            language: Language::from_tag(&form.language).unwrap_or_default(),
        }
    }
}

/// What was done before this page was shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Done {
    ok: String,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Query(done): Query<Done>,
) -> Response {
    let texts = Texts::of(visitor.language);
    let done = match done.ok.as_str() {
        "simpan" => texts.saved,
        "tes" => texts.test_sent,
        _ => "",
    };
    match pages.shop.print_settings().await {
        Ok(settings) => {
            let form = SettingsForm::from(settings);
            shown(&pages, &visitor, form, done, BTreeMap::new()).await
        }
        Err(error) => pages.message(&visitor, error, "/pengaturan"),
    }
}

async fn shown(
    pages: &Pages,
    visitor: &Visitor,
    form: SettingsForm,
    done: &'static str,
    wrong: BTreeMap<String, &'static str>,
) -> Response {
    let texts = Texts::of(visitor.language);
    let queue = match pages.shop.print_queue().await {
        Ok(queue) => queue,
        Err(error) => return pages.message(visitor, error, "/pengaturan"),
    };
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let frame = Frame {
        styles: vec![STYLE],
        ..pages.frame(visitor, texts.settings, HERE)
    };
    let view = SettingsPage {
        frame,
        texts,
        form,
        form_id: form_id(),
        done,
        trouble: queue.trouble.map_or("", |trouble| told(trouble, texts)),
        waiting: queue.waiting,
        wrong,
        has_printer: queue.target != Target::Nowhere,
    };
    (status, page(&view)).into_response()
}

pub(super) async fn save(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(form): Form<SettingsForm>,
) -> Response {
    let settings = PrintSettings::from(form.clone());
    let by = &visitor.person.name;
    match pages.shop.set_print_settings(settings, by).await {
        Ok(()) => Redirect::to("/pengaturan/struk?ok=simpan").into_response(),
        Err(Error::Invalid(fields)) => {
            let texts = Texts::of(visitor.language);
            let wrong = fields.into_iter().map(|fault| {
                let told = match fault.field.as_str() {
                    "device" => texts.wrong_device,
                    "host" => texts.wrong_host,
                    "port" => texts.wrong_port,
                    "file" => texts.wrong_file,
                    "address" => texts.wrong_address,
                    "phone" => texts.wrong_phone,
                    _ => texts.wrong_footer,
                };
                (fault.field, told)
            });
            let wrong = wrong.collect();
            shown(&pages, &visitor, form, "", wrong).await
        }
        Err(error) => pages.message(&visitor, error, HERE),
    }
}

#[derive(Deserialize)]
pub(super) struct TestForm {
    id: String,
}

pub(super) async fn test(
    State(pages): State<Pages>,
    visitor: Visitor,
    Form(form): Form<TestForm>,
) -> Response {
    match pages.shop.print_test(&form.id, &visitor.person.name).await {
        Ok(()) => Redirect::to("/pengaturan/struk?ok=tes").into_response(),
        Err(error) => pages.message(&visitor, error, HERE),
    }
}
