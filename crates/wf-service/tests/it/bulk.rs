//! The same for many workflows.

use std::time::Duration;

use wf_model::{StopMode, WorkflowPhase};
use wf_service::{
    Bulk, BulkOperation, BulkOutcome, Code, Filter, RestartKind, Result, Selection, WorkflowId,
};

use crate::world::{World, hello, places};

fn of(ids: &[String]) -> Selection {
    Selection {
        ids: Some(ids.to_vec()),
        ..Selection::default()
    }
}

fn named(name: &str) -> Selection {
    Selection {
        filter: Some(Filter {
            name: Some(name.to_owned()),
            ..Filter::default()
        }),
        ..Selection::default()
    }
}

async fn bulk(
    world: &World,
    operation: BulkOperation,
    selection: Selection,
) -> Result<BulkOutcome> {
    let request = Bulk {
        operation,
        selection,
        reason: Some("tidying up".to_owned()),
    };
    world.service.bulk(&world.ann, request).await
}

async fn held(world: &World, name: &str, count: usize) -> Vec<WorkflowId> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(world.hold(hello(name)).await);
    }
    ids
}

/// Of each: the code of its refusal, or the phase it is in.
fn told(outcome: &BulkOutcome) -> Vec<String> {
    let words = outcome.items.iter().map(|item| match &item.result {
        Ok(Some(snapshot)) => snapshot.summary.phase.to_string(),
        Ok(None) => "gone".to_owned(),
        Err(error) => error.code().as_str().to_owned(),
    });
    words.collect()
}

#[tokio::test]
async fn one_bad_item_fails_alone() {
    let world = World::new().await;
    let ended = world.run(hello("ended")).await;
    world.finished(ended).await;
    let held = held(&world, "held", 2).await;
    let ids = [
        held[0].to_string(),
        "no-id".to_owned(),
        ended.to_string(),
        "01900000-0000-7000-8000-000000000000".to_owned(),
        held[1].to_string(),
    ];
    let stop = BulkOperation::Stop(StopMode::Now);
    let outcome = bulk(&world, stop, of(&ids)).await.unwrap();
    assert_eq!(
        told(&outcome),
        ["STOPPED", "NOT_FOUND", "CONFLICT", "NOT_FOUND", "STOPPED"]
    );
    assert!(outcome.items.iter().map(|item| &item.id).eq(&ids));

    let restart = BulkOperation::Restart(RestartKind::All);
    let ids = [ended.to_string(), held[0].to_string()];
    let outcome = bulk(&world, restart, of(&ids)).await.unwrap();
    assert!(outcome.items.iter().all(|item| item.result.is_ok()));
    for id in [ended, held[0]] {
        let snapshot = world.finished(id).await;
        assert_eq!(snapshot.summary.phase, WorkflowPhase::Succeeded);
        assert_eq!(snapshot.summary.run, 2);
    }
    world.end().await;
}

#[tokio::test]
async fn a_filter_is_previewed_and_then_worked_on() {
    let world = World::new().await;
    held(&world, "these", 3).await;
    let other = held(&world, "other", 1).await[0];
    let preview = world.service.bulk_preview(&world.ann, named("these"));
    let preview = preview.await.unwrap();
    assert_eq!((preview.count, preview.has_more), (3, false));

    let delete = BulkOperation::Delete { force: false };
    let outcome = bulk(&world, delete.clone(), named("these")).await.unwrap();
    assert_eq!(told(&outcome), ["gone", "gone", "gone"]);
    assert!(!outcome.has_more);
    let outcome = bulk(&world, delete, named("these")).await.unwrap();
    assert_eq!(told(&outcome), [""; 0]);
    world.service.get(&world.ann, other).await.unwrap();
    world.end().await;
}

#[tokio::test]
async fn what_is_done_to_many_is_in_the_audit_of_each() {
    let world = World::new().await;
    let ids = held(&world, "held", 2).await;
    let texts = [ids[0].to_string(), ids[1].to_string()];
    let stop = BulkOperation::Stop(StopMode::Now);
    bulk(&world, stop, of(&texts)).await.unwrap();
    for id in ids {
        let audit = world
            .service
            .audit(&world.ann, id, wf_service::Part::default());
        let audit = audit.await.unwrap();
        let entry = &audit.items[0].entry;
        assert_eq!(
            (entry.action.as_str(), entry.outcome.as_str()),
            ("stop", "OK")
        );
        assert_eq!(entry.reason.as_deref(), Some("tidying up"));
    }
    world.end().await;
}

#[tokio::test]
async fn a_selection_says_which_workflows_are_meant() {
    let world = World::new().await;
    let one = world.hold(hello("one")).await.to_string();
    let cases = [
        (Selection::default(), "ids"),
        (of(&[]), "ids"),
        (of(&[one.clone(), one.clone()]), "ids[1]"),
        (of(&vec![one.clone(); 1001]), "ids"),
        (
            Selection {
                ids: Some(vec![one.clone()]),
                ..named("one")
            },
            "filter",
        ),
        (
            Selection {
                filter: Some(Filter::default()),
                ..Selection::default()
            },
            "filter",
        ),
        (
            Selection {
                after: Some("x".to_owned()),
                ..of(std::slice::from_ref(&one))
            },
            "after",
        ),
        (
            Selection {
                after: Some("x".to_owned()),
                ..named("one")
            },
            "after",
        ),
    ];
    for (selection, place) in cases {
        let stop = BulkOperation::Stop(StopMode::Now);
        let refused = bulk(&world, stop, selection.clone()).await.unwrap_err();
        assert_eq!(places(&refused), [place], "{place}");
        let refused = world.service.bulk_preview(&world.ann, selection).await;
        assert_eq!(places(&refused.unwrap_err()), [place], "{place}");
    }
    let tasks = BulkOperation::Restart(RestartKind::Tasks);
    let refused = bulk(&world, tasks, of(std::slice::from_ref(&one)))
        .await
        .unwrap_err();
    assert_eq!(places(&refused), ["mode"]);
    let id = one.parse().unwrap();
    let now = world.service.get(&world.ann, id).await.unwrap();
    assert_eq!(now.summary.phase, WorkflowPhase::Held);
    world.end().await;
}

#[tokio::test]
async fn those_for_which_there_is_no_time_are_told_one_by_one() {
    let world = World::new().await;
    let ids: Vec<String> = held(&world, "held", 200)
        .await
        .iter()
        .map(ToString::to_string)
        .collect();
    let mut hasty = world.ann.clone();
    hasty.timeout = Some(Duration::from_nanos(1));
    let request = Bulk {
        operation: BulkOperation::Stop(StopMode::Now),
        selection: of(&ids),
        reason: None,
    };
    let outcome = world.service.bulk(&hasty, request).await.unwrap();
    assert_eq!(outcome.items.len(), 200);
    let codes = outcome
        .items
        .iter()
        .filter_map(|item| item.result.as_ref().err());
    assert!(codes.clone().count() > 0);
    assert!(codes.into_iter().all(|error| error.code() == Code::Timeout));
    world.end().await;
}
