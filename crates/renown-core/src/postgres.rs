//! The feature `sqlx`: encodes and decodes the types of the domain for Postgres.
//! Named and text values are checked when they are read, as any other input is.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo, PgValueRef};
use sqlx::types::Json;
use sqlx::{Decode, Encode, Postgres, Type};
use uuid::Uuid;

use crate::domain::{
    AccountId, Attributes, AudienceName, AudienceRule, AudienceRules, CallerId, CallerName,
    ClaimId, CodeSource, ConnectorKind, ConnectorName, Currency, DecisionId, DeliveryState,
    DisabledReason, EntryId, EventId, EventType, ExternalKind, GiftKind, GrantId, GroupName,
    HandleMac, IdempotencyKey, IndexName, KeyId, KeyName, MemberId, MemberName, MergeId,
    MessageKind, ModelVersion, Network, Nonce, ObjectId, Origin, PerkId, Position, ProgramId,
    ProgramVersion, ProviderId, Role, Scope, Scoring, SessionId, SessionKind, SnapshotId, Source,
    SourceId, StateKind, TierChangeReason, TierId, Topic, WaitingId, WebhookFormat, WebhookId,
    WebhookUrl,
};
use crate::rules::Arm;

/// Stores newtypes as their inner value.
macro_rules! stored_as {
    ($inner:ty: $($name:ident),+ $(,)?) => {$(
        impl Type<Postgres> for $name {
            fn type_info() -> PgTypeInfo {
                <$inner as Type<Postgres>>::type_info()
            }

            fn compatible(other: &PgTypeInfo) -> bool {
                <$inner as Type<Postgres>>::compatible(other)
            }
        }

        impl PgHasArrayType for $name {
            fn array_type_info() -> PgTypeInfo {
                <$inner as PgHasArrayType>::array_type_info()
            }
        }

        impl Encode<'_, Postgres> for $name {
            fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
                <$inner as Encode<'_, Postgres>>::encode_by_ref(&self.0, buffer)
            }

            fn size_hint(&self) -> usize {
                <$inner as Encode<'_, Postgres>>::size_hint(&self.0)
            }
        }

        impl<'r> Decode<'r, Postgres> for $name {
            fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
                Ok(Self(<$inner as Decode<'r, Postgres>>::decode(value)?))
            }
        }
    )+};
}

/// Stores values as text, and checks the text when it is read.
macro_rules! stored_as_text {
    ($($name:ident),+ $(,)?) => {$(
        impl Type<Postgres> for $name {
            fn type_info() -> PgTypeInfo {
                <&str as Type<Postgres>>::type_info()
            }

            fn compatible(other: &PgTypeInfo) -> bool {
                <&str as Type<Postgres>>::compatible(other)
            }
        }

        impl PgHasArrayType for $name {
            fn array_type_info() -> PgTypeInfo {
                <&str as PgHasArrayType>::array_type_info()
            }
        }

        impl Encode<'_, Postgres> for $name {
            fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
                <&str as Encode<'_, Postgres>>::encode_by_ref(&self.as_str(), buffer)
            }

            fn size_hint(&self) -> usize {
                self.as_str().len()
            }
        }

        impl<'r> Decode<'r, Postgres> for $name {
            fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
                Ok(<&str as Decode<'r, Postgres>>::decode(value)?.parse()?)
            }
        }
    )+};
}

/// Event types are stored as their numbers.
impl Type<Postgres> for EventType {
    fn type_info() -> PgTypeInfo {
        <i16 as Type<Postgres>>::type_info()
    }
}

impl PgHasArrayType for EventType {
    fn array_type_info() -> PgTypeInfo {
        <i16 as PgHasArrayType>::array_type_info()
    }
}

impl Encode<'_, Postgres> for EventType {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <i16 as Encode<'_, Postgres>>::encode_by_ref(&self.code(), buffer)
    }
}

impl<'r> Decode<'r, Postgres> for EventType {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let code = <i16 as Decode<'r, Postgres>>::decode(value)?;
        Self::from_code(code).ok_or_else(|| format!("there is no type of event {code}").into())
    }
}

/// Stores values as JSON.
macro_rules! stored_as_json {
    ($($name:ident),+ $(,)?) => {$(
        impl Type<Postgres> for $name {
            fn type_info() -> PgTypeInfo {
                <Json<Self> as Type<Postgres>>::type_info()
            }

            fn compatible(other: &PgTypeInfo) -> bool {
                <Json<Self> as Type<Postgres>>::compatible(other)
            }
        }

        impl Encode<'_, Postgres> for $name {
            fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
                <Json<&Self> as Encode<'_, Postgres>>::encode_by_ref(&Json(self), buffer)
            }
        }

        impl<'r> Decode<'r, Postgres> for $name {
            fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
                Ok(<Json<Self> as Decode<'r, Postgres>>::decode(value)?.0)
            }
        }
    )+};
}

stored_as!(
    Uuid: CallerId, ClaimId, DecisionId, EntryId, GrantId, KeyId, MemberId, MergeId, SessionId,
    WaitingId, WebhookId,
);
stored_as!(i32: ProgramVersion, SourceId);
stored_as!(i64: AccountId, Position, SnapshotId);
stored_as!([u8; 32]: HandleMac);
stored_as_json!(Attributes, AudienceRule, AudienceRules);

stored_as_text!(
    Arm,
    AudienceName,
    CallerName,
    CodeSource,
    ConnectorKind,
    ConnectorName,
    Currency,
    DeliveryState,
    DisabledReason,
    EventId,
    ExternalKind,
    GiftKind,
    GroupName,
    IdempotencyKey,
    IndexName,
    KeyName,
    MemberName,
    MessageKind,
    ModelVersion,
    Network,
    Nonce,
    ObjectId,
    Origin,
    PerkId,
    ProgramId,
    ProviderId,
    Role,
    Scope,
    Scoring,
    SessionKind,
    Source,
    StateKind,
    TierChangeReason,
    TierId,
    Topic,
    WebhookFormat,
    WebhookUrl,
);
