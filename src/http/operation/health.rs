//! Health checks and metrics for operators.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::App;
use crate::http::error::Problem;
use crate::http::extract::{Admin, Auth};

/// The status of the service.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatusBody {
    /// `ok`.
    status: &'static str,
}

/// Answers if the process runs.
#[utoipa::path(
    get, path = "/livez", tag = "operation", operation_id = "livez", security(()),
    responses((status = 200, description = "It does.", body = StatusBody))
)]
pub async fn livez() -> axum::Json<StatusBody> {
    axum::Json(StatusBody { status: "ok" })
}

/// Answers if the service is ready.
///
/// It is if the database can be reached, its clock and that of the machine differ by at
/// most 10 seconds, changes made by other replicas are received, and no job fails for
/// longer than configured. Otherwise `reasons` has a sentence for each that is wrong.
#[utoipa::path(
    get, path = "/readyz", tag = "operation", operation_id = "readyz", security(()),
    responses(
        (status = 200, description = "The service is ready.", body = StatusBody),
        (status = 503, description = "The service is not ready; `detail` and `reasons` say why."),
    )
)]
pub async fn readyz(State(app): State<App>) -> Result<axum::Json<StatusBody>, Problem> {
    app.service.ping().await?;
    let unready_reasons = app.service.health.unready_reasons();
    let reasons: Vec<String> = unready_reasons.iter().map(ToString::to_string).collect();
    if !reasons.is_empty() {
        return Err(Problem::unavailable()
            .detail(reasons.join("; "))
            .with("reasons", reasons)
            .retry_after(2));
    }
    Ok(axum::Json(StatusBody { status: "ok" }))
}

/// Returns counters and gauges in the text format of Prometheus.
#[utoipa::path(
    get, path = "/metrics", tag = "operation", operation_id = "metrics",
    responses((status = 200, description = "The metrics.", body = String, content_type = "text/plain"))
)]
pub async fn metrics(State(app): State<App>, _: Auth<Admin>) -> Result<Response, Problem> {
    let lag = app.service.scorer.lag().await?;
    metrics::gauge!("renown_scorer_lag_batches").set(lag as f64);
    let silent = app.service.sources.count_silent().await?;
    metrics::gauge!("renown_sources_silent").set(silent as f64);
    let pending = app.service.webhooks.count_pending_deliveries().await?;
    metrics::gauge!("renown_webhook_deliveries_pending").set(pending as f64);
    app.route_counts.publish();
    Ok(app.metrics.render().into_response())
}
