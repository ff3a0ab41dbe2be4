//! Records about a member, as lists have them: without their content.

use chrono::{DateTime, Utc};

use super::{
    DecisionId, EventId, EventPlace, EventType, MemberId, MemberName, Network, ObjectId, ProgramId,
    ProgramVersion, Source, Topic,
};

/// A recorded decision, without what was read and decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionLine {
    /// The decision's id.
    pub id: DecisionId,
    /// The program.
    pub program: ProgramId,
    /// The program's version that was evaluated.
    pub version: ProgramVersion,
    /// When it was decided.
    pub decided_at: DateTime<Utc>,
}

/// A recorded decision in a list of all, with the member if they take part in scoring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedDecision {
    /// The decision.
    pub line: DecisionLine,
    /// The member; `None` for a person who was not enrolled, has left or opted out.
    pub member: Option<MemberId>,
    /// The name that the business calls the member by.
    pub name: Option<MemberName>,
}

/// What the log knows about an event, apart from who did it.
#[derive(Debug, Clone, PartialEq)]
pub struct EventMetadata {
    /// Its place in the log.
    pub place: EventPlace,
    /// The source that sent it.
    pub source: Source,
    /// Its id at the source.
    pub id: EventId,
    /// Its type.
    pub kind: EventType,
    /// When it happened.
    pub time: DateTime<Utc>,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// The network of the account that it is about.
    pub network: Network,
    /// The content that it is about, if any.
    pub object: Option<ObjectId>,
    /// The topics that were sent and found.
    pub topics: Vec<Topic>,
    /// How many events it stands for.
    pub count: i32,
    /// Whether its source has undone it.
    pub is_undone: bool,
}
