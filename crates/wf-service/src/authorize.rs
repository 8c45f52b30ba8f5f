//! Who may do what: the question that every use case asks before it does anything.

use std::fmt;

use async_trait::async_trait;
use wf_backend::WorkflowId;

use crate::context::Context;
use crate::error::Result;

/// What somebody wants to do; the same words on every surface, in the audit trail and in metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operation {
    /// Make a workflow.
    Create,
    /// Begin a held workflow.
    Start,
    /// Begin nothing new of a workflow.
    Suspend,
    /// Go on after a suspension.
    Resume,
    /// End what runs.
    Stop,
    /// Run a workflow again.
    Restart,
    /// Change a workflow's document, labels or description.
    Update,
    /// Forget a workflow.
    Delete,
    /// End one task.
    StopTask,
    /// Run one task again.
    RestartTask,
    /// Answer a task that waits.
    AnswerTask,
    /// See one workflow, now or as it changes.
    Read,
    /// See which workflows there are.
    List,
    /// Read what a task printed.
    ReadLogs,
    /// See who did what to a workflow.
    ReadAudit,
    /// Check a document.
    Validate,
    /// See what a document becomes.
    Render,
    /// Play a document through with canned endings.
    Simulate,
    /// See the catalog.
    ReadCatalog,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 19] = [
        Self::Create,
        Self::Start,
        Self::Suspend,
        Self::Resume,
        Self::Stop,
        Self::Restart,
        Self::Update,
        Self::Delete,
        Self::StopTask,
        Self::RestartTask,
        Self::AnswerTask,
        Self::Read,
        Self::List,
        Self::ReadLogs,
        Self::ReadAudit,
        Self::Validate,
        Self::Render,
        Self::Simulate,
        Self::ReadCatalog,
    ];

    /// The operation's word, as in `read-logs`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Start => "start",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Stop => "stop",
            Self::Restart => "restart",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::StopTask => "stop-task",
            Self::RestartTask => "restart-task",
            Self::AnswerTask => "answer-task",
            Self::Read => "read",
            Self::List => "list",
            Self::ReadLogs => "read-logs",
            Self::ReadAudit => "read-audit",
            Self::Validate => "validate",
            Self::Render => "render",
            Self::Simulate => "simulate",
            Self::ReadCatalog => "read-catalog",
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an operation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    /// The scope's workflows as a whole.
    Workflows,
    /// One of them.
    Workflow(WorkflowId),
    /// A document that is stored nowhere.
    Document,
    /// The actions on offer.
    Catalog,
}

/// Says who may do what.
#[async_trait]
pub trait Authorizer: fmt::Debug + Send + Sync + 'static {
    /// Lets it pass, or says why not.
    ///
    /// # Errors
    /// [`Forbidden`](crate::Code::Forbidden), or
    /// [`Unauthenticated`](crate::Code::Unauthenticated) when it would help to say who one is.
    async fn authorize(
        &self,
        context: &Context,
        operation: Operation,
        resource: Resource,
    ) -> Result<()>;
}

/// Lets everybody do everything.
#[derive(Debug, Clone, Copy, Default)]
pub struct AllowAll;

#[async_trait]
impl Authorizer for AllowAll {
    async fn authorize(&self, _: &Context, _: Operation, _: Resource) -> Result<()> {
        Ok(())
    }
}
