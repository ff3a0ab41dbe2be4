//! `renown demo`: runs the service with a simulated town, to try things out.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::stream;

use crate::cli::environment::{Base, Environment, bootstrap_key, kept_secret};
use crate::cli::out::Out;
use crate::cli::serve::serve;
use crate::cli::{CliError, Result};
use crate::config::Secret;
use crate::service::events::Reading;
use crate::service::members::PutMember;
use crate::service::operation::{BootstrapKey, KeySecret};
use crate::service::{Service, ServiceError};
use renown_core::domain::{Identity, ProgramId};
use renown_core::ingest::native;
use renown_lab::simulation::{Person, Town, TownConfig};
use renown_postgres::PrivatePostgres;

/// The program of the demo.
const PROGRAM: &str = include_str!("../../config/programs/palms-klub.yaml");
/// The file in the data directory with the demo's key. It is in no other data directory.
const KEY_FILE: &str = "demo.key";
/// The number of events per chunk.
const PIECE: usize = 2_000;

/// The options of `renown demo`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Number of people in the simulated town.
    #[arg(long, default_value_t = 5_000)]
    people: usize,
    /// Seed of the random numbers; the same seed gives the same town.
    #[arg(long, default_value_t = 2011)]
    seed: u64,
}

/// Starts the service, fills an empty database with the town, prints a link to the pages and
/// commands to try, and serves until stopped.
pub async fn run(base: &Base, args: Args) -> Result {
    let config = base.config()?;
    let base = with_own_data(base)?;
    Out::line(&format!(
        "Renown demo: data in {}",
        base.data_dir().display()
    ))?;
    let environment = Environment::start(&base, config).await?;
    let secret = match prepare_key(&environment.service, &base.data_dir()).await {
        Ok(secret) => secret,
        Err(error) => {
            environment.close().await?;
            return Err(error);
        }
    };
    let http = &environment.service.config.http;
    let address = match &http.public_url {
        Some(public) => public.to_string(),
        None => format!("http://{}", http.bind),
    };
    serve(environment, |service| async move {
        let now = service.clock.now();
        let until = service.config.scoring.tick(now);
        let town = TownConfig {
            seed: args.seed,
            people: args.people,
            ..TownConfig::demo(until)
        };
        fill(&service, &town).await?;
        Out::line(&invitation(&address, secret.reveal()))?;
        Ok(())
    })
    .await
}

/// Returns the data directory of the demo: the one that is named, else one beside that of
/// the service.
///
/// # Errors
/// If the directory has data that the demo did not make: it would mix a town with them.
fn with_own_data(base: &Base) -> Result<Base> {
    let named = base.data_dir.clone();
    let base = Base {
        data_dir: Some(named.unwrap_or_else(|| base.data_dir().join("demo"))),
        ..base.clone()
    };
    let dir = base.data_dir();
    if PrivatePostgres::exists(&base.postgres_dir()) && !dir.join(KEY_FILE).exists() {
        return Err(CliError::Failed(format!(
            "{} has data that are not of a demo; name another directory",
            dir.display()
        )));
    }
    Ok(base)
}

/// Prepares the API key. It is the same at every start, so that commands copied
/// earlier still work.
async fn prepare_key(service: &Service, dir: &Path) -> Result<KeySecret> {
    let kept = Secret::new(kept_secret(&dir.join(KEY_FILE))?);
    let text = bootstrap_key()?.unwrap_or(kept);
    let secret = KeySecret::parse(text.reveal()).map_err(CliError::new)?;
    let bootstrap = service.keys.ensure_bootstrap_key(&secret).await;
    match bootstrap.map_err(CliError::new)? {
        BootstrapKey::Revoked => Err(CliError::Failed(format!(
            "the key of the demo was revoked: remove {} or set another RENOWN_BOOTSTRAP_KEY",
            dir.join(KEY_FILE).display()
        ))),
        BootstrapKey::New(_) | BootstrapKey::Known => Ok(secret),
    }
}

/// Enrols the guests and sends the town's events, unless an earlier start did, and
/// publishes the program. The program comes last, so that no tier rests on the part of the
/// events that had arrived. Repeating a step does no harm.
async fn fill(service: &Arc<Service>, config: &TownConfig) -> Result {
    match service.events.is_populated().await.map_err(CliError::new)? {
        true => Out::line("The town is there already; nothing is added.")?,
        false => settle_town(service, config).await?,
    }
    let published = service.programs.publish(None, PROGRAM, None).await;
    published.map_err(CliError::new)?;
    put_draft(service).await?;
    judge(service).await
}

