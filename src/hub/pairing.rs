//! Shops and the one-time codes with which their devices are let in.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::links::audience::Audience;
use super::login::OWNER;
use super::store::devices::{self, Device};
use super::store::{self, HubTx, audit, shops};
use super::{Hub, apply, checked_name, links};
use crate::error::{Error, Result};
use crate::wire::code::{ALPHABET, CODE_LENGTH, normalised};
use crate::wire::event::GENESIS;
use crate::wire::exchange::{Head, PairReply, PairRequest};

/// How long a code can be redeemed.
const CODE_LIFE: Duration = Duration::days(7);

/// Wrong codes a minute, from all the world: a shop's own slips fit, and 40 bits are out of reach.
const GUESSES_PER_MINUTE: u32 = 30;

/// A device's token must be too long to guess and short enough for a header.
const TOKEN_LENGTH: std::ops::RangeInclusive<usize> = 32..=256;

/// Why a one-time code lets nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeRefusal {
    /// There is no such code.
    Wrong,
    /// It was not redeemed in time.
    Expired,
    /// It was redeemed by another device, or by this one with another token.
    Used,
    /// Too many wrong codes of late; the seconds to wait.
    TooManyGuesses(i64),
}

/// What became of a request to pair.
#[derive(Debug, Clone)]
pub enum Pairing {
    /// The device is let in.
    Paired(PairReply),
    /// The code does not let it in.
    Refused(CodeRefusal),
    /// The device, or the code's shop, belongs elsewhere: why that is in the way.
    Elsewhere(&'static str),
}

/// The shop's identity and the device's epoch, or why it is not let in.
pub(super) type Admission = std::result::Result<(String, i64), Pairing>;

/// Wrong codes of the current minute.
#[derive(Debug, Default)]
pub(super) struct Guesses(Mutex<(i64, u32)>);

impl Guesses {
    /// How many seconds to wait before another code is looked at, if any.
    pub(super) fn wait(&self, now: DateTime<Utc>) -> Option<i64> {
        let (minute, wrong) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let second = now.timestamp();
        (minute == second.div_euclid(60) && wrong >= GUESSES_PER_MINUTE)
            .then(|| 60 - second.rem_euclid(60))
    }

    pub(super) fn count(&self, now: DateTime<Utc>) {
        let minute = now.timestamp().div_euclid(60);
        let mut guesses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *guesses = match *guesses {
            (same, wrong) if same == minute => (minute, wrong.saturating_add(1)),
            _ => (minute, 1),
        };
    }
}

impl Hub {
    /// Adds a shop; its identity and the code for its device.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a name that cannot be, [`Error::Conflict`] for one that there is.
    pub async fn add_shop(&self, name: &str) -> Result<(String, String)> {
        self.add_shop_by(OWNER, name).await
    }

    /// The same, by somebody.
    ///
    /// # Errors
    /// As [`Hub::add_shop`].
    pub async fn add_shop_by(&self, actor: &str, name: &str) -> Result<(String, String)> {
        let actor = actor.to_owned();
        let name = checked_name("--name", name)?;
        let (now, code) = (self.now(), new_code()?);
        let timezone = self.identity.timezone.name();
        let id = Uuid::now_v7().to_string();
        let told = (id.clone(), code.clone());
        store::write(self.store(), move |tx| {
            if shops::by_name(tx, &name)?.is_some() {
                return Err(Error::Conflict(format!("there is a shop {name:?} already")));
            }
            shops::insert(tx, &id, &name, timezone, now)?;
            devices::insert_code(tx, &code_hash(&code), &id, now, now + CODE_LIFE)?;
            super::catalogue::announce_catalogue(tx, &id, now)?;
            audit::record(tx, now, &actor, "shop.added", &id, &name)
        })
        .await?;
        Ok(told)
    }

    /// A new code for a shop that there is, by its name: for a device that lost its token, or for one that takes the
    /// place of the shop's earlier device. Earlier codes that nobody redeemed are void.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a shop.
    pub async fn new_code(&self, shop: &str) -> Result<String> {
        let (now, code) = (self.now(), new_code()?);
        let (shop, told) = (shop.trim().to_owned(), code.clone());
        store::write(self.store(), move |tx| {
            let shop = shops::by_name(tx, &shop)?
                .ok_or_else(|| Error::NotFound(format!("there is no shop {shop:?}")))?;
            grant_code(tx, OWNER, &shop.id, &code, now)
        })
        .await?;
        Ok(told)
    }

