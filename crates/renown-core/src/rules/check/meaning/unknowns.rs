//! Tests for something low or different that leave out the people of whom it is unknown:
//! mostly newcomers, who are often the ones that are meant.

use super::scale::{self, Comparison};
use super::{Asked, Meaning};
use crate::rules::condition::Problem;
use crate::rules::condition::expr::*;
use crate::rules::condition::print::Show;
use crate::rules::program::Program;

/// Something that may be unknown.
#[derive(Clone, Copy, PartialEq)]
enum Whole<'l> {
    Subject(Subject),
    /// The rank on a topic, by the slot of the topic.
    Rank(usize),
    Attribute(&'l AttributeRef),
}

/// Checks the tests of a condition that only known values pass.
pub(super) fn check(asked: &Asked<'_>, meaning: &mut Meaning<'_, '_>) {
    let leaves = asked.leaves();
    let names = &meaning.program.names;
    if leaves.iter().any(|leaf| is_by_tier(leaf, meaning.program)) {
        return;
    }
    for leaf in &leaves {
        let Some(whole) = left_out(leaf) else {
            continue;
        };
        let mistaken = Comparison::of(leaf).is_some_and(|test| {
            let name = Show(test.quantity, names).to_string();
            scale::finding(&test, &leaves, &name).is_some()
        });
        if mistaken || leaves.iter().any(|other| considers(other, whole)) {
            continue;
        }
        let (name, who, test) = match whole {
            Whole::Subject(subject) => {
                let name = Show(&subject, names).to_string();
                let who = format!("People whose '{name}' is unknown");
                (
                    name.clone(),
                    who,
                    [format!("{name}.unknown"), format!("!{name}.unknown")],
                )
            }
            Whole::Rank(slot) => {
                let rank = Show(&Quantity::Rank(slot), names).to_string();
                let topic = Show(&Subject::Topic(slot), names).to_string();
                let who = format!("People without a '{rank}', which only the first 10,000 have,");
                let tests = [format!("{topic}.unknown"), format!("!{topic}.unknown")];
                (rank, who, tests)
            }
            Whole::Attribute(of) => {
                let name = Show(of, names).to_string();
                let who = format!("Members without '{name}'");
                (
                    name.clone(),
                    who,
                    [format!("!has({name})"), format!("has({name})")],
                )
            }
        };
        let message =
            format!("{who} are left out: an unknown value passes neither a test nor its negation.");
        let problem = Problem::warning("unknown-left-out", leaf.offset, message);
        let [unknown, known] = test;
        let hint = format!(
            "write '({unknown} || …)' to let them in, or '{known} && …' to say that this is meant"
        );
        meaning.say(asked, &name, problem.hint(hint));
    }
}

/// Returns what a test is about, if it is a test for something low or different.
fn left_out(leaf: &Leaf) -> Option<Whole<'_>> {
    match &leaf.atom {
        Atom::Number(..) => {
            let test = Comparison::of(leaf)?;
            // The lower a rank is, the better.
            let low = match test.quantity {
                Quantity::Rank(_) => test.is_lower_bound(),
                _ => test.is_upper_bound(),
            };
            (low || test.op == Op::NotEqual)
                .then(|| whole_of(test.quantity))
                .flatten()
        }
        Atom::Text(Text::Attribute(of), Op::NotEqual, Text::Const(_)) => attribute(of),
        Atom::Among(Text::Attribute(of), List::Const(_)) if leaf.negated => attribute(of),
        Atom::Among(Text::Const(_), List::Attribute(of)) if leaf.negated => attribute(of),
        Atom::AmongNumbers(Num::Quantity(quantity), _) if leaf.negated => whole_of(quantity),
        Atom::Part(_, Text::Attribute(of), Text::Const(_)) if leaf.negated => attribute(of),
        Atom::Items(_, List::Attribute(of), _) if leaf.negated => attribute(of),
        _ => None,
    }
}

fn whole_of(quantity: &Quantity) -> Option<Whole<'_>> {
    match quantity {
        Quantity::Standing(_) => Some(Whole::Subject(Subject::Standing)),
        Quantity::Index(slot, _) => Some(Whole::Subject(Subject::Index(*slot))),
        Quantity::Topic(slot, _) => Some(Whole::Subject(Subject::Topic(*slot))),
        Quantity::Rank(slot) => Some(Whole::Rank(*slot)),
        Quantity::Attribute(of) => attribute(of),
        Quantity::DaysEnrolled => None,
    }
}

/// Returns an attribute of the member. What a request lacks is the caller's business.
fn attribute(of: &AttributeRef) -> Option<Whole<'_>> {
    (of.owner == Owner::Member).then_some(Whole::Attribute(of))
}

/// Whether a test shows that the author thought of the people of whom something is
/// unknown, or asks for something that only known values have.
fn considers(leaf: &Leaf, whole: Whole<'_>) -> bool {
    let of_attribute = |of: &AttributeRef| whole == Whole::Attribute(of);
    match &leaf.atom {
        // A standing is known if one of its indices is.
        Atom::Unknown(subject) => match (whole, subject) {
            (Whole::Subject(Subject::Standing), Subject::Index(_)) => true,
            (Whole::Rank(slot), Subject::Topic(topic)) => slot == *topic,
            _ => whole == Whole::Subject(*subject),
        },
        Atom::Has(of) | Atom::Flag(of) | Atom::FlagIs(of, _) => of_attribute(of),
        Atom::Text(Text::Attribute(of), Op::Equal, _) => of_attribute(of),
        Atom::Among(Text::Attribute(of), _) => !leaf.negated && of_attribute(of),
        _ => Comparison::of(leaf).is_some_and(|test| {
            let known = if matches!(test.quantity, Quantity::Rank(_)) {
                test.is_upper_bound()
            } else {
                test.is_lower_bound()
            };
            (known || test.op == Op::Equal) && whole_of(test.quantity) == Some(whole)
        }),
    }
}

/// Whether a test asks for tiers above the floor: their members are known already.
fn is_by_tier(leaf: &Leaf, program: &Program) -> bool {
    let floor = program.floor().id.as_str();
    match &leaf.atom {
        Atom::Text(Text::Tier, Op::Equal, Text::Const(tier)) => &**tier != floor,
        Atom::Text(Text::Tier, Op::NotEqual, Text::Const(tier)) => &**tier == floor,
        Atom::Among(Text::Tier, List::Const(tiers)) => {
            tiers.iter().any(|tier| &**tier == floor) == leaf.negated
        }
        _ => false,
    }
}
