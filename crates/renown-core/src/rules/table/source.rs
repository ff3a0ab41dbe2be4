//! The fields of a table as written: typed, and with their places in the file.

use super::{Aggregation, Kind};
use crate::domain::{Invalid, TableId};
use crate::rules::diagnostic::{Diagnostic, FilePlace};
use crate::rules::reader::{At, Fields, Findings, wrong_type};
use crate::rules::yaml::{Node, Value};

/// The maximum number of each that a program or a table may have.
pub(in crate::rules) const MAX_TABLES: usize = 20;
pub(in crate::rules) const MAX_INPUTS: usize = 8;
pub(in crate::rules) const MAX_OUTPUTS: usize = 8;
pub(in crate::rules) const MAX_RULES: usize = 200;
pub(in crate::rules) const MAX_VALUES: usize = 100;

/// The fields of a table, of its inputs, outputs and rules.
pub(in crate::rules) const TABLE_FIELDS: &[&str] = &[
    "id",
    "title",
    "hit",
    "aggregate",
    "inputs",
    "outputs",
    "rules",
    "otherwise",
];
pub(in crate::rules) const INPUT_FIELDS: &[&str] = &["name", "value"];
pub(in crate::rules) const OUTPUT_FIELDS: &[&str] = &["name", "type", "values"];
pub(in crate::rules) const RULE_FIELDS: &[&str] = &["when", "then", "note"];

/// The words that these fields may contain.
pub(in crate::rules) const POLICIES: &[(&str, Policy)] = &[
    ("unique", Policy::Unique),
    ("first", Policy::First),
    ("priority", Policy::Priority),
    ("any", Policy::Any),
    ("collect", Policy::Collect),
    ("rule-order", Policy::RuleOrder),
    ("output-order", Policy::OutputOrder),
];
pub(in crate::rules) const AGGREGATES: &[(&str, Aggregation)] = &[
    ("sum", Aggregation::Sum),
    ("min", Aggregation::Min),
    ("max", Aggregation::Max),
    ("count", Aggregation::Count),
];
pub(in crate::rules) const KINDS: &[(&str, Kind)] = &[
    (Kind::Number.as_str(), Kind::Number),
    (Kind::Text.as_str(), Kind::Text),
    (Kind::Bool.as_str(), Kind::Bool),
];

/// A hit policy as written. The aggregate is a field of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::rules) enum Policy {
    #[default]
    Unique,
    First,
    Priority,
    Any,
    Collect,
    RuleOrder,
    OutputOrder,
}

/// A table as written.
#[derive(Debug)]
pub(in crate::rules) struct TableSource<'n> {
    pub path: String,
    pub place: FilePlace,
    pub id: Option<At<TableId>>,
    pub title: Option<At<String>>,
    pub(super) policy: Policy,
    pub(super) aggregate: Option<At<Aggregation>>,
    pub(in crate::rules) inputs: Vec<InputSource<'n>>,
    pub(super) outputs: Vec<OutputSource>,
    pub(in crate::rules) rules: Vec<RuleSource<'n>>,
    pub(super) otherwise: Option<Row<'n>>,
}

/// An input as written.
#[derive(Debug)]
pub(in crate::rules) struct InputSource<'n> {
    /// The path of its expression.
    pub path: String,
    pub name: Option<At<String>>,
    pub value: Option<&'n Node>,
}

/// An output as written.
#[derive(Debug)]
pub(super) struct OutputSource {
    pub path: String,
    pub name: Option<At<String>>,
    pub kind: Option<At<Kind>>,
    pub values: Vec<At<String>>,
}

/// A rule as written.
#[derive(Debug)]
pub(in crate::rules) struct RuleSource<'n> {
    pub path: String,
    pub place: FilePlace,
    pub when: Option<Row<'n>>,
    pub then: Option<Row<'n>>,
    pub note: Option<At<String>>,
}

/// A list of entries or outputs, one for each column.
#[derive(Debug)]
pub(in crate::rules) struct Row<'n> {
    pub path: String,
    pub place: FilePlace,
    pub cells: &'n [Node],
}

/// Reads a table.
pub(in crate::rules) fn table<'n>(fields: Fields<'n>, findings: &mut Findings) -> TableSource<'n> {
    for (name, hint) in [
        ("id", "give the table a short name"),
        ("inputs", "say what it looks at: inputs: [standing.lower]"),
        (
            "outputs",
            "say what it says: outputs: [{ name: level, type: number }]",
        ),
        ("rules", "rules: [{ when: ['>= 60'], then: [3] }]"),
    ] {
        let node = fields.node(name);
        if node.is_none_or(|node| matches!(&node.value, Value::List(items) if items.is_empty())) {
            fields.missing(name, hint, findings);
        }
    }
    TableSource {
        place: fields.place,
        id: fields.parsed("id", findings, TableId::parse),
        title: fields.text("title", 200, findings),
        policy: policy(&fields, findings),
        aggregate: aggregate(&fields, findings),
        inputs: each(&fields, "inputs", MAX_INPUTS, findings, input),
        outputs: each(&fields, "outputs", MAX_OUTPUTS, findings, output),
        rules: each(&fields, "rules", MAX_RULES, findings, rule),
        otherwise: row(&fields, "otherwise", findings),
        path: fields.path,
    }
}

