//! What reactions are worth: credit in whole reactors. Returns diminish per
//! reactor, and counts pay logarithmically.

use super::Model;
use super::decay::{PerScale, SCALES, Sums};
use super::parts::{Part, Source};

/// The reactions that feed each part. Follows are separate, because they last.
const FED: [(Part, &[Source]); 4] = [
    (
        Part::Reach,
        &[
            Source::Like,
            Source::Save,
            Source::Reply,
            Source::Mention,
            Source::Share,
            Source::List,
            Source::Endorse,
        ],
    ),
    (Part::Amplification, &[Source::Mention, Source::Share]),
    (
        Part::Engagement,
        &[Source::Like, Source::Save, Source::Reply],
    ),
    (Part::Curation, &[Source::List, Source::Endorse]),
];

/// One reactor's sums of one source, to be credited.
pub(super) struct Given<'a> {
    pub(super) source: Source,
    pub(super) sums: &'a Sums,
    /// The part of them that counts: 1, or less on a parent topic.
    pub(super) worth: f64,
}

/// The credit that one reactor gives.
#[derive(Debug, Default)]
pub(super) struct PairCredit {
    /// Credit by part and source.
    pub(super) lines: Vec<(Part, Source, f64)>,
    /// How far the reactor is present as one more person, from 0 to 1.
    pub(super) present: f64,
    /// Credit of dislikes, which feed no part.
    pub(super) dislike: f64,
}

impl PairCredit {
    /// Credits one reactor. For each timescale k, with s the sum of weighted
    /// reactions as of the reactor's latest event, the credit is
    /// `credibility · s / (s + saturation) · 2^(-age / half-life)`, mixed over
    /// the timescales and split over sources in proportion to s. It is from 0
    /// to `credibility`, whatever one account does.
    pub(super) fn compute<'a>(
        &mut self,
        model: &Model,
        credibility: f64,
        given: impl Iterator<Item = Given<'a>> + Clone,
        now: i64,
    ) {
        self.lines.clear();
        self.present = 0.0;
        self.dislike = 0.0;
        let happened = given.clone().filter(|g| g.source != Source::Follow);
        if let Some(latest) = happened.clone().map(|g| g.sums.at).max() {
            self.reactions(model, credibility, happened, latest, now);
        }
        for follow in given.filter(|g| g.source == Source::Follow) {
            self.follow(model, credibility, follow.sums.at, now);
        }
    }

    fn reactions<'a>(
        &mut self,
        model: &Model,
        credibility: f64,
        given: impl Iterator<Item = Given<'a>>,
        latest: i64,
        now: i64,
    ) {
        let mut weighted = [[0.0; SCALES]; Source::COUNT];
        for Given {
            source,
            sums,
            worth,
        } in given
        {
            let weight = match source {
                Source::Dislike => model.topics.dislike.get(),
                _ => model.weight(source),
            } * worth;
            let sums = sums.at(&model.decay, latest);
            for scale in 0..SCALES {
                weighted[source as usize][scale] += weight * sums[scale];
            }
        }
        let factors = model.decay.factors(latest, now);
        let saturated = |sums: PerScale| -> PerScale {
            let saturation = model.credit.saturation.get();
            std::array::from_fn(|k| credibility * factors[k] / (sums[k] + saturation))
        };
        for (part, sources) in FED {
            let total: PerScale = std::array::from_fn(|k| {
                sources
                    .iter()
                    .map(|source| weighted[*source as usize][k])
                    .sum()
            });
            if total == [0.0; SCALES] {
                continue;
            }
            if part == Part::Reach {
                let saturation = model.confidence.saturation();
                let present: PerScale = std::array::from_fn(|k| {
                    credibility * factors[k] * total[k] / (total[k] + saturation)
                });
                self.present = model.decay.mix(present);
            }
            let per_weight = saturated(total);
            for source in sources {
                let sums = weighted[*source as usize];
                let credit = model
                    .decay
                    .mix(std::array::from_fn(|k| sums[k] * per_weight[k]));
                if credit > 0.0 {
                    self.lines.push((part, *source, credit));
                }
            }
        }
        let dislikes = weighted[Source::Dislike as usize];
        let per_weight = saturated(dislikes);
        self.dislike = model
            .decay
            .mix(std::array::from_fn(|k| dislikes[k] * per_weight[k]));
    }

    /// Credits a follow, which fades on the longest timescale only. For reach
    /// it adds to what the reactions leave of one reactor:
    /// `1 - (1 - r)(1 - f)`.
    fn follow(&mut self, model: &Model, credibility: f64, at: i64, now: i64) {
        let weight = model.weight(Source::Follow);
        let fading = model.decay.factors(at, now)[SCALES - 1];
        let credit = credibility * fading * weight / (weight + model.credit.saturation.get());
        let reach = self.lines.iter().filter(|line| line.0 == Part::Reach);
        let taken: f64 = reach.map(|line| line.2).sum::<f64>();
        if credit > 0.0 {
            let left = (1.0 - taken / credibility).max(0.0);
            self.lines
                .push((Part::Reach, Source::Follow, credit * left));
            self.lines.push((Part::Audience, Source::Follow, credit));
        }
    }
}

