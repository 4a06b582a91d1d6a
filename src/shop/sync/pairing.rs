//! Redeeming the one-time code of a hub.

use super::session::{Trouble, encoded, understood};
use super::{Failure, Shop};
use crate::error::{Error, Result};
use crate::shop::store::{audit, sync_state};
use crate::shop::transport::{Call, Transport, hub_address};
use crate::web::session::random_secret;
use crate::wire::PAIR_PATH;
use crate::wire::event::moment_text;
use crate::wire::exchange::{PairReply, PairRequest};

/// The hub that the shop is paired with now.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Paired {
    /// Where it is.
    pub hub_url: String,
    /// What it calls itself.
    pub hub_name: String,
    /// What it calls this shop.
    pub shop_id: String,
    /// The code was a further distributor's, who calls itself this; the shop stays paired as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub further: Option<String>,
}

impl Shop {
    /// [`Shop::pair_over`] HTTP.
    ///
    /// # Errors
    /// As there.
    pub async fn pair(&self, hub: &str, code: &str) -> Result<Paired> {
        self.pair_over(&*self.transport, hub, code).await
    }

    /// Pairs the shop with the hub at `hub` for a one-time `code`. A code of a further distributor there links the shop to that
    /// one too. The same again is the same pairing: the device's
    /// secret is kept before the hub is asked, so that a lost answer loses nothing.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an address or code that cannot be, [`Error::Conflict`] when the shop has another hub,
    /// [`Error::Remote`] when the hub cannot be reached or says no.
    pub async fn pair_over<T: Transport>(
        &self,
        transport: &T,
        hub: &str,
        code: &str,
    ) -> Result<Paired> {
        let hub_url = hub_address(hub)?;
        // As the hub does: a code that was read out is often written down in groups.
        let code: String = code.split_whitespace().collect();
        if code.is_empty() || code.len() > 64 || !code.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::invalid("--code", "is no pairing code"));
        }
        let fresh = random_secret()?;
        let wanted = hub_url.clone();
        let token = self
            .db
            .write(move |tx| {
                let state = sync_state::load(tx)?;
                if let Some((known, _)) = state.pairing()
                    && known != wanted
                {
                    return Err(Error::Conflict(format!(
                        "this shop is paired with the hub at {known}; a shop has one hub"
                    )));
                }
                let kept = state
                    .token
                    .filter(|_| state.hub_url.as_deref() == Some(wanted.as_str()));
                let token = kept.unwrap_or(fresh);
                sync_state::prepare_pairing(tx, &wanted, &token)?;
                Ok(token)
            })
            .await?;
        let request = PairRequest {
            code,
            device: self.info.device,
            name: self.info.name.clone(),
            timezone: self.info.timezone.name().to_owned(),
            token,
        };
        let call = Call {
            path: PAIR_PATH,
            query: None,
            token: None,
            clock: moment_text(self.clock.now()),
            instance: None,
            body: Some(encoded(&request)?),
        };
        let reply = transport.call(&hub_url, call).await;
        let reply: PairReply = match understood(&hub_url, PAIR_PATH, reply) {
            Ok(reply) => reply,
            Err(Trouble::Rejected(body)) => return Err(Error::Remote(body.detail)),
            Err(trouble) => return Err(Failure::from(trouble).into()),
        };
        let paired = Paired {
            hub_url,
            hub_name: reply.hub_name,
            shop_id: reply.shop_id,
            further: reply.further,
        };
        let kept = paired.clone();
        self.record(move |tx, now| {
            sync_state::complete_pairing(tx, &kept.hub_name, &kept.shop_id)?;
            match &kept.further {
                None => audit::record(tx, now, "owner", "hub.paired", &kept.shop_id, &kept.hub_url),
                Some(name) => audit::record(tx, now, "owner", "hub.further", &kept.shop_id, name),
            }
        })
        .await?;
        Ok(paired)
    }
}