    /// The same for the shop with this identity, by somebody.
    ///
    /// # Errors
    /// As [`Hub::new_code`].
    pub async fn new_code_for(&self, actor: &str, shop_id: &str) -> Result<String> {
        let (now, code) = (self.now(), new_code()?);
        let (actor, shop_id, told) = (actor.to_owned(), shop_id.to_owned(), code.clone());
        store::write(self.store(), move |tx| {
            let shop = shops::get(tx, &shop_id)?;
            grant_code(tx, &actor, &shop.id, &code, now)
        })
        .await?;
        Ok(told)
    }

    /// Lets a device in for a code. The same code, device and token again are the same pairing.
    ///
    /// A device that is new to a shop takes the place of the earlier ones: they are shut out, and the stock of their
    /// ledger is written off, because the new device's ledger begins at nothing and tells all that it has. A device that
    /// was replaced and comes back brings its ledger back.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a token or time zone that cannot be.
    pub async fn pair(&self, request: PairRequest) -> Result<Pairing> {
        let now = self.now();
        if let Some(seconds) = self.guesses.wait(now) {
            return Ok(Pairing::Refused(CodeRefusal::TooManyGuesses(seconds)));
        }
        let timezone: Tz = request
            .timezone
            .parse()
            .map_err(|_| Error::invalid("timezone", "is no time zone such as Asia/Jakarta"))?;
        check_token(&request.token)?;
        let Some(code) = normalised(&request.code) else {
            self.guesses.count(now);
            return Ok(Pairing::Refused(CodeRefusal::Wrong));
        };
        let applicant = Applicant {
            code: code_hash(&code),
            device: request.device,
            token: token_hash(&request.token),
            name: request.name,
            timezone,
            now,
        };
        let Some(hub) = self.whose(&applicant.code).await? else {
            self.guesses.count(now);
            return Ok(Pairing::Refused(CodeRefusal::Wrong));
        };
        // A device keeps its secret for as long as it keeps its hub: one that is entered with another distributor here gets
        // a further one, and stays as it is.
        let elsewhere = self.whose(&applicant.token).await?;
        let elsewhere = elsewhere.filter(|home| home.store().tenant() != hub.store().tenant());
        let admission = match &elsewhere {
            None => store::write(hub.store(), move |tx| redeem(tx, &applicant)).await?,
            Some(home) => {
                let request = links::Request {
                    code: applicant.code,
                    device: applicant.device,
                    token: applicant.token,
                    home: home.store().tenant().clone(),
                    now,
                };
                store::write(hub.store(), move |tx| links::redeem(tx, &request)).await?
            }
        };
        Ok(match admission {
            Ok((shop_id, epoch)) => {
                let further = elsewhere.as_ref().map(|_| hub.identity.name.clone());
                let home = elsewhere.as_ref().unwrap_or(&hub);
                Pairing::Paired(PairReply {
                    shop_id,
                    hub_name: home.identity.name.clone(),
                    incarnation: self.identity.incarnation,
                    epoch,
                    further,
                })
            }
            Err(refusal) => {
                if matches!(refusal, Pairing::Refused(CodeRefusal::Wrong)) {
                    self.guesses.count(now);
                }
                refusal
            }
        })
    }

