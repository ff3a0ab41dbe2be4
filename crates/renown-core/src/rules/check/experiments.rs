//! Checks the experiment of a perk, and compiles experiments.

use crate::rules::diagnostic::Diagnostic;
use crate::rules::experiment::Experiment;
use crate::rules::reader::Findings;
use crate::rules::source::{ExperimentSource, Giver, PerkSource};

/// Compiles an experiment. Without a salt in the file, `about` is the salt. Returns `None`
/// if the share is wrong; that was reported already.
pub(super) fn compile(written: &ExperimentSource, about: &str) -> Option<Experiment> {
    let salt = written.salt.as_ref().map(|at| at.value.clone());
    Some(Experiment {
        salt: salt.unwrap_or_else(|| about.to_owned()),
        hold_back: written.hold_back.as_ref()?.value,
    })
}

/// Reports an experiment of a perk that only grants give, because a grant is never held
/// back.
pub(super) fn check(perk: &PerkSource<'_>, findings: &mut Findings) {
    if let (Giver::Grants, Some(experiment)) = (perk.by, &perk.experiment) {
        let message = "What only people give is held back from nobody.";
        let path = experiment.path.clone();
        let finding = Diagnostic::error("needless-experiment", experiment.place, path, message);
        findings.add(finding.hint("leave out 'experiment', or 'by: grants'"));
    }
}
