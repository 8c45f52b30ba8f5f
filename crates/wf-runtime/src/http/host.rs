//! The host rule: by which names the API may be called.
//!
//! A page of a foreign site can make its own name point to 127.0.0.1 and then call us as if we
//! were that site (DNS rebinding). Its browser tells that name as `Host`.

use std::net::{IpAddr, SocketAddr};

use poem::Request;
use poem::http::header;
use poem::http::uri::Authority;
use wf_service::{Code, Error, Result};

/// By which names the API may be called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct HostRule {
    allowed: Option<Vec<String>>,
}

impl HostRule {
    /// The rule for an address: on loopback only loopback names and those given; elsewhere those
    /// given besides, or any when none is given.
    pub(crate) fn new(address: SocketAddr, given: &[String]) -> Self {
        let is_bound = address.ip().is_loopback() || !given.is_empty();
        let lower = |host: &String| host.to_ascii_lowercase();
        Self {
            allowed: is_bound.then(|| given.iter().map(lower).collect()),
        }
    }

    /// Lets a request pass that calls us by a name that is ours. One without a name comes from no
    /// browser.
    pub(crate) fn check(&self, request: &Request) -> Result<()> {
        let Some(allowed) = &self.allowed else {
            return Ok(());
        };
        let Some(named) = named(request) else {
            return Ok(());
        };
        let host = named.as_ref().map(|name| host_of(name.host()));
        match host {
            Some(host) if is_loopback(&host) || allowed.contains(&host) => Ok(()),
            _ => Err(Error::new(
                Code::Forbidden,
                "this host is not served here; call by `localhost`, or by a host that the \
                 operator has allowed with `--allowed-hosts`",
            )),
        }
    }
}

/// The name we are called by; `Some(None)` when it cannot be read, or is told more than once.
#[allow(clippy::option_option)] // the three answers are three
fn named(request: &Request) -> Option<Option<Authority>> {
    let mut told = request.headers().get_all(header::HOST).iter();
    match (told.next(), told.next()) {
        (None, _) => request.uri().authority().cloned().map(Some),
        (Some(host), None) => Some(host.to_str().ok().and_then(|text| text.parse().ok())),
        (Some(_), Some(_)) => Some(None),
    }
}

/// The host in one spelling: lower case, without brackets, without the dot at the end.
fn host_of(name: &str) -> String {
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(rule: &HostRule, host: &str) -> bool {
        let request = Request::builder().header(header::HOST, host).finish();
        rule.check(&request).is_ok()
    }

    fn loopback(given: &[&str]) -> HostRule {
        let given: Vec<_> = given.iter().map(ToString::to_string).collect();
        HostRule::new(([127, 0, 0, 1], 8080).into(), &given)
    }

    #[test]
    fn on_loopback_only_loopback_names_pass() {
        let rule = loopback(&[]);
        for own in [
            "localhost",
            "LOCALHOST:8080",
            "localhost.",
            "127.0.0.1:8080",
            "127.8.8.8",
            "[::1]:80",
            "a.localhost",
        ] {
            assert!(passes(&rule, own), "{own}");
        }
        for foreign in [
            "example.org",
            "127.0.0.1.example.org",
            "localhost.example.org",
            "10.0.0.1",
            "[::2]",
            "a@localhost@b",
            "",
        ] {
            assert!(!passes(&rule, foreign), "{foreign}");
        }
    }

    #[test]
    fn an_allowed_host_passes_with_any_port() {
        let rule = loopback(&["Flows.example.org"]);
        assert!(passes(&rule, "flows.example.org:8443"));
        assert!(!passes(&rule, "example.org"));
    }

    #[test]
    fn elsewhere_every_host_passes_until_one_is_given() {
        let anywhere = |given: &[String]| HostRule::new(([0, 0, 0, 0], 8080).into(), given);
        assert!(passes(&anywhere(&[]), "example.org"));
        let given = anywhere(&["flows.example.org".to_owned()]);
        assert!(passes(&given, "flows.example.org"));
        assert!(!passes(&given, "example.org"));
    }

    #[test]
    fn a_request_without_a_host_passes_and_one_with_two_does_not() {
        assert!(loopback(&[]).check(&Request::default()).is_ok());
        let two = Request::builder()
            .header(header::HOST, "localhost")
            .header(header::HOST, "example.org")
            .finish();
        assert!(loopback(&[]).check(&two).is_err());
    }
}
