//! `renown connect` is killed at random and started again, until all is in the log.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use renown_core::ingest::Format;
use tokio::time::{Instant, sleep};

use crate::fake_servers::Dice;
use crate::fake_servers::expected::Expected;
use crate::fake_servers::github;
use crate::fake_servers::jetstream::{JetstreamServer, Manners, documents};
use crate::fake_servers::mastodon;
use crate::fake_servers::web::WebManners;
use crate::process::{Databases, command, dir};
use crate::report::{held, rounds};

/// The longest time for a scenario.
const WITHIN: Duration = Duration::from_secs(120);

fn connect(dir: &Path, url: &str, arguments: &[&str]) -> Child {
    let mut command = command("connect", dir, Some(url));
    command
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn terminate(child: Child) -> String {
    let asked = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(asked.unwrap().success());
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Ends a process that may have been started a moment ago.
fn end(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Makes the schema, before the first connector is killed.
fn migrated(dir: &Path, url: &str) {
    let migrated = command("migrate", dir, Some(url)).status().unwrap();
    assert!(migrated.success());
}

/// Kills a connector (SIGKILL) at random moments and starts it again, `kills` times, then leaves
/// it running until all that is expected is in the log. Returns the last process.
async fn killed_and_restarted(
    databases: &Databases,
    expected: &Expected,
    source: &str,
    kills: usize,
    start: impl Fn() -> Child,
) -> Child {
    let (pool, dice) = (databases.connect().await, Dice::new(11));
    let began = Instant::now();
    for _ in 0..kills {
        let mut child = start();
        sleep(Duration::from_millis(300 + dice.roll(1_500))).await;
        child.kill().unwrap();
        child.wait().unwrap();
        // What there is, is there once.
        expected.is_in_log(&pool, source).await;
    }
    let mut child = start();
    while !expected.is_in_log(&pool, source).await {
        assert!(began.elapsed() < WITHIN, "it does not come to the end");
        if child.try_wait().unwrap().is_some() {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
    assert!(expected.is_in_log(&pool, source).await);
    pool.close().await;
    child
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bluesky_is_killed_and_goes_on() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let manners = Manners {
        breaks_off_after: Some(400),
        repeats_one_of: Some(8),
        refuses_one_of: Some(5),
        waits: Duration::from_millis(1),
    };
    let server = JetstreamServer::start(documents(2_000), manners).await;
    let items = server
        .documents
        .iter()
        .map(|document| document.to_string().into_bytes());
    let expected = Expected::of(Format::Jetstream, items);
    let start = || connect(dir.path(), &url, &["bluesky", "--url", &server.url]);
    migrated(dir.path(), &url);
    let kills = rounds(4);
    let last = killed_and_restarted(&databases, &expected, "bluesky", kills, start).await;
    let said = terminate(last);
    assert!(
        said.contains("stopped; the next start goes on from here"),
        "{said}"
    );
    held(format_args!(
        "bluesky: {} events once each, after {kills} kills and {} connections",
        expected.ids.len(),
        server.connections()
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn archives_are_read_to_their_end_though_the_reader_is_killed() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let manners = WebManners {
        refuses_one_of: Some(6),
        breaks_off_one_of: Some(4),
        waits: Duration::from_millis(15),
    };
    let lines = github::lines(12_000);
    let expected = Expected::of(Format::GitHub, lines.clone());
    let hours = lines.chunks(lines.len() / 3 + 1).map(github::compressed);
    let server = github::archive(hours.collect(), manners).await;
    let pattern = format!("{}/2015-01-01-{{0..2}}.json.gz", server.address);
    let start = || connect(dir.path(), &url, &["github", "--archive", &pattern]);
    let kills = rounds(3);
    let last = killed_and_restarted(&databases, &expected, "github", kills, start).await;
    let output = last.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("all is in the log"), "{said}");
    held(format_args!(
        "archives of GitHub: {} events once each, after {kills} kills and {} requests",
        expected.ids.len(),
        server.requests()
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn feeds_of_github_are_polled_and_go_on() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    migrated(dir.path(), &url);
    let manners = WebManners {
        refuses_one_of: Some(12),
        breaks_off_one_of: Some(12),
        waits: Duration::from_millis(20),
    };
    let events: Vec<_> = (0..900).map(github::event).collect();
    let items = events.iter().map(|event| event.to_string().into_bytes());
    let expected = Expected::of(Format::GitHub, items);
    let server = github::api(events, 6, manners).await;
    let of_bob = ["github", "--repo", "bob/tool", "--api-url", &server.address];
    let start = || connect(dir.path(), &url, &of_bob);
    let kills = rounds(4);
    let last = killed_and_restarted(&databases, &expected, "github", kills, start).await;
    end(last);
    held(format_args!(
        "feeds of GitHub: {} events once each, after {kills} kills and {} requests",
        expected.ids.len(),
        server.requests()
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_of_mastodon_are_polled_and_go_on() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    migrated(dir.path(), &url);
    let manners = WebManners {
        refuses_one_of: Some(40),
        breaks_off_one_of: Some(40),
        waits: Duration::from_millis(5),
    };
    let server = mastodon::start_growing(manners).await;
    let expected = Expected::of(Format::Mastodon, mastodon::documents("social.example"));
    let accounts = ["--account", "ann", "--account", "bob", "--every", "10"];
    let start = || {
        let mut arguments = vec!["mastodon", "--url", &server.address];
        arguments.extend(["--host", "social.example"]);
        arguments.extend(accounts);
        connect(dir.path(), &url, &arguments)
    };
    let kills = rounds(5);
    let last = killed_and_restarted(&databases, &expected, "mastodon", kills, start).await;
    end(last);
    held(format_args!(
        "accounts of Mastodon: {} events once each, after {kills} kills and {} requests",
        expected.ids.len(),
        server.requests()
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_of_mastodon_are_followed_and_go_on() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let manners = WebManners {
        refuses_one_of: Some(6),
        breaks_off_one_of: Some(4),
        waits: Duration::from_millis(20),
    };
    let notifications = mastodon::notifications_of_ann("social.example");
    let statuses = mastodon::timeline("social.example");
    for (feed, documents) in [
        (&["--notifications"][..], notifications),
        (&["--hashtag", "vegas"], statuses),
    ] {
        let url = databases.create().await;
        migrated(dir.path(), &url);
        let server = mastodon::start(manners).await;
        let expected = Expected::of(Format::Mastodon, documents);
        let start = || {
            let mut command = command("connect", dir.path(), Some(&url));
            command.env("RENOWN_MASTODON_TOKEN", mastodon::TOKEN);
            command.args(["mastodon", "--url", &server.address]);
            command.args(["--host", "social.example"]).args(feed);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().unwrap()
        };
        let kills = rounds(3);
        let last = killed_and_restarted(&databases, &expected, "mastodon", kills, start).await;
        end(last);
        held(format_args!(
            "a stream of Mastodon: {} events once each, after {kills} kills and {} requests",
            expected.ids.len(),
            server.requests()
        ));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_read_to_its_end_though_the_reader_is_killed() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    migrated(dir.path(), &url);
    let (table, mapping) = (dir.path().join("till.csv"), dir.path().join("till.yaml"));
    std::fs::write(&mapping, TILL).unwrap();
    let rows = |numbers: std::ops::Range<usize>| numbers.map(sale).collect::<String>();
    std::fs::write(&table, format!("{TILL_HEADER}{}", rows(0..60_000))).unwrap();
    let sales = (0..60_000).filter(|number| number % 5 != 0);
    let mut expected = Expected {
        ids: sales.map(|number| format!("till-{number}")).collect(),
        ..Expected::default()
    };
    let (table, mapping) = (table.to_str().unwrap(), mapping.to_str().unwrap());
    let arguments = ["csv", table, "--mapping", mapping, "--source", "till"];
    let start = || connect(dir.path(), &url, &arguments);
    let kills = rounds(3);
    let last = killed_and_restarted(&databases, &expected, "till", kills, start).await;
    let output = last.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("all is in the log"), "{said}");
    // Rows that are added are read alone.
    std::fs::write(table, format!("{TILL_HEADER}{}", rows(0..60_010))).unwrap();
    let again = start().wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&again.stdout);
    assert!(
        said.contains("8 accepted, 0 duplicates, 2 ignored, 0 rejected"),
        "{said}"
    );
    // Another table under the same name is read from its beginning.
    std::fs::write(table, format!("{TILL_HEADER}{}", rows(59_990..60_020))).unwrap();
    let other = start().wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&other.stdout);
    assert!(
        said.contains("8 accepted, 16 duplicates, 6 ignored"),
        "{said}"
    );
    let numbers = (60_000..60_020).filter(|number| number % 5 != 0);
    expected
        .ids
        .extend(numbers.map(|number| format!("till-{number}")));
    let pool = databases.connect().await;
    assert!(expected.is_in_log(&pool, "till").await);
    held(format_args!(
        "a table: {} events once each, after {kills} kills",
        expected.ids.len()
    ));
}

const TILL: &str = "
event:
  id: {column: Receipt, prefix: till-}
  type: {constant: purchase}
  time: {column: Booked, format: '%d.%m.%Y %H:%M', zone: Europe/Vienna}
  network: {constant: shop}
  actor: {column: Guest}
  value: {column: Total}
  currency: {constant: EUR}
skip:
  - {column: Guest, values: ['']}
";
const TILL_HEADER: &str = "Receipt,Booked,Guest,Total\n";

/// A line of the table; each fifth names no guest.
fn sale(number: usize) -> String {
    let guest = match number % 5 {
        0 => String::new(),
        _ => format!("guest{}", number % 300),
    };
    let minute = number % 60;
    format!("{number},21.11.2026 09:{minute:02},{guest},4.50\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pipe_is_sent_again_until_all_is_in_the_log() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let lines: Vec<String> = (0..6_000).map(native).collect();
    let file = dir.path().join("events.ndjson");
    // The last line does not end: it is taken in all the same.
    std::fs::write(&file, lines.concat().trim_end()).unwrap();
    let expected = Expected::of(Format::Native, lines.into_iter().map(String::into_bytes));
    let start = || {
        let mut command = command("connect", dir.path(), Some(&url));
        let input = std::fs::File::open(&file).unwrap();
        command.args(["ndjson", "--name", "town"]).stdin(input);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let kills = rounds(2);
    let last = killed_and_restarted(&databases, &expected, "town", kills, start).await;
    let output = last.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    // The same again changes nothing, and another input is refused.
    let again = start().wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&again.stdout);
    assert!(said.contains("0 accepted, 1 duplicates"), "{said}");
    std::fs::write(&file, native(9_999)).unwrap();
    let refused = start().wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        !refused.status.success() && said.contains("--anew"),
        "{said}"
    );
    let listed = command("connect", dir.path(), Some(&url)).output().unwrap();
    let listed = String::from_utf8_lossy(&listed.stdout);
    assert!(
        listed.contains("town") && listed.contains("--anew"),
        "{listed}"
    );
    held(format_args!(
        "a pipe: 6000 lines once each, after {kills} kills"
    ));
}

/// An event in the native format, as a line.
fn native(number: usize) -> String {
    format!(
        "{{\"id\":\"{number}\",\"source\":\"town\",\"type\":\"like\",\"time\":\"2026-11-01T00:00:00Z\",\
         \"network\":\"twitter\",\"actor\":\"fan{}\",\"target\":\"kevin\"}}\n",
        number % 500
    )
}
