//! Many connections that nobody uses: others still get in.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::process::{KEY, Served, dir};
use crate::report::held;

/// The connections that nobody uses.
const IDLE: usize = 2_000;
/// The files that the service may open.
const FILES: usize = 1_024;
/// The longest time that another caller waits for an answer.
const PROMISED: Duration = Duration::from_secs(2);

/// Lets this process open as many files as it needs.
fn allow_files() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, wanted).unwrap();
}

/// Opens connections: a third silent, a third with half a request, a third idle after a
/// request.
async fn open(address: &str, count: usize) -> Vec<TcpStream> {
    let mut open = Vec::new();
    for number in 0..count {
        let connected = TcpStream::connect(address);
        let Ok(Ok(mut stream)) = tokio::time::timeout(PROMISED, connected).await else {
            continue;
        };
        let sent: &[u8] = match number % 3 {
            0 => b"",
            1 => b"GET /livez HTTP/1.1\r\nho",
            _ => b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\n",
        };
        let _ = stream.write_all(sent).await;
        open.push(stream);
    }
    open
}

/// Asks, as a client of HTTP/1.1 does: a connection that is closed at the moment at which it
/// is used again is no answer, and the request is sent once more (RFC 9112, 9.3.1).
async fn ask(client: &Client, url: &str) {
    let send = || {
        let request = client.get(url).bearer_auth(KEY);
        request.timeout(PROMISED).send()
    };
    let answer = match send().await {
        Err(error) if error.is_request() && !error.is_timeout() => send().await,
        answer => answer,
    };
    let answer = answer.unwrap_or_else(|error| panic!("shut out: {error:?}"));
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_unused_connections_shut_nobody_out() {
    allow_files();
    let dir = dir();
    let mut served = Served::start_with_files(&dir.path().join("data"), FILES);
    let client = Client::new();
    served.ready(&client).await;
    let address = served.address.clone();
    let opening = tokio::spawn(async move { open(&address, IDLE).await });
    let mut longest = Duration::ZERO;
    let mut rounds = 0;
    while rounds < 20 || !opening.is_finished() {
        // A new connection each time, and one that is kept.
        for client in [&Client::new(), &client] {
            let asked = Instant::now();
            let url = format!("http://{}/v1/members/twitter:kevin/score", served.address);
            ask(client, &url).await;
            longest = longest.max(asked.elapsed());
        }
        rounds += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let open = opening.await.unwrap();
    assert!(open.len() > IDLE * 9 / 10, "{}", open.len());
    assert!(longest < PROMISED, "{longest:?}");
    held(format_args!(
        "{} unused connections: another caller waits {longest:.1?} at most",
        open.len()
    ));
}