/// Enrols the guests, sends the events and waits until all are scored.
async fn settle_town(service: &Arc<Service>, config: &TownConfig) -> Result {
    Out::line(&format!(
        "Simulating a town of {} people over {} days…",
        config.people, config.days
    ))?;
    let config = config.clone();
    let town = tokio::task::spawn_blocking(move || Town::simulate(&config))
        .await
        .map_err(CliError::new)?;
    let began = service.clock.now();
    let mut guests = 0;
    for guest in town.guests() {
        enrol(service, guest).await?;
        guests += 1;
    }
    let pieces: Vec<std::result::Result<Bytes, std::convert::Infallible>> = town
        .events
        .chunks(PIECE)
        .map(|events| {
            let lines: Vec<String> = events.iter().map(native::write).collect();
            Ok(Bytes::from(lines.join("\n") + "\n"))
        })
        .collect();
    let report = service
        .events
        .take_stream(&Reading::native(), stream::iter(pieces), |_| {})
        .await
        .map_err(CliError::new)?;
    Out::line(&format!(
        "{guests} guests enrolled, {} events taken in; scoring them…",
        report.accepted
    ))?;
    settle(service).await?;
    let seconds = (service.clock.now() - began).as_seconds_f64();
    Out::line(&format!("Scored after {seconds:.1} s."))?;
    Ok(())
}

/// Stores a stricter draft of the program, to be simulated.
async fn put_draft(service: &Service) -> Result {
    let stricter = PROGRAM.replace("standing.lower >= 25 &&", "standing.lower >= 45 &&");
    let program = ProgramId::parse("palms-klub").map_err(CliError::new)?;
    let draft = service.programs.put_draft(&program, &stricter).await;
    draft.map_err(CliError::new)?;
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

/// Waits until the tiers of all members follow the program.
async fn judge(service: &Service) -> Result {
    let judged = async {
        while service.tiers.is_sweep_due().await? {
            service.tiers.sweep().await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok::<(), ServiceError>(())
    };
    judged.await.map_err(CliError::new)
}

/// Waits until the scorer has read the log, then takes a rank snapshot and scores
/// all members with it.
async fn settle(service: &Service) -> Result {
    let settled = async {
        while service.scorer.lag().await? > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        while !service.scorer.take_snapshot().await? {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        while service.scorer.outdated().await? > 0 {
            if service.scorer.refresh().await? == 0 {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        Ok::<(), ServiceError>(())
    };
    settled.await.map_err(CliError::new)
}

/// Returns the text with the link that signs in, and commands to try, one per question.
fn invitation(address: &str, key: &str) -> String {
    let get = |path: &str| format!("curl -fsS -H 'Authorization: Bearer {key}' '{address}{path}'");
    let klub = "/v1/programs/palms-klub/members";
    let decide = format!(
        "curl -fsS -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' \
         -d '{{\"program\":\"palms-klub\",\"member\":\"twitter:carl\"}}' '{address}/v1/decisions'"
    );
    let simulate = format!(
        "curl -fsS -H 'Authorization: Bearer {key}' -H 'Accept: application/json' \
         -H 'Content-Type: application/json' -d '{{}}' \
         '{address}/v1/programs/palms-klub/simulate'"
    );
    let claim = format!(
        "curl -fsS -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' \
         -H 'Idempotency-Key: zoe-and-the-show' \
         -d '{{\"program\":\"palms-klub\",\"perk\":\"show-tickets\",\"member\":\"twitter:zoe\"}}' \
         '{address}/v1/claims'"
    );
    let lines = [
        (
            "The front desk: which tier does Kevin, who writes about Las Vegas, get?",
            get(&format!("{klub}/twitter:kevin/tier")),
        ),
        (
            "The same by loyalty number, for Grace, who buys a lot and never posts:",
            get(&format!("{klub}/loyalty:K100007/tier")),
        ),
        (
            "The support desk: how is Grace's ticket handled?",
            get(&format!("{klub}/email:grace@example.com/service-level")),
        ),
        (
            "Zoe is new and nothing is known of her. What may she have?",
            get(&format!("{klub}/twitter:zoe/offers")),
        ),
        (
            "She takes the show tickets. Sent again, this line gets the same answer, and she gets no more:",
            claim,
        ),
        (
            "The dashboard: who matters for Las Vegas?",
            get("/v1/leaderboard?topic=las-vegas&limit=5"),
        ),
        (
            "Where do Kevin's points come from?",
            get("/v1/members/twitter:kevin/score/explanation"),
        ),
        (
            "A bot that posts every few minutes, to which nobody reacts:",
            get("/v1/members/twitter:vegasdeals/score"),
        ),
        (
            "Carl wrote one post about cookies. What does he get, what not, and what would change it?",
            decide,
        ),
        (
            "The marketer has a draft that asks insiders for a standing of 45, not 25. Who would lose what?",
            simulate,
        ),
    ];
    // What comes after '#' stays in the browser: it is in no log of a proxy.
    let mut text = format!(
        "\nListening on {address}. Sign in to the pages with this link:\n\n\
         {address}/sign-in#key={key}\n\n\
         The reference of the API is at {address}/docs. Or try:\n"
    );
    for (question, line) in lines {
        text.push_str(&format!("\n# {question}\n{line}\n"));
    }
    text.push_str("\nCtrl-C stops it; the data is kept.");
    text
}
