//! Members: enrolled people, their identities and their attributes.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder, Schema, Type};
use utoipa::openapi::{ObjectBuilder, RefOr};
use uuid::Uuid;

use super::host::normalised_host;
use super::ids::SLUG;
use super::invalid::{checked_slug, checked_text, text_newtype};
use super::invisible::is_invisible;
use super::names::names;
use super::schema::{described, text};
use super::{Handle, Invalid, MemberId, MemberName, Network, Topic};

/// The longest identity, in characters: a network, a colon and a handle.
const MAX_IDENTITY: usize = 32 + 1 + 256;

/// The most attributes of one member, or names of one request.
pub(super) const MAX_ATTRIBUTES: usize = 64;
/// The longest text of an attribute, in characters.
const MAX_ATTRIBUTE_TEXT: usize = 1_000;
/// The most texts in the list of an attribute.
const MAX_ATTRIBUTE_LIST: usize = 100;

/// An identity of a member: our id, an account's handle, or an id from another
/// system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identity {
    /// Our own id, a UUID.
    Member(MemberId),
    /// An account: `network:handle`.
    Account(Handle),
    /// An id from another system: `email:…`, `loyalty:…` or `crm:…`.
    External(ExternalKind, Box<str>),
}

/// The kinds of identity that are not accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExternalKind {
    /// An email address; compared case-insensitively.
    Email,
    /// A loyalty number; compared case-insensitively, unless configured otherwise.
    Loyalty,
    /// An id in a customer database; compared exactly, unless configured otherwise.
    Crm,
}

names! {
    ExternalKind, "a kind of identity":
    Email = "email",
    Loyalty = "loyalty",
    Crm = "crm",
}

impl FromStr for Identity {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        // Checked first, so that a huge text costs nothing.
        checked_text("an identity", text, MAX_IDENTITY)?;
        if let Ok(id) = Uuid::try_parse(text) {
            return Ok(Self::Member(MemberId(id)));
        }
        let (prefix, rest) = text.split_once(':').ok_or_else(|| {
            Invalid::new(
                "an identity is a member id, 'network:handle', 'email:…', 'loyalty:…' or 'crm:…'",
            )
        })?;
        let external = |kind, value: &str| -> Result<Self, Invalid> {
            let value = checked_text("identity", value.trim(), 256)?;
            if value.chars().any(|c| c != ' ' && is_invisible(c)) {
                return Err(Invalid::new("an identity has no invisible characters"));
            }
            Ok(Self::External(kind, value.into()))
        };
        match prefix.to_ascii_lowercase().as_str() {
            "email" => {
                let address = rest.trim().rsplit_once('@');
                let (name, host) = address
                    .filter(|(name, host)| !name.is_empty() && !host.is_empty())
                    .ok_or_else(|| {
                        Invalid::new("an email identity is written 'email:name@host'")
                    })?;
                let address = format!("{}@{}", name.to_lowercase(), normalised_host(host)?);
                external(ExternalKind::Email, &address)
            }
            "loyalty" => external(ExternalKind::Loyalty, rest),
            "crm" => external(ExternalKind::Crm, rest),
            network => Ok(Self::Account(Handle::parse(
                &Network::parse(network)?,
                rest,
            )?)),
        }
    }
}

/// An identity as it was written, which [`Identity`] accepts. The spelling is kept because
/// caches find members by it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdentityText(Box<str>);

impl IdentityText {
    /// Checks the text.
    ///
    /// # Errors
    /// If it is no identity.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        text.parse::<Identity>()?;
        Ok(Self(text.into()))
    }
}
text_newtype!(IdentityText);
described!(IdentityText: text("twitter:kevin", 3..=MAX_IDENTITY));

/// Never shows the text, which names a person.
impl fmt::Debug for IdentityText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdentityText(…)")
    }
}

impl Identity {
    /// Returns the network of an account, or the kind of another identity; `None` for a
    /// member's id.
    pub fn network(&self) -> Option<&str> {
        match self {
            Self::Member(_) => None,
            Self::Account(handle) => Some(handle.network().as_str()),
            Self::External(kind, _) => Some(kind.as_str()),
        }
    }

    /// Returns the identity in the form that is the same in any case, unless the case of its
    /// kind counts.
    #[must_use]
    pub fn folded(&self, case_counts: &[ExternalKind]) -> Self {
        let folded = match self {
            Self::External(kind, value) => kind.folded(value, case_counts).map(|text| (kind, text)),
            Self::Member(_) | Self::Account(_) => None,
        };
        folded.map_or_else(
            || self.clone(),
            |(kind, text)| Self::External(*kind, text.into()),
        )
    }
}

impl ExternalKind {
    /// Returns a value in the form that is the same in any case; `None` if the case of this
    /// kind counts. An email address is stored in lower case.
    pub fn folded(self, value: &str, case_counts: &[Self]) -> Option<String> {
        let folds = self != Self::Email && !case_counts.contains(&self);
        folds.then(|| value.to_ascii_lowercase())
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(id) => id.fmt(f),
            Self::Account(handle) => handle.fmt(f),
            Self::External(kind, value) => write!(f, "{}:{value}", kind.as_str()),
        }
    }
}

/// Whether a member takes part in scoring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scoring {
    /// The member is scored and shown.
    Active,
    /// The member has opted out: to others it looks as if the member was never
    /// seen. The member gets every program's floor.
    OptedOut,
}

names! {
    Scoring, "a member's part in scoring":
    Active = "active",
    OptedOut = "opted_out",
}

