//! Service levels whose targets contradict each other, and tiers that get less than the
//! tier below them.

use chrono::TimeDelta;

use super::Meaning;
use crate::rules::calendar::show_duration;
use crate::rules::diagnostic::{Diagnostic, nearest};
use crate::rules::program::{ServiceLevel, Tier};
use crate::rules::source::{Clock, LevelSource, TierSource};

/// Checks the service levels, and the ladder from one tier to the next.
pub(super) fn check(meaning: &mut Meaning<'_, '_>) {
    check_targets(meaning);
    check_hours(meaning);
    let (tiers, written) = (&meaning.program.tiers, &meaning.file.tiers);
    for (pair, better) in tiers.windows(2).zip(written) {
        check_level(meaning, (&pair[0], better), &pair[1]);
        check_amenities(meaning, (&pair[0], better), &pair[1]);
    }
    check_titles(meaning);
    check_conditional_levels(meaning);
}

/// Checks that a service level with a condition is not slower than the level of a tier,
/// which it replaces for members who meet the condition. Slower than the floor's level is
/// an error, since every member gets at least the floor.
fn check_conditional_levels(meaning: &mut Meaning<'_, '_>) {
    let (program, file) = (meaning.program, meaning.file);
    let Some(floor) = program.tiers.last() else {
        return;
    };
    for (slot, _) in &program.level_conditions {
        let (level, written) = (&program.levels[*slot], &file.levels[*slot]);
        let tiers = std::iter::once(floor).chain(&program.tiers);
        let served_worse = |tier: &Tier| slower(level, &program.levels[tier.level]);
        let found = tiers.map(|tier| (tier, served_worse(tier)));
        let Some((tier, Some(slower))) = found.into_iter().find(|(_, slower)| slower.is_some())
        else {
            continue;
        };
        let message = format!(
            "A member who meets this condition is served worse than the tier '{}': {slower}.",
            tier.id
        );
        let path = format!("{}.when", written.path);
        let place = written.when.map(|node| node.place).unwrap_or_default();
        let finding = match tier.id == floor.id {
            true => Diagnostic::error("worse-service", place, &path, message)
                .hint("nobody gets less than the last tier: let the targets be as short as there"),
            false => Diagnostic::warning("worse-service", place, &path, message)
                .hint("leave members of better tiers out of the condition, or shorten the targets"),
        };
        meaning.add(&path, finding);
    }
}

/// Checks that every amenity with a title is one of a tier.
fn check_titles(meaning: &mut Meaning<'_, '_>) {
    let (program, file) = (meaning.program, meaning.file);
    let given = || program.tiers.iter().flat_map(|tier| &tier.amenities);
    for titled in &file.amenities {
        let amenity = &titled.amenity.value;
        if given().any(|other| other == amenity) {
            continue;
        }
        let message = format!("No tier has the amenity '{amenity}', so nobody sees its title.");
        let path = format!("amenities.{amenity}");
        let finding = Diagnostic::warning("unused-title", titled.amenity.place, &path, message);
        let hint = match nearest(amenity, given().map(String::as_str)) {
            Some(near) => format!("did you mean '{near}'?"),
            None => "list it under the amenities of a tier, or leave the title out".to_owned(),
        };
        meaning.add(&path, finding.hint(hint));
    }
}

/// Checks that the business hours count for some service level.
fn check_hours(meaning: &mut Meaning<'_, '_>) {
    let levels = &meaning.file.levels;
    let counts = |level: &LevelSource<'_>| {
        let hours = level.hours.as_ref();
        hours.is_some_and(|hours| hours.value == Clock::Business)
    };
    let Some(hours) = &meaning.file.business_hours else {
        return;
    };
    if levels.iter().any(counts) {
        return;
    }
    let message = "No service level counts in these hours.";
    let finding = Diagnostic::warning("unused-hours", hours.place, "business_hours", message);
    let hint = "write 'hours: business' in the service levels whose targets count in them";
    meaning.add("business_hours", finding.hint(hint));
}

