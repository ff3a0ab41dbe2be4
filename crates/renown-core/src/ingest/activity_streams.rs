//! ActivityStreams 2.0: what servers of the fediverse send to each other, and what other
//! systems export. `docs/formats.md` says what each activity becomes.

mod activity;
pub(super) mod html;
mod node;
mod people;
mod plan;
mod post;
mod vocabulary;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::{Context, Ignored, IgnoredReason, Mapped, Rejection};
use crate::domain::Network;
use node::Node;
use plan::Stop;

/// The network of handles, if the sender says nothing else: that under which people of the
/// fediverse are usually enrolled.
const NETWORK: &str = "mastodon";

/// Reads one document: what it needs for all activities in it.
struct Reader<'c> {
    context: &'c Context<'c>,
    network: Network,
    /// The id of a document that has none of its own.
    own_id: Option<&'c str>,
}

/// Parses one document. `own_id` is the id of one that has none; else it is a digest of it.
pub(super) fn parse(
    item: &[u8],
    own_id: Option<&str>,
    context: &Context<'_>,
) -> Result<Mapped, Rejection> {
    let document: Value = serde_json::from_slice(item)
        .map_err(|error| Rejection::malformed(format_args!("not valid JSON: {error}")))?;
    let node = Node::root(&document);
    if node.text().is_some() {
        let detail = "this is the address of a document; send the document";
        return Ok(Ignored::new(IgnoredReason::ReferenceOnly, detail).into());
    }
    if !document.is_object() {
        return Err(Rejection::invalid("", "a document is a JSON object"));
    }
    let network = match &context.given.network {
        Some(network) => network.clone(),
        None => Network::parse(NETWORK).map_err(|invalid| Rejection::invalid("", invalid))?,
    };
    let reader = Reader {
        context,
        network,
        own_id,
    };
    match reader.document(&node) {
        Ok(plans) => {
            let events = plans.into_iter().map(|plan| reader.judged(plan));
            Ok(Mapped::Events(events.collect::<Result<_, _>>()?))
        }
        Err(Stop::Ignored(ignored)) => Ok(ignored.into()),
        Err(Stop::Rejected(rejection)) => Err(rejection),
    }
}

/// The members of a collection that hold its items.
#[derive(Deserialize)]
struct Peek<'a> {
    #[serde(rename = "type", alias = "@type", borrow)]
    kind: &'a RawValue,
    #[serde(default, borrow)]
    items: Option<&'a RawValue>,
    #[serde(default, rename = "orderedItems", borrow)]
    ordered: Option<&'a RawValue>,
    #[serde(default, borrow)]
    first: Option<&'a RawValue>,
}

/// Returns the JSON of the lists of items of a document that is a collection, as it is
/// written in the document; empty if it is none, or has its items elsewhere.
pub fn collected(document: &[u8]) -> Vec<&[u8]> {
    let mut lists = Vec::new();
    if let Ok(collection) = serde_json::from_slice::<Peek<'_>>(document) {
        collection.lists(&mut lists);
        let page = collection.first.map(RawValue::get);
        let page = page.and_then(|page| serde_json::from_str::<Peek<'_>>(page).ok());
        if let Some(page) = page {
            page.lists(&mut lists);
        }
    }
    lists
}

impl<'a> Peek<'a> {
    fn lists(&self, found: &mut Vec<&'a [u8]>) {
        let Ok(kind) = serde_json::from_str::<Value>(self.kind.get()) else {
            return;
        };
        let document = serde_json::json!({"type": kind});
        if vocabulary::Meaning::of(&Node::root(&document)) == vocabulary::Meaning::Collection {
            let lists = [self.items, self.ordered].into_iter().flatten();
            found.extend(lists.map(|list| list.get().as_bytes()));
        }
    }
}

impl Reader<'_> {
    /// Returns the id of a document: its own, or one that follows from its content, so that
    /// the same document has the same id.
    fn id_of(&self, node: &Node<'_>) -> String {
        match (node.id(), self.own_id) {
            (Some(id), _) => id.to_owned(),
            (None, Some(id)) if node.at.is_empty() => id.to_owned(),
            _ => format!("digest:{}", content_digest(node)),
        }
    }
}

/// Returns a digest of what a document says. Which context it names is no part of it.
fn content_digest(node: &Node<'_>) -> String {
    let mut content = node.value().clone();
    if let Some(members) = content.as_object_mut() {
        members.remove("@context");
    }
    // Members are sorted by name.
    let digest = Sha256::digest(content.to_string());
    hex::encode(&digest[..16])
}

#[cfg(test)]
mod tests;
