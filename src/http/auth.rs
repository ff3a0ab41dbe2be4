//! The extractor of the caller, for API keys and sessions alike. A handler's signature says
//! which right its route needs, and what a caller who is limited to a program may do with it.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};

use crate::http::App;
use crate::http::error::Problem;
use crate::http::site::Site;
use crate::service::ServiceError;
use crate::service::operation::{Caller, Credential};
use renown_core::domain::{Access, Permissions, ProgramId, Right, Role, Scope};

/// What a route needs, as a type.
pub trait Needs: Send + Sync {
    /// The right that the caller must have; `None` if every caller reaches the route.
    const RIGHT: Option<Right>;
    /// Whether the route changes nothing, whatever its method.
    const ONLY_ASKS: bool = false;
}

/// Every caller reaches the route.
#[derive(Debug, Clone, Copy)]
pub struct AnyCaller;

impl Needs for AnyCaller {
    const RIGHT: Option<Right> = None;
}

/// The route needs what `N` needs, to read. It is a `POST` because the question does not fit into an
/// address.
#[derive(Debug, Clone, Copy)]
pub struct Asks<N>(PhantomData<N>);

impl<N: Needs> Needs for Asks<N> {
    const RIGHT: Option<Right> = N::RIGHT;
    const ONLY_ASKS: bool = true;
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl Needs for $name {
            const RIGHT: Option<Right> = Some(Right::$name);
        }
    )*};
}

rights! {
    /// Allows sending events.
    EventsWrite;
    /// Allows lookups, decisions, scores, reports and reading published programs.
    Lookup;
    /// Allows claims, waiting lists, draw entries, invitations and redemptions.
    ClaimsWrite;
    /// Allows writing programs, codes and webhooks, holding draws, and the stream.
    ProgramsWrite;
    /// Allows giving tiers and perks to members, and taking them back.
    GrantsWrite;
    /// Allows reading what is stored about members.
    MembersRead;
    /// Allows reading metrics.
    Metrics;
    /// Allows managing members, sources and keys.
    Admin;
}

/// What a route is about, as a type: it decides about callers who are limited to a program.
pub trait Reach: Sized + Send + Sync {
    /// Checks whether the caller reaches the route.
    ///
    /// # Errors
    /// 403 if the caller is limited to another program, or to any; 404 if the path does not
    /// hold the name of a program.
    fn check(
        caller: &Caller,
        parts: &mut Parts,
    ) -> impl Future<Output = Result<Self, Problem>> + Send;
}

/// A route that is about all programs, or about people whatever their programs. A caller who
/// is limited to a program does not reach it. Handlers that say nothing else get this.
#[derive(Debug, Clone, Copy)]
pub struct AllPrograms;

impl Reach for AllPrograms {
    async fn check(caller: &Caller, _: &mut Parts) -> Result<Self, Problem> {
        match caller.permissions.program() {
            None => Ok(Self),
            Some(own) => Err(Problem::forbidden().detail(format_args!(
                "the {} is limited to the program '{own}', and this is not about that alone",
                called(caller)
            ))),
        }
    }
}

/// A route with `{program}` in its path. A caller who is limited reaches it if that is the
/// caller's program.
#[derive(Debug, Clone)]
pub struct PathProgram(ProgramId);

impl Reach for PathProgram {
    async fn check(caller: &Caller, parts: &mut Parts) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, &()).await?;
        let program = program(&params)?;
        reach(caller, &program)?;
        Ok(Self(program))
    }
}

/// A route with `{program}` and `{member}` in its path, which is read once for both.
#[derive(Debug, Clone)]
pub struct PathMember {
    program: ProgramId,
    member: String,
}

impl Reach for PathMember {
    async fn check(caller: &Caller, parts: &mut Parts) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, &()).await?;
        let program = program(&params)?;
        reach(caller, &program)?;
        Ok(Self {
            program,
            member: value(&params, "member").to_owned(),
        })
    }
}

