//! The part of an event that depends on its type, as far as it is read. What is missing or null
//! is as if it were empty: later shapes have fewer members.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

use super::Account;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Payload {
    #[serde(deserialize_with = "text")]
    pub(super) action: String,
    #[serde(deserialize_with = "text")]
    pub(super) ref_type: String,
    #[serde(deserialize_with = "text")]
    description: String,
    pub(super) issue: Option<Thread>,
    pub(super) pull_request: Option<Thread>,
    pub(super) discussion: Option<Thread>,
    comment: Option<Comment>,
    review: Option<Comment>,
    release: Option<Release>,
    forkee: Option<Forked>,
    commits: Vec<Pushed>,
    pub(super) target: Option<Account>,
}

/// An issue, a pull request or a discussion.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Thread {
    pub(super) number: Option<u64>,
    #[serde(deserialize_with = "text")]
    title: String,
    #[serde(deserialize_with = "text")]
    body: String,
    user: Option<Account>,
    merged: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Comment {
    #[serde(deserialize_with = "text")]
    body: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Release {
    #[serde(deserialize_with = "text")]
    name: String,
    #[serde(deserialize_with = "text")]
    body: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Forked {
    #[serde(deserialize_with = "text")]
    description: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Pushed {
    #[serde(deserialize_with = "text")]
    message: String,
}

impl Thread {
    pub(super) fn author(&self) -> &str {
        self.user.as_ref().map_or("", |user| &user.login)
    }

    pub(super) fn title(&self) -> &str {
        &self.title
    }

    /// The title and the body.
    pub(super) fn text(&self) -> Cow<'_, str> {
        joined(&self.title, &self.body)
    }
}

impl Payload {
    pub(super) fn is_merged(&self) -> bool {
        self.pull_request.as_ref().and_then(|thread| thread.merged) == Some(true)
    }

    pub(super) fn comment_body(&self) -> &str {
        let comment = self.comment.as_ref().or(self.review.as_ref());
        comment.map_or("", |comment| &comment.body)
    }

    pub(super) fn fork_description(&self) -> &str {
        self.forkee
            .as_ref()
            .map_or("", |forkee| &forkee.description)
    }

    pub(super) fn description(&self) -> &str {
        &self.description
    }

    /// The message of the last commit of a push.
    pub(super) fn commit_message(&self) -> &str {
        self.commits.last().map_or("", |commit| &commit.message)
    }

    pub(super) fn release_text(&self) -> Cow<'_, str> {
        let release = self.release.as_ref();
        release.map_or(Cow::Borrowed(""), |release| {
            joined(&release.name, &release.body)
        })
    }
}

fn joined<'a>(title: &'a str, body: &'a str) -> Cow<'a, str> {
    match (title, body) {
        (title, "") => title.into(),
        ("", body) => body.into(),
        (title, body) => format!("{title}\n{body}").into(),
    }
}

/// Reads null as an empty text.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
