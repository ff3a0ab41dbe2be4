//! The model: all parameters of the scoring method, as one frozen value.

use std::collections::BTreeMap;

use figment::providers::{Format, Toml};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::curve::Curve;
use super::decay::Decay;
use super::parts::{Part, Source};
use super::weight::{Scale, Weight};
use crate::domain::{Currency, Invalid, ModelVersion, Money, Unit};

/// The built-in model file.
const BUILTIN: &str = include_str!("../../../../config/model.toml");

/// Weights, half-lives, anchors and exchange rates, and the version that scores
/// refer to. `config/model.toml` explains every number.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    version: ModelVersion,
    pub(super) decay: Decay,
    reactions: Reactions,
    pub(super) credit: Credit,
    pub(super) crowd: Crowd,
    pub(super) selectivity: Selectivity,
    pub(super) trust: Trust,
    parts: Parts,
    pub(super) influence: Map,
    pub(super) interval: IntervalModel,
    pub(super) topics: Topics,
    pub(super) confidence: Confidence,
    pub(super) interest: Interest,
    pub(super) value: Value,
    rates: ExchangeRates,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reactions {
    like: Weight,
    save: Weight,
    reply: Weight,
    mention: Weight,
    share: Weight,
    list: Weight,
    endorse: Weight,
    follow: Weight,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Credit {
    pub(super) saturation: Scale,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Crowd {
    pub(super) trust: Unit,
    pub(super) scale: Scale,
    pub(super) lower_points: Weight,
    pub(super) profile: Weight,
    pub(super) profile_scale: Scale,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Selectivity {
    pub(super) free_output: Scale,
    pub(super) exponent: Weight,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trust {
    pub(super) damping: Unit,
    pub(super) everywhere: Unit,
    pub(super) half: Scale,
    pub(super) spread: Scale,
    pub(super) mutual: Weight,
    pub(super) usual_quantile: Unit,
    #[serde(rename = "unvouched")]
    pub(super) untrusted: Weight,
    #[serde(rename = "unvouched_half")]
    pub(super) untrusted_half: Scale,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    reach: Term,
    amplification: Term,
    engagement: Term,
    curation: Term,
    audience: Term,
    breadth: Term,
}

/// One term of a sum: `weight × ln(1 + credit / unit)`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Term {
    weight: Weight,
    unit: Scale,
}

impl Term {
    /// Returns what a credit adds to the sum; non-decreasing, 0 at 0.
    pub(super) fn of(self, credit: f64) -> f64 {
        self.weight.get() * (credit / self.unit.get()).ln_1p()
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Map {
    pub(super) anchors: Curve,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IntervalModel {
    pub(super) observation: Scale,
    pub(super) dispersion: Scale,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Topics {
    pub(super) parent: Unit,
    pub(super) concentration: Scale,
    pub(super) borrowing: Weight,
    pub(super) dislike: Weight,
    pub(super) dislike_share: Unit,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confidence {
    pub(super) saturation: Scale,
    pub(super) threshold: Scale,
    pub(super) threshold_members: Weight,
    pub(super) threshold_floor: Scale,
    pub(super) independence: Scale,
    pub(super) half_evidence: Scale,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Interest {
    pub(super) scale: Scale,
    pub(super) purchase: Weight,
    pub(super) declared: Unit,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Value {
    pub(super) first: Weight,
    pub(super) returning: Scale,
    pub(super) observation: Scale,
    pub(super) frequency: Term,
    pub(super) money: Term,
    pub(super) map: Map,
}

/// Exchange rates into one base currency.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangeRates {
    base: Currency,
    /// What one unit of each currency is worth in the base currency.
    worth: BTreeMap<Currency, Decimal>,
}

impl ExchangeRates {
    /// Returns the currency in which value is counted.
    pub fn base(&self) -> &Currency {
        &self.base
    }

    /// Returns the currencies that can be converted, the base first.
    pub fn currencies(&self) -> impl Iterator<Item = &Currency> {
        std::iter::once(&self.base).chain(self.worth.keys())
    }

    /// Converts an amount into the base currency; `None` if there is no rate,
    /// or the result is too large.
    pub fn convert(&self, money: &Money) -> Option<Decimal> {
        if money.currency() == &self.base {
            return Some(money.amount());
        }
        money
            .amount()
            .checked_mul(*self.worth.get(money.currency())?)
    }
}

impl Model {
    /// Reads and checks a model file (TOML).
    ///
    /// # Errors
    /// If a key is missing, unknown or out of range; the error names it.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let model: Self =
            Toml::from_str(text).map_err(|e| Invalid::new(format_args!("model: {e}")))?;
        if let Some((currency, _)) = model
            .rates
            .worth
            .iter()
            .find(|(_, rate)| **rate <= Decimal::ZERO)
        {
            return Err(Invalid::new(format_args!(
                "model: the rate of {currency} must be above 0"
            )));
        }
        if model.crowd.lower_points.get() > 100.0 {
            return Err(Invalid::new(
                "model: crowd.lower_points must be at most 100",
            ));
        }
        if model.confidence.half_evidence.get() < 4.0 {
            return Err(Invalid::new(
                "model: confidence.half_evidence must be at least 4, so that one event never gives more than 0.2",
            ));
        }
        Ok(model)
    }

    /// Returns the built-in model.
    pub fn builtin() -> Self {
        Self::parse(BUILTIN).expect("the compiled-in model is checked by a test")
    }

    /// Returns the same model with every defence against manipulation off: all
    /// reactors are fully trusted. Only for measuring what the defences do.
    pub fn without_defences(&self) -> Self {
        const EVERYTHING: Scale = Scale::HUGE;
        let mut model = self.clone();
        model.selectivity.exponent = Weight::ZERO;
        model.trust.untrusted = EVERYTHING.into();
        model.trust.untrusted_half = EVERYTHING;
        model
    }

    /// Returns the version that scores refer to.
    pub fn version(&self) -> &ModelVersion {
        &self.version
    }

    /// Returns the exchange rates.
    pub fn rates(&self) -> &ExchangeRates {
        &self.rates
    }

    /// Whether it has a rate for the currency.
    pub fn converts(&self, currency: &Currency) -> bool {
        currency == &self.rates.base || self.rates.worth.contains_key(currency)
    }

    /// Returns the weight of one reaction of this source, in likes; 0 for
    /// dislikes, which are deducted separately, and for profiles.
    pub(super) fn weight(&self, source: Source) -> f64 {
        match source {
            Source::Like => self.reactions.like,
            Source::Save => self.reactions.save,
            Source::Reply => self.reactions.reply,
            Source::Mention => self.reactions.mention,
            Source::Share => self.reactions.share,
            Source::List => self.reactions.list,
            Source::Endorse => self.reactions.endorse,
            Source::Follow => self.reactions.follow,
            Source::Dislike | Source::Profile => return 0.0,
        }
        .get()
    }

    pub(super) fn term(&self, part: Part) -> Term {
        match part {
            Part::Reach => self.parts.reach,
            Part::Amplification => self.parts.amplification,
            Part::Engagement => self.parts.engagement,
            Part::Curation => self.parts.curation,
            Part::Audience => self.parts.audience,
            Part::Breadth => self.parts.breadth,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_model_is_valid() {
        assert!(Model::parse(BUILTIN).is_ok());
    }

    #[test]
    fn a_negative_weight_is_refused_by_name() {
        let text = BUILTIN.replace("share = 2.0", "share = -2.0");
        let error = Model::parse(&text).unwrap_err().to_string();
        assert!(error.contains("at least 0"), "{error}");
        assert!(error.contains("share"), "{error}");
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let text = BUILTIN.replace("[credit]", "[credit]\nsaturaton = 2.0");
        assert!(
            Model::parse(&text)
                .unwrap_err()
                .to_string()
                .contains("saturaton")
        );
    }

    #[test]
    fn money_is_converted_as_a_decimal() {
        let model = Model::builtin();
        let worth = model.rates().convert(&"0.1 EUR".parse().unwrap()).unwrap();
        assert_eq!(worth.to_string(), "0.110");
        assert!(model.rates().convert(&"1 XXX".parse().unwrap()).is_none());
        assert!(!model.converts(&Currency::parse("XXX").unwrap()));
    }
}
