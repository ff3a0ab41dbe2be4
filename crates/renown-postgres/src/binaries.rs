//! Finds the Postgres server binaries of the machine.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::PostgresError;

/// A directory with `initdb` and `postgres` of one installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    dir: PathBuf,
}

impl Binaries {
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn initdb(&self) -> PathBuf {
        self.dir.join("initdb")
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.dir.join("postgres")
    }

    fn at(dir: &Path) -> Option<Self> {
        // Packages put links on PATH, but each program looks for the others in its
        // real directory.
        let program = fs::canonicalize(dir.join("postgres")).ok()?;
        let dir = program.parent()?;
        (program.is_file() && dir.join("initdb").is_file()).then(|| Self {
            dir: dir.to_owned(),
        })
    }

    /// Returns the major version: `16` for "postgres (PostgreSQL) 16.4".
    fn major(&self) -> Option<String> {
        let output = Command::new(self.postgres())
            .arg("--version")
            .output()
            .ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let version = text.split_whitespace().nth(2)?;
        let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
        (!digits.is_empty()).then(|| digits.to_owned())
    }
}

/// The places to search, in order. A separate type, so that tests can search
/// elsewhere.
#[derive(Debug, Clone)]
pub(super) struct Places {
    /// The value of `PG_BIN_DIR`; if it is set, only this directory is searched.
    chosen: Option<PathBuf>,
    /// The directories of `PATH`.
    path: Vec<PathBuf>,
    /// The usual places of packages: (parent, beginning of the name, directory
    /// below).
    installs: Vec<(PathBuf, &'static str, &'static str)>,
}

impl Places {
    /// Returns the places of this machine and environment.
    pub(super) fn of_this_machine() -> Self {
        let installs = [
            ("/usr/lib/postgresql", "", "bin"),         // Debian, Ubuntu
            ("/opt/homebrew/opt", "postgresql", "bin"), // Homebrew on Apple silicon
            ("/usr/local/opt", "postgresql", "bin"),    // Homebrew on Intel
            ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),
            ("/usr", "pgsql-", "bin"), // PGDG on Red Hat and kin
        ];
        Self {
            chosen: env::var_os("PG_BIN_DIR")
                .filter(|dir| !dir.is_empty())
                .map(PathBuf::from),
            path: env::var_os("PATH")
                .map(|path| env::split_paths(&path).collect())
                .unwrap_or_default(),
            installs: installs
                .map(|(parent, name, below)| (PathBuf::from(parent), name, below))
                .to_vec(),
        }
    }

    /// Returns the first installation found. If there is a cluster in `data`,
    /// returns the first one of the major version that created it.
    pub(super) fn find(&self, data: &Path) -> Result<Binaries, PostgresError> {
        let found = self.candidates();
        let Some(first) = found.first() else {
            return Err(PostgresError::BinariesMissing {
                searched: self.describe(),
            });
        };
        let Ok(version) = fs::read_to_string(data.join("PG_VERSION")) else {
            return Ok(first.clone());
        };
        let wanted = version.trim();
        found
            .iter()
            .find(|binaries| binaries.major().as_deref() == Some(wanted))
            .cloned()
            .ok_or_else(|| PostgresError::VersionMissing {
                data: data.to_owned(),
                wanted: wanted.to_owned(),
                found: found
                    .iter()
                    .map(|binaries| binaries.dir.display().to_string())
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    }

    fn candidates(&self) -> Vec<Binaries> {
        let mut dirs = Vec::new();
        match &self.chosen {
            Some(dir) => dirs.push(dir.clone()),
            None => {
                dirs.extend(self.path.iter().cloned());
                for (parent, name, below) in &self.installs {
                    dirs.extend(newest_first(parent, name).map(|dir| dir.join(below)));
                }
            }
        }
        let mut found: Vec<Binaries> = Vec::new();
        for binaries in dirs.iter().filter_map(|dir| Binaries::at(dir)) {
            if !found.contains(&binaries) {
                found.push(binaries);
            }
        }
        found
    }

    fn describe(&self) -> String {
        if let Some(dir) = &self.chosen {
            return format!("{} (from PG_BIN_DIR)", dir.display());
        }
        let mut places = vec!["the directories of PATH".to_owned()];
        places.extend(self.installs.iter().map(|(parent, name, below)| {
            parent
                .join(format!("{name}*"))
                .join(below)
                .display()
                .to_string()
        }));
        places.join(", ")
    }
}

/// Returns the entries of `parent` that begin with `name`, the highest number
/// first.
fn newest_first(parent: &Path, name: &str) -> impl Iterator<Item = PathBuf> {
    let mut entries: Vec<(u32, PathBuf)> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let file_name = entry.file_name();
            let rest = file_name.to_str()?.strip_prefix(name)?;
            Some((number_in(rest), entry.path()))
        })
        .collect();
    // By number, not by text: 9.6 is older than 16.
    entries.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| x.cmp(y)));
    entries.into_iter().map(|(_, path)| path)
}

