//! The page: all of it from here, and nothing in it that a strict browser would refuse.

use poem::Request;
use poem::http::StatusCode;

use crate::harness::App;

async fn get(app: &App, path: &str) -> (String, String, String) {
    let request = Request::builder()
        .uri_str(path)
        .header("host", "127.0.0.1:8080")
        .finish();
    let (status, headers, body) = app.call(request).await;
    assert_eq!(status, StatusCode::OK, "{path}");
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    (
        header("content-type"),
        header("content-security-policy"),
        body,
    )
}

#[tokio::test]
async fn the_page_loads_nothing_from_elsewhere() {
    let app = App::new().await;
    let (kind, policy, page) = get(&app, "/").await;
    assert_eq!(kind, "text/html; charset=utf-8");
    assert!(
        policy.starts_with("default-src 'self';") && !policy.contains("unsafe"),
        "{policy}"
    );
    let mut loaded = 0;
    for tag in page.split('<').filter(|tag| !tag.starts_with("a ")) {
        let tag = tag.split('>').next().unwrap();
        assert!(
            !tag.contains("style=") && !tag.contains(" on"),
            "inline: {tag}"
        );
        for attribute in ["src=\"", "href=\""] {
            let Some((_, path)) = tag.split_once(attribute) else {
                continue;
            };
            let path = path.split('"').next().unwrap();
            assert!(path.starts_with('/') && !path.starts_with("//"), "{path}");
            get(&app, path).await;
            loaded += 1;
        }
        assert!(!tag.starts_with("script") || tag.contains("src="), "{tag}");
    }
    assert!(loaded >= 4, "the page has a style, a script and an icon");
}

#[tokio::test]
async fn the_pages_parts_are_told_as_what_they_are() {
    let app = App::new().await;
    for (path, kind) in [
        ("/page.css", "text/css; charset=utf-8"),
        ("/page.js", "text/javascript; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
        ("/schema.graphql", "text/plain; charset=utf-8"),
    ] {
        assert_eq!(get(&app, path).await.0, kind);
    }
    assert_eq!(get(&app, "/schema.graphql").await.2, wf_graphql::sdl());
}

#[tokio::test]
async fn the_pages_script_sets_text_and_never_markup() {
    let script = get(&App::new().await, "/page.js").await.2;
    for way in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
    ] {
        assert!(!script.contains(way), "{way}");
    }
}
