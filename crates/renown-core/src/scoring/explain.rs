//! Where a score comes from, to the point. Contributions add up: each part has
//! its share of the sum inside the map; within a part, points follow credit.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::aggregate::{Aggregate, aggregate};
use super::decay::instant;
use super::evidence::MemberEvidence;
use super::parts::{Part, PerSource, Source};
use super::score::from_tally;
use super::value::{self, Purchases};
use super::{Model, Snapshot, influence, topics};
use crate::domain::{Index, Score};

/// How many contents a part names; the rest are `other`.
const MOMENTS: usize = 5;

/// A member's score, taken apart.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Explanation {
    /// Influence; `null` where there is no evidence (unknown, which is not low).
    pub influence: Option<InfluenceExplained>,
    /// Value; `null` where nothing was ever bought.
    pub value: Option<ValueExplained>,
    /// Topics with evidence, the most influential first.
    pub topics: Vec<TopicExplained>,
    /// How much there is to go on.
    pub evidence: EvidenceExplained,
    /// Version of the scoring model.
    pub model: String,
    /// Number of the rank snapshot: what was taken from the crowd. 0 knows nobody.
    pub snapshot: i64,
    /// When that snapshot was taken.
    pub snapshot_taken_at: DateTime<Utc>,
    /// How many verified or purchasing people trust was walked from. 0: nobody,
    /// so that it was walked from everywhere.
    pub snapshot_seeds: u64,
    /// The time to which everything was decayed.
    pub as_of: DateTime<Utc>,
}

/// The influence score, taken apart.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct InfluenceExplained {
    /// From 0 to 100; the points of the parts add up to it.
    pub score: f64,
    /// Lower end of the 90 % interval; what rules test.
    pub lower: f64,
    /// Upper end of the 90 % interval.
    pub upper: f64,
    /// The interval in a sentence.
    pub interval: String,
    /// Share of members with a lower score, in percent; absent where the
    /// snapshot knows nobody.
    pub percentile: Option<f64>,
    /// The parts, the largest first.
    pub parts: Vec<PartExplained>,
}

/// One part of influence.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PartExplained {
    /// Which part.
    pub part: Part,
    /// What it measures, in a sentence.
    pub about: String,
    /// Points of the score that it contributes.
    pub points: f64,
    /// Its evidence, in effective reactors (contents, for breadth), decayed.
    pub credit: f64,
    /// The same points by type of reaction, the largest first.
    pub by_type: Vec<TypePoints>,
    /// The same points by content, the largest first, `unattributed` and
    /// `other` last.
    pub moments: Vec<Moment>,
}

/// Points by type of reaction.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TypePoints {
    /// The type of event.
    pub r#type: Source,
    /// Whether nobody is named behind it: anonymous reactions, counts, profiles.
    pub counted: bool,
    /// Points of the score.
    pub points: f64,
}

/// Points by content.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Moment {
    /// What `object` is: a content, or a remainder.
    pub kind: MomentKind,
    /// The content's id, for a `content`.
    pub object: Option<String>,
    /// Points of the score.
    pub points: f64,
}

/// What a moment stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MomentKind {
    /// One content.
    Content,
    /// Events that name no content.
    Unattributed,
    /// All further contents together.
    Other,
}

/// The value score, taken apart.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ValueExplained {
    /// From 0 to 100; the three kinds of points below add up to it.
    pub score: f64,
    /// Lower end of the 90 % interval.
    pub lower: f64,
    /// Upper end of the 90 % interval.
    pub upper: f64,
    /// The interval in a sentence.
    pub interval: String,
    /// Share of members with a lower score, in percent.
    pub percentile: Option<f64>,
    /// Points for being a customer: those of a first purchase, whatever its amount.
    pub customer_points: f64,
    /// Points for how often and how lately they came back.
    pub frequency_points: f64,
    /// Points for how much was spent.
    pub money_points: f64,
    /// Days with a purchase after the first such day, decayed: what was bought
    /// long ago counts for less.
    pub returns: f64,
    /// Money spent, decayed and less refunds, in `currency`.
    pub money: f64,
    /// The model's base currency.
    pub currency: String,
}

