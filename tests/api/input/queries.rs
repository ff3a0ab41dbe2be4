//! Query parameters that a route does not have.

use super::sites::operations;
use crate::harness::App;

/// A misspelt parameter is not ignored in silence, on any route.
#[tokio::test]
async fn a_query_parameter_that_a_route_does_not_have_is_refused_with_the_known_ones() {
    let app = App::start().await;
    for operation in operations() {
        let parts = operation
            .path
            .split('/')
            .map(|part| match part.starts_with('{') {
                true => "x",
                false => part,
            });
        let path = parts.collect::<Vec<_>>().join("/");
        let method = operation.method.parse().unwrap();
        let path = format!("{path}?no%5Fsuch=1");
        let answer = app.send(method, &path, &[], "").await;
        let problem = answer.expect(400);
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("'no_such'"), "{path}: {detail}");
        let known = operation
            .parameters
            .iter()
            .filter(|one| one.place == "query");
        for known in known {
            assert!(detail.contains(&known.name), "{path}: {detail}");
        }
    }
}
