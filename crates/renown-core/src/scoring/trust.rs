//! How far reactors can be trusted: what the reaction graph says about each
//! reactor, and about what is usual.
//!
//! A reactor is *trusted* in so far as they spread their reactions over several
//! people, a walk from the seeds of trust leads to them or to these people, and
//! they do not merely react back. Fresh accounts made to serve one customer do
//! neither of the first two; no walk from outside leads into a ring that serves
//! itself; a pod merely reacts back. Reactions of untrusted reactors still
//! count, up to the share that is usual in this population.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::Model;
use super::graph::{Giver, Node, ReactionGraph, bit};
use crate::domain::{AccountId, Unit};

/// Only people with at least this many targets, or reactors, show what is
/// usual.
const SEVERAL: u32 = 3;

/// Trust in all reactors, computed from the reaction graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Trust {
    /// How far each reactor is trusted, from 0 to 1, in order; those at 0 are
    /// left out.
    pub(super) trusted: Vec<(AccountId, f64)>,
    /// The usual credit of untrusted reactors per unit of credit of trusted
    /// ones. Infinite if it is unknown, for example if no reactor is trusted.
    pub(super) usual: f64,
    /// Number of seeds in the graph; 0 means that the walk began with everyone.
    pub(super) seeds: usize,
}

impl Trust {
    /// Computes trust from the graph. `seeds` are people known by more than
    /// their reactions: verified, or customers. Without seeds in the graph, the
    /// walk starts from everyone equally, and rings of fresh accounts are
    /// recognised less well.
    pub fn new(model: &Model, graph: &ReactionGraph, seeds: &BTreeSet<AccountId>) -> Self {
        let (trusted, seeds) = trusted(model, graph, seeds);
        let known = known(graph, &trusted);
        let mutual = mutual(graph);
        let several = mutual.par_iter().zip(graph.givers());
        let several = several.filter(|(_, giver)| giver.weight > 0.0 && giver.targets >= SEVERAL);
        let several = several.map(|(mutual, _)| *mutual).collect();
        let usual_mutual = quantile(model.trust.mutual_quantile(), several).unwrap_or(1.0);
        let given = known.into_par_iter().zip(graph.givers()).zip(mutual);
        let trusted: Vec<f64> = (given.zip(trusted))
            .map(|(((known, giver), mutual), trusted)| {
                let given = Given::new(&known, giver, mutual);
                given.map_or(0.0, |given| given.trusted(model, trusted, usual_mutual))
            })
            .collect();
        let usual = usual(model, graph, &trusted);
        let trusted = (graph.people().iter().copied().zip(trusted))
            .filter(|(_, trusted)| *trusted > 0.0)
            .collect();
        Self {
            trusted,
            usual,
            seeds,
        }
    }
}

/// Returns everyone's trust as a target, from 0 to 1: `x / (x + half)`, where x
/// is the share of a walk's time to which reactions lead there, relative to the
/// average. Seeds have 1. Also returns the number of seeds in the graph.
fn trusted(model: &Model, graph: &ReactionGraph, seeds: &BTreeSet<AccountId>) -> (Vec<f64>, usize) {
    if graph.is_empty() {
        return (Vec::new(), 0);
    }
    let model = &model.trust;
    let n = graph.len() as f64;
    let seeds: Vec<_> = seeds.iter().filter_map(|seed| graph.find(*seed)).collect();
    let everywhere = match seeds.is_empty() {
        true => 1.0,
        false => model.everywhere.get(),
    };
    let mut start = vec![everywhere / n; graph.len()];
    for seed in &seeds {
        start[*seed as usize] += (1.0 - everywhere) / seeds.len() as f64;
    }
    let walk = graph.walk(model.damping.get(), &start);
    let half = model.half.get() / n;
    let trusted = walk.led.iter().map(|led| led / (led + half));
    let mut trusted: Vec<f64> = trusted.collect();
    for seed in &seeds {
        trusted[*seed as usize] = 1.0;
    }
    (trusted, seeds.len())
}

/// Statistics of the reactions that one person gives.
#[derive(Debug, Clone, Copy)]
struct Given {
    /// The effective number of people they react to: the inverse of Simpson's
    /// index (Hill 1973, order 2) of their reactions. A person that reacts to
    /// only one target says nothing about how that target compares with others.
    effective: f64,
    /// Mean trust in these people as targets, weighted by edge.
    trust: f64,
    /// The same without the one they react to most; 0 if there is no other.
    trust_in_others: f64,
    /// The share of the weight they give that the same people give back.
    mutual: f64,
}

