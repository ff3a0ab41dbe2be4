//! The choice of examples for the contract, from answers that tests got.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Noted, operations};

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/src/http/contract/examples.json"
);

/// The request of the examples that all operations have in common.
const SAMPLE: &str = "0198c0de-0000-7000-8000-000000000000";

/// The longest example, in bytes. Longer ones are chosen only if there is no other.
const LONG: usize = 3_000;

/// Names of the demo's town, in the order in which they are preferred.
const TOWN: [&str; 4] = ["palms-klub", "twitter:kevin", "las-vegas", "show-tickets"];

/// Writes one request and one answer with each status for every operation. Those that all
/// operations have in common are described elsewhere.
pub fn write(document: &Value, answers: Vec<Noted>) {
    let mut examples = BTreeMap::new();
    for (_, _, operation) in operations(document) {
        let id = operation["operationId"].as_str().unwrap();
        let own = answers.iter().filter(|noted| noted.operation == id);
        let own: Vec<&Noted> = own.collect();
        let mut responses = BTreeMap::new();
        for (status, response) in operation["responses"].as_object().unwrap() {
            let example = &response["content"]["application/problem+json"]["example"];
            let has_one = example["request_id"] == SAMPLE;
            let code: u16 = status.parse().unwrap();
            let best = own.iter().filter(|noted| noted.status == code);
            let best = best.filter_map(|noted| Some((rank(noted), parsed(&noted.answer)?)));
            if let (false, Some((_, answer))) = (has_one, best.max_by_key(|(rank, _)| *rank)) {
                responses.insert(status.clone(), answer);
            }
        }
        let sent = own
            .iter()
            .filter(|noted| (200..300).contains(&noted.status));
        let sent = sent.filter_map(|noted| Some((rank(noted), parsed(&noted.request)?)));
        let request = sent
            .max_by_key(|(rank, _)| *rank)
            .map(|(_, request)| request);
        examples.insert(id, json!({"request": request, "responses": responses}));
    }
    let mut text = serde_json::to_string_pretty(&examples).unwrap();
    text.push('\n');
    std::fs::write(FILE, text).unwrap();
}

/// Prefers answers to requests that people wrote, that are short enough, are about the demo's town and have much to show.
fn rank(noted: &Noted) -> (bool, bool, usize, usize) {
    let all = format!("{} {} {}", noted.path, noted.request, noted.answer);
    let known = TOWN.iter().filter(|name| all.contains(*name)).count();
    let is_short = noted.answer.len() + noted.request.len() <= LONG;
    let size = noted.answer.len() + noted.request.len();
    let much = if is_short { size } else { usize::MAX - size };
    (noted.is_written, is_short, known, much)
}

fn parsed(text: &str) -> Option<Value> {
    serde_json::from_str::<Value>(text)
        .ok()
        .filter(|value| !value.is_null() && *value != json!(""))
}
