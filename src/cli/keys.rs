//! `renown keys create|list|rotate|revoke`.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::cli::environment::{Base, Environment};
use crate::cli::out::Out;
use crate::cli::{CliError, Result};
use crate::service::operation::{NewKey, USUAL_OVERLAP};
use crate::service::{Service, UnitOfWork};

use renown_core::domain::{
    AllowedSources, ApiKey, KeyId, KeyName, KeyPermissions, ProgramId, Scope, Source, Timestamp,
};

/// Keys that are read at once for the list.
const PAGE: u16 = 200;

/// The subcommands of `renown keys`.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Create an API key; its secret is shown only once.
    Create(CreateArgs),
    /// List all API keys, without their secrets.
    List,
    /// Replace the secret of an API key; the new one is shown only once.
    Rotate {
        /// Id of the key (a UUID), as listed.
        id: Uuid,
        /// How long the present secret still works, in seconds, up to a week; a day if
        /// absent.
        #[arg(long, value_name = "SECONDS")]
        overlap: Option<u32>,
    },
    /// Revoke an API key, on all replicas.
    Revoke {
        /// Id of the key (a UUID), as listed.
        id: Uuid,
    },
}

/// The options of `renown keys create`.
#[derive(Debug, clap::Args)]
pub(super) struct CreateArgs {
    /// Name of the key: its purpose, for the list of keys.
    name: KeyName,
    /// Scope of the key: events:write, lookup, claims:write, programs:write, metrics
    /// or admin; may be given several times.
    #[arg(long = "scope", required = true, value_name = "SCOPE")]
    scopes: Vec<Scope>,
    /// Limit the key to this program.
    #[arg(long)]
    program: Option<ProgramId>,
    /// Source as which the key may send events; may be given several times. All sources
    /// if absent.
    #[arg(long = "source", value_name = "SOURCE")]
    sources: Vec<Source>,
    /// First moment at which the key no longer works, such as 2027-01-01T00:00:00Z.
    #[arg(long, value_name = "TIME")]
    expires: Option<Timestamp>,
}

impl CreateArgs {
    /// Returns the body of the request to a server.
    pub(super) fn body(&self) -> Value {
        let scopes: Vec<&str> = self.scopes.iter().map(|scope| scope.as_str()).collect();
        let sources: Vec<&str> = self.sources.iter().map(Source::as_str).collect();
        json!({
            "name": self.name.to_string(),
            "scopes": scopes,
            "program": self.program,
            "sources": sources,
            "expires_at": self.expires.map(Timestamp::get),
        })
    }
}

impl TryFrom<CreateArgs> for NewKey {
    type Error = CliError;

    fn try_from(args: CreateArgs) -> Result<Self> {
        let scopes = args.scopes.into_iter().collect();
        let sources = AllowedSources::listed(args.sources).map_err(CliError::new)?;
        let permissions = KeyPermissions::new(scopes, args.program, sources);
        Ok(Self {
            name: args.name,
            permissions: permissions.map_err(CliError::new)?,
            expires_at: args.expires.map(Timestamp::get),
        })
    }
}

/// Runs the subcommand.
pub async fn run(base: &Base, action: Action) -> Result {
    match base.server()? {
        Some(server) => server.keys(action).await,
        None => Environment::run_on_data(base, async |service| act(service, action).await).await,
    }
}

async fn act(service: &Service, action: Action) -> Result {
    let keys = &service.keys;
    match action {
        Action::Create(args) => {
            let new = args.try_into()?;
            let create = async |work: &mut UnitOfWork| keys.create(work, new).await;
            let (key, secret) = service.carry_out(create).await.map_err(CliError::new)?;
            let row = KeyRow::new(&key, service.clock.now());
            show_secret(&row, Some(secret.reveal()))
        }
        Action::List => list(service).await,
        Action::Rotate { id, overlap } => {
            let overlap =
                overlap.map_or(USUAL_OVERLAP, |seconds| TimeDelta::seconds(seconds.into()));
            let rotate = async |work: &mut UnitOfWork| keys.rotate(work, KeyId(id), overlap).await;
            let (key, secret) = service.carry_out(rotate).await.map_err(CliError::new)?;
            let row = KeyRow::new(&key, service.clock.now());
            show_secret(&row, Some(secret.reveal()))
        }
        Action::Revoke { id } => {
            let revoke = async |work: &mut UnitOfWork| keys.revoke(work, KeyId(id)).await;
            service.carry_out(revoke).await.map_err(CliError::new)?;
            say_revoked(id)
        }
    }
}

/// Prints a new secret. A server shows it only once, even if the same request was sent
/// twice.
pub(super) fn show_secret(key: &KeyRow, secret: Option<&str>) -> Result {
    let Some(secret) = secret else {
        return Err(CliError::Failed(format!(
            "the key {} has a new secret, but the answer with it was lost; rotate the key",
            key.id
        )));
    };
    let made = json!({
        "id": key.id,
        "secret": secret,
        "previous_secret_until": key.previous_secret_until,
    });
    Out::item(&made, || format!("{}  {secret}", key.id))?;
    Out::note("This is the only time that the secret is shown.");
    if let Some(until) = key.previous_secret_until {
        Out::note(&format!("The secret before it works until {until}."));
    }
    Ok(())
}

/// Says that a key is revoked.
pub(super) fn say_revoked(id: Uuid) -> Result {
    Out::item(&json!({"id": id, "state": "revoked"}), || {
        format!("{id} is revoked")
    })
}

async fn list(service: &Service) -> Result {
    let mut before = None;
    loop {
        let page = service.keys.list(before, PAGE).await;
        let (keys, next) = page.map_err(CliError::new)?;
        for key in &keys {
            KeyRow::new(key, service.clock.now()).show()?;
        }
        match next {
            Some(last) => before = Some(last),
            None => return Ok(()),
        }
    }
}

/// A key as it is listed, without its secret.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeyRow {
    id: Uuid,
    name: String,
    scopes: Vec<String>,
    program: Option<String>,
    sources: Vec<String>,
    state: String,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    previous_secret_until: Option<DateTime<Utc>>,
}

impl KeyRow {
    fn new(key: &ApiKey, now: DateTime<Utc>) -> Self {
        let permissions = &key.permissions;
        let scopes = permissions.scopes().iter();
        let sources = permissions.sources().list();
        Self {
            id: key.id.0,
            name: key.name.to_string(),
            scopes: scopes.map(|scope| scope.as_str().to_owned()).collect(),
            program: permissions.program().map(ToString::to_string),
            sources: sources.map(ToString::to_string).collect(),
            state: key.state(now).to_string(),
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
            last_used_at: key.last_used_at,
            previous_secret_until: key.previous_until,
        }
    }

    /// Prints the key.
    pub(super) fn show(&self) -> Result {
        Out::item(self, || self.line())
    }

    /// Returns the key as one line: id, name, scopes, limits, state, last use.
    fn line(&self) -> String {
        let program = self.program.as_deref().unwrap_or("any program");
        let mut parts = vec![
            self.id.to_string(),
            self.name.clone(),
            self.scopes.join(","),
            program.to_owned(),
        ];
        if !self.sources.is_empty() {
            parts.push(format!("as {}", self.sources.join(",")));
        }
        parts.push(match (self.revoked_at, self.expires_at) {
            (Some(at), _) => format!("revoked {at}"),
            (None, Some(at)) => format!("{}, expires {at}", self.state),
            (None, None) => self.state.clone(),
        });
        parts.push(match self.last_used_at {
            Some(at) => format!("used {at}"),
            None => "never used".into(),
        });
        parts.join("  ")
    }
}
