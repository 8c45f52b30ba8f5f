//! Asked: what somebody can want of a workflow that exists, and who it was.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wf_argo::Rendered;
use wf_model::{Argument, RestartMode, Timestamp, ValidWorkflow};

use crate::workflow::Snapshot;

/// Who asks for a change, and why; kept in the workflow's audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct By {
    /// Who; nobody knows before authentication comes.
    pub actor: Option<String>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// By which the request is found in the log.
    pub request_id: String,
    /// When.
    pub at: Timestamp,
    /// By which the same request is known again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<RequestKey>,
}

/// By which a request that is repeated is told from a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestKey {
    /// A hash of the caller's key.
    pub key: String,
    /// A hash of what is asked, by which a repetition is told from a contradiction.
    pub request: String,
}

impl By {
    /// Somebody of whom nothing is known.
    pub fn somebody(request_id: impl Into<String>, at: Timestamp) -> Self {
        Self {
            actor: None,
            reason: None,
            request_id: request_id.into(),
            at,
            key: None,
        }
    }
}

/// What somebody says to a task that waits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Of a fan-out, the item that is answered.
    pub item: Option<u32>,
    /// Whether the task ends well, or is failed.
    pub approve: bool,
    /// What is said to it; kept as the task's message.
    pub message: Option<String>,
    /// Values of the outputs that its action has supplied by the answer.
    pub outputs: Vec<Argument>,
}

/// The word of such an answer, in the audit.
pub fn answer_word(approve: bool) -> &'static str {
    if approve { "APPROVE" } else { "REJECT" }
}

/// How a workflow is to run again.
#[derive(Debug, Clone)]
pub struct Restart {
    /// What runs again.
    pub mode: RestartMode,
    /// Values of its parameters over those of the latest run.
    pub parameters: BTreeMap<String, String>,
    /// The run that the caller saw last; another one is a `Conflict`.
    pub expected_run: Option<u32>,
    /// Its document rendered anew, with the actions that there are now; when absent, the run has
    /// the actions that the workflow was accepted with.
    pub rendered: Option<Arc<Rendered>>,
}

/// What became of a change, which may be the repetition of an earlier one.
#[derive(Debug, Clone)]
pub enum Repeatable {
    /// It was done.
    Done(Snapshot),
    /// The same request had done it before; nothing changed.
    Replayed(Snapshot),
}

/// What of a workflow is to change.
#[derive(Debug, Clone)]
pub struct Update {
    /// Another document of the same name; only while it is held.
    pub document: Option<NewDocument>,
    /// Other labels.
    pub labels: Option<BTreeMap<String, String>>,
    /// Another description, or none.
    pub description: Option<Option<String>>,
    /// The etag that it has afterwards.
    pub etag: String,
    /// The etag that it has to have before; another one is refused.
    pub if_match: Option<String>,
}

/// A document that takes the place of a held workflow's.
#[derive(Debug, Clone)]
pub struct NewDocument {
    /// Checked.
    pub workflow: Arc<ValidWorkflow>,
    /// And rendered.
    pub rendered: Arc<Rendered>,
}

impl Repeatable {
    /// The workflow as it is now.
    pub fn into_snapshot(self) -> Snapshot {
        match self {
            Self::Done(snapshot) | Self::Replayed(snapshot) => snapshot,
        }
    }
}
