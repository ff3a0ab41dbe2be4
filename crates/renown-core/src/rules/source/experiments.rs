//! Reads the experiment of a perk or of the whole program.

use crate::rules::diagnostic::FilePlace;
use crate::rules::experiment::Holdout;
use crate::rules::reader::{At, Fields, Findings};

pub(in crate::rules) const EXPERIMENT_FIELDS: &[&str] = &["hold_back", "salt"];

/// An experiment as written.
#[derive(Debug)]
pub(in crate::rules) struct ExperimentSource {
    pub path: String,
    pub place: FilePlace,
    pub hold_back: Option<At<Holdout>>,
    pub salt: Option<At<String>>,
}

/// Reads the field `experiment`; `None` if it is missing.
pub(super) fn read(fields: &Fields<'_>, findings: &mut Findings) -> Option<ExperimentSource> {
    let node = fields.node("experiment")?;
    let path = fields.path_of("experiment");
    let fields = Fields::open(node, path, EXPERIMENT_FIELDS, findings)?;
    if fields.node("hold_back").is_none() {
        let hint = "say what share of people it is held back from: 'hold_back: 10%'";
        fields.missing("hold_back", hint, findings);
    }
    Some(ExperimentSource {
        place: fields.place,
        hold_back: fields.parsed("hold_back", findings, Holdout::parse),
        salt: fields.text("salt", 64, findings),
        path: fields.path,
    })
}