/// Returns the credit of pooled anonymous reactions: for each timescale
/// `trust · scale · ln(1 + weight · s / scale)`, fading from the latest event.
/// Reactions are pooled before the logarithm, so that splitting a count pays
/// nothing.
pub(super) fn crowd_credit(model: &Model, weight: f64, pooled: &Sums, now: i64) -> f64 {
    let scale = model.crowd.scale.get();
    let trust = model.crowd.trust.get();
    pooled.returned(&model.decay, now, |s| {
        trust * scale * (weight * s / scale).ln_1p()
    })
}

/// Returns the same for followers of whom only the number is known: they last,
/// and fade on the longest timescale only.
pub(super) fn crowd_follows(model: &Model, pooled: &Sums, now: i64) -> f64 {
    let scale = model.crowd.scale.get();
    let followers = model.weight(Source::Follow) * pooled.sums[SCALES - 1];
    let fading = model.decay.factors(pooled.at, now)[SCALES - 1];
    model.crowd.trust.get() * scale * (followers / scale).ln_1p() * fading
}

/// Returns the credit of a profile's counter, fading on the longest timescale:
/// `profile · ln(1 + n / profile_scale)`.
pub(super) fn profile_credit(model: &Model, counter: u64, at: i64, now: i64) -> f64 {
    let worth = (counter as f64 / model.crowd.profile_scale.get()).ln_1p();
    let fading = model.decay.factors(at, now)[SCALES - 1];
    model.crowd.profile.get() * worth * fading
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(model: &Model, reactions: f64) -> f64 {
        let sums = Sums::one(reactions, 0);
        let given = [Given {
            source: Source::Like,
            sums: &sums,
            worth: 1.0,
        }];
        let mut credit = PairCredit::default();
        credit.compute(model, 1.0, given.iter().map(|g| Given { ..*g }), 0);
        let lines = credit.lines.iter().filter(|line| line.0 == Part::Reach);
        lines.map(|line| line.2).sum()
    }

    #[test]
    fn a_thousand_likes_of_one_account_are_not_worth_much_more_than_ten() {
        let model = Model::builtin();
        assert!(reach(&model, 1000.0) <= 1.5 * reach(&model, 10.0));
        assert!(reach(&model, 1e9) <= 1.0);
        assert!(reach(&model, 1.0) >= 0.1);
    }

    #[test]
    fn counts_pay_logarithmically() {
        let model = Model::builtin();
        let credit = |n: f64| crowd_credit(&model, 1.0, &Sums::one(n, 0), 0);
        assert!(credit(1.0) < reach(&model, 1.0));
        assert!(credit(25_000.0) < 3.0 * credit(250.0));
    }
}
