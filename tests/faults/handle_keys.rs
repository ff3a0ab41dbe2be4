//! A service whose key cannot read the stored handles does not start: it would not find
//! its members, and enrol them a second time.

use reqwest::{Client, StatusCode};
use serde_json::json;

use crate::process::{Databases, HASH_KEY, KEY, Served, command, dir};
use crate::report::held;

const NEW_KEY: &str = "another key that is only for tests";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_cannot_read_what_is_stored_keeps_the_service_from_starting() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let client = Client::new();
    let mut served = Served::start(dir.path(), Some(url.clone()));
    served.ready(&client).await;
    let member = |served: &Served| format!("http://{}/v1/members/twitter:kev", served.address);
    let put = client
        .put(member(&served))
        .bearer_auth(KEY)
        .json(&json!({}));
    assert_eq!(put.send().await.unwrap().status(), StatusCode::CREATED);
    drop(served);

    let new_key = [
        ("RENOWN__ACCOUNTS__HASH_KEY", NEW_KEY),
        ("RENOWN__ACCOUNTS__HASH_KEY_ID", "2"),
    ];
    let mut refused = Served::start_with(dir.path(), Some(url.clone()), &new_key);
    let (success, errors) = refused.ended().await;
    assert!(!success);
    for words in ["id 1", "hash_key_id", "retired_hash_keys"] {
        assert!(errors.contains(words), "{errors}");
    }
    let doctor = command("doctor", dir.path(), Some(&url))
        .envs(new_key)
        .output()
        .unwrap();
    assert!(!doctor.status.success());
    let said = String::from_utf8_lossy(&doctor.stdout);
    assert!(said.contains("retired_hash_keys"), "{said}");

    // With the old key listed as retired, the member is found.
    let retired = format!("[{{id=1,key=\"{HASH_KEY}\"}}]");
    let both = [
        new_key[0],
        new_key[1],
        ("RENOWN__ACCOUNTS__RETIRED_HASH_KEYS", &retired),
    ];
    let mut served = Served::start_with(dir.path(), Some(url.clone()), &both);
    served.ready(&client).await;
    let found = client.get(member(&served)).bearer_auth(KEY).send();
    assert_eq!(found.await.unwrap().status(), StatusCode::OK);
    drop(served);

    // Nothing was stored under the new key, so the old key alone still serves.
    let mut served = Served::start(dir.path(), Some(url));
    served.ready(&client).await;
    held("a hash key that cannot read the stored handles: no start, and doctor says so");
}
