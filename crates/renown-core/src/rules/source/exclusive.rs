//! Reads the exclusive group of a perk.

use crate::domain::GroupName;
use crate::rules::diagnostic::FilePlace;
use crate::rules::exclusive::{Exclusive, Pick};
use crate::rules::reader::{Fields, Findings};
use crate::rules::yaml::Value;

pub(in crate::rules) const EXCLUSIVE_FIELDS: &[&str] = &["group", "pick"];

/// The allowed words of `pick`.
pub(in crate::rules) const PICKS: &[(&str, Pick)] = &[
    ("choice", Pick::Choice),
    ("order", Pick::Order),
    ("value", Pick::Value),
];

/// An exclusive group as written.
#[derive(Debug)]
pub(in crate::rules) struct ExclusiveSource {
    pub place: FilePlace,
    pub value: Exclusive,
}

/// Reads `exclusive: welcome` or `exclusive: { group: welcome, pick: value }`; `None` if it is
/// missing or wrong.
pub(super) fn read(perk: &Fields<'_>, findings: &mut Findings) -> Option<ExclusiveSource> {
    let node = perk.node("exclusive")?;
    let (group, pick) = match node.value {
        Value::Map(_) => {
            let path = perk.path_of("exclusive");
            let fields = Fields::open(node, path, EXCLUSIVE_FIELDS, findings)?;
            if fields.node("group").is_none() {
                let hint = "name the group of which a member gets one: 'group: welcome'";
                fields.missing("group", hint, findings);
            }
            let pick = fields.word("pick", PICKS, findings);
            let group = fields.parsed("group", findings, GroupName::parse)?;
            if fields.node("pick").is_some() && pick.is_none() {
                return None;
            }
            (group, pick)
        }
        _ => (perk.parsed("exclusive", findings, GroupName::parse)?, None),
    };
    Some(ExclusiveSource {
        place: node.place,
        value: Exclusive {
            group: group.value,
            pick: pick.map_or_else(Pick::default, |at| at.value),
        },
    })
}
