//! The messages: a schema for each type, and the `webhooks` that get them.

use serde_json::json;
use utoipa::ToSchema;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, OneOfBuilder, Schema};
use utoipa::openapi::schema::{SchemaFormat, SchemaType, Type};
use utoipa::openapi::{
    Components, Content, OpenApi, PathItem, Ref, RefOr, Required, ResponseBuilder,
    SecurityRequirement,
};

use crate::service::webhooks::{
    ClaimMessageBody, PerkDrawnBody, PerkExhaustedBody, ProgramPublishedBody, ProgramWithdrawnBody,
    ScoreChangedBody, TierChangedBody, TierRetainedBody, TierWillChangeBody,
};
use renown_core::domain::MessageKind;

/// The schema of any message.
pub const MESSAGE: &str = "Message";

/// What a webhook gets, and the stream.
struct Described {
    /// The values of `type`.
    kinds: Vec<&'static str>,
    /// The name of the schema.
    name: &'static str,
    data: Object,
}

/// Adds the schemas and the webhooks.
pub fn describe(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    let messages = messages(components);
    let mut any = OneOfBuilder::new().description(Some(
        "A message, as webhooks and the stream get it. Types and members may be added.",
    ));
    let mut webhooks = Paths::new();
    for message in messages {
        any = any.item(Ref::from_schema_name(message.name));
        for kind in &message.kinds {
            webhooks
                .paths
                .insert((*kind).to_owned(), webhook(kind, &message));
        }
        let schema = schema(&message);
        components
            .schemas
            .insert(message.name.to_owned(), schema.into());
    }
    let test = Described {
        kinds: vec!["webhook.test"],
        name: "TestMessage",
        data: ObjectBuilder::new()
            .description(Some("A message that tries a receiver out."))
            .property("message", described("What the message is for."))
            .required("message")
            .build(),
    };
    webhooks
        .paths
        .insert("webhook.test".to_owned(), webhook("webhook.test", &test));
    let schema = schema(&test);
    components
        .schemas
        .insert(test.name.to_owned(), schema.into());
    let any = RefOr::T(Schema::OneOf(any.build()));
    components.schemas.insert(MESSAGE.to_owned(), any);
    document.webhooks = Some(webhooks);
}

/// Returns all messages, and adds the schemas of which their data is made.
fn messages(components: &mut Components) -> Vec<Described> {
    use MessageKind as Kind;
    let claims = [
        Kind::ClaimHeld,
        Kind::ClaimConfirmed,
        Kind::ClaimRedeemed,
        Kind::ClaimReleased,
        Kind::ClaimExpired,
        Kind::ClaimCancelled,
    ];
    vec![
        of::<TierChangedBody>(&[Kind::TierChanged], "TierChangedMessage", components),
        of::<TierWillChangeBody>(&[Kind::TierWillChange], "TierWillChangeMessage", components),
        of::<TierRetainedBody>(&[Kind::TierRetained], "TierRetainedMessage", components),
        of::<ClaimMessageBody>(&claims, "ClaimMessage", components),
        of::<PerkExhaustedBody>(&[Kind::PerkExhausted], "PerkExhaustedMessage", components),
        of::<PerkDrawnBody>(&[Kind::PerkDrawn], "PerkDrawnMessage", components),
        of::<ProgramPublishedBody>(
            &[Kind::ProgramPublished],
            "ProgramPublishedMessage",
            components,
        ),
        of::<ProgramWithdrawnBody>(
            &[Kind::ProgramWithdrawn],
            "ProgramWithdrawnMessage",
            components,
        ),
        of::<ScoreChangedBody>(&[Kind::ScoreChanged], "ScoreChangedMessage", components),
    ]
}

