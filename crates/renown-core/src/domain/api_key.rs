//! API keys: what each may do, and until when.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::invalid::{checked_text, text_newtype};
use super::names::names;
use super::schema::{described, one_of, text};
use super::{Invalid, KeyId, ProgramId, Right, Source};

/// The most characters of a name.
const MAX_NAME: usize = 100;

/// A permission of an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub enum Scope {
    /// To send events.
    EventsWrite,
    /// To look up scores, tiers, service levels and offers, and to make decisions.
    Lookup,
    /// To hold and redeem claims.
    ClaimsWrite,
    /// To write, check and publish programs.
    ProgramsWrite,
    /// To read the metrics.
    Metrics,
    /// All of the above, and to manage members and keys.
    Admin,
}

names! {
    Scope, "a scope":
    EventsWrite = "events:write",
    Lookup = "lookup",
    ClaimsWrite = "claims:write",
    ProgramsWrite = "programs:write",
    Metrics = "metrics",
    Admin = "admin",
}

described!(Scope: one_of(Scope::ALL));

impl TryFrom<String> for Scope {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl Scope {
    /// Returns whether the scope allows nothing in a single program: an event counts in
    /// every program, and metrics are about the whole service.
    fn concerns_all_programs(self) -> bool {
        matches!(self, Self::EventsWrite | Self::Metrics)
    }
}

/// The purpose of an API key, in its creator's words: 1 to 100 characters, without
/// control characters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct KeyName(Box<str>);

impl KeyName {
    /// Checks the text.
    ///
    /// # Errors
    /// If it is empty, too long or contains a control character.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Ok(Self(checked_text("name", text, MAX_NAME)?.into()))
    }
}
text_newtype!(KeyName);
described!(KeyName: text("front desk", 1..=MAX_NAME)
    .pattern(Some(r"^[^\x00-\x1f\x7f-\x9f]+$")));

/// The sources as which events may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedSources {
    /// Every source.
    All,
    /// Only these.
    Only(BTreeSet<Source>),
}

impl AllowedSources {
    /// The most sources in the list of a key.
    pub const MAX: usize = 100;

    /// Builds the value from a list, of which an empty one stands for all sources.
    ///
    /// # Errors
    /// If the list has more than 100 sources.
    pub fn listed(sources: Vec<Source>) -> Result<Self, Invalid> {
        if sources.len() > Self::MAX {
            let detail = format_args!("a key is bound to at most {} sources", Self::MAX);
            return Err(Invalid::new(detail));
        }
        Ok(match sources.is_empty() {
            true => Self::All,
            false => Self::Only(sources.into_iter().collect()),
        })
    }

    /// Returns whether events may be sent as a source.
    pub fn allows(&self, source: &Source) -> bool {
        match self {
            Self::All => true,
            Self::Only(sources) => sources.contains(source),
        }
    }

    /// Returns the sources of the list; empty for all sources.
    pub fn list(&self) -> impl Iterator<Item = &Source> {
        let sources = match self {
            Self::All => None,
            Self::Only(sources) => Some(sources),
        };
        sources.into_iter().flatten()
    }
}

/// What an API key may do, where, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPermissions {
    scopes: BTreeSet<Scope>,
    program: Option<ProgramId>,
    sources: AllowedSources,
}

/// Why permissions contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PermissionsError {
    /// There is no scope.
    #[error("a key needs at least one scope")]
    NoScope,
    /// The scope allows nothing in a single program.
    #[error("a key that is limited to a program cannot have the scope '{0}', which concerns all")]
    NotInProgram(Scope),
    /// The key has a list of sources and does not send events.
    #[error("only a key with the scope 'events:write' can be bound to sources")]
    NoEvents,
    /// The key has a list of sources, which the scope `admin` would make void.
    #[error("a key with the scope 'admin' cannot be bound to sources: it could create other keys")]
    AdminOfSources,
}

impl KeyPermissions {
    /// Checks the permissions of a new key. `program` is the only program that the key
    /// may use, `None` for all.
    ///
    /// # Errors
    /// If there is no scope, or a limit contradicts a scope.
    pub fn new(
        scopes: BTreeSet<Scope>,
        program: Option<ProgramId>,
        sources: AllowedSources,
    ) -> Result<Self, PermissionsError> {
        if scopes.is_empty() {
            return Err(PermissionsError::NoScope);
        }
        let void = scopes.iter().find(|scope| scope.concerns_all_programs());
        if let (Some(_), Some(scope)) = (&program, void) {
            return Err(PermissionsError::NotInProgram(*scope));
        }
        if sources != AllowedSources::All {
            if scopes.contains(&Scope::Admin) {
                return Err(PermissionsError::AdminOfSources);
            }
            if !scopes.contains(&Scope::EventsWrite) {
                return Err(PermissionsError::NoEvents);
            }
        }
        Ok(Self::stored(scopes, program, sources))
    }

