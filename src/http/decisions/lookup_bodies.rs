//! The bodies of the three lookups, and how an evaluation becomes one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::decisions::basis::{Basis, Known, NamedBy, basis, known, member, name, named_by};
use crate::http::money::MoneyBody;
use crate::service::decisions::Evaluated;
use renown_core::domain::{Claim, GroupName, Refusal, StateKind};
use renown_core::rules::{
    DemotionFreeze, Eligibility, ExcludedBy, PerkKind, Program, ServiceClock, ServiceLevel,
    Standing, TableResult,
};

/// A member's tier in a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct TierBody {
    /// The program's short name.
    program: String,
    /// The member's id; null if no member is enrolled under the identity or the
    /// member opted out.
    member: Option<Uuid>,
    /// The name that the business has given to the member; null if none.
    name: Option<String>,
    /// The identity by which you named the member, and how it is known that it is theirs;
    /// null if no member is enrolled under it or the member opted out, and if you named them
    /// by the member's id.
    identity: Option<NamedBy>,
    /// Whether there is evidence about the member.
    state: Known,
    /// Why the member has the tier, in a sentence for the people at the desk.
    reason: String,
    /// What is probably wrong with an identity that leads to no member; null otherwise.
    hint: Option<String>,
    /// The tier's short name. Always present; at least the floor.
    tier: String,
    /// The tier's display name.
    title: String,
    /// The tier's place on the ladder; 1 is the best.
    rank: usize,
    /// The amenities of the tier, which the front desk gives.
    amenities: Vec<String>,
    /// The titles of these amenities, for people, by their short names. An amenity without
    /// a title in the program is absent.
    amenity_titles: BTreeMap<String, String>,
    /// The short name of the tier's service level.
    service_level: String,
    /// When the member reached the tier; null while the tier history has no entry
    /// for it (the floor, or a tier reached a moment ago).
    since: Option<DateTime<Utc>>,
    /// True if the score alone would no longer give the tier, so that it is only
    /// kept.
    kept: bool,
    /// When the tier stops being kept; null if it is not only kept.
    keep_until: Option<DateTime<Utc>>,
    /// The demotion freeze that keeps the tier after its time is over; null if
    /// there is none.
    held: Option<DemotionFreeze>,
    /// The tier change that was announced; null if there is none.
    will_change: Option<WillChangeBody>,
    /// The grant that gives the tier; null if the rules give it.
    grant: Option<Uuid>,
    /// The member's standing in the program, with its interval.
    standing: Standing,
    /// The results of the program's decision tables, by table id: the outputs by
    /// name, a list of such outputs, a number, or null if no rule matches. Empty
    /// if the program has no tables. `POST /v1/decisions` shows which values the
    /// tables read.
    #[schema(value_type = BTreeMap<String, TableResult>)]
    tables: BTreeMap<String, Value>,
    /// What the answer rests on.
    basis: Basis,
}

/// A tier change that was announced.
#[derive(Debug, Serialize, ToSchema)]
pub struct WillChangeBody {
    /// When the change happens, unless the tier is earned again by then.
    at: DateTime<Utc>,
    /// The tier in effect after the change.
    to: String,
}

/// A member's service level in a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceLevelBody {
    /// The program's short name.
    program: String,
    /// The member's id; null if no member is enrolled under the identity or the
    /// member opted out.
    member: Option<Uuid>,
    /// The name that the business has given to the member; null if none.
    name: Option<String>,
    /// The identity by which you named the member, and how it is known that it is theirs;
    /// null if no member is enrolled under it or the member opted out, and if you named them
    /// by the member's id.
    identity: Option<NamedBy>,
    /// Whether there is evidence about the member.
    state: Known,
    /// Why the member has the service level, in a sentence for the people at the desk.
    reason: String,
    /// What is probably wrong with an identity that leads to no member; null otherwise.
    hint: Option<String>,
    /// The queue and the targets, under the names that help desk software uses.
    service_level: ServiceLevel,
    /// The member's tier.
    tier: String,
    /// When the targets are due, and whether the desk is open: as of `opened_at` and of the
    /// answer's minute.
    service_clock: Option<ServiceClock>,
    /// The demotion freeze that keeps the tier after its time is over; null if
    /// there is none.
    held: Option<DemotionFreeze>,
    /// What the answer rests on.
    basis: Basis,
}

