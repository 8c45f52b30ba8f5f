//! The origin rule: whose pages may use the API.

use std::fmt;
use std::str::FromStr;

use poem::Request;
use poem::http::uri::Authority;
use poem::http::{HeaderValue, header};
use wf_service::{Code, Error, Result};

/// An origin in the web's sense: scheme, host and port, as in `https://example.org:8443`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    scheme: Scheme,
    host: String,
    port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// A text that is no origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "an origin is written as `https://example.org` or `http://localhost:3000`: scheme, host, port, nothing else"
)]
pub struct NoOrigin;

impl FromStr for Origin {
    type Err = NoOrigin;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, rest) = text.split_once("://").ok_or(NoOrigin)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return Err(NoOrigin),
        };
        let authority: Authority = rest.parse().map_err(|_| NoOrigin)?;
        if rest.contains(['@', '*']) {
            return Err(NoOrigin);
        }
        Ok(Self::of(scheme, &authority))
    }
}

impl Origin {
    fn of(scheme: Scheme, authority: &Authority) -> Self {
        Self {
            scheme,
            host: authority.host().to_ascii_lowercase(),
            port: authority.port_u16().unwrap_or(scheme.port()),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.host)?;
        if self.port != self.scheme.port() {
            write!(f, ":{}", self.port)?;
        }
        Ok(())
    }
}

/// Whose page a request comes from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// Nobody's, or our own.
    Own,
    /// One that the operator trusts; its origin as the browser wrote it.
    Trusted(HeaderValue),
}

/// Whose page a request comes from, when that page may use the API.
///
/// A browser tells the origin with every request that could change something, and with every
/// request whose answer a foreign page could read.
pub(super) fn check(request: &Request, trusted: &[Origin]) -> Result<Page> {
    let mut told = request.headers().get_all(header::ORIGIN).iter();
    let Some(value) = told.next() else {
        return Ok(Page::Own);
    };
    let foreign = || {
        Error::new(
            Code::Forbidden,
            "pages of this origin may not use the API; the operator can allow it with \
             `--cors-origin`",
        )
    };
    if told.next().is_some() {
        return Err(foreign());
    }
    let text = value.to_str().map_err(|_| foreign())?;
    // `null`, the origin of sandboxed pages and local files, is nobody's.
    let origin: Origin = text.parse().map_err(|_| foreign())?;
    if trusted.contains(&origin) {
        return Ok(Page::Trusted(value.clone()));
    }
    if is_own(&origin, request) {
        Ok(Page::Own)
    } else {
        Err(foreign())
    }
}

/// Whether the page was served by us: its host and port are those we are called by. A proxy may
/// have taken the TLS off, so the scheme says nothing but the usual port.
fn is_own(origin: &Origin, request: &Request) -> bool {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let authority = match host {
        Some(host) => host.parse::<Authority>().ok(),
        None => request.uri().authority().cloned(),
    };
    authority.is_some_and(|authority| Origin::of(origin.scheme, &authority) == *origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(origin: &str, host: &str) -> Option<Page> {
        let request = Request::builder()
            .header(header::ORIGIN, origin)
            .header(header::HOST, host)
            .finish();
        check(&request, &["https://app.example.org".parse().unwrap()]).ok()
    }

    #[test]
    fn own_and_trusted_origins_pass() {
        assert_eq!(
            page("http://localhost:8080", "localhost:8080"),
            Some(Page::Own)
        );
        assert_eq!(page("https://flows.org", "flows.org"), Some(Page::Own));
        assert_eq!(page("https://flows.org", "flows.org:443"), Some(Page::Own));
        let trusted = page("https://app.example.org", "localhost:8080");
        assert_eq!(
            trusted,
            Some(Page::Trusted(HeaderValue::from_static(
                "https://app.example.org"
            )))
        );
    }

    #[test]
    fn all_others_do_not() {
        for foreign in [
            "null",
            "",
            "https://example.org",
            "http://app.example.org",
            "https://app.example.org:444",
            "https://app.example.org.evil.org",
            "http://localhost:3000",
            "file://",
            "http://localhost:8080/path",
            "http://me@localhost:8080",
        ] {
            assert_eq!(page(foreign, "localhost:8080"), None, "{foreign}");
        }
    }

    #[test]
    fn no_origin_is_no_page() {
        assert_eq!(check(&Request::default(), &[]).unwrap(), Page::Own);
        let two = Request::builder()
            .header(header::HOST, "localhost")
            .header(header::ORIGIN, "http://localhost")
            .header(header::ORIGIN, "http://evil.org")
            .finish();
        assert!(check(&two, &[]).is_err());
    }

    #[test]
    fn an_origin_is_written_in_one_way() {
        let shown = |text: &str| text.parse::<Origin>().map(|origin| origin.to_string());
        assert_eq!(
            shown("HTTPS://Example.org:443").unwrap(),
            "https://example.org"
        );
        assert_eq!(shown("http://[::1]:3000").unwrap(), "http://[::1]:3000");
        for odd in [
            "*",
            "https://*.example.org",
            "example.org",
            "https://",
            "https://a/",
            "ftp://a",
        ] {
            assert_eq!(shown(odd), Err(NoOrigin), "{odd}");
        }
    }
}
