//! How browsers see the service: under which address, with which cookies, and which of their
//! requests come from a page of ours.
//!
//! The cookie of a session is `SameSite=Strict`: a request that another site has caused does
//! not carry it. Nothing is lost by that, because the pages themselves are the same for
//! everybody and need no cookie; only their own requests do.

use axum::http::header::{COOKIE, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use chrono::TimeDelta;
use cookie::{Cookie, SameSite};
use url::Url;

use crate::config::{HttpConfig, is_of_this_machine};
use crate::http::error::Problem;

/// The header by which a page says that it has sent a request. Another site cannot send it
/// without asking the service before, which the service never allows.
static BY_PAGE: HeaderName = HeaderName::from_static("renown-request");
/// The header by which a browser says which site has caused a request.
static FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The address under which the browser of a request sees the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    origin: String,
    is_encrypted: bool,
}

impl Site {
    /// Returns the configured address. Without one, it is the host that the request names,
    /// with `https` unless that is this machine.
    pub fn of(config: &HttpConfig, headers: &HeaderMap) -> Self {
        if let Some(public) = &config.public_url {
            return Self {
                origin: public.to_string(),
                is_encrypted: public.is_encrypted(),
            };
        }
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let is_local = Url::parse(&format!("http://{}", host.unwrap_or_default()))
            .is_ok_and(|url| is_of_this_machine(&url));
        let scheme = if is_local { "http" } else { "https" };
        let url = Url::parse(&format!("{scheme}://{}", host.unwrap_or_default()));
        Self {
            origin: url.map_or_else(|_| String::new(), |url| url.origin().ascii_serialization()),
            is_encrypted: !is_local,
        }
    }

    /// Returns the name of the cookie of a session. The prefix makes browsers refuse one that
    /// another host, or a page without TLS, has set.
    fn session_cookie(&self) -> &'static str {
        match self.is_encrypted {
            true => "__Host-renown_session",
            false => "renown_session",
        }
    }

    /// Returns the token of the session in the cookies of a request.
    pub fn session_token<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        cookie(headers, self.session_cookie())
    }

    /// Returns the header that stores the token of a session for a time.
    pub fn remember_session(&self, token: &str, lasts: TimeDelta) -> HeaderValue {
        self.set_cookie(self.session_cookie(), token, SameSite::Strict, lasts)
    }

    /// Returns the header that removes the cookie of a session.
    pub fn forget_session(&self) -> HeaderValue {
        self.remember_session("", TimeDelta::zero())
    }

    /// Returns the name of the cookie of a sign-in that is under way at a provider.
    fn sign_in_cookie(&self) -> &'static str {
        match self.is_encrypted {
            true => "__Host-renown_sign_in",
            false => "renown_sign_in",
        }
    }

    /// Returns what the browser keeps of a sign-in that is under way.
    pub fn sign_in<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        cookie(headers, self.sign_in_cookie())
    }

    /// Returns the header by which the browser keeps something while the person is at a
    /// provider. Not strict: it is the provider's site that sends the person back.
    pub fn remember_sign_in(&self, kept: &str, lasts: TimeDelta) -> HeaderValue {
        self.set_cookie(self.sign_in_cookie(), kept, SameSite::Lax, lasts)
    }

    /// Returns the header that removes what the browser keeps of a sign-in.
    pub fn forget_sign_in(&self) -> HeaderValue {
        self.remember_sign_in("", TimeDelta::zero())
    }

    fn set_cookie(
        &self,
        name: &str,
        value: &str,
        same_site: SameSite,
        lasts: TimeDelta,
    ) -> HeaderValue {
        let cookie = Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .secure(self.is_encrypted)
            .same_site(same_site)
            .max_age(cookie::time::Duration::seconds(lasts.num_seconds()));
        HeaderValue::try_from(cookie.to_string()).expect("its parts are plain text")
    }

    /// Checks that a page of ours has sent a request, which a cookie authenticates.
    ///
    /// # Errors
    /// 403 if it may have been another one.
    pub fn check_page(&self, headers: &HeaderMap) -> Result<(), Problem> {
        if headers.get(&BY_PAGE).is_none_or(|value| value != "page") {
            let detail = "with the cookie of a session, a request that changes something needs \
                          the header 'Renown-Request: page'";
            return Err(Problem::forbidden().detail(detail));
        }
        match self.cause(headers) {
            Cause::ThisSite => Ok(()),
            Cause::AnotherSite | Cause::Unknown => Err(self.wrong_site()),
        }
    }

    /// Checks that no page of another site has caused a request, as far as the browser says.
    ///
    /// # Errors
    /// 403 if one has.
    pub fn check_not_from_outside(&self, headers: &HeaderMap) -> Result<(), Problem> {
        match self.cause(headers) {
            Cause::ThisSite | Cause::Unknown => Ok(()),
            Cause::AnotherSite => Err(self.wrong_site()),
        }
    }

    fn wrong_site(&self) -> Problem {
        Problem::forbidden().detail(format_args!(
            "a page of another site has sent this, or the browser does not say which: the pages \
             are at {}; if that is wrong, set http.public_url",
            self.origin
        ))
    }

    /// Browsers set these headers themselves; pages cannot.
    fn cause(&self, headers: &HeaderMap) -> Cause {
        let is = |value: bool| match value {
            true => Cause::ThisSite,
            false => Cause::AnotherSite,
        };
        match (headers.get(&FETCH_SITE), headers.get(ORIGIN)) {
            (Some(site), _) => is(site == "same-origin"),
            (None, Some(origin)) => is(origin == self.origin.as_str()),
            (None, None) => Cause::Unknown,
        }
    }
}

