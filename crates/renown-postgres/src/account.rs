//! Who runs the server. It refuses root, so root hands it to another user.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::binaries::program;
use super::error::{PostgresError, file};

/// The user that the server and `initdb` run as, and how to become that user.
#[derive(Debug)]
pub(super) struct Account {
    name: String,
    uid: u32,
    gid: u32,
    /// We are root and must become `uid` first.
    switch: bool,
    /// `setpriv` of util-linux, if it is there and can do what we need: only
    /// with it does the server end when we are killed.
    setpriv: Option<PathBuf>,
}

impl Account {
    /// Ourselves, unless we are root: then the owner of the cluster in `data`
    /// if there is one, else `postgres`, else `nobody`.
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

    /// The user's id.
    pub(super) fn uid(&self) -> u32 {
        self.uid
    }

    /// Whether the server is told to end when the thread that spawned it does.
    pub(super) fn ends_with_us(&self) -> bool {
        self.setpriv.is_some()
    }

    /// The same user on a machine without `setpriv`.
    #[cfg(test)]
    pub(super) fn untied(self) -> Self {
        Self {
            setpriv: None,
            ..self
        }
    }

    /// A command that runs `binary` as this user, in a process group of its
    /// own: the Ctrl-C that we are stopped with must not reach the server
    /// before we have let go of it.
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
        // Ports, options and locales of the caller's environment are not ours.
        for name in ["PGDATA", "PGPORT", "PGOPTIONS", "PGHOST"] {
            command.env_remove(name);
        }
        command
            .env("LC_ALL", "C")
            .process_group(0)
            .stdin(Stdio::null());
        command
    }

    /// Gives `path` to this user.
    pub(super) fn own(&self, path: &Path) -> Result<(), PostgresError> {
        if self.switch {
            chown(path, Some(self.uid), Some(self.gid))
                .map_err(file("change the owner of", path))?;
        }
        Ok(())
    }

    /// Checks that this user can reach `dir` (absolute, existing) from the root.
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

/// Whether this `setpriv` knows `--pdeathsig`; the one of busybox does not.
fn can_tie(setpriv: &Path) -> bool {
    Command::new(setpriv)
        .args(["--pdeathsig", "INT", "--", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The id of a named user, by `id`, which also knows users of a directory service.
fn id(what: &str, name: &str) -> Option<u32> {
    let output = Command::new("id").args([what, name]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// Our own effective id. The standard library has no call for it.
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
