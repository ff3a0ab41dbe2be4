//! Entities of Mastodon's API, as far as they are read.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Status {
    pub(super) id: String,
    pub(super) created_at: String,
    pub(super) account: Account,
    #[serde(default)]
    pub(super) visibility: String,
    /// As HTML.
    #[serde(default)]
    pub(super) content: String,
    pub(super) in_reply_to_account_id: Option<String>,
    #[serde(default)]
    pub(super) mentions: Vec<Mention>,
    #[serde(default)]
    pub(super) tags: Vec<Tag>,
    /// The status that this one boosts.
    pub(super) reblog: Option<Box<Status>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Account {
    #[serde(default)]
    pub(super) id: String,
    /// `ann` for an account of the server itself, else `ann@example.social`.
    pub(super) acct: String,
    pub(super) followers_count: Option<i64>,
    pub(super) following_count: Option<i64>,
    pub(super) statuses_count: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Mention {
    pub(super) id: String,
    pub(super) acct: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Tag {
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Notification {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) created_at: String,
    pub(super) account: Account,
    pub(super) status: Option<Status>,
    /// The account whose notification it is, which the connector adds.
    pub(super) owner: Option<String>,
}

/// A status, and an account that has reacted to it.
#[derive(Debug, Deserialize)]
pub(super) struct Reacted {
    pub(super) status: Status,
    pub(super) account: Account,
}

/// An account, and when it was seen.
#[derive(Debug, Deserialize)]
pub(super) struct Profile {
    pub(super) account: Account,
    pub(super) seen_at: String,
}
