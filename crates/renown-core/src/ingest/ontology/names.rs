//! Decides which topic gets a name that an ontology gives to several.

use std::collections::{BTreeMap, BTreeSet};

use super::{Draft, Summary};
use crate::domain::Topic;
use crate::ingest::dictionary::Key;

/// The topics that claim a name.
enum Claim {
    /// The topic whose slug it is: no other topic gets it.
    Slug(usize),
    /// Topics with this name; if there are several, none gets it.
    Names(BTreeSet<usize>),
}

/// Leaves every name to at most one topic, once, and drops names that repeat
/// the slug.
pub(super) fn settle(drafts: &mut [Draft], summary: &mut Summary) {
    let mut claims: BTreeMap<Key, Claim> = (drafts.iter().enumerate())
        .map(|(place, draft)| (Key::of(&draft.slug), Claim::Slug(place)))
        .collect();
    let named: Vec<Vec<(String, Key)>> = (drafts.iter_mut())
        .map(|draft| usable(draft, summary))
        .collect();
    for (place, names) in named.iter().enumerate() {
        for (_, key) in names {
            let claim = claims
                .entry(key.clone())
                .or_insert_with(|| Claim::Names(BTreeSet::new()));
            if let Claim::Names(claimants) = claim {
                claimants.insert(place);
            }
        }
    }
    for (place, names) in named.into_iter().enumerate() {
        for (written, key) in names {
            match &claims[&key] {
                Claim::Slug(owner) if *owner != place => summary.left_to_slug += 1,
                Claim::Names(claimants) if claimants.len() > 1 => {
                    summary.ambiguous_names.insert(key);
                }
                _ => drafts[place].names.push(written),
            }
        }
    }
}

/// Takes from the draft the names that are valid topics and not repetitions.
fn usable(draft: &mut Draft, summary: &mut Summary) -> Vec<(String, Key)> {
    let mut seen = BTreeSet::from([draft.slug.clone()]);
    let mut usable = Vec::new();
    for written in std::mem::take(&mut draft.names) {
        match Topic::parse(&written) {
            Ok(name) if !seen.insert(name.clone()) => summary.repeated_names += 1,
            Ok(name) => {
                let key = Key::of(&name);
                usable.push((written, key));
            }
            Err(_) => summary.unusable_names += 1,
        }
    }
    usable
}
