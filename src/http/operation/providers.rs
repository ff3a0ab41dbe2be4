//! Signing in by an OpenID provider: the browser is sent to it, and comes back. Whatever goes
//! wrong is told to the person on the page `/sign-in`.

use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use super::sessions::{remember, session_before};
use crate::http::App;
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::sender::Sender;
use crate::http::site::Site;
use crate::service::ServiceError;
use crate::service::operation::{ProviderAnswer, SignInProblem, SignInSecret};
use renown_core::domain::ProviderId;

/// How long a person may take at the provider.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);
/// The longest address to return to.
const MAX_RETURN: usize = 2_000;

/// A provider by which people sign in.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderBody {
    /// The provider's id: a sign-in begins at `/auth/{id}/start?return_to=/a/page`.
    id: String,
    /// What it is called.
    title: String,
}

/// The providers by which people sign in.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProvidersBody {
    /// The providers, by id.
    data: Vec<ProviderBody>,
}

/// Lists the providers by which people can sign in.
#[utoipa::path(
    get, path = "/v1/session/providers", tag = "sessions", operation_id = "list_providers",
    security(()),
    responses((status = 200, description = "The providers.", body = ProvidersBody))
)]
pub async fn list(State(app): State<App>, known: IfNoneMatch) -> Result<Response, Problem> {
    let body = |(id, title): (&ProviderId, &str)| ProviderBody {
        id: id.to_string(),
        title: title.to_owned(),
    };
    let data = app.service.providers.all().map(body).collect();
    etag::json(&known, &ProvidersBody { data })
}

/// Where a sign-in leads to.
#[derive(Debug, Deserialize)]
pub struct StartQuery {
    return_to: Option<String>,
}

/// `GET /auth/{provider}/start`: sends the browser to the provider.
pub async fn start(
    State(app): State<App>,
    Path(provider): Path<String>,
    Query(query): Query<StartQuery>,
    headers: HeaderMap,
) -> Response {
    let site = Site::of(&app.service.config.http, &headers);
    let return_to = local(query.return_to.as_deref().unwrap_or("/"));
    match begin(&app, &provider).await {
        Ok((url, secret)) => {
            let kept = [
                provider.as_str(),
                secret.reveal(),
                &URL_SAFE_NO_PAD.encode(return_to),
            ];
            let cookie = site.remember_sign_in(&kept.join("."), PATIENCE);
            redirect(url.as_str(), [cookie])
        }
        Err(problem) => failed(&site, &provider, &problem),
    }
}

async fn begin(app: &App, provider: &str) -> Result<(Url, SignInSecret), SignInProblem> {
    let id = known(provider)?;
    app.service.providers.begin(&id).await
}

fn known(provider: &str) -> Result<ProviderId, SignInProblem> {
    ProviderId::parse(provider).map_err(|_| SignInProblem::UnknownProvider)
}

/// `GET /auth/{provider}/callback`: the provider sends the browser back.
pub async fn finish(
    State(app): State<App>,
    Path(provider): Path<String>,
    Query(answer): Query<ProviderAnswer>,
    Sender(from): Sender,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let site = Site::of(&app.service.config.http, &headers);
    let kept = site.sign_in(&headers);
    let Some(kept) = kept.and_then(|kept| Kept::read(kept, &provider)) else {
        return Ok(failed(&site, &provider, &SignInProblem::Expired));
    };
    let sessions = &app.service.sessions;
    let mut attempt = match sessions.attempt(from).await {
        Ok(attempt) => attempt,
        Err(ServiceError::TooManyGuesses(_)) => {
            return Ok(failed(&site, &provider, &SignInProblem::TooMany));
        }
        Err(error) => return Err(error.into()),
    };
    let person = match known(&provider) {
        Ok(id) => {
            app.service
                .providers
                .finish(&id, &kept.secret, answer)
                .await
        }
        Err(problem) => Err(problem),
    };
    let person = match person {
        Ok(person) => person,
        Err(problem) => {
            attempt.fail();
            return Ok(failed(&site, &provider, &problem));
        }
    };
    let before = session_before(&app, &site, &headers).await?;
    let (_, token) = sessions.sign_in_person(person, before).await?;
    let mut response = redirect(&kept.return_to, [site.forget_sign_in()]);
    remember(&app, &site, &token, response.headers_mut());
    Ok(response)
}

/// What the browser keeps while the person is at the provider.
struct Kept {
    secret: SignInSecret,
    return_to: String,
}

impl Kept {
    /// Reads the cookie of a sign-in with a provider.
    fn read(cookie: &str, provider: &str) -> Option<Self> {
        let mut parts = cookie.split('.');
        let (own, secret, return_to) = (parts.next()?, parts.next()?, parts.next()?);
        let return_to = URL_SAFE_NO_PAD.decode(return_to).ok()?;
        (own == provider).then(|| Self {
            secret: SignInSecret::new(secret),
            return_to: local(&String::from_utf8_lossy(&return_to)),
        })
    }
}

/// Returns a path of this service: the one that is asked for, or `/` if it leads elsewhere.
fn local(asked: &str) -> String {
    let base = Url::parse("http://here.invalid").expect("it is an address");
    let is_plain = asked.starts_with('/') && asked.len() <= MAX_RETURN;
    let path = match base.join(asked) {
        Ok(url) if is_plain && url.origin() == base.origin() => {
            url[url::Position::BeforePath..].to_owned()
        }
        _ => "/".to_owned(),
    };
    // To a browser, two slashes begin the name of a host.
    match path.starts_with("//") {
        true => "/".to_owned(),
        false => path,
    }
}

/// Sends the person back to the page that says what is wrong.
fn failed(site: &Site, provider: &str, problem: &SignInProblem) -> Response {
    let provider = known(provider).map_or_else(|_| "unknown".to_owned(), |id| id.to_string());
    tracing::warn!(provider, %problem, "a person was not signed in");
    let page = format!("/sign-in?problem={}", problem.code());
    redirect(&page, [site.forget_sign_in()])
}

fn redirect<const N: usize>(to: &str, cookies: [HeaderValue; N]) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    if let Ok(to) = HeaderValue::try_from(to) {
        headers.insert(LOCATION, to);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in cookies {
        headers.append(SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn a_sign_in_returns_to_pages_of_ours_alone() {
        for path in ["/", "/people/twitter:kevin?tab=claims#top", "/a%2fb"] {
            assert_eq!(local(path), path);
        }
        for elsewhere in [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "/..//evil.example/",
            "/.//evil.example/",
            "/\t/evil.example/",
            "\\\\evil.example",
            "javascript:alert(1)",
            "people",
            "",
        ] {
            assert_eq!(local(elsewhere), "/", "{elsewhere}");
        }
        assert_eq!(local(&format!("/{}", "a".repeat(3_000))), "/");
    }
}
