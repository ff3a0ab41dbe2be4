//! Metrics: what is measured is described, and what is read is measured.

use std::collections::{BTreeMap, BTreeSet};

use renown::telemetry::metric_names::{METRICS, MetricKind};
use serde_json::Value;

use crate::harness::App;
use crate::layering::{root, sources};

fn described() -> BTreeMap<&'static str, MetricKind> {
    METRICS
        .iter()
        .map(|(name, kind, _)| (*name, *kind))
        .collect()
}

/// Returns the names of our metrics in a text; those of the parts of a histogram without their
/// ends.
fn names_in(text: &str) -> BTreeSet<String> {
    let of_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let words = text.split(|c: char| !of_name(c));
    let ours = words.filter(|word| word.starts_with("renown_"));
    let base = |word: &str| {
        let ends = ["_bucket", "_sum", "_count"];
        let part = ends.iter().find_map(|end| word.strip_suffix(end));
        part.unwrap_or(word).to_owned()
    };
    ours.map(base).collect()
}

#[test]
fn every_metric_that_the_code_sets_is_described_and_no_other() {
    let mut set = BTreeMap::new();
    for file in sources(&root().join("src")) {
        let text = std::fs::read_to_string(file).unwrap();
        for (call, kind) in [
            ("counter!(", MetricKind::Counter),
            ("gauge!(", MetricKind::Gauge),
            ("histogram!(", MetricKind::Histogram),
        ] {
            for after in text.split(call).skip(1) {
                let name = after.trim_start().strip_prefix('"');
                if let Some((name, _)) = name.and_then(|rest| rest.split_once('"')) {
                    set.insert(name.to_owned(), kind);
                }
            }
        }
    }
    let described: BTreeMap<String, MetricKind> = described()
        .into_iter()
        .map(|(name, kind)| (name.to_owned(), kind))
        .collect();
    assert_eq!(set, described);
}

#[tokio::test]
async fn the_time_of_requests_is_measured_by_route_and_every_metric_has_its_meaning() {
    let app = App::start().await;
    app.get("/v1/sources").await.expect(200);
    app.service.measure().await.unwrap();
    let metrics = app.get("/metrics").await;
    let text = String::from_utf8_lossy(&metrics.bytes).into_owned();
    for line in [
        "renown_http_request_seconds_bucket{route=\"/v1/sources\",le=\"0.001\"}",
        "renown_http_request_seconds_count{route=\"/v1/sources\"}",
        "renown_database_connections{state=\"idle\"}",
        "renown_cache_entries{cache=\"callers\"}",
        "renown_webhook_oldest_pending_seconds 0",
        "renown_build_info{version=\"",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    for line in text.lines().filter(|line| line.starts_with("# TYPE ")) {
        let name = line.split(' ').nth(2).unwrap();
        assert!(text.contains(&format!("# HELP {name} ")), "{name}");
    }
}

/// The dashboard and the alert rules are of use only with metrics that there are.
#[test]
fn the_dashboard_and_the_alerts_read_metrics_that_exist() {
    let described = described();
    for file in [
        "docs/monitoring/dashboard.json",
        "docs/monitoring/alerts.yaml",
        "docs/operations.md",
    ] {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        let unknown: Vec<String> = names_in(&text)
            .into_iter()
            .filter(|name| !described.contains_key(name.as_str()))
            // A database in the example of a restore.
            .filter(|name| name != "renown_restored")
            .collect();
        assert!(unknown.is_empty(), "{file}: {unknown:?}");
        assert!(!names_in(&text).is_empty(), "{file}");
    }
}

#[test]
fn the_dashboard_asks_counters_for_their_rates() {
    let file = root().join("docs/monitoring/dashboard.json");
    let dashboard: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let described = described();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels
        .iter()
        .filter_map(|panel| panel["targets"].as_array());
    let mut count = 0;
    for target in targets.flatten() {
        let query = target["expr"].as_str().unwrap();
        for name in names_in(query) {
            let is_rate = query.contains("rate(") || query.contains("increase(");
            assert_eq!(
                described[name.as_str()] != MetricKind::Gauge,
                is_rate,
                "{query}"
            );
            count += 1;
        }
    }
    assert!(count > 15, "{count}");
}

#[test]
fn every_alert_says_what_it_means_and_what_to_do() {
    let file = root().join("docs/monitoring/alerts.yaml");
    let rules: Value = serde_saphyr::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let operations = std::fs::read_to_string(root().join("docs/operations.md")).unwrap();
    let groups = rules["groups"].as_array().unwrap().iter();
    let alerts: Vec<&Value> = groups
        .flat_map(|group| group["rules"].as_array().unwrap())
        .collect();
    assert!(alerts.len() > 10, "{}", alerts.len());
    for alert in alerts {
        assert!(
            alert["alert"].is_string() && alert["labels"]["severity"].is_string(),
            "{alert}"
        );
        for text in ["summary", "description"] {
            assert!(alert["annotations"][text].is_string(), "{alert}");
        }
        for name in names_in(alert["expr"].as_str().unwrap()) {
            assert!(
                operations.contains(&name),
                "{name} is not in docs/operations.md"
            );
        }
    }
}
