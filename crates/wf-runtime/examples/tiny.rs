//! The smallest server: an API of a few paths, around which everything else is the runtime's.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use poem::web::{Data, Path};
use poem::{EndpointExt, Response, Route, get, handler};
use serde_json::json;
use wf_runtime::{Caller, Listening, PrintedDocument, Program, Refusal};
use wf_service::{CreateWorkflow, DocumentInput, Service};

/// Who asks whom.
#[handler]
fn hello(Caller(context): Caller, Data(service): Data<&Service>) -> String {
    let description = service.describe(&context);
    format!("{} of {}", description.backend, description.scope)
}

/// An answer that comes when the process is about to end.
#[handler]
async fn last(Data(service): Data<&Service>) -> &'static str {
    service.closing().cancelled().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    "the last words"
}

/// An answer that never comes.
#[handler]
async fn never() -> &'static str {
    std::future::pending().await
}

/// An answer that fails in us.
#[handler]
fn fall(Data(service): Data<&Service>) -> &'static str {
    assert!(service.closing().is_cancelled(), "it falls on purpose");
    "it did not"
}

/// An answer that comes after an hour of work that nothing interrupts.
#[handler]
async fn toil() -> &'static str {
    let work = || std::thread::sleep(Duration::from_hours(1));
    let worked = tokio::task::spawn_blocking(work).await;
    if worked.is_ok() { "done" } else { "not done" }
}

/// Begins a workflow with one task.
#[handler]
async fn begin(
    Caller(context): Caller,
    Data(service): Data<&Service>,
    Path(action): Path<String>,
) -> String {
    let tasks = json!([{"name": "A", "action": action}]);
    let create = CreateWorkflow {
        document: DocumentInput::Value(json!({"name": "tiny", "tasks": tasks})),
        start: true,
        parameters: BTreeMap::new(),
        reason: None,
    };
    match service.create(&context, create).await {
        Ok(created) => created.snapshot.summary.id.to_string(),
        Err(error) => error.to_string(),
    }
}

fn shape(refusal: &Refusal<'_>) -> Response {
    Response::builder().body(format!("refused: {}\n", refusal.error))
}

fn main() -> ExitCode {
    let program = Program {
        name: "wf-tiny",
        about: "Serves a few paths.",
        listen: Listening {
            env: "WF_TINY_LISTEN",
            default: "127.0.0.1:8089",
        },
        admin_listen: Listening {
            env: "WF_TINY_ADMIN_LISTEN",
            default: "127.0.0.1:9089",
        },
        document: PrintedDocument {
            command: "paths",
            about: "Print the paths",
            print: || "/\n/last\n/never\n/fall\n/toil\n/begin/:action\n".to_owned(),
        },
        shape,
    };
    wf_runtime::main(&program, |service| {
        Route::new()
            .at("/", get(hello))
            .at("/last", get(last))
            .at("/never", get(never))
            .at("/fall", get(fall))
            .at("/toil", get(toil))
            .at("/begin/:action", get(begin))
            .data(service)
    })
}
