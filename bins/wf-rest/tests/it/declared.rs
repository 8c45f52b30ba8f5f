//! Holds every answer of every test to the OpenAPI document.

use std::sync::LazyLock;

use poem::Response;
use poem::http::{Method, header};
use serde_json::Value;

pub(crate) static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&wf_rest::openapi()).unwrap());

/// Panics when the operation does not declare such an answer.
pub(crate) fn check(method: &Method, path: &str, response: &Response) {
    let path = path.split('?').next().unwrap();
    let Some(operation) = operation(method, path) else {
        return;
    };
    let status = response.status().as_str().to_owned();
    // Host and origin are checked before any operation.
    let declared = &operation["responses"][&status];
    assert!(
        declared.is_object(),
        "{method} {path} does not declare {status}"
    );
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let essence = content_type.map(|value| value.to_str().unwrap().split(';').next().unwrap());
    match essence {
        Some(essence) => {
            let known = &declared["content"][essence]["schema"];
            assert!(
                known.is_object(),
                "{method} {path} does not declare {essence} with {status}"
            );
        }
        None => assert!(
            declared.get("content").is_none(),
            "{method} {path} {status} has no body"
        ),
    }
    for name in response.headers().keys() {
        if ["location", "etag", "link", "idempotency-replayed"].contains(&name.as_str()) {
            let mut headers = declared["headers"].as_object().into_iter().flatten();
            let known = headers.any(|(declared, _)| name.as_str().eq_ignore_ascii_case(declared));
            assert!(
                known,
                "{method} {path} does not declare {name} with {status}"
            );
        }
    }
}

fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let fitting = paths.iter().filter(|(template, _)| fits(template, path));
    // What is spelled out is meant before what is a parameter.
    let (_, item) = fitting.min_by_key(|(template, _)| template.matches('{').count())?;
    item.get(method.as_str().to_ascii_lowercase())
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) =
        (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template
            .iter()
            .zip(&path)
            .all(|(own, part)| own.starts_with('{') || own == part)
}
