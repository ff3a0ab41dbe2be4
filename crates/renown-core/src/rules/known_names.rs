//! The names in a program that mean something only if the data of the deployment has them:
//! imported indices, attributes of members, and networks.

use std::collections::BTreeSet;

use super::diagnostic::{Diagnostic, FilePlace, nearest};
use super::program::Compiled;

/// The kind of a name that the data of a deployment may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataKind {
    /// An imported index.
    Index,
    /// An attribute of members.
    Attribute,
    /// A network of accounts.
    Network,
}

/// A name in a program that the data of a deployment may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataName {
    /// The kind of the name.
    pub kind: DataKind,
    /// The name itself.
    pub name: String,
    /// Where it occurs first.
    pub(super) place: FilePlace,
    /// The path of the field in which it occurs first.
    pub(super) path: String,
}

/// The names that the data of a deployment has. A kind without names is not judged: the
/// deployment has no such data yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownNames(BTreeSet<(DataKind, String)>);

impl FromIterator<(DataKind, String)> for KnownNames {
    fn from_iter<T: IntoIterator<Item = (DataKind, String)>>(names: T) -> Self {
        Self(names.into_iter().collect())
    }
}

impl KnownNames {
    /// Returns the warning about a name that nothing in the data has.
    fn judge(&self, wanted: &DataName) -> Option<Diagnostic> {
        let (kind, name) = (wanted.kind, wanted.name.as_str());
        let of_kind = || self.0.iter().filter(|(known, _)| *known == kind);
        let mut names = of_kind().map(|(_, name)| name.as_str()).peekable();
        names.peek()?;
        if names.any(|known| known == name) {
            return None;
        }
        let (code, message) = match kind {
            DataKind::Index => ("unknown-index", format!("No member has an index '{name}'.")),
            DataKind::Attribute => (
                "unknown-attribute",
                format!("No member has an attribute '{name}'."),
            ),
            DataKind::Network => (
                "unknown-network",
                format!("No account is of a network '{name}'."),
            ),
        };
        let finding = Diagnostic::warning(code, wanted.place, wanted.path.as_str(), message);
        let near = nearest(name, of_kind().map(|(_, name)| name.as_str()));
        Some(finding.hint(near.map_or_else(
            || "it is unknown for everybody until the data has it".to_owned(),
            |near| format!("did you mean '{near}'?"),
        )))
    }
}

impl Compiled {
    /// Adds a warning for each name that nothing in the data of the deployment has.
    pub fn compare_with(&mut self, known: &KnownNames) {
        let unknown = self.named.iter().filter_map(|named| known.judge(named));
        self.warnings.extend(unknown);
        self.warnings
            .sort_by_key(|finding| (finding.line, finding.column));
    }
}
