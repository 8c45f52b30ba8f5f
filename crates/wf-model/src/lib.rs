#![doc = include_str!("../README.md")]

mod condition;
mod counts;
mod dag;
mod depends;
mod document;
mod document_schema;
mod edges;
mod expression;
mod fault;
mod finding;
mod form;
mod labels;
mod literal;
mod machine;
mod names;
mod operation;
mod outputs;
mod parameters;
mod pattern;
mod phase;
mod picture;
mod reading;
mod reason;
mod reference;
mod restart;
mod signature;
mod simulate;
mod status;
mod stop;
mod suggestion;
mod target;
mod text;
mod timestamp;
mod valid;
mod validation;
mod warning;

pub use condition::{Comparison, Condition, ConditionError, Operand};
pub use counts::TaskCounts;
pub use dag::Dag;
pub use depends::{Depends, Ending, Outcome};
pub use document::{
    Argument, ArtifactArgument, Document, ExitHandler, ParameterDeclaration, Retry, RetryPolicy,
    Task,
};
pub use document_schema::document_schema;
pub use edges::Edges;
pub use expression::SyntaxError;
pub use fault::{Fault, FaultCode, Faults, Place};
pub use literal::ParameterType;
pub use machine::{Ended, Launch, Machine, RunFacts, TaskRef, Unit, Waiting};
pub use names::{NameError, NameKind};
pub use operation::{Fit, Misfit, Standing, Verb, Wish};
pub use outputs::{ArtifactLocation, Outputs};
pub use parameters::{resolve_declared, resolve_parameters};
pub use pattern::{Pattern, PatternError};
pub use phase::{TaskPhase, WorkflowPhase};
pub use picture::{ItemCount, Layout, LayoutEdge, LayoutNode, Picture, Point};
pub use reading::{Draft, validate};
pub use reason::TaskReason;
pub use reference::{
    Fact, LARGEST_VALUE, Piece, Reference, Template, TemplateError, ValueTooLarge,
};
pub use restart::{InheritedArtifact, MOST_RUNS, Remainder, RestartMode, plan_restart, remainder};
pub use signature::{
    ArtifactSignature, ParameterSignature, SecretSignature, Signature, Signatures,
};
pub use simulate::{MOST_ATTEMPTS, Simulated, SimulatedEnding, SimulatedOutcome, simulate};
pub use status::{Attempt, EXIT_HANDLER, ItemStatus, RunStatus, TaskStatus};
pub use stop::{StopMode, StopWish};
pub use target::{Limits, Target, UnknownTarget};
pub use timestamp::Timestamp;
pub use valid::{TaskPlan, ValidWorkflow};
pub use validation::check_labelling;
pub use warning::{Warning, WarningCode, warnings};
