//! Messages, checked against the schema of their kind: every test that reads the outbox
//! reads it through [`told`].

use renown::service::webhooks::{
    ClaimMessageBody, PerkDrawnBody, PerkExhaustedBody, ProgramPublishedBody, ProgramWithdrawnBody,
    ScoreChangedBody, TierChangedBody, TierRetainedBody, TierWillChangeBody,
};
use renown_core::domain::MessageKind;
use serde_json::{Value, json};
use sqlx::PgPool;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};
use uuid::Uuid;

/// A message of the outbox.
#[derive(Debug, sqlx::FromRow)]
pub struct Told {
    /// The type.
    pub r#type: String,
    /// The member, if it concerns one.
    pub member_id: Option<Uuid>,
    /// The rest of the message.
    pub body: Value,
}

/// Returns every message, in order, after checking it against its schema.
pub async fn told(pool: &PgPool) -> Vec<Told> {
    let told: Vec<Told> =
        sqlx::query_as("select type, member_id, body from outbox order by sequence")
            .fetch_all(pool)
            .await
            .unwrap();
    for message in &told {
        let wrong = faults(message.r#type.parse().unwrap(), &message.body);
        assert_eq!(wrong, [""; 0], "{message:?}");
    }
    told
}

/// Returns the kinds of all messages, in order.
pub async fn kinds(pool: &PgPool) -> Vec<String> {
    let told = told(pool).await.into_iter();
    told.map(|message| message.r#type).collect()
}

/// Returns the violations of a kind's schema by a body.
fn faults(kind: MessageKind, body: &Value) -> Vec<String> {
    let schema = schema(kind).expect("only what has a schema is told");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults = validator.iter_errors(body);
    faults.map(|fault| fault.to_string()).collect()
}

fn schema(kind: MessageKind) -> Option<Value> {
    Some(match kind {
        MessageKind::TierChanged => document::<TierChangedBody>(),
        MessageKind::TierWillChange => document::<TierWillChangeBody>(),
        MessageKind::TierRetained => document::<TierRetainedBody>(),
        MessageKind::ClaimHeld
        | MessageKind::ClaimConfirmed
        | MessageKind::ClaimRedeemed
        | MessageKind::ClaimReleased
        | MessageKind::ClaimExpired
        | MessageKind::ClaimCancelled => document::<ClaimMessageBody>(),
        MessageKind::PerkExhausted => document::<PerkExhaustedBody>(),
        MessageKind::PerkDrawn => document::<PerkDrawnBody>(),
        MessageKind::ProgramPublished => document::<ProgramPublishedBody>(),
        MessageKind::ProgramWithdrawn => document::<ProgramWithdrawnBody>(),
        MessageKind::ScoreChanged => document::<ScoreChangedBody>(),
        // Reserved: nothing is erased yet.
        MessageKind::MemberErased => return None,
    })
}

/// A schema with those to which it refers.
fn document<T: ToSchema>() -> Value {
    let mut others: Vec<(String, RefOr<Schema>)> = Vec::new();
    T::schemas(&mut others);
    let mut schema = serde_json::to_value(T::schema()).unwrap();
    for (name, other) in others {
        schema["components"]["schemas"][name] = serde_json::to_value(other).unwrap();
    }
    schema
}

#[test]
fn a_body_that_says_something_else_is_found() {
    let right = json!({ "perk": "mug", "program_version": 1 });
    assert_eq!(faults(MessageKind::PerkExhausted, &right), [""; 0]);
    for wrong in [
        json!({ "perk": "mug" }),
        json!({ "perk": 1, "program_version": 1 }),
        json!({ "perk": "mug", "program_version": 1, "more": true }),
    ] {
        assert_eq!(
            faults(MessageKind::PerkExhausted, &wrong).len(),
            1,
            "{wrong}"
        );
    }
}
