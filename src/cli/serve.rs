//! `renown serve`: runs the service.

use std::sync::Arc;

use serde_json::json;

use crate::cli::environment::{Base, Environment, bootstrap_key};
use crate::cli::out::Out;
use crate::cli::{CliError, Result};
use crate::jobs::Jobs;
use crate::service::operation::{BootstrapKey, KeySecret, NewKey};
use crate::service::{Service, UnitOfWork};
use crate::{http, telemetry};
use renown_core::domain::{KeyName, KeyPermissions};

/// Serves the API until stopped.
pub async fn run(base: &Base) -> Result {
    let config = base.config()?;
    let environment = Environment::start(base, config).await?;
    let prepared = first_key(&environment.service).await;
    if let Err(error) = prepared {
        environment.close().await?;
        return Err(error);
    }
    serve(environment, |_| async { Ok(()) }).await
}

/// Prepares the first API key: from `RENOWN_BOOTSTRAP_KEY`, else generated and
/// printed once.
async fn first_key(service: &Service) -> Result {
    if let Some(secret) = bootstrap_key()? {
        let secret = KeySecret::parse(secret.reveal()).map_err(|invalid| {
            CliError::Failed(format!("RENOWN_BOOTSTRAP_KEY cannot be used: {invalid}"))
        })?;
        let bootstrap = service.keys.ensure_bootstrap_key(&secret).await;
        report(&bootstrap.map_err(CliError::new)?);
        return Ok(());
    }
    let (keys, _) = service.keys.list(None, 1).await.map_err(CliError::new)?;
    if keys.is_empty() {
        let new = NewKey {
            name: KeyName::parse("first").map_err(CliError::new)?,
            permissions: KeyPermissions::admin(),
            expires_at: None,
        };
        let create = async |work: &mut UnitOfWork| service.keys.create(work, new).await;
        let (_, secret) = service.carry_out(create).await.map_err(CliError::new)?;
        let secret = secret.reveal();
        Out::item(&json!({"first_key": secret}), || {
            format!("The first API key, shown this once: {secret}")
        })?;
    }
    Ok(())
}

/// Says in the log what became of the key from the environment, and of those before it.
fn report(bootstrap: &BootstrapKey) {
    match bootstrap {
        BootstrapKey::Known => {}
        BootstrapKey::New(ended) => {
            for key in ended {
                tracing::warn!(%key, "an earlier RENOWN_BOOTSTRAP_KEY was revoked");
            }
        }
        BootstrapKey::Revoked => tracing::warn!(
            "RENOWN_BOOTSTRAP_KEY is a key that was revoked, so it allows nothing; set a new one"
        ),
    }
}

/// Serves the API, runs the jobs, and calls `ready` once requests are answered.
/// Stops on a signal, when `ready` fails, or when the private Postgres has ended for
/// good: refuses new requests, finishes those under way, stops the jobs, flushes the event
/// log, and closes the database.
pub async fn serve<F: Future<Output = Result>>(
    mut environment: Environment,
    ready: impl FnOnce(Arc<Service>) -> F,
) -> Result {
    let bind = environment.service.config.http.bind;
    // The signals first: a supervisor may stop the process as soon as it answers.
    let prepared = stop_signal().and_then(|stopped| Ok((stopped, http::listen(bind)?)));
    let (stopped, listener) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => {
            environment.close().await?;
            return Err(CliError::Failed(format!(
                "cannot listen on {bind}: {error}"
            )));
        }
    };
    if let Err(error) = environment.service.next_model.register().await {
        environment.close().await?;
        return Err(CliError::new(error));
    }
    let jobs = Jobs::start(&environment.service);
    let metrics = telemetry::start_metrics();
    let upkeep = tokio::spawn(telemetry::keep_metrics(metrics.clone()));
    let api = http::api(Arc::clone(&environment.service), metrics);
    let stop = tokio_util::sync::CancellationToken::new();
    let server = tokio::spawn({
        let (config, stop) = (Arc::clone(&environment.service.config), stop.clone());
        async move { http::serve(listener, api, &config, stop).await }
    });
    tracing::info!(%bind, "listening");
    let ready = ready(Arc::clone(&environment.service));
    let outcome = tokio::select! {
        outcome = ready_and_wait(ready) => outcome,
        outcome = environment.attend() => outcome,
        () = stopped => Ok(()),
    };
    tracing::info!("stopping");
    stop.cancel();
    // Streams never end by themselves.
    environment.service.webhooks.end_streams();
    drain(server).await;
    jobs.stop().await;
    upkeep.abort();
    environment.close().await?;
    outcome
}

async fn ready_and_wait(ready: impl Future<Output = Result>) -> Result {
    ready.await?;
    std::future::pending().await
}

/// Gives requests under way some time to finish.
async fn drain(mut server: tokio::task::JoinHandle<std::io::Result<()>>) {
    let patience = std::time::Duration::from_secs(10);
    match tokio::time::timeout(patience, &mut server).await {
        Ok(Ok(Ok(()))) => {}
        Ok(Ok(Err(error))) => tracing::error!(%error, "the server ended badly"),
        Ok(Err(error)) => tracing::error!(%error, "the server ended badly"),
        Err(_) => {
            tracing::warn!("some requests did not finish in time");
            server.abort();
            let _ = server.await;
        }
    }
}

/// Listens for SIGTERM from a supervisor and Ctrl-C from a terminal, and returns what
/// waits for one of them. From now on they no longer end the process at once.
pub(super) fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
