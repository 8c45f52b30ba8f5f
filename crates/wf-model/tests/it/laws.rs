//! Laws that hold for every input, whoever makes it: the property tests or a fuzzer.
//!
//! They panic when a law is broken, and use nothing but the crate itself.

use wf_model::{
    Condition, Depends, Draft, Limits, ParameterSignature, Signature, Signatures, Target,
    ValidWorkflow, resolve_parameters,
};

/// Reading and checking ends, and tells either a workflow that holds together or faults.
pub(crate) fn document(bytes: &[u8]) {
    for target in [Target::Embedded, Target::Argo41Full] {
        let limits = Limits::of(target);
        match Draft::parse(bytes, &limits).validate(&signatures(), &limits) {
            Ok(workflow) => holds_together(&workflow, &limits),
            Err(faults) => {
                assert!((1..=1001).contains(&faults.as_slice().len()));
                assert!(
                    faults
                        .as_slice()
                        .iter()
                        .all(|fault| !fault.message.is_empty())
                );
            }
        }
    }
}

fn holds_together(workflow: &ValidWorkflow, limits: &Limits) {
    order_respects_edges(workflow);
    let bytes = workflow.canonical_json();
    let again = Draft::parse(&bytes, limits)
        .validate(&signatures(), limits)
        .expect("what was accepted is accepted again");
    assert_eq!(again.document(), workflow.document());
    assert_eq!(again.canonical_json(), bytes);
    let needed = workflow.document().parameters.iter();
    let has_all = needed.clone().all(|parameter| parameter.default.is_some());
    assert_eq!(resolve_parameters(workflow, &[].into()).is_ok(), has_all);
}

/// Each task comes after all that it waits for, and both directions of the edges agree.
pub(crate) fn order_respects_edges(workflow: &ValidWorkflow) {
    let dag = workflow.dag();
    assert_eq!(dag.len(), workflow.document().tasks.len());
    let mut has_come = vec![false; dag.len()];
    for &task in dag.topological_order() {
        assert!(
            dag.dependencies_of(task)
                .iter()
                .all(|&before| has_come[before])
        );
        assert!(
            dag.dependents_of(task)
                .iter()
                .all(|&after| !has_come[after])
        );
        assert!(
            dag.dependents_of(task)
                .iter()
                .all(|&after| dag.dependencies_of(after).contains(&task))
        );
        has_come[task] = true;
    }
    assert!(has_come.into_iter().all(|has_come| has_come));
}

/// A condition that can be read is written as text that reads back as the same condition, and
/// comes to an answer or an error whatever its references stand for.
pub(crate) fn when(text: &str) {
    let condition = match Condition::parse(text) {
        Ok(condition) => condition,
        Err(error) => {
            assert!(
                (1..=text.chars().count() + 1).contains(&error.column),
                "{error}"
            );
            return;
        }
    };
    let canonical = condition.to_string();
    assert_eq!(
        Condition::parse(&canonical).as_ref(),
        Ok(&condition),
        "{canonical}"
    );
    for value in ["", "1", "true", text] {
        let mut asked = 0;
        let _ = condition.evaluate(&mut |_| {
            asked += 1;
            Ok(value.to_owned())
        });
        assert!(asked <= condition.references().len());
    }
}

/// A `depends` that can be read is written as text that reads back as the same `depends`.
pub(crate) fn depends(text: &str) {
    const NAMES: [&str; 3] = ["A", "b-2", "C"];
    let parse =
        |text: &str| Depends::parse(text, |name| NAMES.iter().position(|known| *known == name));
    match parse(text) {
        Ok(depends) => {
            let canonical = depends.to_text(&|task| NAMES[task]);
            assert_eq!(parse(&canonical), Ok(depends), "{canonical}");
        }
        Err(errors) => {
            let columns = 1..=text.chars().count() + 1;
            assert!(!errors.is_empty());
            assert!(errors.iter().all(|error| columns.contains(&error.column)));
        }
    }
}

fn signatures() -> Signatures {
    let echo = Signature {
        parameters: vec![ParameterSignature::required("message")],
        output_parameters: vec!["x".to_owned()],
        output_artifacts: vec!["out".to_owned()],
        result: true,
        ..Signature::default()
    };
    let none = Signature::default();
    [("echo".to_owned(), echo), ("none".to_owned(), none)]
        .into_iter()
        .collect()
}
