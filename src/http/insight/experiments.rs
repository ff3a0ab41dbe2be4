//! `…/experiments`: which perks have a control group, and what offering them
//! changes.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::App;
use crate::http::auth::{Auth, Lookup, PathProgram};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::{Path, Query};
use crate::service::insight::{ExperimentQuery, ExperimentReport, ListedExperiment};
use renown_core::domain::{PerkId, ProgramId, ProgramVersion};
use renown_core::fairness::lift::{Lift, Split};
use renown_core::fairness::trial::Side;
use renown_core::rules::Arm;

/// The days after the first exposure that count, unless the request says
/// otherwise.
const USUAL_DAYS: u16 = 28;

/// The days and the version of an experiment report.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExperimentParams {
    /// The days after a member's first exposure that count, and as many days
    /// before it; from 1 to 365, 28 if absent.
    #[param(minimum = 1, maximum = 365)]
    outcome_days: Option<u16>,
    /// The version of the program whose experiment is reported, such as an
    /// earlier one if the version in force no longer has it; the version in force
    /// if absent.
    version: Option<i32>,
}

/// The experiments of a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExperimentsBody {
    /// The program's own experiment first, then those of its perks in the order
    /// of the program file.
    data: Vec<ListedExperimentBody>,
}

/// An experiment of a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedExperimentBody {
    /// The short name of the perk with the experiment; null for the whole
    /// program's experiment.
    perk: Option<String>,
    /// The short names of the perks that the experiment decides about.
    perks: Vec<String>,
    /// The salt by which members are assigned to the groups.
    salt: String,
    /// The share of members in the control group, such as `10%`.
    hold_back: String,
    /// Members that were offered a perk of the experiment.
    offered: u64,
    /// Members in the control group from whom a perk was held back.
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

/// The result of an experiment.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExperimentBody {
    /// The program's short name.
    program: String,
    /// The perk's short name; null for the program's experiment on all perks that
    /// share it.
    perk: Option<String>,
    /// The salt by which members are assigned to the groups.
    salt: String,
    /// The share of members in the control group, such as `10%`.
    hold_back: String,
    /// The days after a member's first exposure that count.
    outcome_days: u16,
    /// When the events were read.
    as_of: DateTime<Utc>,
    /// The currency of all amounts here, ISO 4217. The model's rates convert to
    /// it.
    currency: String,
    /// The members that were offered the perks, then the control group.
    arms: Vec<ArmBody>,
    /// The effect of the offer.
    lift: LiftBody,
    /// The same comparison for the days before the first exposure, when only
    /// chance can make a difference.
    before: BeforeBody,
    /// Whether the sizes of the arms match the share of the control group.
    split: Split,
    /// Members that were exposed in both arms because the share was changed under
    /// the same salt. They count in the arm of their first exposure.
    switched: u64,
    /// Reasons not to rely on the comparison, in sentences.
    warnings: Vec<String>,
}

/// What the members of one arm did.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArmBody {
    /// The arm: offered, or control group.
    arm: Arm,
    /// Members with an exposure in this arm.
    exposed: u64,
    /// Exposed members whose days after the exposure are over. Only they count in
    /// the numbers below.
    complete: u64,
    /// What these members bought and did not return.
    purchases: PurchasesBody,
    /// The reactions to these members' posts.
    reactions: ReactionsBody,
    /// The same for as many days before the exposure.
    before: ArmBeforeBody,
}

/// What the members of one arm bought and did not return.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurchasesBody {
    /// The amount paid and not refunded, a decimal as a string.
    #[schema(value_type = String)]
    amount: Decimal,
    /// The amount per member, a decimal as a string; null if no member counts.
    #[schema(value_type = Option<String>)]
    amount_per_member: Option<Decimal>,
    /// The number of orders.
    orders: u64,
    /// Orders per member; null if no member counts.
    orders_per_member: Option<f64>,
    /// Members that bought something and did not return it.
    buyers: u64,
    /// The share of such members, from 0 to 1; null if no member counts.
    buyers_share: Option<f64>,
}

/// The reactions to the posts of one arm's members.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReactionsBody {
    /// Reactions received, including aggregate counts and without dislikes.
    count: u64,
    /// Reactions per member; null if no member counts.
    per_member: Option<f64>,
}

