//! Sessions of people: how they begin, what their cookies allow, and how they end.

mod cookies;
mod desks;
mod ends;
mod lists;
mod logs;
mod other_sites;
mod providers;

use renown::service::operation::SignedInPerson;
use renown_core::domain::{CallerName, ProviderId, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, App};

/// Returns a cookie of a person whom a provider has signed in.
pub async fn cookie_of(app: &App, role: Role) -> String {
    cookie_of_person(app, "ann", role).await
}

async fn cookie_of_person(app: &App, subject: &str, role: Role) -> String {
    let person = SignedInPerson {
        provider: ProviderId::parse("corp").unwrap(),
        subject: subject.to_owned(),
        name: CallerName::parse(&format!("{subject} of corp")).unwrap(),
        role,
    };
    let begun = app.service.sessions.sign_in_person(person, None).await;
    format!("renown_session={}", begun.unwrap().1.reveal())
}

/// Returns the headers of a request that a page sends with a cookie.
pub fn from_page(cookie: &str) -> [(&str, &str); 4] {
    [
        ("authorization", ""),
        ("cookie", cookie),
        ("renown-request", "page"),
        ("sec-fetch-site", "same-origin"),
    ]
}

/// Signs in with a key, without a session before.
async fn sign_in(app: &App, key: &str) -> Answer {
    let headers = [("authorization", ""), ("content-type", "application/json")];
    let body = json!({"key": key}).to_string();
    app.send(Method::POST, "/v1/session", &headers, body).await
}

/// Returns the cookie that an answer sets, as a browser sends it.
fn set_by(answer: &Answer) -> String {
    let set = answer.headers["set-cookie"].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

/// Signs in with a key and returns the cookie.
async fn signed_in(app: &App, key: &str) -> String {
    let answer = sign_in(app, key).await;
    answer.expect(201);
    set_by(&answer)
}

/// Sends a request as a page does.
async fn page(app: &App, cookie: &str, method: Method, path: &str) -> Answer {
    app.send(method, path, &from_page(cookie), "").await
}

/// Sends a `POST` with a body as a page does.
async fn page_with(app: &App, cookie: &str, path: &str, body: &Value) -> Answer {
    let [none, cookie, request, site] = from_page(cookie);
    let json = ("content-type", "application/json");
    let headers = [none, cookie, request, site, json];
    app.send(Method::POST, path, &headers, body.to_string())
        .await
}

/// Returns the status that a cookie gets.
async fn status(app: &App, cookie: &str) -> u16 {
    let answer = page(app, cookie, Method::GET, "/v1/session").await;
    answer.status.as_u16()
}
