//! The past of the town: its last months, lived through day by day on a clock that the demo
//! moves. So scores, tiers, claims and the counts of each day have a history, as they have in a
//! service that has run for that long.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Duration, Utc};
use futures::stream;
use indicatif::ProgressBar;
use serde::{Deserialize, Serialize};
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;

use super::{PROGRAM, program, put_draft};
use crate::cli::environment::{Base, Environment};
use crate::cli::out::Out;
use crate::cli::{CliError, Result};
use crate::clock::Clock;
use crate::config::Config;
use crate::service::claims::HoldRequest;
use crate::service::events::Reading;
use crate::service::members::PutMember;
use crate::service::scores::Progress;
use crate::service::{self, Service, ServiceError, UnitOfWork};
use renown_core::domain::{Event, Handle, Identity, PerkId};
use renown_core::ingest::native;
use renown_lab::simulation::{Person, Town, TownConfig};

/// How long before the present the past begins, in days: what was before comes in at once.
const DAYS: i64 = 90;
/// The last days are lived one by one, those before them a week at a time.
const LAST_DAYS: i64 = 13;
/// The number of events of a piece of the stream.
const PIECE: usize = 2_000;
/// In each step, one of so many guests asks for a cabana. So the hotel has some left at the end.
const GUESTS_PER_CABANA: usize = 200;
/// The first guests are the town's cast, who ask for nothing: what they may have is for the reader
/// to try.
const CAST: usize = 60;

/// How far the past of a town was lived. It is kept in a file, so that a demo that was stopped
/// goes on where it was.
#[derive(Debug, Serialize, Deserialize)]
struct Diary {
    seed: u64,
    people: usize,
    /// The end of the past.
    until: DateTime<Utc>,
    /// The number of steps that were lived.
    lived: usize,
}

/// Returns how many days before the end of the past each step ends. The first step is all that
/// was before, as if it were one day.
fn steps() -> Vec<i64> {
    let weeks = (LAST_DAYS..=DAYS).rev().step_by(7);
    weeks.chain((0..LAST_DAYS).rev()).collect()
}

impl Diary {
    fn file(base: &Base) -> PathBuf {
        base.data_dir().join("demo.diary")
    }

    fn read(file: &Path) -> Result<Option<Self>> {
        match std::fs::read(file) {
            Ok(json) => serde_json::from_slice(&json)
                .map(Some)
                .map_err(CliError::new),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(file, &error)),
        }
    }

    /// Replaces the file at once: a process that is killed leaves the old one or the new one.
    fn write(&self, file: &Path) -> Result {
        let json = serde_json::to_vec(self).map_err(CliError::new)?;
        let beside = file.with_extension("tmp");
        std::fs::write(&beside, json)
            .and_then(|()| std::fs::rename(&beside, file))
            .map_err(|error| failed(file, &error))
    }

    /// Returns the beginning and the end of the next step; `None` if all were lived.
    fn next_step(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let steps = steps();
        let time = |step: usize| Some(self.until - Duration::days(*steps.get(step)?));
        let before = self.lived.checked_sub(1).and_then(time);
        Some((before.unwrap_or(DateTime::UNIX_EPOCH), time(self.lived)?))
    }
}

fn failed(file: &Path, error: &std::io::Error) -> CliError {
    CliError::Failed(format!("{}: {error}", file.display()))
}

/// Lives through the town's past, as far as an earlier start did not.
pub(super) async fn live(base: &Base, config: &Config, seed: u64, people: usize) -> Result {
    let file = Diary::file(base);
    let kept = Diary::read(&file)?;
    let until = config.scoring.tick(Clock::System.now());
    let new = Diary {
        seed,
        people,
        until,
        lived: 0,
    };
    let diary = kept.unwrap_or(new);
    let Some((_, end)) = diary.next_step() else {
        return Out::line("The town is there already; nothing is added.");
    };
    let clock = Clock::fixed(end);
    let environment = Environment::start_at(base, config.clone(), clock).await?;
    let lived = live_on(&environment.service, diary, &file);
    // Each step would log that it took a snapshot. Errors are returned.
    let lived = lived.with_subscriber(NoSubscriber::new()).await;
    environment.close().await?;
    lived
}

