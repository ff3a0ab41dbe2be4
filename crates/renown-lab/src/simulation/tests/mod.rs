//! Properties of the town, as seen in its events.

mod cast;
mod events;
mod people;

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::{Person, Town, TownConfig, TownRole};
use renown_core::domain::{Act, Event, EventType, Handle};

fn until() -> DateTime<Utc> {
    "2026-10-01T00:00:00Z".parse().unwrap()
}

/// Returns the town of the demo, simulated once for all tests.
fn demo() -> &'static Town {
    static TOWN: OnceLock<Town> = OnceLock::new();
    TOWN.get_or_init(|| Town::simulate(&TownConfig::demo(until())))
}

fn small(seed: u64) -> TownConfig {
    TownConfig {
        seed,
        people: 300,
        guests: 60,
        days: 30,
        bot_minutes: 60,
        ..TownConfig::demo(until())
    }
}

/// Returns a digest of all people and events, handles included.
fn fingerprint(town: &Town) -> String {
    let mut hash = Sha256::new();
    for person in &town.people {
        for identity in person.identities() {
            hash.update(format!("{identity};"));
        }
        let attributes = serde_json::to_string(&person.attributes).unwrap();
        let (name, enrolled, declared) = (&person.name, person.enrolled, &person.declared);
        hash.update(format!("{name};{enrolled:?};{attributes};{declared:?}\n"));
    }
    for event in &town.events {
        let act = event.act.try_map(|h| Ok::<_, Infallible>(h.to_string()));
        let (key, time, network) = (&event.key, event.time, &event.network);
        let (object, topics) = (&event.object, &event.topics);
        let line = format!("{key:?};{time};{network};{object:?};{topics:?};{act:?}\n");
        hash.update(line);
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

/// The reactions and follows that an account received.
#[derive(Debug, Default)]
struct Received {
    reactions: u64,
    reactors: BTreeSet<&'static Handle>,
    contents: BTreeSet<&'static str>,
    times: Vec<DateTime<Utc>>,
    topics: BTreeMap<&'static str, u64>,
}

/// Returns the reactions and follows in the demo's town by account, without
/// reactions to oneself.
fn received() -> &'static BTreeMap<&'static Handle, Received> {
    static RECEIVED: OnceLock<BTreeMap<&'static Handle, Received>> = OnceLock::new();
    RECEIVED.get_or_init(|| {
        let mut all: BTreeMap<&Handle, Received> = BTreeMap::new();
        for event in &demo().events {
            let Act::Reaction {
                actor,
                target,
                count,
                ..
            } = &event.act
            else {
                continue;
            };
            if actor.as_ref() == Some(target) {
                continue;
            }
            let received = all.entry(target).or_default();
            received.reactions += u64::from(*count);
            received.reactors.extend(actor);
            received
                .contents
                .extend(event.object.as_ref().map(|o| o.as_str()));
            received.times.push(event.time);
            for topic in &event.topics {
                *received.topics.entry(topic.as_str()).or_default() += 1;
            }
        }
        all
    })
}

fn received_by(person: &'static Person) -> Vec<&'static Received> {
    let accounts = person.accounts.iter();
    accounts.filter_map(|a| received().get(a)).collect()
}

fn reactions_to(person: &'static Person) -> u64 {
    received_by(person).iter().map(|r| r.reactions).sum()
}

fn reactors_of(person: &'static Person) -> usize {
    received_by(person).iter().map(|r| r.reactors.len()).sum()
}

fn contents_of(person: &'static Person) -> usize {
    received_by(person).iter().map(|r| r.contents.len()).sum()
}

fn played_by(role: TownRole) -> Vec<&'static Person> {
    let people = demo().people.iter();
    people.filter(|p| p.role == role).collect()
}

fn the(role: TownRole) -> &'static Person {
    played_by(role)[0]
}

fn events_of(person: &'static Person) -> impl Iterator<Item = &'static Event<Handle>> {
    demo().events.iter().filter(|event| {
        let people = [event.act.actor(), event.act.target()];
        people
            .into_iter()
            .flatten()
            .any(|who| person.accounts.contains(who))
    })
}

fn count(events: impl Iterator<Item = &'static Event<Handle>>, kind: EventType) -> usize {
    events.filter(|e| e.act.event_type() == kind).count()
}
