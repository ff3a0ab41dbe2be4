//! The digest of an event's content, which tells a repeated event from a
//! conflict. Digests are stored, so the layout below must stay: fields are
//! appended, never reordered, and an absent field adds no bytes.

use sha2::{Digest as _, Sha256};

use crate::domain::{Act, Event, Handle, Metrics};

/// The first 16 bytes of a SHA-256 hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 16]);

/// Computes the digest of an event with the topics as they were sent (before
/// aliases are resolved, so that a new alias does not turn repetitions into
/// conflicts) and its free text. Source and id are not part of it, nor is a time that the
/// sender did not say: the same document arrives at another time when it is sent again.
pub fn digest(event: &Event<Handle>, says_time: bool, text: Option<&str>) -> Digest {
    let mut hash = Fields(Sha256::new());
    hash.field(b'k', &event.act.event_type().code().to_be_bytes());
    if says_time {
        hash.field(b't', &event.time.timestamp_micros().to_be_bytes());
    }
    hash.field(b'n', event.network.as_str().as_bytes());
    hash.optional(b'a', event.act.actor().map(Handle::name));
    hash.optional(b'g', event.act.target().map(Handle::name));
    hash.optional(b'o', event.object.as_ref().map(AsRef::as_ref));
    for topic in &event.topics {
        hash.field(b'p', topic.as_str().as_bytes());
    }
    hash.optional(b'x', text);
    match &event.act {
        Act::Reaction { count, .. } | Act::Follow { count, .. } => {
            hash.field(b'c', &count.to_be_bytes());
        }
        Act::Purchase { amount, .. } | Act::Refund { amount, .. } => {
            hash.field(b'm', amount.to_string().as_bytes());
        }
        Act::Profile { metrics, .. } => hash.metrics(metrics),
        Act::Undo { id } => hash.field(b'u', id.as_str().as_bytes()),
        Act::Post { .. } | Act::Unfollow { .. } => {}
    }
    let mut digest = [0; 16];
    digest.copy_from_slice(&hash.0.finalize()[..16]);
    Digest(digest)
}

/// Hashes tagged, length-prefixed fields, so that different events never hash
/// the same bytes.
struct Fields(Sha256);

impl Fields {
    fn field(&mut self, tag: u8, bytes: &[u8]) {
        self.0.update([tag]);
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn optional(&mut self, tag: u8, text: Option<&str>) {
        if let Some(text) = text {
            self.field(tag, text.as_bytes());
        }
    }

    fn metrics(&mut self, metrics: &Metrics) {
        let Metrics {
            followers,
            following,
            listed,
            posts,
        } = metrics;
        for (tag, counter) in [
            (b'0', followers),
            (b'1', following),
            (b'2', listed),
            (b'3', posts),
        ] {
            if let Some(counter) = counter {
                self.field(tag, &counter.to_be_bytes());
            }
        }
    }
}
