//! The directory of a private Postgres: its files, and who may access them.
//!
//! ```text
//! DIR/lock          locked by the program that owns the server
//! DIR/data          the cluster
//! DIR/run           the socket, private (or under /tmp if the path is long)
//! DIR/postgres.log  the log of the server
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::account::Account;
use super::error::{PostgresError, file};
use super::name::DatabaseName;

/// The port only names the socket: the server does not listen on any network.
pub(super) const PORT: u16 = 5432;

/// The directory of the cluster within that of the private Postgres.
const DATA: &str = "data";

/// The longest path of a socket. The kernel's limit is 108 bytes on Linux, 104 on
/// macOS.
const MAX_SOCKET_PATH: usize = 100;

/// A log above this size is emptied at the next start.
const MAX_LOG_BYTES: u64 = 10 * 1024 * 1024;

/// How much of the end of the log is quoted in an error.
const WORDS_BYTES: u64 = 4096;

/// Returns whether there is a finished cluster in the directory of a private Postgres.
pub(super) fn has_cluster(dir: &Path) -> bool {
    dir.join(DATA).join("PG_VERSION").is_file()
}

/// The paths of one private Postgres.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// The name of the database.
    pub(super) name: DatabaseName,
    dir: PathBuf,
    /// The directory of the socket.
    pub(super) run: PathBuf,
}

impl Layout {
    /// Creates the directory if it is missing, and resolves its path.
    pub(super) fn of(name: DatabaseName, dir: &Path) -> Result<Self, PostgresError> {
        fs::create_dir_all(dir).map_err(file("create", dir))?;
        let dir = fs::canonicalize(dir).map_err(file("find", dir))?;
        let run = socket_directory(name, &dir);
        Ok(Self { name, dir, run })
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Returns the directory of the cluster.
    pub(super) fn data(&self) -> PathBuf {
        self.dir.join(DATA)
    }

    /// Returns the directory of a cluster that `initdb` has not finished.
    pub(super) fn unfinished_data(&self) -> PathBuf {
        self.dir.join("data.tmp")
    }

    /// Returns whether there is a finished cluster.
    pub(super) fn has_cluster(&self) -> bool {
        has_cluster(&self.dir)
    }

    /// Returns the path of the server's log.
    pub(super) fn log(&self) -> PathBuf {
        self.dir.join("postgres.log")
    }

    /// Opens the lock file. The program that locks it owns the server.
    pub(super) fn open_lock(&self) -> Result<File, PostgresError> {
        let path = self.dir.join("lock");
        OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(file("open", &path))
    }

    /// Makes the directory and the socket's directory accessible to `account` only.
    /// Only the owner of the server calls this.
    pub(super) fn prepare(&self, account: &Account) -> Result<(), PostgresError> {
        // A directory with other files keeps its mode and owner: a mistyped path
        // must not close a home directory.
        if self.holds_nothing_of_others()? {
            account.own(&self.dir)?;
            close(&self.dir)?;
        }
        account.check_reach(&self.dir)?;
        match DirBuilder::new().mode(0o700).create(&self.run) {
            Ok(()) => account.own(&self.run),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.check_socket_directory(account)
            }
            Err(error) => Err(file("create", &self.run)(error)),
        }
    }

