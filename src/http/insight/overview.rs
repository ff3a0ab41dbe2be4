//! `GET /v1/overview`: the members, what happens, and what needs attention.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::standings::{TierCountBody, tier_bodies};
use crate::http::App;
use crate::http::auth::{Auth, Lookup};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::service::insight::{
    AttentionItem, AttentionKind, DayActivity, Overview, TenMinutes, TierCounts,
};
use renown_core::domain::{MessageCount, ProgramId, Right, TimeCount};

/// The overview of a deployment.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverviewBody {
    /// When the figures were measured, about once a minute; null if they were not yet.
    as_of: Option<DateTime<Utc>>,
    /// The members; null if they were not counted yet.
    members: Option<MemberCountsBody>,
    /// The events that were received.
    events: EventCountsBody,
    /// How far scores are behind the events.
    scorer: ScorerLagBody,
    /// How many members had a score, and how far the scorer was behind, in each ten minutes of
    /// the last 24 hours in which it was measured, the oldest first.
    recent: Vec<TenMinutesBody>,
    /// The units that were held.
    claims: ClaimHoursBody,
    /// The programs in force, each with the members of its tiers.
    programs: Vec<ProgramTiersBody>,
    /// What needs attention. Sources, webhooks, jobs and models are only shown to keys with
    /// `admin`.
    attention: Vec<AttentionBody>,
    /// What changed in the last 24 hours, by type, the latest first.
    changes: Vec<ChangeCountBody>,
}

/// How many members there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberCountsBody {
    /// All members.
    enrolled: u64,
    /// Members whose influence is known.
    scored: u64,
    /// Members who take part in scoring and whose influence is unknown.
    unknown: u64,
    /// Members who opted out.
    opted_out: u64,
}

/// How many things happened in the time that begins at a moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeCountBody {
    /// The beginning of the time.
    at: DateTime<Utc>,
    /// How many.
    count: u64,
}

impl From<TimeCount> for TimeCountBody {
    fn from(count: TimeCount) -> Self {
        Self {
            at: count.at,
            count: count.count,
        }
    }
}

/// The events that were received in the last 24 hours.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventCountsBody {
    /// All of them.
    last_24h: u64,
    /// Those of each ten minutes, the oldest first, the present ones last.
    by_ten_minutes: Vec<TimeCountBody>,
}

/// How far scores are behind the events.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScorerLagBody {
    /// The batches of events that wait to be scored.
    waiting_batches: i64,
    /// When the oldest of them was received; null if none waits.
    oldest_received_at: Option<DateTime<Utc>>,
}

/// What was measured within ten minutes.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenMinutesBody {
    /// The beginning of the ten minutes.
    at: DateTime<Utc>,
    /// The members whose influence was known.
    scored: u64,
    /// The longest time for which an event had waited to be scored, in seconds.
    longest_wait_seconds: i64,
}

impl From<TenMinutes> for TenMinutesBody {
    fn from(measured: TenMinutes) -> Self {
        Self {
            at: measured.at,
            scored: measured.scored,
            longest_wait_seconds: measured.longest_wait_seconds,
        }
    }
}

/// The units that were held in the last 24 hours, in all programs.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimHoursBody {
    /// All of them.
    last_24h: u64,
    /// Those of each hour, the oldest first, the present ones last.
    by_hour: Vec<TimeCountBody>,
}

/// A program in force with the members of its tiers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgramTiersBody {
    /// The program's short name.
    program: String,
    /// The display name of the program.
    title: String,
    /// The number of the version in force.
    version: i32,
    /// The tiers, best first. Each has 0 members until the members are counted for the first
    /// time.
    tiers: Vec<TierCountBody>,
}

impl ProgramTiersBody {
    fn new((program, counts): (ProgramId, TierCounts)) -> Self {
        Self {
            program: program.to_string(),
            title: counts.title.clone(),
            version: counts.version.0,
            tiers: tier_bodies(counts),
        }
    }
}

/// Something that needs attention.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttentionBody {
    /// Its kind.
    kind: AttentionKindBody,
    /// What it is, in a few words.
    title: String,
    /// What is known of it, in a sentence.
    detail: String,
    /// The program's short name; null if it is not about one.
    program: Option<String>,
    /// The perk's short name; null if it is not about one.
    perk: Option<String>,
    /// The source of events; null if it is not about one.
    source: Option<String>,
    /// The webhook's id; null if it is not about one.
    webhook: Option<Uuid>,
    /// Since when; for a perk, when it runs out; null if that is not known.
    at: Option<DateTime<Utc>>,
}

/// The kind of thing that needs attention.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttentionKindBody {
    /// A perk is used up, has less than a tenth left, or runs out within seven days.
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

