//! `renown keys create|list|revoke`.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::cli::environment::{Base, Environment};
use crate::cli::{CliError, Result};
use crate::service::Service;

use renown_core::domain::{KeyId, ProgramId, Scope};

/// What to do with keys.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Make a key; its secret is shown once.
    Create {
        /// What it is for.
        name: String,
        /// What it may do: events:write, lookup, claims:write, programs:write, admin.
        #[arg(long = "scope", required = true, value_name = "SCOPE")]
        scopes: Vec<Scope>,
        /// Limit it to one program.
        #[arg(long)]
        program: Option<ProgramId>,
    },
    /// List keys, without their secrets.
    List,
    /// End a key, on every replica.
    Revoke {
        /// Its id, as listed.
        id: Uuid,
    },
}

/// Does it.
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
