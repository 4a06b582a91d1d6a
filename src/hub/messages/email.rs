//! E-mail by SMTP.

use std::time::Duration;

use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Mailboxes};
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{Address, AsyncTransport, Tokio1Executor};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Answer, Retry};
use crate::error::{Error, Result};
use crate::hub::store::Tenant;
use crate::hub::store::outbox::Message;

/// How long the mail server may take for each of its answers.
const TIMEOUT: Duration = Duration::from_secs(20);

/// What a message to a person says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The subject of an e-mail.
    pub subject: String,
    /// What stands in it.
    pub text: String,
}

/// Stands in a letter for the address of the hub, which is known when the letter is sent or shown.
pub const BASE: &str = "{base}";

impl Letter {
    /// The text with links to the hub at `base`; without an address, without the paragraphs that hold one.
    #[must_use]
    pub fn text_with(&self, base: Option<&str>) -> String {
        if let Some(base) = base {
            return self.text.replace(BASE, base);
        }
        self.text
            .split("\n\n")
            .filter(|paragraph| !paragraph.contains(BASE))
            .collect::<Vec<_>>()
            .join("\n\n")
    }
}

/// Sends e-mail.
#[derive(Clone)]
pub(super) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
    /// The address of the hub for people outside.
    base: Option<String>,
}

/// Says that no person wrote this, so that no holiday notice comes back (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> std::result::Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Mailer {
    /// One that sends through the server of `url` (`smtps://name:password@host`, `smtp://host:25`) as `from`, with links
    /// to the hub at `base`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address that cannot be.
    pub fn new(url: &str, from: &str, base: Option<String>) -> Result<Self> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| Error::invalid("smtp_url", error.to_string()))?
            .timeout(Some(TIMEOUT))
            .build();
        let from = from
            .parse()
            .map_err(|_| Error::invalid("smtp_from", "is no e-mail address"))?;
        Ok(Self {
            transport,
            from,
            base,
        })
    }

    /// One attempt, in the name of `sender`.
    pub async fn send(&self, tenant: &Tenant, sender: &str, message: &Message) -> Answer {
        let built = self.build(tenant, sender, message);
        let mail = match built {
            Ok(mail) => mail,
            Err(why) => return Answer::No(Retry::Never, why),
        };
        // Whatever fails before the letter itself is handed over certainly did not deliver it.
        match self.transport.test_connection().await {
            Ok(true) => {}
            Ok(false) => {
                return Answer::No(Retry::Later, "the mail server does not answer".to_owned());
            }
            Err(error) => return Answer::No(Retry::Later, error.to_string()),
        }
        match self.transport.send(mail).await {
            Ok(response) => Answer::Yes(response.code().to_string()),
            Err(error) if error.is_permanent() => Answer::No(Retry::Never, error.to_string()),
            Err(error) if error.is_transient() || error.is_client() => {
                Answer::No(Retry::Later, error.to_string())
            }
            Err(error) => Answer::Unknown(error.to_string()),
        }
    }

    fn build(
        &self,
        tenant: &Tenant,
        sender: &str,
        message: &Message,
    ) -> std::result::Result<lettre::Message, String> {
        let letter: Letter =
            serde_json::from_str(&message.payload).map_err(|error| error.to_string())?;
        let to: Address = message
            .recipient
            .parse()
            .map_err(|_| format!("{} is no e-mail address", message.recipient))?;
        let to: Mailboxes = Mailbox::new(None, to).into();
        lettre::Message::builder()
            .from(Mailbox::new(Some(sender.to_owned()), self.from.clone()))
            .mailbox(lettre::message::header::To::from(to))
            .subject(&letter.subject)
            .message_id(Some(self.message_id(tenant, message)))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text_with(self.base.as_deref()))
            .map_err(|error| error.to_string())
    }

    /// The same for every attempt at one message and for no other one, so that whoever gets two copies can tell.
    fn message_id(&self, tenant: &Tenant, message: &Message) -> String {
        let mut digest = Sha256::new();
        digest.update(tenant.as_str());
        digest.update([0]);
        digest.update(&message.topic_key);
        let hex: String = digest
            .finalize()
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("<{hex}@{}>", self.from.domain())
    }
}

/// Whether a text is an e-mail address.
#[must_use]
pub(crate) fn is_address(text: &str) -> bool {
    text.len() <= 254 && text.parse::<Address>().is_ok()
}
