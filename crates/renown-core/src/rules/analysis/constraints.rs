//! Constraints between variables: which are known together, the order of a score
//! and its bounds, and a standing as the mean of its indices.

use super::Scene;
use super::domains::{Domains, Empty};
use super::model::Known;
use super::values::Value;
use super::variable::Variable;
use crate::rules::condition::expr::*;
use crate::rules::standing::IndexRef;

/// The tolerance for a sum of shares, well above the rounding of the evaluation.
const NOISE: f64 = 1e-6;
/// The number of the value `Unknown`.
const UNKNOWN: usize = 0;
/// The score and its bounds, in ascending order.
const BOUNDED: [Facet; 3] = [Facet::Lower, Facet::Score, Facet::Upper];

/// The constraints of one model.
#[derive(Debug)]
pub(super) struct Constraints {
    groups: Vec<Group>,
    blend: Option<Blend>,
    /// For each test for a text in a list: its variable, that of the attribute, and the
    /// attribute's value `List`.
    lists: Vec<(usize, usize, usize)>,
}

/// Variables that are known or unknown together.
#[derive(Debug)]
struct Group {
    known: usize,
    /// Lower bound, score and upper bound; `None` for those that no test reads.
    bounded: [Option<usize>; 3],
    percentile: Option<usize>,
    /// The numbers of the topic.
    topic: Vec<usize>,
    /// Whether the index is imported, and so has no interval.
    imported: bool,
}

/// The standing, and its indices with their shares.
#[derive(Debug)]
struct Blend {
    standing: usize,
    parts: Vec<(f64, usize)>,
}

impl Constraints {
    /// Returns the constraints between variables.
    pub(super) fn new(scene: &Scene<'_>, variables: &[Known]) -> Self {
        let mut subjects = Vec::new();
        let mut groups = Vec::new();
        for (i, known) in variables.iter().enumerate() {
            if let Variable::Known(subject) = known.variable {
                subjects.push(subject);
                groups.push(Group::new(scene, variables, (i, subject)));
            }
        }
        let group = |wanted| subjects.iter().position(|subject| *subject == wanted);
        let blend = group(Subject::Standing).map(|standing| Blend {
            standing,
            parts: scene
                .bindings
                .shares
                .iter()
                .filter_map(|share| Some((share.share, group(Subject::Index(share.slot))?)))
                .collect(),
        });
        let list = |(i, known): (usize, &Known)| {
            let Variable::Holds(_, of) = &known.variable else {
                return None;
            };
            let attribute = Variable::Attribute(of.clone());
            let at = variables
                .iter()
                .position(|known| known.variable == attribute)?;
            let list = variables[at]
                .values
                .iter()
                .position(|v| *v == Value::List)?;
            Some((i, at, list))
        };
        Self {
            lists: variables.iter().enumerate().filter_map(list).collect(),
            groups,
            blend,
        }
    }

    /// Removes the values that the constraints exclude. Says whether any was removed.
    pub(super) fn narrow(&self, variables: &[Known], domains: &mut Domains) -> Result<bool, Empty> {
        let mut state = State {
            variables,
            domains,
            changed: false,
        };
        for group in &self.groups {
            group.narrow(&mut state)?;
        }
        if let Some(blend) = &self.blend {
            blend.narrow(&self.groups, &mut state)?;
        }
        for &(holds, attribute, list) in &self.lists {
            state.tie(
                (holds, |value| value != UNKNOWN),
                (attribute, |value| value == list),
            )?;
        }
        Ok(state.changed)
    }
}

/// The domains during a pass.
struct State<'s> {
    variables: &'s [Known],
    domains: &'s mut Domains,
    changed: bool,
}