fn policy(fields: &Fields<'_>, findings: &mut Findings) -> Policy {
    let word = fields.word("hit", POLICIES, findings);
    word.map_or_else(Policy::default, |at| at.value)
}

fn aggregate(fields: &Fields<'_>, findings: &mut Findings) -> Option<At<Aggregation>> {
    fields.word("aggregate", AGGREGATES, findings)
}

fn each<'n, T>(
    fields: &Fields<'n>,
    name: &str,
    max: usize,
    findings: &mut Findings,
    mut read: impl FnMut(String, &'n Node, &mut Findings) -> Option<T>,
) -> Vec<T> {
    let items = fields.items(name, max, findings);
    items
        .into_iter()
        .filter_map(|(path, node)| read(path, node, findings))
        .collect()
}

/// Reads an input: an expression, or an expression with a label. An input with
/// mistakes keeps its column.
fn input<'n>(path: String, node: &'n Node, findings: &mut Findings) -> Option<InputSource<'n>> {
    let mut read = InputSource {
        path,
        name: None,
        value: None,
    };
    match &node.value {
        Value::Text(_) => read.value = Some(node),
        Value::Map(_) => {
            let fields = Fields::open(node, read.path.clone(), INPUT_FIELDS, findings)?;
            if fields.node("value").is_none() {
                fields.missing("value", "value: standing.lower", findings);
            }
            read.name = fields.text("name", 100, findings);
            read.value = fields.node("value");
            read.path = fields.path_of("value");
        }
        _ => {
            let finding = wrong_type(node, &read.path, "text, or a 'name' and a 'value'");
            findings.add(finding.hint("an expression such as 'standing.lower'"));
        }
    }
    Some(read)
}

/// Reads an output. An output with mistakes keeps its column.
fn output(path: String, node: &Node, findings: &mut Findings) -> Option<OutputSource> {
    let Some(fields) = Fields::open(node, path.clone(), OUTPUT_FIELDS, findings) else {
        return Some(OutputSource {
            path,
            name: None,
            kind: None,
            values: Vec::new(),
        });
    };
    for (name, hint) in [
        ("name", "conditions ask for an output by its name"),
        ("type", "type: number, text or bool"),
    ] {
        if fields.node(name).is_none() {
            fields.missing(name, hint, findings);
        }
    }
    Some(OutputSource {
        name: fields.parsed("name", findings, output_name),
        kind: fields.word("type", KINDS, findings),
        values: fields.list("values", MAX_VALUES, findings, |text| Ok(text.to_owned())),
        path: fields.path,
    })
}

/// Parses the name of an output, by which conditions select it.
fn output_name(text: &str) -> Result<String, Invalid> {
    let part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase());
    if starts_well && text.len() <= 64 && text.bytes().all(part) {
        return Ok(text.to_owned());
    }
    Err(Invalid::new(
        "it must be 1 to 64 of a-z, 0-9 and '_', beginning with a letter",
    ))
}

fn rule<'n>(path: String, node: &'n Node, findings: &mut Findings) -> Option<RuleSource<'n>> {
    let fields = Fields::open(node, path, RULE_FIELDS, findings)?;
    for (name, hint) in [
        ("when", "an entry for each input: when: ['>= 60', '-']"),
        ("then", "a value for each output: then: [3]"),
    ] {
        if fields.node(name).is_none() {
            fields.missing(name, hint, findings);
        }
    }
    Some(RuleSource {
        place: fields.place,
        when: row(&fields, "when", findings),
        then: row(&fields, "then", findings),
        note: fields.text("note", 500, findings),
        path: fields.path,
    })
}

fn row<'n>(fields: &Fields<'n>, name: &str, findings: &mut Findings) -> Option<Row<'n>> {
    let node = fields.node(name)?;
    let path = fields.path_of(name);
    let Value::List(cells) = &node.value else {
        let finding: Diagnostic = wrong_type(node, &path, "a list");
        findings.add(finding.hint(format!("{name}: [ … ], a value for each column")));
        return None;
    };
    Some(Row {
        path,
        place: node.place,
        cells,
    })
}
