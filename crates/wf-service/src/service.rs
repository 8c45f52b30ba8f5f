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
use crate::catalog::{CatalogError, CatalogSource};
use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::profile::{ProfileError, ProfileSource};
use crate::secret::Secret;

/// How many callers may wait at once when nobody says.
const MOST_WAITS: usize = 512;

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
    /// The places of the callers that wait or follow.
    pub(crate) waits: Arc<Semaphore>,
}

/// What a service is made of, by the process that makes it.
#[derive(Debug)]
#[non_exhaustive]
pub struct ServiceOptions {
    /// What runs the workflows.
    pub backend: Arc<dyn Backend>,
    /// The actions on offer.
    pub catalog: CatalogSource,
    /// The platform's defaults for rendering. Where there is no cluster, what only a cluster has is
    /// shown and not run.
    pub profile: ProfileSource,
    /// What cursors are sealed with; processes that serve the same store share it.
    pub cursor_secret: Secret,
    /// Who may do what.
    pub authorizer: Arc<dyn Authorizer>,
    /// Who counts what was done.
    pub observer: Arc<dyn Observer>,
    /// How many callers may wait for workflows or follow logs at once. One that went away may not
    /// be noticed before its wait is over, so that they have to be bounded.
    pub most_waits: usize,
    /// Once it is cancelled, every wait and every stream ends.
    pub closing: CancellationToken,
}

impl ServiceOptions {
    /// A service over that backend: built-in actions, plain profile, everybody may do everything.
    pub fn new(backend: Arc<dyn Backend>) -> Self {
        Self {
            backend,
            catalog: CatalogSource::builtin(),
            profile: Profile::plain().into(),
            cursor_secret: Secret::random(),
            authorizer: Arc::new(AllowAll),
            observer: Arc::new(NoObserver),
            most_waits: MOST_WAITS,
            closing: CancellationToken::new(),
        }
    }
}

/// Is told of every use case when it has ended.
pub trait Observer: fmt::Debug + Send + Sync + 'static {
    /// An operation has taken that long; `code` says how it failed, if it did.
    fn observe(&self, operation: Operation, code: Option<Code>, took: Duration);

    /// The actions have changed where they come from, and are on offer now, or are wrong.
    fn catalog_reloaded(&self, succeeded: bool) {
        let _ = succeeded;
    }

    /// The profile has changed where it comes from, and is heeded now, or is wrong.
    fn profile_reloaded(&self, succeeded: bool) {
        let _ = succeeded;
    }
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
        let most_waits = options.most_waits.min(Semaphore::MAX_PERMITS);
        Self {
            parts: Arc::new(Parts {
                options,
                workbench: Arc::new(Semaphore::new(cores)),
                waits: Arc::new(Semaphore::new(most_waits)),
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

    /// Why the last change of the actions is not on offer, if it is not.
    pub fn actions_failure(&self) -> Option<Arc<CatalogError>> {
        self.options().catalog.failure()
    }

    /// Why the last change of the profile is not heeded, if it is not.
    pub fn profile_failure(&self) -> Option<Arc<ProfileError>> {
        self.options().profile.failure()
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
