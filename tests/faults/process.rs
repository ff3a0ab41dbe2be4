//! Processes of `renown serve` with databases of their own, to be killed and started
//! again.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use renown::cli;
use renown::store;
use renown_postgres::{Durability, PrivatePostgres};
use reqwest::{Client, StatusCode};

/// The program under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_renown");
/// The bootstrap key of every process.
pub const KEY: &str = "rk_storm_0123456789abcdef0123456789";
/// The secret that handles are hashed with, unless a test sets another.
pub const HASH_KEY: &str = "a key that is only for tests";
/// The longest time for which a process may start.
const START_WITHIN: Duration = Duration::from_secs(240);

/// A process of `renown serve` that can be killed and started again.
pub struct Served {
    process: Child,
    dir: PathBuf,
    pub address: String,
    database_url: Option<String>,
}

impl Served {
    /// Starts a process with its data in `dir`, or on a database that is given.
    pub fn start(dir: &Path, database_url: Option<String>) -> Self {
        Self::start_with(dir, database_url, &[])
    }

    /// Starts a process with further environment variables.
    pub fn start_with(dir: &Path, database_url: Option<String>, vars: &[(&str, &str)]) -> Self {
        Self::start_binary(BINARY, dir, database_url, vars)
    }

    /// Starts a process of another version of the program.
    pub fn start_binary(
        binary: &str,
        dir: &Path,
        database_url: Option<String>,
        vars: &[(&str, &str)],
    ) -> Self {
        let address = free_address();
        Self {
            process: spawn(binary, dir, &address, database_url.as_deref(), vars),
            dir: dir.to_owned(),
            address,
            database_url,
        }
    }

    /// Starts a process that may open only so many files.
    pub fn start_with_files(dir: &Path, files: usize) -> Self {
        let address = free_address();
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -n {files}; exec {BINARY} serve")]);
        let process = configured(shell, dir, None);
        Self {
            process: serving(process, &address, &[]),
            dir: dir.to_owned(),
            address,
            database_url: None,
        }
    }

