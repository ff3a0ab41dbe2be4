//! Reads the weights of the indices in the standing from a program file.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, Zero};

use super::diagnostic::Diagnostic;
use super::reader::{Fields, Findings, shorten, wrong_type};
use super::source::MAX_WEIGHTS;
use super::standing::IndexRef;
use super::yaml::{Node, Value};

/// Reads the weights of the standing. Without the field `standing`, only influence counts.
pub(super) fn read(fields: &Fields<'_>, findings: &mut Findings) -> BTreeMap<IndexRef, Decimal> {
    let mut weights = BTreeMap::new();
    let Some(node) = fields.node("standing") else {
        weights.insert(IndexRef::Influence, Decimal::ONE);
        return weights;
    };
    let Value::Map(entries) = &node.value else {
        let finding = wrong_type(node, "standing", "a mapping of indices to weights");
        findings.add(finding.hint("standing: { influence: 0.6, value: 0.4 }"));
        return weights;
    };
    if entries.len() > MAX_WEIGHTS {
        let message = format!("At most {MAX_WEIGHTS} indices blend into a standing.");
        findings.add(Diagnostic::error(
            "too-many", node.place, "standing", message,
        ));
        return weights;
    }
    for (key, node) in entries {
        let path = format!("standing.{}", shorten(&key.name));
        let index = IndexRef::parse(&key.name).map_err(|invalid| {
            Diagnostic::error(
                "invalid-value",
                key.place,
                &path,
                format!("This is no index: {invalid}."),
            )
        });
        match (index, weight(node, &path)) {
            (Ok(index), Ok(weight)) => {
                weights.insert(index, weight);
            }
            (index, weight) => {
                [index.err(), weight.err()]
                    .into_iter()
                    .flatten()
                    .for_each(|f| findings.add(f));
            }
        }
    }
    let broken = weights.len() < entries.len();
    if !broken && weights.values().all(Decimal::is_zero) {
        let message = "At least one index must have a weight above 0.";
        findings.add(Diagnostic::error(
            "no-weight",
            node.place,
            "standing",
            message,
        ));
    }
    weights
}

fn weight(node: &Node, path: &str) -> Result<Decimal, Diagnostic> {
    let number = match node.value {
        Value::Int(n) => Some(Decimal::from(n)),
        Value::Float(n) => Decimal::from_f64(n),
        Value::Text(ref text) => text.parse().ok(),
        _ => return Err(wrong_type(node, path, "a number")),
    };
    let max = Decimal::from(1_000_000);
    number
        .filter(|n| *n >= Decimal::zero() && *n <= max)
        .ok_or_else(|| {
            let message = "A weight is a number from 0 to 1,000,000.";
            Diagnostic::error("invalid-value", node.place, path, message)
        })
}
