//! Guessing of passwords, slowed down for a login and for the place where the guesses come from.
//!
//! The counts are this process's own: of several hub processes each slows guessing down by itself.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};

/// Wrong passwords for one login that cost no wait.
const FREE_FOR_LOGIN: u32 = 5;

/// The same from one address: a whole office may come from one.
const FREE_FOR_ADDRESS: u32 = 30;

/// The longest wait: whoever is kept out by another's guesses gets in the same hour.
const LONGEST_WAIT: Duration = Duration::minutes(5);

/// After this long without a wrong one the count begins anew.
const FORGOTTEN_AFTER: Duration = Duration::hours(1);

/// Logins and addresses that are remembered; the one that was tried longest ago makes room.
const MOST: usize = 10_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Tried {
    Login(String),
    Address(IpAddr),
}

#[derive(Debug, Clone, Copy)]
struct Count {
    wrong: u32,
    last: DateTime<Utc>,
}

impl Count {
    fn waits_until(self, free: u32) -> Option<DateTime<Utc>> {
        let beyond = self
            .wrong
            .checked_sub(free)
            .filter(|beyond| *beyond > 0)?
            .min(9);
        Some(self.last + Duration::seconds(1 << beyond).min(LONGEST_WAIT))
    }
}

/// Attempts that were not right, by login and by address.
#[derive(Debug, Default)]
pub(super) struct Attempts(Mutex<HashMap<Tried, Count>>);

/// A home's or office's network: all of an IPv6 prefix of 64 bits is one place.
fn place(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6((u128::from(six) & (u128::MAX << 64)).into()),
        IpAddr::V4(four) => IpAddr::V4(four),
    }
}

fn both(login: &str, address: Option<IpAddr>) -> impl Iterator<Item = (Tried, u32)> {
    let by_login = (Tried::Login(login.to_owned()), FREE_FOR_LOGIN);
    let by_address = address.map(|address| (Tried::Address(place(address)), FREE_FOR_ADDRESS));
    std::iter::once(by_login).chain(by_address)
}

impl Attempts {
    /// Counts an attempt before it is looked at, so that many at once gain nothing; the seconds to wait if it may not be
    /// looked at yet.
    pub(super) fn begin(
        &self,
        login: &str,
        address: Option<IpAddr>,
        now: DateTime<Utc>,
    ) -> Option<i64> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back must not keep anybody out for long.
        counts.retain(|_, count| (now - count.last).abs() < FORGOTTEN_AFTER);
        let wait = both(login, address)
            .filter_map(|(tried, free)| counts.get(&tried)?.waits_until(free))
            .map(|until| (until - now).num_milliseconds())
            .max()
            .filter(|left| *left > 0);
        if let Some(milliseconds) = wait {
            return Some((milliseconds + 999) / 1000);
        }
        for (tried, _) in both(login, address) {
            if counts.len() >= MOST
                && !counts.contains_key(&tried)
                && let Some(oldest) = counts
                    .iter()
                    .min_by_key(|(_, count)| count.last)
                    .map(|(tried, _)| tried.clone())
            {
                counts.remove(&oldest);
            }
            let count = counts.entry(tried).or_insert(Count {
                wrong: 0,
                last: now,
            });
            count.wrong = count.wrong.saturating_add(1);
            count.last = now;
        }
        None
    }

    /// The attempt was right: the login's count begins anew, and the address's forgets this one.
    pub(super) fn succeeded(&self, login: &str, address: Option<IpAddr>) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.remove(&Tried::Login(login.to_owned()));
        if let Some(address) = address
            && let Some(count) = counts.get_mut(&Tried::Address(place(address)))
        {
            count.wrong = count.wrong.saturating_sub(1);
        }
    }
}
