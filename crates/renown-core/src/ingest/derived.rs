//! Ids that are derived from the ids of documents.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

/// The maximum length of an event's id, in characters.
const MAX_EVENT_ID: usize = 256;
/// The maximum length of an object's id, in characters.
const MAX_OBJECT_ID: usize = 512;
/// The length of the digest at the end of a shortened id, with the sign before it.
const DIGEST: usize = 33;

/// Returns the id of an event that a document gives. The first event of a document has the
/// document's id; the others name a `part` of it: `https://example.social/notes/1#mention-1`.
pub fn event_id(document: &str, part: Option<&str>) -> String {
    let id = match part {
        None => Cow::Borrowed(document),
        Some(part) => Cow::Owned(format!("{document}#{part}")),
    };
    shortened(&id, MAX_EVENT_ID).into_owned()
}

/// Returns the id of a piece of content, in the length that we keep.
pub fn object_id(id: &str) -> Cow<'_, str> {
    shortened(id, MAX_OBJECT_ID)
}

/// Replaces the end of an id that is too long by a digest of the whole, so that different
/// ids stay different.
fn shortened(id: &str, limit: usize) -> Cow<'_, str> {
    if id.len() <= limit || id.chars().count() <= limit {
        return Cow::Borrowed(id);
    }
    let kept = id.char_indices().nth(limit - DIGEST);
    let head = kept.map_or(id, |(end, _)| &id[..end]);
    let digest = Sha256::digest(id.as_bytes());
    Cow::Owned(format!("{head}~{}", hex::encode(&digest[..16])))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{EventId, ObjectId};

    #[test]
    fn a_part_is_named_after_the_documents_id() {
        assert_eq!(event_id("a", None), "a");
        assert_eq!(event_id("a", Some("mention-1")), "a#mention-1");
    }

    proptest! {
        #[test]
        fn ids_of_any_length_are_allowed_and_stay_different(
            one in "[aé]{200,600}",
            end in "[bü]{1,3}",
        ) {
            let other = format!("{one}{end}");
            prop_assert_ne!(event_id(&one, None), event_id(&other, None));
            prop_assert_ne!(object_id(&one), object_id(&other));
            for id in [&one, &other] {
                prop_assert!(EventId::parse(&event_id(id, Some("x"))).is_ok());
                prop_assert!(ObjectId::parse(&object_id(id)).is_ok());
            }
        }
    }
}
