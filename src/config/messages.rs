//! Settings of what a hub sends: e-mail, links in it, and calls of other systems.

use super::Config;

impl Config {
    /// Hosts of private networks that webhooks may call all the same.
    #[must_use]
    pub fn webhook_private_hosts(&self) -> Vec<String> {
        self.list("webhook_private_hosts")
    }

    /// The mail server, with the name and password for it.
    #[must_use]
    pub fn smtp_url(&self) -> Option<String> {
        Some(self.text("smtp_url")).filter(|text| !text.is_empty())
    }

    /// The address that e-mail is sent from.
    #[must_use]
    pub fn smtp_from(&self) -> Option<String> {
        Some(self.text("smtp_from")).filter(|text| !text.is_empty())
    }

    /// Under which address people outside reach the hub, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> Option<String> {
        let text = self.text("public_url");
        Some(text.trim_end_matches('/').to_owned()).filter(|text| !text.is_empty())
    }
}