impl State<'_> {
    fn keep(&mut self, variable: usize, wanted: impl Fn(usize) -> bool) -> Result<(), Empty> {
        self.changed |= self.domains.keep(variable, wanted)?;
        Ok(())
    }

    fn can(&self, variable: usize, wanted: impl Fn(usize) -> bool) -> bool {
        self.domains.values(variable).any(wanted)
    }

    /// Makes one condition hold exactly if the other does.
    fn tie(
        &mut self,
        (a, a_holds): (usize, impl Fn(usize) -> bool),
        (b, b_holds): (usize, impl Fn(usize) -> bool),
    ) -> Result<(), Empty> {
        if !self.can(a, &a_holds) {
            self.keep(b, |value| !b_holds(value))?;
        }
        if !self.can(a, |value| !a_holds(value)) {
            self.keep(b, &b_holds)?;
        }
        if !self.can(b, &b_holds) {
            self.keep(a, |value| !a_holds(value))?;
        }
        if !self.can(b, |value| !b_holds(value)) {
            self.keep(a, &a_holds)?;
        }
        Ok(())
    }

    /// Returns whether a group can be known, and whether it can be unknown.
    fn known(&self, group: &Group) -> (bool, bool) {
        let can = |value| self.domains.has(group.known, value);
        (can(1), can(0))
    }

    /// Returns the range that is left for a number, if it is known.
    fn bounds(&self, group: &Group, facet: usize) -> (f64, f64) {
        let ends = |variable: Option<usize>| {
            let variable = variable?;
            let region = |value| self.variables[variable].region(value);
            let mut regions = self.domains.values(variable).filter_map(region);
            let first = regions.next()?;
            Some((first.low, regions.next_back().unwrap_or(first).high))
        };
        let ends = group.bounded.map(ends);
        let low = |ends: &Option<(f64, f64)>| ends.map(|(low, _)| low);
        let high = |ends: &Option<(f64, f64)>| ends.map(|(_, high)| high);
        // A score is above its lower bound, and below its upper one.
        let (below, above) = match group.imported {
            true => (&ends[..], &ends[..]),
            false => (&ends[..=facet], &ends[facet..]),
        };
        let low = below.iter().filter_map(low).fold(0.0, f64::max);
        let high = above.iter().filter_map(high).fold(100.0, f64::min);
        (low, high)
    }
}

impl Group {
    fn new(scene: &Scene<'_>, variables: &[Known], (known, subject): (usize, Subject)) -> Self {
        let find = |facet| {
            let wanted = |variable: &Variable| {
                variable.subject() == Some(subject) && variable.facet() == Some(facet)
            };
            variables.iter().position(|known| wanted(&known.variable))
        };
        let of_topic = |variable: &Variable| {
            let number = matches!(variable, Variable::Number(Quantity::Topic(..)));
            number && variable.subject() == Some(subject)
        };
        let imported = |slot: usize| {
            matches!(
                scene.bindings.names.indices.get(slot),
                Some(IndexRef::Imported(_))
            )
        };
        Self {
            known,
            bounded: BOUNDED.map(find),
            percentile: find(Facet::Percentile),
            topic: (0..variables.len())
                .filter(|i| of_topic(&variables[*i].variable))
                .collect(),
            imported: matches!(subject, Subject::Index(slot) if imported(slot)),
        }
    }

    fn narrow(&self, state: &mut State<'_>) -> Result<(), Empty> {
        let is_known = |value| value == 1;
        for variable in self.bounded.iter().flatten().chain(&self.topic) {
            state.tie(
                (self.known, is_known),
                (*variable, |value| value != UNKNOWN),
            )?;
        }
        if let Some(variable) = self.percentile {
            // A known index may have no percentile; an imported one never has.
            if !state.known(self).0 || self.imported {
                state.keep(variable, |value| value == UNKNOWN)?;
            }
            if !state.can(variable, |value| value == UNKNOWN) {
                state.keep(self.known, is_known)?;
            }
        }
        self.put_in_order(state)
    }

