//! Examines the clocks and what running replicas have written about themselves.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::cli::doctor::findings::Findings;
use crate::clock::Clock;
use crate::service::operation::{
    DEAF_LIMIT, GREATEST_SKEW, JobName, NOTABLE_SKEW, ROUND_LIMIT, follow_database_time,
};
use crate::store;
use crate::store::operation::replicas::{JobRuns, Replica};

/// A replica that has written nothing for this long does not run, or is stuck.
const UNSEEN: TimeDelta = TimeDelta::seconds(15);

/// Compares the clock of this machine with the database's, which `clock` then follows.
pub(super) async fn clock(conn: &mut PgConnection, clock: &Clock, findings: &mut Findings) {
    let compared = follow_database_time(clock, conn).await;
    if let Some(skew) = findings.failed("clock", compared) {
        skewed("clock", "this machine", skew, findings);
    }
}

fn skewed(what: &str, whose: &str, skew: TimeDelta, findings: &mut Findings) {
    let seconds = skew.as_seconds_f64();
    let found = format!("that of {whose} is {seconds:+.3} s from the database's");
    if skew.abs() > GREATEST_SKEW {
        let found = format_args!("{found}: its jobs are paused; correct it (NTP)");
        findings.wrong(what, found);
    } else if skew.abs() > NOTABLE_SKEW {
        let found = format_args!("{found}, which is used; correct it (NTP)");
        findings.notable(what, found);
    } else {
        findings.good(what, found);
    }
}

/// Examines the running replicas.
pub(super) async fn examine(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    patience: TimeDelta,
    findings: &mut Findings,
) {
    let listed = store::operation::replicas::list(conn).await;
    let Some(replicas) = findings.failed("replicas", listed) else {
        return;
    };
    let running = |replica: &&Replica| now - replica.seen_at <= UNSEEN;
    let count = replicas.iter().filter(running).count();
    findings.good("replicas", format_args!("{count} running"));
    for replica in &replicas {
        let name = format!("{}, version {}", replica.serves, replica.version);
        if !running(&replica) {
            let unseen = (now - replica.seen_at).num_seconds();
            let found = format!(
                "{name} has written nothing for {unseen} s: it was killed, is stuck, or does not \
                 reach the database"
            );
            findings.notable("replica", found);
            continue;
        }
        findings.good("replica", &name);
        let skew = TimeDelta::microseconds((replica.clock_skew_seconds * 1e6) as i64);
        skewed("  clock", "its machine", skew, findings);
        let runs = store::operation::replicas::job_runs(conn, replica.id).await;
        for runs in findings.failed("  jobs", runs).unwrap_or_default() {
            job(&runs, replica, patience, findings);
        }
    }
}

fn job(runs: &JobRuns, replica: &Replica, patience: TimeDelta, findings: &mut Findings) {
    let what = format!("  {}", runs.job);
    let since = |time: DateTime<Utc>| replica.seen_at - time;
    let error = runs.failure.as_deref().unwrap_or("no error was noted");
    let good = since(runs.last_success_at.unwrap_or(replica.started_at));
    let failing = runs.failing_since.map(since);
    let (seconds, failed) = (
        good.num_seconds(),
        failing.map_or(0, |time| time.num_seconds()),
    );
    if runs.job == JobName::Listener.as_str() {
        if good > DEAF_LIMIT {
            let found = format_args!(
                "has not received changes by other replicas for {seconds} s ({error}); see its log"
            );
            return findings.wrong(&what, found);
        }
    } else if failing.is_some_and(|time| time > patience) {
        return findings.wrong(
            &what,
            format_args!("has failed for {failed} s ({error}); see its log"),
        );
    } else if failing.is_some() {
        return findings.notable(&what, format_args!("has failed for {failed} s ({error})"));
    } else if good > ROUND_LIMIT {
        let found = format_args!("has not succeeded for {seconds} s; see its log");
        return findings.wrong(&what, found);
    }
    findings.good(
        &what,
        format_args!("well {seconds} s before its last report"),
    );
}