/// The offers of a program for a member.
#[derive(Debug, Serialize, ToSchema)]
pub struct OffersBody {
    /// The program's short name.
    program: String,
    /// The member's id; null if no member is enrolled under the identity or the
    /// member opted out.
    member: Option<Uuid>,
    /// The name that the business has given to the member; null if none.
    name: Option<String>,
    /// The identity by which you named the member, and how it is known that it is theirs;
    /// null if no member is enrolled under it or the member opted out, and if you named them
    /// by the member's id.
    identity: Option<NamedBy>,
    /// Whether there is evidence about the member.
    state: Known,
    /// Why the member has the tier, in a sentence for the people at the desk.
    reason: String,
    /// What is probably wrong with an identity that leads to no member; null otherwise.
    hint: Option<String>,
    /// The member's tier. Its amenities need no claim.
    tier: String,
    /// The units that the member has claimed and that were not handed over yet, oldest
    /// first. One that is `confirmed` can be handed over now; one that is `held` must be
    /// confirmed first.
    open_claims: Vec<OpenClaimBody>,
    /// The short names of the perks of which the member may be given a unit now, without
    /// a draw or an invitation.
    to_give: Vec<String>,
    /// Every perk of the program, in the program's order: what the member may
    /// have, and what not and why.
    offers: Vec<OfferBody>,
    /// What the answer rests on.
    basis: Basis,
}

/// A unit of a perk that a member has claimed and that was not handed over yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenClaimBody {
    /// The claim's id, with which it is confirmed and redeemed.
    claim: Uuid,
    /// The perk's short name.
    perk: String,
    /// The perk's display name; its short name if the program no longer has the perk.
    title: String,
    /// `held` or `confirmed`.
    #[schema(value_type = StateKind)]
    state: &'static str,
    /// The first moment at which it can no longer be confirmed, if it is `held`, or
    /// redeemed; null for no end.
    until: Option<DateTime<Utc>>,
}

/// A perk as offered to one member.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferBody {
    /// The perk's short name.
    perk: String,
    /// The perk's display name.
    title: String,
    /// Whether the member may have the perk now.
    eligible: bool,
    /// Why the member may not have the perk; null if they may.
    /// `POST /v1/decisions` shows by how much a condition was missed and what
    /// would change it.
    refusal: Option<Refusal>,
    /// The perk of the same exclusive group that the member gets instead, with
    /// `refusal` `exclusive_of`; null with any other.
    excluded_by: Option<ExcludedBy>,
    /// The exclusive group of the perk: a member gets one perk of it, in all programs. Null
    /// if it is in none.
    exclusive: Option<GroupName>,
    /// How the perk is given.
    kind: PerkKind,
    /// The topics that the perk is about.
    topics: Vec<String>,
    /// What one unit is worth; null if the program does not say.
    value: Option<MoneyBody>,
    /// The total number of units; null if not limited.
    stock: Option<i64>,
    /// The units that may be given now: the least of what is left of the stock,
    /// of the day and of the budgets; null if not limited.
    left: Option<i64>,
    /// The most units that one member may have.
    per_member: i64,
    /// The units that the member has claimed and not given back.
    claimed: i64,
    /// The first moment at which the perk is given; null if there is none.
    from: Option<DateTime<Utc>>,
    /// The first moment at which the perk is no longer given; null if there is
    /// none.
    until: Option<DateTime<Utc>>,
    /// What the member must be told about why they got the perk; null if they may
    /// not have it and have no unit of it.
    disclosure: Option<String>,
}

pub(super) fn tier_body(evaluated: &Evaluated<'_>) -> TierBody {
    let program = &evaluated.in_force.program;
    let in_effect = &evaluated.outcome.tier;
    let rank = program
        .tiers()
        .iter()
        .position(|tier| &tier.id == in_effect.tier)
        .unwrap_or_default();
    let tier = &program.tiers()[rank];
    let basis = basis(evaluated);
    let tables = evaluated.outcome.tables.iter();
    TierBody {
        program: program.id().to_string(),
        member: member(evaluated),
        name: name(evaluated),
        identity: named_by(evaluated),
        state: known(evaluated),
        reason: program.tier_in_words(&evaluated.rules, &evaluated.outcome),
        hint: evaluated.hint.clone(),
        tier: tier.id.to_string(),
        title: tier.title.clone(),
        rank: rank + 1,
        amenities: tier.amenities.clone(),
        amenity_titles: titles(program, &tier.amenities),
        service_level: evaluated.outcome.service_level.id.clone(),
        since: in_effect.since.filter(|_| basis.tier_history.is_some()),
        kept: in_effect.kept,
        keep_until: in_effect.keep_until,
        held: in_effect.held.clone(),
        will_change: in_effect.will_change.as_ref().map(|fall| WillChangeBody {
            at: fall.at,
            to: fall.to.to_string(),
        }),
        grant: in_effect.grant.map(|grant| grant.0),
        standing: evaluated.outcome.standing,
        tables: tables
            .map(|(id, table)| ((*id).to_owned(), json!(table.result)))
            .collect(),
        basis,
    }
}

