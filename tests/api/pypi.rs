//! Programs of others, installed by pip: they check from outside what we do. Where Python or
//! the network is missing, their tests print so and are skipped.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Installs the pinned packages of a folder below `tests` in the target directory, and returns
/// the folder of their programs.
pub async fn install(folder: &'static str) -> Result<PathBuf, String> {
    let install = move || install_now(folder);
    tokio::task::spawn_blocking(install).await.unwrap()
}

fn install_now(folder: &str) -> Result<PathBuf, String> {
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{folder}-python"));
    run(Command::new("python3").args(["-m", "venv"]).arg(&to))?;
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let requirements = tests.join(folder).join("requirements.txt");
    let programs = to.join("bin");
    let arguments = ["install", "--quiet", "--retries=1", "--timeout=20", "-r"];
    let mut pip = Command::new(programs.join("pip"));
    run(pip.args(arguments).arg(requirements))?;
    Ok(programs)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{command:?}: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}
