//! Traces over OTLP (OpenTelemetry; HTTP with protobuf), if an endpoint is configured. A trace
//! goes on from the caller's `traceparent` (W3C Trace Context).

use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use opentelemetry::KeyValue;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{HeaderExtractor, HttpClient, HttpError};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tokio::runtime::Handle;
use tracing::field::Empty;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;
use url::Url;

use crate::config::TracesConfig;
use crate::https::{self, HttpsClient};

/// The variables of OpenTelemetry that name the endpoint, if the configuration does not.
const VARIABLES: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
];
/// How long one request to the collector may take, and the end of the process may be held up.
const PATIENCE: Duration = Duration::from_secs(10);
/// The time to connect.
const CONNECT: Duration = Duration::from_secs(5);
/// The longest answer of a collector that is read.
const MAX_ANSWER: usize = 64 * 1024;

/// Set once traces are sent.
static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// Returns the layer that sends spans; `None` if no endpoint is configured.
///
/// # Errors
/// If the endpoint cannot be used.
pub(super) fn layer<S>(
    config: &TracesConfig,
) -> Result<Option<impl Layer<S> + use<S>>, ExporterBuildError>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_configured = config.endpoint.is_some() || VARIABLES.iter().any(is_set);
    // Without a runtime there is nothing to send with, and no request to trace.
    let (true, Ok(runtime)) = (is_configured, Handle::try_current()) else {
        return Ok(None);
    };
    let provider = match PROVIDER.get() {
        Some(provider) => provider,
        None => {
            let provider = provider(config, runtime)?;
            PROVIDER.get_or_init(|| provider)
        }
    };
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("renown"))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_filter(Targets::new().with_target("renown", LevelFilter::DEBUG));
    Ok(Some(layer))
}

fn provider(
    config: &TracesConfig,
    runtime: Handle,
) -> Result<SdkTracerProvider, ExporterBuildError> {
    let client = https::client(CONNECT);
    let mut exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(CollectorClient { client, runtime });
    if let Some(endpoint) = &config.endpoint {
        exporter = exporter.with_endpoint(traces_url(endpoint));
    }
    let resource = Resource::builder()
        .with_service_name(service_name())
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    let sampler = Sampler::TraceIdRatioBased(config.share);
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter.build()?)
        .with_sampler(Sampler::ParentBased(Box::new(sampler)))
        .with_resource(resource)
        .build())
}

/// Returns where a collector takes traces, by the specification of OTLP.
fn traces_url(endpoint: &Url) -> String {
    format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/'))
}

/// The name of OpenTelemetry's own variable wins.
fn service_name() -> String {
    let named = std::env::var("OTEL_SERVICE_NAME").ok();
    let named = named.filter(|name| !name.is_empty());
    named.unwrap_or_else(|| "renown".to_owned())
}

/// Sends what is still to be sent, before the process ends.
pub fn finish() {
    if let Some(provider) = PROVIDER.get() {
        // The exporter has logged why, if it failed.
        let _ = provider.shutdown_with_timeout(PATIENCE);
    }
}

/// Begins the span of a request. It has the route and not the path, because paths contain
/// handles and emails.
pub fn request_span(id: &str, method: &Method, route: &str, headers: &HeaderMap) -> Span {
    let span = tracing::debug_span!(
        "request",
        id,
        otel.name = Empty,
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = %method,
        http.route = route,
        http.response.status_code = Empty,
    );
    if !span.is_disabled() && PROVIDER.get().is_some() {
        span.record("otel.name", format!("{method} {route}"));
        let caller = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
        // Only a span that has begun to be sent already cannot take one.
        let _ = span.set_parent(caller);
    }
    span
}

/// Adds the status of the answer to the span of a request.
pub fn note_status(span: &Span, status: u16) {
    if span.is_disabled() {
        return;
    }
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// The HTTP client of the exporter, which has a thread of its own: the work is done by the
/// runtime of the process.
#[derive(Debug)]
struct CollectorClient {
    client: HttpsClient,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for CollectorClient {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        // A timeout is made within a runtime.
        let limited = async move {
            let exchange = https::exchange(&client, request, MAX_ANSWER);
            tokio::time::timeout(PATIENCE, exchange).await
        };
        self.runtime.spawn(limited).await??
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_have_an_address_of_their_own_at_the_collector() {
        for (endpoint, expected) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            (
                "https://otel.example/in/",
                "https://otel.example/in/v1/traces",
            ),
        ] {
            assert_eq!(traces_url(&endpoint.parse().unwrap()), expected);
        }
    }
}
