//! Archives of GitHub are read, and its events API is polled.

use std::time::Duration;

use chrono::{DateTime, Utc};
use renown::service::events::connectors::archives::{Archive, Archives};
use renown::service::events::connectors::client::ConnectorClient;
use renown::service::events::connectors::github::{GithubFeed, GithubFeeds};
use renown::service::events::connectors::{ConnectorEnd, ConnectorError, RunProgress, Upstream};
use renown_core::domain::ConnectorKind;
use renown_core::ingest::Format;
use renown_core::ingest::github::stamp;

use super::{StopAfter, setup};
use crate::fake_servers::expected::Expected;
use crate::fake_servers::github::{api, archive, compressed, event, lines};
use crate::fake_servers::web::{WebManners, WebServer};
use crate::harness::App;

fn time(document: &[u8]) -> Option<DateTime<Utc>> {
    Some(stamp(document)?.created_at)
}

async fn run<U: Upstream>(
    app: &App,
    watch: &mut StopAfter,
    open: impl FnOnce(Option<&serde_json::Value>) -> U,
) -> Result<(ConnectorEnd, RunProgress), ConnectorError> {
    let setup = setup("github", ConnectorKind::Github, Format::GitHub);
    let running = app.service.connectors.start(setup).await?;
    let upstream = open(running.cursor());
    let stop = watch.stop.clone();
    running.run(upstream, watch, &stop).await
}

async fn read(
    app: &App,
    archives: &[Archive],
    watch: &mut StopAfter,
) -> Result<(ConnectorEnd, RunProgress), ConnectorError> {
    let client = ConnectorClient::new(None, app.service.clock.clone());
    run(app, watch, |cursor| {
        Archives::new(client, Format::GitHub, archives.to_vec(), time, cursor)
    })
    .await
}

async fn poll(
    app: &App,
    server: &WebServer,
    feed: &str,
    watch: &mut StopAfter,
) -> Result<(ConnectorEnd, RunProgress), ConnectorError> {
    let clock = app.service.clock.clone();
    let client = ConnectorClient::new(None, clock.clone());
    let feeds = vec![GithubFeed::Repository(feed.to_owned())];
    let address = server.address.parse().unwrap();
    run(app, watch, |cursor| {
        GithubFeeds::new(client, clock, address, feeds, false, cursor)
    })
    .await
}

#[tokio::test]
async fn an_archive_that_breaks_off_is_read_once_and_a_longer_list_goes_on() {
    let app = App::start().await;
    let lines = lines(2_400);
    let expected = Expected::of(Format::GitHub, lines.clone());
    let manners = WebManners {
        breaks_off_one_of: Some(3),
        refuses_one_of: Some(4),
        waits: Duration::ZERO,
    };
    let hours = lines.chunks(1_200).map(compressed).collect();
    let server = archive(hours, manners).await;
    let hour = |hour: usize| {
        let url = format!("{}/2015-01-01-{hour}.json.gz", server.address);
        Archive::Address(url.parse().unwrap())
    };
    let mut watch = StopAfter::new(u64::MAX);
    let (end, first) = read(&app, &[hour(0)], &mut watch).await.unwrap();
    assert_eq!(end, ConnectorEnd::Complete);
    let (_, second) = read(&app, &[hour(0), hour(1)], &mut watch).await.unwrap();
    assert!(expected.is_in_log(&app.pool, "github").await);
    // The list begins as before, so nothing was read twice.
    assert_eq!((first.duplicates, second.duplicates), (0, 0));
    assert_eq!(first.ignored + second.ignored, expected.ignored);
    assert_eq!(first.rejected + second.rejected, expected.rejected);
    let (_, again) = read(&app, &[hour(1)], &mut watch).await.unwrap();
    assert_eq!((again.accepted, again.duplicates), (0, second.accepted));
}

#[tokio::test]
async fn a_file_is_read_and_one_that_is_cut_is_named() {
    let app = App::start().await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("hour.json.gz");
    let lines: Vec<Vec<u8>> = (0..1_500)
        .map(|number| event(number).to_string().into_bytes())
        .collect();
    let whole = compressed(&lines);
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let mut watch = StopAfter::new(u64::MAX);
    let archives = [Archive::File(file.clone())];
    let error = read(&app, &archives, &mut watch)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("hour.json.gz cannot be read to its end"),
        "{error}"
    );
    std::fs::write(&file, &whole).unwrap();
    let (_, progress) = read(&app, &archives, &mut watch).await.unwrap();
    assert_eq!(progress.duplicates, 0);
    assert!(
        Expected::of(Format::GitHub, lines)
            .is_in_log(&app.pool, "github")
            .await
    );
}

#[tokio::test]
async fn a_feed_that_moves_while_it_is_read_is_taken_in_once() {
    let app = App::start().await;
    let events: Vec<_> = (0..900).map(event).collect();
    let items = events.iter().map(|event| event.to_string().into_bytes());
    let expected = Expected::of(Format::GitHub, items);
    let manners = WebManners {
        refuses_one_of: Some(9),
        breaks_off_one_of: Some(9),
        waits: Duration::ZERO,
    };
    let server = api(events, 35, manners).await;
    let mut watch = StopAfter::new(expected.ids.len() as u64);
    let (end, progress) = poll(&app, &server, "bob/tool", &mut watch).await.unwrap();
    assert_eq!(end, ConnectorEnd::Stopped);
    assert!(expected.is_in_log(&app.pool, "github").await);
    assert!(progress.duplicates > 0, "{progress:?}");
    let stored = &app.service.connectors.list().await.unwrap()[0].stored;
    assert_eq!(
        stored.cursor.as_ref().unwrap()["repos/bob/tool/events"]["newest"],
        50_000_000_899_u64
    );
}

#[tokio::test]
async fn a_feed_that_does_not_exist_ends_it_with_a_reason() {
    let app = App::start().await;
    let server = api(Vec::new(), 1, WebManners::default()).await;
    let mut watch = StopAfter::new(u64::MAX);
    let error = poll(&app, &server, "bob/gone", &mut watch)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("answered 404 Not Found: there is no such thing"),
        "{error}"
    );
}
