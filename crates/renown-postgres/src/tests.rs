//! Tests the private Postgres with the machine's server binaries.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Row};
use tempfile::TempDir;

use super::*;

/// The name of the database in all tests.
const NAME: DatabaseName = DatabaseName::new("renown");
/// Passes the directory to the process that is started only to be killed.
const OWNER_DIR: &str = "RENOWN_TEST_OWNER_DIR";

/// Returns a directory for a server; without binaries, prints why and returns
/// `None`.
fn directory() -> Option<TempDir> {
    match Places::of_this_machine().find(Path::new("/nowhere")) {
        Ok(_) => Some(tempfile::tempdir().unwrap()),
        Err(error) => {
            eprintln!("SKIPPED: {error}");
            None
        }
    }
}

async fn start(dir: &TempDir) -> PrivatePostgres {
    PrivatePostgres::start(NAME, dir.path(), Durability::Throwaway)
        .await
        .unwrap()
}

async fn connect(postgres: &PrivatePostgres) -> PgConnection {
    PgConnection::connect_with(&postgres.connect_options())
        .await
        .unwrap()
}

async fn remember(postgres: &PrivatePostgres) {
    let mut connection = connect(postgres).await;
    for statement in [
        "CREATE TABLE memory (n int)",
        "INSERT INTO memory VALUES (42)",
    ] {
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .unwrap();
    }
}

async fn recall(postgres: &PrivatePostgres) -> i32 {
    let mut connection = connect(postgres).await;
    let row = sqlx::query("SELECT n FROM memory").fetch_one(&mut connection);
    row.await.unwrap().get(0)
}

fn pid(postgres: &PrivatePostgres) -> u32 {
    postgres.layout.recorded_pid().unwrap()
}

fn runs(pid: u32, postgres: &Layout) -> bool {
    holder(pid, &postgres.data()) == Holder::Server
}

async fn wait_until_gone(pid: u32, layout: &Layout) {
    timeout(Duration::from_secs(30), async {
        while runs(pid, layout) {
            sleep(POLL).await;
        }
    })
    .await
    .expect("the server ends");
}

#[tokio::test]
async fn keeps_its_data_from_one_start_to_the_next_and_ends_when_stopped() {
    let Some(dir) = directory() else { return };
    for round in 0..2 {
        let postgres = PrivatePostgres::start(NAME, dir.path(), Durability::Durable)
            .await
            .unwrap();
        assert_eq!(postgres.role(), ServerRole::Owner);
        if round == 0 {
            remember(&postgres).await;
        }
        assert_eq!(recall(&postgres).await, 42);
        let (pid, layout) = (pid(&postgres), postgres.layout.clone());
        assert!(runs(pid, &layout));
        postgres.stop().await.unwrap();
        assert!(!runs(pid, &layout));
        assert_eq!(layout.recorded_pid(), None, "it shut down cleanly");
    }
}

