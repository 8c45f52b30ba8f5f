//! Waiting, watching, reading logs.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use wf_model::{StopMode, WorkflowPhase};
use wf_service::{Code, LogQuery, Until, Wait};

use crate::world::{PATIENCE, World, hello, script, values};

fn wait(at_most: Duration, until: Until, since: Option<String>) -> Wait {
    Wait {
        at_most,
        until,
        since,
    }
}

#[tokio::test]
async fn a_wait_ends_with_what_it_waits_for() {
    let world = World::new().await;
    let id = world.run(hello("one")).await;
    let began = Instant::now();
    let ended = world
        .service
        .wait(&world.ann, id, wait(PATIENCE, Until::Finished, None))
        .await;
    assert_eq!(ended.unwrap().summary.phase, WorkflowPhase::Succeeded);
    assert!(began.elapsed() < PATIENCE);
    world.end().await;
}

#[tokio::test]
async fn at_the_time_out_a_wait_tells_the_present_state() {
    let world = World::new().await;
    let id = world.hold(hello("one")).await;
    for at_most in [Duration::ZERO, Duration::from_millis(50)] {
        let now = world
            .service
            .wait(&world.ann, id, wait(at_most, Until::Finished, None))
            .await;
        assert_eq!(now.unwrap().summary.phase, WorkflowPhase::Held);
    }
    world.end().await;
}

#[tokio::test]
async fn a_wait_is_longer_than_the_callers_deadline() {
    let world = World::new().await;
    let id = world.run(script("slow", "sleep 0.5")).await;
    let mut hasty = world.ann.clone();
    hasty.timeout = Some(Duration::from_millis(200));
    let ended = world
        .service
        .wait(&hasty, id, wait(PATIENCE, Until::Finished, None))
        .await;
    assert_eq!(ended.unwrap().summary.phase, WorkflowPhase::Succeeded);
    world.end().await;
}

#[tokio::test]
async fn a_wait_for_a_change_begins_at_the_revision_that_is_known() {
    let world = World::new().await;
    let id = world.hold(hello("one")).await;
    let held = world.service.get(&world.ann, id).await.unwrap();
    let since = Some(held.summary.revision.clone());

    let (changed, _) = tokio::join!(
        world.service.wait(
            &world.ann,
            id,
            wait(PATIENCE, Until::Changed, since.clone())
        ),
        world.service.start(&world.ann, id, values([]), None),
    );
    let changed = changed.unwrap();
    assert_ne!(changed.summary.revision, held.summary.revision);
    let again = world
        .service
        .wait(&world.ann, id, wait(PATIENCE, Until::Changed, since))
        .await;
    assert_ne!(
        again.unwrap().summary.revision,
        held.summary.revision,
        "it has changed already"
    );
    world.end().await;
}

#[tokio::test]
async fn nobody_waits_for_a_change_of_what_is_finished() {
    let world = World::new().await;
    let id = world.run(hello("one")).await;
    let ended = world.finished(id).await;
    let since = Some(ended.summary.revision);
    let began = Instant::now();
    world
        .service
        .wait(&world.ann, id, wait(PATIENCE, Until::Changed, since))
        .await
        .unwrap();
    assert!(began.elapsed() < PATIENCE);
    world.end().await;
}

#[tokio::test]
async fn a_wait_for_what_is_deleted_meanwhile_ends() {
    let world = World::new().await;
    let id = world.hold(hello("one")).await;
    let (waited, deleted) = tokio::join!(
        world
            .service
            .wait(&world.ann, id, wait(PATIENCE, Until::Finished, None)),
        async {
            tokio::task::yield_now().await;
            world.service.delete(&world.ann, id, true, None).await
        },
    );
    deleted.unwrap();
    assert_eq!(waited.unwrap_err().code(), Code::NotFound);
    world.end().await;
}

#[tokio::test]
async fn a_watch_begins_with_the_present_state_and_ends_with_the_run() {
    let world = World::new().await;
    let id = world.hold(hello("one")).await;
    let mut states = world.service.watch(&world.ann, id).await.unwrap();
    let first = states.next().await.unwrap().unwrap();
    assert_eq!(first.summary.phase, WorkflowPhase::Held);
    world
        .service
        .start(&world.ann, id, values([]), None)
        .await
        .unwrap();
    let rest: Vec<_> = tokio::time::timeout(PATIENCE, states.collect())
        .await
        .unwrap();
    let last = rest.last().unwrap().as_ref().unwrap();
    assert_eq!(last.summary.phase, WorkflowPhase::Succeeded);
    world.end().await;
}

#[tokio::test]
async fn when_the_service_closes_every_wait_and_stream_ends() {
    let world = World::new().await;
    let id = world.run(script("long", "echo begun; sleep 60")).await;
    let states = world.service.watch(&world.ann, id).await.unwrap();
    let query = LogQuery {
        task: "A".to_owned(),
        follow: true,
        ..LogQuery::default()
    };
    let lines = world.service.logs(&world.ann, id, query).await.unwrap();
    let waited = world
        .service
        .wait(&world.ann, id, wait(PATIENCE, Until::Finished, None));
    let all = async { tokio::join!(states.count(), lines.count(), waited) };
    let close = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        world.service.closing().cancel();
    };
    let began = Instant::now();
    let ((states, _, waited), ()) = tokio::join!(all, close);
    assert!(began.elapsed() < PATIENCE / 2, "{:?}", began.elapsed());
    assert!(states >= 1);
    assert!(!waited.unwrap().summary.phase.is_finished());
    world
        .service
        .stop(&world.ann, id, StopMode::Now, None)
        .await
        .unwrap();
    world.end().await;
}

#[tokio::test]
async fn logs_are_what_a_task_printed() {
    let world = World::new().await;
    let id = world
        .run(script("chatty", "echo one; echo two >&2; echo three"))
        .await;
    world.finished(id).await;
    let query = |task: &str| LogQuery {
        task: task.to_owned(),
        follow: true,
        ..LogQuery::default()
    };
    let lines = world
        .service
        .logs(&world.ann, id, query("A"))
        .await
        .unwrap();
    let mut lines: Vec<_> = lines.map(|line| line.unwrap().text).collect().await;
    lines.sort();
    assert_eq!(lines, ["one", "three", "two"]);
    let Err(error) = world.service.logs(&world.ann, id, query("B")).await else {
        panic!("there is no task B");
    };
    assert_eq!(error.code(), Code::NotFound);
    world.end().await;
}

#[tokio::test]
async fn when_as_many_wait_as_may_another_is_told_to_come_back() {
    let world = World::with(|options| options.most_waits = 1).await;
    let id = world.run(script("long", "echo begun; sleep 60")).await;
    let query = || LogQuery {
        task: "A".to_owned(),
        follow: true,
        ..LogQuery::default()
    };
    let followed = world.service.logs(&world.ann, id, query()).await.unwrap();
    let again = || {
        let wait = wait(PATIENCE, Until::Finished, None);
        world.service.wait(&world.ann, id, wait)
    };
    let refused = again().await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable);
    assert!(refused.to_string().starts_with("1 callers wait already"));
    let refused = world.service.logs(&world.ann, id, query()).await.err();
    assert_eq!(refused.unwrap().code(), Code::Unavailable);
    drop(followed);

    let waited = tokio::time::timeout(Duration::from_millis(50), again()).await;
    assert!(waited.is_err(), "it waits, since the place is free again");
    world
        .service
        .stop(&world.ann, id, StopMode::Now, None)
        .await
        .unwrap();
    let ended = again().await.unwrap();
    assert_eq!(ended.summary.phase, WorkflowPhase::Stopped);
    world.end().await;
}
