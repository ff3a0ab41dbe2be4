//! Checks whether the parts of a program fit together. Compiles the file to a program that
//! can be evaluated, or reports everything that is wrong.

mod exclusive;
mod experiments;
mod ladder;
mod limits;
mod meaning;
mod perks;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::domain::{AudienceName, AudienceRules, ProgramId, TierId, Topic};

use crate::rules::analysis::{self, Scene};
use crate::rules::business_hours::BusinessHours;
use crate::rules::condition::expr::Names;
use crate::rules::condition::tables::Tables;
use crate::rules::condition::{Condition, Scope};
use crate::rules::diagnostic::{Diagnostic, FilePlace, Severity};
use crate::rules::known_names::DataName;
use crate::rules::program::{Perk, Program, ServiceLevel, Tier};
use crate::rules::reader::{At, Findings, wrong_type};
use crate::rules::setting::Setting;
use crate::rules::source::{Clock, LevelSource, PerkSource, ProgramSource, TierSource};
use crate::rules::standing::{IndexRef, Share};
use crate::rules::table::source::TableSource;
use crate::rules::table::{Table, TableSignature};
use crate::rules::thresholds::{self, Threshold, ThresholdField};
use crate::rules::view::Bindings;
use crate::rules::yaml::{Node, Value};

/// The compile context of conditions.
pub(in crate::rules) struct CompileContext<'a> {
    pub source: &'a str,
    pub setting: Option<&'a Setting<'a>>,
    /// The audiences that conditions may name; `None` if they are not known.
    pub audiences: Option<&'a AudienceRules>,
    pub names: Names,
    pub findings: &'a mut Findings,
    /// The signatures of the tables that conditions may use.
    pub signatures: Vec<TableSignature>,
}

/// Checks a file and compiles it, and collects the names in it that the data of the
/// deployment may have. Returns `None` if no program can be built; there may be findings even
/// if one can.
pub(in crate::rules) fn check(
    file: &ProgramSource<'_>,
    source: &str,
    setting: Option<&Setting<'_>>,
    audiences: Option<&AudienceRules>,
    findings: &mut Findings,
) -> Option<(Program, Vec<DataName>)> {
    let mut context = CompileContext {
        source,
        setting,
        audiences,
        names: Names::default(),
        findings,
        signatures: Vec::new(),
    };
    let shares = shares(&file.standing, &mut context.names);
    context.topics("topics", &file.topics);
    check_levels(file, context.findings);
    ladder::check(file, context.findings);
    unique(
        file.tables.iter().map(|t| (t.id.as_ref(), &t.path)),
        context.findings,
    );
    let tier_ids: Vec<TierId> = file.tiers.iter().filter_map(tier_id).collect();
    let tables = context.tables(&file.tables, &tier_ids);
    context.analyse_tables((&tables, &file.tables), &shares, &tier_ids);
    let level_ids: Vec<&str> = file.levels.iter().filter_map(level_id).collect();
    let level_conditions = context.level_conditions(&file.levels, &tier_ids);
    let tiers: Vec<Option<Tier>> = file
        .tiers
        .iter()
        .map(|tier| context.tier(tier, &level_ids))
        .collect();
    unique(
        file.perks.iter().map(|p| (p.id.as_ref(), &p.path)),
        context.findings,
    );
    let program_id = file.id.as_ref().map(|id| id.value.clone());
    let perks: Vec<Option<Perk>> = file
        .perks
        .iter()
        .map(|perk| context.perk(perk, program_id.as_ref(), &tier_ids))
        .collect();
    exclusive::check(&file.perks, setting.is_some(), context.findings);
    limits::check(&file.limits, &file.perks, context.findings);
    let hours = file.business_hours.as_ref().map(|at| &at.value);
    let level = |source| level(source, hours);
    let levels = file.levels.iter().map(level).collect::<Option<Vec<_>>>()?;
    let id = file.id.as_ref()?.value.clone();
    let experiment = file.experiment.as_ref();
    let experiment = experiment.and_then(|of_all| experiments::compile(of_all, id.as_str()));
    let program = Program {
        title: file
            .title
            .as_ref()
            .map_or_else(|| id.to_string(), |title| title.value.clone()),
        id,
        topics: file
            .topics
            .iter()
            .map(|topic| topic.value.clone())
            .collect(),
        timezone: file.timezone,
        weights: file.standing.clone(),
        levels,
        level_conditions: level_conditions?,
        amenity_titles: file
            .amenities
            .iter()
            .map(|titled| (titled.amenity.value.clone(), titled.title.clone()))
            .collect(),
        // A program needs at least one tier; `ladder::check` has reported a missing floor.
        tiers: tiers
            .into_iter()
            .collect::<Option<Vec<_>>>()
            .filter(|t| !t.is_empty())?,
        tables: tables.into_iter().collect::<Option<_>>()?,
        perks: perks.into_iter().collect::<Option<_>>()?,
        experiment,
        limits: limits::limits(&file.limits),
        audiences: used(&context.names, audiences),
        shares,
        names: context.names,
    };
    if setting.is_some() && findings.0.iter().all(|f| f.severity != Severity::Error) {
        analysis::report(&program, (&file.tiers, &file.perks), source, findings);
        meaning::report(&program, file, source, findings);
    }
    let named = setting.map(|_| meaning::named(&program, file, source));
    Some((program, named.unwrap_or_default()))
}

