//! Lists: filters, pages, cursors, links.

use serde_json::{Value, json};

use crate::harness::{Answer, Api, column, faults, text};

async fn create(api: &Api, name: &str, team: &str) -> Value {
    let document =
        json!({"name": name, "labels": {"team": team}, "tasks": [{"name": "a", "action": "true"}]});
    api.post("/v1/workflows?start=false", document)
        .send()
        .await
        .expect(201)
        .json()
}

async fn names(api: &Api, query: &str) -> Vec<Value> {
    column(
        &api.get(format!("/v1/workflows{query}"))
            .send()
            .await
            .expect(200)
            .json()["items"],
        "name",
    )
}

fn next(answer: &Answer) -> Option<String> {
    let (path, rest) = answer.header("Link")?.strip_prefix('<')?.split_once('>')?;
    assert_eq!(rest, "; rel=\"next\"");
    Some(path.to_owned())
}

#[tokio::test]
async fn pages_follow_each_other_by_link_and_tell_each_workflow_once() {
    let api = Api::open().await;
    for number in 0..7 {
        create(&api, &format!("w{number}"), "core").await;
    }
    let mut path = Some("/v1/workflows?first=3".to_owned());
    let mut seen = Vec::new();
    let mut sizes = Vec::new();
    while let Some(page) = path {
        let answer = api.get(&page).send().await.expect(200);
        let body = answer.json();
        sizes.push(body["items"].as_array().unwrap().len());
        seen.extend(column(&body["items"], "name"));
        path = next(&answer);
        assert_eq!(body["hasMore"], path.is_some());
    }
    assert_eq!(sizes, [3, 3, 1]);
    assert_eq!(seen, ["w6", "w5", "w4", "w3", "w2", "w1", "w0"]);
    api.close().await;
}

#[tokio::test]
async fn a_list_item_is_a_summary_with_its_own_cursor() {
    let api = Api::open().await;
    create(&api, "older", "x").await;
    create(&api, "newer", "x").await;
    let page = api.get("/v1/workflows").send().await.expect(200).json();
    let first = &page["items"][0];
    assert_eq!(first["name"], "newer");
    assert_eq!(first["taskCounts"]["pending"], 1);
    assert_eq!(first.get("tasks"), None);
    assert_eq!(first.get("document"), None);
    let after = format!("?after={}", text(&first["cursor"]));
    assert_eq!(names(&api, &after).await, ["older"]);
    assert_eq!(page["endCursor"], page["items"][1]["cursor"]);
    api.close().await;
}

#[tokio::test]
async fn filters_narrow_the_list_and_stay_in_the_link() {
    let api = Api::open().await;
    let first = create(&api, "alpha", "core").await;
    create(&api, "beta", "core").await;
    create(&api, "beta", "data").await;
    api.run(json!({"name": "gamma", "tasks": [{"name": "a", "action": "true"}]}))
        .await;

    assert_eq!(names(&api, "?name=beta").await, ["beta", "beta"]);
    assert_eq!(names(&api, "?phase=SUCCEEDED").await, ["gamma"]);
    assert_eq!(
        names(&api, "?phase=SUCCEEDED&phase=HELD").await,
        ["gamma", "beta", "beta", "alpha"]
    );
    assert_eq!(names(&api, "?label=team%3Ddata").await, ["beta"]);
    assert_eq!(names(&api, "?label=team=core&name=alpha").await, ["alpha"]);
    assert_eq!(names(&api, "?name=nobody").await, Vec::<Value>::new());
    let after = text(&first["createdAt"]);
    assert_eq!(
        names(&api, &format!("?createdBefore={after}")).await,
        Vec::<Value>::new()
    );
    assert_eq!(
        names(&api, &format!("?createdAfter={after}")).await.len(),
        4
    );

    let answer = api
        .get("/v1/workflows?phase=HELD&label=team%3Dcore&first=1")
        .send()
        .await
        .expect(200);
    let next = next(&answer).unwrap();
    assert!(
        next.starts_with("/v1/workflows?phase=HELD&label=team%3Dcore&first=1&after="),
        "{next}"
    );
    let answer = api.get(next).send().await.expect(200);
    assert_eq!(column(&answer.json()["items"], "name"), ["alpha"]);
    api.close().await;
}

#[tokio::test]
async fn a_cursor_is_refused_when_it_was_changed_or_belongs_to_another_list() {
    let api = Api::open().await;
    create(&api, "older", "x").await;
    create(&api, "newer", "x").await;
    let page = api
        .get("/v1/workflows?first=1")
        .send()
        .await
        .expect(200)
        .json();
    let cursor = text(&page["endCursor"]);

    let mut changed = cursor.to_owned();
    let last = changed.pop().unwrap();
    changed.insert(0, last);
    for after in [changed.as_str(), "", "nonsense", "AAAA", "%00"] {
        let answer = api.get(format!("/v1/workflows?after={after}")).send().await;
        assert_eq!(
            answer.faults(400),
            faults([("after", "OUT_OF_RANGE")]),
            "{after}"
        );
    }
    let other_filter = api
        .get(format!("/v1/workflows?name=older&after={cursor}"))
        .send()
        .await;
    assert_eq!(other_filter.faults(400)[0].0, "after");
    assert_eq!(names(&api, &format!("?after={cursor}")).await, ["older"]);
    api.close().await;
}

#[tokio::test]
async fn all_that_is_wrong_with_a_query_is_told_at_once() {
    let api = Api::open().await;
    let answer = api
        .get("/v1/workflows?first=0&Name=x&phase=running&createdAfter=yesterday&after=a&after=b&limit=5")
        .send()
        .await;
    let problem = answer.problem(400, "INVALID");
    assert_eq!(
        crate::harness::faults_of(&problem),
        faults([
            ("Name", "UNKNOWN_FIELD"),
            ("after", "DUPLICATE_FIELD"),
            ("createdAfter", "WRONG_TYPE"),
            ("first", "OUT_OF_RANGE"),
            ("limit", "UNKNOWN_FIELD"),
            ("phase", "OUT_OF_RANGE"),
        ])
    );
    let suggestions = column(&problem["faults"], "suggestion");
    assert_eq!(
        (&suggestions[0], &suggestions[5]),
        (&json!("name"), &json!("RUNNING"))
    );
    assert!(
        text(&problem["faults"][4]["message"]).contains("`createdBefore`"),
        "{problem}"
    );

    for (query, path) in [
        ("?first=501", "first"),
        ("?first=x", "first"),
        ("?first=", "first"),
        ("?label=x", "label"),
        ("?label=%3Dx", "label"),
        ("?label=a%3Db&label=a%3Dc", "label"),
    ] {
        let answer = api.get(format!("/v1/workflows{query}")).send().await;
        assert_eq!(answer.faults(400)[0].0, path, "{query}");
    }
    api.close().await;
}
