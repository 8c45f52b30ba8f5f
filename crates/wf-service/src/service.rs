//! The service: what every API calls.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use wf_argo::Profile;
use wf_backend::{Backend, WorkflowId};

use crate::answers::ServiceDescription;
use crate::authorize::{AllowAll, Authorizer, Operation};
use crate::catalog::CatalogSource;
use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::secret::Secret;

/// The use cases that every API shares. Cheap to clone; all clones are one service.
#[derive(Debug, Clone)]
pub struct Service {
    pub(crate) parts: Arc<Parts>,
}

/// What a service is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) options: ServiceOptions,
    /// How many documents may be worked on at once; the work is the processor's alone.
    pub(crate) workbench: Arc<Semaphore>,
}

/// What a service is made of, by the process that makes it.
#[derive(Debug)]
#[non_exhaustive]
pub struct ServiceOptions {
    /// What runs the workflows.
    pub backend: Arc<dyn Backend>,
    /// The actions on offer.
    pub catalog: CatalogSource,
    /// The platform's defaults for rendering.
    pub profile: Profile,
    /// What cursors are sealed with; processes that serve the same store share it.
    pub cursor_secret: Secret,
    /// Who may do what.
    pub authorizer: Arc<dyn Authorizer>,
    /// Who counts what was done.
    pub observer: Arc<dyn Observer>,
    /// Once it is cancelled, every wait and every stream ends.
    pub closing: CancellationToken,
}

impl ServiceOptions {
    /// A service over that backend: built-in actions, plain profile, everybody may do everything.
    pub fn new(backend: Arc<dyn Backend>) -> Self {
        Self {
            backend,
            catalog: CatalogSource::builtin(),
            profile: Profile::default(),
            cursor_secret: Secret::random(),
            authorizer: Arc::new(AllowAll),
            observer: Arc::new(NoObserver),
            closing: CancellationToken::new(),
        }
    }
}

/// Is told of every use case when it has ended.
pub trait Observer: fmt::Debug + Send + Sync + 'static {
    /// An operation has taken that long; `code` says how it failed, if it did.
    fn observe(&self, operation: Operation, code: Option<Code>, took: Duration);
}

/// Counts nothing.
#[derive(Debug)]
struct NoObserver;

impl Observer for NoObserver {
    fn observe(&self, _: Operation, _: Option<Code>, _: Duration) {}
}

impl Service {
    /// A service made of these parts.
    pub fn new(options: ServiceOptions) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            parts: Arc::new(Parts {
                options,
                workbench: Arc::new(Semaphore::new(cores)),
            }),
        }
    }

    /// What this service is.
    pub fn describe(&self, context: &Context) -> ServiceDescription {
        let backend = self.backend().description();
        ServiceDescription {
            version: env!("CARGO_PKG_VERSION"),
            backend: backend.kind,
            target: backend.target,
            limits: backend.limits,
            scope: context.scope.to_string(),
            actions: self.options().catalog.current().iter().count(),
        }
    }

    /// Whether requests can succeed now.
    ///
    /// # Errors
    /// `UNAVAILABLE`. Its cause is not logged: whoever probes asks often, and tells changes.
    pub async fn check(&self) -> Result<()> {
        self.backend().check().await.map_err(Error::from)
    }

    /// Once it is cancelled, every wait and every stream of this service ends.
    pub fn closing(&self) -> &CancellationToken {
        &self.options().closing
    }

    pub(crate) fn options(&self) -> &ServiceOptions {
        &self.parts.options
    }

    pub(crate) fn backend(&self) -> &dyn Backend {
        &*self.parts.options.backend
    }
}

/// The id that a text spells.
///
/// # Errors
/// `NOT_FOUND` for a text that is no id: to a client, an id that nobody has.
pub fn workflow_id(text: &str) -> Result<WorkflowId> {
    text.parse().map_err(|_| {
        let shown: String = text
            .chars()
            .take(64)
            .filter(|shown| !shown.is_control())
            .collect();
        Error::new(Code::NotFound, format!("there is no workflow `{shown}`"))
    })
}
