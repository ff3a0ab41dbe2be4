//! Every metric, with what it says. A test compares this list with the metrics that the code
//! sets, and with those that the dashboard and the alert rules in `docs/` read.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// How a metric behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// It only grows, until the process ends.
    Counter,
    /// Its value rises and falls.
    Gauge,
    /// It counts measurements in buckets.
    Histogram,
}

/// Every metric: its name, kind and meaning.
pub const METRICS: [(&str, MetricKind, &str); 39] = {
    use MetricKind::{Counter, Gauge, Histogram};
    [
        (
            "renown_build_info",
            Gauge,
            "1, with the version of the program.",
        ),
        (
            "renown_cache_entries",
            Gauge,
            "Entries of the caches in memory.",
        ),
        (
            "renown_cache_misses_total",
            Counter,
            "What was read from the database and cached, because it was not cached.",
        ),
        (
            "renown_check_age_seconds",
            Gauge,
            "Age of the last check of the scores against the log.",
        ),
        (
            "renown_check_brier_skill",
            Gauge,
            "Brier skill of the confidences, of the last check: above 0 is better than the base rate.",
        ),
        (
            "renown_check_calibration_error",
            Gauge,
            "Mean difference between confidence and frequency, of the last check.",
        ),
        (
            "renown_check_pairs",
            Gauge,
            "Pairs of a member and a topic in the last check.",
        ),
        (
            "renown_clock_skew_seconds",
            Gauge,
            "How far the machine's clock is ahead of the database's.",
        ),
        (
            "renown_connections_closed_total",
            Counter,
            "Connections that were closed because they were unused or too many, by reason.",
        ),
        (
            "renown_connections_open",
            Gauge,
            "Open connections of callers.",
        ),
        (
            "renown_connector_contact_timestamp_seconds",
            Gauge,
            "When a connector last had an answer.",
        ),
        (
            "renown_connector_failures_total",
            Counter,
            "Failures of a connector.",
        ),
        (
            "renown_connector_items_total",
            Counter,
            "Items of a connector, by outcome.",
        ),
        (
            "renown_connector_lag_seconds",
            Gauge,
            "How far a connector is behind.",
        ),
        (
            "renown_database_connections",
            Gauge,
            "Connections to the database, used and idle.",
        ),
        (
            "renown_events_accepted_total",
            Counter,
            "Events that were stored.",
        ),
        (
            "renown_events_duplicate_total",
            Counter,
            "Events that were known already.",
        ),
        (
            "renown_events_ignored_total",
            Counter,
            "Items of other formats that are no events, by format and reason.",
        ),
        (
            "renown_events_rejected_total",
            Counter,
            "Events that were wrong.",
        ),
        (
            "renown_heartbeat_seconds",
            Gauge,
            "How long a notice takes through the database and back.",
        ),
        (
            "renown_http_answers_total",
            Counter,
            "Answers by route and class of status.",
        ),
        (
            "renown_http_request_seconds",
            Histogram,
            "Time from a request's head to the head of its answer, by route; without streams.",
        ),
        (
            "renown_ingest_events_waiting",
            Gauge,
            "Events that were submitted and are not committed yet.",
        ),
        (
            "renown_job_failing_seconds",
            Gauge,
            "How long a job has only failed.",
        ),
        (
            "renown_job_failures_total",
            Counter,
            "Rounds of a job that have failed.",
        ),
        (
            "renown_job_runs_total",
            Counter,
            "Rounds of a job that have ended.",
        ),
        (
            "renown_listener_losses_total",
            Counter,
            "Times that the connection for notices was lost.",
        ),
        (
            "renown_measured_timestamp_seconds",
            Gauge,
            "When the gauges of the database were last counted.",
        ),
        (
            "renown_postgres_restarts_total",
            Counter,
            "Times that the private Postgres was started again.",
        ),
        (
            "renown_rate_limited_total",
            Counter,
            "Requests that were refused because their caller has sent too many.",
        ),
        (
            "renown_requests_refused_total",
            Counter,
            "Requests that were refused because too many were under way, by kind.",
        ),
        (
            "renown_scorer_lag_batches",
            Gauge,
            "Batches of the log that are not scored yet.",
        ),
        (
            "renown_scores_computed_total",
            Counter,
            "Members whose scores were computed.",
        ),
        (
            "renown_showings_lost_total",
            Counter,
            "Showings of perks that were not recorded, because too many waited.",
        ),
        (
            "renown_sources_silent",
            Gauge,
            "Sources of events that have gone silent.",
        ),
        (
            "renown_stuck_transactions_ended_total",
            Counter,
            "Transactions of frozen replicas that were ended.",
        ),
        (
            "renown_webhook_attempts_total",
            Counter,
            "Attempts to deliver a message, by outcome.",
        ),
        (
            "renown_webhook_deliveries_pending",
            Gauge,
            "Messages that are still to be delivered.",
        ),
        (
            "renown_webhook_oldest_pending_seconds",
            Gauge,
            "Age of the oldest message that is still to be delivered.",
        ),
    ]
};

/// Tells the recorder what the metrics mean, for those who read `/metrics`.
pub(super) fn describe() {
    for (name, kind, meaning) in METRICS {
        let unit = match name.ends_with("_seconds") {
            true => Unit::Seconds,
            false => Unit::Count,
        };
        match kind {
            MetricKind::Counter => describe_counter!(name, unit, meaning),
            MetricKind::Gauge => describe_gauge!(name, unit, meaning),
            MetricKind::Histogram => describe_histogram!(name, unit, meaning),
        }
    }
    metrics::gauge!("renown_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}
