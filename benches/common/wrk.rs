//! Runs wrk, which must be on the PATH (`apt-get install wrk`).

use std::io::Write;
use std::process::Command;

/// Requests for wrk: paths that it asks for one after the other.
#[derive(Debug)]
pub struct Requests(tempfile::NamedTempFile);

/// The rate and the times that wrk has measured.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// Requests a second.
    pub rate: f64,
    /// The time of the median request and of slow ones, in milliseconds.
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
}

/// Says how many requests failed, and the rest of what was measured.
const REPORT: &str = r#"
done = function(summary, latency)
  local errors = summary.errors
  print('bad', errors.connect + errors.read + errors.write + errors.status + errors.timeout)
  for _, p in ipairs({50, 95, 99}) do print('p' .. p, latency:percentile(p)) end
  print('rate', summary.requests / summary.duration * 1e6)
end
"#;

impl Requests {
    /// Prepares requests with a bearer token. wrk formats them before it begins to measure.
    pub fn new(paths: impl Iterator<Item = String>, secret: &str) -> Self {
        let mut file = tempfile::NamedTempFile::with_suffix(".lua").unwrap();
        writeln!(file, "local paths = {{").unwrap();
        for path in paths {
            writeln!(file, "\"{path}\",").unwrap();
        }
        let rest = r#"}
wrk.headers['Authorization'] = 'Bearer SECRET'
local requests = {}
local i = 0
init = function()
  for n, path in ipairs(paths) do requests[n] = wrk.format('GET', path) end
end
request = function()
  i = i % #requests + 1
  return requests[i]
end
"#;
        write!(file, "{}{REPORT}", rest.replace("SECRET", secret)).unwrap();
        Self(file)
    }

    /// Prepares events, each in a request of its own, with ids that begin with `prefix`.
    pub fn events(prefix: &str, secret: &str) -> Self {
        let mut file = tempfile::NamedTempFile::with_suffix(".lua").unwrap();
        let script = r#"
wrk.headers['Authorization'] = 'Bearer SECRET'
wrk.headers['Content-Type'] = 'application/json'
local i = 0
local event = '{"source":"bench","id":"PREFIX-%d","type":"like","network":"twitter",' ..
  '"actor":"a%d","target":"t%d","object":"t/1","time":"2026-11-01T12:00:00Z"}'
request = function()
  i = i + 1
  return wrk.format('POST', '/v1/events', nil, event:format(i, i % 1000, i % 100))
end
"#;
        let script = script.replace("SECRET", secret).replace("PREFIX", prefix);
        write!(file, "{script}{REPORT}").unwrap();
        Self(file)
    }

    /// Sends them over this many connections for some seconds. wrk has one thread.
    ///
    /// # Panics
    /// If a request fails or its answer is not a 2xx.
    pub async fn send(
        &self,
        to: std::net::SocketAddr,
        connections: usize,
        seconds: u64,
    ) -> Measured {
        let mut wrk = Command::new("wrk");
        wrk.args(["-t1", "-c", &connections.to_string(), "-d"])
            .arg(format!("{seconds}s"))
            .arg("-s")
            .arg(self.0.path())
            .arg(format!("http://{to}/"));
        let output = tokio::task::spawn_blocking(move || wrk.output())
            .await
            .unwrap()
            .expect("wrk is installed (apt-get install wrk)");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let number = |name: &str| -> f64 {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            let line = line.unwrap_or_else(|| panic!("{text}"));
            line.trim().parse().unwrap()
        };
        assert_eq!(number("bad"), 0.0, "{text}");
        Measured {
            rate: number("rate"),
            p50: number("p50") / 1e3,
            p95: number("p95") / 1e3,
            p99: number("p99") / 1e3,
        }
    }
}
