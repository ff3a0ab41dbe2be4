//! What others may be told of: the kinds of message that go into the outbox,
//! and from there to webhooks and streams.

use super::ProgramId;
use super::names::names;

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

/// Which messages a reader wants.
#[derive(Debug, Clone, Default)]
pub struct MessageFilter {
    /// Only these kinds; all if empty.
    pub kinds: Vec<MessageKind>,
    /// Only what happened in this program.
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
