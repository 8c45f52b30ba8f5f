//! What the use cases take.

use std::collections::BTreeMap;
use std::time::Duration;

use wf_backend::Filter;

/// A document as it came in.
#[derive(Debug, Clone)]
pub enum DocumentInput {
    /// Bytes of JSON.
    Bytes(Vec<u8>),
    /// JSON that the wire has parsed.
    Value(serde_json::Value),
}

/// A new workflow.
#[derive(Debug, Clone)]
pub struct CreateWorkflow {
    /// What it is to do.
    pub document: DocumentInput,
    /// Whether it begins at once.
    pub start: bool,
    /// Values of its parameters, over their defaults; only when it begins at once.
    pub parameters: BTreeMap<String, String>,
    /// By which a repeated request is told from a new one; 1 to 255 printable ASCII characters.
    pub idempotency_key: Option<String>,
}

/// Which part of which list.
#[derive(Debug, Clone, Default)]
pub struct ListWorkflows {
    /// Those that pass it.
    pub filter: Filter,
    /// How many at most: 1 to 500, else `INVALID`; 50 when absent.
    pub first: Option<u32>,
    /// Those after this cursor.
    pub after: Option<String>,
}

/// What to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// The end of the run.
    Finished,
    /// Any visible change.
    Changed,
}

/// How long to wait for what.
#[derive(Debug, Clone)]
pub struct Wait {
    /// At most this long; `Wait::LONGEST` at the most.
    pub at_most: Duration,
    /// For what.
    pub until: Until,
    /// With `Changed`: since this revision.
    pub since: Option<String>,
}

impl Wait {
    /// The longest wait that is granted.
    pub const LONGEST: Duration = Duration::from_mins(5);
}

/// A task's canned ending, for a simulation.
#[derive(Debug, Clone, Default)]
pub struct Simulation {
    /// Endings by task name; a task without one succeeds.
    pub outcomes: BTreeMap<String, wf_model::SimulatedOutcome>,
    /// Values of the workflow's parameters.
    pub parameters: BTreeMap<String, String>,
}