/// The people that one person reacts to, as far as they are trusted as targets.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// The sum of trust in them, weighted by edge.
    trust: f64,
    /// The weight of the target that the person reacts to most, and the trust in it. Of
    /// several, the one that is trusted most, so that the numbers of accounts make no
    /// difference.
    most: (f32, f64),
}

/// Returns how far each person trusts those they react to.
fn known(graph: &ReactionGraph, trusted: &[f64]) -> Vec<Known> {
    let mut known = vec![Known::default(); graph.len()];
    // One thread, because edges are by target and these sums by reactor.
    for (target, trusted) in trusted.iter().enumerate() {
        for (reactor, weight) in graph.received(target) {
            let known = &mut known[*reactor as usize];
            known.trust += f64::from(*weight) * trusted;
            if (*weight, *trusted) > known.most {
                known.most = (*weight, *trusted);
            }
        }
    }
    known
}

/// Returns for each person the share of the weight they give that the same people give back.
fn mutual(graph: &ReactionGraph) -> Vec<f64> {
    let marks = graph.marks();
    let people = (0..graph.len()).into_par_iter().zip(graph.givers());
    people
        .map(|(node, giver)| {
            if giver.weight <= 0.0 {
                return 0.0;
            }
            let mine = node as Node;
            let reactors = graph.received(node).iter();
            let known = reactors.filter(|(other, _)| marks[*other as usize] & bit(mine) != 0);
            let back = known.map(|(other, weight)| weight.min(graph.weight(mine, *other)));
            (back.map(f64::from).sum::<f64>() / giver.weight).min(1.0)
        })
        .collect()
}

impl Given {
    /// Returns the statistics of a person's reactions; `None` if the person gives none.
    fn new(known: &Known, giver: &Giver, mutual: f64) -> Option<Self> {
        let all = giver.weight;
        let (weight, trust) = (f64::from(known.most.0), known.most.1);
        (all > 0.0).then(|| Self {
            effective: giver.reactions * giver.reactions / giver.squares,
            trust: known.trust / all,
            trust_in_others: match giver.targets > 1 {
                true => (known.trust - weight * trust).max(0.0) / (all - weight),
                false => 0.0,
            },
            mutual,
        })
    }

    /// Returns how far this reactor is trusted:
    /// `min(1, (effective − 1) / spread) · min(1, T / full) · (1 − m³)^exponent`.
    /// T is the greater of the trust in them and in the people they react to, as
    /// targets, without the one they react to most: that a customer is known says
    /// nothing about accounts that serve this customer. Many targets do not make
    /// up for a lack of trust in them. m rises from 0, where `mutual` is no more than usual, to 1,
    /// where everything is given back: friends do that in part, a pod does
    /// little else.
    fn trusted(&self, model: &Model, trusted: f64, usual: f64) -> f64 {
        let others = (self.effective - 1.0) / model.trust.spread.get();
        let spread = match model.trust.full {
            Some(full) => {
                let trusted = self.trust_in_others.max(trusted);
                others.min(1.0) * (trusted / full.get()).min(1.0)
            }
            None => (others * self.trust.max(trusted)).min(1.0),
        };
        let spread = spread.max(0.0);
        let more = (self.mutual - usual).max(0.0) / (1.0 - usual).max(f64::MIN_POSITIVE);
        spread * (1.0 - more.min(1.0).powi(3)).powf(model.trust.mutual.get())
    }
}

/// Returns the share of what people get that comes from untrusted reactors, at
/// the model's quantile of all people with several reactors, as odds.
fn usual(model: &Model, graph: &ReactionGraph, trusted: &[f64]) -> f64 {
    let share = |node: usize| {
        let reactors = graph.received(node);
        let (mut all, mut untrusted) = (0.0, 0.0);
        for (reactor, weight) in reactors {
            let weight = f64::from(*weight);
            all += weight;
            untrusted += weight * (1.0 - trusted[*reactor as usize]);
        }
        (reactors.len() >= SEVERAL as usize && all > 0.0).then(|| untrusted / all)
    };
    let shares = (0..graph.len()).into_par_iter().filter_map(share).collect();
    match quantile(model.trust.usual_quantile, shares) {
        Some(share) if share < 1.0 - 1e-9 => share / (1.0 - share),
        _ => f64::INFINITY,
    }
}

