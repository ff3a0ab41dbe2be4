//! Signing in by a provider: a certified one, as npm has it, and one that is down.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::Stdio;

use renown::config::{ProviderConfig, Secret};
use renown_core::domain::{ProviderId, Role};
use reqwest::header::{HeaderMap, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::page;
use crate::harness::App;
use crate::npm;

/// The address of the service as browsers see it; the tests come by another one.
const PUBLIC: &str = "http://127.0.0.1:9";

/// A provider that runs; it ends with this.
struct Provider {
    _process: Child,
    issuer: String,
}

impl Provider {
    /// Starts the provider; `None` if it is not available here.
    async fn start() -> Option<Self> {
        let dir = match npm::install("sign-in").await {
            Ok(dir) => dir,
            Err(why) => {
                let mut stderr = std::io::stderr();
                let _ = writeln!(stderr, "SKIPPED: the certified OpenID provider: {why}");
                return None;
            }
        };
        let mut process = Command::new("node")
            .args(["provider.mjs", PUBLIC])
            .current_dir(dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let issuer = lines.next_line().await.unwrap().unwrap();
        Some(Self {
            _process: process,
            issuer,
        })
    }
}

/// Starts a service with a provider.
pub(super) async fn with_provider(issuer: &str) -> App {
    let roles = [
        ("renown-marketing", Role::Marketer),
        ("renown-audit", Role::Auditor),
        ("renown-administrators", Role::Admin),
    ];
    let provider = ProviderConfig {
        title: "Example Corporation".to_owned(),
        issuer: issuer.to_owned(),
        client_id: "renown".to_owned(),
        client_secret: Secret::new("a secret that is only for tests"),
        scopes: vec!["profile".to_owned(), "groups".to_owned()],
        role_claim: "groups".to_owned(),
        roles: roles.map(|(value, role)| (value.to_owned(), role)).into(),
    };
    let app = App::with(|config| {
        config.http.public_url = Some(PUBLIC.parse().unwrap());
        let corp = ProviderId::parse("corp").unwrap();
        config.sign_in.providers = [(corp, provider)].into();
    })
    .await;
    // Tokens of the provider have the time of the machine.
    let present = chrono::Utc::now() - app.service.clock.now();
    app.service.clock.advance(present);
    app
}

/// A browser: it keeps cookies, and follows redirects when it is told to.
pub(super) struct Browser {
    client: Client,
    ours: BTreeMap<String, String>,
    theirs: BTreeMap<String, String>,
}

impl Browser {
    pub(super) fn new() -> Self {
        Self {
            client: Client::builder().redirect(Policy::none()).build().unwrap(),
            ours: BTreeMap::new(),
            theirs: BTreeMap::new(),
        }
    }

    /// Opens a page of the service and returns where it leads.
    pub(super) async fn open(&mut self, app: &App, path: &str) -> String {
        let url = format!("http://{}{path}", app.address);
        get(&self.client, &url, &mut self.ours).await
    }

    /// Begins a sign-in, passes through the provider as a person, and returns the address to
    /// which it sends the browser back.
    async fn pass(&mut self, app: &App, person: &str, return_to: &str) -> String {
        let start = format!("/auth/corp/start?return_to={return_to}");
        let authorize = self.open(app, &start).await;
        assert!(
            authorize.contains("code_challenge_method=S256"),
            "{authorize}"
        );
        assert!(authorize.contains("&nonce=") && authorize.contains("&state="));
        let mut next = format!("{authorize}&login_hint={person}");
        let origin = url::Url::parse(&next).unwrap();
        while !next.starts_with(PUBLIC) {
            let url = origin.join(&next).unwrap();
            next = get(&self.client, url.as_str(), &mut self.theirs).await;
        }
        next.strip_prefix(PUBLIC).unwrap().to_owned()
    }

    /// Signs in as a person and returns where the browser is in the end.
    async fn sign_in(&mut self, app: &App, person: &str, return_to: &str) -> String {
        let back = self.pass(app, person, return_to).await;
        self.open(app, &back).await
    }

    fn cookie(&self) -> String {
        let token = self.ours.get("renown_session");
        format!("renown_session={}", token.map_or("", String::as_str))
    }
}

/// Sends a request, keeps the cookies of the answer, and returns its `Location`.
async fn get(client: &Client, url: &str, cookies: &mut BTreeMap<String, String>) -> String {
    let sent: Vec<String> = cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let answer = client
        .get(url)
        .header("cookie", sent.join("; "))
        .send()
        .await
        .unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    keep(&headers, cookies);
    let location = headers
        .get(LOCATION)
        .map(|to| to.to_str().unwrap().to_owned());
    match location {
        Some(location) => location,
        None => panic!("{url}: {status}: {}", answer.text().await.unwrap()),
    }
}

fn keep(headers: &HeaderMap, cookies: &mut BTreeMap<String, String>) {
    for set in headers.get_all(SET_COOKIE) {
        let set = set.to_str().unwrap();
        let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
        match value.is_empty() {
            true => cookies.remove(name),
            false => cookies.insert(name.to_owned(), value.to_owned()),
        };
    }
}

#[tokio::test]
async fn a_person_signs_in_by_a_certified_provider_and_gets_a_role() {
    let Some(provider) = Provider::start().await else {
        return;
    };
    let app = with_provider(&provider.issuer).await;
    let mut browser = Browser::new();
    let end = browser.sign_in(&app, "ann", "/people?q=kevin").await;
    assert_eq!(end, "/people?q=kevin");
    let me = page(&app, &browser.cookie(), Method::GET, "/v1/session").await;
    let me = me.expect(200);
    assert_eq!(
        (&me["name"], &me["role"]),
        (&json!("Ann Lee"), &json!("marketer"))
    );
    let list = app.get("/v1/sessions").await.expect(200);
    let session = &list["data"][0];
    assert_eq!(
        (&session["provider"], &session["key"]),
        (&json!("corp"), &json!(null))
    );
    // What the browser kept for the way is gone.
    assert_eq!(browser.ours.len(), 1, "{:?}", browser.ours);

    let mut browser = Browser::new();
    assert_eq!(browser.sign_in(&app, "eve", "//evil.example").await, "/");
    let eve = page(&app, &browser.cookie(), Method::GET, "/v1/session").await;
    let eve = eve.expect(200);
    assert_eq!(
        (&eve["name"], &eve["role"]),
        (&json!("Eve Adams"), &json!("admin"))
    );
    assert_ne!(eve["caller"], me["caller"]);
}

#[tokio::test]
async fn a_sign_in_that_fails_says_why_on_the_page() {
    let Some(provider) = Provider::start().await else {
        return;
    };
    let app = with_provider(&provider.issuer).await;
    for (person, problem) in [("bob", "no-role"), ("nobody", "denied")] {
        let mut browser = Browser::new();
        let end = browser.sign_in(&app, person, "/people").await;
        assert_eq!(end, format!("/sign-in?problem={problem}"));
        assert!(browser.ours.is_empty(), "{:?}", browser.ours);
    }

    // What one browser has begun, another one does not end: it would be signed in as somebody
    // else.
    let mut ann = Browser::new();
    let back = ann.pass(&app, "ann", "/").await;
    let mut other = Browser::new();
    assert_eq!(other.open(&app, &back).await, "/sign-in?problem=expired");
    other.pass(&app, "eve", "/").await;
    assert_eq!(other.open(&app, &back).await, "/sign-in?problem=expired");
    let kept = ann.ours.clone();
    assert_eq!(ann.open(&app, &back).await, "/");
    // A code works once.
    ann.ours = kept;
    assert_eq!(ann.open(&app, &back).await, "/sign-in?problem=provider");
}

#[tokio::test]
async fn a_provider_that_is_down_stops_nothing_else() {
    // Nothing listens there.
    let app = with_provider("http://127.0.0.1:9/realm").await;
    let list = [("authorization", "")];
    let list = app
        .send(Method::GET, "/v1/session/providers", &list, "")
        .await;
    assert_eq!(
        list.expect(200)["data"],
        json!([{"id": "corp", "title": "Example Corporation"}])
    );
    let mut browser = Browser::new();
    for (path, problem) in [
        ("/auth/corp/start", "provider"),
        ("/auth/corp/start?return_to=/people", "provider"),
        ("/auth/other/start", "unknown-provider"),
        ("/auth/corp/callback?code=1&state=2", "expired"),
    ] {
        let end = browser.open(&app, path).await;
        assert_eq!(end, format!("/sign-in?problem={problem}"), "{path}");
    }
    super::signed_in(&app, &app.key).await;
}

#[tokio::test]
async fn answers_of_a_provider_are_invented_a_few_times_only() {
    let app = with_provider("http://127.0.0.1:9/realm").await;
    let mut browser = Browser::new();
    let mut ends = Vec::new();
    for _ in 0..11 {
        // A browser can write its own cookie, but not with the state of another sign-in.
        let kept = ("renown_sign_in".to_owned(), "corp.invented.Lw".to_owned());
        browser.ours.extend([kept]);
        ends.push(
            browser
                .open(&app, "/auth/corp/callback?code=1&state=2")
                .await,
        );
    }
    assert!(
        ends[..10]
            .iter()
            .all(|end| end == "/sign-in?problem=expired"),
        "{ends:?}"
    );
    assert_eq!(ends[10], "/sign-in?problem=too-many");
}
