//! Tables of other systems (CSV), and the file (YAML) that says which column is which member of
//! an event. [`MappedTable`] makes an item of each row: its cells by the names of their columns.

mod file;
mod member;
mod number;
mod row;
mod time;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::draft::{Draft, has_member, judge};
use super::{Context, Ignored, IgnoredReason, MAX_DOCUMENT_BYTES, Mapped, Rejection};
use crate::domain::{EventType, Invalid};
use member::Member;

pub use member::MemberOrigin;
pub use row::MappedTable;

/// The maximum size of a row, in bytes of JSON.
pub const MAX_BYTES: usize = MAX_DOCUMENT_BYTES;

/// The cells of a row, by the names of their columns.
type Cells = BTreeMap<String, String>;

/// Says which column of a table is which member of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableMapping {
    /// The byte that separates two cells of a row.
    delimiter: u8,
    /// The members that events get. The type is the first.
    members: Vec<Member>,
    /// The rows that are left out.
    skips: Vec<Skip>,
}

/// Rows that are left out: those that have one of the values in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Skip {
    column: String,
    values: Vec<String>,
}

/// Maps an item of a [`MappedTable`] as the given mapping says.
///
/// # Errors
/// If the row could not be read, a cell is not what the mapping says, or the event is wrong; the
/// pointer names the column.
pub fn parse(item: &[u8], context: &Context<'_>) -> Result<Mapped, Rejection> {
    let mapping = context.given.mapping.as_deref();
    let mapping = mapping.ok_or_else(|| Rejection::invalid("", "a table needs a mapping"))?;
    let cells = row::cells(item)?;
    if let Some(skipped) = mapping.skipped(&cells) {
        return Ok(skipped.into());
    }
    let draft = mapping.draft(&cells, context)?;
    let judged = judge(&draft, context);
    let placed = |rejection: Rejection| rejection.placed(|pointer| mapping.place_of(pointer));
    Ok(judged.map_err(placed)?.into())
}

impl TableMapping {
    /// Reads the file of a mapping.
    ///
    /// # Errors
    /// The first mistake, with its place in the file and what would be right.
    pub fn parse(yaml: &str) -> Result<Self, Invalid> {
        file::parse(yaml)
    }

    /// Returns whether the mapping says what the source of each event is.
    pub fn names_source(&self) -> bool {
        self.member("source").is_some()
    }

    /// Returns where each member of a row's event comes from.
    pub fn origins(&self, item: &[u8]) -> Vec<MemberOrigin<'_>> {
        let cells = row::cells(item).unwrap_or_default();
        let origins = self.members.iter().map(|member| member.origin(&cells));
        origins.collect()
    }

    /// Returns when a row's event happened; `None` if that cannot be read.
    pub fn time_of(&self, item: &[u8]) -> Option<DateTime<Utc>> {
        let mut draft = Draft::default();
        let cells = row::cells(item).ok()?;
        let time = self.member("time")?;
        time.put(&cells, &mut draft).ok()?;
        draft.time?.parse().ok()
    }

    fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// Returns the names of the columns that are used, each with the place where it is named.
    fn columns(&self) -> impl Iterator<Item = (&str, String)> {
        let members = self.members.iter().flat_map(|member| {
            let columns = member.columns().iter();
            columns.map(|column| (column.as_str(), format!("event.{}", member.name)))
        });
        let skips = self.skips.iter();
        members.chain(skips.map(|skip| (skip.column.as_str(), "skip".to_owned())))
    }

    fn skipped(&self, cells: &Cells) -> Option<Ignored> {
        let cell = |skip: &Skip| cells.get(&skip.column).map_or("", String::as_str);
        let mut skips = self.skips.iter();
        let skip = skips.find(|skip| skip.values.iter().any(|value| value == cell(skip)))?;
        let detail = match cell(skip) {
            "" => format!("the mapping leaves out rows without a '{}'", skip.column),
            value => format!(
                "the mapping leaves out rows with '{value}' as '{}'",
                skip.column
            ),
        };
        Some(Ignored::new(IgnoredReason::NotCounted, detail))
    }

    /// Fills a draft. Members that the type of the row's event does not have are left out: a
    /// mapping speaks of all types of rows.
    fn draft<'r>(
        &'r self,
        cells: &'r Cells,
        context: &Context<'_>,
    ) -> Result<Draft<'r>, Rejection> {
        let mut draft = Draft::default();
        if let Some(source) = &context.given.source {
            draft.source = source.as_str().to_owned().into();
        }
        for member in &self.members {
            let kind = EventType::ALL.iter().find(|(_, name)| *name == draft.kind);
            let is_foreign = |(kind, _): &(EventType, &str)| !has_member(*kind, member.root());
            if kind.is_some_and(is_foreign) {
                continue;
            }
            member
                .put(cells, &mut draft)
                .map_err(|invalid| member.rejection(invalid))?;
        }
        Ok(draft)
    }

    /// Returns the pointer to the column of a member.
    fn place_of(&self, pointer: &str) -> String {
        let name = pointer.split('/').nth(1).unwrap_or_default();
        self.member(name).map(Member::pointer).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
