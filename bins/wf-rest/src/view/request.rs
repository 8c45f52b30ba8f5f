//! What is sent to change a workflow, or one of its tasks.

use poem_openapi::Object;

use super::document::Parameter;
use super::phase::{RestartMode, StopMode};

/// How a held workflow is to begin.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub(crate) struct StartRequest {
    /// Values of its parameters, over their defaults.
    parameters: Option<Vec<Parameter>>,
    /// Why, for the audit trail.
    reason: Option<String>,
}

/// How a workflow is to be stopped.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub(crate) struct StopRequest {
    /// `GRACEFUL` when absent.
    mode: Option<StopMode>,
    /// Why; it is kept with the workflow.
    reason: Option<String>,
}

/// What there is to say to a change that has no choices.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub(crate) struct ReasonRequest {
    /// Why, for the audit.
    reason: Option<String>,
}

/// How a workflow is to run again.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct RestartRequest {
    /// What runs again; when absent, the tasks if some are named, else everything.
    mode: Option<RestartMode>,
    /// With `TASKS`: their names, at least one, each once.
    tasks: Option<Vec<String>>,
    /// With `TASKS`: whether what waits for them runs again too; not, when absent.
    downstream: Option<bool>,
    /// Values of the workflow's parameters, over those of its latest run. What refers to one that
    /// changes runs again, with all that waits for it.
    parameters: Option<Vec<Parameter>>,
    /// The run that you saw last; when another is the latest, nothing changes.
    expected_run: Option<u32>,
    /// Whether the run has the actions of the catalog as they are now, rather than those that the
    /// workflow was accepted with.
    latest_actions: Option<bool>,
    /// Why, for the audit; it is kept with the run too.
    reason: Option<String>,
}

/// How one task is to run again.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(crate) struct RestartTaskRequest {
    /// Whether what waits for it runs again too; not, when absent.
    downstream: Option<bool>,
    /// Values of the workflow's parameters, over those of its latest run. What refers to one that
    /// changes runs again, with all that waits for it.
    parameters: Option<Vec<Parameter>>,
    /// The run that you saw last; when another is the latest, nothing changes.
    expected_run: Option<u32>,
    /// Whether the run has the actions of the catalog as they are now, rather than those that the
    /// workflow was accepted with.
    latest_actions: Option<bool>,
    /// Why, for the audit; it is kept with the run too.
    reason: Option<String>,
}

/// What is said to a task that waits for an answer.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub(crate) struct AnswerRequest {
    /// Whether it ends well, or is failed.
    approve: bool,
    /// Of a task that fans out, the item that is answered, from 0; may be left out when one waits.
    item: Option<u32>,
    /// What is said to it; it is kept as the task's message.
    message: Option<String>,
    /// Values of the outputs that its action has supplied by the answer.
    outputs: Option<Vec<Parameter>>,
    /// Why, for the audit.
    reason: Option<String>,
}
