//! The extractor of the caller. A handler's signature says which scope its route needs, and
//! what a key that is limited to a program may do with it.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use crate::http::App;
use crate::http::error::Problem;
use crate::service::ServiceError;
use crate::service::operation::Caller;
use renown_core::domain::{ProgramId, Scope};

/// A scope as a type.
pub trait Needs: Send + Sync {
    /// The scope that the key must have.
    const SCOPE: Scope;
}

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;
        impl Needs for $name {
            const SCOPE: Scope = Scope::$name;
        }
    )*};
}

scopes! {
    /// Allows sending events.
    EventsWrite;
    /// Allows lookups, decisions, scores, reports and reading published programs.
    Lookup;
    /// Allows claims, waiting lists, draw entries, invitations and redemptions.
    ClaimsWrite;
    /// Allows writing programs, grants, codes and webhooks, holding draws, and
    /// the stream.
    ProgramsWrite;
    /// Allows reading metrics.
    Metrics;
    /// Allows managing members, sources and keys.
    Admin;
}

/// What a route is about, as a type: it decides about keys that are limited to a program.
pub trait Reach: Sized + Send + Sync {
    /// Checks whether the caller's key reaches the route.
    ///
    /// # Errors
    /// 403 if the key is limited to another program, or to any; 404 if the path does not
    /// hold the name of a program.
    fn check(
        caller: &Caller,
        parts: &mut Parts,
    ) -> impl Future<Output = Result<Self, Problem>> + Send;
}

/// A route that is about all programs, or about people whatever their programs. A key that
/// is limited to a program does not reach it. Handlers that say nothing else get this.
#[derive(Debug, Clone, Copy)]
pub struct AllPrograms;

impl Reach for AllPrograms {
    async fn check(caller: &Caller, _: &mut Parts) -> Result<Self, Problem> {
        match caller.permissions.program() {
            None => Ok(Self),
            Some(own) => Err(Problem::forbidden().detail(format_args!(
                "the key is limited to the program '{own}', and this is not about that alone"
            ))),
        }
    }
}

/// A route with `{program}` in its path. A key that is limited reaches it if that is its
/// program.
#[derive(Debug, Clone)]
pub struct PathProgram(ProgramId);

impl Reach for PathProgram {
    async fn check(caller: &Caller, parts: &mut Parts) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, &()).await?;
        let mut named = params.iter().filter(|(name, _)| *name == "program");
        let text = named.next().map_or("", |(_, value)| value);
        let program =
            ProgramId::parse(text).map_err(|invalid| Problem::not_found().detail(invalid))?;
        reach(caller, &program)?;
        Ok(Self(program))
    }
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

/// An authenticated caller whose key has the scope `S` and reaches the route.
#[derive(Debug, Clone)]
pub struct Auth<S, R = AllPrograms> {
    /// The caller, as found by the API key.
    pub caller: Arc<Caller>,
    reach: R,
    scope: PhantomData<S>,
}

impl<S, R> Auth<S, R> {
    /// Returns the problem of a use case that failed. If an identity belongs to another
    /// member, it names that member to a key that may read members, and to no other.
    pub fn problem(&self, error: ServiceError) -> Problem {
        let permissions = &self.caller.permissions;
        let reads_members = permissions.may(Scope::Admin) && permissions.program().is_none();
        match &error {
            ServiceError::IdentityTaken { owner, .. } if reads_members => {
                Problem::from(&error).with("member", owner)
            }
            _ => error.into(),
        }
    }
}

impl<S> Auth<S, PathProgram> {
    /// Returns the program in the path.
    pub fn program(&self) -> &ProgramId {
        &self.reach.0
    }
}

impl<S> Auth<S, NamedProgram> {
    /// Checks that the key reaches a program.
    ///
    /// # Errors
    /// 403 if the key is limited to another program.
    pub fn reach(&self, program: &ProgramId) -> Result<(), Problem> {
        reach(&self.caller, program)
    }

    /// Returns whether the key reaches a program.
    pub fn reaches(&self, program: &ProgramId) -> bool {
        self.caller.permissions.reaches(program)
    }

    /// Returns the program that the key is limited to; `None` if it reaches all.
    pub fn limit(&self) -> Option<&ProgramId> {
        self.caller.permissions.program()
    }
}

fn reach(caller: &Caller, program: &ProgramId) -> Result<(), Problem> {
    if caller.permissions.reaches(program) {
        Ok(())
    } else {
        Err(Problem::forbidden().detail("the key is limited to another program"))
    }
}

impl<S: Needs, R: Reach> FromRequestParts<App> for Auth<S, R> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let secret = bearer(&parts.headers)
            .ok_or_else(|| Problem::unauthorized().detail("send 'Authorization: Bearer <key>'"))?;
        let caller = app.service.keys.authenticate(secret).await?;
        let caller = caller.ok_or_else(|| {
            Problem::unauthorized().detail("the key is not known, was revoked or has expired")
        })?;
        if !caller.permissions.may(S::SCOPE) {
            return Err(Problem::forbidden().detail(format_args!(
                "the key does not have the scope '{}'",
                S::SCOPE
            )));
        }
        let reach = R::check(&caller, parts).await?;
        Ok(Self {
            caller,
            reach,
            scope: PhantomData,
        })
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}
