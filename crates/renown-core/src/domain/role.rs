//! Rights, which the routes need; roles of people, which give them; and what a caller may
//! do with both.

use super::api_key::{AllowedSources, KeyPermissions, Scope};
use super::names::names;
use super::schema::{described, one_of};
use super::{Invalid, ProgramId};

use serde::Deserialize;

/// What a route needs. The scopes of API keys are rights, and two rights are finer than a
/// scope, so that a role can have one part of it without the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// To send events.
    EventsWrite,
    /// To look up scores, tiers, service levels and offers, and to make decisions.
    Lookup,
    /// To hold and redeem claims.
    ClaimsWrite,
    /// To write, check and publish programs.
    ProgramsWrite,
    /// To give tiers and perks to members, and to take them back.
    GrantsWrite,
    /// To read what is stored about members.
    MembersRead,
    /// To read the metrics.
    Metrics,
    /// Everything, with the management of members and keys.
    Admin,
}

names! {
    Right, "a right":
    EventsWrite = "events:write",
    Lookup = "lookup",
    ClaimsWrite = "claims:write",
    ProgramsWrite = "programs:write",
    GrantsWrite = "grants:write",
    MembersRead = "members:read",
    Metrics = "metrics",
    Admin = "admin",
}

described!(Right: one_of(Right::ALL));

/// Whether a request changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The request only reads.
    Read,
    /// The request may change something.
    Write,
}

impl Scope {
    /// Returns whether the scope gives a right.
    pub fn gives(self, right: Right) -> bool {
        match self {
            Self::EventsWrite => right == Right::EventsWrite,
            Self::Lookup => right == Right::Lookup,
            Self::ClaimsWrite => right == Right::ClaimsWrite,
            Self::ProgramsWrite => matches!(right, Right::ProgramsWrite | Right::GrantsWrite),
            Self::Metrics => right == Right::Metrics,
            Self::Admin => true,
        }
    }
}

/// What a person does in the business, and so what the person may do here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub enum Role {
    /// Looks guests up, and hands out what they claim.
    FrontDesk,
    /// Looks customers up, and reads what is stored about them.
    Support,
    /// Writes programs, and reads reports and members.
    Marketer,
    /// Gives tiers and perks to members, whatever the rules say.
    Reviewer,
    /// Reads everything and changes nothing.
    Auditor,
    /// Has every right.
    Admin,
}

names! {
    Role, "a role":
    FrontDesk = "front_desk",
    Support = "support",
    Marketer = "marketer",
    Reviewer = "reviewer",
    Auditor = "auditor",
    Admin = "admin",
}

described!(Role: one_of(Role::ALL));

impl TryFrom<String> for Role {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl Role {
    /// Returns whether the role gives a right, for a request that reads or writes.
    pub fn gives(self, right: Right, access: Access) -> bool {
        match self {
            Self::FrontDesk => matches!(right, Right::Lookup | Right::ClaimsWrite),
            Self::Support => matches!(right, Right::Lookup | Right::MembersRead),
            Self::Marketer => matches!(
                right,
                Right::Lookup | Right::ProgramsWrite | Right::MembersRead
            ),
            Self::Reviewer => matches!(
                right,
                Right::Lookup | Right::GrantsWrite | Right::MembersRead
            ),
            Self::Auditor => access == Access::Read,
            Self::Admin => true,
        }
    }

    /// Returns whether the role changes nothing, whatever it has rights to.
    pub fn only_reads(self) -> bool {
        self == Self::Auditor
    }

    /// Returns the role that the rights of an API key amount to, if there is one.
    fn of_key(permissions: &KeyPermissions) -> Option<Self> {
        let same = |role: &Self| {
            Right::ALL
                .iter()
                .all(|(right, _)| permissions.may(*right) == role.gives(*right, Access::Write))
        };
        Self::ALL.into_iter().map(|(role, _)| role).find(same)
    }
}

/// What a caller may do, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permissions {
    /// The caller has an API key, or a session that may do what its key may.
    Key(KeyPermissions),
    /// The caller is a person with a role.
    Role {
        /// The role.
        role: Role,
        /// The only program that the caller may use; `None` for all.
        program: Option<ProgramId>,
    },
}

impl Permissions {
    /// Returns whether the caller has a right, for a request that reads or writes.
    pub fn may(&self, right: Right, access: Access) -> bool {
        match self {
            Self::Key(key) => key.may(right),
            Self::Role { role, .. } => role.gives(right, access),
        }
    }

    /// Returns the rights, whether they are for reading alone or not.
    pub fn rights(&self) -> impl Iterator<Item = Right> {
        let rights = Right::ALL.into_iter().map(|(right, _)| right);
        rights.filter(|right| self.may(*right, Access::Read))
    }

    /// Returns whether the caller changes nothing, whatever the rights are to.
    pub fn only_reads(&self) -> bool {
        matches!(self, Self::Role { role, .. } if role.only_reads())
    }

    /// Returns the role: the person's, or the one that the rights of a key amount to.
    pub fn role(&self) -> Option<Role> {
        match self {
            Self::Key(key) => Role::of_key(key),
            Self::Role { role, .. } => Some(*role),
        }
    }

    /// Returns the only program that the caller may use; `None` for all.
    pub fn program(&self) -> Option<&ProgramId> {
        match self {
            Self::Key(key) => key.program(),
            Self::Role { program, .. } => program.as_ref(),
        }
    }

    /// Returns whether the caller may use a program.
    pub fn reaches(&self, program: &ProgramId) -> bool {
        self.program().is_none_or(|own| own == program)
    }

    /// Returns the sources as which the caller may send events.
    pub fn sources(&self) -> &AllowedSources {
        match self {
            Self::Key(key) => key.sources(),
            Self::Role { .. } => &AllowedSources::All,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(scopes: &[Scope]) -> Permissions {
        let scopes = scopes.iter().copied().collect();
        Permissions::Key(KeyPermissions::stored(scopes, None, AllowedSources::All))
    }

    fn role(role: Role) -> Permissions {
        Permissions::Role {
            role,
            program: None,
        }
    }

    #[test]
    fn a_role_is_recognised_by_the_rights_of_a_key() {
        let desk = key(&[Scope::Lookup, Scope::ClaimsWrite]);
        assert_eq!(desk.role(), Some(Role::FrontDesk));
        assert_eq!(key(&[Scope::Admin]).role(), Some(Role::Admin));
        assert_eq!(key(&[Scope::Lookup]).role(), None);
        // It may grant, which a marketer may not.
        assert_eq!(key(&[Scope::Lookup, Scope::ProgramsWrite]).role(), None);
    }

    #[test]
    fn an_auditor_reads_everything_and_writes_nothing() {
        let auditor = role(Role::Auditor);
        for (right, name) in Right::ALL {
            assert!(auditor.may(right, Access::Read), "{name}");
            assert!(!auditor.may(right, Access::Write), "{name}");
        }
        assert!(auditor.only_reads());
    }

    #[test]
    fn who_writes_rules_makes_no_exceptions_from_them() {
        for (one, _) in Role::ALL.into_iter().filter(|(one, _)| *one != Role::Admin) {
            let both = [Right::ProgramsWrite, Right::GrantsWrite];
            assert!(!both.iter().all(|right| one.gives(*right, Access::Write)));
        }
    }

    #[test]
    fn a_scope_gives_the_right_of_its_name() {
        for (scope, name) in Scope::ALL {
            assert!(scope.gives(name.parse().unwrap()));
        }
    }
}
