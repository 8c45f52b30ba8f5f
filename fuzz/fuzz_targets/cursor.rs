//! Any text is refused as a cursor, but those that were given; those are read as they were written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wf_backend::{Filter, Position, Scope, WorkflowId};
use wf_model::Timestamp;

// The service shows nobody how cursors are made: its own source is tried here, with what it needs.
#[allow(dead_code)]
#[path = "../../crates/wf-service/src/cursor.rs"]
mod cursor;
mod error {
    pub(crate) use wf_service::{Error, Result};
}
mod secret {
    pub(crate) use wf_service::Secret;
}

fuzz_target!(|input: (&str, i64, u128, &str)| {
    let (text, millis, id, name) = input;
    let secret = secret::Secret::new([7; 32]).expect("it is long enough");
    let scope = Scope::new("fuzz").expect("it is a DNS label");
    let filter = Filter {
        name: Some(name.to_owned()),
        ..Filter::default()
    };
    let position = Position {
        created_at: Timestamp::from_millis(millis),
        id: WorkflowId::new(uuid::Uuid::from_u128(id)),
    };
    let given = cursor::write(&secret, &scope, &filter, position);
    assert_eq!(cursor::read(&secret, &scope, &filter, &given).ok(), Some(position));
    assert!(text == given || cursor::read(&secret, &scope, &filter, text).is_err());
    assert!(cursor::read(&secret, &scope, &Filter::default(), &given).is_err());
});
