//! The OpenAPI document: what the operations declare, mended where the framework cannot say it.

use std::collections::HashMap;
use std::sync::LazyLock;

use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem_openapi::OpenApi;
use poem_openapi::registry::{MetaApi, Registry};
use serde_json::{Map, Value};

use crate::api::{Apis, described};

/// The spelling of headers; the framework writes them in capitals.
const HEADERS: [&str; 4] = ["Location", "ETag", "Link", "Idempotency-Replayed"];

/// The order in which a reader meets the parts of the API.
const TAGS: [&str; 6] = [
    "Workflows",
    "Tasks",
    "History",
    "Documents",
    "Catalog",
    "Service",
];

/// The OpenAPI document of the API, as JSON.
pub fn openapi() -> String {
    format!("{:#}\n", document())
}

/// The OpenAPI document of the API.
pub(crate) fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
        let declared = described(Declared).spec();
        let mut document: Value =
            serde_json::from_str(&declared).expect("the framework writes JSON");
        mend(&mut document);
        document
    });
    &DOCUMENT
}

/// The operations as they are declared, without a service behind them.
struct Declared;

impl OpenApi for Declared {
    fn meta() -> Vec<MetaApi> {
        Apis::meta()
    }

    fn register(registry: &mut Registry) {
        Apis::register(registry);
    }

    fn add_routes(self, _: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {}
}

fn mend(document: &mut Value) {
    // The version whose rules the document keeps; the framework names the first of its line.
    document["openapi"] = "3.0.3".into();
    tidy(document);
    sort_tags(&mut document["tags"]);
    for item in fields(&mut document["paths"]).values_mut() {
        for (method, operation) in fields(item) {
            let takes_body = operation.get("requestBody").is_some();
            let has_parameter = |field: &str, value: &str| {
                let mut all = operation["parameters"].as_array().into_iter().flatten();
                all.any(|parameter| parameter[field] == value)
            };
            let names_thing = has_parameter("in", "path");
            let has_precondition = has_parameter("name", "If-Match");
            let responses = fields(&mut operation["responses"]);
            responses.retain(|status, _| match status.as_str() {
                "404" | "410" => names_thing,
                "409" | "422" => method != "get",
                "412" => has_precondition,
                "413" | "415" => takes_body,
                _ => true,
            });
            responses.values_mut().for_each(spell_headers);
        }
    }
}

/// Says what the framework says with fewer and plainer words.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, value| match name.as_str() {
                "deprecated" => *value != Value::Bool(false),
                // How repeated parameters are written unless it is said otherwise.
                "explode" => *value != Value::Bool(true),
                _ => true,
            });
            if let Some(Value::Array(all)) = fields.get_mut("allOf") {
                all.retain(|part| part.get("$ref").is_some());
            }
            fields.values_mut().for_each(tidy);
        }
        Value::Array(list) => list.iter_mut().for_each(tidy),
        Value::Number(number) => {
            #[allow(clippy::cast_possible_truncation)] // bounds of ours, whole and small
            if let Some(whole) = number.as_f64().filter(|bound| bound.fract() == 0.0) {
                *value = Value::from(whole as i64);
            }
        }
        _ => {}
    }
}

/// Puts what the service is about first; the framework sorts by name.
fn sort_tags(tags: &mut Value) {
    let place = |tag: &Value| TAGS.iter().position(|known| tag["name"] == *known);
    if let Some(tags) = tags.as_array_mut() {
        tags.sort_by_key(place);
    }
}

fn spell_headers(response: &mut Value) {
    if response.get("headers").is_none() {
        return;
    }
    let headers = fields(&mut response["headers"]);
    for (name, header) in std::mem::take(headers) {
        let spelled = HEADERS
            .iter()
            .find(|known| known.eq_ignore_ascii_case(&name));
        headers.insert(spelled.map_or(name, |known| (*known).to_owned()), header);
    }
}

fn fields(value: &mut Value) -> &mut Map<String, Value> {
    value
        .as_object_mut()
        .expect("this part of an OpenAPI document is an object")
}
