//! Service levels: hours, nights, holidays, when targets are due, and levels that a condition
//! gives.

use proptest::prelude::*;
use proptest::sample::select;

use chrono::{Datelike, NaiveDate, Timelike};
use chrono_tz::Tz;

use super::*;
use crate::rules::ServiceClock;

/// Returns a program whose only level has these hours and a first reply and resolution.
fn desk(zone: &str, hours: &str, holidays: &str, first_reply: &str, resolution: &str) -> Program {
    let source = format!(
        "program: desk\ntimezone: {zone}\nbusiness_hours: {hours}\nholidays: {holidays}\n\
         service_levels:\n  - {{ id: all, queue: all, hours: business, first_reply: {first_reply}, \
         resolution: {resolution} }}\ntiers:\n  - {{ id: everybody, service_level: all }}\n"
    );
    compile(&source)
}

/// Returns the clock of the level for a ticket that is opened at a time.
fn clock(program: &Program, at: &str) -> ServiceClock {
    let person = Person {
        now: time(at),
        ..super::person()
    };
    person.facts(|facts| {
        let facts = Facts {
            opened_at: Some(facts.now),
            ..*facts
        };
        program.explain(&facts).service_clock.unwrap()
    })
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn a_target_counts_in_open_hours_alone() {
    let hours = "{ mon: '09:00-12:30, 13:30-18:00', tue: [09:00-17:00] }";
    let program = desk("Europe/Berlin", hours, "[]", "1h", "8h");
    // Monday, 12:00 in Berlin: half an hour before the pause.
    let times = clock(&program, "2026-11-30T11:00:00Z");
    assert!(times.open_now);
    assert_eq!(times.closes_at, Some(time("2026-11-30T11:30:00Z")));
    assert_eq!(times.opens_at, None);
    assert_eq!(times.first_reply_due_at, Some(time("2026-11-30T13:00:00Z")));
    assert_eq!(times.resolution_due_at, Some(time("2026-12-01T11:00:00Z")));
    assert_eq!(times.next_reply_due_at, None);
    // In the pause.
    let times = clock(&program, "2026-11-30T12:00:00Z");
    assert!(!times.open_now);
    assert_eq!(times.opens_at, Some(time("2026-11-30T12:30:00Z")));
    assert_eq!(times.closes_at, None);
}

#[test]
fn a_night_crosses_midnight_and_the_end_of_the_week() {
    let program = desk("UTC", "{ sat: 22:00-06:00 }", "[]", "7h", "9h");
    // Saturday evening.
    let times = clock(&program, "2026-11-28T22:30:00Z");
    assert_eq!(times.closes_at, Some(time("2026-11-29T06:00:00Z")));
    assert_eq!(times.first_reply_due_at, Some(time("2026-11-29T05:30:00Z")));
    assert_eq!(times.resolution_due_at, Some(time("2026-12-05T23:30:00Z")));
}

#[test]
fn nothing_counts_on_a_holiday() {
    let hours = "{ mon: 09:00-17:00, tue: 09:00-17:00, wed: 09:00-17:00, thu: 09:00-17:00, fri: 09:00-17:00 }";
    let holidays = "[2026-12-25, '12-31', { date: 01-01, name: New Year }]";
    let program = desk("UTC", hours, holidays, "2h", "4d");
    // Thursday, one hour before the end; Friday is a holiday.
    let times = clock(&program, "2026-12-24T16:00:00Z");
    assert_eq!(times.first_reply_due_at, Some(time("2026-12-28T10:00:00Z")));
    // 96 hours: 1 on the 24th, 24 from the 28th to the 30th, none on the 31st and the 1st,
    // 64 until the 13th, 7 on the 14th.
    assert_eq!(times.resolution_due_at, Some(time("2027-01-14T16:00:00Z")));
    let times = clock(&program, "2027-12-31T10:00:00Z");
    assert_eq!(times.opens_at, Some(time("2028-01-03T09:00:00Z")));
}

#[test]
fn a_night_is_longer_or_shorter_when_clocks_change() {
    // In Berlin, clocks go back on 2026-10-25 and forward on 2027-03-28, both Sundays.
    let program = desk("Europe/Berlin", "{ sat: 22:00-06:00 }", "[]", "8h", "9h");
    let times = clock(&program, "2026-10-24T20:00:00Z");
    assert_eq!(times.closes_at, Some(time("2026-10-25T05:00:00Z")));
    assert_eq!(times.resolution_due_at, Some(time("2026-10-25T05:00:00Z")));
    let times = clock(&program, "2027-03-27T21:00:00Z");
    assert_eq!(times.closes_at, Some(time("2027-03-28T04:00:00Z")));
    assert_eq!(times.first_reply_due_at, Some(time("2027-04-03T21:00:00Z")));
}

#[test]
fn a_desk_that_never_closes_has_no_closing_time() {
    let day = "00:00-24:00";
    let hours = format!(
        "{{ mon: {day}, tue: {day}, wed: {day}, thu: {day}, fri: {day}, sat: {day}, sun: {day} }}"
    );
    let program = desk("UTC", &hours, "[]", "1h", "100d");
    let times = clock(&program, "2026-11-28T22:30:00Z");
    assert!(times.open_now);
    assert_eq!(times.closes_at, None);
    assert_eq!(times.resolution_due_at, Some(time("2027-03-08T22:30:00Z")));
}

#[test]
fn a_target_beyond_two_years_has_no_time() {
    let program = desk("UTC", "{ mon: 09:00-09:01 }", "[]", "1h", "36525d");
    let times = clock(&program, "2026-11-28T22:30:00Z");
    assert_eq!(times.first_reply_due_at, Some(time("2028-01-17T09:01:00Z")));
    assert_eq!(times.resolution_due_at, None);
}

#[test]
fn hours_that_overlap_are_refused() {
    for hours in [
        "{ mon: '09:00-12:00, 11:00-13:00' }",
        "{ mon: 22:00-06:00, tue: 05:00-09:00 }",
        "{ sun: 05:00-09:00, sat: 22:00-06:00 }",
    ] {
        let source = format!(
            "program: desk\nbusiness_hours: {hours}\nservice_levels: [{{ id: all, queue: all }}]\n\
             tiers: [{{ id: everybody, service_level: all }}]\n"
        );
        let found = Program::compile(&source, &Setting::at(now())).unwrap_err();
        assert_eq!(found[0].code, "overlapping-hours", "{hours}");
    }
}

/// A week of opening hours as pairs of minutes, by day from Sunday. An end that is not after
/// its start is on the next day.
type Week = Vec<Option<(u32, u32)>>;

/// Whether the desk is open at a minute, by the clock on its wall.
fn is_open(week: &Week, holidays: &[NaiveDate], zone: Tz, at: DateTime<Utc>) -> bool {
    let wall = at.with_timezone(&zone);
    if holidays.contains(&wall.date_naive()) {
        return false;
    }
    let minute = wall.hour() * 60 + wall.minute();
    let day = wall.weekday().num_days_from_sunday() as usize;
    let today =
        week[day].is_some_and(|(start, end)| minute >= start && (minute < end || end <= start));
    let yesterday = week[(day + 6) % 7];
    today || yesterday.is_some_and(|(start, end)| end <= start && minute < end)
}

fn some_week() -> impl Strategy<Value = Week> {
    // Days begin after 08:00 and nights end before, so that they never overlap.
    let day = (480_u32..1439, 0_u32..1440).prop_map(|(start, end)| {
        let end = if end > start { end } else { end % 480 };
        (start, end)
    });
    prop::collection::vec(prop::option::weighted(0.7, day), 7)
        .prop_filter("a day is open", |week| week.iter().any(Option::is_some))
}

fn written(week: &Week) -> String {
    let time = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
    let names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    let days = names.iter().zip(week).filter_map(|(name, hours)| {
        let (start, end) = (*hours)?;
        Some(format!("{name}: {}-{}", time(start), time(end)))
    });
    format!("{{ {} }}", days.collect::<Vec<_>>().join(", "))
}

const ZONES: &[&str] = &[
    "UTC",
    "Europe/Berlin",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
];

/// Generates minutes of two years, many of them near the days on which clocks change.
fn some_minute() -> impl Strategy<Value = DateTime<Utc>> {
    const CHANGES: &[&str] = &[
        "2026-03-08",
        "2026-03-29",
        "2026-10-25",
        "2026-11-01",
        "2027-04-04",
    ];
    let near = (select(CHANGES), -4_000_i64..2_000)
        .prop_map(|(day, minutes)| time(&format!("{day}T00:00:00Z")) + TimeDelta::minutes(minutes));
    let any = (0_i64..2 * 365 * 1440)
        .prop_map(|minutes| time("2026-01-01T00:00:00Z") + TimeDelta::minutes(minutes));
    prop_oneof![2 => near, 1 => any]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What is computed is what a person finds who looks at the clock every minute.
    #[test]
    fn due_times_are_those_of_a_person_who_counts_minutes(
        week in some_week(),
        zone in select(ZONES),
        from in some_minute(),
        target in 1_i64..3_000,
        holidays in prop::collection::vec(0_u64..12, 0..3),
    ) {
        let tz: Tz = zone.parse().unwrap();
        let first = from.with_timezone(&tz).date_naive();
        let holidays: Vec<NaiveDate> =
            holidays.into_iter().map(|days| first + chrono::Days::new(days)).collect();
        let list: Vec<String> = holidays.iter().map(ToString::to_string).collect();
        let program = desk(zone, &written(&week), &format!("[{}]", list.join(", ")), "1m", &format!("{target}m"));
        let times = clock(&program, &from.to_rfc3339());

        let mut at = from;
        let mut counted = 0;
        let (mut opens, mut closes) = (None, None);
        let horizon = from + TimeDelta::days(12);
        let starts_open = is_open(&week, &holidays, tz, from);
        while at < horizon && counted < target {
            let open = is_open(&week, &holidays, tz, at);
            counted += i64::from(open);
            if open && !starts_open {
                opens = opens.or(Some(at));
            }
            if !open && starts_open {
                closes = closes.or(Some(at));
            }
            at += TimeDelta::minutes(1);
        }
        prop_assert_eq!(times.open_now, starts_open);
        if counted == target {
            prop_assert_eq!(times.resolution_due_at, Some(at));
            prop_assert!(opens.is_none() || times.opens_at == opens);
        } else {
            prop_assert!(times.resolution_due_at.is_none_or(|due| due >= horizon));
        }
        if let Some(closes) = closes {
            prop_assert_eq!(times.closes_at, Some(closes));
        }
        if starts_open {
            prop_assert_eq!(times.opens_at, None);
        }
    }
}

const URGENT: &str = "
program: desk
service_levels:
  - { id: urgent, title: Urgent, when: request.severity == 'critical', queue: first, first_reply: 15m }
  - { id: gold, queue: general, first_reply: 1h }
  - { id: standard, queue: general, first_reply: 8h }
tiers:
  - { id: gold, when: standing.lower >= 45, service_level: gold }
  - { id: standard, service_level: standard }
";

#[test]
fn the_first_level_whose_condition_holds_comes_before_that_of_the_tier() {
    let program = compile(URGENT);
    let mut person = super::person();
    let level =
        |person: &Person| person.facts(|facts| program.evaluate(facts).service_level.id.clone());
    assert_eq!(level(&person), "standard");
    let critical = Attribute::Text("critical".to_owned());
    person.request.insert("severity".to_owned(), critical);
    assert_eq!(level(&person), "urgent");
    person.facts(|facts| {
        let reasons = program.explain(facts);
        assert_eq!(reasons.service_level.title.as_deref(), Some("Urgent"));
        let reason = reasons.service_level_reason.unwrap();
        assert_eq!(reason.condition, "request.severity == 'critical'");
        assert!(reason.tests[0].holds);
    });
    // Somebody who is not enrolled has an urgent ticket, too.
    person.enrolled = None;
    assert_eq!(level(&person), "urgent");
}

#[test]
fn a_decision_recorded_before_targets_had_times_is_replayed_to_the_byte() {
    let program = compile(URGENT);
    let person = super::person();
    let (inputs, outcome) = person.facts(|facts| {
        assert_eq!(facts.opened_at, None);
        let inputs = canonical(&Inputs::of(facts, &program)).unwrap();
        (inputs, canonical(&program.explain(facts)).unwrap())
    });
    assert!(!inputs.contains("opened_at"));
    assert!(!outcome.contains("service_clock"));
    assert!(Replay::of(&program, &inputs, &outcome).unwrap().same());
}
