//! Merges of two members who are one person: the record, and the rule by which their own
//! values are joined and separated again.
//!
//! The survivor's values win, and what the survivor lacks is added. Consent is the
//! exception: if one of the two has opted out, the joined member has.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::member::MAX_ATTRIBUTES;
use super::{
    Attributes, CallerId, ImportedIndex, IndexName, MemberId, MemberName, MergeId, Scoring, Topic,
};

/// The most interests that a member declares.
const MAX_INTERESTS: usize = 100;
/// The most indices from other systems that a member has.
const MAX_INDICES: usize = 64;

/// A merge of two members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The id of the merge.
    pub id: MergeId,
    /// The member that goes on.
    pub survivor: MemberId,
    /// The member whose identities and claims the survivor got.
    pub absorbed: MemberId,
    /// Why the two are one person.
    pub reason: String,
    /// When they were merged.
    pub merged_at: DateTime<Utc>,
    /// The caller who merged them; `None` for one in the shell.
    pub merged_by: Option<CallerId>,
    /// The undo; `None` while the merge stands.
    pub undone: Option<MergeUndo>,
}

/// The undo of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeUndo {
    /// When it was undone.
    pub at: DateTime<Utc>,
    /// Why the two are not one person.
    pub reason: String,
    /// The caller who undid it; `None` for one in the shell.
    pub by: Option<CallerId>,
}

/// What a business has said about a member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnValues {
    /// Whether the member takes part in scoring.
    pub scoring: Scoring,
    /// The name, if any.
    pub name: Option<MemberName>,
    /// The attributes.
    pub attributes: Attributes,
    /// The declared interests, sorted.
    pub interests: Vec<Topic>,
    /// When the member enrolled.
    pub enrolled_at: DateTime<Utc>,
    /// The indices from other systems.
    pub indices: BTreeMap<IndexName, ImportedIndex>,
}

/// Names of values of a member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValueNames {
    /// Whether the name is one of them.
    pub name: bool,
    /// Names of attributes.
    pub attributes: Vec<String>,
    /// Interests.
    pub interests: Vec<Topic>,
    /// Names of indices.
    pub indices: Vec<IndexName>,
}

/// The joined values of two members.
#[derive(Debug, Clone, PartialEq)]
pub struct JoinedValues {
    /// The values.
    pub values: OwnValues,
    /// Those that the survivor lacked.
    pub added: ValueNames,
    /// Those of which each had another: the survivor's stay.
    pub kept: ValueNames,
    /// Why the two cannot be merged; empty if they can.
    pub conflicts: Vec<String>,
}

impl OwnValues {
    /// Joins the values of the survivor with those of the absorbed member.
    #[must_use]
    pub fn joined(&self, absorbed: &Self) -> JoinedValues {
        let (mut values, mut conflicts) = (self.clone(), Vec::new());
        let (mut added, mut kept) = (ValueNames::default(), ValueNames::default());
        values.enrolled_at = self.enrolled_at.min(absorbed.enrolled_at);
        if absorbed.scoring == Scoring::OptedOut {
            values.scoring = Scoring::OptedOut;
        }
        match (&self.name, &absorbed.name) {
            (None, Some(name)) => {
                values.name = Some(name.clone());
                added.name = true;
            }
            (Some(own), Some(other)) => kept.name = own != other,
            (_, None) => {}
        }
        let mut attributes = self.attributes.as_map().clone();
        for (name, value) in absorbed.attributes.iter() {
            match self.attributes.get(name) {
                None => {
                    attributes.insert(name.to_owned(), value.clone());
                    added.attributes.push(name.to_owned());
                }
                Some(own) if own != value => kept.attributes.push(name.to_owned()),
                Some(_) => {}
            }
        }
        match Attributes::try_from(attributes) {
            Ok(attributes) => values.attributes = attributes,
            Err(_) => conflicts.push(too_many("attributes", MAX_ATTRIBUTES)),
        }
        let lacking = |topic: &&Topic| !self.interests.contains(topic);
        added.interests = absorbed.interests.iter().filter(lacking).cloned().collect();
        values.interests.extend(added.interests.iter().cloned());
        values.interests.sort();
        if values.interests.len() > MAX_INTERESTS {
            conflicts.push(too_many("interests", MAX_INTERESTS));
        }
        for (name, index) in &absorbed.indices {
            match self.indices.get(name) {
                None => {
                    values.indices.insert(name.clone(), index.clone());
                    added.indices.push(name.clone());
                }
                Some(own) if own != index => kept.indices.push(name.clone()),
                Some(_) => {}
            }
        }
        if values.indices.len() > MAX_INDICES {
            conflicts.push(too_many("indices from other systems", MAX_INDICES));
        }
        JoinedValues {
            values,
            added,
            kept,
            conflicts,
        }
    }