/// Returns the leading number of "16", "@16" or "9.6"; 0 if there is none.
fn number_in(text: &str) -> u32 {
    let digits: String = text
        .trim_start_matches('@')
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().unwrap_or(0)
}

/// Returns the path of a program on PATH or in the usual system directories.
pub(super) fn program(name: impl AsRef<OsStr>) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/bin", "/bin"].map(PathBuf::from))
        .map(|dir| dir.join(name.as_ref()))
        .find(|candidate| candidate.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nowhere() -> Places {
        Places {
            chosen: None,
            path: Vec::new(),
            installs: Vec::new(),
        }
    }

    /// Creates an installation whose `postgres --version` prints `version`.
    fn install(dir: &Path, version: &str) {
        use std::os::unix::fs::PermissionsExt;
        fs::create_dir_all(dir).unwrap();
        fs::write(dir.join("initdb"), "").unwrap();
        let postgres = dir.join("postgres");
        fs::write(
            &postgres,
            format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n"),
        )
        .unwrap();
        fs::set_permissions(&postgres, fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn says_what_to_install_when_there_is_nothing() {
        let mut places = Places::of_this_machine();
        places.chosen = None;
        places.path.clear();
        for (parent, _, _) in &mut places.installs {
            *parent = parent.join("no/such/place");
        }
        let error = places.find(Path::new("/nowhere")).unwrap_err().to_string();
        assert!(error.contains("apt-get install postgresql"), "{error}");
        assert!(error.contains("brew install postgresql@16"), "{error}");
        assert!(error.contains("PG_BIN_DIR"), "{error}");
    }

    #[test]
    fn a_chosen_directory_without_binaries_is_an_error_even_if_others_have_them() {
        let root = tempfile::tempdir().unwrap();
        install(&root.path().join("good"), "16.1");
        let places = Places {
            chosen: Some(root.path().join("empty")),
            path: vec![root.path().join("good")],
            ..nowhere()
        };
        let error = places.find(Path::new("/nowhere")).unwrap_err().to_string();
        assert!(error.contains("(from PG_BIN_DIR)"), "{error}");
    }

    #[test]
    fn the_newest_installation_is_by_number_and_path_comes_first() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        for version in ["9.6", "15", "16"] {
            install(&root.join("lib").join(version).join("bin"), version);
        }
        let mut places = Places {
            installs: vec![(root.join("lib"), "", "bin")],
            ..nowhere()
        };
        let newest = places.find(Path::new("/nowhere")).unwrap();
        assert_eq!(newest.dir(), root.join("lib/16/bin"));

        install(&root.join("path"), "14.2");
        places.path = vec![root.join("empty"), root.join("path")];
        let on_path = places.find(Path::new("/nowhere")).unwrap();
        assert_eq!(on_path.dir(), root.join("path"));
    }

    #[test]
    fn a_link_leads_to_where_the_programs_really_are() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        install(&root.join("real"), "16.1");
        fs::create_dir(root.join("links")).unwrap();
        std::os::unix::fs::symlink(root.join("real/postgres"), root.join("links/postgres"))
            .unwrap();
        let places = Places {
            path: vec![root.join("links")],
            ..nowhere()
        };
        let found = places.find(Path::new("/nowhere")).unwrap();
        assert_eq!(found.dir(), root.join("real"));
    }

    #[test]
    fn existing_data_is_opened_by_the_version_that_made_it() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        for version in ["15", "16"] {
            install(
                &root.join("lib").join(version).join("bin"),
                &format!("{version}.3"),
            );
        }
        let places = Places {
            installs: vec![(root.join("lib"), "", "bin")],
            ..nowhere()
        };
        let data = root.join("data");
        fs::create_dir(&data).unwrap();
        fs::write(data.join("PG_VERSION"), "15\n").unwrap();
        assert_eq!(places.find(&data).unwrap().dir(), root.join("lib/15/bin"));

        fs::write(data.join("PG_VERSION"), "13\n").unwrap();
        let error = places.find(&data).unwrap_err().to_string();
        assert!(error.contains("made by PostgreSQL 13"), "{error}");
    }
}
