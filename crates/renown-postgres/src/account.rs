//! The user that runs the server. The server refuses to run as root, so root starts
//! it as another user.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::binaries::program;
use super::error::{PostgresError, file};

/// The user that runs the server and `initdb`, and how to switch to that user.
#[derive(Debug)]
pub(super) struct Account {
    name: String,
    uid: u32,
    gid: u32,
    /// This program runs as root and must switch to `uid` first.
    switch: bool,
    /// The `setpriv` of util-linux, if it exists and knows the option that is
    /// needed: only with it does the server stop when this program is killed.
    setpriv: Option<PathBuf>,
}

impl Account {
    /// Chooses the current user. If that is root: the owner of the cluster in
    /// `data` if there is one, else `postgres`, else `nobody`.
    pub(super) fn choose(data: &Path) -> Result<Self, PostgresError> {
        let ours = own_id("-u")?;
        let owner = fs::metadata(data).ok();
        let (name, uid, gid) = match owner {
            Some(owner) if ours != 0 && owner.uid() != ours => {
                return Err(PostgresError::NotOurs {
                    data: data.to_owned(),
                    owner: owner.uid(),
                    ours,
                });
            }
            Some(owner) if ours == 0 && owner.uid() != 0 => {
                let name = format!("with id {}", owner.uid());
                (name, owner.uid(), owner.gid())
            }
            _ if ours == 0 => ["postgres", "nobody"]
                .into_iter()
                .find_map(|name| Some((name.to_owned(), id("-u", name)?, id("-g", name)?)))
                .ok_or(PostgresError::NoUnprivilegedUser)?,
            _ => ("ourselves".to_owned(), ours, own_id("-g")?),
        };
        let setpriv = program("setpriv").filter(|setpriv| can_tie(setpriv));
        Ok(Self {
            name,
            uid,
            gid,
            switch: ours == 0,
            setpriv,
        })
    }

    pub(super) fn uid(&self) -> u32 {
        self.uid
    }

    /// Returns whether the server stops when the thread that spawned it ends.
    pub(super) fn ends_with_us(&self) -> bool {
        self.setpriv.is_some()
    }

    /// Returns the same user as on a machine without `setpriv`.
    #[cfg(test)]
    pub(super) fn untied(self) -> Self {
        Self {
            setpriv: None,
            ..self
        }
    }

    /// Returns a command that runs `binary` as this user, in its own process group:
    /// a Ctrl-C for this program must not reach the server too early.
    pub(super) fn command(&self, binary: &Path) -> Command {
        let mut command = match &self.setpriv {
            Some(setpriv) => {
                let mut command = Command::new(setpriv);
                if self.switch {
                    command
                        .arg(format!("--reuid={}", self.uid))
                        .arg(format!("--regid={}", self.gid))
                        .arg("--clear-groups");
                }
                command.args(["--pdeathsig", "INT", "--"]).arg(binary);
                command
            }
            None => {
                let mut command = Command::new(binary);
                if self.switch {
                    command.uid(self.uid).gid(self.gid);
                }
                command
            }
        };
        // The caller's ports, options and locale do not apply to the server.
        for name in ["PGDATA", "PGPORT", "PGOPTIONS", "PGHOST"] {
            command.env_remove(name);
        }
        command
            .env("LC_ALL", "C")
            .process_group(0)
            .stdin(Stdio::null());
        command
    }

    /// Makes this user the owner of `path`.
    pub(super) fn own(&self, path: &Path) -> Result<(), PostgresError> {
        if self.switch {
            chown(path, Some(self.uid), Some(self.gid))
                .map_err(file("change the owner of", path))?;
        }
        Ok(())
    }

    /// Checks that this user can enter `dir` (absolute, existing) and all its
    /// parents.
    pub(super) fn check_reach(&self, dir: &Path) -> Result<(), PostgresError> {
        if !self.switch {
            return Ok(());
        }
        let mut way: Vec<&Path> = dir.ancestors().collect();
        way.reverse();
        for step in way {
            let metadata = fs::metadata(step).map_err(file("read", step))?;
            let enter = if metadata.uid() == self.uid {
                0o100
            } else if metadata.gid() == self.gid {
                0o010
            } else {
                0o001
            };
            if metadata.mode() & enter == 0 {
                return Err(PostgresError::ClosedDirectory {
                    dir: step.to_owned(),
                    user: self.name.clone(),
                });
            }
        }
        Ok(())
    }
}

/// Returns whether this `setpriv` knows `--pdeathsig`; the one of busybox does not.
fn can_tie(setpriv: &Path) -> bool {
    Command::new(setpriv)
        .args(["--pdeathsig", "INT", "--", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Returns an id of a named user from the program `id`, which also knows users of a
/// directory service.
fn id(what: &str, name: &str) -> Option<u32> {
    let output = Command::new("id").args([what, name]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// Returns an effective id of the current user. The standard library has no call
/// for it.
fn own_id(what: &str) -> Result<u32, PostgresError> {
    let run = |source| PostgresError::Run {
        program: PathBuf::from("id"),
        source,
    };
    let output = Command::new("id").arg(what).output().map_err(run)?;
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .map_err(|_| run(std::io::Error::other("it did not print a number")))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn somebody(switch: bool) -> Account {
        Account {
            name: "somebody".to_owned(),
            uid: 54_321,
            gid: 54_321,
            switch,
            setpriv: None,
        }
    }

    #[test]
    fn names_the_directory_that_is_closed_to_the_user() {
        let root = tempfile::tempdir().unwrap();
        let closed = root.path().join("closed");
        let dir = closed.join("below");
        fs::create_dir_all(&dir).unwrap();
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();

        let error = somebody(true).check_reach(&dir).unwrap_err().to_string();
        assert!(
            error.contains(&format!("chmod o+x {}", closed.display())),
            "{error}"
        );

        fs::set_permissions(&closed, fs::Permissions::from_mode(0o701)).unwrap();
        somebody(true).check_reach(&dir).unwrap();
    }

    #[test]
    fn root_chooses_a_user_that_the_server_accepts_and_others_stay_themselves() {
        let account = Account::choose(Path::new("/nowhere")).unwrap();
        let ours = own_id("-u").unwrap();
        if ours == 0 {
            assert_ne!(account.uid(), 0);
        } else {
            assert_eq!(account.uid(), ours);
        }
    }

    #[test]
    fn root_runs_an_existing_cluster_as_its_owner() {
        if own_id("-u").unwrap() != 0 {
            eprintln!("skipped: only root can give a directory away");
            return;
        }
        let data = tempfile::tempdir().unwrap();
        chown(data.path(), Some(54_321), Some(54_321)).unwrap();
        assert_eq!(Account::choose(data.path()).unwrap().uid(), 54_321);
    }
}