    /// The device that a bearer token belongs to.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when there is none, or another has taken its place.
    pub async fn authenticate(&self, token: &str) -> Result<Device> {
        let presented = token_hash(token);
        store::read(self.store(), move |tx| devices::by_token(tx, &presented))
            .await?
            .filter(|device| bool::from(device.token_hash.ct_eq(&presented)) && device.is_let_in())
            .ok_or_else(|| {
                Error::Unauthorized(
                    "no device is paired with this token; ask the distributor for a new code"
                        .to_owned(),
                )
            })
    }
}

fn grant_code(
    tx: &mut dyn HubTx,
    actor: &str,
    shop_id: &str,
    code: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    devices::insert_code(tx, &code_hash(code), shop_id, now, now + CODE_LIFE)?;
    audit::record(tx, now, actor, "shop.code", shop_id, "")
}

/// A request to pair, with the secrets in it reduced to their digests.
struct Applicant {
    code: [u8; 32],
    device: Uuid,
    token: [u8; 32],
    name: String,
    timezone: Tz,
    now: DateTime<Utc>,
}

/// Lets a device in at the hub's own distributor.
fn redeem(tx: &mut dyn HubTx, applicant: &Applicant) -> Result<Admission> {
    let Some(code) = devices::code(tx, &applicant.code)? else {
        return Ok(Err(Pairing::Refused(CodeRefusal::Wrong)));
    };
    let present = devices::find(tx, applicant.device)?;
    if let Some(by) = code.used_by {
        let same = present.filter(|device| {
            by == device.id
                && device.is_let_in()
                && bool::from(device.token_hash.ct_eq(&applicant.token))
        });
        return Ok(same
            .map(|device| (device.shop_id, device.head.epoch))
            .ok_or(Pairing::Refused(CodeRefusal::Used)));
    }
    if applicant.now >= code.expires_at {
        return Ok(Err(Pairing::Refused(CodeRefusal::Expired)));
    }
    if present
        .as_ref()
        .is_some_and(|device| device.shop_id != code.shop_id)
    {
        return Ok(Err(Pairing::Elsewhere(
            "this device speaks for another shop of this hub already",
        )));
    }
    if links::is_linked(tx, &code.shop_id)? {
        return Ok(Err(Pairing::Elsewhere(
            "the code is for a shop that another shop's device speaks for; the distributor ends that first",
        )));
    }
    if devices::by_token(tx, &applicant.token)?.is_some_and(|other| other.id != applicant.device) {
        return Err(Error::invalid("token", "is in use by another device"));
    }
    let shop_id = code.shop_id;
    let today = local_date(applicant);
    shops::hold(tx, &shop_id)?;
    let audience = Audience::of_shop(tx, &shop_id)?;
    if devices::revoke_others(tx, &shop_id, applicant.device)? > 0 {
        audience.write_off(tx, today)?;
    }
    let epoch = if let Some(device) = present {
        if device.revoked {
            apply::restock(tx, &audience, &device, today)?;
        }
        devices::set_token(tx, &device, &applicant.token, applicant.now)?;
        device.head.epoch
    } else {
        admit(tx, applicant, &shop_id)?
    };
    devices::redeem_code(tx, &applicant.code, applicant.device)?;
    audience.each(tx, |tx, shop_id| {
        shops::set_timezone(tx, shop_id, applicant.timezone.name())
    })?;
    shops::record_contact(tx, &shop_id, applicant.now, None)?;
    let actor = format!("device {}", applicant.device);
    audit::record(
        tx,
        applicant.now,
        &actor,
        "device.paired",
        &shop_id,
        &applicant.name,
    )?;
    Ok(Ok((shop_id, epoch)))
}

/// Writes down a device whose log begins; its first epoch.
fn admit(tx: &mut dyn HubTx, applicant: &Applicant, shop_id: &str) -> Result<i64> {
    let head = Head {
        epoch: 1,
        seq: 0,
        hash: GENESIS,
    };
    let device = Device {
        id: applicant.device,
        shop_id: shop_id.to_owned(),
        token_hash: applicant.token,
        head,
        epoch_nonce: None,
        revoked: false,
        blocked: false,
        program: None,
        instance: None,
        epoch_instance: None,
        links: 0,
    };
    devices::insert(tx, &device, applicant.now)?;
    Ok(head.epoch)
}

fn local_date(applicant: &Applicant) -> NaiveDate {
    applicant
        .now
        .with_timezone(&applicant.timezone)
        .date_naive()
}

fn new_code() -> Result<String> {
    let mut random = [0_u8; CODE_LENGTH];
    getrandom::fill(&mut random)
        .map_err(|error| Error::Internal(format!("the system gives no randomness: {error}")))?;
    let character = |byte: &u8| char::from(ALPHABET[usize::from(byte % 32)]);
    let (first, second) = random.split_at(CODE_LENGTH / 2);
    let half = |bytes: &[u8]| bytes.iter().map(character).collect::<String>();
    Ok(format!("{}-{}", half(first), half(second)))
}

pub(super) fn code_hash(code: &str) -> [u8; 32] {
    Sha256::digest(code.as_bytes()).into()
}

/// A device's token as it may be.
pub(super) fn check_token(token: &str) -> Result<()> {
    if TOKEN_LENGTH.contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(Error::invalid(
        "token",
        "must be 32 to 256 visible ASCII characters",
    ))
}

/// Tokens carry so much chance that a plain digest cannot be guessed back.
pub(super) fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
