//! Reads the limits of the whole program.

use std::str::FromStr;

use crate::domain::Money;
use crate::rules::reader::{At, Fields, Findings};

use super::MOST_UNITS;

pub(in crate::rules) const LIMIT_FIELDS: &[&str] = &["per_member", "per_day", "budget"];

/// The limits as written.
#[derive(Debug, Default)]
pub(in crate::rules) struct LimitsSource {
    pub per_member: Option<At<i64>>,
    pub per_day: Option<At<i64>>,
    pub budget: Option<At<Money>>,
}

/// Reads the field `limits`; no limits if it is missing.
pub(super) fn read(fields: &Fields<'_>, findings: &mut Findings) -> LimitsSource {
    let node = fields.node("limits");
    let fields = node.and_then(|node| {
        let path = fields.path_of("limits");
        Fields::open(node, path, LIMIT_FIELDS, findings)
    });
    let Some(fields) = fields else {
        return LimitsSource::default();
    };
    LimitsSource {
        per_member: fields.whole("per_member", (1, MOST_UNITS), findings),
        per_day: fields.whole("per_day", (1, MOST_UNITS), findings),
        budget: fields.parsed("budget", findings, Money::from_str),
    }
}
