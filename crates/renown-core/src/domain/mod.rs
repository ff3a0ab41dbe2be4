//! The nouns of the service, valid by construction.
//!
//! Nothing here does I/O, knows a clock or depends on another room. A value of
//! one of these types has already been checked; code that receives one never
//! checks it again. Whatever turns text into one of them returns [`Invalid`],
//! a sentence that says what was wrong and what would be right.

mod account;
mod attempts;
mod claim;
mod code;
mod draw;
mod event;
mod feed;
mod grant;
mod idempotency;
mod ids;
mod invalid;
mod member;
mod message;
mod money;
mod reach;
mod score;
mod topic;
mod webhook;
mod webhook_secret;

pub use account::{AccountId, Handle, HandleKey, HandleKeys, HandleMac, Network};
pub use attempts::{Admission, Allowance, Attempts};
pub use claim::{
    Claim, Confirmed, Ended, Ending, Held, NotPossible, Origin, Redeemed, State, Step,
};
pub use code::{Code, CodeSource, EnteredCode};
pub use draw::{Draw, Drawn, Entry, Nonce, Seed};
pub use event::{
    Act, Event, EventId, EventKey, EventType, Metrics, ObjectId, Place, Position, ReactionKind,
    Source,
};
pub use feed::{Activity, FeedState, Patience, silence};
pub use grant::{Gift, Grant};
pub use idempotency::IdempotencyKey;
pub use ids::{
    ClaimId, DecisionId, EntryId, GrantId, KeyId, MemberId, PerkId, ProgramId, ProgramVersion,
    SnapshotId, TableId, TierId, WaitingId, WebhookId,
};
pub use invalid::Invalid;
pub use member::{Attribute, Attributes, ExternalKind, Identity, Scoring};
pub use message::MessageKind;
pub use money::{Currency, Money};
pub use reach::Reach;
pub use score::{ImportedIndex, Index, IndexName, Interval, ModelVersion, Score, TopicScore, Unit};
pub use topic::Topic;
pub use webhook::{Attempted, Failure, WebhookUrl, pause_after, retry_after};
pub use webhook_secret::{WebhookSecret, signatures};
