//! The kinds of message that go into the outbox, and from there to webhooks and
//! streams.

use super::ProgramId;
use super::names::names;
use super::schema::{described, one_of};

/// The kind of a message. This is the only list of all kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageKind {
    /// A member's tier in effect has changed.
    TierChanged,
    /// A member will lose a tier unless it is earned again.
    TierWillChange,
    /// A member keeps a tier that was about to be lost.
    TierRetained,
    /// A unit of a perk is held for a member.
    ClaimHeld,
    /// A member confirmed a held unit.
    ClaimConfirmed,
    /// A confirmed unit was handed over.
    ClaimRedeemed,
    /// A member released a held or confirmed unit.
    ClaimReleased,
    /// A unit was not confirmed or redeemed in time.
    ClaimExpired,
    /// The business cancelled a held or confirmed unit, or reversed a redemption that
    /// was a mistake.
    ClaimCancelled,
    /// The last unit of a perk was claimed.
    PerkExhausted,
    /// The draw of a perk was held.
    PerkDrawn,
    /// A version of a program was published.
    ProgramPublished,
    /// A version of a program was withdrawn before it started.
    ProgramWithdrawn,
    /// All data about a member was erased.
    MemberErased,
    /// A member's score has moved since it was last reported.
    ScoreChanged,
}

names! {
    MessageKind, "a type of message":
    TierChanged = "tier.changed",
    TierWillChange = "tier.will_change",
    TierRetained = "tier.retained",
    ClaimHeld = "claim.held",
    ClaimConfirmed = "claim.confirmed",
    ClaimRedeemed = "claim.redeemed",
    ClaimReleased = "claim.released",
    ClaimExpired = "claim.expired",
    ClaimCancelled = "claim.cancelled",
    PerkExhausted = "perk.exhausted",
    PerkDrawn = "perk.drawn",
    ProgramPublished = "program.published",
    ProgramWithdrawn = "program.withdrawn",
    MemberErased = "member.erased",
    ScoreChanged = "score.changed",
}

described!(MessageKind: one_of(MessageKind::ALL));

/// Selects messages for a reader.
#[derive(Debug, Clone, Default)]
pub struct MessageFilter {
    /// Only these kinds; all if empty.
    pub kinds: Vec<MessageKind>,
    /// Only messages about this program; `None` for all programs.
    pub program: Option<ProgramId>,
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
