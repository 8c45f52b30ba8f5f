//! Labelling: the part of a document that may still change when its workflow has begun.

use std::collections::BTreeMap;

use crate::document::Document;
use crate::fault::Faults;
use crate::finding::{At, Findings};
use crate::labels::check_labels;
use crate::text::{Lines, check_plain};

use super::scalars;

/// Checks labels and a description alone, for a workflow whose document was accepted earlier and
/// whose actions need not be on offer any more.
///
/// # Errors
/// Every fault, at the places that they have in a document.
pub fn check_labelling(
    labels: &BTreeMap<String, String>,
    description: Option<&str>,
) -> Result<(), Faults> {
    let labelled = Document {
        labels: labels.clone(),
        description: description.map(str::to_owned),
        ..Document::default()
    };
    let mut findings = Findings::default();
    scalars::check(&labelled, &mut findings);
    inspect(&labelled, &mut findings);
    findings.take_faults().map_or(Ok(()), Err)
}

/// Reports what is wrong with a document's labels and description, their lengths apart.
pub(super) fn inspect(document: &Document, findings: &mut Findings) {
    let root = At::Root;
    if let Some(description) = &document.description {
        check_plain(
            description,
            Lines::Many,
            &root.field("description"),
            findings,
        );
    }
    check_labels(&document.labels, &root.field("labels"), findings);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::FaultCode;

    #[test]
    fn labels_and_descriptions_obey_the_rules_of_documents() {
        let labels = |key: &str| BTreeMap::from([(key.to_owned(), "x".to_owned())]);
        assert_eq!(check_labelling(&labels("team"), Some("a\nb")), Ok(()));
        assert_eq!(check_labelling(&BTreeMap::new(), None), Ok(()));
        let faults = check_labelling(&labels("k8s.io/x"), Some("{{x}}")).unwrap_err();
        let told: Vec<_> = faults
            .as_slice()
            .iter()
            .map(|fault| (fault.path.as_str(), fault.code))
            .collect();
        let expected = [
            ("description", FaultCode::TemplateInjection),
            ("labels[\"k8s.io/x\"]", FaultCode::InvalidLabel),
        ];
        assert_eq!(told, expected);
        let long = "x".repeat(4097);
        let faults = check_labelling(&BTreeMap::new(), Some(&long)).unwrap_err();
        assert_eq!(faults.as_slice()[0].code, FaultCode::TooLong);
    }
}
