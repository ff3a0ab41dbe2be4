//! The scores of a member on one topic: influence, part of which is borrowed
//! from other topics, confidence, and interest.

use std::collections::BTreeMap;

use chrono::DateTime;

use super::aggregate::{Aggregate, TopicAggregate};
use super::decay::{Sums, add_to};
use super::evidence::MemberEvidence;
use super::gamma::upper_tail;
use super::model::{AmountConfidence, Confidence, RankConfidence};
use super::parts::{Part, PerPart};
use super::places::{Places, TopicPlaces};
use super::state::Shown;
use super::{Model, Scale, Snapshot, influence};
use crate::domain::{Topic, TopicScore, Unit};

/// Scores every topic on which there is evidence or interest.
pub(super) fn scores(
    model: &Model,
    snapshot: &Snapshot,
    member: &MemberEvidence<'_>,
    aggregate: &Aggregate<'_>,
    now: i64,
) -> BTreeMap<Topic, TopicScore> {
    let mut scores: BTreeMap<Topic, TopicScore> = (aggregate.topics.iter())
        .map(|(topic, earned)| {
            let on_topic = score(model, snapshot, topic, aggregate, earned);
            ((*topic).clone(), on_topic)
        })
        .collect();
    for (topic, interest) in interests(model, snapshot, member, now) {
        scores.entry(topic).or_default().interest = interest;
    }
    scores
}

fn score(
    model: &Model,
    snapshot: &Snapshot,
    topic: &Topic,
    aggregate: &Aggregate<'_>,
    earned: &TopicAggregate,
) -> TopicScore {
    let share = snapshot.share(topic);
    let left = left(model, earned);
    let evidence = people(earned) * left;
    let credits = credits(model, share, left, aggregate, earned);
    let (influence, lower) = match evidence > 0.0 {
        true => (
            influence::score(model, &credits),
            lower(model, snapshot, share, aggregate, earned),
        ),
        false => (0.0, Lower::default()),
    };
    let (confidence, waits) = match &model.confidence {
        Confidence::Rank(rank) => {
            let reach = snapshot.counted_reach(model);
            by_rank(rank, snapshot, topic, (earned, reach), influence)
        }
        Confidence::Amount(amount) => {
            let threshold = snapshot.threshold(amount, topic);
            let on_topic = (share, threshold);
            (
                by_amount(model, amount, on_topic, aggregate, earned, left),
                false,
            )
        }
    };
    let next = match lower.waits {
        // For what is borrowed, too.
        true => aggregate.next_aged,
        false => earned.next_aged.filter(|_| waits),
    };
    TopicScore {
        influence,
        lower: lower.end,
        confidence,
        evidence,
        interest: Unit::ZERO,
        next: next.and_then(DateTime::from_timestamp_millis),
    }
}

/// The lower end of influence on a topic.
#[derive(Debug, Clone, Copy, Default)]
struct Lower {
    end: f64,
    /// Whether it waits for people who are new to the member.
    waits: bool,
}

/// Returns the lower end of influence on a topic. It has the interval and the two caps of
/// the overall one, on the credit of the topic: earned, and borrowed from credit of the
/// same kind elsewhere. Dislikes deduct from each kind by itself, so that people who do
/// not count yet offset none of them.
fn lower(
    model: &Model,
    snapshot: &Snapshot,
    share: f64,
    aggregate: &Aggregate<'_>,
    earned: &TopicAggregate,
) -> Lower {
    let with_borrowed = |own: &PerPart, own_reactors: f64, all: &PerPart, all_reactors: f64| {
        on_topic(
            model,
            share,
            earned,
            (own, own_reactors),
            (all, all_reactors),
        )
    };
    let (own, all) = (&earned.credit_totals, &aggregate.overall);
    let total = in_all(model, share, aggregate, earned);
    let (own_known, all_known) = (own.known_reactors(), all.known_reactors());
    let known = with_borrowed(&own.known(), own_known, &all.known(), all_known);
    let end = influence::lower(model, snapshot, &total, &known);
    let Some(newcomers) = model.interval.newcomers else {
        return Lower { end, waits: false };
    };
    let own = earned.aged.admitted(model, snapshot);
    let all = aggregate.aged.admitted(model, snapshot);
    let reach = Part::Reach as usize;
    let (aged, _) = with_borrowed(&own, own[reach], &all, all[reach]);
    let cap = influence::score(model, &aged) + newcomers.points.get();
    Lower {
        end: end.min(cap),
        waits: cap < end,
    }
}

