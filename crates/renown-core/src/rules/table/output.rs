//! The outputs of a table: their columns, and whether the values of each rule
//! fit.

use super::source::{OutputSource, Row, TableSource};
use super::{
    Aggregation, Hit, Kind, Output, OutputSignature, OutputValue, ResultShape, TableSignature,
};
use crate::rules::diagnostic::Diagnostic;
use crate::rules::reader::{Findings, shorten, wrong_type};
use crate::rules::yaml::{Node, Value};

/// Checks the declarations of the outputs; `None` if one of them is wrong.
pub(super) fn outputs(
    file: &TableSource<'_>,
    hit: Hit,
    findings: &mut Findings,
) -> Option<Vec<Output>> {
    let before = findings.0.len();
    for (i, output) in file.outputs.iter().enumerate() {
        check_name(output, &file.outputs[..i], findings);
        check_values(output, findings);
    }
    let ranked = file.outputs.iter().any(|output| !output.values.is_empty());
    if hit.is_ordered() && !ranked && !file.outputs.is_empty() {
        let message = "Which outputs are the best is not said: no output has 'values'.";
        let path = format!("{}.outputs", file.path);
        let finding = Diagnostic::error("missing-values", file.place, path, message);
        findings.add(
            finding
                .hint("list the texts that an output can be, best first: values: [gold, silver]"),
        );
    }
    let typed = file.outputs.iter().all(|output| output.kind.is_some());
    if findings.0.len() > before || file.outputs.is_empty() || !typed {
        return None;
    }
    let output = |output: &OutputSource| {
        Some(Output {
            name: output.name.as_ref()?.value.clone(),
            values: values(output),
        })
    };
    file.outputs.iter().map(output).collect()
}

fn values(output: &OutputSource) -> Vec<Box<str>> {
    let values = output.values.iter();
    values.map(|at| at.value.as_str().into()).collect()
}

fn check_name(output: &OutputSource, before: &[OutputSource], findings: &mut Findings) {
    let Some(name) = &output.name else { return };
    let same = |other: &&OutputSource| other.name.as_ref().is_some_and(|n| n.value == name.value);
    if before.iter().any(|other| same(&other)) {
        let message = format!("There is an output '{}' already.", name.value);
        let path = format!("{}.name", output.path);
        findings.add(Diagnostic::error(
            "duplicate-output",
            name.place,
            path,
            message,
        ));
    }
}

fn check_values(output: &OutputSource, findings: &mut Findings) {
    let path = format!("{}.values", output.path);
    let text = output.kind.as_ref().is_none_or(|at| at.value == Kind::Text);
    if let Some(first) = output.values.first().filter(|_| !text) {
        let message = "Only texts have 'values'.";
        let finding = Diagnostic::error("values-not-allowed", first.place, path.as_str(), message);
        findings.add(finding.hint("type: text"));
    }
    for (i, value) in output.values.iter().enumerate() {
        if output.values[..i]
            .iter()
            .any(|other| other.value == value.value)
        {
            let message = format!("'{}' is listed twice.", shorten(&value.value));
            let path = format!("{path}[{i}]");
            findings.add(Diagnostic::error(
                "duplicate-value",
                value.place,
                path,
                message,
            ));
        }
    }
}

/// Returns the table signature, as far as the file can be read.
pub(super) fn signature(file: &TableSource<'_>, hit: Hit) -> Option<TableSignature> {
    let output = |output: &OutputSource| {
        Some(OutputSignature {
            name: output.name.as_ref()?.value.clone(),
            kind: output.kind.as_ref().map(|at| at.value),
            values: values(output),
        })
    };
    Some(TableSignature {
        id: file.id.as_ref()?.value.clone(),
        says: hit.says(),
        outputs: file.outputs.iter().filter_map(output).collect(),
        late: None,
    })
}