/// Influence on one topic, taken apart.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TopicExplained {
    /// The topic.
    pub topic: String,
    /// From 0 to 100; the two kinds of points below add up to it.
    pub influence: f64,
    /// Points earned on the topic.
    pub earned_points: f64,
    /// Points that reactions on other topics lend, by how much of everybody's
    /// activity is on this topic (from the snapshot).
    pub borrowed_points: f64,
    /// Probability of belonging to the topic's top tenth.
    pub confidence: f64,
    /// Effective reactors on the topic.
    pub evidence: f64,
}

/// How much there is to go on. Reactors are counted, never named.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EvidenceExplained {
    /// Distinct known people who reacted or follow, ever.
    pub reactors: u64,
    /// The same decayed, weighed by trust and saturated: each counts up to 1.
    pub effective_reactors: f64,
    /// Effective reactors that do not count: nobody vouches for them (they react
    /// to hardly anybody else, or only give back), and there are more of them
    /// than is usual in this crowd, as of the rank snapshot.
    pub withheld_reactors: f64,
    /// What anonymous reactions, counts and profiles are worth, in reactors.
    pub counted_reactors: f64,
    /// Contents that were reacted to.
    pub contents: u64,
    /// Orders, not counting refunds without a purchase.
    pub orders: u64,
}

/// Takes a score apart: the same numbers as [`score`](super::score) of the
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
        influence: explain_influence(model, &aggregate, &score.influence),
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
    index: &Index,
) -> Option<InfluenceExplained> {
    let Index::Known {
        score,
        interval,
        percentile,
        ..
    } = *index
    else {
        return None;
    };
    let terms = influence::terms(model, &aggregate.overall.total());
    let sum: f64 = terms.iter().sum();
    let mut parts: Vec<PartExplained> = (Part::ALL.into_iter())
        .filter(|part| terms[*part as usize] > 0.0)
        .map(|part| explain_part(aggregate, part, score * terms[part as usize] / sum))
        .collect();
    parts.sort_by(|a, b| b.points.total_cmp(&a.points));
    Some(InfluenceExplained {
        score,
        lower: interval.lower,
        upper: interval.upper,
        interval: in_words("influence", interval.lower, interval.upper),
        percentile,
        parts,
    })
}

fn explain_part(aggregate: &Aggregate<'_>, part: Part, points: f64) -> PartExplained {
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
        moments: moments(aggregate, &by_type),
        by_type,
    }
}

/// Spreads the points of each type over contents, by each content's share of
/// the decayed reactions of that type.
fn moments(aggregate: &Aggregate<'_>, by_type: &[TypePoints]) -> Vec<Moment> {
    let mut contents: BTreeMap<&str, f64> = BTreeMap::new();
    let mut unattributed = 0.0;
    for line in by_type {
        let source = line.r#type as usize;
        let reaction_weights = |reaction_weights: &PerSource| reaction_weights[source];
        let total = match line.counted {
            false => reaction_weights(&aggregate.known_weight.trusted),
            true => reaction_weights(&aggregate.counted_mass),
        };
        let mut left = line.points;
        for content in aggregate.contents.iter().filter(|_| total > 0.0) {
            let reaction_weight = match line.counted {
                false => reaction_weights(&content.known.trusted),
                true => reaction_weights(&content.counted),
            };
            if reaction_weight > 0.0 {
                let points = (line.points * reaction_weight / total).min(left);
                *contents.entry(content.object.as_str()).or_default() += points;
                left -= points;
            }
        }
        unattributed += left;
    }
    let mut contents: Vec<(&str, f64)> = contents.into_iter().collect();
    contents.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let named = contents.len().min(MOMENTS);
    let other: f64 = contents[named..].iter().map(|(_, points)| points).sum();
    let remainder = |kind, points: f64| {
        // Less than that is what rounding left over.
        (points > 1e-9).then_some(Moment {
            kind,
            object: None,
            points,
        })
    };
    (contents[..named].iter())
        .map(|(object, points)| Moment {
            kind: MomentKind::Content,
            object: Some((*object).to_owned()),
            points: *points,
        })
        .chain(remainder(MomentKind::Unattributed, unattributed))
        .chain(remainder(MomentKind::Other, other))
        .collect()
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
                earned_points: earned,
                borrowed_points: borrowed,
                confidence: on_topic.confidence.get(),
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
    format!("With 90 % confidence, {what} lies between {lower:.1} and {upper:.1}.")
}

impl Part {
    /// What it measures, in a sentence.
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
