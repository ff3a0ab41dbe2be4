//! Experiments: a share of those who would get a perk does not get it, so that
//! what it brings about can be told from what would have happened anyway.
//!
//! Who belongs to that share follows from the salt and the member's id alone,
//! so it is the same on every machine, today and in a replay. A larger share
//! under the same salt contains the smaller one.

use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt;
use utoipa::ToSchema;

use crate::domain::names::names;
use crate::domain::{Invalid, MemberId};

use super::evaluate::PerkOutcome;
use super::facts::Facts;
use super::program::{Perk, Program};
use super::source::Giver;
use super::view::View;
use crate::domain::Refusal;

/// What a share is counted in: hundredths of a percent of everybody.
const WHOLE: u16 = 10_000;
/// The smallest share, which is 1 %: less would never tell anything.
const LEAST: u16 = 100;
/// The largest, which is 50 %: more would hold back most people.
const MOST: u16 = 5_000;

/// What somebody wants to find out about a perk, or about all of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Experiment {
    /// What draws the groups. The same salt draws the same groups, of whatever
    /// perk and program.
    pub salt: String,
    /// The share that is held back.
    pub hold_back: Holdout,
}

/// The share of people that is held back: from 1 % to 50 %, in hundredths of
/// a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holdout(u16);

/// On which side of an experiment somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// Gets the perk if they are eligible.
    Offered,
    /// Does not get it although they would be eligible.
    HeldBack,
}

impl Arm {
    /// Both, those who are offered the perk first.
    pub const BOTH: [Self; 2] = [Self::Offered, Self::HeldBack];
}

names! {
    Arm, "a side of an experiment":
    Offered = "offered",
    HeldBack = "held_back",
}

/// What is seen of a perk by whoever asks for somebody's offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerkExposure<'p> {
    /// The perk's place in its program.
    pub perk: usize,
    /// Whether it was offered or held back.
    pub arm: Arm,
    /// The experiment that it counts for. `None` without one, and where a
    /// person gave the perk: no draw decided that.
    pub experiment: Option<&'p Experiment>,
}

/// Why a perk is held back, in an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ControlGroup {
    /// The experiment's salt, which with the member's id decides the group.
    pub salt: String,
    /// The share of people in that group, such as `10%`.
    pub hold_back: String,
    /// The same in words.
    pub sentence: String,
}

impl Holdout {
    /// Reads `10%` or `2.5%`.
    ///
    /// # Errors
    /// If it is not written so, or not from 1 % to 50 %.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let explain = || {
            Invalid::new(
                "a share that is held back is written as '10%' or '2.5%', from 1% to 50%, with at \
                 most two digits after the point",
            )
        };
        let number = text.strip_suffix('%').ok_or_else(explain)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "00"));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let written = digits(whole) && digits(fraction) && (1..=2).contains(&fraction.len());
        if !written || whole.is_empty() || whole.len() > 2 || whole.starts_with('0') {
            return Err(explain());
        }
        let parts: u16 = format!("{whole}{fraction:0<2}")
            .parse()
            .map_err(|_| explain())?;
        match (LEAST..=MOST).contains(&parts) {
            true => Ok(Self(parts)),
            false => Err(explain()),
        }
    }

    /// As a share of one.
    pub fn share(self) -> f64 {
        f64::from(self.0) / f64::from(WHOLE)
    }
}

impl fmt::Display for Holdout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 100, self.0 % 100) {
            (whole, 0) => write!(f, "{whole}%"),
            (whole, part) if part % 10 == 0 => write!(f, "{whole}.{}%", part / 10),
            (whole, part) => write!(f, "{whole}.{part:02}%"),
        }
    }
}

impl fmt::Display for Experiment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} held back, salt '{}'", self.hold_back, self.salt)
    }
}

