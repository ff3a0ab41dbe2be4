//! The columns of a table of members.

use std::collections::BTreeMap;

use super::cells::{CellType, REMOVE, list, unprotected};
use super::{MemberRow, RowFault};
use crate::domain::{
    Attribute, AttributeName, AttributesPatch, Identity, Invalid, MemberName, Network, Timestamp,
    Topic,
};
use crate::ingest::csv_records::row_width;

/// The columns of a table, in order, each with its name.
#[derive(Debug)]
pub(super) struct Columns(Vec<(String, Column)>);

#[derive(Debug, PartialEq, Eq)]
enum Column {
    /// One identity, or the member's id.
    Identity,
    Identities,
    /// What follows the colon of an identity of this kind or network.
    IdentityOf(Box<str>),
    Name,
    Scoring,
    EnrolledAt,
    Interests,
    /// Attributes as a JSON object.
    Attributes,
    Attribute(AttributeName, CellType),
    /// Written by the export, for people.
    Ignored,
}

impl Columns {
    /// Reads the names of the header.
    pub(super) fn read(names: &[String]) -> Result<Self, Invalid> {
        let mut columns: Vec<(String, Column)> = Vec::with_capacity(names.len());
        for name in names {
            let column = Column::read(name)?;
            let is_same = |(_, other): &(String, Column)| match (other, &column) {
                // A person may have several.
                (Column::Identity, Column::Identity) => false,
                (Column::Attribute(one, _), Column::Attribute(other, _)) => one == other,
                (one, other) => one == other,
            };
            if column != Column::Ignored && columns.iter().any(is_same) {
                return Err(Invalid::new(format_args!(
                    "the column '{name}' comes twice"
                )));
            }
            columns.push((name.clone(), column));
        }
        let names_members = |(_, column): &(String, Column)| {
            matches!(
                column,
                Column::Identity | Column::Identities | Column::IdentityOf(_)
            )
        };
        if columns.iter().any(names_members) {
            return Ok(Self(columns));
        }
        Err(Invalid::new(
            "the first line names the columns, one of which names the members: 'identity' \
             ('twitter:kevin'), 'email', 'loyalty', 'crm', or a network such as 'twitter'",
        ))
    }

    /// Reads a line.
    pub(super) fn row(&self, cells: &[String]) -> Result<MemberRow, RowFault> {
        row_width(cells.len(), self.0.len(), b',').map_err(RowFault::of_line)?;
        let mut draft = Draft::default();
        for ((name, column), cell) in self.0.iter().zip(cells) {
            let value = match cell.as_str() {
                "" => continue,
                REMOVE => None,
                cell => Some(unprotected(cell)),
            };
            let at_column = |detail| RowFault {
                at: name.clone(),
                detail,
            };
            draft.put(column, value).map_err(at_column)?;
        }
        let patch = AttributesPatch::try_from(draft.attributes);
        draft.row.attributes = patch.map_err(|detail| RowFault {
            at: "attributes".to_owned(),
            detail,
        })?;
        draft.row.checked()
    }
}

impl Column {
    fn read(name: &str) -> Result<Self, Invalid> {
        Ok(match name {
            "identity" | "id" => Self::Identity,
            "identities" => Self::Identities,
            "name" => Self::Name,
            "scoring" => Self::Scoring,
            "enrolled_at" => Self::EnrolledAt,
            "updated_at" => Self::Ignored,
            "interests" => Self::Interests,
            "attributes" => Self::Attributes,
            "email" | "loyalty" | "crm" => Self::IdentityOf(name.into()),
            _ => match name.split_once('.') {
                Some(("attributes", attribute)) => Self::attribute(attribute)?,
                Some(("identity", network)) => Self::identity_of(network)?,
                _ if Network::WELL_KNOWN.contains(&name) => Self::identity_of(name)?,
                _ => return Err(unknown(name)),
            },
        })
    }

    fn identity_of(network: &str) -> Result<Self, Invalid> {
        Ok(match network {
            "email" | "loyalty" | "crm" => Self::IdentityOf(network.into()),
            _ => Self::IdentityOf(Network::parse(network)?.as_str().into()),
        })
    }

