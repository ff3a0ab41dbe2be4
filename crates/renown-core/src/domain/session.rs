//! Sessions: people, and pages inside those of others, that use the service for a while.

use chrono::{DateTime, TimeDelta, Utc};

use super::invalid::{checked_text, text_newtype};
use super::names::names;
use super::schema::{described, one_of};
use super::{CallerId, Invalid, KeyId, ProgramId, ProviderId, Role, SessionId};

/// The most characters of a caller's name.
const MAX_NAME: usize = 100;

/// The name of a caller, for lists: that of an API key or of a person. 1 to 100 characters,
/// without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallerName(Box<str>);

impl CallerName {
    /// Checks the text.
    ///
    /// # Errors
    /// If it is empty, too long or contains a control character.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Ok(Self(checked_text("name", text, MAX_NAME)?.into()))
    }

    /// Makes a name from what a provider says: without control characters, and cut.
    ///
    /// # Errors
    /// If nothing is left of it.
    pub fn from_outside(text: &str) -> Result<Self, Invalid> {
        let readable = text.trim().chars().filter(|c| !c.is_control());
        Self::parse(&readable.take(MAX_NAME).collect::<String>())
    }
}
text_newtype!(CallerName);

/// How the token of a session is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// In a cookie, by the pages of the service.
    Page,
    /// As a bearer token, by a desk inside a page of another site, for an hour at most.
    Desk,
}

names! {
    SessionKind, "the kind of a session":
    Page = "page",
    Desk = "desk",
}

described!(SessionKind: one_of(SessionKind::ALL));

/// How a session has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignedInBy {
    /// With an API key. The session ends with the key, and with the secret it was made with.
    Key(KeyId),
    /// By an OpenID provider.
    Provider(ProviderId),
}

impl SignedInBy {
    /// Returns the API key, if it was one.
    pub fn key(&self) -> Option<KeyId> {
        match self {
            Self::Key(key) => Some(*key),
            Self::Provider(_) => None,
        }
    }

    /// Returns the provider, if it was one.
    pub fn provider(&self) -> Option<&ProviderId> {
        match self {
            Self::Key(_) => None,
            Self::Provider(provider) => Some(provider),
        }
    }
}

/// A session, without its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The id of the session.
    pub id: SessionId,
    /// How its token is sent.
    pub kind: SessionKind,
    /// Who uses it.
    pub caller: CallerId,
    /// The name of who uses it.
    pub name: CallerName,
    /// How it has begun.
    pub by: SignedInBy,
    /// The role; `None` if the session may do what its key may.
    pub role: Option<Role>,
    /// The only program that it may use; `None` for all.
    pub program: Option<ProgramId>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, exact to a minute.
    pub last_used_at: DateTime<Utc>,
    /// The first moment at which it no longer works, however it is used.
    pub expires_at: DateTime<Utc>,
    /// Whether it was ended, or the secret of its key no longer works.
    pub is_revoked: bool,
}

/// Whether a session works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// The session works.
    Active,
    /// The session's time is over, or it was not used for long.
    Expired,
    /// The session was ended, or its key was.
    Revoked,
}

names! {
    SessionState, "the state of a session":
    Active = "active",
    Expired = "expired",
    Revoked = "revoked",
}

described!(SessionState: one_of(SessionState::ALL));

impl Session {
    /// Returns whether the session works at a time, if it ends `idle` after its last use.
    pub fn state(&self, now: DateTime<Utc>, idle: TimeDelta) -> SessionState {
        match self {
            _ if self.is_revoked => SessionState::Revoked,
            _ if self.expires_at <= now || self.last_used_at + idle <= now => SessionState::Expired,
            _ => SessionState::Active,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_outside_is_cut_and_made_readable() {
        let name = |text: &str| CallerName::from_outside(text).map(String::from);
        assert_eq!(name(" Ann\u{1b}[2J\n").unwrap(), "Ann[2J");
        assert_eq!(name(&"é".repeat(200)).unwrap().chars().count(), MAX_NAME);
        assert!(name(" \n ").is_err());
    }
}
