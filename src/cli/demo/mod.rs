//! `renown demo`: runs the service with a simulated town, to try things out.

mod history;
mod invitation;

use std::path::Path;

use crate::cli::environment::{Base, Environment, bootstrap_key, kept_secret, make_dir};
use crate::cli::out::Out;
use crate::cli::serve::serve;
use crate::cli::{CliError, Result};
use crate::config::Secret;
use crate::service::Service;
use crate::service::operation::{BootstrapKey, KeySecret};
use renown_core::domain::ProgramId;
use renown_postgres::PrivatePostgres;

/// The program of the demo.
const PROGRAM: &str = include_str!("../../../config/programs/palms-klub.yaml");
/// The file in the data directory with the demo's key. It is in no other data directory.
const KEY_FILE: &str = "demo.key";

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

/// Lives through the past of the town, prints a link to the pages and commands to try, and
/// serves until stopped.
pub async fn run(base: &Base, args: Args) -> Result {
    let config = base.config()?;
    let base = with_own_data(base)?;
    Out::line(&format!(
        "Renown demo: data in {}",
        base.data_dir().display()
    ))?;
    let kept = Secret::new(kept_secret(&base.data_dir().join(KEY_FILE))?);
    history::live(&base, &config, args.seed, args.people).await?;
    let environment = Environment::start(&base, config).await?;
    let secret = match prepare_key(&environment.service, &base.data_dir(), kept).await {
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
    let text = invitation::text(&address, secret.reveal());
    serve(environment, |_| async move { Out::line(&text) }).await
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
    make_dir(&dir)?;
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
async fn prepare_key(service: &Service, dir: &Path, kept: Secret) -> Result<KeySecret> {
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

fn program() -> Result<ProgramId> {
    ProgramId::parse("palms-klub").map_err(CliError::new)
}

/// Stores a stricter draft of the program, to be simulated.
async fn put_draft(service: &Service) -> Result {
    let stricter = PROGRAM.replace("standing.lower >= 25 &&", "standing.lower >= 45 &&");
    let draft = service.programs.put_draft(&program()?, &stricter).await;
    draft.map_err(CliError::new)?;
    Ok(())
}
