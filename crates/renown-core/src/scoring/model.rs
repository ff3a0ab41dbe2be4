//! The model: all parameters of the scoring method, as one frozen value.

use std::collections::BTreeMap;

use figment::Figment;
use figment::providers::{Format, Toml};
use figment::value::Dict;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::curve::Curve;
use super::decay::{Decay, Memory};
use super::parts::{Part, Source};
use super::weight::{Scale, Weight};
use crate::domain::{Currency, Invalid, ModelVersion, Money, Unit};

/// The built-in model file.
const BUILTIN: &str = include_str!("../../../../config/model.toml");

/// The model for communities in which attention lasts for hours.
const NEWS: &str = include_str!("../../../../config/models/2026-3-news.toml");

/// The model before it.
const BEFORE: &str = include_str!("../../../../config/models/2026-2.toml");

/// The whole scale, in points.
const EVERY_POINT: Weight = Weight::HUNDRED;

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
    #[serde(skip)]
    text: Box<str>,
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
    /// Without it, counts never feed reach.
    pub(super) reach: Option<CountedReach>,
}

/// The usual shares of counted credit at which counted likes and saves begin to
/// feed reach, and feed it in full.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CountedReach {
    from: Unit,
    full: Unit,
}

impl CountedReach {
    /// Returns how far counted likes and saves feed reach where this share of
    /// credit is usually counted: from 0 to 1.
    pub(super) fn at(self, usual: f64) -> f64 {
        let range = (self.full.get() - self.from.get()).max(f64::MIN_POSITIVE);
        ((usual - self.from.get()) / range).clamp(0.0, 1.0)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Selectivity {
    /// The memory that counts the output; a mix of all without it.
    pub(super) memory: Option<Memory>,
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
    /// Without it, more targets make up for less trust in them.
    pub(super) full: Option<Scale>,
    pub(super) mutual: Weight,
    /// The quantile of mutual reactions; `usual_quantile` without it.
    mutual_quantile: Option<Unit>,
    pub(super) usual_quantile: Unit,
    /// The untrusted reactors that are usual beside no trusted one.
    #[serde(default)]
    pub(super) free: Weight,
    /// Without it, every customer is a seed.
    pub(super) seeds: Option<Seeds>,
    #[serde(rename = "unvouched")]
    pub(super) untrusted: Weight,
    #[serde(rename = "unvouched_half")]
    pub(super) untrusted_half: Scale,
}

impl Trust {
    /// Returns the quantile of people up to which mutual reactions are usual.
    pub(super) fn mutual_quantile(&self) -> Unit {
        self.mutual_quantile.unwrap_or(self.usual_quantile)
    }
}

/// What makes a customer a seed of trust.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seeds {
    /// The money kept from orders, in the base currency.
    pub(super) spend: Weight,
    /// The days since that much was spent.
    pub(super) days: Scale,
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
    /// Without it, the lower end does not depend on how old reactions are.
    pub(super) newcomers: Option<Newcomers>,
}

/// How far the lower end waits for reactors whose first reaction is young.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Newcomers {
    /// The age at which a reactor counts in full, in days.
    pub(super) days: Scale,
    /// The most that younger reactors add to the lower end, in points.
    pub(super) points: Weight,
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

/// How confidence is computed.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub(super) enum Confidence {
    /// From the member's place among the topic's members.
    Rank(RankConfidence),
    /// From the amount of evidence, against that of the topic's top tenth.
    Amount(AmountConfidence),
}

