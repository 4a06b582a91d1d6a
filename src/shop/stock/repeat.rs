//! Requests that bring goods in or out may carry an identity of their own; sent again, they do nothing again.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::model::SaleId;
use crate::shop::outcome::Outcome;
use crate::shop::store::days::Moment;
use crate::shop::store::requests;
use crate::store::WriteTx;

/// A request's identity: what it brought, or one made for it, by which its movements are known in the ledger.
pub(super) struct Identity {
    text: String,
    brought: bool,
}

/// Checks the identity that a request brought, if it did. The rules are those for sales.
pub(super) fn check_id(id: Option<&str>) -> Result<Identity> {
    let Some(id) = id else {
        return Ok(Identity {
            text: Uuid::now_v7().to_string(),
            brought: false,
        });
    };
    match SaleId::parse(id) {
        Ok(id) => Ok(Identity {
            text: id.to_string(),
            brought: true,
        }),
        Err(error) => Err(Error::invalid("id", error.to_string())),
    }
}

/// Does `work`, or gives back its earlier answer if the same request was recorded under the same identity.
pub(super) fn once<T, R>(
    tx: &WriteTx<'_>,
    now: &Moment,
    kind: &str,
    id: &Identity,
    request: &R,
    work: impl FnOnce(&str) -> Result<T>,
) -> Result<Outcome<T>>
where
    T: Serialize + DeserializeOwned,
    R: Serialize,
{
    if !id.brought {
        return work(&id.text).map(Outcome::Recorded);
    }
    let unwritable = |error: serde_json::Error| Error::Internal(format!("a {kind}: {error}"));
    let form = serde_json::to_vec(&(kind, request)).map_err(unwritable)?;
    let digest: [u8; 32] = Sha256::digest(&form).into();
    if let Some((recorded, answer)) = requests::find(tx, &id.text)? {
        if recorded != digest {
            return Ok(Outcome::Conflict(format!(
                "{:?} was recorded before with other content",
                id.text
            )));
        }
        let answer = serde_json::from_str(&answer)
            .map_err(|error| Error::Corrupt(format!("stock_requests {:?}: {error}", id.text)))?;
        return Ok(Outcome::Already(answer));
    }
    let answer = work(&id.text)?;
    let text = serde_json::to_string(&answer).map_err(unwritable)?;
    requests::insert(tx, &id.text, &digest, &text, now)?;
    Ok(Outcome::Recorded(answer))
}
