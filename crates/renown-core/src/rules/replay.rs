//! Replay: repeats a recorded decision from its recorded inputs and compares the two
//! outcomes.

use serde_json::Value;

use super::inputs::{Inputs, canonical};
use super::program::Program;

/// The most differences that are reported.
const MAX_DIFFERENCES: usize = 100;

/// The result of a replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// The version of the engine that made the recorded decision.
    pub engine: String,
    /// The outcome of the replay, in canonical JSON.
    pub outcome: String,
    /// JSON pointers (RFC 6901) to the values that differ, at most 100; empty if the
    /// two outcomes are the same, byte for byte.
    pub differences: Vec<String>,
}

impl Replay {
    /// Evaluates a program on recorded inputs. The program must be the version that made
    /// the decision.
    ///
    /// # Errors
    /// If the inputs or the outcome are not in the format that this engine or an earlier
    /// one records.
    pub fn of(program: &Program, inputs: &str, outcome: &str) -> serde_json::Result<Self> {
        let inputs: Inputs = serde_json::from_str(inputs)?;
        let again = canonical(&program.explain(&inputs.facts()))?;
        let mut differences = Vec::new();
        if again != outcome {
            let (recorded, replayed) = (read(outcome)?, read(&again)?);
            compare(&recorded, &replayed, "", &mut differences);
            if differences.is_empty() {
                // The content is the same, but not the bytes: the pointer to the root.
                differences.push(String::new());
            }
        }
        Ok(Self {
            engine: inputs.engine,
            outcome: again,
            differences,
        })
    }

    /// Whether the two outcomes are the same, byte for byte.
    pub fn same(&self) -> bool {
        self.differences.is_empty()
    }
}

fn read(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str(text)
}

/// Collects pointers to the differences of two values. A value that only one side
/// has is one difference.
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
        // Numbers are compared as text, because 0 and -0 are not the same bytes.
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
