//! What a Mastodon server says: the events of its streams, and what its API answers, each in the
//! same envelope. `docs/connectors.md` has the table of what becomes of each.
//!
//! ```json
//! {"host": "example.social", "event": "update", "payload": {"id": "1", "account": {…}, …}}
//! ```
//!
//! A status is named by its host and its id there, because a deletion says no more. A reaction is
//! dated as the status is: the API does not say when it was, and all ways to learn of it must
//! give the same event.

mod entity;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::activity_streams::html::text_of;
use super::derived::{event_id, object_id};
use super::draft::Draft;
use super::platform::{bounded_text, judged, read, topics};
use super::{Context, Ignored, IgnoredReason, Mapped, Rejection};
use entity::{Notification, Profile, Reacted, Status};

/// The longest document, in bytes.
pub(super) const MAX_BYTES: usize = 1024 * 1024;

/// A document.
#[derive(Debug, Deserialize)]
struct Document<'a> {
    /// The host of the server's accounts, as in `@ann@example.social`.
    host: String,
    event: String,
    #[serde(borrow)]
    payload: &'a RawValue,
}

/// Maps a document.
///
/// # Errors
/// A [`Rejection`] that points into the document.
pub fn parse(json: &[u8], context: &Context<'_>) -> Result<Mapped, Rejection> {
    let document: Document<'_> = read(json, "an event of Mastodon")?;
    let drafts = match document.drafts()? {
        Ok(drafts) => drafts,
        Err(ignored) => return Ok(ignored.into()),
    };
    judged(drafts, context, place)
}

/// Returns where in the document the value of a member of a draft is.
fn place(pointer: &str) -> String {
    match pointer.split('/').nth(1) {
        Some("network" | "source") | None => String::new(),
        Some(_) => "/payload".to_owned(),
    }
}

/// Drafts of events, or why there are none.
type Drafts = Result<Vec<Draft<'static>>, Ignored>;