    /// Returns the largest memory that the process has had so far, in bytes.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
        kilobytes.parse::<u64>().unwrap() * 1024
    }

    /// Kills the process (SIGKILL) and starts a new one on the same data and address.
    pub fn kill_and_restart(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        let url = self.database_url.as_deref();
        self.process = spawn(BINARY, &self.dir, &self.address, url, &[]);
    }

    /// Sends a signal, such as `STOP` or `CONT`.
    pub fn signal(&self, name: &str) {
        let pid = self.process.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status();
        assert!(sent.unwrap().success());
    }

    /// Returns the URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Waits until the process is ready; fails if it ends instead.
    pub async fn ready(&mut self, client: &Client) {
        let url = format!("http://{}/readyz", self.address);
        let started = Instant::now();
        loop {
            let answer = client.get(&url).send().await;
            if answer.is_ok_and(|answer| answer.status() == StatusCode::OK) {
                return;
            }
            if let Some(status) = self.process.try_wait().unwrap() {
                panic!("the service ended with {status}: {}", self.errors());
            }
            let waited = started.elapsed();
            assert!(waited < START_WITHIN, "the service does not get ready");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the process answers `/readyz`, whatever it answers, and `is_so` holds for
    /// the status and the body; fails if that takes longer than `within`.
    pub async fn ready_if(
        &self,
        client: &Client,
        within: Duration,
        is_so: impl Fn(StatusCode, &str) -> bool,
    ) {
        let url = format!("http://{}/readyz", self.address);
        let started = Instant::now();
        let mut last = String::new();
        while started.elapsed() < within {
            if let Ok(answer) = client.get(&url).send().await {
                let status = answer.status();
                last = answer.text().await.unwrap_or_default();
                if is_so(status, &last) {
                    return;
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("after {within:?}, /readyz answers: {last}");
    }

    /// Kills the process (SIGKILL), and returns what it wrote to its standard error.
    pub fn kill(mut self) -> String {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.errors()
    }

    /// Ends the process (SIGTERM), which finishes what is under way.
    pub async fn terminate(mut self) {
        let pid = self.process.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(asked.success());
        let (success, errors) = self.ended().await;
        assert!(success, "{errors}");
    }

    /// Waits until the process ends by itself; returns whether it succeeded, and what it
    /// wrote to its standard error.
    pub async fn ended(&mut self) -> (bool, String) {
        let started = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return (status.success(), self.errors());
            }
            assert!(started.elapsed() < START_WITHIN, "the service does not end");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Reads the standard error of a process that has ended.
    fn errors(&mut self) -> String {
        let mut text = String::new();
        if let Some(stderr) = &mut self.process.stderr {
            let _ = stderr.read_to_string(&mut text);
        }
        text
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns an address of this machine on which nothing listens.
pub fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

fn spawn(
    binary: &str,
    dir: &Path,
    address: &str,
    database_url: Option<&str>,
    vars: &[(&str, &str)],
) -> Child {
    serving(
        command_of(binary, "serve", dir, database_url),
        address,
        vars,
    )
}

fn serving(mut command: Command, address: &str, vars: &[(&str, &str)]) -> Child {
    command
        .env("RENOWN_BOOTSTRAP_KEY", KEY)
        .env("RENOWN__HTTP__BIND", address)
        .envs(vars.iter().copied())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// A command of the program with the configuration of the tests.
pub fn command(name: &str, dir: &Path, database_url: Option<&str>) -> Command {
    command_of(BINARY, name, dir, database_url)
}

fn command_of(binary: &str, name: &str, dir: &Path, database_url: Option<&str>) -> Command {
    let mut command = Command::new(binary);
    command.arg(name);
    configured(command, dir, database_url)
}

fn configured(mut command: Command, dir: &Path, database_url: Option<&str>) -> Command {
    command
        .env_remove("DATABASE_URL")
        .env("RENOWN_DATA_DIR", dir)
        .env("RENOWN__LOG__FILTER", "off")
        .env("RENOWN__ACCOUNTS__HASH_KEY", HASH_KEY)
        .stdin(Stdio::null());
    if let Some(url) = database_url {
        command.env("DATABASE_URL", url);
    }
    command
}

/// Runs `renown doctor`; returns whether all is well, and what it found.
pub fn doctor(dir: &Path, database_url: Option<&str>, vars: &[(&str, &str)]) -> (bool, String) {
    let mut command = command("doctor", dir, database_url);
    let output = command.envs(vars.iter().copied()).output().unwrap();
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    (output.status.success(), said)
}

/// A server with databases of its own, which does not write to the disk.
pub struct Databases {
    postgres: PrivatePostgres,
    made: usize,
}

impl Databases {
    /// Starts a server in a directory.
    pub async fn start(dir: &Path) -> Self {
        let data = dir.join("postgres");
        let started = PrivatePostgres::start(cli::DATABASE, &data, Durability::Throwaway).await;
        Self {
            postgres: started.unwrap(),
            made: 0,
        }
    }

    /// Creates an empty database and returns its URL.
    pub async fn create(&mut self) -> String {
        self.made += 1;
        let name = format!("fresh_{}", self.made);
        self.execute("renown", &format!("create database {name}"))
            .await;
        let url = self.postgres.url();
        url.replacen(
            "postgresql:///renown?",
            &format!("postgresql:///{name}?"),
            1,
        )
    }

    /// Returns the path of the server's log.
    pub fn log(dir: &Path) -> PathBuf {
        dir.join("postgres/postgres.log")
    }

    /// Executes a statement in the database that was created last.
    pub async fn in_latest(&self, statement: &str) {
        self.execute(&format!("fresh_{}", self.made), statement)
            .await;
    }

    /// Executes a statement that the database created last refuses.
    pub async fn refuses(&self, statement: &str) {
        let database = format!("fresh_{}", self.made);
        assert!(self.try_execute(&database, statement).await.is_err());
    }

    /// Connects to the database that was created last as the service does.
    pub async fn connect(&self) -> sqlx::PgPool {
        let database = format!("fresh_{}", self.made);
        let options = self.postgres.connect_options().database(&database);
        store::connect(options, 1).await.unwrap()
    }

    /// Returns a number that a query of the database that was created last gives.
    pub async fn number(&self, query: &str) -> i64 {
        let pool = self.connect().await;
        let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new(query);
        let number = query.build_query_scalar().fetch_one(&pool).await.unwrap();
        pool.close().await;
        number
    }

    async fn execute(&self, database: &str, statement: &str) {
        self.try_execute(database, statement).await.unwrap();
    }

    async fn try_execute(&self, database: &str, statement: &str) -> Result<(), sqlx::Error> {
        let options = self.postgres.connect_options().database(database);
        let pool = store::connect(options, 1).await.unwrap();
        let mut statement = sqlx::QueryBuilder::<sqlx::Postgres>::new(statement);
        let done = statement.build().execute(&pool).await;
        pool.close().await;
        done.map(|_| ())
    }
}

/// Returns how many times a scenario is repeated: more often in a long run.
pub fn rounds(usual: usize) -> usize {
    match std::env::var("RENOWN_FAULTS").as_deref() {
        Ok("long") => usual * 10,
        _ => usual,
    }
}

/// Returns a directory that the user of Postgres can enter, who is another one if the
/// tests run as root.
pub fn dir() -> tempfile::TempDir {
    std::fs::create_dir_all("/var/tmp/renown-faults").unwrap();
    let dir = tempfile::tempdir_in("/var/tmp/renown-faults").unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(dir.path(), open).unwrap();
    dir
}

/// Kills the postmaster of a data directory (SIGKILL); its children end with it.
pub fn kill_postgres(data: &Path) {
    let mut found = walk(data).into_iter();
    let file = found.find(|path| path.ends_with("postmaster.pid")).unwrap();
    let pid = std::fs::read_to_string(file).unwrap();
    let pid = pid.lines().next().unwrap();
    let killed = Command::new("kill").args(["-KILL", pid]).status().unwrap();
    assert!(killed.success());
}

fn walk(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => files.extend(walk(&path)),
            false => files.push(path),
        }
    }
    files
}
