//! Events of GitHub, as its events API and the archives of it have them; the shapes of 2015 and
//! later ones. `docs/connectors.md` has the table of what becomes of each.

mod payload;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::derived::{event_id, object_id};
use super::draft::Draft;
use super::platform::{bounded_text, judged, read};
use super::{Context, Ignored, IgnoredReason, Mapped, Rejection};
use payload::Payload;

/// The longest document, in bytes. Pull requests carry two whole repositories.
pub(super) const MAX_BYTES: usize = 4 * 1024 * 1024;

/// A document.
#[derive(Debug, Deserialize)]
struct Document {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    actor: Account,
    repo: Repository,
    #[serde(default)]
    payload: Payload,
    created_at: String,
}

#[derive(Debug, Deserialize)]
struct Account {
    login: String,
}

#[derive(Debug, Deserialize)]
struct Repository {
    /// The owner and the name, with a slash between them.
    name: String,
}

/// The one event that a document gives.
struct Act<'a> {
    kind: &'static str,
    /// Whose content it was done to; `None` for own content.
    target: Option<&'a str>,
    /// The content.
    object: String,
    text: Cow<'a, str>,
}

/// What a document is about, to place an event: the id and the time.
#[derive(Debug, Deserialize)]
pub struct Stamp {
    /// The id of the event, a number.
    pub id: String,
    /// When it happened.
    pub created_at: DateTime<Utc>,
}

/// Returns the id and the time of a document; `None` if it is none.
pub fn stamp(document: &[u8]) -> Option<Stamp> {
    serde_json::from_slice(document).ok()
}

/// Maps a document.
///
/// # Errors
/// A [`Rejection`] that points into the document.
pub fn parse(json: &[u8], context: &Context<'_>) -> Result<Mapped, Rejection> {
    let document: Document = read(json, "an event of GitHub")?;
    let act = match document.act() {
        Ok(act) => act,
        Err(ignored) => return Ok(ignored.into()),
    };
    let draft = Draft {
        id: event_id(&document.id, None).into(),
        kind: act.kind.into(),
        time: Some(document.created_at.as_str().into()),
        network: "github".into(),
        actor: Some(document.actor.login.as_str().into()),
        target: act.target.map(Into::into),
        object: Some(object_id(&act.object)),
        text: bounded_text(act.text),
        ..Draft::default()
    };
    judged(vec![draft], context, |pointer| document.place(pointer))
}

