//! The server of the GraphQL API.

use std::process::ExitCode;

use wf_runtime::{Listening, PrintedDocument, Program};

const PROGRAM: Program = Program {
    name: "wf-graphql",
    about: "The GraphQL API of the workflow service, and a page to try it from.",
    listen: Listening {
        env: "WF_GRAPHQL_LISTEN",
        default: "127.0.0.1:8080",
    },
    admin_listen: Listening {
        env: "WF_GRAPHQL_ADMIN_LISTEN",
        default: "127.0.0.1:9080",
    },
    document: PrintedDocument {
        command: "schema",
        about: "Print the schema, in the schema definition language",
        print: wf_graphql::sdl,
    },
    shape: wf_graphql::shape,
};

fn main() -> ExitCode {
    wf_runtime::main(&PROGRAM, wf_graphql::app)
}
