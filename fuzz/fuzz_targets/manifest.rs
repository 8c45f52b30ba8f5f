//! Any bytes are read as a manifest that comes to rest, or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wf_argo::Catalog;

// The law is that of the property tests.
#[path = "../../crates/wf-argo/tests/it/reader_law.rs"]
mod reader_law;

fuzz_target!(|input: &[u8]| reader_law::reading_comes_to_rest(input, &Catalog::builtin()));
