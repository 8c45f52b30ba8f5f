//! Metrics: what was asked, how it went, and how long it took.

use std::sync::Arc;
use std::time::Duration;

use poem::http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use wf_service::{Code, Observer, Operation};

/// From half a millisecond to half a minute, in which a request ends.
const SECONDS: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0, 30.0,
];

type Durations<L> = Family<L, Histogram, fn() -> Histogram>;

fn durations<L: Clone + std::hash::Hash + Eq>() -> Durations<L> {
    Family::new_with_constructor(|| Histogram::new(SECONDS))
}

/// All metrics of a process. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Metrics {
    registry: Arc<Registry>,
    pub(crate) http: HttpMetrics,
    pub(crate) operations: OperationMetrics,
    pub(crate) catalog: ReloadMetrics,
    pub(crate) profile: ReloadMetrics,
}

impl Metrics {
    /// The metrics of that program.
    pub(crate) fn new(program: &'static str) -> Self {
        let mut registry = Registry::with_prefix("wf");
        let build = Info::new([("program", program), ("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program and its version", build);
        let http = HttpMetrics::default();
        http.register(registry.sub_registry_with_prefix("http"));
        let operations = OperationMetrics::default();
        operations.register(registry.sub_registry_with_prefix("operation"));
        let catalog = ReloadMetrics::default();
        catalog.register(registry.sub_registry_with_prefix("catalog"));
        let profile = ReloadMetrics::default();
        profile.register(registry.sub_registry_with_prefix("profile"));
        Self {
            registry: Arc::new(registry),
            http,
            operations,
            catalog,
            profile,
        }
    }

    /// All metrics as text in the `OpenMetrics` format.
    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// What came in over HTTP.
#[derive(Debug, Clone)]
pub(crate) struct HttpMetrics {
    in_flight: Gauge,
    requests: Family<HttpLabels, Counter>,
    durations: Durations<MethodLabel>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct HttpLabels {
    method: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MethodLabel {
    method: &'static str,
}

impl Default for HttpMetrics {
    fn default() -> Self {
        Self {
            in_flight: Gauge::default(),
            requests: Family::default(),
            durations: durations(),
        }
    }
}

impl HttpMetrics {
    fn register(&self, registry: &mut Registry) {
        let help = "HTTP requests whose answer has not begun";
        registry.register("requests_in_flight", help, self.in_flight.clone());
        registry.register("requests", "HTTP requests answered", self.requests.clone());
        let help = "Time until the answer began";
        registry.register_with_unit("duration", help, Unit::Seconds, self.durations.clone());
    }

    /// A request has come in; it is in flight until what is returned is dropped.
    pub(crate) fn enter(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    pub(crate) fn count(&self, method: &Method, status: StatusCode, took: Duration) {
        let method = known(method);
        let labels = HttpLabels {
            method,
            status: status.as_u16(),
        };
        self.requests.get_or_create(&labels).inc();
        self.durations
            .get_or_create(&MethodLabel { method })
            .observe(took.as_secs_f64());
    }
}

/// A request whose answer has not begun; a caller that goes away ends it too.
#[derive(Debug)]
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// A client may make up methods; a metric per invention would grow without bound.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// What was done, whichever API asked for it.
#[derive(Debug, Clone)]
pub(crate) struct OperationMetrics {
    ended: Family<OperationLabels, Counter>,
    durations: Durations<OperationLabel>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabels {
    operation: &'static str,
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabel {
    operation: &'static str,
}

impl Default for OperationMetrics {
    fn default() -> Self {
        Self {
            ended: Family::default(),
            durations: durations(),
        }
    }
}

impl OperationMetrics {
    fn register(&self, registry: &mut Registry) {
        let help = "Operations ended, by the code of their failure or OK";
        registry.register("ended", help, self.ended.clone());
        let help = "Time that operations took";
        registry.register_with_unit("duration", help, Unit::Seconds, self.durations.clone());
    }
}

/// What became of changes of the actions, or of the profile.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReloadMetrics {
    reloads: Family<OutcomeLabel, Counter>,
    failed: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: &'static str,
}

impl ReloadMetrics {
    fn register(&self, registry: &mut Registry) {
        let help = "Changes, by whether they were taken up";
        registry.register("reloads", help, self.reloads.clone());
        let help = "1 while the last change is not heeded";
        registry.register("reload_failed", help, self.failed.clone());
        for outcome in ["success", "failure"] {
            drop(self.reloads.get_or_create(&OutcomeLabel { outcome }));
        }
    }

    fn count(&self, succeeded: bool) {
        let outcome = if succeeded { "success" } else { "failure" };
        self.reloads.get_or_create(&OutcomeLabel { outcome }).inc();
        self.failed.set(i64::from(!succeeded));
    }
}

impl Observer for Metrics {
    fn observe(&self, operation: Operation, code: Option<Code>, took: Duration) {
        self.operations.observe(operation, code, took);
    }

    fn catalog_reloaded(&self, succeeded: bool) {
        self.catalog.count(succeeded);
    }

    fn profile_reloaded(&self, succeeded: bool) {
        self.profile.count(succeeded);
    }
}

impl OperationMetrics {
    fn observe(&self, operation: Operation, code: Option<Code>, took: Duration) {
        let operation = operation.as_str();
        let code = code.map_or("OK", Code::as_str);
        self.ended
            .get_or_create(&OperationLabels { operation, code })
            .inc();
        self.durations
            .get_or_create(&OperationLabel { operation })
            .observe(took.as_secs_f64());
    }
}
