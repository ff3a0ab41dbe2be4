//! A service that starts before its database waits for it, for a while.

use std::time::Duration;

use reqwest::Client;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, UnixStream};

use crate::process::{Databases, Served, dir};
use crate::report::held;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_waits_for_its_database_and_says_so() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let behind = databases.create().await;
    // Reserved, and closed again: connections are refused at first.
    let port = free_port();
    let url = format!("postgresql://renown@127.0.0.1:{port}/fresh_1?sslmode=disable");
    let log = [("RENOWN__LOG__FILTER", "warn")];
    let mut served = Served::start_with(dir.path(), Some(url), &log);
    tokio::time::sleep(Duration::from_secs(3)).await;
    tokio::spawn(forward(port, socket(&behind)));
    served.ready(&Client::new()).await;
    let said = served.kill();
    let place = format!("host 127.0.0.1, port {port}");
    assert!(said.contains("waiting for the database"), "{said}");
    assert!(said.contains(&place) && said.contains("refused"), "{said}");
    held("a database that comes 3 s after the service: waited for, and said in the log");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_whose_database_does_not_come_ends_and_says_where_it_looked() {
    let dir = dir();
    let port = free_port();
    let url = format!("postgresql://renown:pass-word@127.0.0.1:{port}/hotel");
    let wait = [("RENOWN__DATABASE__WAIT_SECONDS", "1")];
    let mut served = Served::start_with(dir.path(), Some(url), &wait);
    let (success, said) = served.ended().await;
    assert!(!success);
    let place = format!("host 127.0.0.1, port {port}, database hotel, user renown");
    assert!(said.contains(&place), "{said}");
    assert!(
        said.contains("refused") && said.contains("waited 1 s"),
        "{said}"
    );
    assert!(!said.contains("pass-word"), "{said}");
    held("a database that does not come: the service ends, and says where it looked");
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Returns the path of the socket in the URL of a private Postgres.
fn socket(url: &str) -> String {
    let host = url
        .split("host=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    format!("{host}/.s.PGSQL.5432")
}

async fn forward(port: u16, socket: String) {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    loop {
        let (mut client, _) = listener.accept().await.unwrap();
        let socket = socket.clone();
        tokio::spawn(async move {
            let mut server = UnixStream::connect(socket).await.unwrap();
            let _ = copy_bidirectional(&mut client, &mut server).await;
        });
    }
}