    /// Keeps `lower <= score <= upper`, and the three equal for an imported index.
    fn put_in_order(&self, state: &mut State<'_>) -> Result<(), Empty> {
        let variables: Vec<usize> = self.bounded.iter().flatten().copied().collect();
        let numbers = |state: &State<'_>, variable| {
            let values = state.domains.values(variable);
            values.filter(|value| *value != UNKNOWN).collect::<Vec<_>>()
        };
        if self.imported {
            for &a in &variables {
                let common = numbers(state, a);
                for &b in variables.iter().filter(|b| **b != a) {
                    state.keep(b, |value| value == UNKNOWN || common.contains(&value))?;
                }
            }
        }
        let mut lowest = 0;
        for &variable in &variables {
            lowest = numbers(state, variable)
                .first()
                .map_or(lowest, |v| lowest.max(*v));
            state.keep(variable, |value| value == UNKNOWN || value >= lowest)?;
        }
        let mut highest = usize::MAX;
        for &variable in variables.iter().rev() {
            highest = numbers(state, variable)
                .last()
                .map_or(highest, |v| highest.min(*v));
            state.keep(variable, |value| value == UNKNOWN || value <= highest)?;
        }
        Ok(())
    }
}

impl Blend {
    /// Keeps the standing known if one of its indices is, and equal to their weighted
    /// mean.
    fn narrow(&self, groups: &[Group], state: &mut State<'_>) -> Result<(), Empty> {
        let known = groups[self.standing].known;
        let parts: Vec<&Group> = self.parts.iter().map(|(_, part)| &groups[*part]).collect();
        let possible: Vec<&&Group> = parts.iter().filter(|part| state.known(part).0).collect();
        let certain = parts.iter().any(|part| !state.known(part).1);
        if possible.is_empty() {
            state.keep(known, |value| value == 0)?;
        }
        if certain {
            state.keep(known, |value| value == 1)?;
        }
        let (can_be_known, can_be_unknown) = state.known(&groups[self.standing]);
        if !can_be_known {
            for part in &parts {
                state.keep(part.known, |value| value == 0)?;
            }
            return Ok(());
        }
        if !can_be_unknown && let [only] = possible[..] {
            state.keep(only.known, |value| value == 1)?;
        }
        for facet in 0..BOUNDED.len() {
            self.narrow_facet(groups, facet, state)?;
        }
        Ok(())
    }

    fn narrow_facet(
        &self,
        groups: &[Group],
        facet: usize,
        state: &mut State<'_>,
    ) -> Result<(), Empty> {
        let default = if BOUNDED[facet] == Facet::Upper {
            100.0
        } else {
            0.0
        };
        let part = |&(share, part): &(f64, usize)| {
            let group = &groups[part];
            let (low, high) = match state.known(group) {
                (true, false) => state.bounds(group, facet),
                (false, _) => (default, default),
                (true, true) => {
                    let (low, high) = state.bounds(group, facet);
                    (low.min(default), high.max(default))
                }
            };
            (share * low, share * high)
        };
        let parts: Vec<(f64, f64)> = self.parts.iter().map(part).collect();
        let low: f64 = parts.iter().map(|(low, _)| low).sum();
        let high: f64 = parts.iter().map(|(_, high)| high).sum();
        let standing = &groups[self.standing];
        if let Some(variable) = standing.bounded[facet] {
            let known = &state.variables[variable];
            state.keep(variable, |value| {
                known
                    .region(value)
                    .is_none_or(|r| r.high >= low - NOISE && r.low <= high + NOISE)
            })?;
        }
        if state.known(standing).1 {
            return Ok(());
        }
        let (least, most) = state.bounds(standing, facet);
        for (&(share, part), own) in self.parts.iter().zip(parts) {
            // The contribution that this part must make if the others make the most or the
            // least.
            let least = least - (high - own.1) - NOISE;
            let most = most - (low - own.0) + NOISE;
            let fits = |low: f64, high: f64| share * high >= least && share * low <= most;
            let group = &groups[part];
            if !fits(default, default) {
                state.keep(group.known, |value| value == 1)?;
            }
            if let Some(variable) = group.bounded[facet] {
                let known = &state.variables[variable];
                state.keep(variable, |value| {
                    known.region(value).is_none_or(|r| fits(r.low, r.high))
                })?;
            }
        }
        Ok(())
    }
}
