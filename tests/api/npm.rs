//! Programs of others, installed by npm: they check from outside what we do. Where npm or the
//! network is missing, their tests print so and are skipped.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tokio::sync::Mutex;

/// What was installed, by folder: once, because tests run at the same time.
static INSTALLED: Mutex<BTreeMap<&str, Result<PathBuf, String>>> =
    Mutex::const_new(BTreeMap::new());

/// Installs the pinned packages of a folder below `tests` in the target directory, with the
/// scripts of the folder beside them, and returns where they are.
pub async fn install(folder: &'static str) -> Result<PathBuf, String> {
    let mut installed = INSTALLED.lock().await;
    if let Some(known) = installed.get(folder) {
        return known.clone();
    }
    let now = tokio::task::spawn_blocking(move || install_now(folder));
    let now = now.await.unwrap();
    installed.insert(folder, now.clone());
    now
}

fn install_now(folder: &str) -> Result<PathBuf, String> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{folder}-oracle"));
    std::fs::create_dir_all(&to).unwrap();
    for file in std::fs::read_dir(&from).unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_file() {
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
    let installed = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .args([
            "--prefer-offline",
            "--fetch-retries=1",
            "--fetch-timeout=20000",
        ])
        .current_dir(&to)
        .stdin(Stdio::null())
        .output();
    match installed {
        Ok(output) if output.status.success() => Ok(to),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        Err(error) => Err(format!("npm: {error}")),
    }
}
