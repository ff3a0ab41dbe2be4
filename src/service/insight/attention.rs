//! What needs attention: perks that run out, sources that are silent, webhooks that fail, jobs
//! that fail, and a model that waits to be put in force.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::Insight;
use super::perks::PerkStock;
use crate::service::error::Result;
use crate::store;
use crate::store::webhooks::FailingWebhook;
use renown_core::domain::{
    DisabledReason, FeedState, ModelState, PerkId, ProgramId, Source, WebhookId,
};

/// A perk that runs out sooner needs attention.
const SOON: TimeDelta = TimeDelta::days(7);
/// So does a perk of which less than this share is left.
const LITTLE: f64 = 0.1;
/// Deliveries that failed within this time count.
const RECENT: TimeDelta = TimeDelta::hours(24);

/// The kind of thing that needs attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttentionKind {
    /// A perk has no units left, little left, or runs out soon.
    PerkRunningOut,
    /// A source of events is silent.
    SourceSilent,
    /// Deliveries to a webhook fail.
    WebhookFailing,
    /// A webhook was disabled because its receiver is gone.
    WebhookDisabled,
    /// A job fails on a replica.
    JobFailing,
    /// A scoring model can be put in force.
    ModelReady,
}

/// Something that needs attention.
#[derive(Debug, Clone)]
pub struct AttentionItem {
    /// Its kind.
    pub kind: AttentionKind,
    /// What it is, in a few words.
    pub title: String,
    /// What is known of it, in a sentence.
    pub detail: String,
    /// The program, if it is about one.
    pub program: Option<ProgramId>,
    /// The perk, if it is about one.
    pub perk: Option<PerkId>,
    /// The source, if it is about one.
    pub source: Option<Source>,
    /// The webhook, if it is about one.
    pub webhook: Option<WebhookId>,
    /// Since when, or until when.
    pub at: Option<DateTime<Utc>>,
}

impl AttentionItem {
    fn new(kind: AttentionKind, title: String, detail: String) -> Self {
        Self {
            kind,
            title,
            detail,
            program: None,
            perk: None,
            source: None,
            webhook: None,
            at: None,
        }
    }
}

impl Insight {
    /// Returns what needs attention. What only administrators may know is left out unless
    /// `all`.
    pub(super) async fn attention(
        &self,
        conn: &mut PgConnection,
        all: bool,
    ) -> Result<Vec<AttentionItem>> {
        let now = self.context.clock.now();
        let mut items = Vec::new();
        for in_force in self.programs.in_force_at(now) {
            let program = in_force.program.id();
            let stocks = self.stocks_of(conn, &in_force).await?;
            let found = stocks
                .perks
                .iter()
                .filter_map(|perk| running_out(perk, now));
            items.extend(found.map(|item| AttentionItem {
                program: Some(program.clone()),
                ..item
            }));
        }
        if all {
            items.extend(self.silent_sources().await?);
            let failing = store::webhooks::failing(conn, now - RECENT).await?;
            items.extend(failing.iter().filter_map(failing_webhook));
            items.extend(failing_jobs(conn).await?);
            items.extend(ready_models(conn).await?);
        }
        Ok(items)
    }

    async fn silent_sources(&self) -> Result<Vec<AttentionItem>> {
        let feeds = self.sources.list().await?.into_iter();
        let silent = feeds.filter_map(|feed| {
            let FeedState::Silent { since } = feed.state else {
                return None;
            };
            let last = feed.activity.last.format("%Y-%m-%d %H:%M UTC");
            let title = format!("The source '{}' is silent", feed.source);
            let detail = format!(
                "Nothing was received since {last}. No member is moved down until it is back."
            );
            Some(AttentionItem {
                source: Some(feed.source),
                at: Some(since),
                ..AttentionItem::new(AttentionKind::SourceSilent, title, detail)
            })
        });
        Ok(silent.collect())
    }
}

/// Returns the item about a perk that is given now, if it runs out.
fn running_out(perk: &PerkStock, now: DateTime<Utc>) -> Option<AttentionItem> {
    let (stock, left) = (perk.stock?, perk.left?);
    let is_given = perk.until.is_none_or(|until| now < until);
    let is_soon = perk.runs_out_at.is_some_and(|at| at - now <= SOON);
    let is_little = (left as f64) < stock as f64 * LITTLE;
    if !is_given || stock == 0 || !(is_soon || is_little) {
        return None;
    }
    let title = match left {
        0 => format!("{} is used up", perk.title),
        _ => format!("{} is running out", perk.title),
    };
    let mut detail = format!("Left: {left} of {stock}.");
    if let Some(at) = perk.runs_out_at {
        let day = at.format("%Y-%m-%d");
        detail.push_str(&format!(
            " At the pace of the last days the last one goes on {day}."
        ));
    }
    Some(AttentionItem {
        perk: Some(perk.perk.clone()),
        at: perk.runs_out_at,
        ..AttentionItem::new(AttentionKind::PerkRunningOut, title, detail)
    })
}

/// Returns the item about a webhook whose deliveries fail or that was disabled.
fn failing_webhook(found: &FailingWebhook) -> Option<AttentionItem> {
    let name = found.description.as_deref().unwrap_or("A webhook");
    let (kind, title, detail) = match found.disabled {
        Some(DisabledReason::Asked) => return None,
        Some(DisabledReason::Gone) => (
            AttentionKind::WebhookDisabled,
            format!("{name}: disabled"),
            "Its receiver answered 410 (Gone). Nothing is sent until it is enabled again."
                .to_owned(),
        ),
        None => (
            AttentionKind::WebhookFailing,
            format!("{name}: deliveries fail"),
            format!(
                "Given up in the last 24 hours: {}. Waiting for another attempt: {}.",
                found.given_up, found.retried
            ),
        ),
    };
    Some(AttentionItem {
        webhook: Some(found.webhook),
        program: found.program.clone(),
        at: found.at,
        ..AttentionItem::new(kind, title, detail)
    })
}

async fn failing_jobs(conn: &mut PgConnection) -> Result<Vec<AttentionItem>> {
    let mut items = Vec::new();
    for replica in store::operation::replicas::list(conn).await? {
        for runs in store::operation::replicas::job_runs(conn, replica.id).await? {
            let Some(since) = runs.failing_since else {
                continue;
            };
            let title = format!("The job '{}' fails", runs.job);
            let why = runs.failure.unwrap_or_default();
            let detail = format!("On the replica {}: {why}", replica.serves);
            items.push(AttentionItem {
                at: Some(since),
                ..AttentionItem::new(AttentionKind::JobFailing, title, detail)
            });
        }
    }
    Ok(items)
}

async fn ready_models(conn: &mut PgConnection) -> Result<Vec<AttentionItem>> {
    let next = store::scores::models::next(conn).await?.into_iter();
    let ready = next.filter(|model| model.state == ModelState::Ready);
    let items = ready.map(|model| {
        let title = format!("The scoring model {} is ready", model.version);
        let detail = "Every member has a score by it: it can be put in force.".to_owned();
        AttentionItem {
            at: Some(model.since),
            ..AttentionItem::new(AttentionKind::ModelReady, title, detail)
        }
    });
    Ok(items.collect())
}