/// Which site has caused a request.
enum Cause {
    ThisSite,
    AnotherSite,
    /// It is not from a browser, or from a very old one.
    Unknown,
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(COOKIE).iter();
    let mut cookies = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok);
    let found = cookies.find(|cookie| cookie.name() == name)?;
    found.value_raw().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn headers(all: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            let value = HeaderValue::from_static(value);
            (HeaderName::from_static(name), value)
        };
        all.iter().map(pair).collect()
    }

    fn site(public: Option<&str>, host: &'static str) -> Site {
        let mut config = Config::defaults().http;
        config.public_url = public.map(|url| url.parse().unwrap());
        Site::of(&config, &headers(&[("host", host)]))
    }

    #[test]
    fn the_cookie_is_for_https_but_on_this_machine() {
        for (public, host, origin, name) in [
            (None, "127.0.0.1:80", "http://127.0.0.1", "renown_session"),
            (
                None,
                "LocalHost:81",
                "http://localhost:81",
                "renown_session",
            ),
            (
                None,
                "a.example",
                "https://a.example",
                "__Host-renown_session",
            ),
            (
                None,
                "127.0.0.1.a.example",
                "https://127.0.0.1.a.example",
                "__Host-renown_session",
            ),
            (
                Some("https://b.example"),
                "127.0.0.1",
                "https://b.example",
                "__Host-renown_session",
            ),
        ] {
            let site = site(public, host);
            assert_eq!(
                (site.origin.as_str(), site.session_cookie()),
                (origin, name)
            );
        }
    }

    #[test]
    fn a_request_of_another_site_is_recognised() {
        let site = site(None, "a.example");
        let check = |all: &[(&'static str, &'static str)]| {
            let mut all = headers(all);
            let checked = site.check_page(&all).is_ok();
            all.remove(&BY_PAGE);
            assert!(site.check_page(&all).is_err());
            (checked, site.check_not_from_outside(&all).is_ok())
        };
        let page = ("renown-request", "page");
        assert_eq!(check(&[page]), (false, true));
        assert_eq!(
            check(&[page, ("sec-fetch-site", "same-origin")]),
            (true, true)
        );
        for other in ["same-site", "cross-site", "none"] {
            assert_eq!(check(&[page, ("sec-fetch-site", other)]), (false, false));
        }
        assert_eq!(
            check(&[page, ("origin", "https://a.example")]),
            (true, true)
        );
        for other in ["http://a.example", "https://b.a.example", "null"] {
            assert_eq!(check(&[page, ("origin", other)]), (false, false));
        }
    }
}
