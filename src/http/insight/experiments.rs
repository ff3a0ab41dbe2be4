//! `…/experiments`: what is held back from whom, and what offering it brings
//! about.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::App;
use crate::http::error::Problem;
use crate::http::etag;
use crate::http::extract::{Auth, Lookup, Path, Query};
use crate::http::programs::program::reached;
use crate::service::insight::{ExperimentQuery, ExperimentReport, ListedExperiment};
use renown_core::domain::{PerkId, ProgramId, ProgramVersion};
use renown_core::fairness::lift::{Lift, Split};
use renown_core::fairness::trial::Side;
use renown_core::rules::Arm;

/// The days after the first exposure that count, unless somebody says otherwise.
const USUAL_DAYS: u16 = 28;

/// Which days count, and by which version.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExperimentParams {
    /// Days after a member was first seen that count, and as many before; from 1
    /// to 365, 28 if absent.
    #[param(minimum = 1, maximum = 365)]
    outcome_days: Option<u16>,
    /// A version of the program that has the experiment, where the one in force
    /// has it no longer.
    version: Option<i32>,
}

/// The experiments of a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExperimentsBody {
    /// The program's own first, then those of its perks in the order of its file.
    data: Vec<ListedExperimentBody>,
}

/// An experiment of a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedExperimentBody {
    /// The perk that it is about; null for the program as a whole.
    perk: Option<String>,
    /// The perks that it decides about.
    perks: Vec<String>,
    /// What draws the groups.
    salt: String,
    /// The share of people that is held back, such as `10%`.
    hold_back: String,
    /// Members who were offered a perk of it.
    offered: u64,
    /// Members from whom one was held back.
    held_back: u64,
}

impl From<ListedExperiment> for ListedExperimentBody {
    fn from(listed: ListedExperiment) -> Self {
        let [offered, held_back] = listed.exposed;
        Self {
            perk: listed.perk.map(|perk| perk.to_string()),
            perks: listed.perks.iter().map(ToString::to_string).collect(),
            salt: listed.experiment.salt,
            hold_back: listed.experiment.hold_back.to_string(),
            offered,
            held_back,
        }
    }
}

/// What an experiment has brought to light.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExperimentBody {
    /// The program.
    program: String,
    /// The perk; null for the program's experiment on all perks that share it.
    perk: Option<String>,
    /// What draws the groups.
    salt: String,
    /// The share of people that is held back, such as `10%`.
    hold_back: String,
    /// The days after a member was first seen that count.
    outcome_days: u16,
    /// When the events were read.
    as_of: DateTime<Utc>,
    /// The currency of all money here, to which the model's rates convert.
    currency: String,
    /// Those who were offered it, then those held back.
    arms: Vec<ArmBody>,
    /// What offering changed.
    lift: LiftBody,
    /// The same of the days before anybody was shown anything, when nothing but
    /// chance can have made a difference.
    before: BeforeBody,
    /// Whether the arms have the sizes that were drawn.
    split: Split,
    /// Members who were seen on both sides, since share or salt were changed;
    /// they count on the side on which they were first.
    switched: u64,
    /// What keeps the comparison from being relied on, in sentences.
    warnings: Vec<String>,
}

/// What the members of one arm did.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArmBody {
    /// Which.
    arm: Arm,
    /// Members who were seen in it.
    exposed: u64,
    /// Those whose days are over: the numbers below are of these alone.
    complete: u64,
    /// What they bought and kept.
    purchases: PurchasesBody,
    /// What others made of their posts.
    reactions: ReactionsBody,
    /// What they were like in as many days before.
    before: ArmBeforeBody,
}

/// What the members of one arm bought and kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurchasesBody {
    /// What was paid and not given back, a decimal as a string.
    #[schema(value_type = String)]
    amount: Decimal,
    /// The same by member; null of nobody.
    #[schema(value_type = Option<String>)]
    amount_per_member: Option<Decimal>,
    /// Orders.
    orders: u64,
    /// Orders by member; null of nobody.
    orders_per_member: Option<f64>,
    /// Members who bought and kept something.
    buyers: u64,
    /// Their share, from 0 to 1; null of nobody.
    buyers_share: Option<f64>,
}

/// What others made of the posts of one arm's members.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReactionsBody {
    /// Reactions received, counts included, dislikes not.
    count: u64,
    /// The same by member; null of nobody.
    per_member: Option<f64>,
}

/// What an arm's members were like before.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArmBeforeBody {
    /// What was paid and not given back by member, a decimal as a string; null
    /// of nobody.
    #[schema(value_type = Option<String>)]
    amount_per_member: Option<Decimal>,
    /// Reactions received by member; null of nobody.
    reactions_per_member: Option<f64>,
}

/// What offering changed, measure by measure.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiftBody {
    /// Of what a member buys and keeps.
    amount: Lift,
    /// Of orders by member.
    orders: Lift,
    /// Of the share of members who buy.
    buyers: Lift,
    /// Of reactions received by member.
    reactions: Lift,
}

/// Whether the arms were alike before.
#[derive(Debug, Serialize, ToSchema)]
pub struct BeforeBody {
    /// In what a member bought and kept.
    amount: Lift,
    /// In reactions received by member.
    reactions: Lift,
}

