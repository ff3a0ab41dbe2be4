//! Processes: a child that ends with this program, signals, and checks of other
//! processes.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use tokio::sync::{oneshot, watch};

/// How often to check for changes that no event reports.
pub(super) const POLL: Duration = Duration::from_millis(20);

/// How long dropping a running server waits for its end.
const DROP_PATIENCE: Duration = Duration::from_secs(3);

/// A child process with its own thread, which spawns it and waits for it.
///
/// The thread matters: `setpriv --pdeathsig` signals the child when the *thread*
/// that spawned it ends, and the threads of the runtime come and go. Dropping a
/// running child asks it to end, and waits for a short time.
#[derive(Debug)]
pub(super) struct Tied {
    pid: u32,
    /// The status, once the child has ended.
    ended: watch::Receiver<Option<ExitStatus>>,
}

impl Tied {
    pub(super) async fn spawn(mut command: Command) -> io::Result<Self> {
        let (tell_pid, pid) = oneshot::channel();
        let (tell_end, ended) = watch::channel(None);
        thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || match command.spawn() {
                Ok(mut child) => {
                    // If the receiver is gone, the child must still end.
                    if tell_pid.send(Ok(child.id())).is_err() {
                        signal(child.id(), Signal::Interrupt);
                    }
                    if let Ok(status) = child.wait() {
                        tell_end.send_replace(Some(status));
                    }
                }
                Err(error) => {
                    // The receiver may be gone: then nothing is left to do.
                    let _ = tell_pid.send(Err(error));
                }
            })?;
        let pid = pid
            .await
            .map_err(|_| io::Error::other("the thread that spawns it ended"))??;
        Ok(Self { pid, ended })
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.borrow().is_some() || self.ended.has_changed().is_err()
    }

    /// Waits until the child has ended; `None` if its status cannot be known.
    pub(super) async fn end(&mut self) -> Option<ExitStatus> {
        let status = self.ended.wait_for(Option::is_some).await;
        status.ok().and_then(|status| *status)
    }
}

impl Drop for Tied {
    fn drop(&mut self) {
        if self.has_ended() {
            return;
        }
        signal(self.pid, Signal::Interrupt);
        let rounds = DROP_PATIENCE.as_millis() / POLL.as_millis();
        for _ in 0..rounds {
            if self.has_ended() {
                return;
            }
            thread::sleep(POLL);
        }
    }
}

/// The signals that the server understands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Signal {
    /// Fast shutdown: ends the sessions, writes all data, and ends.
    Interrupt,
    /// Immediate shutdown: ends at once; the next start recovers from the log.
    Quit,
}

/// Sends a signal. If it does not arrive, the process simply does not end.
pub(super) fn signal(pid: u32, signal: Signal) {
    let name = match signal {
        Signal::Interrupt => "INT",
        Signal::Quit => "QUIT",
    };
    // `kill` is built into every shell; small images lack the program.
    let _ = Command::new("/bin/sh")
        .args(["-c", "kill -s \"$0\" \"$1\"", name, &pid.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

/// The process that now has the process id that a server once recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// No process: it has ended.
    Nobody,
    /// That server.
    Server,
    /// Another program, which got the process id later.
    Stranger,
}

/// Returns which process has `pid` now: the server of the cluster in `data`,
/// another one, or none.
pub(super) fn holder(pid: u32, data: &Path) -> Holder {
    if Path::new("/proc/self").exists() {
        let process = Path::new("/proc").join(pid.to_string());
        return match fs::read_link(process.join("cwd")) {
            // The working directory of a server is its cluster.
            Ok(cwd) if cwd == data => Holder::Server,
            Ok(_) => Holder::Stranger,
            // It has ended, even if its parent has not noticed yet.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Holder::Nobody,
            // Another user's process; the server of this cluster would be ours.
            Err(_) => Holder::Stranger,
        };
    }
    let output = Command::new("ps")
        .args(["-o", "command=", "-p", &pid.to_string()])
        .output();
    match output {
        Ok(output) if output.stdout.trim_ascii().is_empty() => Holder::Nobody,
        Ok(output) => {
            let command = String::from_utf8_lossy(&output.stdout).into_owned();
            if data.to_str().is_some_and(|data| command.contains(data)) {
                Holder::Server
            } else {
                Holder::Stranger
            }
        }
        // If it cannot be known, assume a server, which must not be disturbed.
        Err(_) => Holder::Server,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_child_is_waited_for_and_its_status_known() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "exit 7"]);
        let mut child = Tied::spawn(command).await.unwrap();
        assert_eq!(child.end().await.unwrap().code(), Some(7));
        assert!(child.has_ended());
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_an_error() {
        assert!(Tied::spawn(Command::new("/no/such/program")).await.is_err());
    }

    #[tokio::test]
    async fn a_dropped_child_is_told_to_end() {
        let mut command = Command::new("sleep");
        command.arg("600");
        let child = Tied::spawn(command).await.unwrap();
        let mut ended = child.ended.clone();
        drop(child);
        let status = ended.wait_for(Option::is_some).await.unwrap();
        assert!(!status.unwrap().success());
    }

    #[tokio::test]
    async fn the_holder_of_a_process_id_is_told_by_where_it_works() {
        let here = tempfile::tempdir().unwrap();
        let here = here.path().canonicalize().unwrap();
        let mut command = Command::new("sleep");
        command.arg("600").current_dir(&here);
        let child = Tied::spawn(command).await.unwrap();
        let pid = child.pid();
        assert_eq!(holder(pid, &here.join("data")), Holder::Stranger);
        if Path::new("/proc/self").exists() {
            assert_eq!(holder(pid, &here), Holder::Server);
        }
        drop(child);
        assert_eq!(holder(pid, &here), Holder::Nobody);
    }
}
