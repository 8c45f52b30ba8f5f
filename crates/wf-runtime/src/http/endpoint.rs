//! An API inside of the rules.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use poem::http::{HeaderName, HeaderValue};
use poem::{Endpoint, IntoEndpoint, IntoResponse, Request, Response};
use tracing::Instrument;
use wf_service::{Code, Error, Scope};

use super::args::HttpArgs;
use super::host::HostRule;
use super::origin::{Origin, Page};
use super::refusal::{Refused, Shape};
use super::{body, caller, cors, headers, origin, request_id};
use crate::metrics::HttpMetrics;

/// The rules that every HTTP request has to pass. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Http {
    rules: Arc<Rules>,
}

#[derive(Debug, Clone)]
struct Rules {
    scope: Scope,
    hosts: HostRule,
    trusted: Vec<Origin>,
    actor_header: Option<HeaderName>,
    timeout: Duration,
    body_bytes: usize,
    shape: Shape,
    metrics: HttpMetrics,
}

impl Http {
    /// The rules for callers of that scope at that address.
    pub fn new(args: &HttpArgs, scope: Scope, address: SocketAddr, shape: Shape) -> Self {
        let HttpArgs {
            cors_origin,
            allowed_hosts,
            request_timeout_seconds,
            max_body_bytes,
            actor_header,
        } = args;
        let rules = Rules {
            scope,
            hosts: HostRule::new(address, allowed_hosts),
            trusted: cors_origin.clone(),
            actor_header: actor_header.clone(),
            timeout: Duration::from_secs((*request_timeout_seconds).into()),
            body_bytes: *max_body_bytes as usize,
            shape,
            metrics: HttpMetrics::default(),
        };
        Self {
            rules: Arc::new(rules),
        }
    }

    /// The same rules, whose requests those metrics count.
    pub(crate) fn counted_by(&self, metrics: &HttpMetrics) -> Self {
        let mut rules = Rules::clone(&self.rules);
        rules.metrics = metrics.clone();
        Self {
            rules: Arc::new(rules),
        }
    }

    /// That API inside of the rules: what comes out is always an answer.
    pub fn around<A>(&self, api: A) -> impl Endpoint<Output = Response> + use<A>
    where
        A: IntoEndpoint + 'static,
        A::Endpoint: 'static,
    {
        Ruled {
            rules: Arc::clone(&self.rules),
            api: api.into_endpoint(),
        }
    }
}

struct Ruled<E> {
    rules: Arc<Rules>,
    api: E,
}

impl<E: Endpoint> Endpoint for Ruled<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let began = Instant::now();
        let _in_flight = self.rules.metrics.enter();
        let id = request_id::of(request.headers());
        let method = request.method().clone();
        let span = tracing::info_span!(
            "request", request.id = %id, http.method = %method, url.path = request.uri().path()
        );
        let mut response = self.answer(request, &id).instrument(span.clone()).await;
        headers::secure(&mut response);
        if let Ok(id) = HeaderValue::from_str(&id) {
            headers::set(&mut response, request_id::REQUEST_ID, id);
        }
        let (status, took) = (response.status(), began.elapsed());
        self.rules.metrics.count(&method, status, took);
        span.in_scope(|| {
            tracing::debug!(
                http.status = status.as_u16(),
                took_ms = took.as_secs_f64() * 1e3,
                "answered"
            );
        });
        Ok(response)
    }
}

impl<E: Endpoint> Ruled<E> {
    /// The answer to a request, with what a browser has to be told about it.
    async fn answer(&self, request: Request, id: &str) -> Response {
        let rules = &*self.rules;
        let refuse = |error: Error| Refused::from(error).answer(rules.shape, id);
        if let Err(error) = rules.hosts.check(&request) {
            return refuse(error);
        }
        let page = match origin::check(&request, &rules.trusted) {
            Ok(page) => page,
            Err(error) => return refuse(error),
        };
        match page {
            Page::Own => self.pass(request, id).await,
            Page::Trusted(origin) => {
                let mut response = if cors::is_preflight(&request) {
                    cors::preflight()
                } else {
                    self.pass(request, id).await
                };
                cors::expose(&mut response, origin);
                response
            }
        }
    }

    /// The API's own answer, or a refusal in its shape. A panic is a defect of ours, and ends
    /// with its request.
    async fn pass(&self, mut request: Request, id: &str) -> Response {
        let rules = &*self.rules;
        let admitted = self.admit(&mut request, id).await;
        if let Err(error) = admitted {
            return Refused::from(error).answer(rules.shape, id);
        }
        match AssertUnwindSafe(self.api.call(request))
            .catch_unwind()
            .await
        {
            Ok(Ok(answer)) => answer.into_response(),
            Ok(Err(error)) if error.is_from_response() => error.into_response(),
            Ok(Err(error)) => Refused::from(error).answer(rules.shape, id),
            Err(_) => {
                let error = Error::new(Code::Internal, "the service failed; its log says why");
                Refused::from(error).answer(rules.shape, id)
            }
        }
    }

    async fn admit(&self, request: &mut Request, id: &str) -> wf_service::Result<()> {
        let rules = &*self.rules;
        let actor_header = rules.actor_header.as_ref();
        let context = caller::identify(request, &rules.scope, actor_header, id, rules.timeout)?;
        body::receive(request, rules.body_bytes, rules.timeout).await?;
        request.extensions_mut().insert(context);
        Ok(())
    }
}