impl ArmBody {
    fn new(arm: Arm, side: &Side) -> Self {
        let complete = side.complete();
        let share = |count: u64| (complete > 0).then(|| count as f64 / complete as f64);
        Self {
            arm,
            exposed: side.exposed,
            complete,
            purchases: PurchasesBody {
                amount: side.spent.normalize(),
                amount_per_member: side.each(side.spent),
                orders: side.orders_in_all,
                orders_per_member: side.orders.mean(),
                buyers: side.buyers(),
                buyers_share: share(side.buyers()),
            },
            reactions: ReactionsBody {
                count: side.reactions_in_all,
                per_member: side.reactions.mean(),
            },
            before: ArmBeforeBody {
                amount_per_member: side.each(side.spent_before),
                reactions_per_member: side.reactions_before.mean(),
            },
        }
    }
}

impl ExperimentBody {
    fn new(query: ExperimentQuery, report: &ExperimentReport) -> Self {
        let compared = report.comparison;
        let sides = Arm::BOTH.into_iter().zip(&report.sides);
        let switched = report.sides.iter().map(|side| side.switched).sum();
        Self {
            program: query.program.to_string(),
            perk: query.perk.map(|perk| perk.to_string()),
            salt: report.experiment.salt.clone(),
            hold_back: report.experiment.hold_back.to_string(),
            outcome_days: query.outcome_days,
            as_of: report.as_of,
            currency: report.currency.to_string(),
            arms: sides.map(|(arm, side)| ArmBody::new(arm, side)).collect(),
            lift: LiftBody {
                amount: compared.amount,
                orders: compared.orders,
                buyers: compared.buyers,
                reactions: compared.reactions,
            },
            before: BeforeBody {
                amount: compared.amount_before,
                reactions: compared.reactions_before,
            },
            split: report.split,
            switched,
            warnings: warnings(report, switched),
        }
    }
}

fn warnings(report: &ExperimentReport, switched: u64) -> Vec<String> {
    let mut warnings = Vec::new();
    if report.split.mismatch {
        warnings.push(format!(
            "The sizes of the arms are not what {} held back would make: something other than the \
             draw decides who is seen, or the share was changed under the same salt.",
            report.experiment.hold_back
        ));
    }
    if switched > 0 {
        warnings.push(format!(
            "{switched} members were seen on both sides: the share was changed under the same \
             salt. Give an experiment that is changed a new salt.",
        ));
    }
    warnings
}

/// The experiments of the program in force, with how many members were seen on
/// either side.
#[utoipa::path(
    get, path = "/v1/programs/{program}/experiments", tag = "reports", operation_id = "list_experiments",
    params(("program" = String, Path, description = "The program's short name.")),
    responses(
        (status = 200, description = "All of them.", body = ExperimentsBody),
        (status = 304, description = "As in `If-None-Match`."),
        (status = 404, description = "There is no such program.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(app): State<App>,
    auth: Auth<Lookup>,
    Path(program): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let program = reached(&auth, &program)?;
    let listed = app.service.insight.experiments(&program).await?;
    let body = ExperimentsBody {
        data: listed.into_iter().map(Into::into).collect(),
    };
    etag::json(&headers, &body)
}

/// Does the program's experiment show that its perks bring about anything?
/// Everybody who was seen counts on their side, whatever they made of it.
#[utoipa::path(
    get, path = "/v1/programs/{program}/experiment", tag = "reports", operation_id = "get_program_experiment",
    params(
        ("program" = String, Path, description = "The program's short name."),
        ExperimentParams,
    ),
    responses(
        (status = 200, description = "The two arms, and what is between them.", body = ExperimentBody),
        (status = 304, description = "As in `If-None-Match`."),
        (status = 400, description = "A parameter is wrong.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such program, or it has no experiment on all perks.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Another such report is being made.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn of_program(
    State(app): State<App>,
    auth: Auth<Lookup>,
    Path(program): Path<String>,
    Query(params): Query<ExperimentParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let program = reached(&auth, &program)?;
    report(&app, program, None, &params, &headers).await
}

/// Does a perk bring about anything? Its own experiment or, if it has none, the
/// program's as far as this perk goes.
#[utoipa::path(
    get, path = "/v1/programs/{program}/perks/{perk}/experiment", tag = "reports", operation_id = "get_perk_experiment",
    params(
        ("program" = String, Path, description = "The program's short name."),
        ("perk" = String, Path, description = "The perk's short name."),
        ExperimentParams,
    ),
    responses(
        (status = 200, description = "The two arms, and what is between them.", body = ExperimentBody),
        (status = 304, description = "As in `If-None-Match`."),
        (status = 400, description = "A parameter is wrong.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such program or perk, or it is held back from nobody.", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Another such report is being made.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn of_perk(
    State(app): State<App>,
    auth: Auth<Lookup>,
    Path((program, perk)): Path<(String, String)>,
    Query(params): Query<ExperimentParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let program = reached(&auth, &program)?;
    let perk = PerkId::parse(&perk).map_err(|invalid| Problem::not_found().detail(invalid))?;
    report(&app, program, Some(perk), &params, &headers).await
}

async fn report(
    app: &App,
    program: ProgramId,
    perk: Option<PerkId>,
    params: &ExperimentParams,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let query = ExperimentQuery {
        program,
        perk,
        outcome_days: params.outcome_days.unwrap_or(USUAL_DAYS),
        version: params.version.map(ProgramVersion),
    };
    let report = app.service.insight.experiment_report(&query).await?;
    etag::json(headers, &ExperimentBody::new(query, &report))
}
