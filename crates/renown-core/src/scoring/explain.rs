//! Explains a score: splits it into points by part, type of reaction, content
//! and topic. The points add up to the score. Each part gets its share of the
//! sum inside the map; within a part, points are proportional to credit.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::aggregate::{Aggregate, aggregate};
use super::decay::instant;
use super::evidence::MemberEvidence;
use super::moments::{LastTimes, last_times, moments};
use super::parts::{Part, Source};
use super::score::from_tally;
use super::value::{self, Purchases};
use super::{Model, Snapshot, influence, topics};
use crate::domain::{Index, PendingPoints, Score, Unit};

/// The explanation of a member's score.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Explanation {
    /// Influence; `null` if there is no evidence (unknown, which does not mean
    /// low).
    pub influence: Option<InfluenceExplained>,
    /// Value; `null` if the member never bought anything.
    pub value: Option<ValueExplained>,
    /// Topics with evidence, highest influence first.
    pub topics: Vec<TopicExplained>,
    /// How much evidence the score rests on.
    pub evidence: EvidenceExplained,
    /// Version of the scoring model.
    pub model: String,
    /// Number of the rank snapshot, which holds the population statistics. 0 is
    /// the empty snapshot, taken of no members.
    pub snapshot: i64,
    /// When that snapshot was taken.
    pub snapshot_taken_at: DateTime<Utc>,
    /// Number of verified or purchasing people from whom trust was computed. 0:
    /// there were none, so it was computed from everyone equally.
    pub snapshot_seeds: u64,
    /// The time to which all evidence is decayed.
    pub as_of: DateTime<Utc>,
}

/// The explanation of the influence score.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct InfluenceExplained {
    /// The score, from 0 to 100; the points of the parts add up to it.
    pub score: f64,
    /// Lower end of the 90 % interval; the cautious value for rules to test.
    pub lower: f64,
    /// Upper end of the 90 % interval.
    pub upper: f64,
    /// The interval as a sentence in English.
    pub interval: String,
    /// What the lower end waits for; `null` if it does not wait.
    pub pending: Option<PendingPoints>,
    /// The same as a sentence in English.
    pub waiting: Option<String>,
    /// Share of members whose lower end is smaller, in percent; `null` if the
    /// snapshot holds no scores.
    pub percentile: Option<f64>,
    /// The parts, most points first. A part without points is shown if the model
    /// gives it no weight.
    pub parts: Vec<PartExplained>,
}

/// One part of influence.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PartExplained {
    /// The part that is explained.
    pub part: Part,
    /// What the part measures, in one sentence.
    pub about: String,
    /// Points of the score that the part contributes.
    pub points: f64,
    /// The part's evidence, decayed: effective reactors, or contents for
    /// `breadth`.
    pub credit: f64,
    /// The same points by type of reaction, most points first.
    pub by_type: Vec<TypePoints>,
    /// The same points by content, most points first; `unattributed` and
    /// `other` come last.
    pub moments: Vec<Moment>,
}

/// Points by type of reaction.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TypePoints {
    /// The type of event.
    pub r#type: Source,
    /// Whether the reactors are unknown: anonymous reactions, mere counts, or
    /// profile counters.
    pub counted: bool,
    /// Points of the score.
    pub points: f64,
}

/// Points by content.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Moment {
    /// Whether this is one content or a remainder.
    pub kind: MomentKind,
    /// The content's id; `null` unless `kind` is `content`.
    pub object: Option<String>,
    /// Points of the score.
    pub points: f64,
    /// When the latest reaction to the content happened; `null` unless `kind` is `content`.
    pub at: Option<DateTime<Utc>>,
}

/// What a moment stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MomentKind {
    /// One content.
    Content,
    /// Events that name no content, such as follows.
    Unattributed,
    /// All further contents together.
    Other,
}

