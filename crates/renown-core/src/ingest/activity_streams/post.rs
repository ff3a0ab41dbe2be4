//! Posts: content that a person has published, with what it replies to and whom it mentions.

use std::borrow::Cow;

use super::node::Node;
use super::people::{Person, is_public, mentioned, said_owner};
use super::plan::{Plan, Plans, Stop};
use super::vocabulary::Meaning;
use super::{Reader, html};
use crate::domain::{EventType, Topic};
use crate::ingest::draft::MAX_TEXT;
use crate::ingest::{IgnoredReason, derived};

/// The most mentions of a post that are counted.
const MAX_MENTIONS: usize = 100;

impl Reader<'_> {
    /// Reads an activity that publishes content.
    pub(super) fn create<'a>(&self, activity: &Node<'a>) -> Plans<'a> {
        let objects = activity.all("object");
        let Some(object) = objects.first() else {
            return Err(Stop::ignored(
                IgnoredReason::NotCounted,
                "it does not say what was created",
            ));
        };
        self.post(activity, object)
    }

    /// Reads content that stands by itself or is the object of an activity. Its id, and not
    /// that of the activity, is the event's: so the same post is the same event in whatever way
    /// it comes, and can be undone when the post is deleted.
    pub(super) fn post<'a>(&self, activity: &Node<'a>, object: &Node<'a>) -> Plans<'a> {
        match Meaning::of(object) {
            Meaning::Content => {}
            Meaning::Unknown if object.is_reference() || object.wording("content").is_some() => {}
            Meaning::Unknown => {
                let detail = "what was created is of a type that is not known here";
                return Err(Stop::ignored(IgnoredReason::UnknownType, detail));
            }
            _ => {
                let detail = "what was created is no post";
                return Err(Stop::ignored(IgnoredReason::NotCounted, detail));
            }
        }
        if !is_public(activity, object) {
            let detail = "it is for some people only";
            return Err(Stop::ignored(IgnoredReason::NotPublic, detail));
        }
        let actor = Person::all(activity, "actor").into_iter().next();
        let Some(actor) = actor.or_else(|| said_owner(object)) else {
            let detail = "neither 'actor' nor 'attributedTo' has the id of a person";
            return Err(Stop::ignored(IgnoredReason::UnknownActor, detail));
        };
        let (id, named) = match object.id() {
            Some(id) => (id.to_owned(), object),
            None => (self.id_of(activity), activity),
        };
        let times = match Meaning::of(activity) {
            // When it was changed says nothing about when it was published.
            Meaning::Update => [object, activity],
            _ => [activity, object],
        };
        let event = |kind, part: Option<String>| {
            Plan::new(kind, derived::event_id(&id, part.as_deref()), named)
                .actor(&actor)
                .time(&times)
                .about(object)
        };
        let tagged: Vec<&Node<'a>> = match activity.at == object.at {
            true => vec![object],
            false => vec![object, activity],
        };
        let parent = object.first("inReplyTo");
        let target = parent.as_ref().and_then(|to| self.replied_to(&tagged, to));
        let first = match (&parent, &target) {
            (Some(parent), Some(target)) => {
                event(EventType::Reply, None).target(target).object(parent)
            }
            _ => event(EventType::Post, None).object(object),
        };
        let mut plans = vec![first];
        let mut known: Vec<_> = [Some(&actor), target.as_ref()]
            .into_iter()
            .flatten()
            .map(|person| self.handle(person))
            .collect();
        for (number, person) in mentioned(&tagged).into_iter().take(MAX_MENTIONS) {
            let handle = self.handle(&person);
            if handle.is_some() && !known.contains(&handle) {
                let part = Some(format!("mention-{number}"));
                plans.push(event(EventType::Mention, part).target(&person));
                known.push(handle);
            }
        }
        Ok(plans)
    }
}

/// Returns the hashtags of content that can be topics.
pub(super) fn topics<'a>(content: &Node<'a>, limit: usize) -> Vec<Cow<'a, str>> {
    let tags = content
        .all("tag")
        .into_iter()
        .filter(|tag| tag.is("Hashtag"));
    let names = tags.filter_map(|tag| tag.first("name")?.text());
    let valid = names.filter(|name| Topic::parse(name).is_ok());
    valid.take(limit).map(Cow::Borrowed).collect()
}

/// Returns the text of content, as far as topics are sought in it.
pub(super) fn text(content: &Node<'_>) -> Option<String> {
    let media_type = content.first("mediaType");
    let media_type = media_type.as_ref().and_then(Node::text);
    let is_html = media_type.is_none_or(|kind| kind.starts_with("text/html"));
    let parts = ["name", "summary", "content"].into_iter();
    let parts = parts.filter_map(|member| content.wording(member));
    let parts: Vec<String> = parts
        .map(|part| match is_html {
            true => html::text_of(part),
            false => part.to_owned(),
        })
        .collect();
    let whole = parts.join("\n");
    let text: String = whole.chars().take(MAX_TEXT).collect();
    (!text.trim().is_empty()).then_some(text)
}
