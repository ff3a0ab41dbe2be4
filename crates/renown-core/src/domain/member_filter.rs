//! The search for members: by the beginning of an identity or of words of the name, and by
//! what is known of them.

use std::fmt;
use std::str::FromStr;

use super::account::folded_handle;
use super::invalid::checked_text;
use super::member_name::folded_words;
use super::{
    Attribute, AttributeName, ExternalKind, Identity, Invalid, MemberId, MemberName, Network,
    ProgramId, TierId, Topic,
};

/// The longest beginning of an identity, in characters: a network, a colon and a handle.
const MAX_PREFIX: usize = 32 + 1 + 256;

/// The beginning of an identity: a whole network or kind, a colon, and the first characters
/// of what follows, which may be none.
#[derive(Clone, PartialEq, Eq)]
pub enum IdentityPrefix {
    /// Of accounts on a network.
    Account(Network, String),
    /// Of identities of another kind.
    External(ExternalKind, String),
    /// Of identities of another kind, in lower case: they begin so in any case.
    InAnyCase(ExternalKind, String),
}

impl IdentityPrefix {
    /// Returns the beginning in the form that is the same in any case, unless the case of its
    /// kind counts.
    #[must_use]
    pub fn folded(self, case_counts: &[ExternalKind]) -> Self {
        match self {
            Self::External(kind, start) => match kind.folded(&start, case_counts) {
                Some(start) => Self::InAnyCase(kind, start),
                None => Self::External(kind, start),
            },
            other => other,
        }
    }
}

impl FromStr for IdentityPrefix {
    type Err = Invalid;

    /// Reads a beginning, and compares it as the network compares handles. A host with other
    /// letters than ASCII is found only if it is whole.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        checked_text("the beginning of an identity", text, MAX_PREFIX)?;
        match text.parse() {
            Ok(Identity::Account(handle)) => {
                return Ok(Self::Account(
                    handle.network().clone(),
                    handle.name().to_owned(),
                ));
            }
            Ok(Identity::External(kind, value)) => return Ok(Self::External(kind, value.into())),
            Ok(Identity::Member(_)) | Err(_) => {}
        }
        let (kind, start) = text.split_once(':').ok_or_else(|| {
            Invalid::new("write a network or kind, a colon and the beginning: 'twitter:kev'")
        })?;
        let start = start.trim();
        Ok(match kind.to_ascii_lowercase().as_str() {
            "email" => Self::External(ExternalKind::Email, start.to_lowercase()),
            "loyalty" => Self::External(ExternalKind::Loyalty, start.to_owned()),
            "crm" => Self::External(ExternalKind::Crm, start.to_owned()),
            network => {
                let network = Network::parse(network)?;
                let start = folded_handle(&network, start);
                Self::Account(network, start)
            }
        })
    }
}

/// Never shows the text, which names a person.
impl fmt::Debug for IdentityPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityPrefix(…)")
    }
}

/// The beginnings of words of a name: every one of them begins a word of the name. None
/// begins with another one, because that one would say nothing more.
#[derive(Clone, PartialEq, Eq)]
pub struct NamePrefix(Vec<String>);

impl NamePrefix {
    /// Returns the beginnings, the longest first, in one case and without accents.
    pub fn words(&self) -> &[String] {
        &self.0
    }
}

impl FromStr for NamePrefix {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        checked_text("the beginning of a name", text, MemberName::MAX)?;
        let mut words = folded_words(text);
        words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        let mut own: Vec<String> = Vec::with_capacity(words.len());
        for word in words {
            if !own.iter().any(|longer| longer.starts_with(&word)) {
                own.push(word);
            }
        }
        if own.is_empty() {
            return Err(Invalid::new("a name is searched by letters or digits"));
        }
        Ok(Self(own))
    }
}

/// Never shows the words, which name a person.
impl fmt::Debug for NamePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NamePrefix(…)")
    }
}

/// A tier in effect in a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierFilter {
    /// The program.
    pub program: ProgramId,
    /// The tier.
    pub tier: TierId,
    /// Whether it is the floor, which members have without a record of it.
    pub is_floor: bool,
}

/// Selects members for a list. All conditions hold.
#[derive(Debug, Clone, Default)]
pub struct MemberFilter {
    /// Only members with an identity that begins so.
    pub identity: Option<IdentityPrefix>,
    /// Only members whose name has words that begin so.
    pub name: Option<NamePrefix>,
    /// Only members with these values of attributes. A text also selects lists
    /// that contain the text.
    pub attributes: Vec<(AttributeName, Attribute)>,
    /// Only members with this tier.
    pub tier: Option<TierFilter>,
    /// Only members with a score on this topic.
    pub topic: Option<Topic>,
    /// Only members after this place.
    pub after: Option<MemberPlace>,
}

impl MemberFilter {
    /// Whether the list is in order of what was found, an identity or a word of a name.
    /// Otherwise the members who enrolled last are first.
    pub fn is_alphabetical(&self) -> bool {
        self.identity.is_some() || self.name.is_some()
    }
}

/// A place in a list of members.
#[derive(Clone, PartialEq, Eq)]
pub struct MemberPlace {
    /// What was found of the member, where the list is in order of that.
    pub at: Option<String>,
    /// The member.
    pub member: MemberId,
}

/// Never shows what was found, which names a person.
impl fmt::Debug for MemberPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemberPlace({})", self.member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_folded_as_its_network_does() {
        let account = |text: &str| match text.parse().unwrap() {
            IdentityPrefix::Account(network, start) => (network.to_string(), start),
            other => panic!("{other:?}"),
        };
        let pair = |network: &str, start: &str| (network.to_owned(), start.to_owned());
        assert_eq!(account("X:@Kev"), pair("twitter", "kev"));
        assert_eq!(account("twitter:"), pair("twitter", ""));
        assert_eq!(account("shop:K1"), pair("shop", "K1"));
        assert_eq!(account("mastodon:@Ann@"), pair("mastodon", "ann@"));
        let external = |text: &str| match text.parse().unwrap() {
            IdentityPrefix::External(kind, start) => (kind, start),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            external("email:Kev"),
            (ExternalKind::Email, "kev".to_owned())
        );
        assert_eq!(
            external("loyalty:K"),
            (ExternalKind::Loyalty, "K".to_owned())
        );
    }

    #[test]
    fn what_is_no_beginning_is_refused() {
        for text in ["", "kevin", "no net:x", &"x".repeat(300)] {
            assert!(text.parse::<IdentityPrefix>().is_err(), "{text:?}");
        }
        for text in ["", "?!", "a\nb"] {
            assert!(text.parse::<NamePrefix>().is_err(), "{text:?}");
        }
        let words: NamePrefix = "d Zoë zo d".parse().unwrap();
        assert_eq!(words.words(), ["zoe", "d"]);
    }
}
