//! Runs and audit.

use serde_json::json;

use crate::harness::{Api, SEED, column, faults, text};

#[tokio::test]
async fn old_runs_stay_as_they_were() {
    let api = Api::open().await;
    let first = api.run(SEED).await;
    let path = format!("/v1/workflows/{}", text(&first["id"]));
    let before = api
        .get(format!("{path}/runs/1"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(before["mode"], "FIRST");
    assert_eq!(before["tasks"], first["tasks"]);
    for reason in ["second", "third"] {
        let body = json!({"mode": "ALL", "reason": reason});
        api.post(format!("{path}/restart"), body)
            .send()
            .await
            .expect(200);
        api.get(format!("{path}?wait=60")).send().await.expect(200);
    }
    let again = api
        .get(format!("{path}/runs/1"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(again, before);

    let newest = api
        .get(format!("{path}/runs?first=2"))
        .send()
        .await
        .expect(200);
    let link = newest.header("Link").unwrap().to_owned();
    let page = newest.json();
    assert_eq!(column(&page["items"], "number"), [3, 2]);
    assert_eq!(column(&page["items"], "reason"), ["third", "second"]);
    assert_eq!(page["items"][0]["taskCounts"]["succeeded"], 2);
    assert_eq!(page["items"][0].get("tasks"), None);
    assert_eq!(page["hasMore"], true);
    let next = link.strip_prefix('<').unwrap().split('>').next().unwrap();
    let rest = api.get(next).send().await.expect(200);
    assert_eq!(rest.header("Link"), None);
    let rest = rest.json();
    assert_eq!(column(&rest["items"], "number"), [1]);

    let task = api
        .get(format!("{path}/runs/2/tasks/B"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(task["id"], format!("{}/2/B", text(&first["id"])));
    assert_eq!(task["dependsOn"], json!(["A"]));
    let lines = api
        .get(format!("{path}/tasks/B/logs?run=1"))
        .send()
        .await
        .expect(200);
    assert_eq!(lines.text(), "World\n");
    for unknown in [
        "runs/0",
        "runs/4",
        "runs/x",
        "runs/1/tasks/Z",
        "runs/4/tasks/A",
    ] {
        let answer = api.get(format!("{path}/{unknown}")).send().await;
        answer.problem(404, "NOT_FOUND");
    }
    let odd = api.get(format!("{path}/runs?after=x")).send().await;
    assert_eq!(odd.faults(400), faults([("after", "OUT_OF_RANGE")]));
    let odd = api.get(format!("{path}/runs?first=101")).send().await;
    assert_eq!(odd.faults(400), faults([("first", "OUT_OF_RANGE")]));
    api.close().await;
}

#[tokio::test]
async fn the_audit_tells_who_did_what_and_why() {
    let api = Api::open_with(|args| {
        args.http.actor_header = Some("x-forwarded-user".parse().unwrap());
    })
    .await;
    let created = api.post("/v1/workflows?start=false&reason=for+later", SEED);
    let created = created
        .header("X-Forwarded-User", "ann")
        .send()
        .await
        .expect(201)
        .json();
    assert_eq!(created["createdBy"], "ann");
    let path = format!("/v1/workflows/{}", text(&created["id"]));
    let refused = api
        .post(format!("{path}/suspend"), r#"{"reason": "tea"}"#)
        .send()
        .await;
    let request_id = refused.header("X-Request-Id").unwrap().to_owned();
    refused.problem(409, "CONFLICT");
    let stop = api.post(format!("{path}/stop"), "");
    stop.header("X-Forwarded-User", "bob")
        .send()
        .await
        .expect(200);

    let audit = api
        .get(format!("{path}/audit"))
        .send()
        .await
        .expect(200)
        .json();
    let items = &audit["items"];
    assert_eq!(column(items, "action"), ["stop", "suspend", "create"]);
    assert_eq!(column(items, "actor"), ["bob", "anonymous", "ann"]);
    assert_eq!(column(items, "outcome"), ["OK", "CONFLICT", "OK"]);
    assert_eq!(
        column(items, "reason"),
        [json!(null), json!("tea"), json!("for later")]
    );
    assert_eq!(column(items, "sequence"), [3, 2, 1]);
    assert_eq!(items[1]["requestId"], request_id.as_str());
    let cursor = text(&items[1]["cursor"]);
    let rest = api
        .get(format!("{path}/audit?after={cursor}"))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(column(&rest["items"], "action"), ["create"]);
    let odd = api.get(format!("{path}/runs?after={cursor}")).send().await;
    assert_eq!(odd.faults(400), faults([("after", "OUT_OF_RANGE")]));
    api.close().await;
}
