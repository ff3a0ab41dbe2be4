//! What others may be told of: the kinds of message that go into the outbox,
//! and from there to webhooks and streams.

use std::fmt;
use std::str::FromStr;

use super::Invalid;

/// What a message tells. Every kind is listed here and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageKind {
    /// A member's tier in effect is another one.
    TierChanged,
    /// A member's tier will be lost unless it is earned again.
    TierWillChange,
    /// A tier that was to be lost is kept.
    TierRetained,
    /// A unit of a perk is held for a member.
    ClaimHeld,
    /// A held unit was confirmed.
    ClaimConfirmed,
    /// A confirmed unit was handed over.
    ClaimRedeemed,
    /// A held unit was given back.
    ClaimReleased,
    /// A held unit was not confirmed in time.
    ClaimExpired,
    /// A confirmed unit was taken back.
    ClaimCancelled,
    /// The last unit of a perk is taken.
    PerkExhausted,
    /// Lots were drawn for a perk.
    PerkDrawn,
    /// A version of a program was published.
    ProgramPublished,
    /// A version of a program was taken back before it began.
    ProgramWithdrawn,
    /// Everything about a member was erased.
    MemberErased,
    /// A member's score has moved since it was last told.
    ScoreChanged,
}

impl MessageKind {
    /// Every kind with its name on the wire, in the order of the variants.
    pub const ALL: [(Self, &str); 15] = [
        (Self::TierChanged, "tier.changed"),
        (Self::TierWillChange, "tier.will_change"),
        (Self::TierRetained, "tier.retained"),
        (Self::ClaimHeld, "claim.held"),
        (Self::ClaimConfirmed, "claim.confirmed"),
        (Self::ClaimRedeemed, "claim.redeemed"),
        (Self::ClaimReleased, "claim.released"),
        (Self::ClaimExpired, "claim.expired"),
        (Self::ClaimCancelled, "claim.cancelled"),
        (Self::PerkExhausted, "perk.exhausted"),
        (Self::PerkDrawn, "perk.drawn"),
        (Self::ProgramPublished, "program.published"),
        (Self::ProgramWithdrawn, "program.withdrawn"),
        (Self::MemberErased, "member.erased"),
        (Self::ScoreChanged, "score.changed"),
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

impl fmt::Display for MessageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MessageKind {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|(_, name)| *name == text);
        found.map(|(kind, _)| kind).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.into_iter().map(|(_, name)| name).collect();
            Invalid::new(format_args!(
                "a type of message is one of {}",
                names.join(", ")
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_from_its_name() {
        for (kind, name) in MessageKind::ALL {
            assert_eq!(kind.as_str(), name);
            assert_eq!(name.parse::<MessageKind>().unwrap(), kind);
        }
        let refused = "tier.*".parse::<MessageKind>().unwrap_err().to_string();
        assert!(refused.contains("tier.changed"), "{refused}");
    }
}
