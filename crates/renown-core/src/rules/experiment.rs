//! Experiments: a share of the eligible members does not get a perk (the control
//! group), so that the effect of the perk can be measured.
//!
//! The salt and the member's id alone decide who is in the control group, so the
//! group is the same on every machine, today and in a replay. With the same salt,
//! the group of a larger share contains the group of a smaller one.

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

/// The whole, in the unit of a share: hundredths of a percent.
const WHOLE: u16 = 10_000;
/// The smallest share, 1 %: a smaller control group would never show an effect.
const LEAST: u16 = 100;
/// The largest share, 50 %: with more, most members would get nothing.
const MOST: u16 = 5_000;

/// An experiment about one perk, or about all perks of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Experiment {
    /// The salt that draws the groups. The same salt draws the same groups, in every
    /// perk and program.
    pub salt: String,
    /// The share of members in the control group.
    pub hold_back: Holdout,
}

/// The share of members in the control group: from 1 % to 50 %, in hundredths of a
/// percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holdout(u16);

/// The arm of an experiment that a member is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Arm {
    /// Treatment group: an eligible member gets the perk.
    Offered,
    /// Control group: an otherwise eligible member does not get the perk.
    HeldBack,
}

impl Arm {
    /// Both arms, `Offered` first.
    pub const BOTH: [Self; 2] = [Self::Offered, Self::HeldBack];
}

names! {
    Arm, "a side of an experiment":
    Offered = "offered",
    HeldBack = "held_back",
}

/// An exposure: a member was offered a perk, or was in its control group, when their
/// offers were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerkExposure<'p> {
    /// The place of the perk in its program, from 0.
    pub perk: usize,
    /// The arm that the member is in.
    pub arm: Arm,
    /// The experiment that the exposure counts for. `None` if the perk has no
    /// experiment, or if a grant gave the perk, because no draw decided then.
    pub experiment: Option<&'p Experiment>,
}

/// The control group that a member is in, as shown in an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ControlGroup {
    /// The salt of the experiment. Together with the member's id it decides the group.
    pub salt: String,
    /// The share of members in the control group, such as `10%`.
    pub hold_back: String,
    /// The same as a sentence in English.
    pub sentence: String,
}

impl Holdout {
    /// Parses `10%` or `2.5%`.
    ///
    /// # Errors
    /// If the text is not in this notation, or the share is not from 1 % to 50 %.
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

    /// Returns the share as a fraction, from 0.01 to 0.5.
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
    /// Returns the arm of a member. The first 64 bits of SHA-256 over the salt, a zero
    /// byte and the member's id are a uniformly distributed number, which decides.
    pub fn arm(&self, member: MemberId) -> Arm {
        let mut hash = Sha256::new();
        hash.update(self.salt.as_bytes());
        // A salt contains no zero byte, so the zero byte marks where the id begins.
        hash.update([0]);
        hash.update(member.0.as_bytes());
        let digest = hash.finalize();
        let drawn = digest[..8]
            .iter()
            .fold(0, |sum, byte| (sum << 8) | u128::from(*byte));
        // From 0 to `WHOLE` - 1.
        let place = (drawn * u128::from(WHOLE)) >> 64;
        match place < u128::from(self.hold_back.0) {
            true => Arm::HeldBack,
            false => Arm::Offered,
        }
    }
}

impl Program {
    /// The experiment of the whole program, if there is one. It covers the perks
    /// without an experiment of their own.
    pub fn experiment(&self) -> Option<&Experiment> {
        self.experiment.as_ref()
    }

    /// Returns the experiment that covers a perk: its own, otherwise the program's.
    /// A perk that only grants give is in no experiment.
    pub fn experiment_of<'p>(&'p self, perk: &'p Perk) -> Option<&'p Experiment> {
        match perk.by {
            Giver::Grants => None,
            Giver::Rules => perk.experiment.as_ref().or(self.experiment.as_ref()),
        }
    }

    /// Returns the exposures of a member that was shown an outcome: one for each perk
    /// that was offered, or refused because the member is in the control group.
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

    /// Returns the exposure of a member to one perk.
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

    /// Whether the member is in the control group of a perk.
    pub(super) fn holds_back(&self, perk: &Perk, facts: &Facts<'_>, view: &View<'_>) -> bool {
        let Some(member) = &facts.member else {
            return false;
        };
        let arm = match (self.experiment_of(perk), &perk.experiment) {
            (None, _) => Arm::Offered,
            (Some(own), Some(_)) => own.arm(member.id),
            // One draw for all perks that share the experiment.
            (Some(shared), None) => view.shared_arm(|| shared.arm(member.id)),
        };
        arm == Arm::HeldBack
    }

    /// Returns the control group, if the perk is refused because the member is in it.
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

    /// Ids like the real ones: ordered by time, random at the end.
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

    /// The draw must never change, because running experiments would get other groups.
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

        /// The share found is within five standard deviations of the share set; one draw in
        /// 1.7 million is outside.
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

        /// The control groups of two salts are independent.
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

        /// A larger control group contains the smaller one.
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
