//! A member as a JSON document, one a line.

use std::collections::BTreeSet;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use super::{MemberRow, RowFault};
use crate::domain::{
    Attributes, AttributesPatch, Identity, Invalid, Member, MemberId, MemberName, Scoring,
    Timestamp, Topic,
};
use crate::ingest::native::{json_pointer, shortened};

/// A line to read: a JSON merge patch, with the identities that the member gets.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default, deserialize_with = "present")]
    id: Option<MemberId>,
    #[serde(default, deserialize_with = "present")]
    identity: Option<String>,
    #[serde(default)]
    identities: Vec<String>,
    #[serde(default, deserialize_with = "present")]
    name: Option<Option<MemberName>>,
    #[serde(default)]
    attributes: AttributesPatch,
    #[serde(default, deserialize_with = "present")]
    interests: Option<Option<Vec<Topic>>>,
    #[serde(default, deserialize_with = "present")]
    scoring: Option<Scoring>,
    #[serde(default, deserialize_with = "present")]
    enrolled_at: Option<Timestamp>,
    /// As the API answers it.
    #[serde(default, rename = "updated_at")]
    _updated_at: Option<IgnoredAny>,
}

/// Reads a value that is there: a null is one only where the type has one.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// Reads a line.
pub(super) fn read(line: &[u8]) -> Result<MemberRow, RowFault> {
    let mut reader = serde_json::Deserializer::from_slice(line);
    let document: Document =
        serde_path_to_error::deserialize(&mut reader).map_err(|error| RowFault {
            at: shortened(json_pointer(error.path())),
            detail: Invalid::new(shortened(error.inner().to_string())),
        })?;
    let broken = |error| RowFault::of_line(Invalid::new(error));
    reader.end().map_err(broken)?;
    let mut identities = BTreeSet::from_iter(document.id.map(Identity::Member));
    let named = document
        .identity
        .iter()
        .map(|text| (text, "/identity".to_owned()));
    let listed = document.identities.iter().enumerate();
    let listed = listed.map(|(index, text)| (text, format!("/identities/{index}")));
    for (text, at) in named.chain(listed) {
        let identity = text.parse().map_err(|detail| RowFault { at, detail })?;
        identities.insert(identity);
    }
    let row = MemberRow {
        identities,
        name: document.name,
        attributes: document.attributes,
        interests: document.interests.map(Option::unwrap_or_default),
        scoring: document.scoring,
        enrolled_at: document.enrolled_at.map(Timestamp::get),
    };
    row.checked()
}

/// A line to write.
#[derive(Serialize)]
struct Written<'m> {
    id: MemberId,
    identities: Vec<String>,
    name: Option<&'m MemberName>,
    scoring: Scoring,
    attributes: &'m Attributes,
    interests: &'m [Topic],
    enrolled_at: chrono::DateTime<chrono::Utc>,
}

/// Writes a member as one line, with its line feed.
pub(super) fn write(member: &Member, identities: &[Identity]) -> String {
    let written = Written {
        id: member.id,
        identities: identities.iter().map(ToString::to_string).collect(),
        name: member.name.as_ref(),
        scoring: member.scoring,
        attributes: &member.attributes,
        interests: &member.interests,
        enrolled_at: member.enrolled_at,
    };
    let mut line = serde_json::to_string(&written).unwrap_or_default();
    line.push('\n');
    line
}
