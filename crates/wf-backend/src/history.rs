//! History: the runs of a workflow, and who did what to it.

use serde::{Deserialize, Serialize};
use wf_model::{Argument, RunStatus, Timestamp};

use crate::asked::By;

/// One execution of a workflow.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Why it was made: `FIRST`, or the word of the restart, as in `FROM_FAILED`.
    pub mode: String,
    /// Why, in the words of who asked for it.
    pub reason: Option<String>,
    /// Who asked for it.
    pub actor: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The values that the workflow's parameters have in it.
    pub parameters: Vec<Argument>,
    /// What it and its tasks did.
    pub status: RunStatus,
}

/// A part of a workflow's runs.
#[derive(Debug, Clone, PartialEq)]
pub struct RunPage {
    /// The runs, newest first.
    pub items: Vec<Run>,
    /// Whether there are older ones behind the last.
    pub has_more: bool,
}

/// One thing that somebody did to a workflow, or was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEntry {
    /// Its place in the workflow's audit: 1, 2 …
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// Who; absent when nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// What, as in `stop` or `restart`.
    pub action: String,
    /// To which task, when it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// In which of several ways: the mode of a stop or a restart, `FORCE` of a deletion that stops
    /// first, `APPROVE` or `REJECT` of an answer, `DOCUMENT` or `LABELS` of an update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Why, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// `OK`, or the code of the refusal.
    pub outcome: String,
    /// The run that was the latest afterwards.
    pub run: u32,
    /// By which the request is found in the log.
    pub request_id: String,
}

/// A part of a workflow's audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// The entries, newest first.
    pub items: Vec<AuditEntry>,
    /// Whether there are older ones behind the last.
    pub has_more: bool,
}

/// Something that was asked of a workflow and refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What was asked, as in `stop` or `restart`.
    pub action: String,
    /// Of which task, when it was one.
    pub task: Option<String>,
    /// In which of several ways, in the words of an entry.
    pub mode: Option<String>,
    /// The code of the refusal, as in `CONFLICT`.
    pub code: String,
    /// Who asked.
    pub by: By,
}
