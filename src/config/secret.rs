//! Secrets, and where they come from: a variable of the environment, or a file that
//! another variable names.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;

/// A text that is not printed by `Debug`.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text. Check where it goes.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns whether no text is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why a secret cannot be taken from the environment.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The variable and the one that names a file are both set.
    #[error("both {0} and {0}_FILE are set; set one of them")]
    Twice(String),
    /// The file cannot be read, or is not text.
    #[error("{variable}: the secret cannot be read from {}: {source}", path.display())]
    Unreadable {
        /// The variable that names the file.
        variable: String,
        /// The file.
        path: PathBuf,
        #[source]
        /// The error from the system.
        source: std::io::Error,
    },
    /// The file holds nothing.
    #[error("{variable}: {} is empty", path.display())]
    Empty {
        /// The variable that names the file.
        variable: String,
        /// The file.
        path: PathBuf,
    },
}

/// Returns a secret: the value of the variable `name`, or the content of the file that
/// the variable `name` with `_FILE` names, without newlines at its end. `None` if
/// neither is set; an empty variable counts as not set.
///
/// # Errors
/// If both are set, or the file cannot be read or is empty.
pub fn secret(name: &str) -> Result<Option<Secret>, SecretError> {
    find(name, |name| std::env::var(name).ok())
}

fn find(
    name: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<Secret>, SecretError> {
    let file_variable = format!("{name}_FILE");
    let given = |name: &str| variable(name).filter(|value| !value.is_empty());
    let path = match (given(name), given(&file_variable)) {
        (Some(_), Some(_)) => return Err(SecretError::Twice(name.to_owned())),
        (value, None) => return Ok(value.map(Secret)),
        (None, Some(path)) => PathBuf::from(path),
    };
    match std::fs::read_to_string(&path) {
        Ok(text) => match text.trim_end_matches(['\n', '\r']) {
            "" => Err(SecretError::Empty {
                variable: file_variable,
                path,
            }),
            text => Ok(Some(Secret::new(text))),
        },
        Err(source) => Err(SecretError::Unreadable {
            variable: file_variable,
            path,
            source,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        match find("KEY", variable) {
            Ok(secret) => Ok(secret.map(|secret| secret.reveal().to_owned())),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn a_secret_is_a_variable_or_the_content_of_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_str().unwrap();
        let empty = with(&[("KEY_FILE", path)]).unwrap_err();
        assert_eq!(empty, format!("KEY_FILE: {path} is empty"));
        std::fs::write(path, " se cret\n\n").unwrap();
        assert_eq!(with(&[("KEY_FILE", path)]), Ok(Some(" se cret".to_owned())));
        assert_eq!(with(&[("KEY", "plain")]), Ok(Some("plain".to_owned())));
        assert_eq!(with(&[("KEY", ""), ("KEY_FILE", "")]), Ok(None));
        let both = with(&[("KEY", "plain"), ("KEY_FILE", path)]).unwrap_err();
        assert!(both.contains("both KEY and KEY_FILE"), "{both}");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_with_its_variable() {
        let error = with(&[("KEY_FILE", "/nowhere/key")]).unwrap_err();
        assert!(error.starts_with("KEY_FILE: the secret cannot be read from /nowhere/key"));
    }
}