/// Returns the rules of the audiences that conditions use.
fn used(names: &Names, known: Option<&AudienceRules>) -> AudienceRules {
    let rule = |name: &AudienceName| Some((name.clone(), known?.get(name)?.clone()));
    names.audiences.keys().filter_map(rule).collect()
}

/// Converts weights to shares of their sum. An index with weight 0 gets no share.
fn shares(weights: &BTreeMap<IndexRef, Decimal>, names: &mut Names) -> Vec<Share> {
    let total: Decimal = weights.values().sum();
    let mut shares = Vec::new();
    for (index, weight) in weights {
        let share = weight.checked_div(total).and_then(|share| share.to_f64());
        if let Some(share) = share.filter(|share| *share > 0.0) {
            let slot = names.index(index);
            shares.push(Share { slot, share });
        }
    }
    shares
}

fn level_id<'l>(level: &'l LevelSource<'_>) -> Option<&'l str> {
    level.id.as_ref().map(|id| id.value.as_str())
}

fn tier_id(tier: &TierSource<'_>) -> Option<TierId> {
    tier.id.as_ref().map(|id| id.value.clone())
}

/// Reports duplicate ids.
fn unique<'s, T: PartialEq + std::fmt::Display + 's>(
    ids: impl Iterator<Item = (Option<&'s At<T>>, &'s String)>,
    findings: &mut Findings,
) {
    let mut seen: Vec<&At<T>> = Vec::new();
    for (id, path) in ids {
        let Some(id) = id else { continue };
        if let Some(first) = seen.iter().find(|other| other.value == id.value) {
            let message = format!(
                "The id '{}' is taken: line {} has it already.",
                id.value, first.place.line
            );
            findings.add(Diagnostic::error(
                "duplicate-id",
                id.place,
                format!("{path}.id"),
                message,
            ));
        } else {
            seen.push(id);
        }
    }
}

fn check_levels(file: &ProgramSource<'_>, findings: &mut Findings) {
    unique(
        file.levels.iter().map(|l| (l.id.as_ref(), &l.path)),
        findings,
    );
    for level in &file.levels {
        if let (Some(hours), None) = (&level.hours, &file.business_hours)
            && hours.value == Clock::Business
        {
            let message = "The program does not say what its business hours are.";
            let path = format!("{}.hours", level.path);
            let finding = Diagnostic::error("no-business-hours", hours.place, path, message);
            findings.add(finding.hint("business_hours: { mon: 09:00-17:00, … }"));
        }
    }
    if file.levels.is_empty()
        && !findings
            .0
            .iter()
            .any(|f| f.path.starts_with("service_levels"))
    {
        let message = "There is no service level, so nobody knows how people are served.";
        let finding = Diagnostic::error(
            "missing-field",
            FilePlace { line: 1, column: 1 },
            "service_levels",
            message,
        );
        findings.add(finding.hint("service_levels: [{ id: standard, queue: general }]"));
    }
}