impl From<AttentionItem> for AttentionBody {
    fn from(item: AttentionItem) -> Self {
        Self {
            kind: match item.kind {
                AttentionKind::PerkRunningOut => AttentionKindBody::PerkRunningOut,
                AttentionKind::SourceSilent => AttentionKindBody::SourceSilent,
                AttentionKind::WebhookFailing => AttentionKindBody::WebhookFailing,
                AttentionKind::WebhookDisabled => AttentionKindBody::WebhookDisabled,
                AttentionKind::JobFailing => AttentionKindBody::JobFailing,
                AttentionKind::ModelReady => AttentionKindBody::ModelReady,
            },
            title: item.title,
            detail: item.detail,
            program: item.program.map(|program| program.to_string()),
            perk: item.perk.map(|perk| perk.to_string()),
            source: item.source.map(|source| source.to_string()),
            webhook: item.webhook.map(|webhook| webhook.0),
            at: item.at,
        }
    }
}

/// Messages of one type, as webhooks get them, about one program.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeCountBody {
    /// The type of the messages, such as `tier.changed`.
    kind: String,
    /// The program's short name; null if they are not about one.
    program: Option<String>,
    /// How many there are.
    count: u64,
    /// The same in words.
    text: String,
    /// When the latest happened.
    at: DateTime<Utc>,
}

impl From<MessageCount> for ChangeCountBody {
    fn from(count: MessageCount) -> Self {
        Self {
            text: in_words(&count),
            kind: count.kind,
            program: count.program.map(|program| program.to_string()),
            count: count.count,
            at: count.at,
        }
    }
}

/// Says what messages of a type report.
fn in_words(count: &MessageCount) -> String {
    let (one, many) = match count.kind.as_str() {
        "tier.changed" => ("change of a tier", "changes of tiers"),
        "tier.will_change" => ("notice of a lower tier", "notices of a lower tier"),
        "tier.retained" => ("tier kept after a notice", "tiers kept after a notice"),
        "claim.held" => ("unit of a perk held", "units of perks held"),
        "claim.confirmed" => ("unit of a perk confirmed", "units of perks confirmed"),
        "claim.redeemed" => ("unit of a perk redeemed", "units of perks redeemed"),
        "claim.released" => ("unit of a perk released", "units of perks released"),
        "claim.expired" => ("unit of a perk expired", "units of perks expired"),
        "claim.cancelled" => ("unit of a perk cancelled", "units of perks cancelled"),
        "perk.exhausted" => ("perk used up", "perks used up"),
        "perk.drawn" => ("draw held", "draws held"),
        "program.published" => ("version published", "versions published"),
        "program.withdrawn" => ("version withdrawn", "versions withdrawn"),
        "member.erased" => ("member erased", "members erased"),
        "score.changed" => ("notable change of a score", "notable changes of scores"),
        other => (other, other),
    };
    let what = if count.count == 1 { one } else { many };
    format!("{} {what}", count.count)
}

impl From<Overview> for OverviewBody {
    fn from(found: Overview) -> Self {
        let DayActivity {
            events,
            claims,
            mut messages,
        } = found.activity;
        messages.sort_by(|a, b| {
            let by_time = b.at.cmp(&a.at);
            by_time.then_with(|| (&a.kind, &a.program).cmp(&(&b.kind, &b.program)))
        });
        let sum = |counts: &[TimeCount]| counts.iter().map(|one| one.count).sum();
        Self {
            as_of: found.members.as_ref().map(|figure| figure.at),
            members: found.members.map(|figure| MemberCountsBody {
                enrolled: figure.body.active + figure.body.opted_out,
                scored: figure.body.scored,
                unknown: figure.body.active.saturating_sub(figure.body.scored),
                opted_out: figure.body.opted_out,
            }),
            events: EventCountsBody {
                last_24h: sum(&events),
                by_ten_minutes: events.into_iter().map(Into::into).collect(),
            },
            scorer: ScorerLagBody {
                waiting_batches: found.scorer.batches,
                oldest_received_at: found.scorer.oldest,
            },
            recent: found.recent.into_iter().map(Into::into).collect(),
            claims: ClaimHoursBody {
                last_24h: sum(&claims),
                by_hour: claims.into_iter().map(Into::into).collect(),
            },
            programs: found
                .programs
                .into_iter()
                .map(ProgramTiersBody::new)
                .collect(),
            attention: found.attention.into_iter().map(Into::into).collect(),
            changes: messages.into_iter().map(Into::into).collect(),
        }
    }
}

/// Returns the overview of the deployment: its members, what happened in the last 24 hours,
/// and what needs attention.
///
/// Counts are measured in the background about once a minute. What needs attention, the stock
/// of perks, and how far the scorer is are as of now.
#[utoipa::path(
    get, path = "/v1/overview", tag = "reports", operation_id = "get_overview",
    responses(
        (status = 200, description = "The overview.", body = OverviewBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
    )
)]
pub async fn get(
    State(app): State<App>,
    auth: Auth<Lookup>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let is_admin = auth.may(Right::Admin);
    let overview = app.service.insight.overview(is_admin).await?;
    etag::json(&known, &OverviewBody::from(overview))
}
