//! Replay: a recorded decision made again, from what was recorded of it, and
//! held against what was answered then.

use serde_json::Value;

use super::inputs::{Inputs, canonical};
use super::program::Program;

/// The most differences that are told.
const MAX_DIFFERENCES: usize = 100;

/// What came of a replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// The version of the engine that decided.
    pub engine: String,
    /// What the program answers now, in canonical JSON.
    pub outcome: String,
    /// JSON pointers (RFC 6901) to where the two outcomes differ, at most 100;
    /// none if they are the same, to the byte.
    pub differences: Vec<String>,
}

impl Replay {
    /// Evaluates a program on recorded inputs. The program has to be the
    /// version that decided.
    ///
    /// # Errors
    /// If the inputs or the outcome are not what this engine or an earlier one
    /// has recorded.
    pub fn of(program: &Program, inputs: &str, outcome: &str) -> serde_json::Result<Self> {
        let inputs: Inputs = serde_json::from_str(inputs)?;
        let again = canonical(&program.explain(&inputs.facts()))?;
        let mut differences = Vec::new();
        if again != outcome {
            let (recorded, replayed) = (read(outcome)?, read(&again)?);
            compare(&recorded, &replayed, "", &mut differences);
            if differences.is_empty() {
                // The same content in other bytes.
                differences.push(String::new());
            }
        }
        Ok(Self {
            engine: inputs.engine,
            outcome: again,
            differences,
        })
    }

    /// Whether every byte is the same.
    pub fn same(&self) -> bool {
        self.differences.is_empty()
    }
}

fn read(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str(text)
}

/// Collects the places where two values differ; what only one of them has is
/// one difference.
fn compare(a: &Value, b: &Value, at: &str, found: &mut Vec<String>) {
    if found.len() >= MAX_DIFFERENCES {
        return;
    }
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            let only_b = b.keys().filter(|name| !a.contains_key(*name));
            for name in a.keys().chain(only_b) {
                let place = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                compare_some(a.get(name), b.get(name), place, found);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            for place in 0..a.len().max(b.len()) {
                compare_some(a.get(place), b.get(place), format!("{at}/{place}"), found);
            }
        }
        // Numbers are compared as they are written: 0 and -0 are not the same bytes.
        _ => {
            let [a, b] = [a, b].map(Value::to_string);
            if a != b {
                found.push(at.to_owned());
            }
        }
    }
}

fn compare_some(a: Option<&Value>, b: Option<&Value>, place: String, found: &mut Vec<String>) {
    match (a, b) {
        (Some(a), Some(b)) => compare(a, b, &place, found),
        _ if found.len() < MAX_DIFFERENCES => found.push(place),
        _ => {}
    }
}
