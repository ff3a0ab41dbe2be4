//! Valid requests for every operation, with one value replaced.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::sites::{Operation, Place, Step, example, pointer};
use crate::contract::{self, Exchange};
use crate::harness::App;

/// A request of an operation.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: Method,
    pub url: reqwest::Url,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    /// Sets a header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers
            .retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// The answer to a tried value.
#[derive(Debug)]
pub struct Tried {
    pub status: u16,
    pub body: Value,
}

/// A service with something behind the ids that requests name.
pub struct Town {
    pub app: App,
    client: reqwest::Client,
    ids: BTreeMap<&'static str, String>,
}

impl Town {
    pub async fn start() -> Self {
        Self::on(App::with_a_star().await).await
    }

    /// Fills a service that has a star and no program yet.
    pub async fn on(app: App) -> Self {
        app.publish_palms().await;
        let hold =
            json!({"program": "palms-klub", "perk": "show-tickets", "member": "twitter:kevin"});
        let claim = app.post_once("/v1/claims", "claim", hold).await.expect(201);
        let grant = json!({"member": "twitter:kevin", "perk": "show-tickets", "reason": "r", "author": "a"});
        let grants = "/v1/programs/palms-klub/grants";
        let grant = app.post_once(grants, "grant", grant).await.expect(201);
        let webhook = json!({"url": "https://example.com/hook"});
        let webhook = app
            .post_once("/v1/webhooks", "webhook", webhook)
            .await
            .expect(201);
        let id = |body: &Value| body["id"].as_str().unwrap().to_owned();
        let ids = [
            ("claim", id(&claim)),
            ("grant", id(&grant)),
            ("webhook", id(&webhook)),
        ];
        Self {
            app,
            client: reqwest::Client::new(),
            ids: ids.into_iter().collect(),
        }
    }

    pub fn address(&self) -> &str {
        &self.app.address
    }

    pub fn key(&self) -> &str {
        &self.app.key
    }

    /// Returns whether the key is still an administrator's.
    pub async fn key_works(&self) -> bool {
        self.app.get("/v1/keys").await.status == 200
    }

    /// Sends a valid request of an operation with one value replaced by a JSON text.
    /// Returns `None` if the value cannot be sent there, or if the answer has no end.
    pub async fn send(&self, operation: &Operation, place: &Place, json: &str) -> Option<Tried> {
        let request = self.request(operation, Some((place, json)))?;
        self.answer(operation, request).await
    }

    /// Returns a valid request of an operation.
    pub fn valid(&self, operation: &Operation) -> Request {
        self.request(operation, None).unwrap()
    }

    fn request(&self, operation: &Operation, tried: Option<(&Place, &str)>) -> Option<Request> {
        let mut path = operation.path.clone();
        let mut query = Vec::new();
        let mut headers = vec![(
            "authorization".to_owned(),
            format!("Bearer {}", self.app.key),
        )];
        for (index, parameter) in operation.parameters.iter().enumerate() {
            let json = tried.and_then(|(place, json)| {
                matches!(place, Place::Parameter(at) if *at == index).then_some(json)
            });
            let text = match json {
                Some(json) => unquoted(json)?,
                None if !parameter.required => continue,
                None => self.known(&parameter.name, &parameter.schema),
            };
            match parameter.place.as_str() {
                "path" => {
                    path = path.replace(&format!("{{{}}}", parameter.name), &escaped(&text));
                }
                "query" => {
                    query.push((parameter.name.clone(), text));
                }
                _ => headers.push((parameter.name.clone(), text)),
            }
        }
        // A new name for each request, so that no stored answer is sent.
        let has_key = headers.iter().any(|(name, _)| name == "Idempotency-Key");
        if has_key && !matches!(tried, Some((Place::Parameter(_), _))) {
            let key = renown::clock::Clock::System.new_id().to_string();
            headers.retain(|(name, _)| name != "Idempotency-Key");
            headers.push(("Idempotency-Key".to_owned(), key));
        }
        let form = match tried {
            Some((Place::Body(form, _), _)) => Some(*form),
            _ => (!operation.bodies.is_empty()).then_some(0),
        };
        let body = form.map(|form| {
            let (kind, schema) = &operation.bodies[form];
            headers.push(("content-type".to_owned(), kind.clone()));
            match tried {
                Some((Place::Body(_, steps), json)) => body(kind, schema, steps, json),
                _ => body(kind, schema, &[], &example(schema).to_string()),
            }
        });
        let url = format!("http://{}{path}", self.app.address);
        Some(Request {
            method: operation.method.parse().unwrap(),
            url: reqwest::Url::parse_with_params(&url, query).unwrap(),
            headers,
            body: body.unwrap_or_default(),
        })
    }

    /// Sends a request and reads its answer. Returns `None` if a header cannot be sent, or
    /// if the answer has no end.
    pub async fn answer(&self, operation: &Operation, request: Request) -> Option<Tried> {
        let Request {
            method,
            url,
            headers,
            body,
        } = request;
        let mut sent = self.client.request(method.clone(), url.clone());
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            sent = sent.header(name, HeaderValue::try_from(value).ok()?);
        }
        let response = sent.body(body.clone()).send().await.unwrap();
        let status = response.status();
        let endless = operation.is_stream && status == 200;
        let wait = Duration::from_secs(if endless { 0 } else { 60 });
        let bytes = tokio::time::timeout(wait, response.bytes()).await;
        let bytes = bytes.ok()?.unwrap();
        contract::check(&Exchange {
            method: &method,
            path: url.path(),
            request: body.as_bytes(),
            status,
            answer: &bytes,
            is_written: false,
        });
        Some(Tried {
            status: status.as_u16(),
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        })
    }

    fn known(&self, name: &str, schema: &Value) -> String {
        match (self.ids.get(name), example(schema)) {
            (Some(id), _) => id.clone(),
            (None, Value::String(text)) => text,
            (None, other) => other.to_string(),
        }
    }
}

/// Returns the body of an operation with the value at a place replaced.
fn body(kind: &str, schema: &Value, steps: &[Step], json: &str) -> String {
    if kind == "text/csv" || kind == "application/yaml" {
        return unquoted(json).unwrap_or_else(|| json.to_owned());
    }
    // Put in as a mark first, because it may be no valid JSON.
    const MARK: &str = "this is replaced";
    let mut body = example(schema);
    put(&mut body, schema, steps, json!(MARK));
    assert!(steps.is_empty() || body.pointer(&pointer(steps)).is_some());
    body.to_string().replace(&format!("\"{MARK}\""), json)
}

fn put(body: &mut Value, schema: &Value, steps: &[Step], value: Value) {
    let Some((step, rest)) = steps.split_first() else {
        *body = value;
        return;
    };
    let (inner, schema) = match step {
        Step::Member(name) => {
            let schema = match schema["properties"].get(name) {
                Some(schema) => schema,
                None => &schema["additionalProperties"],
            };
            (&mut body[name.as_str()], schema)
        }
        Step::Item => {
            let items = &schema["items"];
            if !body[0].is_null() {
                (&mut body[0], items)
            } else {
                *body = json!([null]);
                (&mut body[0], items)
            }
        }
    };
    if inner.is_null() && !rest.is_empty() {
        *inner = example(schema);
    }
    put(inner, schema, rest, value);
}

/// Returns the text of a JSON string, or the JSON text of another value; `None` if it is
/// no JSON.
fn unquoted(json: &str) -> Option<String> {
    match serde_json::from_str(json).ok()? {
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

fn escaped(text: &str) -> String {
    let text = if text.is_empty() { " " } else { text };
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
