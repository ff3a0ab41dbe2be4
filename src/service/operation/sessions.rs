//! Sessions: people sign in with an API key or by a provider, and a key makes tokens for
//! desks inside pages of other sites.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::callers::{Caller, Callers, Credential, SessionToken};
use crate::service::context::Context;
use crate::service::error::{Result, ServiceError};
use crate::service::guesses::{Attempt, Guessed, Guesses};
use crate::service::paging;
use crate::service::unit_of_work::UnitOfWork;
use crate::store::operation::api_keys::SecretHash;
use crate::store::operation::sessions;

use renown_core::domain::{
    Access, CallerId, CallerName, KeyId, ProgramId, ProviderId, Right, Role, Session, SessionId,
    SessionKind, SignedInBy,
};

/// How long a failed sign-in takes, so that guessing is slow.
const PENALTY: Duration = Duration::from_millis(500);

/// A person whom a provider has signed in.
#[derive(Debug, Clone)]
pub struct SignedInPerson {
    /// The provider.
    pub provider: ProviderId,
    /// What the provider calls the person; it never changes.
    pub subject: String,
    /// The name of the person.
    pub name: CallerName,
    /// The role that the provider's claim stands for.
    pub role: Role,
}

impl SignedInPerson {
    /// Returns an id that is the same every time the person signs in (RFC 9562, version 8).
    fn id(&self) -> CallerId {
        let mut digest = Sha256::new();
        digest.update(self.provider.as_str());
        digest.update([0]);
        digest.update(&self.subject);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest.finalize()[..16]);
        CallerId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

/// A token to be made for a desk inside a page of another site.
#[derive(Debug, Clone)]
pub struct NewDeskToken {
    /// The program of the desk.
    pub program: ProgramId,
    /// What the desk may do.
    pub role: Role,
    /// How long it works.
    pub lasts: TimeDelta,
}

/// Sessions, identified by the hashes of their tokens.
#[derive(Debug)]
pub struct Sessions {
    context: Context,
    callers: Arc<Callers>,
    /// Failed sign-ins, by the address of the sender.
    attempts: Guesses<IpAddr>,
}

impl Sessions {
    pub(in crate::service) fn new(context: Context, callers: Arc<Callers>) -> Self {
        let allowance = context.config.sign_in.allowance();
        Self {
            attempts: Guesses::new(Guessed::Keys, allowance, context.clock.clone()),
            context,
            callers,
        }
    }

    /// Begins an attempt to sign in from an address. Waits while as many are running as may
    /// fail.
    ///
    /// # Errors
    /// [`ServiceError::TooManyGuesses`] if too many attempts from this address have failed.
    pub async fn attempt(&self, from: IpAddr) -> Result<Attempt<'_, IpAddr>> {
        self.attempts.begin(from).await
    }

    /// Begins a session with an API key, and ends the one before of the same browser. `None`
    /// if the key does not work; that takes a while.
    ///
    /// # Errors
    /// [`ServiceError::TooManyGuesses`] if too many sign-ins from this address have failed.
    pub async fn sign_in_with_key(
        &self,
        secret: &str,
        from: IpAddr,
        before: Option<SessionId>,
    ) -> Result<Option<(Arc<Caller>, SessionToken)>> {
        let mut attempt = self.attempt(from).await?;
        let found = self
            .callers
            .authenticate(Credential::Bearer(secret))
            .await?;
        // The token of a desk stays in its frame.
        let Some(caller) = found.filter(|caller| caller.session.is_none()) else {
            attempt.fail();
            tokio::time::sleep(PENALTY).await;
            return Ok(None);
        };
        let session = self.session(
            SessionKind::Page,
            who(&caller)?,
            self.lifetime(),
            caller.until(),
        );
        let token = self.begin(&session, Some(caller.secret()), before).await?;
        self.with_caller(token).await.map(Some)
    }

    /// Begins a session of a person whom a provider has signed in, and ends the one before of
    /// the same browser.
    pub async fn sign_in_person(
        &self,
        person: SignedInPerson,
        before: Option<SessionId>,
    ) -> Result<(Arc<Caller>, SessionToken)> {
        let who = Who {
            caller: person.id(),
            by: SignedInBy::Provider(person.provider),
            name: person.name,
            role: Some(person.role),
            program: None,
        };
        let session = self.session(SessionKind::Page, who, self.lifetime(), None);
        let token = self.begin(&session, None, before).await?;
        self.with_caller(token).await
    }

    async fn begin(
        &self,
        session: &Session,
        of_key: Option<&SecretHash>,
        before: Option<SessionId>,
    ) -> Result<SessionToken> {
        let token = SessionToken::generate(session.kind, &self.context.clock);
        let begin = async |work: &mut UnitOfWork| {
            if let Some(before) = before {
                self.end(work, before, None).await?;
            }
            Ok(sessions::insert(work.conn(), session, &token.hash(), of_key).await?)
        };
        self.context.carry_out(begin).await?;
        Ok(token)
    }

