//! `…/standings` and `…/tiers`: where the members stand in a program, and how many had each
//! tier, day by day.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::App;
use crate::http::auth::{Auth, Lookup, PathProgram};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::Query;
use crate::service::insight::{TierCounts, TiersByDay};
use renown_core::domain::{Day, ProgramId, TierId};
use renown_core::rules::{StandingBin, StandingCounts};

/// The parts of the scale if the caller asks for no number of them.
const USUAL_BINS: u8 = 50;

/// The parts of the scale.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StandingsQuery {
    /// The number of equal parts in which the scale from 0 to 100 is counted, each of whole
    /// points: 1, 2, 4, 5, 10, 20, 25, 50 or 100; 50 if absent.
    #[param(minimum = 1, maximum = 100)]
    bins: Option<u8>,
}

/// Where the members stand in a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingsBody {
    /// The program's short name.
    program: String,
    /// The version of the program by which the standings were computed: an earlier one for
    /// some seconds after a new one comes into force. Null before the first measurement.
    version: Option<i32>,
    /// When the members were counted, about once a minute; null if they were not yet.
    as_of: Option<DateTime<Utc>>,
    /// The number of members that were counted.
    counted: u64,
    /// The number of all members, if only a sample of them was counted; null if all were.
    sample_of: Option<u64>,
    /// The counted members whose standing is unknown. They are in no part of the scale.
    unknown: u64,
    /// The parts of the scale, from low to high.
    bins: Vec<StandingBinBody>,
    /// The tiers of the version in force, best first, with the number of all members that
    /// have each of them.
    tiers: Vec<TierCountBody>,
}

/// A part of the scale, with the members who stand there.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingBinBody {
    /// The beginning of the part, which belongs to it.
    from: f64,
    /// The end of the part, which belongs to the next one, except for 100.
    to: f64,
    /// Members whose standing is there.
    score: u64,
    /// Members the lower end of whose standing is there. Rules should test that.
    lower: u64,
}

impl From<StandingBin> for StandingBinBody {
    fn from(bin: StandingBin) -> Self {
        Self {
            from: bin.from,
            to: bin.to,
            score: bin.score,
            lower: bin.lower,
        }
    }
}

/// The members with a tier.
#[derive(Debug, Serialize, ToSchema)]
pub struct TierCountBody {
    /// The tier's short name.
    tier: String,
    /// The display name of the tier.
    title: String,
    /// The members that have it, by the rules or by a grant.
    members: u64,
}

/// Returns the counts of tiers for an answer.
pub(super) fn tier_bodies(counts: TierCounts) -> Vec<TierCountBody> {
    let body = |(tier, title, members): (TierId, String, u64)| TierCountBody {
        tier: tier.to_string(),
        title,
        members,
    };
    counts.tiers.into_iter().map(body).collect()
}

/// Returns how many members stand where in a program, and how many have each tier.
///
/// The figures are measured in the background about once a minute, the standings of at most
/// 10,000 members, spread evenly by a hash of the id. Members who opted out are not counted.
#[utoipa::path(
    get, path = "/v1/programs/{program}/standings", tag = "reports", operation_id = "get_standings",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        StandingsQuery,
    ),
    responses(
        (status = 200, description = "The standings.", body = StandingsBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "There is no such program."),
    )
)]
pub async fn standings(
    State(app): State<App>,
    auth: Auth<Lookup, PathProgram>,
    Query(query): Query<StandingsQuery>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let program = auth.program();
    let bins = usize::from(query.bins.unwrap_or(USUAL_BINS));
    let insight = &app.service.insight;
    let figure = insight.standings(program).await?;
    let tiers = insight.tier_counts(program).await?;
    let none = StandingCounts::default();
    let counts = figure.as_ref().map_or(&none, |figure| &figure.body.counts);
    let wrong = || {
        Problem::invalid_request()
            .detail("bins must be 1, 2, 4, 5, 10, 20, 25, 50 or 100: parts of whole points")
    };
    let bins = counts.bins(bins).ok_or_else(wrong)?;
    let body = StandingsBody {
        program: program.to_string(),
        version: figure.as_ref().map(|figure| figure.body.version.0),
        as_of: figure.as_ref().map(|figure| figure.at),
        counted: counts.counted(),
        sample_of: figure.as_ref().and_then(|figure| figure.body.sample_of),
        unknown: counts.unknown(),
        bins: bins.into_iter().map(Into::into).collect(),
        tiers: tier_bodies(tiers),
    };
    etag::json(&known, &body)
}

/// The days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TierDaysQuery {
    /// The first day (`2026-11-01`), in the program's time zone; if absent, the 30 days up to
    /// the last day are returned.
    from: Option<Day>,
    /// The last day, inclusive; today if absent. At most 400 days.
    to: Option<Day>,
}

/// How many members had each tier, day by day.
#[derive(Debug, Serialize, ToSchema)]
pub struct TierDaysBody {
    /// The program's short name.
    program: String,
    /// The program's time zone, in which the days are counted.
    timezone: String,
    /// The first day.
    from: NaiveDate,
    /// The last day.
    to: NaiveDate,
    /// When the members of the present day were counted, about once a minute; null if they
    /// were not yet.
    as_of: Option<DateTime<Utc>>,
    /// The tiers: those of the version in force, best first, then those that members had only
    /// in earlier versions.
    tiers: Vec<TierTitleBody>,
    /// The days, in order. Days of which nothing is known are left out.
    days: Vec<TierDayBody>,
}

/// A tier with its display name.
#[derive(Debug, Serialize, ToSchema)]
pub struct TierTitleBody {
    /// The tier's short name.
    tier: String,
    /// The display name of the tier; its short name if the tier is one of an earlier version.
    title: String,
}

impl TierTitleBody {
    /// Builds the body of a tier.
    pub fn new(tier: &TierId, title: String) -> Self {
        Self {
            tier: tier.to_string(),
            title,
        }
    }
}

/// The members with each tier on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct TierDayBody {
    /// The day, in the program's time zone.
    day: NaiveDate,
    /// The members with each tier, in the order of `tiers`: at the end of the day, and on the
    /// present day by now.
    members: Vec<u64>,
}

impl TierDaysBody {
    fn new(program: &ProgramId, found: TiersByDay) -> Self {
        let title = |(tier, title): (TierId, String)| TierTitleBody::new(&tier, title);
        let day = |(day, members)| TierDayBody { day, members };
        Self {
            program: program.to_string(),
            timezone: found.zone.name().to_owned(),
            from: found.from,
            to: found.to,
            as_of: found.as_of,
            tiers: found.tiers.into_iter().map(title).collect(),
            days: found.days.into_iter().map(day).collect(),
        }
    }
}

/// Returns how many members had each tier of a program, day by day.
///
/// The days before the figures were first measured are worked out from the history of tiers,
/// of those who are members now.
#[utoipa::path(
    get, path = "/v1/programs/{program}/tiers", tag = "reports", operation_id = "get_tiers_by_day",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        TierDaysQuery,
    ),
    responses(
        (status = 200, description = "The days.", body = TierDaysBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 400, description = "A parameter is wrong."),
        (status = 404, description = "There is no such program."),
    )
)]
pub async fn tiers(
    State(app): State<App>,
    auth: Auth<Lookup, PathProgram>,
    Query(query): Query<TierDaysQuery>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let program = auth.program();
    let (from, to) = (query.from.map(Day::get), query.to.map(Day::get));
    let found = app.service.insight.tiers_by_day(program, from, to).await?;
    etag::json(&known, &TierDaysBody::new(program, found))
}
