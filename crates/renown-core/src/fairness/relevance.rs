//! Relevance of a perk to a person.
//!
//! A perk on a topic that the person does not care about is useless: an upgrade
//! for a cookie expert at a casino, for example. A perk with topics goes to
//! persons with confidence *or* interest in one of them. Missing data is not a
//! lack of interest: a person whose topics are all unknown gets the perk too,
//! unless it requires a topic.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Topic, TopicScore};

/// The minimum confidence, from 0 to 1, at which a topic counts as the person's
/// own. It equals the share of people who are in the top tenth, so a person
/// below it is not more likely than chance to be one of them.
pub const MIN_CONFIDENCE: f64 = 0.1;

/// How strictly a perk requires one of its topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    /// The perk also goes to people whose topics are not known at all.
    #[default]
    Preferred,
    /// The perk only goes to people with confidence or interest in a topic.
    Required,
}

/// The reason why a perk is relevant to a person, or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The perk has no topics: it is relevant to every person.
    NoTopics,
    /// The person has confidence or interest in one of the topics.
    Shown,
    /// Nothing is known about any topic of the person, and the perk does not
    /// require it.
    NothingKnown,
    /// Something is known about the person, but no confidence or interest in
    /// these topics; or nothing is known, and the perk requires it.
    NotRelevant,
}

impl Verdict {
    /// Returns whether the topics allow the perk to go to the person.
    pub fn is_relevant(self) -> bool {
        self != Self::NotRelevant
    }
}

/// Returns whether the score shows confidence or interest in the topic.
fn shown(score: &TopicScore) -> bool {
    score.confidence.get() >= MIN_CONFIDENCE || score.interest.get() > 0.0
}

/// Judges the relevance of a perk. `topics` has the person's score on each of
/// the perk's topics (`None` if unknown). `any_topic_known` says whether
/// anything is known about any topic of the person.
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

/// One topic of a perk, with what is known about the person on it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TopicSign {
    /// The topic's slug.
    #[schema(value_type = String)]
    pub topic: Topic,
    /// The probability, from 0 to 1, that the person is in the top tenth on the
    /// topic; absent if nothing is known.
    pub confidence: Option<f64>,
    /// The share, from 0 to 1, to which the person's own posts, purchases and
    /// declarations are about the topic; absent if nothing is known.
    pub interest: Option<f64>,
    /// Whether this topic alone makes the perk relevant.
    pub relevant: bool,
}

impl TopicSign {
    /// Describes one topic.
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
            confidence: Unit::clamped(confidence),
            interest: Unit::clamped(interest),
            ..TopicScore::default()
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
