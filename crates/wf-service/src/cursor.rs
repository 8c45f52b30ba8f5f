//! Cursors: places in a list that a client keeps for us, and cannot change.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use wf_backend::{Filter, Position, Scope, WorkflowId};
use wf_model::{Fault, FaultCode, Faults, Place, Timestamp};

use crate::error::{Error, Result};
use crate::secret::Secret;

/// The layout below. A reader knows its own and the one before.
const VERSION: u8 = 1;
const HASH_BYTES: usize = 16;
/// Version, creation in milliseconds, id, hash of the filter.
const BODY_BYTES: usize = 1 + 8 + 16 + HASH_BYTES;
const MAC_BYTES: usize = 16;
/// What these cursors are sealed for.
const PURPOSE: &str = "list cursor";
const TOTAL_BYTES: usize = BODY_BYTES + MAC_BYTES;

/// The cursor for that place, bound to the scope and the filter of the list.
pub(crate) fn write(secret: &Secret, scope: &Scope, filter: &Filter, position: Position) -> String {
    let mut bytes = Vec::with_capacity(TOTAL_BYTES);
    bytes.push(VERSION);
    bytes.extend(position.created_at.as_millis().to_be_bytes());
    bytes.extend(position.id.as_uuid().as_bytes());
    bytes.extend(filter_hash(filter));
    let seal = sealing(secret, scope, PURPOSE, &bytes)
        .finalize()
        .into_bytes();
    bytes.extend(&seal[..MAC_BYTES]);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The place that a cursor stands for.
pub(crate) fn read(
    secret: &Secret,
    scope: &Scope,
    filter: &Filter,
    cursor: &str,
) -> Result<Position> {
    let unreadable = || refusal("it is not a cursor of this service");
    // The length is checked before anything is decoded, so that no input makes us work.
    if cursor.len() > TOTAL_BYTES * 2 {
        return Err(unreadable());
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| unreadable())?;
    match bytes.first() {
        Some(&VERSION) => {}
        Some(_) => return Err(refusal("it was made by another version of this service")),
        None => return Err(unreadable()),
    }
    let bytes: [u8; TOTAL_BYTES] = bytes.try_into().map_err(|_| unreadable())?;
    let (body, seal) = bytes.split_at(BODY_BYTES);
    if sealing(secret, scope, PURPOSE, body)
        .verify_truncated_left(seal)
        .is_err()
    {
        return Err(unreadable());
    }
    let (position, hash) = body.split_at(BODY_BYTES - HASH_BYTES);
    if hash != filter_hash(filter) {
        return Err(refusal("it was made by a list with another filter"));
    }
    Ok(position_of(position))
}

/// The signature over a cursor's body, not yet finished. The scope and the purpose are in it, and
/// not in the body: a cursor of another scope or list is no cursor, and tells nothing.
pub(crate) fn sealing(secret: &Secret, scope: &Scope, purpose: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose()).expect("HMAC takes keys of any length");
    mac.update(purpose.as_bytes());
    mac.update(b"\0");
    mac.update(scope.as_str().as_bytes());
    mac.update(b"\0");
    mac.update(body);
    mac
}

/// A hash of the filter that does not depend on the order of its phases.
fn filter_hash(filter: &Filter) -> [u8; HASH_BYTES] {
    let mut filter = filter.clone();
    filter.phases.sort_unstable();
    filter.phases.dedup();
    let text = serde_json::to_vec(&filter).expect("a filter has text for keys and no maps else");
    let mut hash = [0; HASH_BYTES];
    hash.copy_from_slice(&Sha256::digest(text)[..HASH_BYTES]);
    hash
}

/// The place in the bytes after the version.
fn position_of(bytes: &[u8]) -> Position {
    let mut millis = [0; 8];
    millis.copy_from_slice(&bytes[1..9]);
    let mut id = [0; 16];
    id.copy_from_slice(&bytes[9..25]);
    Position {
        created_at: Timestamp::from_millis(i64::from_be_bytes(millis)),
        id: WorkflowId::new(Uuid::from_bytes(id)),
    }
}