impl Experiment {
    /// The side on which a member is: the first 64 bits of SHA-256 over the
    /// salt, a zero byte and the id are a number that is as likely to be
    /// anywhere as anywhere else.
    pub fn arm(&self, member: MemberId) -> Arm {
        let mut hash = Sha256::new();
        hash.update(self.salt.as_bytes());
        // No salt has one, so that no salt and id run into each other.
        hash.update([0]);
        hash.update(member.0.as_bytes());
        let digest = hash.finalize();
        let drawn = digest[..8]
            .iter()
            .fold(0, |sum, byte| (sum << 8) | u128::from(*byte));
        // From 0 up to, not including, `WHOLE`.
        let place = (drawn * u128::from(WHOLE)) >> 64;
        match place < u128::from(self.hold_back.0) {
            true => Arm::HeldBack,
            false => Arm::Offered,
        }
    }
}

impl Program {
    /// What the program as a whole is to find out.
    pub fn experiment(&self) -> Option<&Experiment> {
        self.experiment.as_ref()
    }

    /// What a perk is part of: its own experiment, else the program's. What
    /// people alone give is part of none.
    pub fn experiment_of<'p>(&'p self, perk: &'p Perk) -> Option<&'p Experiment> {
        match perk.by {
            Giver::Grants => None,
            Giver::Rules => perk.experiment.as_ref().or(self.experiment.as_ref()),
        }
    }

