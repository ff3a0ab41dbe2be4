//! Every request of the contract with every kind of key and every role, compared with the
//! tables in `docs/keys.md`.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use renown::clock::Clock;
use renown_core::domain::{AllowedSources, KeyPermissions, Scope, Source};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::table::{Need, Needs, Route, roles, routes, table};
use crate::contract::{self, Exchange};
use crate::harness::{Answer, App, create_key, noon};
use crate::operation::sessions::{cookie_of, from_page};

const NO_SUCH: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const PROGRAMS: [&str; 2] = ["alpha", "beta"];

/// A key, and what is to be expected of it.
struct Kind {
    name: String,
    /// The value of `Authorization`; empty to send none.
    bearer: String,
    /// The scopes of a key that works; `None` for one that does not.
    scopes: Option<Vec<Scope>>,
    /// Whether the key is limited to the program alpha.
    is_limited: bool,
}

impl Kind {
    fn new(name: &str, secret: &str, scopes: Option<Vec<Scope>>, is_limited: bool) -> Self {
        Self {
            name: name.to_owned(),
            bearer: format!("Bearer {secret}"),
            scopes,
            is_limited,
        }
    }

    /// Returns whether a request about a program is allowed. `is_named` tells whether the
    /// request says which program it is about.
    fn outcome(&self, needs: &Needs, program: &str, is_named: bool) -> Outcome {
        let need = match self.is_limited {
            true => needs.limited,
            false => needs.everywhere,
        };
        match (need, &self.scopes) {
            (Need::Nothing, _) => Outcome::Allowed,
            (_, None) => Outcome::Unknown,
            (Need::Any, _) => Outcome::Allowed,
            (Need::Refused, _) => Outcome::Refused,
            (Need::Scope(_), _) if self.is_limited && is_named && program != "alpha" => {
                Outcome::Refused
            }
            (Need::Scope(scope), Some(own)) => {
                match own.contains(&scope) || own.contains(&Scope::Admin) {
                    true => Outcome::Allowed,
                    false => Outcome::Refused,
                }
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Allowed,
    Refused,
    Unknown,
}

impl Outcome {
    fn of(answer: &Answer) -> Self {
        assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        match answer.status.as_u16() {
            401 => Self::Unknown,
            403 => Self::Refused,
            // What is of another program does not exist for the key.
            404 if is_hidden(&answer.json()["detail"]) => Self::Refused,
            _ => Self::Allowed,
        }
    }
}

fn is_hidden(detail: &Value) -> bool {
    let subjects = ["claim", "wait", "entry", "webhook"];
    subjects
        .map(|subject| json!(format!("there is no such {subject}")))
        .contains(detail)
}

#[tokio::test]
async fn every_kind_of_key_reaches_what_the_table_says() {
    let world = World::new().await;
    let (table, kinds) = (table(), kinds(&world.app).await);
    let mut wrong = Vec::new();
    for route in routes() {
        let needs = &table[&route];
        for kind in &kinds {
            let programs = match kind.is_limited {
                true => &PROGRAMS[..],
                false => &PROGRAMS[..1],
            };
            for program in programs {
                let request = world.request(&route, program).await;
                let expected = kind.outcome(needs, program, request.is_named);
                let answer = world
                    .send(&request, &[("authorization", &kind.bearer)])
                    .await;
                let found = Outcome::of(&answer);
                if found != expected {
                    let (method, path) = &route;
                    let (status, name) = (answer.status, &kind.name);
                    wrong.push(format!(
                        "{method} {path} about {program} as {name}: {status}, not {expected:?}"
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn every_role_reaches_what_the_tables_say() {
    let world = World::new().await;
    let (table, roles) = (table(), roles());
    let mut wrong = Vec::new();
    for (role, rights) in &roles {
        let mut cookie = cookie_of(&world.app, *role).await;
        for route in routes() {
            let expected = match table[&route].allow(rights, &route.0) {
                true => Outcome::Allowed,
                false => Outcome::Refused,
            };
            let request = world.request(&route, "alpha").await;
            let answer = world.send(&request, &from_page(&cookie)).await;
            let found = Outcome::of(&answer);
            if found != expected {
                let ((method, path), status) = (&route, answer.status);
                wrong.push(format!(
                    "{method} {path} as {role}: {status}, not {expected:?}"
                ));
            }
            if route == ("DELETE".to_owned(), "/v1/session".to_owned()) {
                cookie = cookie_of(&world.app, *role).await;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Creates a key of every kind.
async fn kinds(app: &App) -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (scope, name) in Scope::ALL {
        for program in [None, Some("alpha")] {
            let (_, secret) = app.new_key(&[scope], program).await;
            let name = format!("{name} in {}", program.unwrap_or("all programs"));
            kinds.push(Kind::new(
                &name,
                &secret,
                Some(vec![scope]),
                program.is_some(),
            ));
        }
    }
    let crm = AllowedSources::listed(vec![Source::parse("crm").unwrap()]).unwrap();
    let scopes = vec![Scope::EventsWrite, Scope::Lookup];
    let bound = KeyPermissions::new(scopes.iter().copied().collect(), None, crm).unwrap();
    let (_, secret) = create_key(&app.service, bound, None).await;
    kinds.push(Kind::new("bound to sources", &secret, Some(scopes), false));

    let (revoked, secret) = app.new_key(&[Scope::Admin], None).await;
    app.revoke_key(revoked).await;
    kinds.push(Kind::new("revoked", &secret, None, false));
    let (rotated, secret) = app.new_key(&[Scope::Admin], None).await;
    let at_once = json!({"overlap_seconds": 0});
    let path = format!("/v1/keys/{rotated}/rotate");
    app.post(&path, at_once).await.expect(200);
    kinds.push(Kind::new("rotated", &secret, None, false));
    let soon = noon() + TimeDelta::seconds(1);
    let (_, secret) = create_key(&app.service, KeyPermissions::admin(), Some(soon)).await;
    kinds.push(Kind::new("expired", &secret, None, false));
    app.service.clock.advance(TimeDelta::seconds(1));
    kinds.push(Kind::new(
        "unknown",
        "rk_this-is-not-a-key-of-ours",
        None,
        false,
    ));
    kinds.push(Kind {
        bearer: String::new(),
        ..Kind::new("none", "", None, false)
    });
    kinds
}

/// A request that passes every check of its key, whatever becomes of it then.
struct Request {
    method: Method,
    path: String,
    content_type: &'static str,
    body: String,
    /// Whether the request says which program it is about.
    is_named: bool,
}

/// Two programs with one of everything.
struct World {
    app: App,
    contract: Value,
    /// The values of path parameters, by program.
    ids: BTreeMap<&'static str, BTreeMap<&'static str, String>>,
}

impl World {
    async fn new() -> Self {
        let loopback = "127.0.0.0/8".parse().unwrap();
        let app = App::with(|config| config.webhooks.allow_addresses = vec![loopback]).await;
        app.enrol("twitter:ann").await;
        app.enrol("twitter:bob").await;
        let mut ids = BTreeMap::new();
        for program in PROGRAMS {
            ids.insert(program, with_one_of_everything(&app, program).await);
        }
        Self {
            app,
            contract: serde_json::to_value(renown::http::openapi()).unwrap(),
            ids,
        }
    }

    async fn request(&self, (method, template): &Route, program: &str) -> Request {
        let mut path = template.clone();
        for (name, value) in &self.ids[program] {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        // A webhook is deleted only once.
        if (method.as_str(), template.as_str()) == ("DELETE", "/v1/webhooks/{webhook}") {
            path = format!("/v1/webhooks/{}", webhook(&self.app, program).await);
        }
        let query = match template.as_str() {
            "/v1/claims" | "/v1/stream" if method == "GET" => format!("?program={program}"),
            "/v1/programs/{program}/grants/import" => "?list=press&author=Maria".to_owned(),
            _ => String::new(),
        };
        let body = body(method, template, program);
        let by_subject = [
            "{program}",
            "{id}",
            "{claim}",
            "{waiting}",
            "{entry}",
            "{webhook}",
        ];
        let is_named = by_subject.iter().any(|name| template.contains(name))
            || query.contains("program=")
            || body.is_some();
        let media = &self.contract["paths"][template][method.to_lowercase()]["requestBody"];
        let is = |kind: &str| media["content"][kind].is_object();
        let (content_type, body) = match body {
            Some(body) => ("application/json", body.to_string()),
            None if is("text/csv") => ("text/csv", "member,tier\n".to_owned()),
            None if is("application/json") => ("application/json", "{}".to_owned()),
            None => ("application/json", String::new()),
        };
        Request {
            method: method.parse().unwrap(),
            path: path + &query,
            content_type,
            body,
            is_named,
        }
    }

    async fn send(&self, request: &Request, credentials: &[(&str, &str)]) -> Answer {
        let name = Clock::System.new_id().to_string();
        let Request { method, path, .. } = request;
        if path.starts_with("/v1/stream") {
            return self.open(path, credentials).await;
        }
        let mut headers = credentials.to_vec();
        headers.push(("content-type", request.content_type));
        headers.push(("idempotency-key", &name));
        let body = request.body.clone();
        self.app.send(method.clone(), path, &headers, body).await
    }

    /// Opens a stream and reads none of it, because it does not end.
    async fn open(&self, path: &str, credentials: &[(&str, &str)]) -> Answer {
        let request = reqwest::Client::new().get(format!("http://{}{path}", self.app.address));
        let add = |request: RequestBuilder, (name, value): &(&str, &str)| match value.is_empty() {
            true => request,
            false => request.header(*name, *value),
        };
        let opened = credentials.iter().fold(request, add).send().await.unwrap();
        contract::check(&Exchange {
            method: &Method::GET,
            path,
            request: &[],
            status: opened.status(),
            answer: &[],
            is_written: false,
        });
        Answer {
            status: opened.status(),
            headers: opened.headers().clone(),
            bytes: bytes::Bytes::from_static(b"{}"),
        }
    }
}

/// Returns the bodies of requests whose program is looked at after their body.
fn body(method: &str, template: &str, program: &str) -> Option<Value> {
    Some(match (method, template) {
        ("POST", "/v1/claims") => {
            json!({"program": program, "perk": "mug", "member": "twitter:ann"})
        }
        ("POST", "/v1/claims/{claim}/cancel" | "/v1/claims/{claim}/reverse") => {
            json!({"reason": "A test."})
        }
        ("POST", "/v1/desk-tokens") => json!({"program": program, "desk": "support"}),
        ("POST", "/v1/decisions") => {
            json!({"program": program, "member": "twitter:ann", "dry": true})
        }
        ("POST", "/v1/redemptions") => json!({"program": program, "code": "K7QM2"}),
        ("POST", "/v1/webhooks") => json!({"program": program, "url": "https://127.0.0.1:9/"}),
        _ => return None,
    })
}

async fn webhook(app: &App, program: &str) -> String {
    let body = json!({"program": program, "url": "https://127.0.0.1:9/"});
    id(&app.post("/v1/webhooks", body).await.expect(201))
}

fn id(body: &Value) -> String {
    body["id"].as_str().unwrap().to_owned()
}

async fn with_one_of_everything(app: &App, program: &str) -> BTreeMap<&'static str, String> {
    let source = format!(
        "program: {program}\ntitle: Both\nstanding: {{ influence: 1 }}\n\
         service_levels:\n  - {{ id: standard, queue: general }}\n\
         tiers:\n  - {{ id: guest, service_level: standard }}\nperks:\n\
         \x20 - {{ id: mug, title: A mug, disclosure: So., stock: 9, per_member: 9 }}\n\
         \x20 - {{ id: last, title: The last one, disclosure: So., stock: 1 }}\n\
         \x20 - {{ id: trip, title: A trip, disclosure: So., kind: draw, stock: 1 }}\n"
    );
    app.service
        .programs
        .publish(None, &source, None)
        .await
        .unwrap();
    let claim = |perk: &str| json!({"program": program, "perk": perk, "member": "twitter:ann"});
    let name = |what: &str| format!("{program}-{what}");
    let held = app
        .post_once("/v1/claims", &name("mug"), claim("mug"))
        .await
        .expect(201);
    app.post_once("/v1/claims", &name("last"), claim("last"))
        .await
        .expect(201);
    let perks = format!("/v1/programs/{program}/perks");
    let bob = json!({"member": "twitter:bob"});
    let waiting = app
        .post(&format!("{perks}/last/waiting"), bob.clone())
        .await
        .expect(200);
    let entry = app
        .post(&format!("{perks}/trip/entries"), bob)
        .await
        .expect(201);
    let decision = json!({"program": program, "member": "twitter:ann"});
    let decision = app.post("/v1/decisions", decision).await.expect(201);
    let (key, _) = app.new_key(&[Scope::Lookup], None).await;
    [
        ("program", program.to_owned()),
        ("perk", "mug".to_owned()),
        ("member", "twitter:ann".to_owned()),
        ("index", "loyalty".to_owned()),
        ("source", "tests".to_owned()),
        ("version", "99".to_owned()),
        ("grant", NO_SUCH.to_owned()),
        ("delivery", NO_SUCH.to_owned()),
        ("key", key.to_string()),
        ("session", NO_SUCH.to_owned()),
        ("claim", id(&held)),
        ("waiting", id(&waiting)),
        ("entry", id(&entry)),
        ("id", id(&decision)),
        ("webhook", webhook(app, program).await),
    ]
    .into()
}
