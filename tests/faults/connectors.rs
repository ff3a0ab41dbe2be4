//! `renown connect` is killed at random and started again, until all is in the log.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use renown_core::ingest::Format;
use tokio::time::{Instant, sleep};

use crate::fake_servers::Dice;
use crate::fake_servers::expected::Expected;
use crate::fake_servers::jetstream::{JetstreamServer, Manners, documents};
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
    // The schema, before the first one is killed.
    let migrate = command("migrate", dir.path(), Some(&url)).status().unwrap();
    assert!(migrate.success());
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