impl Document<'_> {
    fn drafts(&self) -> Result<Drafts, Rejection> {
        Ok(match self.event.as_str() {
            "update" | "status.update" => self.status(&self.payload()?),
            "delete" => {
                let id: String = self.payload()?;
                Ok(self.deleted(&id))
            }
            "notification" => self.notification(&self.payload()?),
            "favourited_by" => self.reacted("like", &self.payload()?),
            "reblogged_by" => self.reacted("share", &self.payload()?),
            "account" => {
                let profile: Profile = self.payload()?;
                Ok(vec![self.profile(&profile)])
            }
            event => {
                let detail = format!("the event '{event}' is not counted");
                Err(Ignored::new(IgnoredReason::NotCounted, detail))
            }
        })
    }

    fn payload<T: DeserializeOwned>(&self) -> Result<T, Rejection> {
        read(self.payload.get().as_bytes(), "its payload").map_err(|mut rejection| {
            rejection.pointer.insert_str(0, "/payload");
            rejection
        })
    }

    /// A status: a post, the reply that it is, and its mentions; or the boost of another one.
    fn status(&self, status: &Status) -> Drafts {
        if let Some(boosted) = &status.reblog {
            return self.reaction("share", boosted, &status.account.acct);
        }
        is_public(status)?;
        let actor = self.handle(&status.account.acct);
        let topics = topics(status.tags.iter().map(|tag| tag.name.as_str()));
        let text = text_of(&status.content);
        let own = || Some(object_id(&self.name(status)).into_owned().into());
        let event = |kind: &'static str, part: Option<&str>| Draft {
            id: event_id(&self.name(status), part).into(),
            kind: kind.into(),
            time: Some(status.created_at.clone().into()),
            network: "mastodon".into(),
            actor: Some(actor.clone().into()),
            object: own(),
            topics: topics
                .iter()
                .map(|topic| (*topic).to_owned().into())
                .collect(),
            text: bounded_text(text.clone().into()),
            ..Draft::default()
        };
        let mut drafts = vec![event("post", None)];
        let answered = status.in_reply_to_account_id.as_deref();
        for mention in &status.mentions {
            let target = Some(self.handle(&mention.acct).into());
            drafts.push(match answered == Some(mention.id.as_str()) {
                true => Draft {
                    target,
                    ..event("reply", Some("reply"))
                },
                false => {
                    let part = format!("mention-{}", self.handle(&mention.acct));
                    Draft {
                        target,
                        ..event("mention", Some(&part))
                    }
                }
            });
        }
        Ok(drafts)
    }

    /// Takes back what a status gave, but for its mentions: the document names its id alone.
    fn deleted(&self, id: &str) -> Vec<Draft<'static>> {
        let name = format!("{}/{id}", self.host);
        let parts = [(None, "deleted"), (Some("reply"), "reply-deleted")];
        let undo = |(part, own)| Draft {
            id: event_id(&name, Some(own)).into(),
            kind: "undo".into(),
            network: "mastodon".into(),
            undo: Some(event_id(&name, part).into()),
            ..Draft::default()
        };
        parts.map(undo).into()
    }

    fn notification(&self, notification: &Notification) -> Drafts {
        let actor = &notification.account.acct;
        let status = notification.status.as_ref();
        match (notification.kind.as_str(), status) {
            ("favourite", Some(status)) => self.reaction("like", status, actor),
            ("reblog", Some(status)) => self.reaction("share", status, actor),
            ("mention", Some(status)) => self.status(status),
            ("follow", _) => self.followed(notification),
            (kind, _) => {
                let detail = format!("notifications of the type '{kind}' are not counted");
                Err(Ignored::new(IgnoredReason::NotCounted, detail))
            }
        }
    }

    /// A follow of the account whose notifications these are.
    fn followed(&self, notification: &Notification) -> Drafts {
        let Some(owner) = &notification.owner else {
            let detail = "it does not say whose notification it is";
            return Err(Ignored::new(IgnoredReason::UnknownTarget, detail));
        };
        let name = format!("{}/notification-{}", self.host, notification.id);
        Ok(vec![Draft {
            id: event_id(&name, None).into(),
            kind: "follow".into(),
            time: Some(notification.created_at.clone().into()),
            network: "mastodon".into(),
            actor: Some(self.handle(&notification.account.acct).into()),
            target: Some(self.handle(owner).into()),
            ..Draft::default()
        }])
    }

    fn reacted(&self, kind: &'static str, reacted: &Reacted) -> Drafts {
        self.reaction(kind, &reacted.status, &reacted.account.acct)
    }

    /// A reaction of an account to a status.
    fn reaction(&self, kind: &'static str, status: &Status, actor: &str) -> Drafts {
        is_public(status)?;
        let name = self.name(status);
        let actor = self.handle(actor);
        let topics = topics(status.tags.iter().map(|tag| tag.name.as_str()));
        Ok(vec![Draft {
            id: event_id(&name, Some(&format!("{kind}-{actor}"))).into(),
            kind: kind.into(),
            time: Some(status.created_at.clone().into()),
            network: "mastodon".into(),
            actor: Some(actor.into()),
            target: Some(self.handle(&status.account.acct).into()),
            object: Some(object_id(&name).into_owned().into()),
            topics: topics
                .into_iter()
                .map(|topic| topic.to_owned().into())
                .collect(),
            text: bounded_text(text_of(&status.content).into()),
            ..Draft::default()
        }])
    }

    fn profile(&self, profile: &Profile) -> Draft<'static> {
        let account = &profile.account;
        let handle = self.handle(&account.acct);
        let name = format!("{}/account-{}", self.host, account.id);
        let counters = [
            ("followers", account.followers_count),
            ("following", account.following_count),
            ("posts", account.statuses_count),
        ];
        // A server that hides a counter says -1.
        let known = counters
            .into_iter()
            .filter_map(|(name, count)| Some((name.into(), u64::try_from(count?).ok()?)));
        Draft {
            id: event_id(&name, Some(&profile.seen_at)).into(),
            kind: "profile".into(),
            time: Some(profile.seen_at.clone().into()),
            network: "mastodon".into(),
            target: Some(handle.into()),
            metrics: Some(known.collect()),
            ..Draft::default()
        }
    }

    fn name(&self, status: &Status) -> String {
        format!("{}/{}", self.host, status.id)
    }

    /// Returns the whole handle of an account: those of the server itself have no host.
    fn handle(&self, acct: &str) -> String {
        match acct.contains('@') {
            true => acct.to_owned(),
            false => format!("{acct}@{}", self.host),
        }
    }
}

/// Only what is addressed to the public counts.
fn is_public(status: &Status) -> Result<(), Ignored> {
    match status.visibility.as_str() {
        "public" | "unlisted" => Ok(()),
        other => {
            let detail = format!("a status with the visibility '{other}' is not for the public");
            Err(Ignored::new(IgnoredReason::NotPublic, detail))
        }
    }
}

#[cfg(test)]
mod tests;
