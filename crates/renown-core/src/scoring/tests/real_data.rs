//! Tests on real activity, if the data is on this machine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::*;
use crate::scoring::explain;

/// Returns the file of real events, if `RENOWN_TEST_DATA` names a folder that
/// holds it.
fn qna() -> Option<PathBuf> {
    let file = std::env::var_os("RENOWN_TEST_DATA")
        .map(|dir| Path::new(&dir).join("qna/events_all.ndjson"));
    let file = file.filter(|file| file.exists());
    if file.is_none() {
        eprintln!("skipped: RENOWN_TEST_DATA names no folder with qna/events_all.ndjson");
    }
    file
}

/// Reads those members of a native event that this data uses.
fn read(line: &str) -> Event<AccountId> {
    let json: serde_json::Value = serde_json::from_str(line).unwrap();
    let text = |name: &str| json.get(name).and_then(|value| value.as_str());
    let account = |name: &str| text(name).map(|id| AccountId(id.parse().unwrap()));
    let kind = EventType::ALL
        .iter()
        .find(|(_, name)| Some(*name) == text("type"))
        .unwrap()
        .0;
    let act = match kind.reaction() {
        Some(kind) => Act::Reaction {
            kind,
            actor: account("actor"),
            target: account("target").unwrap(),
            count: 1,
        },
        None => Act::Post {
            author: account("actor").unwrap(),
        },
    };
    let mut event = event(0, 0, act);
    event.time = text("time").unwrap().parse().unwrap();
    event.object = text("object").map(|object| ObjectId::parse(object).unwrap());
    let topics = json["topics"].as_array().unwrap().iter();
    event.topics = topics
        .map(|topic| Topic::parse(topic.as_str().unwrap()).unwrap())
        .collect();
    event.topics.sort();
    event
}

#[test]
fn every_explanation_of_real_data_adds_up() {
    let Some(file) = qna() else { return };
    let model = Model::builtin();
    let mut states: BTreeMap<AccountId, AccountState> = Default::default();
    let mut last = DateTime::<Utc>::MIN_UTC;
    for line in std::fs::read_to_string(file).unwrap().lines() {
        let event = read(line);
        last = last.max(event.time);
        let subject = *event.act.subject().unwrap();
        states.entry(subject).or_default().fold(&model, &event);
    }
    let members: Vec<MemberEvidence<'_>> = (states.iter())
        .map(|(id, state)| MemberEvidence {
            accounts: vec![(*id, state)],
            declared: vec![],
        })
        .collect();
    let mut builder = SnapshotBuilder::new(&model, Hierarchy::new(), last);
    members.iter().for_each(|member| builder.add(member));
    let snapshot = builder.finish(SnapshotId(1), ReactionGraph::default());
    for member in &members {
        check_sums(&explain(&model, &snapshot, member, last)).unwrap();
    }
    assert!(members.len() > 200);
}