/// Returns a value of the path; empty if the route has none of this name.
fn value<'p>(params: &'p RawPathParams, name: &str) -> &'p str {
    let mut named = params.iter().filter(|(other, _)| *other == name);
    named.next().map_or("", |(_, value)| value)
}

fn program(params: &RawPathParams) -> Result<ProgramId, Problem> {
    let text = value(params, "program");
    ProgramId::parse(text).map_err(|invalid| Problem::not_found().detail(invalid))
}

impl From<RawPathParamsRejection> for Problem {
    fn from(rejection: RawPathParamsRejection) -> Self {
        Self::invalid_request().detail(rejection.body_text())
    }
}

/// A route whose program is named in the query or the body, or is that of the decision,
/// claim or webhook in the path. The handler checks it when it knows it.
#[derive(Debug, Clone, Copy)]
pub struct NamedProgram;

impl Reach for NamedProgram {
    async fn check(_: &Caller, _: &mut Parts) -> Result<Self, Problem> {
        Ok(Self)
    }
}

/// An authenticated caller who has the right `N` and reaches the route.
#[derive(Debug, Clone)]
pub struct Auth<N, R = AllPrograms> {
    /// The caller.
    pub caller: Arc<Caller>,
    access: Access,
    reach: R,
    needs: PhantomData<N>,
}

impl<N, R> Auth<N, R> {
    /// Returns whether the caller has a right, for this request.
    pub fn may(&self, right: Right) -> bool {
        self.caller.permissions.may(right, self.access)
    }

    /// Checks that the caller has a right to change something, on a route that only reads unless it
    /// is told to record.
    ///
    /// # Errors
    /// 403 if the caller's right is for reading alone.
    pub fn check_write(&self, right: Right) -> Result<(), Problem> {
        let permissions = &self.caller.permissions;
        match permissions.may(right, Access::Write) {
            true => Ok(()),
            false => Err(refusal(permissions, right, Access::Write)),
        }
    }

    /// Returns whether the caller has a right, for this request, and is not limited to a
    /// program.
    pub fn may_everywhere(&self, right: Right) -> bool {
        self.may(right) && self.caller.permissions.program().is_none()
    }

    /// Returns the problem of a use case that failed. If an identity belongs to another
    /// member, it names that member to a caller who may read members, and to no other.
    pub fn problem(&self, error: ServiceError) -> Problem {
        match &error {
            ServiceError::IdentityTaken { owner, .. }
                if self.may_everywhere(Right::MembersRead) =>
            {
                Problem::from(&error).with("member", owner)
            }
            _ => error.into(),
        }
    }
}

impl<N> Auth<N, PathProgram> {
    /// Returns the program in the path.
    pub fn program(&self) -> &ProgramId {
        &self.reach.0
    }
}

impl<N> Auth<N, PathMember> {
    /// Returns the program in the path.
    pub fn program(&self) -> &ProgramId {
        &self.reach.program
    }

    /// Returns the member in the path, as the caller has written it.
    pub fn member(&self) -> &str {
        &self.reach.member
    }
}

impl<N> Auth<N, NamedProgram> {
    /// Checks that the caller reaches a program.
    ///
    /// # Errors
    /// 403 if the caller is limited to another program.
    pub fn reach(&self, program: &ProgramId) -> Result<(), Problem> {
        reach(&self.caller, program)
    }

    /// Returns whether the caller reaches a program.
    pub fn reaches(&self, program: &ProgramId) -> bool {
        self.caller.permissions.reaches(program)
    }

    /// Returns the program that the caller is limited to; `None` if the caller reaches all.
    pub fn limit(&self) -> Option<&ProgramId> {
        self.caller.permissions.program()
    }
}

