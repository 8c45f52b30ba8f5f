//! Labels: Kubernetes' rules for them, on every backend.

use std::collections::BTreeMap;

use crate::fault::FaultCode;
use crate::finding::{At, Findings};
use crate::text::{self, Lines, short};

/// Kubernetes' limit for a label's name and for its value.
const LONGEST: usize = 63;
/// Kubernetes' limit for the prefix of a label's name.
const LONGEST_PREFIX: usize = 253;
/// Whose labels are not the user's; so are all that end with `kubernetes.io` or `k8s.io`.
const RESERVED_PREFIXES: [&str; 2] = ["workflows.argoproj.io", "workflows.medulla"];

/// Reports every label that breaks a rule.
pub(crate) fn check_labels(labels: &BTreeMap<String, String>, at: &At, findings: &mut Findings) {
    for (key, value) in labels {
        let at = at.field(key);
        if text::check_plain(key, Lines::One, &at, findings)
            && let Err(problem) = check_key(key)
        {
            findings.report(&at, FaultCode::InvalidLabel, || problem);
        }
        if text::check_plain(value, Lines::One, &at, findings)
            && !value.is_empty()
            && !is_label_word(value)
        {
            findings.report(&at, FaultCode::InvalidLabel, || {
                format!("the value `{}` {RULE}", short(value))
            });
        }
    }
}

const RULE: &str = "has to be at most 63 letters, digits, `-`, `_` and `.`, beginning and ending \
                    with a letter or digit";

fn check_key(key: &str) -> Result<(), String> {
    let name = match key.split_once('/') {
        None => key,
        Some((prefix, name)) => {
            check_prefix(prefix)?;
            name
        }
    };
    if is_label_word(name) {
        Ok(())
    } else {
        Err(format!("the label's name `{}` {RULE}", short(name)))
    }
}

fn check_prefix(prefix: &str) -> Result<(), String> {
    if !is_dns_name(prefix) {
        return Err(format!(
            "the label's prefix `{}` has to be a DNS name of at most 253 characters",
            short(prefix)
        ));
    }
    if is_reserved(prefix) {
        return Err(format!(
            "the prefix `{prefix}/` is reserved; take one of your own"
        ));
    }
    Ok(())
}

fn is_reserved(prefix: &str) -> bool {
    RESERVED_PREFIXES.contains(&prefix)
        || prefix == "kubernetes.io"
        || prefix.ends_with(".kubernetes.io")
        || prefix.ends_with("k8s.io")
}

fn is_label_word(word: &str) -> bool {
    let bytes = word.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    bytes.len() <= LONGEST
        && ends
            .iter()
            .all(|end| end.is_some_and(u8::is_ascii_alphanumeric))
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

fn is_dns_name(name: &str) -> bool {
    let is_dns_label = |label: &str| {
        let bytes = label.as_bytes();
        bytes
            .iter()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && [bytes.first(), bytes.last()]
                .iter()
                .all(|end| end.is_some_and(u8::is_ascii_alphanumeric))
    };
    name.len() <= LONGEST_PREFIX && name.split('.').all(is_dns_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(key: &str, value: &str) -> Option<FaultCode> {
        let labels = BTreeMap::from([(key.to_owned(), value.to_owned())]);
        let mut findings = Findings::default();
        check_labels(&labels, &At::Root.field("labels"), &mut findings);
        let faults = findings.take_faults()?.into_vec();
        assert_eq!(faults.len(), 1, "{faults:?}");
        Some(faults[0].code)
    }

    #[test]
    fn labels_obey_the_rules_of_kubernetes() {
        use FaultCode::{ControlCharacter, InvalidLabel, TemplateInjection};
        let long = "x".repeat(64);
        let cases = [
            ("team", "core", None),
            ("team", "", None),
            ("example.com/team", "a.b_C-d", None),
            ("", "x", Some(InvalidLabel)),
            ("/x", "x", Some(InvalidLabel)),
            ("a/b/c", "x", Some(InvalidLabel)),
            ("Example.com/team", "x", Some(InvalidLabel)),
            ("team", "-x", Some(InvalidLabel)),
            ("team", "a b", Some(InvalidLabel)),
            ("team", &long, Some(InvalidLabel)),
            (&long, "x", Some(InvalidLabel)),
            ("workflows.argoproj.io/x", "x", Some(InvalidLabel)),
            ("workflows.medulla/id", "x", Some(InvalidLabel)),
            ("app.kubernetes.io/name", "x", Some(InvalidLabel)),
            ("kubernetes.io/name", "x", Some(InvalidLabel)),
            ("sub.k8s.io/name", "x", Some(InvalidLabel)),
            ("mykubernetes.io/name", "x", None),
            ("team", "{{x}}", Some(TemplateInjection)),
            ("team", "a\nb", Some(ControlCharacter)),
        ];
        for (key, value, expected) in cases {
            assert_eq!(code(key, value), expected, "{key:?}={value:?}");
        }
    }
}
