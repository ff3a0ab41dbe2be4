//! The card of a model: what its numbers claim, and those of its parameters that a reader
//! of scores understands.

use super::Model;
use super::model::Confidence;
use crate::domain::Currency;

/// What a model's numbers claim, in plain words.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelCard {
    /// What influence measures, in a sentence.
    pub influence: &'static str,
    /// What the lower end of the interval guards against, in a sentence.
    pub lower: &'static str,
    /// What confidence states, in a sentence.
    pub confidence: &'static str,
    /// What value predicts, in a sentence.
    pub value: &'static str,
    /// The currency in which value is counted.
    pub currency: Currency,
    /// The parameters. A model without one of these has no such rule.
    pub parameters: Vec<CardParameter>,
}

/// A parameter of a model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CardParameter {
    /// Its name, with its unit at the end.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
    /// What the parameter does, in a sentence.
    pub meaning: &'static str,
}

const INFLUENCE: &str = "From 0 to 100: how much other people do because of the member. Only \
    their reactions count, each person once in part, recent ones more. The member's own posts \
    earn nothing. Unknown without evidence.";
const LOWER: &str = "The lower end of the 90 % interval of influence, which rules test. Counts \
    without names and people who are new to the member add at most some points to it.";
const CONFIDENCE: &str = "The probability that the member belongs to the top tenth of the topic's \
    active members: among pairs of a member and a topic with confidence near c, a share near c \
    turn out in the top tenth in the period that follows. The check says whether this held here.";
const VALUE: &str = "From 0 to 100: what purchases predict of later spending. Unknown without a \
    purchase.";

impl Model {
    /// Returns the model's card.
    pub fn card(&self) -> ModelCard {
        let [short, middle, long] = self.decay.half_lives_days();
        let mut parameters = vec![
            parameter(
                "short_half_life_days",
                short,
                "the half-life of the shortest of the three memories of reactions",
            ),
            parameter(
                "middle_half_life_days",
                middle,
                "the half-life of the middle memory",
            ),
            parameter(
                "long_half_life_days",
                long,
                "the half-life of the longest memory, which follows and profiles have, too",
            ),
            parameter(
                "lower_points_by_counts",
                self.crowd.lower_points.get(),
                "the most that reactions without a name add to the lower end, in points",
            ),
        ];
        if let Some(newcomers) = self.interval.newcomers {
            parameters.extend([
                parameter(
                    "newcomer_days",
                    newcomers.days.get(),
                    "how long after a first reaction its author is new to the member",
                ),
                parameter(
                    "lower_points_by_newcomers",
                    newcomers.points.get(),
                    "the most that people who are new to the member add to the lower end, in points",
                ),
            ]);
        }
        if let Some(seeds) = self.trust.seeds {
            parameters.extend([
                parameter(
                    "seed_spend",
                    seeds.spend.get(),
                    "what a customer must have spent for trust to start from them, in the currency",
                ),
                parameter(
                    "seed_days",
                    seeds.days.get(),
                    "how long ago that must have been, in days",
                ),
            ]);
        }
        if let Confidence::Rank(rank) = &self.confidence {
            parameters.extend([
                parameter(
                    "confidence_half_people",
                    rank.half_people.get(),
                    "the people who must have reacted on a topic for a confidence of one half",
                ),
                parameter(
                    "confidence_half_contents",
                    rank.half_contents.get(),
                    "the contents that they must have reacted to",
                ),
                parameter(
                    "confidence_half_others",
                    rank.half_others.get(),
                    "the other members that must be active on the topic",
                ),
            ]);
        }
        ModelCard {
            influence: INFLUENCE,
            lower: LOWER,
            confidence: CONFIDENCE,
            value: VALUE,
            currency: self.rates().base().clone(),
            parameters,
        }
    }
}

fn parameter(name: &'static str, value: f64, meaning: &'static str) -> CardParameter {
    CardParameter {
        name,
        value,
        meaning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_names_what_the_model_has() {
        let named = |model: &Model, name: &str| {
            let card = model.card();
            let found = card.parameters.iter().find(|it| it.name == name);
            found.map(|it| it.value)
        };
        let (now, before) = (Model::builtin(), Model::before());
        assert_eq!(named(&now, "newcomer_days"), Some(30.0));
        assert_eq!(named(&now, "confidence_half_people"), Some(4.0));
        assert!((named(&now, "short_half_life_days").unwrap() - 2.0).abs() < 1e-9);
        assert_eq!(named(&before, "newcomer_days"), None);
    }
}
