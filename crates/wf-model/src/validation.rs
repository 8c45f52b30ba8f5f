//! Validation: every rule of a document whose shape is right.
//!
//! Linear in tasks and edges, and without recursion over them: documents are hostile.

mod actions;
mod ancestors;
mod arguments;
mod dependencies;
mod header;
mod items;
mod labelling;
mod references;
mod scalars;
mod tasks;

use std::collections::{HashMap, HashSet};
use std::io;

use crate::dag::{Dag, Knot};
use crate::document::{Document, ParameterDeclaration};
use crate::fault::{FaultCode, Faults};
use crate::finding::{At, Findings};
use crate::reference::Template;
use crate::signature::Signatures;
use crate::target::Limits;
use crate::valid::{TaskPlan, ValidWorkflow};

use actions::Actions;
use ancestors::Question;
pub use labelling::check_labelling;

/// Checks a document; `findings` are those of its shape.
pub(crate) fn run(
    mut document: Document,
    signatures: &Signatures,
    limits: &Limits,
    mut findings: Findings,
) -> Result<ValidWorkflow, Faults> {
    items::sort_keys(&mut document);
    let checked = Checker::new(&document, signatures, limits, &mut findings).check();
    if let Some(faults) = findings.take_faults() {
        return Err(faults);
    }
    Ok(ValidWorkflow {
        dag: checked
            .graph
            .expect("a cycle is a fault, and there is none"),
        plans: checked.plans,
        exit_handler: checked.exit_handler,
        outputs: checked.outputs,
        document,
    })
}

/// Reports a document that is larger than the target allows.
pub(crate) fn check_size(document: &Document, limits: &Limits, findings: &mut Findings) {
    let bytes = json_size(document);
    if bytes > limits.bytes {
        findings.report(&At::Root, FaultCode::TooLarge, || {
            format!(
                "has {bytes} bytes; at most {} are allowed for {}",
                limits.bytes, limits.target
            )
        });
    }
}

fn json_size(document: &Document) -> usize {
    struct Counter(usize);
    impl io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    // A document always serialises: its keys are texts, and counting cannot fail.
    serde_json::to_writer(&mut counter, document).map_or(usize::MAX, |()| counter.0)
}

/// What is found out about a document while it is checked.
struct Checked {
    graph: Result<Dag, Box<Knot>>,
    plans: Vec<TaskPlan>,
    exit_handler: Option<TaskPlan>,
    outputs: Vec<(String, Template)>,
}

/// One document being checked.
struct Checker<'a, 'f> {
    document: &'a Document,
    limits: &'a Limits,
    findings: &'f mut Findings,
    actions: Actions<'a>,
    /// The first task of each name.
    tasks: HashMap<&'a str, usize>,
    /// Whether a task has no name that could be read: then nobody knows which names there are.
    has_nameless_tasks: bool,
    parameters: HashMap<&'a str, &'a ParameterDeclaration>,
    /// How many bytes of values that items make up are still looked at.
    item_bytes: usize,
    /// The fields that all items of a task have, for the last task that was asked about.
    item_fields: Option<(usize, HashSet<&'a str>)>,
    /// Which tasks have to be ancestors of which.
    questions: Vec<Question>,
    /// For each task the one after the last task whose direct dependency it was seen to be.
    direct: Vec<usize>,
}

impl<'a, 'f> Checker<'a, 'f> {
    fn new(
        document: &'a Document,
        signatures: &'a Signatures,
        limits: &'a Limits,
        findings: &'f mut Findings,
    ) -> Self {
        Self {
            document,
            limits,
            findings,
            actions: Actions::new(signatures),
            tasks: HashMap::with_capacity(document.tasks.len()),
            has_nameless_tasks: false,
            parameters: HashMap::with_capacity(document.parameters.len()),
            item_bytes: items::LOOKED_AT_BYTES,
            item_fields: None,
            questions: Vec::new(),
            direct: vec![0; document.tasks.len()],
        }
    }

    fn check(mut self) -> Checked {
        scalars::check(self.document, self.findings);
        self.check_header();
        self.check_task_names();
        let mut plans = vec![TaskPlan::default(); self.document.tasks.len()];
        let graph = self.check_dependencies(&mut plans);
        self.check_tasks(&graph, &mut plans);
        let exit_handler = self.check_exit_handler();
        let outputs = self.check_outputs();
        self.check_templates();
        self.answer_questions(&graph);
        Checked {
            graph,
            plans,
            exit_handler,
            outputs,
        }
    }

    /// Reports that there are more of something than the target allows.
    fn check_count(&mut self, count: usize, limit: usize, things: &str, at: &At) {
        let target = self.limits.target;
        if count > limit {
            self.findings.report(at, FaultCode::TooLarge, || {
                format!("has {count} {things}; at most {limit} are allowed for {target}")
            });
        }
    }
}
