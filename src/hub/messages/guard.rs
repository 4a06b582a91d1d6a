//! Where calls of the hub may go: not into the network that the hub itself stands in.
//!
//! Whoever may add a webhook could otherwise have the hub ask its own neighbours (server-side request forgery). Addresses
//! are looked at when a call is made, after the name was resolved and before anything is sent, so that a name which means
//! something else by then does not help either. Hosts of the setting `webhook_private_hosts` are excepted.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::error::{Error, Result};

/// The longest address of a webhook.
const LONGEST_URL: usize = 500;

/// An address that calls may be sent to.
///
/// # Errors
/// [`Error::Invalid`] for what is no `https://` address (`http://` goes to excepted hosts only), has a name and password in
/// it, or names an address of a private network.
pub(crate) fn checked(text: &str, excepted: &[String]) -> Result<Url> {
    let refuse = |why: &str| Error::invalid("url", why.to_owned());
    if text.len() > LONGEST_URL {
        return Err(refuse("must have at most 500 characters"));
    }
    let url: Url = text
        .trim()
        .parse()
        .map_err(|_| refuse("is no address such as https://example.com/kulakan"))?;
    let Some(host) = url.host_str() else {
        return Err(refuse("names no host"));
    };
    let is_excepted = is_among(host, excepted);
    match url.scheme() {
        "https" => {}
        "http" if is_excepted => {}
        _ => {
            return Err(refuse(
                "must begin with https://; others only for a host of the setting webhook_private_hosts",
            ));
        }
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse(
            "must hold no name and password: calls are signed instead",
        ));
    }
    let literal: Option<IpAddr> = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok();
    if !is_excepted && (literal.is_some_and(|ip| !is_public(ip)) || is_local_name(host)) {
        return Err(refuse(
            "is in a private network: name the host in the setting webhook_private_hosts to allow it",
        ));
    }
    Ok(url)
}

fn is_among(host: &str, excepted: &[String]) -> bool {
    excepted.iter().any(|name| name.eq_ignore_ascii_case(host))
}

fn is_local_name(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

/// Whether an address is on the public internet (IANA's registries of special-purpose addresses, RFC 6890).
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [first, second, third, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_unspecified()
        || ip.is_broadcast()
        || ip.is_multicast()
        || ip.is_documentation()
        || first == 0
        || first >= 240
        // Shared by carriers, protocol assignments, benchmarks.
        || (first == 100 && (64..128).contains(&second))
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (second == 18 || second == 19)))
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(inner) = ip.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    // Only global unicast, 2000::/3, is assigned at all; NAT64 and 6to4 carry an IPv4 address, Teredo a hidden one.
    let parts = ip.segments();
    if parts[0] & 0xe000 != 0x2000 {
        return false;
    }
    let is_teredo_or_special = parts[0] == 0x2001 && parts[1] < 0x200;
    let is_documentation =
        (parts[0] == 0x2001 && parts[1] == 0xdb8) || (parts[0] == 0x3fff && parts[1] < 0x1000);
    if is_teredo_or_special || is_documentation {
        return false;
    }
    if parts[0] == 0x2002 {
        let [a, b] = parts[1].to_be_bytes();
        let [c, d] = parts[2].to_be_bytes();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    true
}

/// Resolves names to public addresses alone, excepted hosts apart.
#[derive(Debug, Clone)]
pub(super) struct PublicOnly {
    pub excepted: Arc<[String]>,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let is_excepted = is_among(&host, &self.excepted);
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found
                .filter(|address| is_excepted || is_public(address.ip()))
                .collect();
            if allowed.is_empty() {
                return Err(format!("{host} has no public address").into());
            }
            let allowed: Addrs = Box::new(allowed.into_iter());
            Ok(allowed)
        })
    }
}
