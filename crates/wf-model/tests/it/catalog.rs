//! The actions that the tests use, and how they ask for faults.

use serde_json::Value;
use wf_model::{
    ArtifactSignature, Draft, FaultCode, Faults, Limits, ParameterSignature, Signature, Signatures,
    Target, ValidWorkflow,
};

/// `echo` as everybody knows it; `make`, which leaves everything; `use`, which takes everything.
pub(crate) fn signatures() -> Signatures {
    let echo = Signature {
        parameters: vec![ParameterSignature::required("message")],
        result: true,
        ..Signature::default()
    };
    let make = Signature {
        output_parameters: vec!["x".to_owned(), "y".to_owned()],
        output_artifacts: vec!["out".to_owned()],
        ..Signature::default()
    };
    let level = ParameterSignature {
        default: Some("info".to_owned()),
        allowed: Some(vec!["info".to_owned(), "debug".to_owned()]),
        ..ParameterSignature::required("level")
    };
    let artifact = |name: &str, optional| ArtifactSignature {
        name: name.to_owned(),
        optional,
    };
    let take = Signature {
        parameters: vec![level],
        artifacts: vec![artifact("in", false), artifact("extra", true)],
        ..Signature::default()
    };
    let http = Signature {
        unsupported: [(Target::Embedded, "there is no agent".to_owned())].into(),
        ..Signature::default()
    };
    [
        ("echo", echo),
        ("make", make),
        ("use", take),
        ("http", http),
    ]
    .map(|(name, signature)| (name.to_owned(), signature))
    .into_iter()
    .collect()
}

/// Validates bytes for one machine.
pub(crate) fn validate(bytes: &[u8]) -> Result<ValidWorkflow, Faults> {
    let limits = Limits::of(Target::Embedded);
    Draft::parse(bytes, &limits).validate(&signatures(), &limits)
}

/// What is found wrong with a document: code and path of each fault, in order.
pub(crate) fn found(document: &Value) -> Vec<(FaultCode, String)> {
    match validate(document.to_string().as_bytes()) {
        Ok(_) => Vec::new(),
        Err(faults) => codes(&faults),
    }
}

/// Code and path of each fault, in order.
pub(crate) fn codes(faults: &Faults) -> Vec<(FaultCode, String)> {
    let faults = faults.as_slice().iter();
    faults
        .map(|fault| (fault.code, fault.path.clone()))
        .collect()
}

/// Asserts that exactly this is found, in any order of writing.
#[track_caller]
pub(crate) fn assert_found(document: &Value, expected: &[(FaultCode, &str)]) {
    let found = found(document);
    let expected: Vec<(FaultCode, String)> = expected
        .iter()
        .map(|(code, path)| (*code, (*path).to_owned()))
        .collect();
    assert_eq!(found, expected, "{document}");
}