fn reach(caller: &Caller, program: &ProgramId) -> Result<(), Problem> {
    if caller.permissions.reaches(program) {
        return Ok(());
    }
    let detail = format_args!("the {} is limited to another program", called(caller));
    Err(Problem::forbidden().detail(detail))
}

/// Returns what the caller has shown, in words.
fn called(caller: &Caller) -> &'static str {
    match caller.session {
        None => "key",
        Some(_) => "session",
    }
}

impl<N: Needs, R: Reach> FromRequestParts<App> for Auth<N, R> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        // The outermost layer has found the caller, except on routes for operators.
        let caller = match parts.extensions.get::<Arc<Caller>>() {
            Some(found) => Arc::clone(found),
            None => authenticate(&parts.method, &parts.headers, app).await?,
        };
        let access = match N::ONLY_ASKS {
            true => Access::Read,
            false => access(&parts.method),
        };
        if let Some(right) = N::RIGHT.filter(|right| !caller.permissions.may(*right, access)) {
            return Err(refusal(&caller.permissions, right, access));
        }
        let reach = R::check(&caller, parts).await?;
        Ok(Self {
            caller,
            access,
            reach,
            needs: PhantomData,
        })
    }
}

/// Finds the caller of a request.
///
/// # Errors
/// 401 if the request shows no key or session that works now; 403 if a page of another site may
/// have sent the request.
pub async fn authenticate(
    method: &Method,
    headers: &HeaderMap,
    app: &App,
) -> Result<Arc<Caller>, Problem> {
    let shown = credential(method, headers, app)?
        .ok_or_else(|| Problem::unauthorized().detail("send 'Authorization: Bearer <key>'"))?;
    let caller = app.service.callers.authenticate(shown).await?;
    caller.ok_or_else(|| {
        Problem::unauthorized().detail(match shown {
            Credential::Bearer(_) => "the key is not known, was revoked or has expired",
            Credential::Cookie(_) => "the session has ended; sign in again",
        })
    })
}

/// Returns what a request shows to say who sends it. A cookie counts only if there is no
/// `Authorization`, and for a request that may change something only if a page of ours has
/// sent it.
///
/// # Errors
/// 403 if a page of another site may have sent the request.
pub fn credential<'h>(
    method: &Method,
    headers: &'h HeaderMap,
    app: &App,
) -> Result<Option<Credential<'h>>, Problem> {
    if let Some(authorization) = headers.get(AUTHORIZATION) {
        let text = authorization.to_str().unwrap_or_default();
        let secret = text.split_once(' ').and_then(|(scheme, secret)| {
            scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
        });
        return Ok(secret.map(Credential::Bearer));
    }
    let site = Site::of(&app.service.config.http, headers);
    let Some(token) = site.session_token(headers) else {
        return Ok(None);
    };
    if access(method) == Access::Write {
        site.check_page(headers)?;
    }
    Ok(Some(Credential::Cookie(token)))
}

fn access(method: &Method) -> Access {
    match method.is_safe() {
        true => Access::Read,
        false => Access::Write,
    }
}

/// Says which scope is missing, or which roles have the right.
fn refusal(permissions: &Permissions, right: Right, access: Access) -> Problem {
    let role = match permissions {
        Permissions::Key(_) => {
            let scopes = Scope::ALL.into_iter().map(|(scope, _)| scope);
            let scope = scopes.filter(|scope| scope.gives(right)).min();
            let scope = scope.unwrap_or(Scope::Admin);
            return Problem::forbidden()
                .detail(format_args!("the key does not have the scope '{scope}'"));
        }
        Permissions::Role { role, .. } => role,
    };
    let roles = Role::ALL.into_iter();
    let roles = roles.filter(|(other, _)| other.gives(right, access));
    let names: Vec<&str> = roles.map(|(_, name)| name).collect();
    Problem::forbidden()
        .detail(format_args!(
            "the role '{role}' does not allow this; these roles do: {}",
            names.join(", ")
        ))
        .with("roles", names)
}