/// Why a cursor is not taken.
pub(crate) fn refusal(why: &str) -> Error {
    let message = format!(
        "this cursor cannot be used: {why}; pass one that this list has given, with the filter it \
         was given for, or leave `after` out to begin anew"
    );
    let fault = Fault::new(
        &Place::root().field("after"),
        FaultCode::OutOfRange,
        message,
    );
    Faults::from_found(vec![fault])
        .expect("there is one")
        .into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::Code;

    fn scope(name: &str) -> Scope {
        Scope::new(name).unwrap()
    }

    fn position() -> Position {
        Position {
            created_at: Timestamp::from_millis(1_763_689_200_123),
            id: WorkflowId::new(Uuid::from_u128(7)),
        }
    }

    fn named(name: &str) -> Filter {
        Filter {
            name: Some(name.to_owned()),
            ..Filter::default()
        }
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let (secret, scope, filter) = (Secret::random(), scope("one"), named("x"));
        let cursor = write(&secret, &scope, &filter, position());
        let read = read(&secret, &scope, &filter, &cursor).unwrap();
        assert_eq!(read, position());
    }

    #[test]
    fn a_cursor_is_bound_to_scope_filter_and_secret() {
        let (secret, one, filter) = (Secret::random(), scope("one"), named("x"));
        let cursor = write(&secret, &one, &filter, position());
        for error in [
            read(&secret, &scope("two"), &filter, &cursor).unwrap_err(),
            read(&secret, &one, &named("y"), &cursor).unwrap_err(),
            read(&Secret::random(), &one, &filter, &cursor).unwrap_err(),
        ] {
            assert_eq!(error.code(), Code::Invalid);
            assert_eq!(error.faults()[0].path, "after");
        }
    }

    #[test]
    fn the_order_of_phases_does_not_matter() {
        use wf_model::WorkflowPhase::{Failed, Running};
        let with = |phases: &[wf_model::WorkflowPhase]| Filter {
            phases: phases.to_vec(),
            ..Filter::default()
        };
        let (secret, scope) = (Secret::random(), scope("one"));
        let cursor = write(&secret, &scope, &with(&[Failed, Running]), position());
        assert!(read(&secret, &scope, &with(&[Running, Failed, Running]), &cursor).is_ok());
    }

    #[test]
    fn no_changed_byte_passes() {
        let (secret, scope, filter) = (Secret::random(), scope("one"), Filter::default());
        let cursor = write(&secret, &scope, &filter, position());
        let bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            let changed = URL_SAFE_NO_PAD.encode(changed);
            assert!(
                read(&secret, &scope, &filter, &changed).is_err(),
                "byte {index}"
            );
        }
        for length in 0..bytes.len() {
            let cut = URL_SAFE_NO_PAD.encode(&bytes[..length]);
            assert!(
                read(&secret, &scope, &filter, &cut).is_err(),
                "{length} bytes"
            );
        }
    }

    proptest! {
        #[test]
        fn a_cursor_is_taken_by_the_list_that_gave_it_alone(
            millis: i64,
            id: u128,
            name in proptest::option::of("[a-z]{0,8}"),
            since in proptest::option::of(0_i64..1 << 40),
            changed in 0..TOTAL_BYTES,
            by in 1..=u8::MAX,
        ) {
            let secret = Secret::new([7; 32]).unwrap();
            let one = scope("one");
            let filter = Filter {
                name,
                created_after: since.map(Timestamp::from_millis),
                ..Filter::default()
            };
            let position = Position {
                created_at: Timestamp::from_millis(millis),
                id: WorkflowId::new(Uuid::from_u128(id)),
            };
            let cursor = write(&secret, &one, &filter, position);
            let taken = read(&secret, &one, &filter, &cursor);
            prop_assert_eq!(taken.ok(), Some(position));

            let mut bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
            bytes[changed] ^= by;
            let forged = URL_SAFE_NO_PAD.encode(bytes);
            prop_assert!(read(&secret, &one, &filter, &forged).is_err());
            prop_assert!(read(&secret, &scope("two"), &filter, &cursor).is_err());
            let other = Filter {
                created_before: Some(Timestamp::from_millis(0)),
                ..filter.clone()
            };
            prop_assert!(read(&secret, &one, &other, &cursor).is_err());
        }

        #[test]
        fn what_nobody_gave_is_refused(text in ".{0,120}", bytes: [u8; 32], more: [u8; 24]) {
            let (secret, one) = (Secret::new([7; 32]).unwrap(), scope("one"));
            let shaped = URL_SAFE_NO_PAD.encode([&[VERSION][..], &bytes, &more].concat());
            for text in [text, shaped] {
                prop_assert!(read(&secret, &one, &Filter::default(), &text).is_err());
            }
        }
    }

    #[test]
    fn a_newer_version_is_named() {
        let newer = URL_SAFE_NO_PAD.encode([VERSION + 1; TOTAL_BYTES]);
        let error = read(&Secret::random(), &scope("one"), &Filter::default(), &newer).unwrap_err();
        assert!(error.to_string().contains("another version"), "{error}");
    }

    #[test]
    fn no_text_is_too_odd() {
        for text in ["", "=", "é", "%%%%", &"A".repeat(1 << 20)] {
            let read = read(&Secret::random(), &scope("one"), &Filter::default(), text);
            assert_eq!(read.unwrap_err().code(), Code::Invalid);
        }
    }
}
