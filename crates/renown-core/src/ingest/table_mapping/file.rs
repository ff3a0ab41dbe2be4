//! The file of a mapping.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::member::{Member, Origin, Reading};
use super::number::{count, decimal};
use super::time::TimeNotation;
use super::{Skip, TableMapping};
use crate::domain::{Currency, EventType, Invalid, Network, Source, Timestamp};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MappingFile {
    #[serde(default)]
    delimiter: Delimiter,
    event: EventPart,
    #[serde(default)]
    skip: Vec<SkipPart>,
}

/// The byte that separates two cells of a row.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Delimiter(u8);

impl Default for Delimiter {
    fn default() -> Self {
        Self(b',')
    }
}

impl TryFrom<String> for Delimiter {
    type Error = Invalid;

    fn try_from(name: String) -> Result<Self, Invalid> {
        match name.as_str() {
            "comma" | "," => Ok(Self(b',')),
            "semicolon" | ";" => Ok(Self(b';')),
            "tab" | "\t" => Ok(Self(b'\t')),
            _ => Err(Invalid::new("a delimiter is comma, semicolon or tab")),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SkipPart {
    column: String,
    values: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventPart {
    id: IdPart,
    source: Option<TextPart>,
    #[serde(rename = "type")]
    kind: TextPart,
    time: TimePart,
    network: TextPart,
    actor: Option<TextPart>,
    target: Option<TextPart>,
    object: Option<RefPart>,
    topics: Option<ListPart>,
    count: Option<PlainPart>,
    value: Option<DecimalPart>,
    currency: Option<TextPart>,
    text: Option<PlainPart>,
    undo: Option<RefPart>,
    #[serde(default)]
    metrics: MetricsPart,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct MetricsPart {
    followers: Option<PlainPart>,
    following: Option<PlainPart>,
    listed: Option<PlainPart>,
    posts: Option<PlainPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdPart {
    column: Option<String>,
    digest: Option<Vec<String>>,
    #[serde(default)]
    prefix: String,
}

/// The id of something: content, or an event.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefPart {
    column: String,
    #[serde(default)]
    prefix: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextPart {
    column: Option<String>,
    constant: Option<String>,
    choices: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TimePart {
    column: Option<String>,
    constant: Option<String>,
    format: Option<String>,
    zone: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListPart {
    column: Option<String>,
    constant: Option<String>,
    separator: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DecimalPart {
    column: Option<String>,
    constant: Option<String>,
    decimal: Option<DecimalSign>,
}

/// The sign before a fraction.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct DecimalSign(char);

impl TryFrom<String> for DecimalSign {
    type Error = Invalid;

    fn try_from(sign: String) -> Result<Self, Invalid> {
        match sign.as_str() {
            "," => Ok(Self(',')),
            "." => Ok(Self('.')),
            _ => Err(Invalid::new("the sign before a fraction is ',' or '.'")),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlainPart {
    column: Option<String>,
    constant: Option<String>,
}

/// Reads the file of a mapping.
pub(super) fn parse(yaml: &str) -> Result<TableMapping, Invalid> {
    let options = serde_saphyr::options! {
        with_snippet: false,
        budget: serde_saphyr::budget! {
            max_depth: 16,
            max_nodes: 50_000,
            max_events: 200_000,
            max_aliases: 100,
            max_anchors: 100,
            max_documents: 1,
        },
    };
    let mut place = String::new();
    let file = serde_saphyr::with_deserializer_from_str_with_options(yaml, options, |reader| {
        serde_path_to_error::deserialize::<_, MappingFile>(reader).map_err(|error| {
            place = error.path().to_string();
            error.into_inner()
        })
    });
    let file = file.map_err(|error| match place.as_str() {
        "" | "." => Invalid::new(error),
        place => Invalid::new(format_args!("{place}: {error}")),
    })?;
    let skips = file.skip.into_iter().map(|skip| Skip {
        column: skip.column,
        values: skip.values,
    });
    Ok(TableMapping {
        delimiter: file.delimiter.0,
        members: file.event.members()?,
        skips: skips.collect(),
    })
}

impl EventPart {
    /// Returns the members, the type first.
    fn members(self) -> Result<Vec<Member>, Invalid> {
        let metrics = self.metrics;
        let members = [
            Some(self.kind.member("type")?),
            Some(self.id.member()?),
            optional(self.source, |part| part.member("source"))?,
            Some(self.time.member()?),
            Some(self.network.member("network")?),
            optional(self.actor, |part| part.member("actor"))?,
            optional(self.target, |part| part.member("target"))?,
            self.object.map(|part| part.member("object")),
            optional(self.topics, ListPart::member)?,
            optional(self.count, |part| part.number("count"))?,
            optional(self.value, DecimalPart::member)?,
            optional(self.currency, |part| part.member("currency"))?,
            optional(self.text, PlainPart::text)?,
            self.undo.map(|part| part.member("undo")),
            optional(metrics.followers, |part| part.number("metrics.followers"))?,
            optional(metrics.following, |part| part.number("metrics.following"))?,
            optional(metrics.listed, |part| part.number("metrics.listed"))?,
            optional(metrics.posts, |part| part.number("metrics.posts"))?,
        ];
        Ok(members.into_iter().flatten().collect())
    }
}

fn optional<P>(
    part: Option<P>,
    member: impl FnOnce(P) -> Result<Member, Invalid>,
) -> Result<Option<Member>, Invalid> {
    part.map(member).transpose()
}

fn wrong(member: &str, why: impl std::fmt::Display) -> Invalid {
    Invalid::new(format_args!("event.{member}: {why}"))
}

fn origin(
    member: &str,
    column: Option<String>,
    constant: Option<String>,
) -> Result<Origin, Invalid> {
    match (column, constant) {
        (Some(column), None) => Ok(Origin::Column(column)),
        (None, Some(constant)) => Ok(Origin::Constant(constant)),
        _ => Err(wrong(
            member,
            "say either the column that it is in, or a constant for all rows",
        )),
    }
}

impl IdPart {
    fn member(self) -> Result<Member, Invalid> {
        let origin = match (self.column, self.digest) {
            (Some(column), None) => Origin::Column(column),
            (None, Some(columns)) if !columns.is_empty() => Origin::Digest(columns),
            _ => {
                return Err(wrong(
                    "id",
                    "say either the column that it is in, or the columns of whose cells a digest \
                     is made, which tell any two rows apart (digest: [Day, Guest])",
                ));
            }
        };
        Ok(Member {
            name: "id",
            origin,
            reading: Reading::Id(self.prefix),
        })
    }
}

impl RefPart {
    fn member(self, name: &'static str) -> Member {
        Member {
            name,
            origin: Origin::Column(self.column),
            reading: Reading::Id(self.prefix),
        }
    }
}

impl TextPart {
    fn member(self, name: &'static str) -> Result<Member, Invalid> {
        let origin = origin(name, self.column, self.constant)?;
        if let Origin::Constant(constant) = &origin {
            check(name, constant).map_err(|why| wrong(name, why))?;
        }
        let choices = self.choices.iter().flatten();
        for (cell, chosen) in choices {
            let place = format!("{name}.choices.{cell}");
            check(name, chosen).map_err(|why| wrong(&place, why))?;
        }
        let reading = match (&origin, self.choices) {
            (_, None) => Reading::Text,
            (Origin::Column(_), Some(choices)) => Reading::Choices(choices),
            _ => return Err(wrong(name, "a constant has no choices")),
        };
        Ok(Member {
            name,
            origin,
            reading,
        })
    }
}

/// Checks a text that stands in the mapping.
fn check(member: &str, text: &str) -> Result<(), Invalid> {
    match member {
        "type" => {
            let mut names = EventType::ALL.iter().map(|(_, name)| *name);
            if names.any(|name| name == text) {
                return Ok(());
            }
            let names: Vec<&str> = EventType::ALL.iter().map(|(_, name)| *name).collect();
            let names = names.join(", ");
            Err(Invalid::new(format_args!(
                "'{text}' is not a type of events; these are {names}"
            )))
        }
        "source" => Source::parse(text).map(drop),
        "network" => Network::parse(text).map(drop),
        "currency" => Currency::parse(text).map(drop),
        _ => Ok(()),
    }
}

impl TimePart {
    fn member(self) -> Result<Member, Invalid> {
        let at = |why| wrong("time", why);
        let notation = TimeNotation::of(self.format.as_deref(), self.zone.as_deref());
        let notation = notation.map_err(at)?;
        let origin = origin("time", self.column, self.constant)?;
        if let Origin::Constant(constant) = &origin {
            let time = notation.read(constant).map_err(at)?;
            Timestamp::parse(&time).map_err(at)?;
        }
        Ok(Member {
            name: "time",
            origin,
            reading: Reading::Time(notation),
        })
    }
}

impl ListPart {
    fn member(self) -> Result<Member, Invalid> {
        let separator = self.separator.unwrap_or_else(|| ";".to_owned());
        if separator.is_empty() {
            return Err(wrong("topics", "a separator has at least one character"));
        }
        Ok(Member {
            name: "topics",
            origin: origin("topics", self.column, self.constant)?,
            reading: Reading::List(separator),
        })
    }
}

impl DecimalPart {
    fn member(self) -> Result<Member, Invalid> {
        let sign = self.decimal.map(|DecimalSign(sign)| sign);
        let origin = origin("value", self.column, self.constant)?;
        if let Origin::Constant(constant) = &origin {
            decimal(constant, sign).map_err(|why| wrong("value", why))?;
        }
        Ok(Member {
            name: "value",
            origin,
            reading: Reading::Decimal(sign),
        })
    }
}

impl PlainPart {
    fn text(self) -> Result<Member, Invalid> {
        Ok(Member {
            name: "text",
            origin: origin("text", self.column, self.constant)?,
            reading: Reading::Text,
        })
    }

    fn number(self, name: &'static str) -> Result<Member, Invalid> {
        let origin = origin(name, self.column, self.constant)?;
        if let Origin::Constant(constant) = &origin {
            count(constant).map_err(|why| wrong(name, why))?;
        }
        Ok(Member {
            name,
            origin,
            reading: Reading::Count,
        })
    }
}
