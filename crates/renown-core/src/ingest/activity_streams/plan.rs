//! Events that a document gives: drafts, and where in the document their members are.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Reader;
use super::node::Node;
use super::people::Person;
use crate::domain::{EventType, host_of};
use crate::ingest::draft::{Draft, MAX_TOPICS, judge};
use crate::ingest::{Ignored, IgnoredReason, Parsed, Rejection, derived};

/// The draft of an event.
pub(super) struct Plan<'a> {
    pub(super) draft: Draft<'a>,
    /// The address of a person whose host is the source, if the document's id has no host.
    pub(super) origin: Option<Cow<'a, str>>,
    /// The pointers to members in the document, by those in the draft.
    places: BTreeMap<&'static str, String>,
}

/// Why a document gives no events.
pub(super) enum Stop {
    Ignored(Ignored),
    Rejected(Rejection),
}

impl Stop {
    pub(super) fn ignored(reason: IgnoredReason, detail: impl ToString) -> Self {
        Self::Ignored(Ignored::new(reason, detail))
    }
}

/// The events of a document.
pub(super) type Plans<'a> = Result<Vec<Plan<'a>>, Stop>;

impl<'a> Plan<'a> {
    /// Begins an event with the id that a document gives it.
    pub(super) fn new(kind: EventType, id: String, document: &Node<'_>) -> Self {
        let draft = Draft {
            id: id.into(),
            kind: kind.as_str().into(),
            ..Draft::default()
        };
        let places = [("/id", format!("{}/id", document.at))].into();
        Self {
            draft,
            origin: None,
            places,
        }
    }

    pub(super) fn actor(mut self, person: &Person<'a>) -> Self {
        self.draft.actor = Some(person.address.clone());
        self.places.insert("/actor", person.at.clone());
        self
    }

    pub(super) fn target(mut self, person: &Person<'a>) -> Self {
        self.draft.target = Some(person.address.clone());
        self.places.insert("/target", person.at.clone());
        self
    }

    /// Names the content that was acted on.
    pub(super) fn object(mut self, object: &Node<'a>) -> Self {
        self.draft.object = object.id().map(derived::object_id);
        self.places.insert("/object", object.at.clone());
        self
    }

    pub(super) fn undo(mut self, id: String, object: &Node<'_>) -> Self {
        self.draft.undo = Some(id.into());
        self.places.insert("/undo", object.at.clone());
        self
    }

    /// Takes the time of publication that the first of the nodes says, else that of the last
    /// change. Without any, the event happens when it arrives.
    pub(super) fn time(self, nodes: &[&Node<'a>]) -> Self {
        let names = ["published", "updated"].into_iter();
        let mut said = names.flat_map(|name| nodes.iter().filter_map(move |n| n.first(name)));
        let said = said.next();
        self.at_time(said)
    }

    /// Takes the time of the last change.
    pub(super) fn time_updated(self, node: &Node<'a>) -> Self {
        self.at_time(node.first("updated"))
    }

    fn at_time(mut self, said: Option<Node<'a>>) -> Self {
        if let Some(time) = said {
            self.draft.time = Some(with_seconds(time.text().unwrap_or_default()));
            self.places.insert("/time", time.at);
        }
        self
    }

    /// Takes the topics and the text of a piece of content, if the document has them.
    pub(super) fn about(mut self, content: &Node<'a>) -> Self {
        self.draft.topics = super::post::topics(content, MAX_TOPICS);
        self.draft.text = super::post::text(content).map(Cow::Owned);
        self
    }
}

/// Adds the seconds, which ActivityStreams allows to leave out, and RFC 3339 does not.
fn with_seconds(time: &str) -> Cow<'_, str> {
    let lacks = |rest: &str| !rest.starts_with(':');
    match (time.get(..16), time.get(16..)) {
        (Some(minutes), Some(zone)) if lacks(zone) => format!("{minutes}:00{zone}").into(),
        _ => time.into(),
    }
}

impl Reader<'_> {
    /// Checks a draft, and points into the document if it is refused.
    pub(super) fn judged(&self, plan: Plan<'_>) -> Result<Parsed, Rejection> {
        let source = self.source(&plan)?;
        let Plan {
            mut draft, places, ..
        } = plan;
        draft.network = Cow::Owned(self.network.as_str().to_owned());
        draft.source = source.into();
        let place = |pointer: &str| places.get(pointer).cloned().unwrap_or_default();
        judge(&draft, self.context).map_err(|rejection| rejection.placed(place))
    }

    /// Returns the source: the one that the sender gave, else the host of the document's id, or
    /// of a person in it.
    fn source(&self, plan: &Plan<'_>) -> Result<String, Rejection> {
        if let Some(source) = &self.context.given.source {
            return Ok(source.as_str().to_owned());
        }
        let draft = &plan.draft;
        let people = [&draft.actor, &plan.origin, &draft.target];
        let people = people.into_iter().flatten();
        let mut addresses = [&draft.id].into_iter().chain(people);
        addresses
            .find_map(|address| host_of(address).or_else(|| host_of_name(address)))
            .ok_or_else(|| {
                let detail = "no id in the document has a host: say with 'source' where it is from";
                Rejection::invalid("", detail)
            })
    }
}

/// Returns the host of `name@host`.
fn host_of_name(name: &str) -> Option<String> {
    let (_, host) = name.rsplit_once('@')?;
    (!host.is_empty() && !name.contains('/')).then(|| host.to_ascii_lowercase())
}