/// An enrolled person, without identities.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The id of the member.
    pub id: MemberId,
    /// Whether the member takes part in scoring.
    pub scoring: Scoring,
    /// The name that the business has given, if any.
    pub name: Option<MemberName>,
    /// The attributes that the business has given.
    pub attributes: Attributes,
    /// The topics that the member has declared an interest in.
    pub interests: Vec<Topic>,
    /// When the member was enrolled.
    pub enrolled_at: DateTime<Utc>,
    /// When the member was last changed.
    pub updated_at: DateTime<Utc>,
    /// The version of the record; it grows with every change.
    pub version: i64,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Attribute {
    /// `true` or `false`.
    Bool(bool),
    /// A finite number.
    Number(f64),
    /// A text of at most 1,000 characters.
    Text(String),
    /// A list of at most 100 texts.
    List(Vec<String>),
}

/// The attributes of a member by name: at most 64, each name 1 to 64 of `a-z 0-9 -
/// _`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, Attribute>")]
pub struct Attributes(BTreeMap<String, Attribute>);

impl Attributes {
    /// Returns the value of an attribute.
    pub fn get(&self, name: &str) -> Option<&Attribute> {
        self.0.get(name)
    }

    /// Returns all attributes by name.
    pub fn as_map(&self) -> &BTreeMap<String, Attribute> {
        &self.0
    }

    /// Iterates over all attributes, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Attribute)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Returns the schema of the value of an attribute.
    pub fn value_schema() -> RefOr<Schema> {
        Self::value_forms().into()
    }

    /// Starts the schema of the value of an attribute.
    pub(super) fn value_forms() -> AnyOfBuilder {
        let text = || text("golf", 0..=MAX_ATTRIBUTE_TEXT);
        let of_type = |kind| ObjectBuilder::new().schema_type(kind);
        let list = ArrayBuilder::new()
            .items(text())
            .max_items(Some(MAX_ATTRIBUTE_LIST));
        AnyOfBuilder::new()
            .item(of_type(Type::Boolean))
            .item(of_type(Type::Number))
            .item(text())
            .item(list)
    }
}

described!(Attributes: ObjectBuilder::new()
    .examples([serde_json::json!({"country": "US", "newsletter": true})])
    .max_properties(Some(MAX_ATTRIBUTES))
    .property_names(Some(text("country", 1..=64).pattern(Some(SLUG))))
    .additional_properties(Some(Attributes::value_schema())));

impl TryFrom<BTreeMap<String, Attribute>> for Attributes {
    type Error = Invalid;

    fn try_from(map: BTreeMap<String, Attribute>) -> Result<Self, Invalid> {
        if map.len() > MAX_ATTRIBUTES {
            return Err(Invalid::new(format_args!(
                "there are at most {MAX_ATTRIBUTES} attributes"
            )));
        }
        for (name, value) in &map {
            checked_slug("an attribute's name", name, 64)?;
            match value {
                Attribute::Bool(_) => {}
                Attribute::Number(n) if n.is_finite() => {}
                Attribute::Number(_) => {
                    return Err(Invalid::new("an attribute's number must be finite"));
                }
                Attribute::Text(text) => check_attribute_text(text)?,
                Attribute::List(list) if list.len() <= MAX_ATTRIBUTE_LIST => {
                    list.iter()
                        .try_for_each(|text| check_attribute_text(text))?;
                }
                Attribute::List(_) => {
                    return Err(Invalid::new(format_args!(
                        "an attribute's list has at most {MAX_ATTRIBUTE_LIST} items"
                    )));
                }
            }
        }
        Ok(Self(map))
    }
}

fn check_attribute_text(text: &str) -> Result<(), Invalid> {
    // An empty text is allowed: the business may know that there is nothing.
    if text.is_empty() {
        return Ok(());
    }
    checked_text("an attribute's text", text, MAX_ATTRIBUTE_TEXT).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_read_back_what_they_show() {
        for text in ["twitter:kevin", "email:a@b.c", "loyalty:1234", "crm:X-1"] {
            let identity: Identity = text.parse().unwrap();
            assert_eq!(identity.to_string(), text);
        }
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert!(matches!(id.parse(), Ok(Identity::Member(_))));
    }

    #[test]
    fn an_email_ignores_case_and_a_loyalty_number_keeps_it() {
        let parse = |text: &str| text.parse::<Identity>().unwrap();
        assert_eq!(
            parse("email:Ann@Example.COM"),
            parse("EMAIL:ann@example.com")
        );
        assert_ne!(parse("loyalty:a1"), parse("loyalty:A1"));
        let folded = |kind: ExternalKind| kind.folded("A1É", &[ExternalKind::Crm]);
        assert_eq!(folded(ExternalKind::Loyalty).as_deref(), Some("a1É"));
        assert_eq!(folded(ExternalKind::Crm), None);
        assert_eq!(folded(ExternalKind::Email), None);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "kevin",
            "email:kevin",
            "twitter:",
            "twitter:a b",
            "loyalty:\0",
        ] {
            assert!(text.parse::<Identity>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn attributes_are_bounded() {
        let parse = |json: &str| serde_json::from_str::<Attributes>(json);
        assert!(
            parse(r#"{"country":"DE","vip":true,"visits":3,"likes":["golf"],"note":""}"#).is_ok()
        );
        assert!(parse(r#"{"Bad Name":1}"#).is_err());
        assert!(parse(r#"{"a":"\u0000"}"#).is_err());
        assert!(parse(r#"{"a":{}}"#).is_err());
    }
}
