//! The types of the domain, valid by construction.
//!
//! Nothing here does I/O, reads a clock or depends on another module. A value of
//! one of these types has already been checked; code that receives one never checks
//! it again. Every function that turns text into one of them returns [`Invalid`] on
//! failure: a sentence that says what was wrong and what would be right.

mod account;
mod actor_address;
mod api_key;
mod attempts;
mod attributes_patch;
mod audience;
mod claim;
mod code;
mod connector;
mod delivery;
mod draw;
mod egress_policy;
mod event;
mod feed;
mod figure;
mod grant;
mod host;
mod idempotency;
mod ids;
mod invalid;
mod invisible;
mod member;
mod member_filter;
mod member_name;
mod merge;
mod message;
mod money;
pub(crate) mod names;
mod proof;
mod reactions;
mod record;
mod refusal;
mod role;
mod schema;
mod score;
mod session;
mod tier;
mod topic;
mod version;
mod waiting;
mod webhook;
mod webhook_secret;
mod wire;

pub use account::{AccountId, Handle, HandleKey, HandleKeys, HandleMac, Network};
pub use actor_address::{host_of, names_actor, owner_of_content};
pub use api_key::{
    AllowedSources, ApiKey, KeyName, KeyPermissions, KeyState, PermissionsError, Scope,
};
pub use attempts::{Admission, Allowance, Attempts};
pub use attributes_patch::AttributesPatch;
pub use audience::{AudienceRule, AudienceRules, SavedAudience};
pub use claim::{
    Claim, ClaimFilter, Confirmed, Ended, Ending, Held, NotPossible, Origin, Redeemed, State,
    StateKind, Step,
};
pub use code::{Code, CodeCounts, CodeSource, EnteredCode};
pub use connector::{ConnectorKind, ConnectorName, connector_pause};
pub use delivery::{Delivery, DeliveryState, Disabled, DisabledReason, Webhook, WebhookFormat};
pub use draw::{Draw, DrawEntry, Drawn, Nonce, Seed};
pub use egress_policy::EgressPolicy;
pub use event::{
    Act, Event, EventId, EventKey, EventPlace, EventType, Metrics, ObjectId, Position,
    ReactionKind, Source, SourceId,
};
pub use feed::{Activity, FeedState, SilenceThreshold, silence};
pub use figure::{Figure, MemberCounts, MessageCount, PerkClaims, TimeCount};
pub use grant::{Gift, GiftKind, Grant, GrantFilter, RecordedGrant, Revocation};
pub use idempotency::IdempotencyKey;
pub use ids::{
    AttributeName, AudienceName, CallerId, ClaimId, DecisionId, EntryId, GrantId, GroupName, KeyId,
    MemberId, MergeId, PerkId, ProgramId, ProgramVersion, ProviderId, SessionId, SnapshotId,
    TableId, TierId, WaitingId, WebhookId,
};
pub use invalid::Invalid;
pub use member::{Attribute, Attributes, ExternalKind, Identity, IdentityText, Member, Scoring};
pub use member_filter::{IdentityPrefix, MemberFilter, MemberPlace, NamePrefix, TierFilter};
pub use member_name::{MemberName, folded_words};
pub use merge::{JoinedValues, Merge, MergeUndo, OwnValues, ValueNames};
pub use message::{MessageFilter, MessageKind};
pub use money::{Currency, Money};
pub use proof::{IdentityVerification, Proof};
pub use reactions::{MoreReactions, Reactors};
pub use record::{DecisionLine, EventMetadata, ListedDecision};
pub use refusal::Refusal;
pub use role::{Access, Permissions, Right, Role};
pub use score::{
    DayRange, DayScore, ImportedIndex, Index, IndexName, Interval, LeaderboardCursor,
    LeaderboardOrder, ModelState, ModelVersion, PendingPoints, Score, TopicScore, Unit,
};
pub use session::{CallerName, Session, SessionKind, SessionState, SignedInBy};
pub use tier::{EarnedTier, HeldTier, TierChange, TierChangeReason};
pub use topic::Topic;
pub use version::VersionRecord;
pub use waiting::{WaitEnd, WaitOutcome, Waiting};
pub use webhook::{Attempted, Failure, WebhookUrl, pause_after, retry_after};
pub use webhook_secret::{WebhookSecret, signatures};
pub(crate) use wire::no_such_day;
pub use wire::{Day, TextLine, Timestamp};
