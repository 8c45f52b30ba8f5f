//! Places in the lists that a workflow has of its own, as cursors that nobody can change.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use wf_backend::{Scope, WorkflowId};

use crate::cursor::{refusal, sealing};
use crate::error::Result;
use crate::secret::Secret;

/// The layout below. A reader knows its own and the one before.
const VERSION: u8 = 1;
/// Version and number.
const BODY_BYTES: usize = 1 + 8;
const MAC_BYTES: usize = 16;
const TOTAL_BYTES: usize = BODY_BYTES + MAC_BYTES;

/// A list that a workflow has of its own, newest first, each element with its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WorkflowList {
    /// Its runs.
    Runs,
    /// Who did what to it.
    Audit,
}

/// The cursor for the element of that number, bound to the list and its workflow.
pub(crate) fn write(
    secret: &Secret,
    scope: &Scope,
    list: WorkflowList,
    id: WorkflowId,
    number: u64,
) -> String {
    use hmac::Mac;
    let mut bytes = vec![VERSION];
    bytes.extend(number.to_be_bytes());
    let seal = sealing(secret, scope, &list.purpose(id), &bytes).finalize();
    bytes.extend(&seal.into_bytes()[..MAC_BYTES]);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The number that a cursor stands for.
pub(crate) fn read(
    secret: &Secret,
    scope: &Scope,
    list: WorkflowList,
    id: WorkflowId,
    cursor: &str,
) -> Result<u64> {
    use hmac::Mac;
    let unreadable = || refusal("it is none of this list");
    // The length is checked before anything is decoded, so that no input makes us work.
    if cursor.len() > TOTAL_BYTES * 2 {
        return Err(unreadable());
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| unreadable())?;
    let bytes: [u8; TOTAL_BYTES] = bytes.try_into().map_err(|_| unreadable())?;
    let (body, seal) = bytes.split_at(BODY_BYTES);
    let seals = sealing(secret, scope, &list.purpose(id), body);
    if body[0] != VERSION || seals.verify_truncated_left(seal).is_err() {
        return Err(unreadable());
    }
    let mut number = [0; 8];
    number.copy_from_slice(&body[1..]);
    Ok(u64::from_be_bytes(number))
}

impl WorkflowList {
    /// What a cursor is sealed for: it is none of another list, nor of another workflow's.
    fn purpose(self, id: WorkflowId) -> String {
        let list = match self {
            Self::Runs => "runs",
            Self::Audit => "audit",
        };
        format!("{list} cursor {id}")
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::error::Code;

    fn id(number: u128) -> WorkflowId {
        WorkflowId::new(Uuid::from_u128(number))
    }

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let (secret, scope) = (Secret::random(), Scope::new("one").unwrap());
        for number in [0, 1, u64::MAX] {
            let cursor = write(&secret, &scope, WorkflowList::Runs, id(1), number);
            let read = read(&secret, &scope, WorkflowList::Runs, id(1), &cursor);
            assert_eq!(read.unwrap(), number);
        }
    }

    #[test]
    fn a_place_is_bound_to_its_list_its_workflow_its_scope_and_its_secret() {
        use WorkflowList::{Audit, Runs};
        let (secret, one) = (Secret::random(), Scope::new("one").unwrap());
        let two = Scope::new("two").unwrap();
        let cursor = write(&secret, &one, Runs, id(1), 7);
        for read in [
            read(&secret, &one, Audit, id(1), &cursor),
            read(&secret, &one, Runs, id(2), &cursor),
            read(&secret, &two, Runs, id(1), &cursor),
            read(&Secret::random(), &one, Runs, id(1), &cursor),
        ] {
            let error = read.unwrap_err();
            assert_eq!(error.code(), Code::Invalid);
            assert_eq!(error.faults()[0].path, "after");
        }
    }

    #[test]
    fn no_changed_byte_passes() {
        let (secret, scope) = (Secret::random(), Scope::new("one").unwrap());
        let cursor = write(&secret, &scope, WorkflowList::Audit, id(1), 7);
        let bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            let changed = URL_SAFE_NO_PAD.encode(changed);
            let read = read(&secret, &scope, WorkflowList::Audit, id(1), &changed);
            assert!(read.is_err(), "byte {index}");
        }
        for text in ["", "=", "é", &cursor[1..], &"A".repeat(1 << 20)] {
            assert!(read(&secret, &scope, WorkflowList::Audit, id(1), text).is_err());
        }
    }
}
