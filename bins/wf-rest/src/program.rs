//! What the binary says of itself.

use wf_runtime::{Listening, PrintedDocument, Program};

/// What the binary says of itself.
pub const PROGRAM: Program = Program {
    name: "wf-rest",
    about: "The REST API of the workflow service",
    listen: Listening {
        env: "WF_REST_LISTEN",
        default: "127.0.0.1:8081",
    },
    admin_listen: Listening {
        env: "WF_REST_ADMIN_LISTEN",
        default: "127.0.0.1:9081",
    },
    document: PrintedDocument {
        command: "openapi",
        about: "Print the OpenAPI document of the API",
        print: crate::openapi,
    },
    shape: crate::error::shape,
};
