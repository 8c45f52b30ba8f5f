//! Any bytes are read and checked, or refused with faults.
#![no_main]

use libfuzzer_sys::fuzz_target;

// The laws are those of the property tests; each target checks one of them.
#[allow(dead_code)]
#[path = "../../crates/wf-model/tests/it/laws.rs"]
mod laws;

fuzz_target!(|input: &[u8]| laws::document(input));