    fn attribute(text: &str) -> Result<Self, Invalid> {
        let (name, declared) = match text.split_once(':') {
            Some((name, declared)) => (name, Some(declared)),
            None => (text, None),
        };
        let cells = match declared {
            None => CellType::Any,
            Some(declared) => {
                let known = CellType::DECLARED.iter();
                let mut named = known.filter(|(_, name)| *name == declared);
                let named = named.next().map(|(cells, _)| *cells);
                named.ok_or_else(|| {
                    Invalid::new(format_args!(
                        "the type in 'attributes.{text}' is one of text, number, boolean and list"
                    ))
                })?
            }
        };
        Ok(Self::Attribute(AttributeName::parse(name)?, cells))
    }
}

fn unknown(name: &str) -> Invalid {
    let short: String = name.chars().take(40).collect();
    let hint = match name.contains([';', '\t']) {
        true => "columns are separated by commas",
        false => {
            "a column of an attribute is named 'attributes.…', and one of another network \
             'identity.…'"
        }
    };
    Invalid::new(format_args!("there is no column '{short}'; {hint}"))
}

/// A row under construction.
#[derive(Default)]
struct Draft {
    row: MemberRow,
    attributes: BTreeMap<String, Option<Attribute>>,
}

impl Draft {
    /// Puts the value of a cell into its place; `None` removes what is there.
    fn put(&mut self, column: &Column, value: Option<&str>) -> Result<(), Invalid> {
        match (column, value) {
            (Column::Ignored, _) => Ok(()),
            (Column::Name, value) => {
                self.row.name = Some(value.map(MemberName::parse).transpose()?);
                Ok(())
            }
            (Column::Interests, value) => {
                let topics = list(value.unwrap_or_default())?;
                let topics: Result<Vec<Topic>, Invalid> =
                    topics.iter().map(|topic| Topic::parse(topic)).collect();
                self.row.interests = Some(topics?);
                Ok(())
            }
            (Column::Attribute(name, cells), value) => {
                let value = value.map(|cell| cells.read(cell)).transpose()?;
                self.attribute(name.as_str().to_owned(), value)
            }
            (_, None) => Err(Invalid::new(format_args!(
                "'{REMOVE}' removes a name, interests or an attribute; this cannot be removed here"
            ))),
            (Column::Attributes, Some(value)) => {
                let object: BTreeMap<String, Option<Attribute>> = serde_json::from_str(value)
                    .map_err(|_| {
                        Invalid::new("it is a JSON object of texts, numbers, booleans and lists")
                    })?;
                let mut each = object.into_iter();
                each.try_for_each(|(name, value)| self.attribute(name, value))
            }
            (Column::Identity, Some(value)) => self.identity(value.trim()),
            (Column::Identities, Some(value)) => {
                let each = list(value)?;
                each.iter().try_for_each(|text| self.identity(text))
            }
            (Column::IdentityOf(kind), Some(value)) => {
                let repeats = value.split_once(':');
                if repeats.is_some_and(|(prefix, _)| prefix.eq_ignore_ascii_case(kind)) {
                    return Err(Invalid::new(format_args!(
                        "the column says '{kind}' already; write what follows the colon"
                    )));
                }
                self.identity(&format!("{kind}:{}", value.trim()))
            }
            (Column::Scoring, Some(value)) => {
                self.row.scoring = Some(value.trim().parse()?);
                Ok(())
            }
            (Column::EnrolledAt, Some(value)) => {
                self.row.enrolled_at = Some(Timestamp::parse(value.trim())?.get());
                Ok(())
            }
        }
    }

    fn identity(&mut self, text: &str) -> Result<(), Invalid> {
        self.row.identities.insert(text.parse::<Identity>()?);
        Ok(())
    }

    fn attribute(&mut self, name: String, value: Option<Attribute>) -> Result<(), Invalid> {
        match self.attributes.insert(name, value) {
            None => Ok(()),
            Some(_) => Err(Invalid::new(
                "an attribute has a column and is named here, too",
            )),
        }
    }
}
