//! The operator's side: probes and metrics, on an address of their own.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use poem::http::{StatusCode, header};
use poem::web::{Data, Json};
use poem::{Endpoint, EndpointExt, IntoResponse, Request, Response, Route, get, handler};
use wf_service::Service;

use crate::http::HostRule;
use crate::metrics::Metrics;

/// How long the backend has to answer a probe; probes usually give us a second or more.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the API can answer. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Readiness(Arc<State>);

#[derive(Debug, Default)]
struct State {
    service: OnceLock<Service>,
    /// What the last probe found, so that the log tells changes alone.
    unavailable: AtomicBool,
}

impl Readiness {
    /// From now on it is as ready as that service.
    pub(super) fn set_ready(&self, service: Service) {
        // Set once in the life of a process.
        let _ = self.0.service.set(service);
    }

    async fn probe(&self) -> Probed {
        let Some(service) = self.0.service.get() else {
            return Probed::no("starting", "the backend is being opened");
        };
        if service.closing().is_cancelled() {
            return Probed::no("draining", "the process is about to end");
        }
        let checked = tokio::time::timeout(PATIENCE, service.check()).await;
        let failure = match checked {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(chain(&error)),
            Err(_) => Some(format!("no answer within {} seconds", PATIENCE.as_secs())),
        };
        self.log_change(failure.as_deref());
        match failure {
            None => Probed {
                status: StatusCode::OK,
                state: "ready",
                reason: None,
            },
            Some(_) => Probed::no("unavailable", "the backend cannot answer; the log says why"),
        }
    }

    /// What is wrong with the last change of the actions. Those that were on offer still are, so
    /// it makes nobody unready.
    fn actions_failure(&self) -> Option<serde_json::Value> {
        let failure = self.0.service.get()?.actions_failure()?;
        let reason = "the actions have changed and are wrong; those before are on offer";
        Some(stale(reason, failure.reasons()))
    }

    /// The same of the profile.
    fn profile_failure(&self) -> Option<serde_json::Value> {
        let failure = self.0.service.get()?.profile_failure()?;
        let reason = "the profile has changed and is wrong; the one before is heeded";
        Some(stale(reason, failure.reasons()))
    }

    fn log_change(&self, failure: Option<&str>) {
        let was = self
            .0
            .unavailable
            .swap(failure.is_some(), Ordering::Relaxed);
        match failure {
            Some(cause) if !was => tracing::error!(cause, "the backend cannot answer"),
            None if was => tracing::info!("the backend answers again"),
            _ => {}
        }
    }
}

fn stale(reason: &str, faults: &[String]) -> serde_json::Value {
    serde_json::json!({ "status": "stale", "reason": reason, "faults": faults })
}

fn chain(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

/// What a probe found.
struct Probed {
    status: StatusCode,
    state: &'static str,
    reason: Option<&'static str>,
}

impl Probed {
    fn no(state: &'static str, reason: &'static str) -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            state,
            reason: Some(reason),
        }
    }
}

/// Probes and metrics. The host rule holds here too; the requests are neither logged nor counted.
pub(super) fn endpoint(
    readiness: &Readiness,
    metrics: &Metrics,
    address: SocketAddr,
) -> impl Endpoint + use<> {
    let hosts = HostRule::new(address, &[]);
    Route::new()
        .at("/livez", get(livez))
        .at("/readyz", get(readyz))
        .at("/metrics", get(metrics_text))
        .data(readiness.clone())
        .data(metrics.clone())
        .before(move |request: Request| {
            let passed = hosts.check(&request).map_err(|error| {
                poem::Error::from_string(error.to_string(), StatusCode::FORBIDDEN)
            });
            async move { passed.map(|()| request) }
        })
}

/// The process lives, whatever else is so.
#[handler]
fn livez() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "status": "alive" }))
}

#[handler]
async fn readyz(Data(readiness): Data<&Readiness>) -> Response {
    let Probed {
        status,
        state,
        reason,
    } = readiness.probe().await;
    let mut body = serde_json::json!({ "status": state });
    if let Some(reason) = reason {
        body["reason"] = reason.into();
    }
    if let Some(failure) = readiness.actions_failure() {
        body["actions"] = failure;
    }
    if let Some(failure) = readiness.profile_failure() {
        body["profile"] = failure;
    }
    Json(body).with_status(status).into_response()
}

#[handler]
fn metrics_text(Data(metrics): Data<&Metrics>) -> Response {
    const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match metrics.text() {
        Ok(text) => text
            .with_header(header::CONTENT_TYPE, OPEN_METRICS)
            .into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into(),
    }
}