/// Returns the message whose data is `B`, with what every message is about.
fn of<B: ToSchema>(
    kinds: &[MessageKind],
    name: &'static str,
    components: &mut Components,
) -> Described {
    let mut inner = Vec::new();
    B::schemas(&mut inner);
    components.schemas.extend(inner);
    let RefOr::T(Schema::Object(mut data)) = B::schema() else {
        unreachable!("the data of a message is an object");
    };
    // Members may be added.
    data.additional_properties = None;
    let about = [
        (
            "program",
            None,
            "The program that the message is about; null if there is none.",
        ),
        (
            "member",
            Some(KnownFormat::Uuid),
            "The member whom the message is about; null if there is none.",
        ),
    ];
    for (member, format, description) in about {
        let text = ObjectBuilder::new()
            .schema_type(SchemaType::Array(vec![Type::String, Type::Null]))
            .format(format.map(SchemaFormat::KnownFormat))
            .description(Some(description));
        data.properties
            .insert(member.to_owned(), text.build().into());
        data.required.push(member.to_owned());
    }
    let kinds = kinds.iter().map(|kind| kind.as_str()).collect();
    Described { kinds, name, data }
}

fn described(description: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .build()
}

/// Returns the schema of a message.
fn schema(message: &Described) -> Schema {
    let text = |format, description: &str| {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(format)))
            .description(Some(description))
    };
    let kind = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(message.kinds.iter().copied()))
        .description(Some("What has happened."));
    ObjectBuilder::new()
        .description(message.data.description.clone())
        .property(
            "id",
            text(
                KnownFormat::Uuid,
                "The id of the message, the same however often it is sent.",
            ),
        )
        .property("type", kind)
        .property(
            "timestamp",
            text(KnownFormat::DateTime, "When it happened."),
        )
        .property("data", message.data.clone())
        .required("id")
        .required("type")
        .required("timestamp")
        .required("data")
        .build()
        .into()
}

/// Returns what has happened, in a sentence: the description without the types before it.
fn sentence(message: &Described) -> String {
    let text = message.data.description.as_deref().unwrap_or_default();
    let text = text.split_once("`: ").map_or(text, |(_, text)| text);
    let (first, rest) = text.split_at_checked(1).unwrap_or_default();
    first.to_uppercase() + rest
}

/// Returns the webhook that gets a type of message.
fn webhook(kind: &str, message: &Described) -> PathItem {
    let header = |name: &str, description: &str| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .schema(Some(Object::with_type(Type::String)))
            .description(Some(description))
    };
    let mut content = Content::new(Some(Ref::from_schema_name(message.name)));
    content.example = (kind == "webhook.test").then(|| {
        json!({
            "id": "0198c0de-0000-7000-8000-000000000000",
            "type": kind,
            "timestamp": "2026-11-24T09:00:00.000000Z",
            "data": {"message": "This tries your receiver out; nothing has happened."}
        })
    });
    let body = RequestBodyBuilder::new()
        .content("application/json", content)
        .required(Some(Required::True));
    let answer = |description: &str| ResponseBuilder::new().description(description);
    let operation = OperationBuilder::new()
        .tag("webhooks")
        .operation_id(Some(format!("on_{}", kind.replace('.', "_"))))
        .summary(Some(sentence(message)))
        // It is signed; there is no caller.
        .security(SecurityRequirement::default())
        .description(Some(
            "Sent to the address of a webhook, signed after Standard Webhooks 1.0. A webhook with \
             `format` `cloudevents` gets the same `data` in a CloudEvent.",
        ))
        .parameter(header("webhook-id", "The id of the message."))
        .parameter(header(
            "webhook-timestamp",
            "When it was sent, in seconds since 1970.",
        ))
        .parameter(header(
            "webhook-signature",
            "`v1,` and the signature; several are separated by spaces.",
        ))
        .request_body(Some(body.build()))
        .response("2XX", answer("The message was taken."))
        .response(
            "410",
            answer("Nothing more is wanted: the webhook is disabled."),
        )
        .response("default", answer("The message is sent again later."));
    PathItem::new(HttpMethod::Post, operation)
}