#[tokio::test]
async fn sorts_text_by_its_bytes_and_is_durable_when_asked_to_be() {
    let Some(dir) = directory() else { return };
    let postgres = PrivatePostgres::start(NAME, dir.path(), Durability::Durable)
        .await
        .unwrap();
    let mut connection = connect(&postgres).await;
    let row = sqlx::query(
        "SELECT array_agg(t ORDER BY t), current_setting('fsync'), \
                current_setting('synchronous_commit'), current_setting('listen_addresses'), \
                pg_encoding_to_char(encoding), current_user::text \
         FROM unnest(ARRAY['é', 'b', 'B', 'a']) t, pg_database \
         WHERE datname = current_database() GROUP BY encoding",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    assert_eq!(row.get::<Vec<String>, _>(0), ["B", "a", "b", "é"]);
    let settings: Vec<String> = (1..6).map(|column| row.get(column)).collect();
    assert_eq!(settings, ["on", "on", "", "UTF8", "renown"]);
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn the_address_leads_to_the_same_database() {
    let Some(dir) = directory() else { return };
    let odd = dir.path().join("a b,c & d");
    let postgres = PrivatePostgres::start(NAME, &odd, Durability::Throwaway).await;
    // The parent is a test directory, closed to the user that root chooses.
    let postgres = match postgres {
        Err(PostgresError::ClosedDirectory { .. }) => {
            use std::os::unix::fs::PermissionsExt;
            let open = std::fs::Permissions::from_mode(0o711);
            std::fs::set_permissions(dir.path(), open).unwrap();
            PrivatePostgres::start(NAME, &odd, Durability::Throwaway).await
        }
        other => other,
    }
    .unwrap();
    remember(&postgres).await;
    let mut connection = PgConnection::connect(&postgres.url()).await.unwrap();
    let row = sqlx::query("SELECT n FROM memory").fetch_one(&mut connection);
    assert_eq!(row.await.unwrap().get::<i32, _>(0), 42);
    let socket_dir = postgres.layout.run.clone();
    postgres.stop().await.unwrap();
    std::fs::remove_dir_all(socket_dir).unwrap();
}

#[tokio::test]
async fn who_comes_second_is_a_guest_and_leaves_the_server_running() {
    let Some(dir) = directory() else { return };
    let (one, two) = tokio::join!(start(&dir), start(&dir));
    let (owner, guest) = match one.role() {
        ServerRole::Owner => (one, two),
        _ => (two, one),
    };
    assert_eq!(
        (owner.role(), guest.role()),
        (ServerRole::Owner, ServerRole::Guest)
    );
    remember(&owner).await;
    assert_eq!(recall(&guest).await, 42);
    guest.stop().await.unwrap();
    assert_eq!(recall(&owner).await, 42);
    owner.stop().await.unwrap();
}

#[tokio::test]
async fn a_guest_that_needs_durability_refuses_a_server_without_it() {
    let Some(dir) = directory() else { return };
    let owner = start(&dir).await;
    let refused = PrivatePostgres::start(NAME, dir.path(), Durability::Durable).await;
    assert!(matches!(refused, Err(PostgresError::NotDurable { .. })));
    owner.stop().await.unwrap();
}

#[tokio::test]
async fn a_dropped_server_ends() {
    let Some(dir) = directory() else { return };
    let postgres = start(&dir).await;
    let (pid, layout) = (pid(&postgres), postgres.layout.clone());
    drop(postgres);
    wait_until_gone(pid, &layout).await;
}

/// Starts the server and waits to be killed. The test below runs it as its own
/// process.
#[tokio::test]
#[ignore = "the process that the next test kills"]
async fn owner_to_be_killed() {
    let dir = env::var_os(OWNER_DIR).expect("run by the test that kills it");
    let postgres = PrivatePostgres::start(NAME, Path::new(&dir), Durability::Durable)
        .await
        .unwrap();
    remember(&postgres).await;
    println!("ready");
    sleep(Duration::from_secs(600)).await;
}

#[tokio::test]
async fn a_killed_owner_takes_the_server_along_and_loses_nothing() {
    let Some(dir) = directory() else { return };
    if !Account::choose(Path::new("/nowhere"))
        .unwrap()
        .ends_with_us()
    {
        eprintln!("SKIPPED: without setpriv the server outlives a killed owner");
        return;
    }
    let mut owner = Command::new(env::current_exe().unwrap())
        .args(["--exact", "tests::owner_to_be_killed"])
        .args(["--ignored", "--nocapture"])
        .env(OWNER_DIR, dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(owner.stdout.take().unwrap());
    let ready = output
        .lines()
        .map_while(Result::ok)
        .any(|line| line.contains("ready"));
    assert!(ready, "the owner started");
    let layout = Layout::of(NAME, dir.path()).unwrap();
    let pid = layout.recorded_pid().unwrap();
    assert!(runs(pid, &layout));

    owner.kill().unwrap();
    owner.wait().unwrap();
    // At once: the old server may still be stopping.
    let postgres = PrivatePostgres::start(NAME, dir.path(), Durability::Durable)
        .await
        .unwrap();
    wait_until_gone(pid, &layout).await;
    assert_eq!(postgres.role(), ServerRole::Owner);
    assert_eq!(recall(&postgres).await, 42);
    postgres.stop().await.unwrap();
}

/// Returns a server of the cluster in `dir` that no program owns, as a killed owner
/// leaves it on a machine without `setpriv`.
async fn orphan(dir: &TempDir, settings: &[&str]) -> Tied {
    start(dir).await.stop().await.unwrap();
    let layout = Layout::of(NAME, dir.path()).unwrap();
    let account = Account::choose(&layout.data()).unwrap().untied();
    let binaries = Places::of_this_machine().find(&layout.data()).unwrap();
    let mut command = account.command(&binaries.postgres());
    command
        .arg("-D")
        .arg(layout.data())
        .args(["-c", "listen_addresses="]);
    command.arg("-k").arg(&layout.run).args(settings);
    command.current_dir(dir.path()).stderr(Stdio::null());
    let server = Tied::spawn(command).await.unwrap();
    while cluster::probe(&options(&layout, NAME.as_str())).await != Answer::Ready {
        assert!(!server.has_ended());
        sleep(POLL).await;
    }
    server
}

#[tokio::test]
async fn a_server_that_was_left_behind_is_adopted_and_ended() {
    let Some(dir) = directory() else { return };
    let left = orphan(&dir, &[]).await;
    let postgres = PrivatePostgres::start(NAME, dir.path(), Durability::Durable)
        .await
        .unwrap();
    assert_eq!(
        (postgres.role(), pid(&postgres)),
        (ServerRole::Adopter, left.pid())
    );
    remember(&postgres).await;
    let layout = postgres.layout.clone();
    postgres.stop().await.unwrap();
    assert!(!runs(left.pid(), &layout));

    let postgres = start(&dir).await;
    assert_eq!(postgres.role(), ServerRole::Owner);
    assert_eq!(recall(&postgres).await, 42);
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_left_server_without_durability_is_replaced_if_durability_is_needed() {
    let Some(dir) = directory() else { return };
    let left = orphan(&dir, &["-c", "fsync=off"]).await;
    let postgres = PrivatePostgres::start(NAME, dir.path(), Durability::Durable)
        .await
        .unwrap();
    assert_eq!(postgres.role(), ServerRole::Owner);
    assert_ne!(pid(&postgres), left.pid());
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_process_id_that_another_program_has_by_now_is_no_obstacle() {
    let Some(dir) = directory() else { return };
    start(&dir).await.stop().await.unwrap();
    let layout = Layout::of(NAME, dir.path()).unwrap();
    // A program of the server's user: the next server would respect its process id.
    let account = Account::choose(&layout.data()).unwrap();
    let mut command = account.command(Path::new("/bin/sleep"));
    command.arg("600").current_dir("/");
    let stranger = Tied::spawn(command).await.unwrap();
    let stale = format!("{}\n{}\n", stranger.pid(), layout.data().display());
    std::fs::write(layout.data().join("postmaster.pid"), &stale).unwrap();
    std::fs::write(layout.run.join(".s.PGSQL.5432.lock"), &stale).unwrap();

    let postgres = start(&dir).await;
    assert_eq!(postgres.role(), ServerRole::Owner);
    assert!(!stranger.has_ended(), "it is none of our business");
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_cluster_that_initdb_did_not_finish_is_made_anew() {
    let Some(dir) = directory() else { return };
    std::fs::create_dir(dir.path().join("data.tmp")).unwrap();
    std::fs::write(dir.path().join("data.tmp/PG_VERSION"), "15").unwrap();
    let postgres = start(&dir).await;
    remember(&postgres).await;
    postgres.stop().await.unwrap();
    assert!(!dir.path().join("data.tmp").exists());
}

#[tokio::test]
async fn a_server_that_cannot_start_is_quoted() {
    let Some(dir) = directory() else { return };
    start(&dir).await.stop().await.unwrap();
    std::fs::write(
        dir.path().join("data/postgresql.conf"),
        "no_such_setting = 1\n",
    )
    .unwrap();
    let error = PrivatePostgres::start(NAME, dir.path(), Durability::Throwaway)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("no_such_setting"), "{error}");
}
