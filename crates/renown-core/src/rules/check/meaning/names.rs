//! Collects the names in a program that the data of the deployment may have.

use super::conditions;
use crate::rules::condition::mentions::{self, Mention};
use crate::rules::diagnostic::FilePlace;
use crate::rules::known_names::{DataKind, DataName};
use crate::rules::program::Program;
use crate::rules::source::ProgramSource;
use crate::rules::standing::IndexRef;

/// Returns the imported indices, the attributes of members and the networks that a program
/// names, each with the place where it occurs first.
pub(in crate::rules::check) fn named(
    program: &Program,
    file: &ProgramSource<'_>,
    source: &str,
) -> Vec<DataName> {
    let mut named: Vec<DataName> = Vec::new();
    let mut add = |kind, name: &str, place: FilePlace, path: &str| {
        if !named.iter().any(|n| n.kind == kind && n.name == name) {
            let (name, path) = (name.to_owned(), path.to_owned());
            named.push(DataName {
                kind,
                name,
                place,
                path,
            });
        }
    };
    for index in file.standing.keys() {
        if let IndexRef::Imported(name) = index {
            add(
                DataKind::Index,
                name.as_str(),
                file.standing_place,
                "standing",
            );
        }
    }
    for asked in conditions(program, file) {
        for leaf in asked.leaves() {
            let place = asked.node.place_within(source, leaf.offset);
            mentions::in_atom(&leaf.atom, &mut |mention| match mention {
                Mention::Index(slot) => {
                    if let Some(IndexRef::Imported(name)) = program.names.indices.get(slot) {
                        add(DataKind::Index, name.as_str(), place, &asked.path);
                    }
                }
                Mention::Attribute(name) => add(DataKind::Attribute, name, place, &asked.path),
                Mention::Network(name) => add(DataKind::Network, name, place, &asked.path),
                Mention::Tier | Mention::Request | Mention::Table => {}
            });
        }
    }
    named
}