/// Checks the aggregate: it needs a single output, and a numeric one unless it
/// counts.
pub(super) fn check_aggregate(file: &TableSource<'_>, hit: Hit, findings: &mut Findings) {
    let Some(aggregate) = &file.aggregate else {
        return;
    };
    let path = format!("{}.aggregate", file.path);
    let mut refuse = |message: &str, hint: &str| {
        let code = "aggregate-not-allowed";
        let finding = Diagnostic::error(code, aggregate.place, path.as_str(), message);
        findings.add(finding.hint(hint));
    };
    if hit.says() != ResultShape::Number {
        refuse("Only what is collected can be added up.", "hit: collect");
    } else if file.outputs.len() > 1 {
        let hint = "make a table of each output, or leave 'aggregate' out";
        refuse("Only a table with one output adds it up.", hint);
    }
    let kind = file.outputs.first().and_then(|output| output.kind.as_ref());
    let numeric = kind.is_none_or(|at| at.value == Kind::Number);
    if aggregate.value != Aggregation::Count && !numeric {
        let message = "Only numbers have a sum, a least and a greatest.";
        refuse(message, "aggregate: count, or an output of 'type: number'");
    }
}

/// Checks the outputs of one row; `None` if one of them is wrong.
pub(super) fn row(
    row: &Row<'_>,
    columns: &[OutputSource],
    findings: &mut Findings,
) -> Option<Vec<OutputValue>> {
    if columns.is_empty() {
        // The missing outputs are already reported.
        return None;
    }
    if row.cells.len() != columns.len() {
        findings.add(wrong_number(row, columns.len(), "output"));
        return None;
    }
    let mut values = Vec::new();
    for (i, (node, column)) in row.cells.iter().zip(columns).enumerate() {
        let path = format!("{}[{i}]", row.path);
        match value(node, column, &path) {
            Ok(value) => values.extend(value),
            Err(finding) => findings.add(finding),
        }
    }
    (values.len() == columns.len()).then_some(values)
}

/// Returns the finding about a row that is too short or too long.
pub(super) fn wrong_number(row: &Row<'_>, wanted: usize, of: &str) -> Diagnostic {
    let count = |n: usize, of: &str| format!("{n} {of}{}", if n == 1 { "" } else { "s" });
    let (wanted, found) = (count(wanted, of), count(row.cells.len(), "value"));
    let message = format!("The table has {wanted}, and this row {found}.");
    Diagnostic::error(
        "wrong-number-of-values",
        row.place,
        row.path.as_str(),
        message,
    )
}

/// Reads one output value; `Ok(None)` if the column itself is wrong, which is
/// already reported.
fn value(
    node: &Node,
    column: &OutputSource,
    path: &str,
) -> Result<Option<OutputValue>, Diagnostic> {
    let Some(kind) = column.kind.as_ref().map(|at| at.value) else {
        return Ok(None);
    };
    let value = match (kind, &node.value) {
        (Kind::Number, Value::Int(number)) => OutputValue::Number(*number as f64),
        (Kind::Number, Value::Float(number)) if number.is_finite() => {
            OutputValue::Number(*number + 0.0)
        }
        (Kind::Bool, Value::Bool(value)) => OutputValue::Bool(*value),
        (Kind::Text, Value::Text(text)) => {
            known(text, node, column, path)?;
            OutputValue::Text(text.as_str().into())
        }
        _ => return Err(wrong_type(node, path, kind.yaml())),
    };
    Ok(Some(value))
}

fn known(text: &str, node: &Node, column: &OutputSource, path: &str) -> Result<(), Diagnostic> {
    let values = || column.values.iter().map(|at| at.value.as_str());
    if column.values.is_empty() || values().any(|known| known == text) {
        return Ok(());
    }
    let message = format!("'{}' is none of the output's values.", shorten(text));
    let finding = Diagnostic::error("unknown-value", node.place, path, message);
    let known: Vec<&str> = values().collect();
    Err(finding.nearest(text, known))
}

impl Kind {
    /// The words for findings about YAML.
    fn yaml(self) -> &'static str {
        match self {
            Self::Text => "text",
            other => other.words(),
        }
    }
}

/// Returns the position of each output in its column's `values`. Columns
/// without `values` are left out.
pub(super) fn rank(then: &[OutputValue], outputs: &[Output]) -> Vec<usize> {
    let ranked = outputs
        .iter()
        .zip(then)
        .filter(|(o, _)| !o.values.is_empty());
    let place = |(output, value): (&Output, &OutputValue)| match value {
        OutputValue::Text(text) => output.values.iter().position(|known| known == text),
        _ => None,
    };
    ranked
        .map(|pair| place(pair).unwrap_or(usize::MAX))
        .collect()
}