/// Returns credit of one kind on a topic, and its effective reactors: what dislikes leave of
/// that earned there, and what is borrowed from credit of the same kind elsewhere.
fn on_topic(
    model: &Model,
    share: f64,
    earned: &TopicAggregate,
    (own, own_reactors): (&PerPart, f64),
    (all, all_reactors): (&PerPart, f64),
) -> (PerPart, f64) {
    let left = left_of(model, own_reactors, earned.dislikes);
    let borrowed = |own: f64, all: f64| with_borrowed(model, share, own * left, all);
    let credits: PerPart = std::array::from_fn(|part| borrowed(own[part], all[part]));
    (credits, borrowed(own_reactors, all_reactors))
}

/// Returns all credit on a topic, and its effective reactors.
fn in_all(
    model: &Model,
    share: f64,
    aggregate: &Aggregate<'_>,
    earned: &TopicAggregate,
) -> (PerPart, f64) {
    let (own, all) = (&earned.credit_totals, &aggregate.overall);
    let (own, own_reactors) = (own.total(), own.reactors());
    let (all, all_reactors) = (all.total(), all.reactors());
    on_topic(
        model,
        share,
        earned,
        (&own, own_reactors),
        (&all, all_reactors),
    )
}

/// Returns the upper end of influence on a topic, of which the lower end is a part of the
/// score; `None` without evidence on it.
pub(super) fn upper(
    model: &Model,
    snapshot: &Snapshot,
    aggregate: &Aggregate<'_>,
    topic: &Topic,
) -> Option<f64> {
    let earned = aggregate.topics.get(topic)?;
    let all = in_all(model, snapshot.share(topic), aggregate, earned);
    Some(influence::upper(model, snapshot, &all))
}

/// Returns the highest confidence on a topic that the people and contents behind the member,
/// and the number of others on the topic, allow; `None` without evidence on it.
pub(super) fn confidence_cap(
    model: &Model,
    snapshot: &Snapshot,
    aggregate: &Aggregate<'_>,
    topic: &Topic,
) -> Option<Unit> {
    let earned = aggregate.topics.get(topic)?;
    let cap = match &model.confidence {
        Confidence::Rank(rank) => {
            let on_topic = snapshot.newer.as_ref()?.places.on(topic)?;
            let reach = snapshot.counted_reach(model);
            let support = Support::of(rank, on_topic, earned, reach);
            support.people.min(support.others)
        }
        Confidence::Amount(amount) => support_of_amount(amount, earned, left(model, earned)),
    };
    Some(Unit::clamped(cap))
}

/// Returns the share of the topic's evidence that dislikes leave.
fn left(model: &Model, earned: &TopicAggregate) -> f64 {
    left_of(model, earned.credit_totals.reactors(), earned.dislikes)
}

/// Returns the share of evidence that dislikes leave: they deduct their credit
/// relative to that of the reactions, limited by the model. What is left never
/// falls when another genuine reaction arrives.
fn left_of(model: &Model, evidence: f64, dislikes: f64) -> f64 {
    if evidence <= 0.0 {
        return 1.0;
    }
    1.0 - (dislikes / evidence).min(model.topics.dislike_share.get())
}

/// Returns the credit earned on a topic plus what is borrowed. If the credit
/// earned elsewhere were spread like that of all members, `share` of it would
/// be on the topic. With a Dirichlet prior of that mean and concentration α,
/// the posterior gives the prior the weight α / (α + C) for a credit of C. So
///
/// `own + min(1, borrowing · share) · C · α / (α + C)`, C = all − own.
///
/// It is never more than `all`, and never falls when `own` or C grows. Its
/// slope in C is from 0 to 1, so that credit that moves from C to `own` (the
/// same reactors, now also on the topic) loses nothing.
fn with_borrowed(model: &Model, share: f64, own: f64, all: f64) -> f64 {
    let alpha = model.topics.concentration.get();
    let elsewhere = (all - own).max(0.0);
    let expected = (model.topics.borrowing.get() * share).min(1.0);
    own + expected * elsewhere * alpha / (alpha + elsewhere)
}

