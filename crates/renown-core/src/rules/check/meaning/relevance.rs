//! Perks that go only to people who care about a topic, and ask that nothing is known of
//! it.

use super::{Meaning, conditions};
use crate::fairness::relevance::Demand;
use crate::rules::condition::Problem;
use crate::rules::condition::expr::*;
use crate::rules::diagnostic::Severity;

/// Checks the perks with `relevance: required`.
pub(super) fn check(meaning: &mut Meaning<'_, '_>) {
    let program = meaning.program;
    for asked in conditions(program, meaning.file) {
        let perks = program.perks.iter().zip(&meaning.file.perks);
        let of = perks
            .filter(|(perk, _)| perk.relevance == Demand::Required)
            .find(|(_, written)| asked.path == format!("{}.when", written.path));
        let Some((perk, _)) = of else { continue };
        let mut demanded = Vec::new();
        demands(&asked.condition.tree, &mut demanded);
        // Whether none of the topics is left that could make the perk relevant.
        let never = perk.slots.iter().all(|slot| demanded.contains(slot));
        let unknown = asked.leaves().into_iter().find_map(|leaf| match leaf.atom {
            Atom::Unknown(Subject::Topic(slot)) if !leaf.negated && perk.slots.contains(&slot) => {
                Some((leaf.offset, slot))
            }
            _ => None,
        });
        let Some((offset, slot)) = unknown else {
            continue;
        };
        let topic = &program.names.topics[slot];
        let message = format!(
            "'relevance: required' gives this only to people who care about one of its topics, and this asks that nothing is known of '{topic}'."
        );
        let severity = if never {
            Severity::Error
        } else {
            Severity::Warning
        };
        let problem = Problem {
            severity,
            ..Problem::new("relevance-of-unknown", offset, message)
        };
        let hint = "write 'relevance: preferred' to let in people whose topics are all unknown";
        meaning.say(&asked, perk.id.as_str(), problem.hint(hint));
    }
}

/// Adds the topics of which a condition always demands that nothing is known.
fn demands(tree: &Bool, topics: &mut Vec<usize>) {
    match tree {
        Bool::All(parts) => parts.iter().for_each(|part| demands(part, topics)),
        Bool::Leaf(Leaf {
            negated: false,
            atom: Atom::Unknown(Subject::Topic(slot)),
            ..
        }) => topics.push(*slot),
        Bool::Any(_) | Bool::Leaf(_) => {}
    }
}