    /// Takes away the values that a merge has added and that no caller has changed since.
    /// `before` is what the survivor had before the merge, `absorbed` what the absorbed member
    /// had. Consent is not touched.
    #[must_use]
    pub fn separated(&self, before: &Self, absorbed: &Self) -> Self {
        let mut values = self.clone();
        values.enrolled_at = before.enrolled_at;
        if before.name.is_none() && self.name == absorbed.name {
            values.name = None;
        }
        let came = |name: &str| {
            before.attributes.get(name).is_none()
                && self.attributes.get(name) == absorbed.attributes.get(name)
        };
        let left = self.attributes.iter().filter(|(name, _)| !came(name));
        let left = left.map(|(name, value)| (name.to_owned(), value.clone()));
        // Fewer than before, so they are as valid.
        values.attributes = Attributes::try_from(left.collect::<BTreeMap<_, _>>())
            .unwrap_or_else(|_| self.attributes.clone());
        values.interests.retain(|topic| {
            before.interests.contains(topic) || !absorbed.interests.contains(topic)
        });
        values.indices.retain(|name, index| {
            before.indices.contains_key(name) || absorbed.indices.get(name) != Some(index)
        });
        values
    }
}

fn too_many(what: &str, most: usize) -> String {
    format!("together they have more than {most} {what}; remove some from one of them")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Attribute;

    fn values(name: Option<&str>, attributes: &[(&str, &str)], interests: &[&str]) -> OwnValues {
        let attributes = attributes.iter().map(|(name, value)| {
            let value = Attribute::Text((*value).into());
            ((*name).to_owned(), value)
        });
        let attributes: BTreeMap<String, Attribute> = attributes.collect();
        OwnValues {
            scoring: Scoring::Active,
            name: name.map(|name| MemberName::try_from(name.to_owned()).unwrap()),
            attributes: attributes.try_into().unwrap(),
            interests: interests.iter().map(|t| Topic::parse(t).unwrap()).collect(),
            enrolled_at: DateTime::UNIX_EPOCH,
            indices: BTreeMap::new(),
        }
    }

    #[test]
    fn the_survivors_values_win_and_what_is_lacking_is_added() {
        let survivor = values(None, &[("country", "NL"), ("vip", "no")], &["food"]);
        let absorbed = values(Some("Zoë"), &[("country", "DE"), ("car", "yes")], &["art"]);
        let joined = survivor.joined(&absorbed);
        let both = [("car", "yes"), ("country", "NL"), ("vip", "no")];
        assert_eq!(joined.values, values(Some("Zoë"), &both, &["art", "food"]));
        assert_eq!(joined.kept.attributes, ["country"]);
        assert_eq!(joined.added.attributes, ["car"]);
        assert!(joined.added.name && joined.conflicts.is_empty());
        assert_eq!(joined.values.separated(&survivor, &absorbed), survivor);
        let mut changed = joined.values.clone();
        changed.name = values(Some("Zoe"), &[], &[]).name;
        assert_eq!(changed.separated(&survivor, &absorbed).name, changed.name);
    }

    #[test]
    fn whoever_opted_out_stays_out_on_either_side() {
        let active = values(None, &[], &[]);
        let out = OwnValues {
            scoring: Scoring::OptedOut,
            ..active.clone()
        };
        for (survivor, absorbed) in [(&active, &out), (&out, &active)] {
            assert_eq!(survivor.joined(absorbed).values.scoring, Scoring::OptedOut);
        }
        assert_eq!(active.joined(&active).values.scoring, Scoring::Active);
    }

    #[test]
    fn more_than_a_member_may_have_is_a_conflict() {
        let many = |from: usize| {
            let names: Vec<String> = (from..from + 40).map(|n| format!("a{n}")).collect();
            let pairs: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), "x")).collect();
            values(None, &pairs, &[])
        };
        assert_eq!(many(0).joined(&many(40)).conflicts.len(), 1);
        assert_eq!(many(0).joined(&many(20)).conflicts, [""; 0]);
    }
}