/// Returns the credits on the topic by part: earned and borrowed.
fn credits(
    model: &Model,
    share: f64,
    left: f64,
    aggregate: &Aggregate<'_>,
    earned: &TopicAggregate,
) -> PerPart {
    let (own, all) = (earned.credit_totals.total(), aggregate.overall.total());
    std::array::from_fn(|part| with_borrowed(model, share, own[part] * left, all[part]))
}

/// Returns the effective people on the topic: known ones, and what counts are
/// worth.
fn people(earned: &TopicAggregate) -> f64 {
    earned.present + earned.credit_totals.counted_reactors()
}

/// Returns the probability that the member's true rate on the topic is above
/// that of its top tenth. The method is Gamma–Poisson with the borrowed
/// evidence as the prior's shape, so that the rate is Gamma(own + borrowed)
/// distributed, on evidence thinned by `independence`. It is limited by what
/// the own evidence allows, in which anonymous reactions count at most 1 per
/// content: one event never gives more than 0.2.
fn by_amount(
    model: &Model,
    amount: &AmountConfidence,
    (share, threshold): (f64, f64),
    aggregate: &Aggregate<'_>,
    earned: &TopicAggregate,
    left: f64,
) -> Unit {
    let bound = support_of_amount(amount, earned, left);
    let thinned = amount.independence.get();
    let evidence = people(earned) * left;
    let all = aggregate.present + aggregate.overall.counted_reactors();
    let shape = thinned * with_borrowed(model, share, evidence, all);
    Unit::clamped(upper_tail(shape, threshold * thinned).min(bound))
}

/// Returns the highest probability that a member's own evidence on a topic allows.
fn support_of_amount(amount: &AmountConfidence, earned: &TopicAggregate, left: f64) -> f64 {
    let counted = earned.credit_totals.counted_reactors();
    let supported = earned.crowd_contents.max(1.0).min(counted);
    let own = (earned.present + supported) * left;
    own / (own + amount.half_evidence.get())
}

/// The highest probabilities that what stands behind a member on a topic allows.
struct Support {
    /// By the people, of whom those who are new to the member do not all count yet.
    people: f64,
    /// By the contents and the other members on the topic.
    others: f64,
    /// Whether the people will count for more.
    waits: bool,
}

impl Support {
    fn of(
        rank: &RankConfidence,
        on_topic: &TopicPlaces,
        earned: &TopicAggregate,
        reach: f64,
    ) -> Self {
        let counted = earned.subjects.values().filter(|subject| subject.counted);
        let counted: f64 = counted.map(|subject| subject.worth).sum();
        // Where names are usual, all contents with counts are as one.
        let counted = counted.min(1.0) + reach * (counted - 1.0).max(0.0);
        let known = (earned.aged_people + rank.newcomers.get()).min(earned.people);
        let contents: f64 = earned.subjects.values().map(|subject| subject.worth).sum();
        let supported = |amount: f64, half: Scale| amount / (amount + half.get());
        let others = supported(on_topic.others(), rank.half_others);
        Self {
            people: supported(known + counted, rank.half_people),
            others: supported(contents, rank.half_contents).min(others),
            waits: known < earned.people,
        }
    }
}

/// Returns the log odds of belonging to the top tenth, from the member's place.
/// Never falls with influence.
fn by_place(rank: &RankConfidence, places: &Places, on_topic: &TopicPlaces, influence: f64) -> f64 {
    let elsewhere = rank.everywhere.get() * places.share_above(influence);
    let z = (on_topic.top_tenth() / (on_topic.place(influence) + elsewhere)).ln();
    let by_activity = rank.slope_by_activity.get() * (on_topic.activity().ln_1p() - 2.0);
    let slope = (rank.slope.get() + by_activity).max(rank.least_slope.get());
    rank.intercept + slope * z
}

/// Returns the log odds that the model's fixed map gives a member with this influence on a
/// topic: before the limits of support, and before any correction. `None` if no member
/// has evidence on the topic, or the model does not work with places.
pub fn log_odds(model: &Model, snapshot: &Snapshot, topic: &Topic, influence: f64) -> Option<f64> {
    let Confidence::Rank(rank) = &model.confidence else {
        return None;
    };
    let places = &snapshot.newer.as_ref()?.places;
    Some(by_place(rank, places, places.on(topic)?, influence))
}