    /// Builds the permissions of a key that exists. Earlier versions have created keys
    /// that [`new`](Self::new) would refuse; such a scope allows nothing.
    pub fn stored(
        scopes: BTreeSet<Scope>,
        program: Option<ProgramId>,
        sources: AllowedSources,
    ) -> Self {
        Self {
            scopes,
            program,
            sources,
        }
    }

    /// Returns the permissions of an administrator of everything.
    pub fn admin() -> Self {
        Self::stored([Scope::Admin].into(), None, AllowedSources::All)
    }

    /// Returns whether one of the scopes gives a right.
    pub fn may(&self, right: Right) -> bool {
        self.scopes.iter().any(|scope| scope.gives(right))
    }

    /// Returns the scopes.
    pub fn scopes(&self) -> &BTreeSet<Scope> {
        &self.scopes
    }

    /// Returns the only program that the key may use; `None` for all.
    pub fn program(&self) -> Option<&ProgramId> {
        self.program.as_ref()
    }

    /// Returns the sources as which the key may send events.
    pub fn sources(&self) -> &AllowedSources {
        &self.sources
    }
}

/// An API key as stored, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The public id of the key.
    pub id: KeyId,
    /// The purpose of the key.
    pub name: KeyName,
    /// The permissions of the key.
    pub permissions: KeyPermissions,
    /// Whether the secret is the one that the environment gives to the service.
    pub is_bootstrap: bool,
    /// The time of creation.
    pub created_at: DateTime<Utc>,
    /// The first moment at which the key no longer works; `None` if it has no end.
    pub expires_at: Option<DateTime<Utc>>,
    /// The time from which the key no longer works.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When the key was last used, exact to a minute; `None` if never.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Until when the secret before the present one works too.
    pub previous_until: Option<DateTime<Utc>>,
}

/// Whether a key works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// The key works.
    Active,
    /// The key's time is over.
    Expired,
    /// The key was revoked.
    Revoked,
}

names! {
    KeyState, "the state of a key":
    Active = "active",
    Expired = "expired",
    Revoked = "revoked",
}

described!(KeyState: one_of(KeyState::ALL));

impl ApiKey {
    /// Returns whether the key works at a time.
    pub fn state(&self, now: DateTime<Utc>) -> KeyState {
        if self.revoked_at.is_some() {
            return KeyState::Revoked;
        }
        match self.expires_at {
            Some(end) if end <= now => KeyState::Expired,
            _ => KeyState::Active,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crm() -> AllowedSources {
        AllowedSources::listed(vec![Source::parse("crm").unwrap()]).unwrap()
    }

    fn new(
        scopes: &[Scope],
        program: bool,
        sources: AllowedSources,
    ) -> Result<KeyPermissions, PermissionsError> {
        let program = program.then(|| ProgramId::parse("klub").unwrap());
        KeyPermissions::new(scopes.iter().copied().collect(), program, sources)
    }

    #[test]
    fn permissions_that_contradict_each_other_are_refused() {
        use PermissionsError as E;
        use Scope as S;
        let all = AllowedSources::All;
        let in_program = |scope| new(&[S::Lookup, scope], true, AllowedSources::All);
        assert_eq!(new(&[], false, all), Err(E::NoScope));
        for scope in [S::EventsWrite, S::Metrics] {
            assert_eq!(in_program(scope), Err(E::NotInProgram(scope)));
        }
        assert_eq!(new(&[S::Lookup], false, crm()), Err(E::NoEvents));
        let admin = new(&[S::Admin, S::EventsWrite], false, crm());
        assert_eq!(admin, Err(E::AdminOfSources));
        for scope in [S::Lookup, S::ClaimsWrite, S::ProgramsWrite, S::Admin] {
            assert!(in_program(scope).is_ok(), "{scope}");
        }
    }

    #[test]
    fn an_empty_list_stands_for_all_sources() {
        let shop = Source::parse("shop").unwrap();
        assert!(AllowedSources::listed(Vec::new()).unwrap().allows(&shop));
        assert!(!crm().allows(&shop));
        let many =
            (0..=AllowedSources::MAX).map(|n| Source::parse(&format!("source-{n}")).unwrap());
        assert!(AllowedSources::listed(many.collect()).is_err());
    }
}
