//! Valid requests for every operation, with one value replaced.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::sites::{Operation, Place, Step, example, pointer};
use crate::harness::App;

/// The answer to a tried value.
#[derive(Debug)]
pub struct Tried {
    pub status: u16,
    pub body: Value,
}

/// A service with something behind the ids that requests name.
pub struct Town {
    app: App,
    client: reqwest::Client,
    ids: BTreeMap<&'static str, String>,
}

impl Town {
    pub async fn start() -> Self {
        let app = App::with_a_star().await;
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
        let mut path = operation.path.clone();
        let mut query = Vec::new();
        let mut headers = vec![(
            "authorization".to_owned(),
            format!("Bearer {}", self.app.key),
        )];
        for (index, parameter) in operation.parameters.iter().enumerate() {
            let tried = matches!(place, Place::Parameter(tried) if *tried == index);
            if !tried && !parameter.required {
                continue;
            }
            let text = match tried {
                true => unquoted(json)?,
                false => self.known(&parameter.name, &parameter.schema),
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
        if has_key && !matches!(place, Place::Parameter(_)) {
            let key = renown::clock::Clock::System.new_id().to_string();
            headers.retain(|(name, _)| name != "Idempotency-Key");
            headers.push(("Idempotency-Key".to_owned(), key));
        }
        let form = match place {
            Place::Body(form, _) => Some(*form),
            Place::Parameter(_) => (!operation.bodies.is_empty()).then_some(0),
        };
        let body = form.map(|form| {
            let (kind, schema) = &operation.bodies[form];
            headers.push(("content-type".to_owned(), kind.clone()));
            match place {
                Place::Body(_, steps) => body(kind, schema, steps, json),
                Place::Parameter(_) => body(kind, schema, &[], &example(schema).to_string()),
            }
        });
        let url = format!("http://{}{path}", self.app.address);
        let url = reqwest::Url::parse_with_params(&url, query).unwrap();
        self.answer(operation, url, headers, body.unwrap_or_default())
            .await
    }

    async fn answer(
        &self,
        operation: &Operation,
        url: reqwest::Url,
        headers: Vec<(String, String)>,
        body: String,
    ) -> Option<Tried> {
        let mut request = self
            .client
            .request(operation.method.parse().unwrap(), url)
            .body(body);
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request = request.header(name, HeaderValue::try_from(value).ok()?);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let endless = operation.is_stream && status == 200;
        let wait = Duration::from_secs(if endless { 0 } else { 60 });
        let bytes = tokio::time::timeout(wait, response.bytes()).await;
        let bytes = bytes.ok()?.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Some(Tried { status, body })
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