/// Checks that no reply may take longer than the resolution, which comes after it.
fn check_targets(meaning: &mut Meaning<'_, '_>) {
    for level in &meaning.file.levels {
        let Some(resolution) = &level.resolution else {
            continue;
        };
        let replies = [
            ("first_reply", "first", &level.first_reply),
            ("next_reply", "next", &level.next_reply),
        ];
        for (field, which, reply) in replies {
            let Some(reply) = reply.as_ref().filter(|r| r.value > resolution.value) else {
                continue;
            };
            let message = format!(
                "The {which} reply may take {}, and the whole resolution {}.",
                show_duration(reply.value),
                show_duration(resolution.value)
            );
            let path = format!("{}.{field}", level.path);
            let finding =
                Diagnostic::warning("reply-after-resolution", reply.place, &path, message);
            let hint = "a ticket that is resolved was replied to: let the reply be the shorter one";
            meaning.add(&path, finding.hint(hint));
        }
    }
}

/// Checks that a tier is not served more slowly than the tier below it.
fn check_level(
    meaning: &mut Meaning<'_, '_>,
    (better, written): (&Tier, &TierSource<'_>),
    worse: &Tier,
) {
    let levels = &meaning.program.levels;
    let Some(slower) = slower(&levels[better.level], &levels[worse.level]) else {
        return;
    };
    let Some(named) = &written.service_level else {
        return;
    };
    let message = format!(
        "'{}' is the better tier, and is served worse than '{}' below it: {slower}.",
        better.id, worse.id
    );
    let path = format!("{}.service_level", written.path);
    let finding = Diagnostic::warning("worse-service", named.place, &path, message);
    let hint = format!(
        "exchange the service levels of '{}' and '{}', or their targets",
        better.id, worse.id
    );
    meaning.add(&path, finding.hint(hint));
}

/// Returns how one service level is worse than another; `None` if it is not, or if their
/// targets cannot be compared.
fn slower(level: &ServiceLevel, other: &ServiceLevel) -> Option<String> {
    if level.id == other.id {
        return None;
    }
    if let (Some(own), Some(others)) = (level.priority, other.priority)
        && own > others
    {
        return Some(format!("priority {own} comes after {others}"));
    }
    let targets = [
        (
            "first reply",
            level.first_reply_time_in_seconds,
            other.first_reply_time_in_seconds,
        ),
        (
            "next reply",
            level.next_reply_time_in_seconds,
            other.next_reply_time_in_seconds,
        ),
        (
            "resolution",
            level.resolution_time_in_seconds,
            other.resolution_time_in_seconds,
        ),
    ];
    // A target that runs only in business hours is never met sooner than one that always
    // runs. The other way round they cannot be compared.
    let comparable = level.business_hours.is_some() || other.business_hours.is_none();
    let slow = targets.into_iter().find_map(|(name, own, others)| {
        let (own, others) = (own?, others?);
        (comparable && own > others).then_some((name, own, others))
    });
    let (name, own, others) = slow?;
    let shown = |seconds| show_duration(TimeDelta::seconds(seconds));
    Some(format!(
        "a {name} within {} instead of {}",
        shown(own),
        shown(others)
    ))
}

/// Checks that a tier does not have fewer amenities than the tier below it. Amenities of
/// lower tiers are not added to those of better ones.
fn check_amenities(
    meaning: &mut Meaning<'_, '_>,
    (better, written): (&Tier, &TierSource<'_>),
    worse: &Tier,
) {
    let lacks = |amenity: &&String| !better.amenities.contains(amenity);
    let missing: Vec<&str> = worse
        .amenities
        .iter()
        .filter(lacks)
        .map(String::as_str)
        .collect();
    // Others may stand in their place: a suite for an upgrade.
    if missing.is_empty() || better.amenities.len() >= worse.amenities.len() {
        return;
    }
    let message = format!(
        "'{}' is the better tier, and has fewer amenities than '{}' below it: not {}.",
        better.id,
        worse.id,
        missing.join(", ")
    );
    let place = written
        .amenities
        .first()
        .map_or(written.place, |at| at.place);
    let path = format!("{}.amenities", written.path);
    let finding = Diagnostic::warning("fewer-amenities", place, &path, message);
    let hint = "a tier has the amenities that it lists, and none of the tiers below it";
    meaning.add(&path, finding.hint(hint));
}