impl Document {
    /// Returns what was done, or why it means nothing.
    fn act(&self) -> Result<Act<'_>, Ignored> {
        if self.actor.login.is_empty() {
            let detail = "the account that acted has no name any more";
            return Err(Ignored::new(IgnoredReason::UnknownActor, detail));
        }
        let action = self.payload.action.as_str();
        match (self.kind.as_str(), action) {
            ("WatchEvent", _) => self.to_owner("save", ""),
            ("ForkEvent", _) => self.to_owner("share", self.payload.fork_description()),
            ("CommitCommentEvent", _) => self.to_owner("reply", self.payload.comment_body()),
            ("IssueCommentEvent", "created") => self.reply(self.payload.issue.as_ref()),
            ("PullRequestReviewCommentEvent", "created")
            | ("PullRequestReviewEvent", "created" | "submitted") => {
                self.reply(self.payload.pull_request.as_ref())
            }
            ("DiscussionCommentEvent", "created") => self.reply(self.payload.discussion.as_ref()),
            ("PullRequestEvent", "merged") => self.merged(),
            ("PullRequestEvent", "closed") if self.payload.is_merged() => self.merged(),
            ("PullRequestEvent", "opened") => Ok(self.opened(self.payload.pull_request.as_ref())),
            ("IssuesEvent", "opened") => Ok(self.opened(self.payload.issue.as_ref())),
            ("DiscussionEvent", "created") => Ok(self.opened(self.payload.discussion.as_ref())),
            ("ReleaseEvent", "published") => Ok(self.own(self.payload.release_text())),
            ("PushEvent", _) => Ok(self.own(self.payload.commit_message().into())),
            ("CreateEvent", _) if self.payload.ref_type == "repository" => {
                Ok(self.own(self.payload.description().into()))
            }
            ("FollowEvent", _) => self.follow(),
            (kind, action) => Err(unused(kind, action)),
        }
    }

    /// A reaction to the repository: its owner is meant.
    fn to_owner<'a>(&'a self, kind: &'static str, text: &'a str) -> Result<Act<'a>, Ignored> {
        let owner = self.repo.name.split('/').next().unwrap_or_default();
        Ok(Act {
            kind,
            target: Some(known(owner, "the repository has no owner any more")?),
            object: self.repo.name.clone(),
            text: text.into(),
        })
    }

    /// A comment on an issue, a pull request or a discussion: its author is meant.
    fn reply<'a>(&'a self, thread: Option<&'a payload::Thread>) -> Result<Act<'a>, Ignored> {
        let author = thread.map_or("", payload::Thread::author);
        let target = known(author, "it does not say who began what was commented on")?;
        Ok(Act {
            kind: "reply",
            target: Some(target),
            object: self.thread(thread),
            text: self.payload.comment_body().into(),
        })
    }

    /// A pull request that was merged: its author's work was accepted.
    fn merged(&self) -> Result<Act<'_>, Ignored> {
        let thread = self.payload.pull_request.as_ref();
        let author = thread.map_or("", payload::Thread::author);
        let target = known(author, "it does not say whose pull request was merged")?;
        Ok(Act {
            kind: "endorse",
            target: Some(target),
            object: self.thread(thread),
            text: thread.map_or("", payload::Thread::title).into(),
        })
    }

    /// An issue, a pull request or a discussion that the actor began.
    fn opened<'a>(&'a self, thread: Option<&'a payload::Thread>) -> Act<'a> {
        Act {
            object: self.thread(thread),
            ..self.own(thread.map_or(Cow::Borrowed(""), payload::Thread::text))
        }
    }

    /// Own content of the actor, in the repository.
    fn own<'a>(&'a self, text: Cow<'a, str>) -> Act<'a> {
        Act {
            kind: "post",
            target: None,
            object: self.repo.name.clone(),
            text,
        }
    }

    fn follow(&self) -> Result<Act<'_>, Ignored> {
        let target = self.payload.target.as_ref();
        let target = target.map_or("", |target| target.login.as_str());
        Ok(Act {
            kind: "follow",
            target: Some(known(target, "it does not say who is followed")?),
            object: target.to_owned(),
            text: "".into(),
        })
    }

    /// Returns the name of an issue, pull request or discussion: `owner/name#7`.
    fn thread(&self, thread: Option<&payload::Thread>) -> String {
        match thread.and_then(|thread| thread.number) {
            Some(number) => format!("{}#{number}", self.repo.name),
            None => self.repo.name.clone(),
        }
    }

    /// Returns where in the document the value of a member of a draft is.
    fn place(&self, pointer: &str) -> String {
        let member = pointer.split('/').nth(1).unwrap_or_default();
        let place = match (member, self.kind.as_str()) {
            ("id", _) => "/id",
            ("time", _) => "/created_at",
            ("actor", _) => "/actor/login",
            ("object", _) | ("target", "WatchEvent" | "ForkEvent" | "CommitCommentEvent") => {
                "/repo/name"
            }
            _ => "/payload",
        };
        place.to_owned()
    }
}

/// Returns a name; the reason why the document is ignored if there is none.
fn known<'a>(name: &'a str, otherwise: &str) -> Result<&'a str, Ignored> {
    match name {
        "" => Err(Ignored::new(IgnoredReason::UnknownTarget, otherwise)),
        name => Ok(name),
    }
}

/// Says why an event of a kind, or one of its actions, is not used.
fn unused(kind: &str, action: &str) -> Ignored {
    const NOT_COUNTED: [&str; 17] = [
        "CreateEvent",
        "DeleteEvent",
        "DiscussionCommentEvent",
        "DiscussionEvent",
        "GollumEvent",
        "IssueCommentEvent",
        "IssuesEvent",
        "MemberEvent",
        "PublicEvent",
        "PullRequestEvent",
        "PullRequestReviewCommentEvent",
        "PullRequestReviewEvent",
        "PullRequestReviewThreadEvent",
        "ReleaseEvent",
        "SponsorshipEvent",
        "TeamAddEvent",
        "GistEvent",
    ];
    if !NOT_COUNTED.contains(&kind) {
        let detail = format!("'{kind}' is no event of GitHub that is known");
        return Ignored::new(IgnoredReason::UnknownType, detail);
    }
    let detail = match action {
        "" => format!("{kind} is not counted"),
        action => format!("{kind} with the action '{action}' is not counted"),
    };
    Ignored::new(IgnoredReason::NotCounted, detail)
}

#[cfg(test)]
mod tests;