/// The explanation of the value score.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ValueExplained {
    /// The score, from 0 to 100; customer, frequency and money points add up to
    /// it.
    pub score: f64,
    /// Lower end of the 90 % interval.
    pub lower: f64,
    /// Upper end of the 90 % interval.
    pub upper: f64,
    /// The interval as a sentence in English.
    pub interval: String,
    /// Share of members with a lower score, in percent; `null` if the snapshot
    /// holds no scores.
    pub percentile: Option<f64>,
    /// Points for being a customer, whatever the amount of the first purchase;
    /// 0 if everything was refunded.
    pub customer_points: f64,
    /// Points for how often and how recently the member bought again.
    pub frequency_points: f64,
    /// Points for the amount of money spent.
    pub money_points: f64,
    /// Days with a purchase after the first such day, decayed: older days count
    /// for less, partly refunded orders in part.
    pub returns: f64,
    /// Money spent less refunds, decayed, in `currency`.
    pub money: f64,
    /// The model's base currency, an ISO 4217 code.
    pub currency: String,
}

/// The explanation of influence on one topic.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TopicExplained {
    /// The topic's slug.
    pub topic: String,
    /// Influence on the topic, from 0 to 100; earned and borrowed points add up
    /// to it.
    pub influence: f64,
    /// Lower end of its 90 % interval, by which the topic's leaderboard is ordered.
    pub lower: f64,
    /// Upper end of its 90 % interval.
    pub upper: f64,
    /// Points earned by reactions on the topic.
    pub earned_points: f64,
    /// Points borrowed from reactions on other topics. How many depends on the
    /// topic's share of all members' reactions (from the snapshot).
    pub borrowed_points: f64,
    /// Probability, from 0 to 1, that the member belongs to the topic's top tenth.
    pub confidence: f64,
    /// The highest confidence that the people and contents behind it, and the number of other
    /// members on the topic, allow, from 0 to 1.
    pub confidence_cap: f64,
    /// Effective reactors on the topic, decayed and reduced by dislikes.
    pub evidence: f64,
}

/// How much evidence there is. Reactors are counted, never named.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EvidenceExplained {
    /// Distinct known people who ever reacted, or who follow now. Dislikes
    /// alone do not count.
    pub reactors: u64,
    /// The same people, decayed, weighted by trust and saturated: each counts
    /// at most 1.
    pub effective_reactors: f64,
    /// Effective reactors that are discounted: they are not trusted (they react
    /// to hardly anyone else, or only react back), and there are more of them
    /// than usual in this population, as of the rank snapshot.
    pub withheld_reactors: f64,
    /// What anonymous reactions, counts and profiles are worth, in effective
    /// reactors.
    pub counted_reactors: f64,
    /// Number of contents with at least one reaction.
    pub contents: u64,
    /// Number of orders; refunds without a purchase are not counted.
    pub orders: u64,
}

/// Explains a score. The numbers are those of [`score`](super::score) for the
/// same arguments.
pub fn explain(
    model: &Model,
    snapshot: &Snapshot,
    member: &MemberEvidence<'_>,
    as_of: DateTime<Utc>,
) -> Explanation {
    let now = instant(as_of);
    let aggregate = aggregate(model, snapshot, member, now);
    let purchases = value::purchases(model, member, now);
    let score = from_tally(model, snapshot, member, as_of, &aggregate, purchases);
    let touched = aggregate.contents.iter().filter(|c| c.is_touched()).count();
    Explanation {
        influence: explain_influence(model, &aggregate, &score, &last_times(member)),
        value: purchases.and_then(|p| explain_value(model, p, &score.value)),
        topics: explain_topics(model, snapshot, &aggregate, &score),
        evidence: EvidenceExplained {
            reactors: aggregate.people,
            effective_reactors: aggregate.overall.known_reactors(),
            withheld_reactors: aggregate.discounted,
            counted_reactors: aggregate.overall.counted_reactors(),
            contents: touched as u64,
            orders: purchases.map_or(0, |p| p.count),
        },
        model: model.version().to_string(),
        snapshot: snapshot.id().0,
        snapshot_taken_at: snapshot.taken_at(),
        snapshot_seeds: snapshot.seeds(),
        as_of,
    }
}

