//! The hub, asked about off-site backups.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::time::Duration;
use uuid::Uuid;

use crate::clock::SharedClock;
use crate::error::{Error, Result};
use crate::shop::transport::{Body, Call, NoReply, Reply, Transport};
use crate::wire::event::{Hash, moment_text};
use crate::wire::offsite::{
    Asked, BACKUP_FORGET_PATH, BACKUP_GRANTS_PATH, BACKUP_MISSING_PATH, BACKUP_PARTS_PATH,
    BACKUP_SET_PATH, BACKUPS_PATH, Commit, CommitRejection, GrantReply, GrantRequest,
    MAX_NAMED_PARTS, Missing, SetReply, SetsReply,
};

/// Why a call brought nothing.
#[derive(Debug)]
pub enum Trouble {
    /// Nothing came back; trying again is all that can be done.
    NoReply(String),
    /// The hub said no.
    Refused {
        /// HTTP status.
        status: u16,
        /// The kind of problem.
        kind: String,
        /// Why a commit was not taken.
        code: Option<CommitRejection>,
        /// In words.
        text: String,
        /// What it asked to wait.
        retry_after: Option<Duration>,
    },
    /// What came back is not what it is called.
    Damaged(Hash),
    /// This side failed.
    Own(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Own(error)
    }
}

impl From<Trouble> for Error {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::NoReply(text) | Trouble::Refused { text, .. } => Self::Remote(text),
            Trouble::Damaged(hash) => Self::Remote(format!(
                "part {hash} of the backup came damaged from the hub"
            )),
            Trouble::Own(error) => error,
        }
    }
}

/// A hub and what this device shows it.
pub struct Calls<'t, T> {
    /// The way there.
    pub transport: &'t T,
    /// Where it is.
    pub url: String,
    /// What is presented.
    pub token: Option<String>,
    /// What this device's clock shows is told with every call.
    pub clock: SharedClock,
}

#[derive(serde::Deserialize, Default)]
struct Said {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    code: Option<CommitRejection>,
    #[serde(default)]
    detail: String,
}

impl<T: Transport> Calls<'_, T> {
    /// Which of these parts the hub lacks.
    pub async fn missing(&self, parts: &[Hash]) -> Result<Vec<Hash>, Trouble> {
        let mut missing = Vec::new();
        for some in parts.chunks(MAX_NAMED_PARTS) {
            let asked = Asked {
                parts: some.to_vec(),
            };
            let reply: Missing = self.json(BACKUP_MISSING_PATH, &asked).await?;
            missing.extend(reply.missing);
        }
        Ok(missing)
    }

    /// Sends a part.
    pub async fn send(&self, hash: Hash, content: Vec<u8>) -> Result<(), Trouble> {
        let query = Some(("hash", hash.to_string()));
        let body = Some(Body::Bytes(content));
        self.call(BACKUP_PARTS_PATH, query, body).await.map(|_| ())
    }

    /// Makes a set of parts that were sent.
    pub async fn commit(&self, commit: &Commit) -> Result<(), Trouble> {
        let body = Some(encoded(commit)?);
        self.call(BACKUPS_PATH, None, body).await.map(|_| ())
    }

    /// Has everything deleted.
    pub async fn forget(&self) -> Result<(), Trouble> {
        let body = Some(Body::Json("{}".to_owned()));
        self.call(BACKUP_FORGET_PATH, None, body).await.map(|_| ())
    }

    /// Leave to read for a code.
    pub async fn grant(&self, request: &GrantRequest) -> Result<GrantReply, Trouble> {
        self.json(BACKUP_GRANTS_PATH, request).await
    }

    /// The sets that there are.
    pub async fn sets(&self) -> Result<SetsReply, Trouble> {
        let reply = self.call(BACKUPS_PATH, None, None).await?;
        self.decoded(BACKUPS_PATH, &reply)
    }

    /// Where a set is.
    pub async fn set(&self, id: Uuid) -> Result<SetReply, Trouble> {
        let query = Some(("id", id.to_string()));
        let reply = self.call(BACKUP_SET_PATH, query, None).await?;
        self.decoded(BACKUP_SET_PATH, &reply)
    }

    /// A part; [`Trouble::Damaged`] for one that is not what it is called.
    pub async fn part(&self, hash: Hash) -> Result<Vec<u8>, Trouble> {
        let query = Some(("hash", hash.to_string()));
        let reply = self.call(BACKUP_PARTS_PATH, query, None).await?;
        if Sha256::digest(&reply.body)[..] != hash.0 {
            return Err(Trouble::Damaged(hash));
        }
        Ok(reply.body)
    }

    async fn json<R: DeserializeOwned>(
        &self,
        path: &'static str,
        body: &impl Serialize,
    ) -> Result<R, Trouble> {
        let reply = self.call(path, None, Some(encoded(body)?)).await?;
        self.decoded(path, &reply)
    }

    fn decoded<R: DeserializeOwned>(&self, path: &str, reply: &Reply) -> Result<R, Trouble> {
        serde_json::from_slice(&reply.body).map_err(|error| Trouble::Refused {
            status: reply.status,
            kind: String::new(),
            code: None,
            text: format!(
                "{}{path} is no kulakan hub, or speaks otherwise: {error}",
                self.url
            ),
            retry_after: None,
        })
    }

    async fn call(
        &self,
        path: &'static str,
        query: Option<(&'static str, String)>,
        body: Option<Body>,
    ) -> Result<Reply, Trouble> {
        let call = Call {
            path,
            query,
            token: self.token.clone(),
            instance: None,
            clock: moment_text(self.clock.now()),
            body,
        };
        let url = &self.url;
        let reply = self
            .transport
            .call(url, call)
            .await
            .map_err(|none| match none {
                NoReply::Timeout => Trouble::NoReply(format!("{url} did not answer in time")),
                NoReply::Unreachable(why) => {
                    Trouble::NoReply(format!("{url} cannot be reached: {why}"))
                }
            })?;
        if (200..300).contains(&reply.status) {
            return Ok(reply);
        }
        let said: Said = serde_json::from_slice(&reply.body).unwrap_or_default();
        let text = if said.detail.is_empty() {
            let status = reply.status;
            format!("{url} answered with status {status}: it may be a hub that keeps no backups")
        } else {
            said.detail
        };
        Err(Trouble::Refused {
            status: reply.status,
            kind: said.kind,
            code: said.code,
            text,
            retry_after: reply.retry_after,
        })
    }
}

fn encoded(value: &impl Serialize) -> Result<Body> {
    serde_json::to_string(value)
        .map(Body::Json)
        .map_err(|error| Error::Internal(format!("encoding a call: {error}")))
}
