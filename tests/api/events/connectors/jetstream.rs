//! A Jetstream server is followed.

use std::time::Duration;

use renown::service::events::connectors::jetstream::{Jetstream, JetstreamOptions};
use renown::service::events::connectors::{ConnectorEnd, ConnectorError, RunProgress};
use renown_core::domain::ConnectorKind;
use renown_core::ingest::Format;

use super::{StopAfter, setup};
use crate::fake_servers::expected::Expected;
use crate::fake_servers::jetstream::{JetstreamServer, Manners, documents};
use crate::harness::App;

fn options(url: &str) -> JetstreamOptions {
    JetstreamOptions {
        url: url.parse().unwrap(),
        accounts: Vec::new(),
        compressed: true,
    }
}

fn expected(server: &JetstreamServer) -> Expected {
    let documents = server.documents.iter();
    Expected::of(
        Format::Jetstream,
        documents.map(|document| document.to_string().into_bytes()),
    )
}

async fn run(
    app: &App,
    name: &str,
    options: JetstreamOptions,
    watch: &mut StopAfter,
) -> Result<(ConnectorEnd, RunProgress), ConnectorError> {
    let setup = setup(name, ConnectorKind::Bluesky, Format::Jetstream);
    let running = app.service.connectors.start(setup).await?;
    let clock = app.service.clock.clone();
    let upstream = Jetstream::new(options, clock, running.cursor()).unwrap();
    let stop = watch.stop.clone();
    running.run(upstream, watch, &stop).await
}

#[tokio::test]
async fn a_server_that_breaks_off_and_repeats_is_taken_in_once() {
    let app = App::start().await;
    let manners = Manners {
        breaks_off_after: Some(120),
        repeats_one_of: Some(5),
        refuses_one_of: Some(6),
        waits: Duration::ZERO,
    };
    let server = JetstreamServer::start(documents(300), manners).await;
    let expected = expected(&server);
    let mut watch = StopAfter::new(expected.ids.len() as u64);
    let (end, progress) = run(&app, "bluesky", options(&server.url), &mut watch)
        .await
        .unwrap();
    assert_eq!(end, ConnectorEnd::Stopped);
    assert!(expected.is_in_log(&app.pool, "bluesky").await);
    assert!(
        progress.duplicates > 0 && !watch.failures.is_empty(),
        "{progress:?}"
    );
    assert_eq!(progress.rejected, 0);
    assert!(server.connections() > 2);
    let listed = app.service.connectors.list().await.unwrap();
    let stored = &listed[0].stored;
    assert_eq!(stored.accepted.unsigned_abs(), progress.accepted);
    assert_eq!(stored.failures as usize, watch.failures.len());
    let latest = server
        .documents
        .iter()
        .filter_map(|document| document["time_us"].as_i64());
    let reached = stored.cursor.as_ref().unwrap()["time_us"].as_i64().unwrap();
    assert!(latest.max().unwrap() - reached < 5_000_000, "{reached}");
}

#[tokio::test]
async fn uncompressed_text_is_the_same_and_a_second_start_goes_on_at_the_cursor() {
    let app = App::start().await;
    let server = JetstreamServer::start(documents(100), Manners::default()).await;
    let expected = expected(&server);
    let plain = || JetstreamOptions {
        compressed: false,
        ..options(&server.url)
    };
    let mut watch = StopAfter::new(expected.ids.len() as u64);
    run(&app, "plain", plain(), &mut watch).await.unwrap();
    assert!(expected.is_in_log(&app.pool, "plain").await);
    let mut again = StopAfter::new(0);
    let (_, progress) = run(&app, "plain", plain(), &mut again).await.unwrap();
    // Only what is within the overlap of five seconds, ten documents and what is beside them.
    let RunProgress {
        accepted,
        duplicates,
        ..
    } = progress;
    assert_eq!(accepted, 0);
    assert!(duplicates < 50, "{duplicates}");
}

#[tokio::test]
async fn one_process_runs_a_connector_and_a_name_has_one_kind() {
    let app = App::start().await;
    let bluesky = || setup("one", ConnectorKind::Bluesky, Format::Jetstream);
    let running = app.service.connectors.start(bluesky()).await.unwrap();
    let second = app.service.connectors.start(bluesky()).await.unwrap_err();
    assert!(
        second
            .to_string()
            .contains("another process runs the connector 'one'"),
        "{second}"
    );
    drop(running);
    let other = setup("one", ConnectorKind::Github, Format::GitHub);
    let refused = app.service.connectors.start(other).await.unwrap_err();
    assert!(
        refused.to_string().contains("is of the kind bluesky"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_server_that_will_never_answer_ends_it_with_a_reason() {
    let app = App::start().await;
    let url = format!("ws://{}/subscribe", app.address);
    let mut watch = StopAfter::new(1);
    let error = run(&app, "lost", options(&url), &mut watch)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("127.0.0.1 answered 404"), "{error}");
    let listed = app.service.connectors.list().await.unwrap();
    assert_eq!(listed[0].stored.failure.as_deref(), Some(error.as_str()));
}

#[tokio::test]
async fn metrics_say_how_each_connector_comes_on() {
    let app = App::start().await;
    let server = JetstreamServer::start(documents(50), Manners::default()).await;
    let mut watch = StopAfter::new(expected(&server).ids.len() as u64);
    run(&app, "measured", options(&server.url), &mut watch)
        .await
        .unwrap();
    app.service.measure().await.unwrap();
    let answer = app.get("/metrics").await;
    let text = String::from_utf8_lossy(&answer.bytes).into_owned();
    let accepted = format!(
        "renown_connector_items_total{{connector=\"measured\",outcome=\"accepted\"}} {}",
        watch.items
    );
    for line in [
        accepted.as_str(),
        "renown_connector_failures_total{connector=\"measured\"} 0",
        "renown_connector_lag_seconds{connector=\"measured\"}",
        "renown_connector_contact_timestamp_seconds{connector=\"measured\"}",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let name = &app.service.connectors.list().await.unwrap()[0]
        .stored
        .name
        .clone();
    assert!(app.service.connectors.remove(name).await.unwrap());
    assert!(!app.service.connectors.remove(name).await.unwrap());
}