async fn live_on(service: &Arc<Service>, mut diary: Diary, file: &Path) -> Result {
    let is_new = diary.lived == 0 && !file.exists();
    if is_new && service.events.is_populated().await.map_err(CliError::new)? {
        return Out::line("The database has events already; no town is added.");
    }
    diary.write(file)?;
    let town = simulate(&diary).await?;
    let began = Clock::System.now();
    let bar = bar();
    while let Some((start, end)) = diary.next_step() {
        live_step(service, &town, start, end).await?;
        diary.lived += 1;
        diary.write(file)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    put_draft(service).await?;
    let seconds = (Clock::System.now() - began).as_seconds_f64();
    Out::line(&format!(
        "{} guests, {} events; lived through the last {DAYS} days in {seconds:.1} s.",
        town.guests().count(),
        town.events.len()
    ))
}

async fn simulate(diary: &Diary) -> Result<Town> {
    let config = TownConfig {
        seed: diary.seed,
        people: diary.people,
        ..TownConfig::demo(diary.until)
    };
    Out::line(&format!(
        "Simulating a town of {} people over {} days…",
        config.people, config.days
    ))?;
    let simulated = tokio::task::spawn_blocking(move || Town::simulate(&config));
    simulated.await.map_err(CliError::new)
}

/// Returns a bar that counts the days, on a terminal.
fn bar() -> ProgressBar {
    match std::io::stderr().is_terminal() {
        true => ProgressBar::new(steps().len() as u64),
        false => ProgressBar::hidden(),
    }
}

/// Lives through a step: guests enrol, events come in and are scored, tiers follow, guests take
/// cabanas, and the figures of the day are written. Repeating a step after a crash does no harm,
/// but some guests may have another cabana.
async fn live_step(
    service: &Arc<Service>,
    town: &Town,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
) -> Result {
    move_to(service, end);
    let partitions = service.events.ensure_partitions().await;
    partitions.map_err(CliError::new)?;
    let is_last = end == town.config.until;
    for (start, end) in slices(start, end) {
        move_to(service, end);
        let is_now = |time: DateTime<Utc>| start < time && time <= end;
        for guest in town.guests() {
            if guest.enrolled.is_some_and(is_now) {
                enrol(service, guest).await?;
            }
        }
        let events = town.events.iter().filter(|event| is_now(event.time));
        take_in(service, &events.collect::<Vec<_>>()).await?;
        if is_last {
            let measured = score_and_measure(service).await;
            measured.map_err(CliError::new)?;
        }
    }
    settle(service).await.map_err(CliError::new)?;
    if service.programs.ids().is_empty() {
        let published = service.programs.publish(None, PROGRAM, None).await;
        published.map_err(CliError::new)?;
    }
    judge(service).await.map_err(CliError::new)?;
    let day = usize::try_from((town.config.until - end).num_days()).unwrap_or_default();
    let asking = town.guests().skip(CAST + day);
    for guest in asking.step_by(GUESTS_PER_CABANA) {
        take_cabana(service, guest).await?;
    }
    count(service).await.map_err(CliError::new)
}

fn move_to(service: &Service, time: DateTime<Utc>) {
    service.clock.advance(time - service.clock.now());
}

/// Returns the times in which the events of a step arrive: on the last days hour by hour, before
/// them all at once.
fn slices(start: DateTime<Utc>, end: DateTime<Utc>) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    if end - start > Duration::days(1) {
        return vec![(start, end)];
    }
    let hours = (0..24).rev().map(|hour| end - Duration::hours(hour));
    hours.map(|end| (end - Duration::hours(1), end)).collect()
}

async fn take_in(service: &Service, events: &[&Event<Handle>]) -> Result {
    let pieces = events.chunks(PIECE).map(|events| {
        let lines: Vec<String> = events.iter().map(|event| native::write(event)).collect();
        Ok::<_, Infallible>(Bytes::from(lines.join("\n") + "\n"))
    });
    let pieces: Vec<_> = pieces.collect();
    let native = Reading::native();
    let taken = service
        .events
        .take_stream(&native, stream::iter(pieces), |_| {});
    taken.await.map(drop).map_err(CliError::new)
}

/// Scores the events of an hour, and measures the figures of which the pages show the last day.
async fn score_and_measure(service: &Service) -> service::Result<()> {
    score(service).await?;
    service.insight.measure_figures().await?;
    Ok(())
}

/// Scores the events that wait.
async fn score(service: &Service) -> service::Result<()> {
    while service.scorer.advance().await? != Progress::Idle {}
    Ok(())
}

/// Scores the events, takes a snapshot of the crowd if one is due, and scores all members with
/// it.
async fn settle(service: &Service) -> service::Result<()> {
    score(service).await?;
    service.scorer.take_snapshot_if_due().await?;
    while service.scorer.refresh().await? > 0 {}
    Ok(())
}

/// Lets the tiers of all members follow the program.
async fn judge(service: &Service) -> service::Result<()> {
    while service.tiers.recheck_due().await? > 0 {}
    while service.tiers.is_sweep_due().await? {
        service.tiers.sweep().await?;
    }
    Ok(())
}

/// Lets a guest ask for a cabana, and have it if the program gives one.
async fn take_cabana(service: &Service, guest: &Person) -> Result {
    let Some(identity) = guest.identities().first().map(Identity::to_string) else {
        return Ok(());
    };
    let hold = HoldRequest {
        program: program()?,
        perk: PerkId::parse("cabana").map_err(CliError::new)?,
        member: identity,
        request: BTreeMap::new(),
        confirm: true,
        caller: None,
    };
    let take = async |work: &mut UnitOfWork| {
        let claim = service.claims.hold_unit(work, hold).await?;
        service.claims.redeem(work, claim.id, None).await
    };
    match service.carry_out(take).await {
        Ok(_) | Err(ServiceError::Refused(_)) => Ok(()),
        Err(error) => Err(CliError::new(error)),
    }
}

/// Writes the figures of the day.
async fn count(service: &Arc<Service>) -> service::Result<()> {
    service.insight.measure_figures().await?;
    for program in service.programs.ids() {
        service.insight.take_census(&program).await?;
    }
    Ok(())
}

async fn enrol(service: &Service, guest: &Person) -> Result {
    let identities = guest.identities();
    let Some(first) = identities.first().map(Identity::to_string) else {
        return Ok(());
    };
    let put = PutMember {
        proofs: BTreeMap::new(),
        identities: Some(identities),
        name: None,
        attributes: guest.attributes.clone(),
        interests: guest.declared.clone(),
        scoring: None,
        enrolled_at: guest.enrolled,
        if_version: None,
    };
    service
        .members
        .put(&first, put)
        .await
        .map_err(CliError::new)?;
    Ok(())
}
