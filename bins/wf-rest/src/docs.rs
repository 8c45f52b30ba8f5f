//! The page that shows the API, with every script and style from this origin.

use std::sync::LazyLock;

use poem::endpoint::make_sync;
use poem::http::header;
use poem::{Endpoint, Response, Route, get};

use crate::api::described;

/// Scripts and data from here alone; Swagger UI sets styles on its elements.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE: &str = r#"<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Medulla Workflow Service: REST API</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
  <main id="ui"></main>
  <script src="docs/swagger-ui.js"></script>
  <script src="docs/start.js"></script>
</body>
</html>
"#;

/// `validatorUrl` would send the document to a foreign site.
const START: &str = "SwaggerUIBundle({ dom_id: '#ui', url: 'openapi.json', deepLinking: true, \
                     validatorUrl: null });\n";

/// The page and what it is made of.
pub(crate) fn route() -> Route {
    Route::new()
        .at("/", get(asset("text/html; charset=utf-8", || PAGE)))
        .at("/start.js", get(asset(JAVASCRIPT, || START)))
        .at(
            "/swagger-ui.js",
            get(asset(JAVASCRIPT, || &SWAGGER_UI.script)),
        )
        .at(
            "/swagger-ui.css",
            get(asset("text/css; charset=utf-8", || &SWAGGER_UI.style)),
        )
}

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

fn asset(
    content_type: &'static str,
    content: impl Fn() -> &'static str + Send + Sync + 'static,
) -> impl Endpoint<Output = Response> {
    make_sync(move |_| {
        Response::builder()
            .content_type(content_type)
            .header(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
            .header(header::CACHE_CONTROL, "no-cache")
            .body(content())
    })
}

/// Swagger UI, taken out of the page with inline scripts that the framework makes of it.
struct SwaggerUi {
    script: String,
    style: String,
}

static SWAGGER_UI: LazyLock<SwaggerUi> = LazyLock::new(|| {
    let page = described(()).swagger_ui_html();
    SwaggerUi {
        script: between(&page, r#"<script charset="UTF-8">"#, "</script>"),
        style: between(&page, r#"<style charset="UTF-8">"#, "</style>"),
    }
});

/// What stands between two marks; nothing, when they are not there.
fn between(text: &str, start: &str, end: &str) -> String {
    let rest = text
        .split_once(start)
        .map(|(_, rest)| rest)
        .unwrap_or_default();
    rest.split_once(end)
        .map(|(inner, _)| inner)
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_and_the_style_are_whole() {
        assert!(SWAGGER_UI.script.contains("SwaggerUIBundle"));
        assert!(
            SWAGGER_UI.script.len() > 1_000_000,
            "{}",
            SWAGGER_UI.script.len()
        );
        assert!(SWAGGER_UI.style.contains(".swagger-ui"));
    }

    #[test]
    fn the_page_and_the_style_name_no_foreign_address() {
        for text in [PAGE, START] {
            assert!(!text.contains("//"), "{text}");
        }
        assert!(!SWAGGER_UI.style.contains("@import"));
        assert!(!SWAGGER_UI.style.contains("url(http"));
    }
}