    async fn with_caller(&self, token: SessionToken) -> Result<(Arc<Caller>, SessionToken)> {
        let credential = Credential::Cookie(token.reveal());
        let caller = self.callers.authenticate(credential).await?;
        // Its key was revoked just now.
        Ok((caller.ok_or(ServiceError::Busy)?, token))
    }

    /// Makes a token for a desk. It ends with the key that asks for it.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] if the caller is a session, or may not do itself what the
    /// desk may.
    pub async fn make_desk_token(
        &self,
        work: &mut UnitOfWork,
        maker: &Caller,
        new: NewDeskToken,
    ) -> Result<(Session, SessionToken)> {
        if maker.session.is_some() {
            let detail = "only an API key makes tokens for desks, because they end with it";
            return Err(ServiceError::Forbidden(detail.to_owned()));
        }
        if let Some(right) = beyond(maker, new.role) {
            let detail = format!("the key does not have the scope '{right}', which the desk needs");
            return Err(ServiceError::Forbidden(detail));
        }
        let who = Who {
            role: Some(new.role),
            program: Some(new.program),
            ..who(maker)?
        };
        let session = self.session(SessionKind::Desk, who, new.lasts, maker.until());
        let token = SessionToken::generate(session.kind, &self.context.clock);
        sessions::insert(work.conn(), &session, &token.hash(), Some(maker.secret())).await?;
        Ok((session, token))
    }

    /// Returns a page of sessions, latest first, and the last session of the page if there is
    /// another one: those of a caller, or all.
    pub async fn list(
        &self,
        caller: Option<CallerId>,
        before: Option<SessionId>,
        limit: u16,
    ) -> Result<(Vec<Session>, Option<SessionId>)> {
        let mut conn = self.context.connection().await?;
        let mut page = sessions::list(&mut conn, caller, before, paging::rows_for(limit)).await?;
        let more = paging::cut(&mut page, limit);
        let next = page.last().filter(|_| more).map(|session| session.id);
        Ok((page, next))
    }

    /// Ends a session on every replica: one of a caller, or any.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such session.
    pub async fn end(
        &self,
        work: &mut UnitOfWork,
        id: SessionId,
        caller: Option<CallerId>,
    ) -> Result<()> {
        let now = self.context.clock.now();
        if !sessions::end(work.conn(), id, caller, now).await? {
            return Err(ServiceError::NotFound("such session"));
        }
        let cache = Arc::clone(&self.context.cache);
        work.after_commit(async move {
            cache.forget_callers();
            Ok(())
        });
        Ok(())
    }

    /// Deletes sessions that ended long ago, but not the latest one of each caller. Returns
    /// whether all are deleted.
    pub async fn prune(&self) -> Result<bool> {
        let before = self.context.clock.now() - self.context.config.sessions.kept();
        let mut conn = self.context.connection().await?;
        Ok(sessions::prune(&mut conn, before).await? == 0)
    }

    fn lifetime(&self) -> TimeDelta {
        self.context.config.sessions.lifetime()
    }

    /// Returns a session that begins now. It ends at `until` if that is sooner than it would.
    fn session(
        &self,
        kind: SessionKind,
        who: Who,
        lasts: TimeDelta,
        until: Option<DateTime<Utc>>,
    ) -> Session {
        let now = self.context.clock.now();
        let end = now + lasts;
        Session {
            id: SessionId(self.context.clock.new_id()),
            kind,
            caller: who.caller,
            name: who.name,
            by: who.by,
            role: who.role,
            program: who.program,
            created_at: now,
            last_used_at: now,
            expires_at: until.map_or(end, |until| until.min(end)),
            is_revoked: false,
        }
    }
}

/// Who is to have a session, and what for.
struct Who {
    caller: CallerId,
    name: CallerName,
    by: SignedInBy,
    role: Option<Role>,
    program: Option<ProgramId>,
}

/// Returns what a session has that may do what its key may.
fn who(key: &Caller) -> Result<Who> {
    Ok(Who {
        caller: key.id,
        name: CallerName::parse(&key.name)?,
        by: SignedInBy::Key(KeyId(key.id.0)),
        role: None,
        program: key.permissions.program().cloned(),
    })
}

/// Returns a right that a desk of one program would have and its maker does not.
fn beyond(maker: &Caller, role: Role) -> Option<Right> {
    let rights = Right::ALL.into_iter().map(|(right, _)| right);
    rights
        // It reads nothing about members whatever their programs.
        .filter(|right| *right != Right::MembersRead && role.gives(*right, Access::Write))
        .find(|right| !maker.permissions.may(*right, Access::Write))
}