/// Returns a quantile of some shares, from 0 to 1.
fn quantile(at: Unit, mut shares: Vec<f64>) -> Option<f64> {
    let last = shares.len().checked_sub(1)?;
    let at = (at.get() * last as f64).round() as usize;
    let (_, share, _) = shares.select_nth_unstable_by(at, f64::total_cmp);
    Some(share.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::DateTime;

    use super::*;
    use crate::scoring::Edge;

    fn graph(edges: &[(i64, i64)]) -> ReactionGraph {
        let at = DateTime::UNIX_EPOCH;
        let edges = edges.iter().map(|(reactor, target)| Edge {
            reactor: AccountId(*reactor),
            target: AccountId(*target),
            reactions: 3,
            latest: at,
        });
        ReactionGraph::new(&Model::builtin(), &BTreeMap::new(), edges, at)
    }

    fn trust(edges: &[(i64, i64)], seeds: &[i64]) -> (Trust, impl Fn(i64) -> f64 + use<>) {
        let model = Model::builtin();
        let graph = graph(edges);
        let seeds = seeds.iter().map(|seed| AccountId(*seed)).collect();
        let trust = Trust::new(&model, &graph, &seeds);
        let trusted: BTreeMap<AccountId, f64> = trust.trusted.iter().copied().collect();
        let of = move |id| trusted.get(&AccountId(id)).copied().unwrap_or(0.0);
        (trust, of)
    }

    /// Forty people that each react to five of twenty creators, some of whom
    /// are seeds; account 100, which reacts to one creator only; a ring of ten
    /// accounts to which no one else reacts.
    fn town() -> Vec<(i64, i64)> {
        let mut edges: Vec<(i64, i64)> = (0..40)
            .flat_map(|fan| (0..5).map(move |n| (1_000 + fan, (fan * 7 + n * 3) % 20)))
            .collect();
        edges.extend((0..20).map(|creator| (creator, (creator + 1) % 20)));
        edges.push((100, 5));
        edges.extend((0..10).flat_map(|a| (0..10).map(move |b| (200 + a, 200 + b))));
        edges
    }

    #[test]
    fn whoever_reacts_to_one_person_only_is_not_vouched_for() {
        let (trust, of) = trust(&town(), &[0, 1, 2]);
        assert_eq!(trust.seeds, 3);
        assert_eq!(of(100), 0.0);
        assert!(of(1_000) > 0.5, "{}", of(1_000));
    }

    #[test]
    fn a_ring_far_from_the_seeds_vouches_for_nobody() {
        let (_, of) = trust(&town(), &[0, 1, 2]);
        assert!(of(205) < 0.1 * of(1_000), "{} {}", of(205), of(1_000));
    }

    #[test]
    fn a_known_customer_does_not_vouch_for_the_accounts_that_serve_it() {
        let mut edges = town();
        for account in 0..20 {
            edges.push((300 + account, 5));
            let others = (1..8).map(|step| 300 + (account + step) % 20);
            edges.extend(others.map(|other| (300 + account, other)));
        }
        let (_, of) = trust(&edges, &[0, 1, 2]);
        assert!(of(305) < 0.2 * of(1_000), "{} {}", of(305), of(1_000));
        let before = Trust::new(&Model::before(), &graph(&edges), &[AccountId(0)].into());
        let served = before.trusted.iter().find(|(id, _)| *id == AccountId(305));
        assert!(served.unwrap().1 > 0.5, "{served:?}");
    }

    #[test]
    fn the_numbers_of_accounts_do_not_matter() {
        // Account 50 reacts to a seed and to two others alike; only the numbers differ.
        let of_fifty = |seed: i64, others: [i64; 2]| {
            let mut edges = town();
            edges.extend([(50, seed), (50, others[0]), (50, others[1])]);
            let (_, of) = trust(&edges, &[seed]);
            of(50)
        };
        let (low, high) = (of_fifty(30, [40, 41]), of_fifty(42, [40, 41]));
        assert!(low > 0.0 && (low - high).abs() < 1e-9, "{low} {high}");
    }

    #[test]
    fn without_seeds_the_walk_starts_everywhere_and_says_so() {
        let (trust, of) = trust(&town(), &[]);
        assert_eq!(trust.seeds, 0);
        assert!(of(1_000) > 0.5 && of(100) == 0.0);
    }

    #[test]
    fn where_everybody_reacts_to_one_person_only_nothing_can_be_told() {
        let edges: Vec<_> = (0..100).map(|fan| (1_000 + fan, fan % 4)).collect();
        let (trust, _) = trust(&edges, &[]);
        assert_eq!(trust.usual, f64::INFINITY);
        assert_eq!(
            super::Trust::new(&Model::builtin(), &ReactionGraph::default(), &[].into()).usual,
            f64::INFINITY
        );
    }
}
