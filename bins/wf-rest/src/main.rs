//! Serves the REST API, or prints its OpenAPI document.

use std::process::ExitCode;

fn main() -> ExitCode {
    wf_runtime::main(&wf_rest::PROGRAM, wf_rest::app)
}
