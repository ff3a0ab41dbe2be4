//! `/v1/desk-tokens`: tokens for desks inside pages of other sites.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, Lookup, NamedProgram};
use crate::http::error::Problem;
use crate::http::extract::Json;
use crate::http::idempotency::{Idempotent, Reply, once};
use crate::service::ServiceError;
use crate::service::operation::NewDeskToken;
use renown_core::domain::{ProgramId, Role};

/// The longest time for which a token works, in minutes.
const MAX_MINUTES: u32 = 60;
/// How long it works if nothing else is asked for.
const USUAL_MINUTES: u32 = 15;

/// Which desk a token is for.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(
    rename_all = "snake_case",
    expecting = "a desk is one of front, support"
)]
pub enum DeskName {
    /// The front desk: looks guests up, and hands out what they claim.
    Front,
    /// The support desk: looks customers up.
    Support,
}

impl DeskName {
    fn role(self) -> Role {
        match self {
            Self::Front => Role::FrontDesk,
            Self::Support => Role::Support,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Support => "support",
        }
    }
}

/// A request for a token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"program": "palms-klub", "desk": "front", "minutes": 30}))]
pub struct DeskTokenBody {
    /// The program of the desk.
    program: ProgramId,
    /// Which desk it is.
    desk: DeskName,
    /// How long the token works, in minutes; 15 if absent.
    #[schema(minimum = 1, maximum = 60)]
    minutes: Option<u32>,
}

/// A token for a desk.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewDeskTokenBody {
    /// The id of its session, which is in the list of sessions and can be ended there.
    id: Uuid,
    /// The token, to be given to the frame as `/desk/front?program=…#token=…`; the frame sends
    /// it as `Authorization: Bearer …`. It is shown only this once: if the same request is
    /// sent again under its `Idempotency-Key`, it is null.
    token: Option<String>,
    /// The program of the desk.
    program: String,
    /// Which desk it is.
    #[schema(value_type = DeskName)]
    desk: &'static str,
    /// The first moment at which it no longer works.
    expires_at: DateTime<Utc>,
}

/// Makes a token for a desk in a frame of another site, such as the page of a booking system.
///
/// The backend of that page asks for it with its API key, and the browser never sees the key.
/// The token allows what its desk needs, in its program alone, and ends with the key.
#[utoipa::path(
    post, path = "/v1/desk-tokens", tag = "sessions", operation_id = "create_desk_token",
    request_body = DeskTokenBody,
    responses(
        (status = 201, description = "Created, with the token.", body = NewDeskTokenBody),
        (status = 400, description = "Something is wrong with the body."),
        (status = 404, description = "There is no such program."),
    )
)]
pub async fn create(
    State(app): State<App>,
    auth: Auth<Lookup, NamedProgram>,
    request: Idempotent<Json<DeskTokenBody>>,
) -> Result<Response, Problem> {
    let Json(body) = request.body;
    auth.reach(&body.program)?;
    let minutes = body.minutes.unwrap_or(USUAL_MINUTES);
    if !(1..=MAX_MINUTES).contains(&minutes) {
        let detail = format_args!("minutes must be from 1 to {MAX_MINUTES}");
        return Err(ServiceError::invalid("/minutes", detail).into());
    }
    let new = NewDeskToken {
        program: body.program,
        role: body.desk.role(),
        lasts: TimeDelta::minutes(minutes.into()),
    };
    app.service.programs.in_force(&new.program)?;
    once(&app, &auth, request.name, async |work| {
        let program = new.program.to_string();
        let sessions = &app.service.sessions;
        let (session, token) = sessions.make_desk_token(work, &auth.caller, new).await?;
        let mut shown = NewDeskTokenBody {
            id: session.id.0,
            token: None,
            program,
            desk: body.desk.as_str(),
            expires_at: session.expires_at,
        };
        let reply = Reply::created(None, &shown)?;
        shown.token = Some(token.reveal().to_owned());
        reply.showing_once(&shown)
    })
    .await
}