    /// What somebody who was shown an outcome has seen of its perks: what they
    /// were offered, and what was held back from them.
    pub fn exposures<'p>(
        &'p self,
        facts: &Facts<'_>,
        outcomes: &[PerkOutcome<'_>],
    ) -> Vec<PerkExposure<'p>> {
        let exposure = |(place, outcome): (usize, &PerkOutcome<'_>)| {
            let arm = outcome.eligibility.arm()?;
            let perk = self.perks.get(place)?;
            Some(self.exposure(place, perk, arm, facts))
        };
        outcomes.iter().enumerate().filter_map(exposure).collect()
    }

    /// What somebody has seen of one perk, if it was offered or held back.
    pub(super) fn exposure<'p>(
        &'p self,
        place: usize,
        perk: &'p Perk,
        arm: Arm,
        facts: &Facts<'_>,
    ) -> PerkExposure<'p> {
        let drawn = self.granted(perk, facts).is_none();
        PerkExposure {
            perk: place,
            arm,
            experiment: self.experiment_of(perk).filter(|_| drawn),
        }
    }

    /// Whether a perk is kept from somebody who would otherwise get it, so that
    /// there is something to compare with.
    pub(super) fn holds_back(&self, perk: &Perk, facts: &Facts<'_>, view: &View<'_>) -> bool {
        let Some(member) = &facts.member else {
            return false;
        };
        let arm = match (self.experiment_of(perk), &perk.experiment) {
            (None, _) => Arm::Offered,
            (Some(own), Some(_)) => own.arm(member.id),
            // One draw for all the perks that share it.
            (Some(shared), None) => view.shared_arm(|| shared.arm(member.id)),
        };
        arm == Arm::HeldBack
    }

    /// Why a perk is held back, where that is why it is refused.
    pub(super) fn control_group(
        &self,
        perk: &Perk,
        refusal: Option<Refusal>,
    ) -> Option<ControlGroup> {
        let experiment = self.experiment_of(perk)?;
        (refusal == Some(Refusal::HeldBack)).then(|| ControlGroup {
            salt: experiment.salt.clone(),
            hold_back: experiment.hold_back.to_string(),
            sentence: format!(
                "Held back as part of a comparison group of {} of people, drawn by chance.",
                experiment.hold_back
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn experiment(salt: &str, share: &str) -> Experiment {
        Experiment {
            salt: salt.to_owned(),
            hold_back: Holdout::parse(share).unwrap(),
        }
    }

    /// Ids as they are given out: in order of time, random at the end.
    fn members(seed: u64, n: u64) -> impl Iterator<Item = MemberId> {
        (0..n).map(move |i| MemberId(Uuid::from_u64_pair(seed.wrapping_add(i), !i)))
    }

    fn held_back(experiment: &Experiment, seed: u64, n: u64) -> Vec<bool> {
        let held_back = |id| experiment.arm(id) == Arm::HeldBack;
        members(seed, n).map(held_back).collect()
    }

    fn count(flags: &[bool]) -> f64 {
        flags.iter().filter(|flag| **flag).count() as f64
    }

    #[test]
    fn shares_are_read_and_shown() {
        for (text, share) in [
            ("1%", 0.01),
            ("2.5%", 0.025),
            ("10%", 0.1),
            ("33.33%", 0.3333),
            ("12.05%", 0.1205),
            ("50%", 0.5),
        ] {
            let parsed = Holdout::parse(text).unwrap();
            assert_eq!(
                (parsed.share(), parsed.to_string()),
                (share, text.to_owned())
            );
        }
        assert_eq!(Holdout::parse("50.00%").unwrap().to_string(), "50%");
        for text in [
            "",
            "%",
            "0%",
            "0.99%",
            "50.01%",
            "51%",
            "100%",
            "10",
            "0.1",
            "10 %",
            " 10%",
            "1.%",
            ".5%",
            "1.234%",
            "-5%",
            "+5%",
            "05%",
            "1e1%",
            "٣%",
            "1,5%",
            "99999999999999999999%",
        ] {
            assert!(Holdout::parse(text).is_err(), "{text}");
        }
    }

    /// The draw must never change: groups of experiments under way would.
    #[test]
    fn the_groups_are_what_they_always_were() {
        let experiment = experiment("spring-2026", "50%");
        let drawn: String = members(0, 32)
            .map(|id| match experiment.arm(id) {
                Arm::Offered => 'o',
                Arm::HeldBack => 'h',
            })
            .collect();
        assert_eq!(drawn, "ooohohohhooohhhoohhohohhhhoohooh");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Within four standard deviations, 1 in 16,000 of which are beyond.
        #[test]
        fn the_share_is_as_was_said(
            salt in "[ -~]{1,64}",
            parts in LEAST..=MOST,
            seed in any::<u32>(),
        ) {
            let experiment = Experiment { salt, hold_back: Holdout(parts) };
            let n = 10_000;
            let share = experiment.hold_back.share();
            let found = count(&held_back(&experiment, seed.into(), n)) / n as f64;
            let deviation = (share * (1.0 - share) / n as f64).sqrt();
            prop_assert!((found - share).abs() < 5.0 * deviation, "{found} of {share}");
        }

        #[test]
        fn it_is_the_same_on_every_call(
            salt in "\\PC{1,64}",
            parts in LEAST..=MOST,
            id in any::<u128>(),
        ) {
            let experiment = Experiment { salt, hold_back: Holdout(parts) };
            let member = MemberId(Uuid::from_u128(id));
            prop_assert_eq!(experiment.arm(member), experiment.clone().arm(member));
        }

        /// Who is held back in one says nothing about another.
        #[test]
        fn salts_are_independent(
            salts in ("[a-z]{1,20}", "[a-z]{1,20}").prop_filter("two", |(a, b)| a != b),
            seed in any::<u32>(),
        ) {
            let n = 10_000;
            let [a, b] = [&salts.0, &salts.1].map(|salt| {
                held_back(&experiment(salt, "50%"), seed.into(), n)
            });
            let both: Vec<bool> = a.iter().zip(&b).map(|(a, b)| *a && *b).collect();
            let expected = 0.25;
            let deviation = (expected * 0.75 / n as f64).sqrt();
            let found = count(&both) / n as f64;
            prop_assert!((found - expected).abs() < 5.0 * deviation, "{found}");
        }

        /// Whoever is held back stays so when more people are.
        #[test]
        fn more_includes_less(
            parts in (LEAST..=MOST, LEAST..=MOST),
            id in any::<u128>(),
        ) {
            let arm = |parts| {
                let experiment = Experiment { salt: "s".to_owned(), hold_back: Holdout(parts) };
                experiment.arm(MemberId(Uuid::from_u128(id)))
            };
            let (less, more) = (parts.0.min(parts.1), parts.0.max(parts.1));
            prop_assert!(arm(less) <= arm(more));
        }
    }
}
