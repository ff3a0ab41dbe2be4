//! Examines the stored data: the hash key, programs, keys, the log and its scores.

use sqlx::PgConnection;

use crate::cli::doctor::findings::Findings;
use crate::cli::environment::{Base, given_database};
use crate::clock::Clock;
use crate::config::{Config, Secret};
use crate::service;
use crate::store;
use renown_core::domain::{ModelVersion, VersionRecord};
use renown_core::rules::Program;

/// Examines the data. The clock has the database's time.
pub(super) async fn examine(
    conn: &mut PgConnection,
    base: &Base,
    config: &Config,
    clock: &Clock,
    findings: &mut Findings,
) {
    handle_key(conn, base, config, findings).await;
    let published = store::programs::published(conn).await;
    if let Some(published) = findings.failed("programs", published) {
        programs(&published, findings);
    }
    let active = store::operation::api_keys::count_active(conn, clock.now()).await;
    if let Some(active) = findings.failed("API keys", active) {
        findings.good("API keys", format_args!("{active} active"));
    }
    let partition = store::events::log::has_partition(conn, clock.now()).await;
    match findings.failed("event log", partition) {
        Some(false) => findings.wrong(
            "event log",
            "it has no partition for this month, so events are refused; the upkeep of a running \
             service creates it",
        ),
        Some(true) => findings.good("event log", "has a partition for this month"),
        None => {}
    }
    if let Some(model) = findings.failed("scoring model", service::load_model(config)) {
        let scored = scores(conn, model.version(), findings).await;
        findings.failed("scorer", scored);
    }
    if findings
        .failed("topics", service::load_dictionary(config))
        .is_some()
    {
        findings.good("topics", "can be read");
    }
}

/// Checks the key with which handles are hashed. Does not make one, as a start would.
async fn handle_key(
    conn: &mut PgConnection,
    base: &Base,
    config: &Config,
    findings: &mut Findings,
) {
    let mut accounts = config.accounts.clone();
    if accounts.hash_key.is_empty() && matches!(given_database(), Ok(None)) {
        let file = base.handle_key_file();
        match std::fs::read_to_string(&file) {
            Ok(secret) => accounts.hash_key = Secret::new(secret.trim()),
            Err(error) => {
                let found = format_args!("{}: {error}; restore it from a backup", file.display());
                return findings.wrong("hash key", found);
            }
        }
    }
    let Some(keys) = findings.failed("hash key", accounts.handle_keys()) else {
        return;
    };
    let checked = service::check_handle_keys(conn, &keys).await;
    if findings.failed("hash key", checked).is_some() {
        findings.good("hash key", "can read the stored handles");
    }
}

/// Compiles each published version.
fn programs(published: &[VersionRecord], findings: &mut Findings) {
    let mut unreadable = 0;
    for version in published {
        if let Err(diagnostics) = Program::load(&version.source, Some(&version.audiences)) {
            unreadable += 1;
            let first = diagnostics.first();
            let first = first.map_or("", |finding| finding.message.as_str());
            findings.wrong(
                "programs",
                format_args!(
                    "version {} of {} cannot be read ({first}); it is not in force: publish a \
                     version that can be read, or roll back to one",
                    version.version.0, version.program
                ),
            );
        }
    }
    let readable = published.len() - unreadable;
    findings.good(
        "programs",
        format_args!("{readable} published versions can be read"),
    );
}

async fn scores(
    conn: &mut PgConnection,
    model: &ModelVersion,
    findings: &mut Findings,
) -> store::Result<()> {
    let head = store::events::log::head(conn).await?;
    let checkpoint = store::scores::projections::checkpoint(conn, model).await?;
    match head.0 - checkpoint.0 {
        0 => findings.good("scorer", "has read the whole log"),
        lag => findings.notable(
            "scorer",
            format_args!("{lag} batches behind the log; `renown serve` lets it catch up"),
        ),
    }
    match store::scores::snapshots::latest(conn, model).await? {
        None => findings.good(
            "rank snapshot",
            "none yet: taken once events have been scored",
        ),
        Some(last) => findings.good(
            "rank snapshot",
            format_args!("{}, taken {}", last.id.0, last.taken_at.format("%FT%TZ")),
        ),
    }
    Ok(())
}