/// Returns the probability that the member belongs to the top tenth of the
/// topic's active members, from the member's place among them: see
/// `docs/scoring.md`. It is limited by the people and the contents that support
/// it, and by the number of other members, none of which decays. One event adds
/// at most 1 to the people, so that it gives at most 0.2. Also returns whether it
/// waits for people who are new to the member.
fn by_rank(
    rank: &RankConfidence,
    snapshot: &Snapshot,
    topic: &Topic,
    (earned, reach): (&TopicAggregate, f64),
    influence: f64,
) -> (Unit, bool) {
    // A topic on which no member has evidence has no top tenth.
    let Some(places) = snapshot.newer.as_ref().map(|newer| &newer.places) else {
        return (Unit::ZERO, false);
    };
    let Some(on_topic) = places.on(topic) else {
        return (Unit::ZERO, false);
    };
    let fixed = by_place(rank, places, on_topic, influence);
    let log_odds = (snapshot.correction).map_or(fixed, |correction| correction.of(fixed));
    let probability = 1.0 / (1.0 + (-log_odds).exp());

    let support = Support::of(rank, on_topic, earned, reach);
    let limited = probability.min(support.others);
    let waits = support.people < limited && support.waits;
    (Unit::clamped(limited.min(support.people)), waits)
}

/// Returns interest by topic: `1 - exp(-shown / scale)` of decayed own posts
/// and purchases, and at least the model's minimum for declared topics. As in
/// the score, parent topics get a part of it.
fn interests(
    model: &Model,
    snapshot: &Snapshot,
    member: &MemberEvidence<'_>,
    now: i64,
) -> BTreeMap<Topic, Unit> {
    let mut shown: BTreeMap<(&Topic, Shown), Option<Sums>> = BTreeMap::new();
    for (_, state) in &member.accounts {
        let sets = state.topic_sets();
        for ((how, set), sums) in &state.interest {
            for (topic, worth) in snapshot.with_parents(model, sets[*set as usize]) {
                let place = shown.entry((topic, *how)).or_default();
                add_to(place, &model.decay, &sums.times(worth));
            }
        }
    }
    let mut amounts: BTreeMap<&Topic, f64> = BTreeMap::new();
    for ((topic, how), sums) in shown {
        let weight = match how {
            Shown::Post => 1.0,
            Shown::Purchase => model.interest.purchase.get(),
        };
        let reaction_weight = sums.map_or(0.0, |sums| sums.left(&model.decay, now));
        *amounts.entry(topic).or_default() += weight * reaction_weight;
    }
    let scale = model.interest.scale.get();
    let mut interests: BTreeMap<Topic, Unit> = (amounts.into_iter())
        .map(|(topic, amount)| (topic.clone(), Unit::clamped(-(-amount / scale).exp_m1())))
        .collect();
    for topic in &member.declared {
        let interest = interests.entry(topic.clone()).or_insert(Unit::ZERO);
        if interest.get() < model.interest.declared.get() {
            *interest = model.interest.declared;
        }
    }
    interests
}

/// Splits influence on a topic for the explanation: points earned on the topic
/// itself, and points borrowed from elsewhere.
pub(super) fn split(
    model: &Model,
    snapshot: &Snapshot,
    aggregate: &Aggregate<'_>,
    topic: &Topic,
    influence: f64,
) -> (f64, f64) {
    let Some(earned) = aggregate.topics.get(topic) else {
        return (influence, 0.0);
    };
    let share = snapshot.share(topic);
    let left = left(model, earned);
    let both = credits(model, share, left, aggregate, earned);
    let own = earned.credit_totals.total().map(|credit| credit * left);
    let terms = influence::terms(model, &both);
    let sum: f64 = terms.iter().sum();
    if sum <= 0.0 {
        return (influence, 0.0);
    }
    let of_own: f64 = (0..Part::COUNT)
        .filter(|part| both[*part] > 0.0)
        .map(|part| terms[part] * own[part] / both[part])
        .sum();
    let earned_points = influence * of_own / sum;
    (earned_points, influence - earned_points)
}
