//! Identity: a new workflow's id, and the hashes by which a repeated request is known again.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use wf_backend::{RequestKey, WorkflowId};
use wf_model::{Fault, FaultCode, Faults, Place};

use crate::conduct::Deed;
use crate::context::Context;
use crate::error::{Error, Result};

/// The longest idempotency key, in characters.
const LONGEST_KEY: usize = 255;

/// An id that nobody has had before; ids made later sort later.
pub(crate) fn fresh_id() -> WorkflowId {
    WorkflowId::new(Uuid::now_v7())
}

/// The id that belongs to a key: to this caller's, for workflows of this name, in this scope.
pub(crate) fn keyed_id(context: &Context, name: &str, key: &str) -> WorkflowId {
    let mut hash = Hash::of("workflow id from key");
    hash.text(context.scope.as_str());
    hash.caller(context);
    let digest = hash.text(name).text(key).finish();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    WorkflowId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The caller's key for a change, as the workflow keeps it: theirs, for this operation on this
/// workflow, and with it what is asked.
pub(crate) fn request_key(
    context: &Context,
    deed: Deed<'_>,
    key: &str,
    asked: &Value,
) -> RequestKey {
    let word = deed.action().to_ascii_uppercase();
    let mut hash = Hash::of("key of a run");
    hash.text(context.scope.as_str()).text(&word);
    if let Some(id) = deed.workflow {
        hash.bytes(id.as_uuid().as_bytes());
    }
    hash.caller(context);
    let key = hex(&hash.text(key).finish()[..16]);
    let mut request = Hash::of("what is asked");
    let request = request.text(deed.task.unwrap_or_default());
    let request = hex(&request.text(&asked.to_string()).finish()[..16]);
    RequestKey { key, request }
}

/// What was asked for: the document and the options, in one hash.
pub(crate) fn fingerprint(
    canonical: &[u8],
    start: bool,
    parameters: &BTreeMap<String, String>,
) -> String {
    let mut hash = Hash::of("workflow fingerprint");
    hash.bytes(canonical)
        .text(if start { "start" } else { "hold" });
    for (name, value) in parameters {
        hash.text(name).text(value);
    }
    hex(&hash.finish())
}

/// The etag of a document: the same for the same content, whoever created it and when.
pub(crate) fn etag(canonical: &[u8]) -> String {
    hex(&Hash::of("document etag").bytes(canonical).finish()[..16])
}

/// Refuses an idempotency key that is none.
pub(crate) fn refuse_bad_key(key: Option<&str>) -> Result<()> {
    let fault = key.and_then(check_key);
    let faults = Faults::from_found(fault.into_iter().collect());
    faults.map_or(Ok(()), |faults| Err(Error::from(faults)))
}

/// What is wrong with an idempotency key.
fn check_key(key: &str) -> Option<Fault> {
    let (code, problem) = if key.is_empty() {
        (FaultCode::Missing, "is empty")
    } else if key.chars().count() > LONGEST_KEY {
        (FaultCode::TooLong, "is too long")
    } else if !key.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        (
            FaultCode::ControlCharacter,
            "has other than printable ASCII characters",
        )
    } else {
        return None;
    };
    let message =
        format!("the key {problem}; a key has 1 to {LONGEST_KEY} printable ASCII characters");
    Some(Fault::new(
        &Place::root().field("idempotencyKey"),
        code,
        message,
    ))
}

/// A hash over parts, each with its length, so that no two lists of parts look alike.
struct Hash(Sha256);

impl Hash {
    fn of(purpose: &str) -> Self {
        let mut hash = Self(Sha256::new());
        hash.text("medulla workflow service 1").text(purpose);
        hash
    }

    fn bytes(&mut self, part: &[u8]) -> &mut Self {
        self.0.update((part.len() as u64).to_be_bytes());
        self.0.update(part);
        self
    }

    fn text(&mut self, part: &str) -> &mut Self {
        self.bytes(part.as_bytes())
    }

    /// Whose it is; nobody's is nobody's alone.
    fn caller(&mut self, context: &Context) -> &mut Self {
        match &context.actor {
            Some(actor) => self.text("known").text(actor),
            None => self.text("unknown"),
        }
    }

    fn finish(&mut self) -> [u8; 32] {
        self.0.finalize_reset().into()
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use wf_backend::Scope;

    use super::*;

    fn context(scope: &str, actor: Option<&str>) -> Context {
        let mut context = Context::new(Scope::new(scope).unwrap(), "r");
        context.actor = actor.map(str::to_owned);
        context
    }

    #[test]
    fn a_key_belongs_to_scope_caller_and_name() {
        let ids = [
            keyed_id(&context("one", None), "n", "k"),
            keyed_id(&context("two", None), "n", "k"),
            keyed_id(&context("one", Some("ann")), "n", "k"),
            keyed_id(&context("one", Some("")), "n", "k"),
            keyed_id(&context("one", None), "m", "k"),
            keyed_id(&context("one", None), "n", "l"),
            keyed_id(&context("one", None), "nk", ""),
        ];
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
        assert_eq!(ids[0], keyed_id(&context("one", None), "n", "k"));
        assert!(ids.iter().all(|id| id.as_uuid().get_version_num() == 8));
    }

    #[test]
    fn a_fingerprint_tells_options_apart() {
        let none = BTreeMap::new();
        let given = BTreeMap::from([("a".to_owned(), "b".to_owned())]);
        let other = BTreeMap::from([("ab".to_owned(), String::new())]);
        let prints = [
            fingerprint(b"{}", true, &none),
            fingerprint(b"{}", false, &none),
            fingerprint(b"{ }", true, &none),
            fingerprint(b"{}", true, &given),
            fingerprint(b"{}", true, &other),
        ];
        let distinct: std::collections::BTreeSet<_> = prints.iter().collect();
        assert_eq!(distinct.len(), prints.len());
    }

    #[test]
    fn a_key_is_printable_ascii() {
        let code = |key: &str| check_key(key).map(|fault| fault.code);
        assert_eq!(code("build-17 / retry"), None);
        assert_eq!(code(&"k".repeat(255)), None);
        assert_eq!(code(""), Some(FaultCode::Missing));
        assert_eq!(code(&"k".repeat(256)), Some(FaultCode::TooLong));
        assert_eq!(code("a\nb"), Some(FaultCode::ControlCharacter));
        assert_eq!(code("é"), Some(FaultCode::ControlCharacter));
    }
}
