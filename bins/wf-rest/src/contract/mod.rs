//! The contract: holds every request to what the OpenAPI document declares.
//!
//! Paths, methods, query parameters and media types are checked here, before a handler sees the
//! request, against the very document that clients read. So nothing is taken that is not declared,
//! whatever is declared is taken, and all that is wrong with a query is told at once.

mod query;

use poem::Request;
use poem::http::{Method, StatusCode, header};
use serde_json::Value;

use self::query::Parameter;
use crate::accept;
use crate::error::ApiError;

/// All operations of the API.
#[derive(Debug)]
pub(crate) struct Contract {
    operations: Vec<Operation>,
}

/// What one operation takes and gives.
#[derive(Debug)]
struct Operation {
    method: Method,
    /// The parts of its path; none for a parameter.
    path: Vec<Option<String>>,
    query: Vec<Parameter>,
    /// The media types of its body; empty when it has none.
    takes: Vec<String>,
    /// The media types of its answer; empty when it has none.
    gives: Vec<String>,
}

impl Contract {
    /// The contract that an OpenAPI document declares.
    pub(crate) fn declared_by(document: &Value) -> Self {
        let mut operations = Vec::new();
        for (path, item) in entries(&document["paths"]) {
            for (method, operation) in entries(item) {
                if let Ok(method) = method.to_ascii_uppercase().parse() {
                    operations.push(Operation::declared_by(document, path, method, operation));
                }
            }
        }
        Self { operations }
    }

    /// Refuses what is not declared.
    pub(crate) fn check(&self, request: &Request) -> Result<(), ApiError> {
        let path = request.uri().path();
        let at_path: Vec<&Operation> = self
            .operations
            .iter()
            .filter(|operation| operation.is_at(path))
            .collect();
        // A path that is spelled out is meant before one with a parameter in that place.
        let spelled = at_path.iter().map(|operation| operation.spelled()).max();
        let at_path: Vec<&Operation> = at_path
            .into_iter()
            .filter(|operation| Some(operation.spelled()) == spelled)
            .collect();
        if at_path.is_empty() {
            return Err(no_path(path));
        }
        let wanted = match *request.method() {
            Method::HEAD => &Method::GET,
            ref method => method,
        };
        let operation = at_path.iter().find(|operation| operation.method == wanted);
        let operation = operation.ok_or_else(|| no_method(request, &at_path))?;
        operation.check_accept(request)?;
        operation.check_content_type(request)?;
        query::check(request, &operation.query)
    }
}

impl Operation {
    fn declared_by(document: &Value, path: &str, method: Method, operation: &Value) -> Self {
        let part = |part: &str| (!part.starts_with('{')).then(|| part.to_owned());
        let succeeds = |(status, response): (&str, &Value)| {
            status
                .starts_with('2')
                .then(|| media_types(&response["content"]))
        };
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        Self {
            method,
            path: path.split('/').map(part).collect(),
            query: parameters
                .filter(|parameter| parameter["in"] == "query")
                .filter_map(|parameter| Parameter::declared_by(document, parameter))
                .collect(),
            takes: media_types(&operation["requestBody"]["content"]),
            gives: entries(&operation["responses"])
                .find_map(succeeds)
                .unwrap_or_default(),
        }
    }

    fn is_at(&self, path: &str) -> bool {
        let mut parts = path.split('/');
        self.path.iter().all(|own| match (own, parts.next()) {
            (Some(own), Some(part)) => own == part,
            (None, Some(part)) => !part.is_empty(),
            (_, None) => false,
        }) && parts.next().is_none()
    }

    /// How many parts of its path are no parameters.
    fn spelled(&self) -> usize {
        self.path.iter().flatten().count()
    }

    fn check_accept(&self, request: &Request) -> Result<(), ApiError> {
        let offered: Vec<&str> = self.gives.iter().map(String::as_str).collect();
        let accept = joined_accept(request);
        if offered.is_empty() || accept::choose(accept.as_deref(), &offered).is_some() {
            return Ok(());
        }
        let message = format!(
            "the answer can be had as {}; say so in `Accept`",
            offered.join(", ")
        );
        Err(ApiError::refused(StatusCode::NOT_ACCEPTABLE, message))
    }

    fn check_content_type(&self, request: &Request) -> Result<(), ApiError> {
        if self.takes.is_empty() {
            return Ok(());
        }
        let Some(found) = request.header(header::CONTENT_TYPE) else {
            // Without a body there is nothing to have a type; whether one is needed, the reader
            // of the body knows.
            if has_no_body(request) {
                return Ok(());
            }
            return Err(self.wrong_content_type("no `Content-Type`"));
        };
        let (essence, parameters) = found.split_once(';').unwrap_or((found, ""));
        let known = self
            .takes
            .iter()
            .any(|takes| takes.eq_ignore_ascii_case(essence.trim()));
        if known && is_utf_8(parameters) {
            return Ok(());
        }
        Err(self.wrong_content_type(&format!("`Content-Type: {found}`")))
    }

    fn wrong_content_type(&self, found: &str) -> ApiError {
        let takes = self.takes.join(", ");
        let message =
            format!("the request has {found}; send the body with `Content-Type: {takes}`");
        ApiError::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
    }
}

/// All of a request's `Accept` headers as one.
pub(crate) fn joined_accept(request: &Request) -> Option<String> {
    let values = request.headers().get_all(header::ACCEPT);
    let texts: Vec<&str> = values
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    (!texts.is_empty()).then(|| texts.join(","))
}

fn has_no_body(request: &Request) -> bool {
    let length = request.header(header::CONTENT_LENGTH);
    length.is_none_or(|length| length == "0")
        && !request.headers().contains_key(header::TRANSFER_ENCODING)
}

/// Whether the parameters of a media type name no character set but the one that JSON has.
fn is_utf_8(parameters: &str) -> bool {
    parameters
        .split(';')
        .all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            }
            _ => true,
        })
}

fn no_path(path: &str) -> ApiError {
    let shown: String = path.chars().take(128).collect();
    let message = format!("there is no `{shown}`; `/openapi.json` tells what there is");
    wf_service::Error::new(wf_service::Code::NotFound, message).into()
}

fn no_method(request: &Request, at_path: &[&Operation]) -> ApiError {
    let mut methods: Vec<&str> = at_path
        .iter()
        .map(|operation| operation.method.as_str())
        .collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    let allow = methods.join(", ");
    let message = format!(
        "{} is not what this path has; it has {allow}",
        request.method()
    );
    ApiError::method_not_allowed(message, allow)
}

fn media_types(content: &Value) -> Vec<String> {
    entries(content)
        .map(|(media_type, _)| media_type.to_owned())
        .collect()
}

fn entries(object: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let fields = object.as_object().into_iter().flatten();
    fields.map(|(name, value)| (name.as_str(), value))
}
