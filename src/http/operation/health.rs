//! Health checks and metrics for operators.

use std::time::Duration;

use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use quick_cache::sync::Cache;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::http::App;
use crate::http::auth::{self, Auth, Metrics};
use crate::http::error::Problem;
use crate::service::operation::Credential;

/// How long a key that was checked may read metrics without being checked.
const VALID: TimeDelta = TimeDelta::minutes(10);
/// How long the check of a key may take if it was checked a short time ago, and else.
const SHORT: Duration = Duration::from_millis(50);
const LONG: Duration = Duration::from_secs(1);

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
///
/// Gauges that are counted in the database are up to 10 seconds old, or older while it
/// does not answer. A key that could read the metrics in the last ten minutes can read
/// them while the database does not answer.
#[utoipa::path(
    get, path = "/metrics", tag = "operation", operation_id = "metrics",
    responses((status = 200, description = "The metrics.", body = String, content_type = "text/plain"))
)]
pub async fn metrics(State(app): State<App>, _: MetricsReader) -> Response {
    app.routes.publish_counts();
    app.service.measure_process();
    app.metrics.render().into_response()
}

/// The keys that could read the metrics, by their hash, and when.
pub type MetricsReaders = Cache<[u8; 32], DateTime<Utc>>;

/// A caller that may read metrics. They are needed most while the database does not
/// answer, so a key that was checked a short time ago is not checked again then.
#[derive(Debug, Clone, Copy)]
pub struct MetricsReader;

impl FromRequestParts<App> for MetricsReader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        // Not remembered without one, so that nobody reads them with none.
        let Some(shown) = auth::credential(&parts.method, &parts.headers, app)? else {
            Auth::<Metrics>::from_request_parts(parts, app).await?;
            return Ok(Self);
        };
        let (Credential::Bearer(secret) | Credential::Cookie(secret)) = shown;
        let key = Sha256::digest(secret).into();
        let now = app.service.clock.now();
        let checked = app.metrics_readers.get(&key);
        let is_recent = checked.is_some_and(|checked| now < checked + VALID);
        let patience = if is_recent { SHORT } else { LONG };
        let auth = Auth::<Metrics>::from_request_parts(parts, app);
        match tokio::time::timeout(patience, auth).await {
            Ok(Ok(_)) => {
                app.metrics_readers.insert(key, now);
                Ok(Self)
            }
            Ok(Err(problem)) if problem.status != StatusCode::SERVICE_UNAVAILABLE.as_u16() => {
                app.metrics_readers.remove(&key);
                Err(problem)
            }
            _ if is_recent => Ok(Self),
            Ok(Err(problem)) => Err(problem),
            Err(_) => Err(Problem::unavailable()
                .detail("the key cannot be checked, because the database does not answer")
                .retry_after(2)),
        }
    }
}
