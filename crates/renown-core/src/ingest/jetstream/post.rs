//! A post, and the reactions that are part of it.

use std::collections::BTreeSet;

use super::record::{Feature, Post, author, collection, named_author};
use super::{Change, POST};
use crate::ingest::Rejection;
use crate::ingest::derived::object_id;
use crate::ingest::draft::Draft;
use crate::ingest::platform::{bounded_text, topics};

/// The parts of a post that are events of their own, in their ids.
pub(super) const REPLY: &str = "reply";
pub(super) const QUOTE: &str = "quote";

impl<'a> Change<'a> {
    /// Returns the post itself; the reply, if the post answers another; the mentions in it; and a
    /// share, if it quotes another post.
    pub(super) fn posted(&self, post: &Post) -> Result<Vec<Draft<'a>>, Rejection> {
        let topics = topics(tags(post));
        let event = |kind, part: Option<&str>| {
            let topics = topics.iter().map(|topic| (*topic).to_owned().into());
            Draft {
                topics: topics.collect(),
                text: bounded_text(post.text.clone().into()),
                ..self.event(kind, part, &post.created_at)
            }
        };
        let own = || Some(object_id(&self.uri).into_owned().into());
        let mut drafts = vec![Draft {
            object: own(),
            ..event("post", None)
        }];
        if let Some(reply) = &post.reply {
            let parent = &reply.parent.uri;
            let target = named_author(&reply.parent, "reply/parent")?;
            drafts.push(Draft {
                target: Some(target.to_owned().into()),
                object: Some(object_id(parent).into_owned().into()),
                ..event("reply", Some(REPLY))
            });
        }
        let quoted = post.embed.as_ref().and_then(|embed| embed.record());
        if let Some(uri) = quoted.filter(|uri| collection(uri) == Some(POST))
            && let Some(target) = author(uri)
        {
            drafts.push(Draft {
                target: Some(target.to_owned().into()),
                object: Some(object_id(uri).into_owned().into()),
                ..event("share", Some(QUOTE))
            });
        }
        for did in mentioned(post) {
            drafts.push(Draft {
                target: Some(did.to_owned().into()),
                object: own(),
                ..event("mention", Some(&format!("mention-{did}")))
            });
        }
        Ok(drafts)
    }
}

/// Returns the accounts that a post mentions, each once.
fn mentioned(post: &Post) -> BTreeSet<&str> {
    let features = post.facets.iter().flat_map(|facet| &facet.features);
    let mentioned = features.filter_map(|feature| match feature {
        Feature::Mention { did } => Some(did.as_str()),
        _ => None,
    });
    mentioned.collect()
}

/// Returns the tags of a post, in its text and beside it.
fn tags(post: &Post) -> impl Iterator<Item = &str> {
    let features = post.facets.iter().flat_map(|facet| &facet.features);
    let in_text = features.filter_map(|feature| match feature {
        Feature::Tag { tag } => Some(tag.as_str()),
        _ => None,
    });
    in_text.chain(post.tags.iter().map(String::as_str))
}