fn level(level: &LevelSource<'_>, hours: Option<&BusinessHours>) -> Option<ServiceLevel> {
    let in_business = matches!(&level.hours, Some(at) if at.value == Clock::Business);
    let seconds = |at: &Option<At<TimeDelta>>| at.as_ref().map(|at| at.value.num_seconds());
    Some(ServiceLevel {
        id: level.id.as_ref()?.value.clone(),
        title: level.title.as_ref().map(|at| at.value.clone()),
        queue: level.queue.as_ref()?.value.clone(),
        priority: level.priority.as_ref().map(|at| at.value),
        first_reply_time_in_seconds: seconds(&level.first_reply),
        next_reply_time_in_seconds: seconds(&level.next_reply),
        resolution_time_in_seconds: seconds(&level.resolution),
        time_to_close_in_seconds: seconds(&level.close),
        business_hours: hours.filter(|_| in_business).cloned(),
    })
}

impl CompileContext<'_> {
    fn tier(&mut self, tier: &TierSource<'_>, levels: &[&str]) -> Option<Tier> {
        let condition = self.condition(tier.when, &format!("{}.when", tier.path), None);
        let stay = self.condition(tier.stay, &format!("{}.stay", tier.path), None);
        let named = tier.service_level.as_ref();
        let level = named.and_then(|named| self.level(named, &tier.path, levels));
        let id = tier.id.as_ref()?.value.clone();
        let title = tier.title.as_ref();
        let (condition, stay) = (condition?, stay?);
        let mut thresholds = self.thresholds(condition.as_ref(), tier.when, ThresholdField::When);
        thresholds.extend(self.thresholds(stay.as_ref(), tier.stay, ThresholdField::Stay));
        Some(Tier {
            title: title.map_or_else(|| id.to_string(), |title| title.value.clone()),
            by: tier.by,
            id,
            keep: tier.keep.as_ref().map(|at| at.value),
            notice: notice(tier),
            amenities: tier.amenities.iter().map(|at| at.value.clone()).collect(),
            condition,
            stay,
            thresholds,
            level: level?,
        })
    }

    /// Returns the numbers that a condition of a tier asks for.
    fn thresholds(
        &self,
        condition: Option<&Condition>,
        node: Option<&Node>,
        field: ThresholdField,
    ) -> Vec<Threshold> {
        let (Some(condition), Some(node)) = (condition, node) else {
            return Vec::new();
        };
        thresholds::of_condition(condition, (node, self.source), field, &self.names)
    }

    /// Compiles the conditions of service levels. Returns `None` if one of them is wrong.
    fn level_conditions(
        &mut self,
        levels: &[LevelSource<'_>],
        tiers: &[TierId],
    ) -> Option<Vec<(usize, Condition)>> {
        let mut conditions = Vec::new();
        for (slot, level) in levels.iter().enumerate() {
            let path = format!("{}.when", level.path);
            conditions.push((slot, self.condition(level.when, &path, Some(tiers))));
        }
        let compiled = conditions
            .into_iter()
            .filter_map(|(slot, condition)| match condition {
                Some(None) => None,
                Some(Some(condition)) => Some(Some((slot, condition))),
                None => Some(None),
            });
        compiled.collect()
    }

    /// Analyses the rules of the tables that have no errors so far. Does so only before
    /// publication.
    fn analyse_tables(
        &mut self,
        (tables, files): (&[Option<Table>], &[TableSource<'_>]),
        shares: &[Share],
        tiers: &[TierId],
    ) {
        if self.setting.is_none() {
            return;
        }
        let scene = Scene {
            bindings: Bindings {
                names: &self.names,
                shares,
                // A table cannot use a table as an input.
                tables: &[],
            },
            tiers: tiers.iter().collect(),
            members_only: false,
        };
        for (table, file) in tables.iter().zip(files) {
            if let (Some(table), true) = (table, self.findings.are_fine_in(&file.path)) {
                analysis::report_table(table, &scene, file, self.findings);
            }
        }
    }

    fn level(&mut self, named: &At<String>, path: &str, levels: &[&str]) -> Option<usize> {
        let found = levels.iter().position(|level| *level == named.value);
        if found.is_none() {
            let message = format!("There is no service level '{}'.", named.value);
            let path = format!("{path}.service_level");
            let finding = Diagnostic::error("unknown-service-level", named.place, path, message);
            self.findings
                .add(finding.nearest(&named.value, levels.iter().copied()));
        }
        found
    }

    /// Compiles a condition. Returns `Some(None)` if there is none, `None` if it is wrong.
    fn condition(
        &mut self,
        node: Option<&Node>,
        path: &str,
        tiers: Option<&[TierId]>,
    ) -> Option<Option<Condition>> {
        let Some(node) = node else { return Some(None) };
        let Value::Text(text) = &node.value else {
            let finding = wrong_type(node, path, "text");
            self.findings
                .add(finding.hint("a condition such as 'standing.lower >= 45'"));
            return None;
        };
        let setting = self.setting;
        let scope = Scope {
            tiers,
            setting,
            tables: Tables::All(&self.signatures),
            audiences: self.audiences,
            audience: None,
        };
        let mut problems = Vec::new();
        let condition = Condition::compile(text, scope, &mut self.names, &mut problems);
        for problem in problems {
            let place = node.place_within(self.source, problem.offset);
            self.findings.add(problem.at(place, path));
        }
        condition.map(Some)
    }

    /// Reports topics that are unknown, or that are another name for a known topic.
    fn topics(&mut self, path: &str, topics: &[At<Topic>]) {
        for (i, topic) in topics.iter().enumerate() {
            if let Some(problem) = self.names.judge_topic(&topic.value, self.setting) {
                let path = format!("{path}[{i}]");
                self.findings.add(problem.at(topic.place, &path));
            }
        }
    }

    fn perk(
        &mut self,
        perk: &PerkSource<'_>,
        program: Option<&ProgramId>,
        tiers: &[TierId],
    ) -> Option<Perk> {
        let condition = self.condition(perk.when, &format!("{}.when", perk.path), Some(tiers));
        let now = self.setting.map(|setting| setting.now);
        perks::check(perk, now, self.findings);
        self.topics(&format!("{}.topics", perk.path), &perk.topics);
        let id = perk.id.as_ref()?.value.clone();
        Some(Perk {
            experiment: perk.experiment.as_ref().and_then(|own| {
                let program = program.map_or("", ProgramId::as_str);
                experiments::compile(own, &format!("{program}/{id}"))
            }),
            exclusive: perk.exclusive.as_ref().map(|own| own.value.clone()),
            id,
            title: perk.title.as_ref()?.value.clone(),
            by: perk.by,
            topics: perk.topics.iter().map(|at| at.value.clone()).collect(),
            slots: perk
                .topics
                .iter()
                .map(|at| self.names.topic(&at.value))
                .collect(),
            relevance: perk.relevance,
            kind: perk.kind(),
            stock: perk.stock.as_ref().map(|at| at.value),
            per_member: perk.per_member.as_ref().map_or(1, |at| at.value),
            per_day: perk.per_day.as_ref().map(|at| at.value),
            hold: perk.hold.as_ref().map(|at| at.value),
            redeem: perk.redeem.as_ref().map(|at| at.value),
            value: perk.value.as_ref().map(|at| at.value.clone()),
            budget: perk.budget.as_ref().map(|at| at.value.clone()),
            from: perk.from.as_ref().map(|at| at.value),
            until: perk.until.as_ref().map(|at| at.value),
            codes: perk.codes,
            draws: perk.draws.as_ref().map(|at| at.value),
            disclosure: perk.disclosure.as_ref()?.value.clone(),
            condition: condition?,
        })
    }
}

/// Returns the notice period of a tier. The default is a week, but at most the time that
/// the tier is kept, and 0 if it is not kept.
fn notice(tier: &TierSource<'_>) -> TimeDelta {
    let usual = || {
        tier.keep
            .as_ref()
            .map(|keep| keep.value.min(TimeDelta::days(7)))
    };
    let said = tier.notice.as_ref().map(|at| at.value);
    said.or_else(usual).unwrap_or_else(TimeDelta::zero)
}
