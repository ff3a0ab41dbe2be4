//! Members as a table (CSV) that is read back as it is.

use std::collections::BTreeMap;

use super::cells::{AttributeType, CellType, list_cell, protected};
use crate::domain::{AttributeName, Identity, Member};

/// The most columns of attributes. Further attributes are written into one cell.
const MAX_COLUMNS: usize = 256;

/// The columns before those of the attributes. The last one has what no other column can have.
const COLUMNS: [&str; 7] = [
    "id",
    "identities",
    "name",
    "scoring",
    "enrolled_at",
    "interests",
    "attributes",
];

/// A table of members.
#[derive(Debug)]
pub struct MemberTable {
    columns: Vec<(String, CellType)>,
}

impl MemberTable {
    /// Starts a table with a column for each attribute. An attribute with values of several
    /// types has a column without a declared type.
    pub fn new(attributes: impl IntoIterator<Item = (AttributeName, AttributeType)>) -> Self {
        let mut types: BTreeMap<String, CellType> = BTreeMap::new();
        for (name, of) in attributes {
            let of = CellType::Of(of);
            let column = types.entry(name.as_str().to_owned()).or_insert(of);
            if *column != of {
                *column = CellType::Any;
            }
        }
        Self {
            columns: types.into_iter().take(MAX_COLUMNS).collect(),
        }
    }

    /// Returns the header, with its line end.
    pub fn header(&self) -> String {
        let mut line = Line::default();
        COLUMNS.iter().for_each(|name| line.cell(name));
        for (name, cells) in &self.columns {
            let declared = CellType::DECLARED.iter().find(|(of, _)| of == cells);
            match declared {
                Some((_, declared)) => line.cell(&format!("attributes.{name}:{declared}")),
                None => line.cell(&format!("attributes.{name}")),
            }
        }
        line.ended()
    }

    /// Returns a member as a line, with its line end.
    pub fn row(&self, member: &Member, identities: &[Identity]) -> String {
        let mut rest = member.attributes.as_map().clone();
        let cells: Vec<String> = self
            .columns
            .iter()
            .map(|(name, cells)| {
                let cell = rest.get(name).and_then(|value| cells.write(value));
                if cell.is_some() {
                    rest.remove(name);
                }
                cell.unwrap_or_default()
            })
            .collect();
        let rest = match rest.is_empty() {
            true => String::new(),
            false => serde_json::to_string(&rest).unwrap_or_default(),
        };
        let identities: Vec<String> = identities.iter().map(ToString::to_string).collect();
        let interests: Vec<String> = member.interests.iter().map(ToString::to_string).collect();
        let mut line = Line::default();
        line.cell(&member.id.to_string());
        line.cell(&list_cell(&identities));
        line.cell(member.name.as_ref().map_or("", |name| name.as_str()));
        line.cell(member.scoring.as_str());
        line.cell(&member.enrolled_at.to_rfc3339());
        line.cell(&list_cell(&interests));
        line.cell(&rest);
        cells.iter().for_each(|cell| line.cell(cell));
        line.ended()
    }
}

/// A line under construction.
#[derive(Default)]
struct Line(String);

impl Line {
    /// Adds a cell. White space at its ends is kept by quotes.
    fn cell(&mut self, cell: &str) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        let cell = protected(cell);
        let is_plain = !cell.contains([',', '"', '\r', '\n']) && cell.trim_ascii() == cell;
        match is_plain {
            true => self.0.push_str(&cell),
            false => {
                self.0.push('"');
                self.0.push_str(&cell.replace('"', "\"\""));
                self.0.push('"');
            }
        }
    }

    fn ended(mut self) -> String {
        self.0.push_str("\r\n");
        self.0
    }
}