impl Confidence {
    /// Returns the weighted reactions at which one reactor counts as half a
    /// person.
    pub(super) fn saturation(&self) -> f64 {
        match self {
            Self::Rank(rank) => rank.saturation.get(),
            Self::Amount(amount) => amount.saturation.get(),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RankConfidence {
    saturation: Scale,
    /// a, b and c of the method, m₀, and the least slope.
    pub(super) intercept: f64,
    pub(super) slope: Weight,
    pub(super) slope_by_activity: Weight,
    pub(super) least_slope: Weight,
    pub(super) everywhere: Weight,
    /// The most that people who are new to the member count, in people.
    pub(super) newcomers: Weight,
    /// The evidence that allows a confidence of one half.
    pub(super) half_people: Scale,
    pub(super) half_contents: Scale,
    pub(super) half_others: Scale,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AmountConfidence {
    saturation: Scale,
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
    /// The memory of purchases; that of reactions without it.
    pub(super) decay: Option<Decay>,
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
        let mut model = Self::parse_with(text, "")?;
        model.text = text.into();
        Ok(model)
    }

    /// Reads and checks a model file in which the keys of `changes` (TOML, too)
    /// have other values.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_with(text: &str, changes: &str) -> Result<Self, Invalid> {
        let model = Figment::from(Toml::string(text)).merge(Toml::string(changes));
        let model: Self =
            (model.extract()).map_err(|e| Invalid::new(format_args!("model: {e}")))?;
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
        if model.crowd.lower_points > EVERY_POINT {
            return Err(Invalid::new(
                "model: crowd.lower_points must be at most 100",
            ));
        }
        let (key, half) = match &model.confidence {
            Confidence::Rank(rank) => ("half_people", rank.half_people),
            Confidence::Amount(amount) => ("half_evidence", amount.half_evidence),
        };
        if half.get() < 4.0 {
            return Err(Invalid::new(format_args!(
                "model: confidence.{key} must be at least 4, so that one event never gives more than 0.2",
            )));
        }
        if model.trust.untrusted.get() > model.trust.untrusted_half.get() {
            return Err(Invalid::new(
                "model: trust.unvouched must be at most trust.unvouched_half, so that no reactor counts more than once",
            ));
        }
        Ok(model)
    }

    /// Returns the built-in model with other values for the keys of `changes`
    /// (TOML). Only for measuring what each key does.
    ///
    /// # Errors
    /// If a key is unknown or out of range; the error names it.
    pub fn builtin_with(changes: &str) -> Result<Self, Invalid> {
        Self::parse_with(BUILTIN, changes)
    }

    /// Returns the shipped model of a version.
    pub fn shipped(version: &ModelVersion) -> Option<Self> {
        let shipped = [Self::builtin(), Self::news(), Self::before()];
        shipped.into_iter().find(|model| model.version() == version)
    }

    /// Returns the shipped model for news.
    pub fn news() -> Self {
        Self::parse(NEWS).expect("the compiled-in model is checked by a test")
    }

    /// Returns the model that was built in before this one, which is still
    /// shipped.
    pub fn before() -> Self {
        Self::parse(BEFORE).expect("the compiled-in model is checked by a test")
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
        model.interval.newcomers = None;
        model
    }

    /// Returns the same model without the caps on the lower end of intervals.
    /// Only for measuring what intervals contain: the caps lower the end on
    /// purpose.
    pub fn without_caps(&self) -> Self {
        let mut model = self.clone();
        model.crowd.lower_points = EVERY_POINT;
        model.interval.newcomers = None;
        model
    }

    /// Returns the version that scores refer to.
    pub fn version(&self) -> &ModelVersion {
        &self.version
    }

    /// Returns the text that it was parsed from; empty for one with changes.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether the text of another model gives every key the same value;
    /// comments do not count.
    pub fn agrees_with(&self, text: &str) -> bool {
        let values = |text| Figment::from(Toml::string(text)).extract::<Dict>();
        matches!((values(&self.text), values(text)), (Ok(own), Ok(other)) if own == other)
    }

    /// Whether scores need what [`Newer`](super::snapshot::Newer) has: the model
    /// before did without.
    pub(super) fn needs_newer(&self) -> bool {
        matches!(self.confidence, Confidence::Rank(_))
            || self.interval.newcomers.is_some()
            || self.crowd.reach.is_some()
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
    fn the_model_before_is_still_shipped() {
        let before = Model::before();
        assert_eq!(before.version().as_str(), "2026-2");
        assert!(matches!(before.confidence, Confidence::Amount(_)));
        let shipped = Model::shipped(before.version()).unwrap();
        assert!(shipped.agrees_with(BEFORE));
        assert_eq!(Model::news().version().as_str(), "2026-3-news");
    }

    #[test]
    fn comments_are_no_part_of_a_model_and_numbers_are() {
        let model = Model::builtin();
        assert!(model.agrees_with(&BUILTIN.replace("# The worth", "# What is the worth")));
        assert!(!model.agrees_with(&BUILTIN.replace("share = 2.0", "share = 2.5")));
        assert!(!model.agrees_with(BEFORE) && !model.agrees_with("not a model"));
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