    /// Opens the log to append to it; empties it first if it has grown too large.
    pub(super) fn open_log(&self) -> Result<File, PostgresError> {
        let path = self.log();
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&path)
            .map_err(file("open", &path))?;
        if log.metadata().map_err(file("read", &path))?.len() > MAX_LOG_BYTES {
            log.set_len(0).map_err(file("truncate", &path))?;
        }
        Ok(log)
    }

    /// Returns the end of the log, but nothing before byte `from`.
    pub(super) fn last_words(&self, from: u64) -> String {
        let read = || -> io::Result<String> {
            let mut log = File::open(self.log())?;
            let length = log.metadata()?.len();
            log.seek(SeekFrom::Start(
                from.max(length.saturating_sub(WORDS_BYTES)),
            ))?;
            let mut bytes = Vec::new();
            log.read_to_end(&mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
        };
        read().unwrap_or_else(|error| format!("(the log could not be read: {error})"))
    }

    /// Returns the process id that the server wrote into the cluster.
    pub(super) fn recorded_pid(&self) -> Option<u32> {
        let text = fs::read_to_string(self.pid_file()).ok()?;
        text.lines().next()?.trim().parse().ok()
    }

    /// Removes the socket files of a server that has ended. If its process id is in
    /// use again, also removes the pid file, which would keep the next server from
    /// starting.
    pub(super) fn forget_dead_server(&self, pid_in_use: bool) -> Result<(), PostgresError> {
        let socket = self.run.join(format!(".s.PGSQL.{PORT}"));
        let mut gone = vec![
            socket.clone(),
            socket.with_extension(format!("{PORT}.lock")),
        ];
        // Otherwise the pid file stays: by it, the next server finds out whether
        // processes of the old one still use its shared memory.
        if pid_in_use {
            gone.push(self.pid_file());
        }
        for path in gone {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(file("remove", &path)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn pid_file(&self) -> PathBuf {
        self.data().join("postmaster.pid")
    }

    fn holds_nothing_of_others(&self) -> Result<bool, PostgresError> {
        let entries = fs::read_dir(&self.dir).map_err(file("read", &self.dir))?;
        Ok(entries.flatten().all(|entry| {
            let name = entry.file_name();
            match name.to_str() {
                Some("lock" | "data.tmp" | "run" | "postgres.log") => true,
                Some("data") => self.has_cluster(),
                _ => false,
            }
        }))
    }

    /// Under /tmp, another user may have created the directory first.
    fn check_socket_directory(&self, account: &Account) -> Result<(), PostgresError> {
        let metadata = fs::symlink_metadata(&self.run).map_err(file("read", &self.run))?;
        let safe =
            metadata.is_dir() && metadata.mode() & 0o077 == 0 && metadata.uid() == account.uid();
        if safe {
            Ok(())
        } else {
            Err(PostgresError::UnsafeSocketDirectory {
                dir: self.run.clone(),
            })
        }
    }
}

/// Closes a directory to all users but its owner.
pub(super) fn close(dir: &Path) -> Result<(), PostgresError> {
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700)).map_err(file("close", dir))
}

/// Returns `DIR/run`, unless the path of the socket would be too long for the
/// kernel or would need quoting in the server's list of directories.
fn socket_directory(name: DatabaseName, dir: &Path) -> PathBuf {
    let run = dir.join("run");
    let fits = run.join(format!(".s.PGSQL.{PORT}")).as_os_str().len() <= MAX_SOCKET_PATH;
    let plain = run
        .to_str()
        .is_some_and(|path| !path.contains([',', '"', '\'', '\\']) && path.trim() == path);
    if fits && plain {
        return run;
    }
    let digest = Sha256::digest(dir.as_os_str().as_encoded_bytes());
    let digest: String = digest[..8].iter().map(|b| format!("{b:02x}")).collect();
    Path::new("/tmp").join(format!("{name}-{digest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: DatabaseName = DatabaseName::new("renown");

    #[test]
    fn the_socket_lies_in_the_directory_if_its_path_fits() {
        assert_eq!(
            socket_directory(NAME, Path::new("/var/lib/renown")),
            Path::new("/var/lib/renown/run")
        );
    }

    #[test]
    fn long_and_odd_paths_get_a_short_directory_of_their_own() {
        let long = PathBuf::from(format!("/srv/{}", "deep/".repeat(20)));
        let other = PathBuf::from(format!("/srv/{}", "deep/".repeat(21)));
        for dir in [&long, &other, Path::new("/srv/a,b")] {
            let socket = socket_directory(NAME, dir);
            assert!(socket.starts_with("/tmp"), "{}", socket.display());
            assert!(socket.as_os_str().len() < 40);
        }
        assert_eq!(socket_directory(NAME, &long), socket_directory(NAME, &long));
        assert_ne!(
            socket_directory(NAME, &long),
            socket_directory(NAME, &other)
        );
    }

    #[test]
    fn a_directory_with_other_things_in_it_keeps_its_mode() {
        let root = tempfile::tempdir().unwrap();
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(root.path().join("letters.txt"), "").unwrap();
        let layout = Layout::of(NAME, root.path()).unwrap();
        let account = Account::choose(&layout.data()).unwrap();
        layout.prepare(&account).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
        assert_eq!(mode(root.path()), 0o755);
        assert_eq!(mode(&layout.run), 0o700);
    }

    #[test]
    fn a_socket_directory_that_is_open_to_others_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let layout = Layout::of(NAME, root.path()).unwrap();
        let account = Account::choose(&layout.data()).unwrap();
        layout.prepare(&account).unwrap();
        layout.prepare(&account).unwrap();

        fs::set_permissions(&layout.run, fs::Permissions::from_mode(0o777)).unwrap();
        let refused = layout.prepare(&account);
        assert!(matches!(
            refused,
            Err(PostgresError::UnsafeSocketDirectory { .. })
        ));
    }

    #[test]
    fn the_log_starts_afresh_when_it_has_grown_large() {
        let root = tempfile::tempdir().unwrap();
        let layout = Layout::of(NAME, root.path()).unwrap();
        let size = || fs::metadata(layout.log()).unwrap().len();
        layout.open_log().unwrap().set_len(MAX_LOG_BYTES).unwrap();
        layout.open_log().unwrap();
        assert_eq!(size(), MAX_LOG_BYTES);
        layout
            .open_log()
            .unwrap()
            .set_len(MAX_LOG_BYTES + 1)
            .unwrap();
        layout.open_log().unwrap();
        assert_eq!(size(), 0);
    }

    #[test]
    fn the_last_words_are_the_end_of_the_log_from_a_place_on() {
        let root = tempfile::tempdir().unwrap();
        let layout = Layout::of(NAME, root.path()).unwrap();
        fs::write(layout.log(), "yesterday\ntoday\n").unwrap();
        assert_eq!(layout.last_words(0), "yesterday\ntoday");
        assert_eq!(layout.last_words(10), "today");
        fs::write(layout.log(), "x".repeat(10_000)).unwrap();
        assert_eq!(layout.last_words(0).len(), WORDS_BYTES as usize);
    }
}
