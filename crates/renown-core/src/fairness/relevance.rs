//! Is a perk about anything that the person cares for?
//!
//! An upgrade for a cookie expert at a casino helps nobody. A perk with topics
//! goes to whoever has confidence *or* interest in one of them. No data is not
//! a lack of interest: whoever's topics are not known at all gets the perk too,
//! unless it insists.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Topic, TopicScore};

/// The confidence from which a topic counts as the person's own. It is the
/// share of people who are in the top tenth, so nobody below it is more likely
/// than chance to be one of them.
pub const MIN_CONFIDENCE: f64 = 0.1;

/// How much a perk insists on its topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    /// Also for those about whose topics nothing is known.
    #[default]
    Preferred,
    /// Only for those who have shown something.
    Required,
}

/// Why a perk is relevant to a person, or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The perk names no topics: it is for everybody.
    NoTopics,
    /// The person has confidence or interest in one of the topics.
    Shown,
    /// Nothing is known about the person's topics, these or others, and the
    /// perk does not require that there be.
    NothingKnown,
    /// Something is known about the person, and it is not about these topics;
    /// or nothing is, and the perk requires it.
    NotRelevant,
}

impl Verdict {
    /// Whether the perk may go to the person, as far as topics are concerned.
    pub fn is_relevant(self) -> bool {
        self != Self::NotRelevant
    }
}

/// Whether one topic shows that the person cares.
fn shown(score: &TopicScore) -> bool {
    score.confidence.get() >= MIN_CONFIDENCE || score.interest.get() > 0.0
}

/// Judges a perk by what is known about the person on each of its topics
/// (`None` where nothing is), and by whether anything is known about the
/// person's topics at all, these or others.
pub fn judge<'s>(
    topics: impl IntoIterator<Item = Option<&'s TopicScore>>,
    any_topic_known: bool,
    demand: Demand,
) -> Verdict {
    let mut named = false;
    for score in topics {
        named = true;
        if score.is_some_and(shown) {
            return Verdict::Shown;
        }
    }
    match (named, any_topic_known, demand) {
        (false, _, _) => Verdict::NoTopics,
        (true, false, Demand::Preferred) => Verdict::NothingKnown,
        _ => Verdict::NotRelevant,
    }
}

/// One of a perk's topics, as an answer shows it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TopicSign {
    /// The topic's slug.
    #[schema(value_type = String)]
    pub topic: Topic,
    /// The probability, from 0 to 1, that the person is in the top tenth on
    /// it; absent if nothing is known.
    pub confidence: Option<f64>,
    /// How much the person's own posts, purchases and declarations are about
    /// it, from 0 to 1; absent if nothing is known.
    pub interest: Option<f64>,
    /// Whether this topic alone makes the perk relevant.
    pub relevant: bool,
}

impl TopicSign {
    /// Shows one topic.
    pub fn new(topic: &Topic, score: Option<&TopicScore>) -> Self {
        Self {
            topic: topic.clone(),
            confidence: score.map(|s| s.confidence.get()),
            interest: score.map(|s| s.interest.get()),
            relevant: score.is_some_and(shown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Unit;

    fn score(confidence: f64, interest: f64) -> TopicScore {
        TopicScore {
            influence: 0.0,
            confidence: Unit::clamped(confidence),
            evidence: 0.0,
            interest: Unit::clamped(interest),
        }
    }

    #[test]
    fn confidence_or_interest_makes_a_perk_relevant() {
        let (sure, keen, neither) = (score(0.1, 0.0), score(0.0, 0.01), score(0.09, 0.0));
        for demand in [Demand::Preferred, Demand::Required] {
            assert_eq!(judge([None, Some(&sure)], true, demand), Verdict::Shown);
            assert_eq!(judge([Some(&keen)], true, demand), Verdict::Shown);
            assert_eq!(judge([Some(&neither)], true, demand), Verdict::NotRelevant);
            assert_eq!(judge([], true, demand), Verdict::NoTopics);
        }
    }

    #[test]
    fn an_expert_on_something_else_is_not_meant() {
        let verdict = judge([None, None], true, Demand::Preferred);
        assert_eq!(verdict, Verdict::NotRelevant);
    }

    #[test]
    fn no_data_is_no_lack_of_interest_unless_it_is_required() {
        let judge = |demand| judge([None, None], false, demand);
        assert_eq!(judge(Demand::Preferred), Verdict::NothingKnown);
        assert_eq!(judge(Demand::Required), Verdict::NotRelevant);
    }
}
