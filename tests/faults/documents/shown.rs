//! Answers as documents show them: `…` stands for what is left out.

use serde_json::{Map, Value};

/// What stands for anything: the rest of an object or a list, or any characters of a text.
const ELLIPSIS: &str = "…";

/// How an answer is written.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// JSON documents, one after the other.
    Json,
    /// Lines of text; how much white space there is between words does not matter.
    Text,
}

/// An answer as it is shown.
#[derive(Debug)]
pub struct Shown {
    form: Form,
    text: String,
}

impl Shown {
    pub fn new(form: Form, text: &str) -> Self {
        let text = text.to_owned();
        Self { form, text }
    }

    /// Says how the real answer differs; `None` if it is as shown.
    pub fn difference(&self, printed: &str) -> Option<String> {
        match self.form {
            Form::Text => {
                let (shown, printed) = (spaced(&self.text), spaced(printed));
                (!is_like(&shown, &printed)).then(|| format!("The page shows:\n{}", self.text))
            }
            Form::Json => {
                let shown = documents(&completed(&self.text));
                let shown = shown.expect("what a page shows is JSON");
                let Some(printed) = documents(printed) else {
                    return Some("The answer is not JSON.".to_owned());
                };
                if shown.len() != printed.len() {
                    let (shown, real) = (shown.len(), printed.len());
                    return Some(format!("{shown} documents are shown, and {real} are real."));
                }
                let mut both = shown.iter().zip(&printed);
                both.find_map(|(shown, real)| json_difference("", shown, real))
            }
        }
    }
}

fn documents(text: &str) -> Option<Vec<Value>> {
    let documents = serde_json::Deserializer::from_str(text).into_iter();
    documents.collect::<Result<_, _>>().ok()
}

/// Turns an ellipsis outside of texts into a member of its object or list, or into a value.
fn completed(shown: &str) -> String {
    let (mut json, mut open, mut in_text, mut escaped) = (String::new(), Vec::new(), false, false);
    for character in shown.chars() {
        match character {
            '"' if !escaped => in_text = !in_text,
            '{' | '[' if !in_text => open.push(character),
            '}' | ']' if !in_text => drop(open.pop()),
            '…' if !in_text => {
                let is_member = open.last() == Some(&'{') && !json.trim_end().ends_with(':');
                json.push_str(if is_member {
                    "\"…\":\"…\""
                } else {
                    "\"…\""
                });
                continue;
            }
            _ => {}
        }
        escaped = character == '\\' && !escaped;
        json.push(character);
    }
    json
}

fn json_difference(at: &str, shown: &Value, real: &Value) -> Option<String> {
    let differs = || Some(format!("{at}: {shown} is shown, and {real} is real."));
    match (shown, real) {
        (Value::String(shown), _) if shown == ELLIPSIS => None,
        (Value::Object(shown), Value::Object(real)) => members_difference(at, shown, real),
        (Value::Array(shown), Value::Array(real)) => {
            let is_whole = shown.last() != Some(&Value::from(ELLIPSIS));
            let shown = &shown[..shown.len() - usize::from(!is_whole)];
            if shown.len() > real.len() || (is_whole && shown.len() < real.len()) {
                return differs();
            }
            let mut both = shown.iter().zip(real).enumerate();
            both.find_map(|(n, (shown, real))| json_difference(&format!("{at}/{n}"), shown, real))
        }
        (Value::String(shown), Value::String(real)) if is_like(shown, real) => None,
        (Value::Number(shown), Value::Number(real)) if shown.as_f64() == real.as_f64() => None,
        _ if shown == real => None,
        _ => differs(),
    }
}

fn members_difference(
    at: &str,
    shown: &Map<String, Value>,
    real: &Map<String, Value>,
) -> Option<String> {
    let named = shown.iter().filter(|(name, _)| *name != ELLIPSIS);
    for (name, value) in named {
        let at = format!("{at}/{name}");
        let Some(real) = real.get(name) else {
            return Some(format!("{at} is shown, and there is none."));
        };
        if let Some(difference) = json_difference(&at, value, real) {
            return Some(difference);
        }
    }
    let hidden = real.keys().find(|name| !shown.contains_key(*name));
    let hidden = hidden.filter(|_| !shown.contains_key(ELLIPSIS));
    hidden.map(|name| format!("{at}/{name} is there, and neither it nor … is shown."))
}

/// Returns whether a text has all that is shown, in its order, from its beginning to its end.
fn is_like(shown: &str, text: &str) -> bool {
    let mut parts = shown.split(ELLIPSIS);
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

fn spaced(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

#[test]
fn a_shortened_answer_says_what_is_left_out() {
    let real = r#"{"id": "01a2-7", "list": [1, {"a": 2.0}], "none": null}"#;
    for same in [
        r#"{"id": "01a2…", "list": [1, {"a": 2}], "none": null}"#,
        r#"{"list": [1, …], …}"#,
        r#"{"id": …, "list": […, …], "none": …}"#,
    ] {
        assert_eq!(
            Shown::new(Form::Json, same).difference(real),
            None,
            "{same}"
        );
    }
    for other in [
        r#"{"id": "01a3…", …}"#,
        r#"{"list": [1], …}"#,
        r#"{"list": [1, {"a": 3}], …}"#,
        r#"{"id": "01a2-7", "none": null}"#,
        r#"{"more": …, …}"#,
        r#"{"none": "null", …}"#,
        r#"{…} {…}"#,
    ] {
        let difference = Shown::new(Form::Json, other).difference(real);
        assert!(difference.is_some(), "{other}");
    }
}

#[test]
fn lines_of_text_are_compared_without_their_white_space() {
    let real = "tier    before\nfriend       3\n2 accepted in 0.1 s\n";
    let differs = |shown: &str| Shown::new(Form::Text, shown).difference(real).is_some();
    for same in [
        "tier before friend 3 …",
        "… friend 3 2 accepted in … s",
        "…before…in…",
    ] {
        assert!(!differs(same), "{same}");
    }
    for other in [
        "tier before",
        "friend 3 …",
        "… friend 4 …",
        "… friend 3 …accepted",
    ] {
        assert!(differs(other), "{other}");
    }
}
