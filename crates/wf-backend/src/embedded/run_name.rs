//! The name of a run: what its object is called on a cluster, and what tasks are told on any backend.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::id::{Scope, WorkflowId};

const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// `<name>-<h>-<run>`, where `h` is 10 characters of a hash over scope and id.
///
/// With a name of at most 48 characters and a run of at most three digits it never has more than
/// 63, the most that a label of Kubernetes may have.
pub(crate) fn run_name(name: &str, scope: &Scope, id: WorkflowId, run: u32) -> String {
    let digest = digest(scope, id);
    let mut bits = u64::from_be_bytes([
        digest[0], digest[1], digest[2], digest[3], digest[4], digest[5], digest[6], digest[7],
    ]);
    let mut text = String::with_capacity(name.len() + 15);
    text.push_str(name);
    text.push('-');
    for _ in 0..10 {
        bits = bits.rotate_left(5);
        text.push(char::from(BASE32[(bits & 31) as usize]));
    }
    text.push('-');
    text.push_str(&run.to_string());
    text
}

/// A UUID that is unique for each run.
pub(crate) fn run_uid(scope: &Scope, id: WorkflowId, run: u32) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(digest(scope, id));
    hash.update(run.to_be_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

fn digest(scope: &Scope, id: WorkflowId) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(scope.as_str());
    hash.update([0]);
    hash.update(id.as_uuid().as_bytes());
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_s_name_fits_a_label_and_differs_by_scope_and_id() {
        let scope = |name: &str| Scope::new(name).unwrap();
        let id = |number| WorkflowId::new(Uuid::from_u128(number));
        let longest = run_name(&"a".repeat(48), &scope("x"), id(1), 999);
        assert!(longest.len() <= 63, "{longest}");
        let names = [
            run_name("w", &scope("x"), id(1), 1),
            run_name("w", &scope("x"), id(2), 1),
            run_name("w", &scope("y"), id(1), 1),
            run_name("w", &scope("x"), id(1), 2),
        ];
        for (index, name) in names.iter().enumerate() {
            assert!(!names[..index].contains(name), "{name} twice");
        }
        assert_ne!(
            run_uid(&scope("x"), id(1), 1),
            run_uid(&scope("x"), id(1), 2)
        );
    }
}
