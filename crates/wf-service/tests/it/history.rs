//! The runs of a workflow, and who did what to it.

use wf_model::{StopMode, WorkflowPhase};
use wf_service::{Code, Part, RestartWorkflow, WorkflowId};

use crate::world::{World, context, hello, places};

fn part(first: Option<u32>, after: Option<String>) -> Part {
    Part { first, after }
}

/// A workflow that ran three times.
async fn thrice(world: &World) -> WorkflowId {
    let id = world.run(hello("thrice")).await;
    for run in 2..=3 {
        world.finished(id).await;
        let request = RestartWorkflow {
            reason: Some(format!("for run {run}")),
            ..RestartWorkflow::default()
        };
        let begun = world.service.restart(&world.ann, id, request).await;
        assert_eq!(begun.unwrap().snapshot.summary.run, run);
    }
    world.finished(id).await;
    id
}

#[tokio::test]
async fn runs_are_told_newest_first_page_by_page() {
    let world = World::new().await;
    let id = thrice(&world).await;
    let newest = world.service.runs(&world.ann, id, part(Some(2), None));
    let newest = newest.await.unwrap();
    let numbers = |listing: &wf_service::RunListing| -> Vec<u32> {
        let runs = listing.items.iter();
        runs.map(|listed| listed.run.status.number).collect()
    };
    assert_eq!(numbers(&newest), [3, 2]);
    assert!(newest.has_more);
    let run = &newest.items[0].run;
    assert_eq!(
        (run.mode.as_str(), run.reason.as_deref()),
        ("ALL", Some("for run 3"))
    );
    assert_eq!(run.actor.as_deref(), Some("ann"));
    assert_eq!(run.status.tasks.len(), 1);

    let rest = world
        .service
        .runs(&world.ann, id, part(Some(2), newest.end_cursor));
    let rest = rest.await.unwrap();
    assert_eq!(numbers(&rest), [1]);
    assert!(!rest.has_more);
    assert_eq!(rest.items[0].run.mode, "FIRST");

    let one = world.service.run(&world.ann, id, 2).await.unwrap();
    assert_eq!(one.run.status.phase, WorkflowPhase::Succeeded);
    assert_eq!(one.document.tasks[0].name, "A");
    for number in [0, 4] {
        let unknown = world.service.run(&world.ann, id, number).await;
        assert_eq!(unknown.unwrap_err().code(), Code::NotFound, "{number}");
    }
    world.end().await;
}

#[tokio::test]
async fn the_runs_of_many_are_told_at_once() {
    let world = World::new().await;
    let (thrice, held) = (thrice(&world).await, world.hold(hello("held")).await);
    let nobody: WorkflowId = "01900000-0000-7000-8000-000000000000".parse().unwrap();
    let told = world
        .service
        .runs_of(&world.ann, &[held, nobody, thrice], Some(2))
        .await
        .unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|(id, listing)| (*id, listing.items.len(), listing.has_more))
        .collect();
    assert_eq!(told, [(held, 1, false), (thrice, 2, true)]);
    world.end().await;
}

#[tokio::test]
async fn a_cursor_and_a_size_have_to_be_of_the_list() {
    let world = World::new().await;
    let id = thrice(&world).await;
    let runs = world.service.runs(&world.ann, id, part(Some(1), None));
    let cursor = runs.await.unwrap().end_cursor;
    let as_audit = world
        .service
        .audit(&world.ann, id, part(None, cursor))
        .await;
    assert_eq!(places(&as_audit.unwrap_err()), ["after"]);
    for first in [0, 101] {
        let refused = world
            .service
            .runs(&world.ann, id, part(Some(first), None))
            .await;
        assert_eq!(places(&refused.unwrap_err()), ["first"]);
    }
    let refused = world
        .service
        .audit(&world.ann, id, part(Some(501), None))
        .await;
    assert_eq!(places(&refused.unwrap_err()), ["first"]);
    world.end().await;
}

#[tokio::test]
async fn the_audit_tells_who_did_what_and_what_was_refused() {
    let world = World::new().await;
    let created = world.create(hello("one"), |request| {
        request.start = false;
        request.reason = Some("for later".to_owned());
    });
    let id = created.await.unwrap().summary.id;
    let nobody = context("default", None);
    let stop = world.service.stop(&nobody, id, StopMode::Now, None);
    stop.await.unwrap();
    let again = world.service.stop(&nobody, id, StopMode::Now, None);
    again.await.unwrap();
    let suspend = world
        .service
        .suspend(&world.ann, id, Some("wait".to_owned()));
    assert_eq!(suspend.await.unwrap_err().code(), Code::Conflict);
    let stop_task = world.service.stop_task(&world.ann, id, "Z", None);
    assert_eq!(stop_task.await.unwrap_err().code(), Code::NotFound);

    let audit = world
        .service
        .audit(&world.ann, id, part(None, None))
        .await
        .unwrap();
    let told: Vec<_> = audit
        .items
        .iter()
        .map(|listed| {
            let entry = &listed.entry;
            assert_eq!(entry.request_id, "request-1");
            let text = Option::as_deref;
            let who = (text(&entry.actor), entry.action.as_str(), text(&entry.task));
            (who, text(&entry.reason), entry.outcome.as_str())
        })
        .collect();
    let expected = [
        ((Some("ann"), "stop", Some("Z")), None, "NOT_FOUND"),
        ((Some("ann"), "suspend", None), Some("wait"), "CONFLICT"),
        ((None, "stop", None), None, "OK"),
        ((Some("ann"), "create", None), Some("for later"), "OK"),
    ];
    assert_eq!(told, expected);

    let page = world
        .service
        .audit(&world.ann, id, part(Some(1), None))
        .await
        .unwrap();
    assert!(page.has_more);
    let rest = world
        .service
        .audit(&world.ann, id, part(None, page.end_cursor));
    assert_eq!(rest.await.unwrap().items.len(), 3);
    world.end().await;
}
