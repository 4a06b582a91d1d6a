//! People at the hub's pages: how they come in, what each role opens, what the owner sets, and what is written of it.

mod coming_in;
mod devices;
mod doors;
mod people;
mod settings;
mod words;

use kulakan::hub::store::users::Role;
use kulakan::hub::users::{NewUser, UserDetails};
use reqwest::{Client, Method, redirect};
use uuid::Uuid;

use crate::harness::running::{Daemon, HubFolder};

/// When these tests happen: nine in the morning in Jakarta.
pub const NOW: &str = "2026-11-23T02:00:00Z";

/// The password of whoever these tests let in.
pub const PASSWORD: &str = "tujuh bukit hijau";

/// A hub under way.
pub struct Desk {
    pub folder: HubFolder,
    pub daemon: Daemon,
}

/// What came back.
#[derive(Debug)]
pub struct Seen {
    pub status: u16,
    /// Where it leads.
    pub to: String,
    pub text: String,
    /// The session that it begins, as `sesi=...`.
    pub session: Option<String>,
}

impl Seen {
    #[track_caller]
    pub fn expect(self, status: u16) -> String {
        assert_eq!(self.status, status, "{} {}", self.to, self.text);
        self.text
    }
}

/// A browser, with the session it was given.
#[derive(Clone)]
pub struct Visitor {
    http: Client,
    base: String,
    pub cookie: String,
}

pub fn details(name: &str, role: Role) -> UserDetails {
    UserDetails {
        name: name.to_owned(),
        role,
        language: "id".to_owned(),
        route_id: None,
        supplier: None,
    }
}

pub fn new_user(login: &str, role: Role) -> NewUser {
    NewUser {
        id: Uuid::now_v7(),
        login: login.to_owned(),
        password: Some(PASSWORD.to_owned()),
        details: details(&format!("Orang {login}"), role),
    }
}

impl Desk {
    pub async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = HubFolder::found(NOW).await;
        let daemon = folder.run(None).await;
        Self { folder, daemon }
    }

    /// Adds somebody in a second process, as the command does; the hub need not be told.
    pub async fn user(&self, login: &str, role: Role) -> String {
        let hub = self.folder.open().await;
        let made = hub.add_user("owner", new_user(login, role)).await;
        made.expect("a user").user.id
    }

    pub fn nobody(&self) -> Visitor {
        let http = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none());
        Visitor {
            http: http.build().expect("a browser"),
            base: self.daemon.url(),
            cookie: String::new(),
        }
    }

    pub async fn log_in(&self, login: &str, password: &str) -> Seen {
        self.nobody()
            .post("/masuk", &[("nama", login), ("sandi", password)])
            .await
    }

    /// Somebody who has just come in.
    pub async fn inside(&self, login: &str) -> Visitor {
        let seen = self.log_in(login, PASSWORD).await;
        Visitor {
            cookie: seen.session.clone().unwrap_or_else(|| panic!("{seen:?}")),
            ..self.nobody()
        }
    }

    /// An owner called `sari`, who has just come in.
    pub async fn owner(&self) -> Visitor {
        self.user("sari", Role::Owner).await;
        self.inside("sari").await
    }

    pub fn at(&self, moment: &str) {
        self.folder
            .clock
            .set(crate::harness::running::moment(moment));
    }
}

impl Visitor {
    pub async fn send(&self, method: Method, path: &str, form: &[(&str, &str)]) -> Seen {
        self.send_with(method, path, form, &[]).await
    }

    pub async fn send_with(
        &self,
        method: Method,
        path: &str,
        form: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Seen {
        let mut request = self
            .http
            .request(method.clone(), format!("{}{path}", self.base))
            .header("accept", "text/html");
        if !self.cookie.is_empty() {
            request = request.header("cookie", &self.cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if method == Method::POST {
            let body: Vec<String> = form
                .iter()
                .map(|(name, value)| format!("{name}={}", kulakan::web::encoded(value)))
                .collect();
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body.join("&"));
        }
        let response = request.send().await.expect("an answer");
        let texts = |name: &str| -> Vec<String> {
            let values = response.headers().get_all(name).iter();
            values
                .map(|value| value.to_str().unwrap().to_owned())
                .collect()
        };
        let session = texts("set-cookie").into_iter().find_map(|cookie| {
            let (pair, _) = cookie.split_once(';')?;
            (pair.starts_with("sesi=") && pair.len() > "sesi=".len()).then(|| pair.to_owned())
        });
        Seen {
            status: response.status().as_u16(),
            to: texts("location").into_iter().next().unwrap_or_default(),
            session,
            text: response.text().await.unwrap(),
        }
    }

    pub async fn get(&self, path: &str) -> Seen {
        self.send(Method::GET, path, &[]).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Seen {
        self.send(Method::POST, path, form).await
    }

    /// Whether the session still opens pages.
    pub async fn is_in(&self) -> bool {
        let seen = self.get("/lainnya").await;
        match seen.status {
            200 => true,
            303 => false,
            other => panic!("{other}: {}", seen.text),
        }
    }
}