fn explain_influence(
    model: &Model,
    aggregate: &Aggregate<'_>,
    score: &Score,
    times: &LastTimes<'_>,
) -> Option<InfluenceExplained> {
    let pending = score.pending;
    let Index::Known {
        score,
        interval,
        percentile,
        ..
    } = score.influence
    else {
        return None;
    };
    let credits = aggregate.overall.total();
    let terms = influence::terms(model, &credits);
    let sum: f64 = terms.iter().sum();
    let mut parts: Vec<PartExplained> = (Part::ALL.into_iter())
        .filter(|part| credits[*part as usize] > 0.0)
        .map(|part| (part, terms[part as usize]))
        .map(|(part, term)| {
            explain_part(
                aggregate,
                part,
                if sum > 0.0 { score * term / sum } else { 0.0 },
                times,
            )
        })
        .collect();
    parts.sort_by(|a, b| b.points.total_cmp(&a.points));
    Some(InfluenceExplained {
        score,
        lower: interval.lower,
        upper: interval.upper,
        interval: in_words("influence", interval.lower, interval.upper),
        pending,
        waiting: pending.map(|held| held.in_words()),
        percentile,
        parts,
    })
}

fn explain_part(
    aggregate: &Aggregate<'_>,
    part: Part,
    points: f64,
    times: &LastTimes<'_>,
) -> PartExplained {
    let (known, counted) = (
        &aggregate.overall.known[part as usize],
        &aggregate.overall.counted[part as usize],
    );
    let credit: f64 = known.iter().sum::<f64>() + counted.iter().sum::<f64>();
    let mut by_type = Vec::new();
    for (counted, sources) in [(false, known), (true, counted)] {
        let lines = Source::ALL
            .into_iter()
            .filter(|s| sources[*s as usize] > 0.0);
        by_type.extend(lines.map(|source| TypePoints {
            r#type: source,
            counted,
            points: points * sources[source as usize] / credit,
        }));
    }
    by_type.sort_by(|a, b| b.points.total_cmp(&a.points));
    PartExplained {
        part,
        about: part.about().to_owned(),
        points,
        credit,
        moments: moments(aggregate, &by_type, times),
        by_type,
    }
}

fn explain_value(model: &Model, purchases: Purchases, index: &Index) -> Option<ValueExplained> {
    let Index::Known {
        score,
        interval,
        percentile,
        ..
    } = *index
    else {
        return None;
    };
    let terms = value::terms(model, purchases);
    let sum: f64 = terms.iter().sum();
    let points = terms.map(|term| if sum > 0.0 { score * term / sum } else { 0.0 });
    let [customer, frequency, money] = points;
    Some(ValueExplained {
        score,
        lower: interval.lower,
        upper: interval.upper,
        interval: in_words("value", interval.lower, interval.upper),
        percentile,
        customer_points: customer,
        frequency_points: frequency,
        money_points: money,
        returns: purchases.returns,
        money: purchases.money,
        currency: model.rates().base().to_string(),
    })
}

fn explain_topics(
    model: &Model,
    snapshot: &Snapshot,
    aggregate: &Aggregate<'_>,
    score: &Score,
) -> Vec<TopicExplained> {
    let mut topics: Vec<TopicExplained> = (score.topics.iter())
        .filter(|(_, on_topic)| on_topic.evidence > 0.0)
        .map(|(topic, on_topic)| {
            let influence = on_topic.influence;
            let (earned, borrowed) = topics::split(model, snapshot, aggregate, topic, influence);
            TopicExplained {
                topic: topic.to_string(),
                influence,
                lower: on_topic.lower,
                upper: topics::upper(model, snapshot, aggregate, topic).unwrap_or(influence),
                earned_points: earned,
                borrowed_points: borrowed,
                confidence: on_topic.confidence.get(),
                confidence_cap: topics::confidence_cap(model, snapshot, aggregate, topic)
                    .map_or(0.0, Unit::get),
                evidence: on_topic.evidence,
            }
        })
        .collect();
    topics.sort_by(|a, b| {
        b.influence
            .total_cmp(&a.influence)
            .then(a.topic.cmp(&b.topic))
    });
    topics
}

fn in_words(what: &str, lower: f64, upper: f64) -> String {
    format!("With 90% confidence, {what} lies between {lower:.1} and {upper:.1}.")
}

impl Part {
    /// Describes what the part measures, in one sentence.
    fn about(self) -> &'static str {
        match self {
            Self::Reach => "How many different people react, each counted at most once.",
            Self::Amplification => "Shares and mentions by others.",
            Self::Engagement => "Likes, saves and replies by others.",
            Self::Curation => "Curated lists and endorsements by others.",
            Self::Audience => "Followers.",
            Self::Breadth => "Over how many contents the reactions are spread.",
        }
    }
}
