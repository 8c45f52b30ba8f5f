//! The service itself: what it is and how much it takes.

use async_graphql::Object;
use wf_model::Limits;
use wf_service::ServiceDescription;

/// What this service is.
pub(crate) struct Service(pub(crate) ServiceDescription);

/// What this service is.
#[Object]
impl Service {
    /// The version of the service.
    async fn version(&self) -> &str {
        self.0.version
    }

    /// What runs the workflows, as in `--backend`.
    async fn backend(&self) -> &str {
        self.0.backend
    }

    /// What documents are checked for, as in `embedded`.
    async fn target(&self) -> &str {
        self.0.target.as_str()
    }

    /// The caller's tenant.
    async fn scope(&self) -> &str {
        &self.0.scope
    }

    /// How many actions are on offer.
    async fn actions(&self) -> u64 {
        self.0.actions as u64
    }

    /// How large a document may be.
    async fn limits(&self) -> DocumentLimits<'_> {
        DocumentLimits(&self.0.limits)
    }
}

/// How large a document may be; each limit is inclusive.
pub(crate) struct DocumentLimits<'a>(&'a Limits);

/// How large a document may be; each limit is inclusive.
#[Object]
impl DocumentLimits<'_> {
    /// Bytes of the document's JSON.
    async fn bytes(&self) -> u64 {
        self.0.bytes as u64
    }

    /// Tasks.
    async fn tasks(&self) -> u64 {
        self.0.tasks as u64
    }

    /// Edges of the DAG, however they are written.
    async fn edges(&self) -> u64 {
        self.0.edges as u64
    }

    /// Parameters of the workflow, or of one task.
    async fn parameters(&self) -> u64 {
        self.0.parameters as u64
    }

    /// Distinct uses of actions, each a template of its own.
    async fn templates(&self) -> u64 {
        self.0.templates as u64
    }

    /// Items of one task.
    async fn items(&self) -> u64 {
        self.0.items as u64
    }

    /// Bytes of one `when` or `depends`.
    async fn expression_bytes(&self) -> u64 {
        self.0.expression_bytes as u64
    }
}
