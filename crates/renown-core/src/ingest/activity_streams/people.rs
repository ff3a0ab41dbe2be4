//! Who is meant: the people in a document, and whose content it is about.

use std::borrow::Cow;

use super::Reader;
use super::node::Node;
use super::vocabulary::Meaning;
use crate::domain::{Handle, host_of, names_actor, owner_of_content};

/// The address of the public (ActivityPub, section 5.6), in the spellings that servers use.
const PUBLIC: [&str; 3] = [
    "https://www.w3.org/ns/activitystreams#Public",
    "as:Public",
    "Public",
];
/// The members that say for whom a document is.
const AUDIENCES: [&str; 5] = ["to", "cc", "bto", "bcc", "audience"];

/// A person in a document. The handle is read from the address.
#[derive(Debug, Clone)]
pub(super) struct Person<'a> {
    pub(super) address: Cow<'a, str>,
    /// The JSON pointer to it.
    pub(super) at: String,
}

impl<'a> Person<'a> {
    /// Returns the person that a node names, if it does by an id: a name is no handle.
    pub(super) fn of(node: &Node<'a>) -> Option<Self> {
        let address = node.id()?.into();
        let at = node.at.clone();
        Some(Self { address, at })
    }

    /// Returns the people that a member names.
    pub(super) fn all(node: &Node<'a>, member: &str) -> Vec<Self> {
        let named = node.all(member);
        named.iter().filter_map(Self::of).collect()
    }
}

impl Reader<'_> {
    /// Returns the handle of a person, if the address can be one.
    pub(super) fn handle(&self, person: &Person<'_>) -> Option<Handle> {
        Handle::parse(&self.network, &person.address).ok()
    }

    /// Returns whose content an object of an activity is: as the object says; else as its
    /// address says; else the one person to whom the activity is sent.
    pub(super) fn owner<'a>(&self, object: &Node<'a>, activity: &Node<'a>) -> Option<Person<'a>> {
        if is_person(object) {
            return Person::of(object);
        }
        said_owner(object)
            .or_else(|| addressed_owner(object))
            .or_else(|| self.only_recipient(activity))
    }

    fn only_recipient<'a>(&self, activity: &Node<'a>) -> Option<Person<'a>> {
        let actors = Person::all(activity, "actor");
        let mut people = activity.all("to").into_iter().filter(|node| {
            let id = node.id().unwrap_or_default();
            let is_list = PUBLIC.contains(&id) || id.ends_with("/followers");
            !is_list && !actors.iter().any(|actor| actor.address == id)
        });
        match (people.next(), people.next()) {
            (Some(only), None) => Person::of(&only),
            _ => None,
        }
    }

    /// Returns to whom a post replies: the owner of the other post; else the one person on its
    /// server whom the post mentions.
    pub(super) fn replied_to<'a>(
        &self,
        tagged: &[&Node<'a>],
        other: &Node<'a>,
    ) -> Option<Person<'a>> {
        let owner = said_owner(other).or_else(|| addressed_owner(other));
        owner.or_else(|| {
            let host = host_of(other.id()?)?;
            let mut mentioned = mentioned(tagged).into_iter().map(|(_, person)| person);
            let mut there = mentioned
                .by_ref()
                .filter(|person| host_of(&person.address).as_ref() == Some(&host));
            match (there.next(), there.next()) {
                (Some(only), None) => Some(only),
                _ => None,
            }
        })
    }
}

/// Returns whether a node is a person: it says so, or its address has a name as those of
/// people have.
pub(super) fn is_person(node: &Node<'_>) -> bool {
    match Meaning::of(node) {
        Meaning::Actor => true,
        Meaning::Unknown if node.is_reference() => node.id().is_some_and(names_actor),
        _ => false,
    }
}

/// Returns the owner that an object names. Of several, a person goes before a group: a video
/// belongs to an account and a channel.
pub(super) fn said_owner<'a>(object: &Node<'a>) -> Option<Person<'a>> {
    let named = ["attributedTo", "actor"].into_iter();
    let named: Vec<Node<'a>> = named.flat_map(|member| object.all(member)).collect();
    let person = named.iter().filter(|node| node.is("Person"));
    person.chain(&named).find_map(Person::of)
}

/// Returns the owner that the address of an object, or of its page, names.
fn addressed_owner<'a>(object: &Node<'a>) -> Option<Person<'a>> {
    let pages = object.all("url");
    let addresses = [object].into_iter().chain(&pages);
    addresses
        .filter_map(|node| Some((owner_of_content(node.id()?)?, node)))
        .map(|(owner, node)| Person {
            address: owner.into(),
            at: node.at.clone(),
        })
        .next()
}

/// Returns the people whom a post mentions, each with its number among the mentions. Some
/// servers tag the post, others the activity.
pub(super) fn mentioned<'a>(tagged: &[&Node<'a>]) -> Vec<(usize, Person<'a>)> {
    let tags = tagged.iter().flat_map(|node| node.all("tag"));
    let mentions = tags.filter(|tag| tag.is("Mention"));
    let person = |tag: Node<'a>| {
        Person::of(&tag).or_else(|| {
            let name = tag.first("name")?;
            let whole = name
                .text()
                .filter(|name| name.trim_start_matches('@').contains('@'))?;
            let at = name.at;
            Some(Person {
                address: whole.into(),
                at,
            })
        })
    };
    let numbered = (1..).zip(mentions.map(person));
    numbered
        .filter_map(|(number, person)| Some((number, person?)))
        .collect()
}

/// Returns whether an activity and its object are public: they name no recipients, or the public
/// is among the recipients.
pub(super) fn is_public(activity: &Node<'_>, object: &Node<'_>) -> bool {
    let named = [activity, object].into_iter();
    let mut named = named
        .flat_map(|node| AUDIENCES.into_iter().flat_map(|member| node.all(member)))
        .peekable();
    named.peek().is_none() || named.any(|node| node.id().is_some_and(|id| PUBLIC.contains(&id)))
}
