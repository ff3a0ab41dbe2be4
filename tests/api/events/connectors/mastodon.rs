//! A Mastodon server is polled, and its notifications are streamed.

use std::collections::BTreeSet;
use std::time::Duration;

use renown::config::Secret;
use renown::service::events::connectors::client::ConnectorClient;
use renown::service::events::connectors::mastodon::{
    MastodonAccounts, MastodonFeed, MastodonServer, MastodonStream,
};
use renown::service::events::connectors::{ConnectorError, RunProgress, Upstream};
use renown_core::domain::ConnectorKind;
use renown_core::ingest::Format;
use serde_json::Value;

use super::{StopAfter, setup};
use crate::fake_servers::expected::Expected;
use crate::fake_servers::mastodon::{self, TOKEN, notifications_of_ann, status};
use crate::fake_servers::web::{WebManners, WebServer};
use crate::harness::App;

const HOST: &str = "social.example";

fn server(app: &App, web: &WebServer, token: Option<&str>) -> MastodonServer {
    let client = ConnectorClient::new(token.map(Secret::new), app.service.clock.clone());
    MastodonServer::new(client, web.address.parse().unwrap(), HOST.to_owned())
}

async fn run<U: Upstream>(
    app: &App,
    watch: &mut StopAfter,
    open: impl FnOnce(Option<&Value>) -> U,
) -> Result<RunProgress, ConnectorError> {
    let setup = setup("mastodon", ConnectorKind::Mastodon, Format::Mastodon);
    let running = app.service.connectors.start(setup).await?;
    let upstream = open(running.cursor());
    let stop = watch.stop.clone();
    Ok(running.run(upstream, watch, &stop).await?.1)
}

#[tokio::test]
async fn accounts_are_polled_with_all_who_reacted() {
    let app = App::start().await;
    let manners = WebManners {
        refuses_one_of: Some(60),
        ..WebManners::default()
    };
    let web = mastodon::start(manners).await;
    let poll = async |watch: &mut StopAfter| {
        let server = server(&app, &web, None);
        let clock = app.service.clock.clone();
        let accounts = vec!["ann".to_owned(), "bob".to_owned()];
        run(&app, watch, |cursor| {
            MastodonAccounts::new(server, clock, accounts, None, cursor)
        })
        .await
    };
    let mut watch = StopAfter::new(u64::MAX);
    let first = poll(&mut watch).await.unwrap();
    assert_eq!(first.rejected, 0);
    let ids: Vec<String> = sqlx::query_scalar("select id from events")
        .fetch_all(&app.pool)
        .await
        .unwrap();
    let ids: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    // The latest page of each: a post, a boost, a favourite of the last page, a count.
    for id in [
        "social.example/1045",
        "social.example/1045#reply",
        "social.example/1045#mention-dan@social.example",
        "social.example/7042#share-ann@social.example",
        "social.example/1043#like-fan0@elsewhere.example",
        "social.example/1043#like-fan2@elsewhere.example",
        "social.example/2044#share-fan1@elsewhere.example",
        "social.example/account-2#2026-11-22T12:00:00.000000Z",
    ] {
        assert!(ids.contains(id), "{id} is not among {ids:?}");
    }
    let again = poll(&mut watch).await.unwrap();
    assert_eq!(
        (again.accepted, again.duplicates),
        (0, 0),
        "nothing has changed"
    );
}

#[tokio::test]
async fn notifications_are_fetched_and_streamed_once() {
    let app = App::start().await;
    let manners = WebManners {
        breaks_off_one_of: Some(4),
        refuses_one_of: Some(6),
        waits: Duration::ZERO,
    };
    let web = mastodon::start(manners).await;
    let expected = Expected::of(Format::Mastodon, notifications_of_ann(HOST));
    let mut watch = StopAfter::new(expected.ids.len() as u64);
    let server = server(&app, &web, Some(TOKEN));
    let progress = run(&app, &mut watch, |cursor| {
        MastodonStream::new(server, MastodonFeed::Notifications, cursor)
    })
    .await;
    assert_eq!(progress.unwrap().rejected, 0);
    assert!(expected.is_in_log(&app.pool, "mastodon").await);
    assert!(status("ann", 7)["reblog"].is_object());
}

#[tokio::test]
async fn statuses_are_fetched_and_streamed_once_also_those_that_were_edited_or_deleted() {
    for feed in [
        MastodonFeed::Local,
        MastodonFeed::Hashtag("vegas".to_owned()),
    ] {
        let app = App::start().await;
        let manners = WebManners {
            breaks_off_one_of: Some(5),
            refuses_one_of: Some(6),
            waits: Duration::ZERO,
        };
        let web = mastodon::start(manners).await;
        let expected = Expected::of(Format::Mastodon, mastodon::timeline(HOST));
        let mut watch = StopAfter::new(expected.ids.len() as u64);
        let server = server(&app, &web, None);
        let progress = run(&app, &mut watch, |cursor| {
            MastodonStream::new(server, feed, cursor)
        });
        let progress = progress.await.unwrap();
        assert_eq!(progress.rejected, 0);
        assert!(expected.is_in_log(&app.pool, "mastodon").await);
        let stored = &app.service.connectors.list().await.unwrap()[0].stored;
        assert_eq!(stored.cursor.as_ref().unwrap()["newest"], "1045");
    }
}

#[tokio::test]
async fn a_wrong_token_ends_it_and_is_not_shown() {
    let app = App::start().await;
    let web = mastodon::start(WebManners::default()).await;
    let mut watch = StopAfter::new(u64::MAX);
    let server = server(&app, &web, Some("a-wrong-token"));
    let error = run(&app, &mut watch, |cursor| {
        MastodonStream::new(server, MastodonFeed::Notifications, cursor)
    })
    .await;
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("answered 401") && error.contains("check the token"),
        "{error}"
    );
    assert!(!error.contains("a-wrong-token"), "{error}");
}