pub(super) fn service_level_body(evaluated: &Evaluated<'_>) -> ServiceLevelBody {
    let program = &evaluated.in_force.program;
    ServiceLevelBody {
        program: program.id().to_string(),
        member: member(evaluated),
        name: name(evaluated),
        identity: named_by(evaluated),
        state: known(evaluated),
        reason: program.level_in_words(&evaluated.rules, &evaluated.outcome),
        hint: evaluated.hint.clone(),
        service_level: evaluated.outcome.service_level.clone(),
        tier: evaluated.outcome.tier.tier.to_string(),
        service_clock: ServiceClock::of(evaluated.outcome.service_level, &evaluated.rules),
        held: evaluated.outcome.tier.held.clone(),
        basis: basis(evaluated),
    }
}

pub(super) fn offers_body(evaluated: &Evaluated<'_>) -> OffersBody {
    let program = &evaluated.in_force.program;
    let claimed = evaluated.rules.claimed;
    let offers = program
        .perks()
        .iter()
        .zip(&evaluated.outcome.perks)
        .map(|(perk, outcome)| {
            let refusal = match outcome.eligibility {
                Eligibility::Eligible => None,
                Eligibility::Refused { reason } => Some(reason),
            };
            OfferBody {
                perk: perk.id.to_string(),
                title: perk.title.clone(),
                eligible: refusal.is_none(),
                refusal,
                excluded_by: refusal
                    .filter(|refusal| *refusal == Refusal::ExclusiveOf)
                    .and_then(|_| program.excluded_by(perk, &evaluated.rules)),
                exclusive: perk.exclusive.as_ref().map(|own| own.group.clone()),
                kind: perk.kind,
                topics: perk.topics.iter().map(ToString::to_string).collect(),
                value: perk.value.as_ref().map(Into::into),
                stock: perk.stock,
                left: program.left(perk, &evaluated.rules),
                per_member: perk.per_member,
                claimed: claimed.get(&perk.id).copied().unwrap_or(0),
                from: perk.from,
                until: perk.until,
                disclosure: program
                    .disclosure(perk, refusal, &evaluated.rules)
                    .map(str::to_owned),
            }
        });
    OffersBody {
        program: program.id().to_string(),
        member: member(evaluated),
        name: name(evaluated),
        identity: named_by(evaluated),
        state: known(evaluated),
        reason: program.tier_in_words(&evaluated.rules, &evaluated.outcome),
        hint: evaluated.hint.clone(),
        tier: evaluated.outcome.tier.tier.to_string(),
        open_claims: open_claims(evaluated),
        to_give: to_give(evaluated),
        offers: offers.collect(),
        basis: basis(evaluated),
    }
}

fn titles(program: &Program, amenities: &[String]) -> BTreeMap<String, String> {
    let titled = amenities.iter().filter_map(|amenity| {
        let title = program.amenity_title(amenity)?;
        Some((amenity.clone(), title.to_owned()))
    });
    titled.collect()
}

fn open_claims(evaluated: &Evaluated<'_>) -> Vec<OpenClaimBody> {
    let program = &evaluated.in_force.program;
    let shown = |claim: &Claim| OpenClaimBody {
        claim: claim.id.0,
        perk: claim.perk.to_string(),
        title: match program.perk(&claim.perk) {
            Some(perk) => perk.title.clone(),
            None => claim.perk.to_string(),
        },
        state: claim.state.kind().as_str(),
        until: claim.state.expires_at(),
    };
    evaluated.claims.iter().map(shown).collect()
}

fn to_give(evaluated: &Evaluated<'_>) -> Vec<String> {
    let perks = evaluated.in_force.program.perks().iter();
    let outcomes = perks.zip(&evaluated.outcome.perks);
    let given = outcomes.filter(|(perk, outcome)| {
        perk.kind == PerkKind::Guaranteed && outcome.eligibility == Eligibility::Eligible
    });
    given.map(|(perk, _)| perk.id.to_string()).collect()
}
