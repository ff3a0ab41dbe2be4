//! The parts of influence, and the sources of evidence that feed them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::ReactionKind;

/// The type of event that a piece of evidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The names are those of the event types.
pub enum Source {
    Like,
    Dislike,
    Save,
    Reply,
    Mention,
    Share,
    List,
    Endorse,
    Follow,
    Profile,
}

impl Source {
    pub(super) const COUNT: usize = 10;
    /// All sources. The position is the number in the packed state: add at the
    /// end, never reorder.
    pub(super) const ALL: [Self; Self::COUNT] = [
        Self::Like,
        Self::Dislike,
        Self::Save,
        Self::Reply,
        Self::Mention,
        Self::Share,
        Self::List,
        Self::Endorse,
        Self::Follow,
        Self::Profile,
    ];

    /// Whether it shows that a content was seen, without a word of the reactor.
    pub(super) fn is_quiet(self) -> bool {
        matches!(self, Self::Like | Self::Save)
    }

    /// Returns the part that it feeds, beside reach and breadth; `None` for
    /// dislikes.
    pub(super) fn part(self) -> Option<Part> {
        match self {
            Self::Share | Self::Mention => Some(Part::Amplification),
            Self::Like | Self::Save | Self::Reply => Some(Part::Engagement),
            Self::List | Self::Endorse => Some(Part::Curation),
            Self::Follow | Self::Profile => Some(Part::Audience),
            Self::Dislike => None,
        }
    }
}

impl From<ReactionKind> for Source {
    fn from(kind: ReactionKind) -> Self {
        match kind {
            ReactionKind::Like => Self::Like,
            ReactionKind::Dislike => Self::Dislike,
            ReactionKind::Save => Self::Save,
            ReactionKind::Reply => Self::Reply,
            ReactionKind::Mention => Self::Mention,
            ReactionKind::Share => Self::Share,
            ReactionKind::List => Self::List,
            ReactionKind::Endorse => Self::Endorse,
        }
    }
}

/// A part of influence: one term of the sum behind the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Distinct people who react.
    Reach,
    /// Shares and mentions.
    Amplification,
    /// Likes, saves and replies.
    Engagement,
    /// Curated lists and endorsements.
    Curation,
    /// Followers, known by name or only as a number.
    Audience,
    /// The number of contents over which the reactions are spread.
    Breadth,
}

impl Part {
    pub(super) const COUNT: usize = 6;
    /// All parts, in the order in which they are summed.
    pub(super) const ALL: [Self; Self::COUNT] = [
        Self::Reach,
        Self::Amplification,
        Self::Engagement,
        Self::Curation,
        Self::Audience,
        Self::Breadth,
    ];
}

/// One number per part.
pub(super) type PerPart = [f64; Part::COUNT];
/// One number per source.
pub(super) type PerSource = [f64; Source::COUNT];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_the_numbers_of_the_packed_state() {
        for (index, source) in Source::ALL.into_iter().enumerate() {
            assert_eq!(source as usize, index);
        }
        for (index, part) in Part::ALL.into_iter().enumerate() {
            assert_eq!(part as usize, index);
        }
    }
}
