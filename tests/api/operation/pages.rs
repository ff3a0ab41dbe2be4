//! The pages: what is served, under which policy, and what is not.

use reqwest::{Method, StatusCode};

use crate::harness::{Answer, App};

const PAGE: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

async fn browse(app: &App, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut all = vec![("authorization", ""), PAGE];
    all.extend_from_slice(headers);
    app.send(Method::GET, path, &all, "").await
}

fn is_document(answer: &Answer) -> bool {
    answer.status == StatusCode::OK
        && answer.headers["content-type"] == "text/html; charset=utf-8"
        && answer.bytes.starts_with(b"<!doctype html>")
}

#[tokio::test]
async fn every_address_of_a_page_answers_the_document() {
    let app = App::start().await;
    for path in [
        "/",
        "/sign-in",
        "/people/twitter:kevin?tab=claims",
        "/programs/palms-klub",
        "/desk/front?program=palms-klub",
        "/index.html",
    ] {
        assert!(is_document(&browse(&app, path, &[]).await), "{path}");
    }
    let head = [("authorization", ""), PAGE];
    let head = app.send(Method::HEAD, "/people", &head, "").await;
    assert_eq!(head.headers["content-type"], "text/html; charset=utf-8");
}

#[tokio::test]
async fn what_is_no_page_is_a_problem() {
    let app = App::start().await;
    for path in [
        "/v1/nothing",
        "/v1",
        "/assets/nothing.js",
        "/auth/nobody/else",
    ] {
        let answer = browse(&app, path, &[]).await;
        assert_eq!(answer.problem(404), "not-found", "{path}");
    }
    // A client of the API that mistypes a path is not to get a page.
    for accept in ["*/*", "application/json"] {
        let answer = browse(&app, "/v2/members", &[("accept", accept)]).await;
        assert_eq!(answer.problem(404), "not-found");
    }
    let headers = [PAGE, ("content-type", "application/json")];
    let answer = app.send(Method::POST, "/people", &headers, "{}").await;
    assert_eq!(answer.problem(404), "not-found");
}

#[tokio::test]
async fn no_path_leads_out_of_the_pages() {
    let app = App::start().await;
    // A client would shorten such paths, so they are sent as they are.
    for path in [
        "/../Cargo.toml",
        "/assets/../../Cargo.toml",
        "/..%2fCargo.toml",
        "/%2e%2e/Cargo.toml",
        "//etc/passwd",
        "/assets/%00",
    ] {
        let answer = raw(&app, path).await;
        assert!(!answer.contains("[package]"), "{path}: {answer}");
        assert!(!answer.contains("root:"), "{path}: {answer}");
    }
}

/// Sends a path as it is written.
async fn raw(app: &App, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(&app.address).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn pages_run_nothing_but_their_own_files_and_stay_out_of_frames() {
    let app = App::with(|config| {
        let origins = ["https://crm.example.com", "https://pms.example.com:8443"];
        config.http.frame_origins = origins.map(|origin| origin.parse().unwrap()).into();
    })
    .await;
    let policy = |ancestors: &str| {
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
             connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; \
             form-action 'self'; frame-ancestors {ancestors}"
        )
    };
    for path in ["/", "/sign-in", "/desk", "/deskx/front"] {
        let page = browse(&app, path, &[]).await;
        assert_eq!(page.headers["content-security-policy"], policy("'none'"));
        assert_eq!(page.headers["x-frame-options"], "DENY");
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
    }
    let desk = browse(&app, "/desk/front", &[]).await;
    let origins = "https://crm.example.com https://pms.example.com:8443";
    assert_eq!(desk.headers["content-security-policy"], policy(origins));
    assert!(!desk.headers.contains_key("x-frame-options"));

    // Without configured origins, desks are in no frame either.
    let app = App::start().await;
    let desk = browse(&app, "/desk/front", &[]).await;
    assert_eq!(desk.headers["content-security-policy"], policy("'none'"));
    assert_eq!(desk.headers["x-frame-options"], "DENY");
}

#[tokio::test]
async fn a_page_is_compressed_and_sent_once() {
    let app = App::start().await;
    let plain = browse(&app, "/", &[("accept-encoding", "identity")]).await;
    assert!(!plain.headers.contains_key("content-encoding"));
    let gzip = browse(&app, "/", &[("accept-encoding", "gzip, br;q=0.9")]).await;
    assert_eq!(gzip.headers["content-encoding"], "gzip");
    assert!(gzip.bytes.len() < plain.bytes.len());
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&*gzip.bytes), &mut text)
        .unwrap();
    assert_eq!(text.as_bytes(), plain.bytes);
    for (answer, encoding) in [(plain, "identity"), (gzip, "gzip")] {
        assert_eq!(answer.headers["cache-control"], "no-cache");
        assert_eq!(answer.headers["vary"], "accept-encoding");
        let tag = answer.headers["etag"].to_str().unwrap();
        let again = [("accept-encoding", encoding), ("if-none-match", tag)];
        let again = browse(&app, "/", &again).await;
        assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
        assert_eq!(again.headers["etag"], tag);
    }
}

/// Returns the files that were built, by their addresses.
fn built(folder: &str) -> Vec<(String, Vec<u8>)> {
    let dist = concat!(env!("CARGO_MANIFEST_DIR"), "/web/dist");
    let entries = std::fs::read_dir(format!("{dist}{folder}")).unwrap();
    let files = entries
        .map(Result::unwrap)
        .filter(|entry| entry.path().is_file());
    let file = |entry: std::fs::DirEntry| {
        let name = entry.file_name().into_string().unwrap();
        (
            format!("{folder}{name}"),
            std::fs::read(entry.path()).unwrap(),
        )
    };
    files.map(file).collect()
}

#[tokio::test]
async fn assets_are_kept_for_a_year_and_other_files_are_asked_for_each_time() {
    let app = App::start().await;
    let (assets, others) = (built("/assets/"), built("/"));
    assert!(!assets.is_empty() && others.len() > 1);
    for (files, caching) in [
        (assets, "public, max-age=31536000, immutable"),
        (others, "no-cache"),
    ] {
        for (path, content) in files {
            // No type is asked for: a script asks for any.
            let file = browse(&app, &path, &[("accept", "*/*")]).await;
            assert_eq!(file.status, 200, "{path}");
            assert_eq!(file.headers["cache-control"], caching, "{path}");
            assert!(file.bytes == content, "{path}");
            let kind = match path.rsplit_once('.').unwrap().1 {
                "js" => "text/javascript; charset=utf-8",
                "css" => "text/css; charset=utf-8",
                "html" => "text/html; charset=utf-8",
                "svg" => "image/svg+xml",
                other => panic!("{other} is new here"),
            };
            assert_eq!(file.headers["content-type"], kind, "{path}");
        }
    }
}

#[test]
fn the_document_has_nothing_that_its_policy_forbids() {
    let document = include_str!("../../../web/dist/index.html");
    for script in document.split("<script").skip(1) {
        let (tag, rest) = script.split_once('>').unwrap();
        assert!(tag.contains(" src=\"/"), "{tag}");
        assert!(rest.starts_with("</script>"), "{rest}");
    }
    for forbidden in ["<style", " style=", " onload=", "javascript:", "=\"http"] {
        assert!(!document.contains(forbidden), "{forbidden}");
    }
}