/// What the members of one arm did before the exposure.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArmBeforeBody {
    /// The amount paid and not refunded per member, a decimal as a string; null
    /// if no member counts.
    #[schema(value_type = Option<String>)]
    amount_per_member: Option<Decimal>,
    /// Reactions received per member; null if no member counts.
    reactions_per_member: Option<f64>,
}

/// What offering changed, for each measure.
#[derive(Debug, Serialize, ToSchema)]
pub struct LiftBody {
    /// The lift of the amount per member that is paid and not refunded.
    amount: Lift,
    /// The lift of orders per member.
    orders: Lift,
    /// The lift of the share of members that buy.
    buyers: Lift,
    /// The lift of reactions received per member.
    reactions: Lift,
}

/// The difference between the arms before the exposure.
#[derive(Debug, Serialize, ToSchema)]
pub struct BeforeBody {
    /// The difference in the amount per member that was paid and not refunded.
    amount: Lift,
    /// The difference in reactions received per member.
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

/// Lists the experiments of the program in force, with the number of members
/// exposed in each arm.
#[utoipa::path(
    get, path = "/v1/programs/{program}/experiments", tag = "reports", operation_id = "list_experiments",
    params(("program" = ProgramId, Path, description = "The program's short name.")),
    responses(
        (status = 200, description = "All of them.", body = ExperimentsBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "There is no such program."),
    )
)]
pub async fn list(
    State(app): State<App>,
    auth: Auth<Lookup, PathProgram>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let program = auth.program();
    let listed = app.service.insight.experiments(program).await?;
    let body = ExperimentsBody {
        data: listed.into_iter().map(Into::into).collect(),
    };
    etag::json(&known, &body)
}

/// Reports whether the program's experiment shows an effect of its perks.
///
/// Every member with an exposure counts in their arm, whether or not they used
/// the perks.
#[utoipa::path(
    get, path = "/v1/programs/{program}/experiment", tag = "reports", operation_id = "get_program_experiment",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        ExperimentParams,
    ),
    responses(
        (status = 200, description = "The two arms of the experiment, and the difference between them.", body = ExperimentBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 400, description = "A parameter is wrong."),
        (status = 404, description = "There is no such program, or it has no experiment on all perks."),
        (status = 503, description = "Another such report is being made."),
    )
)]
pub async fn of_program(
    State(app): State<App>,
    auth: Auth<Lookup, PathProgram>,
    Query(params): Query<ExperimentParams>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let program = auth.program();
    report(&app, program.clone(), None, &params, &known).await
}

/// Reports whether a perk has an effect.
///
/// The report uses the perk's own experiment or, if it has none, the part of the
/// program's experiment about this perk.
#[utoipa::path(
    get, path = "/v1/programs/{program}/perks/{perk}/experiment", tag = "reports", operation_id = "get_perk_experiment",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("perk" = PerkId, Path, description = "The perk's short name."),
        ExperimentParams,
    ),
    responses(
        (status = 200, description = "The two arms of the experiment, and the difference between them.", body = ExperimentBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 400, description = "A parameter is wrong."),
        (status = 404, description = "There is no such program or perk, or the perk has no experiment."),
        (status = 503, description = "Another such report is being made."),
    )
)]
pub async fn of_perk(
    State(app): State<App>,
    auth: Auth<Lookup, PathProgram>,
    Path((_program, perk)): Path<(String, String)>,
    Query(params): Query<ExperimentParams>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let program = auth.program();
    let perk = PerkId::parse(&perk).map_err(|invalid| Problem::not_found().detail(invalid))?;
    report(&app, program.clone(), Some(perk), &params, &known).await
}

async fn report(
    app: &App,
    program: ProgramId,
    perk: Option<PerkId>,
    params: &ExperimentParams,
    known: &IfNoneMatch,
) -> Result<Response, Problem> {
    let query = ExperimentQuery {
        program,
        perk,
        outcome_days: params.outcome_days.unwrap_or(USUAL_DAYS),
        version: params.version.map(ProgramVersion),
    };
    let report = app.service.insight.experiment_report(&query).await?;
    etag::json(known, &ExperimentBody::new(query, &report))
}
