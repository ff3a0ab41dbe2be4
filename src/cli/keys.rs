//! `renown keys create|list|revoke`.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::cli::environment::{Base, Environment};
use crate::cli::{CliError, Result};
use crate::service::Service;

use renown_core::domain::{KeyId, ProgramId, Scope};

/// The subcommands of `renown keys`.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Create an API key; its secret is shown only once.
    Create {
        /// Name of the key: its purpose, for the list of keys.
        name: String,
        /// Scope of the key: events:write, lookup, claims:write, programs:write or
        /// admin; may be given several times.
        #[arg(long = "scope", required = true, value_name = "SCOPE")]
        scopes: Vec<Scope>,
        /// Limit the key to this program.
        #[arg(long)]
        program: Option<ProgramId>,
    },
    /// List all API keys, without their secrets.
    List,
    /// Revoke an API key, on all replicas.
    Revoke {
        /// Id of the key (a UUID), as listed.
        id: Uuid,
    },
}

/// Runs the subcommand.
pub async fn run(base: &Base, action: Action) -> Result {
    let config = base.config()?;
    let environment = Environment::start(base, config).await?;
    let done = act(&environment.service, action).await;
    environment.close().await?;
    done
}

async fn act(service: &Service, action: Action) -> Result {
    match action {
        Action::Create {
            name,
            scopes,
            program,
        } => {
            let scopes: BTreeSet<Scope> = scopes.into_iter().collect();
            let (id, secret) = service
                .keys
                .create(&name, &scopes, program)
                .await
                .map_err(CliError::new)?;
            println!("{id}  {}", secret.reveal());
            eprintln!("This is the only time that the secret is shown.");
        }
        Action::List => {
            for key in service.keys.list().await.map_err(CliError::new)? {
                let program = key
                    .program
                    .map_or_else(|| "any program".into(), |p| p.to_string());
                let state = match key.revoked_at {
                    Some(at) => format!("revoked {at}"),
                    None => "active".into(),
                };
                let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
                let scopes = scopes.join(",");
                println!("{}  {}  {scopes}  {program}  {state}", key.id, key.name);
            }
        }
        Action::Revoke { id } => {
            service
                .keys
                .revoke(KeyId(id))
                .await
                .map_err(CliError::new)?;
            println!("{id} is revoked");
        }
    }
    Ok(())
}
