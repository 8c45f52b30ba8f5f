//! Restarting workflows and tasks.

use serde_json::{Value, json};
use wf_model::{StopMode, TaskPhase, WorkflowPhase};
use wf_service::{Changed, Code, RestartKind, RestartTask, RestartWorkflow, Result, WorkflowId};

use crate::world::{World, greeting, hello, phase_of, places, script, values};

/// A ends well, B fails the first time, C would be after it.
fn once_failing(world: &World) -> Value {
    let mark = world.path("mark");
    let script = format!("test -e {mark} || {{ touch {mark}; exit 3; }}");
    json!({"name": "failing", "tasks": [
        {"name": "A", "action": "echo", "parameters": [{"name": "message", "value": "Hello"}]},
        {"name": "B", "action": "shell", "dependsOn": ["A"],
         "parameters": [{"name": "script", "value": script}]},
        {"name": "C", "action": "echo", "dependsOn": ["B"],
         "parameters": [{"name": "message", "value": "{{tasks.A.outputs.result}} again"}]},
    ]})
}

async fn restart(world: &World, id: WorkflowId, request: RestartWorkflow) -> Result<Changed> {
    world.service.restart(&world.ann, id, request).await
}

fn of(mode: RestartKind) -> RestartWorkflow {
    RestartWorkflow {
        mode: Some(mode),
        ..RestartWorkflow::default()
    }
}

fn tasks(names: &[&str]) -> RestartWorkflow {
    RestartWorkflow {
        tasks: Some(names.iter().map(|&name| name.to_owned()).collect()),
        ..RestartWorkflow::default()
    }
}

#[tokio::test]
async fn what_failed_runs_again_and_the_rest_is_inherited() {
    let world = World::new().await;
    let id = world.run(once_failing(&world)).await;
    assert_eq!(
        world.finished(id).await.summary.phase,
        WorkflowPhase::Failed
    );
    let begun = restart(&world, id, of(RestartKind::FromFailed))
        .await
        .unwrap();
    assert!(!begun.replayed);
    assert_eq!(begun.snapshot.summary.run, 2);
    let ended = world.finished(id).await;
    assert_eq!(ended.summary.phase, WorkflowPhase::Succeeded);
    assert_eq!(ended.run.task("A").unwrap().inherited_from, Some(1));
    let said = ended.run.task("C").unwrap().outputs.result.as_deref();
    assert_eq!(said, Some("Hello again"));

    let nothing_left = restart(&world, id, of(RestartKind::FromFailed)).await;
    let error = nothing_left.unwrap_err();
    assert_eq!(error.code(), Code::Conflict);
    let misfit = error.misfit().unwrap();
    assert_eq!(misfit.phase, "SUCCEEDED");
    assert!(misfit.fitting.contains(&"FAILED"), "{misfit:?}");
    world.end().await;
}

#[tokio::test]
async fn one_task_runs_again_and_what_waits_for_it_only_when_asked() {
    let world = World::new().await;
    let id = world.run(once_failing(&world)).await;
    world.finished(id).await;
    restart(&world, id, RestartWorkflow::default())
        .await
        .unwrap();
    world.finished(id).await;
    for (downstream, again) in [(false, Some(2)), (true, None)] {
        let request = RestartTask {
            downstream,
            ..RestartTask::default()
        };
        world
            .service
            .restart_task(&world.ann, id, "B", request)
            .await
            .unwrap();
        let ended = world.finished(id).await;
        assert_eq!(phase_of(&ended, "B"), TaskPhase::Succeeded);
        assert_eq!(ended.run.task("B").unwrap().inherited_from, None);
        assert_eq!(ended.run.task("C").unwrap().inherited_from, again);
    }
    world.end().await;
}

#[tokio::test]
async fn a_workflow_that_runs_is_stopped_and_runs_again() {
    let world = World::new().await;
    let id = world
        .run(json!({"name": "w", "tasks": [{"name": "A", "action": "approval"}]}))
        .await;
    world.task_in(id, "A", TaskPhase::Waiting).await;
    let begun = restart(&world, id, of(RestartKind::All)).await.unwrap();
    let summary = begun.snapshot.summary;
    assert!(summary.restarting || summary.run == 2, "{summary:?}");
    let again = |state: &wf_service::Snapshot| {
        state.summary.run == 2 && phase_of(state, "A") == TaskPhase::Waiting
    };
    let now = world.until(id, again).await;
    assert!(!now.summary.restarting);
    world.end().await;
}

#[tokio::test]
async fn nobody_waits_for_the_end_of_a_run_that_another_follows() {
    let world = World::new().await;
    let wait = json!([{"name": "A", "action": "approval"}]);
    let id = world.run(json!({"name": "w", "tasks": wait})).await;
    world.task_in(id, "A", TaskPhase::Waiting).await;
    let waiting = tokio::spawn({
        let (service, ann) = (world.service.clone(), world.ann.clone());
        let wait = wf_service::Wait {
            at_most: crate::world::PATIENCE,
            until: wf_service::Until::Finished,
            since: None,
        };
        async move { service.wait(&ann, id, wait).await }
    });
    restart(&world, id, of(RestartKind::All)).await.unwrap();
    let second = |state: &wf_service::Snapshot| {
        state.summary.run == 2 && phase_of(state, "A") == TaskPhase::Waiting
    };
    world.until(id, second).await;
    let stop = world
        .service
        .stop(&world.ann, id, wf_model::StopMode::Now, None);
    stop.await.unwrap();
    let ended = waiting.await.unwrap().unwrap();
    assert_eq!(ended.summary.run, 2);
    assert_eq!(ended.summary.phase, WorkflowPhase::Stopped);
    world.end().await;
}

#[tokio::test]
async fn a_changed_value_runs_what_refers_to_it() {
    let world = World::new().await;
    let created = world.create(greeting(), |request| {
        request.parameters = values([("whom", "you")]);
    });
    let id = created.await.unwrap().summary.id;
    world.finished(id).await;
    let request = RestartWorkflow {
        parameters: values([("word", "Hi")]),
        ..tasks(&["A"])
    };
    restart(&world, id, request).await.unwrap();
    let ended = world.finished(id).await;
    let said = ended.run.task("A").unwrap().outputs.result.as_deref();
    assert_eq!(said, Some("Hi you"));

    let request = RestartWorkflow {
        parameters: values([("word", "Ho"), ("other", "x")]),
        ..RestartWorkflow::default()
    };
    let error = restart(&world, id, request).await.unwrap_err();
    assert_eq!(places(&error), ["parameters.other", "parameters.word"]);
    world.end().await;
}

#[tokio::test]
async fn a_request_that_contradicts_itself_changes_nothing() {
    let world = World::new().await;
    let id = world.run(once_failing(&world)).await;
    let before = world.finished(id).await.summary.revision;
    let named = |mode, names: &[&str]| RestartWorkflow {
        mode: Some(mode),
        ..tasks(names)
    };
    let cases: [(RestartWorkflow, &[&str]); 6] = [
        (tasks(&[]), &["tasks"]),
        (of(RestartKind::Tasks), &["tasks"]),
        (tasks(&["A", "B", "A"]), &["tasks[2]"]),
        (tasks(&["A", "Z"]), &["tasks[1]"]),
        (named(RestartKind::FromFailed, &["A"]), &["tasks"]),
        (
            RestartWorkflow {
                downstream: Some(true),
                ..named(RestartKind::All, &["A"])
            },
            &["downstream", "tasks"],
        ),
    ];
    for (request, expected) in cases {
        let error = restart(&world, id, request.clone()).await.unwrap_err();
        assert_eq!(error.code(), Code::Invalid, "{request:?}");
        assert_eq!(places(&error), expected, "{request:?}");
    }
    for (task, code) in [("Z", Code::NotFound), ("B\u{0}", Code::NotFound)] {
        let request = RestartTask::default();
        let refused = world.service.restart_task(&world.ann, id, task, request);
        assert_eq!(refused.await.unwrap_err().code(), code);
    }
    let now = world.service.get(&world.ann, id).await.unwrap();
    assert_eq!(now.summary.revision, before);
    world.end().await;
}

#[tokio::test]
async fn the_exit_handler_is_no_task_to_restart() {
    let world = World::new().await;
    let mut document = hello("one");
    document["onExit"] = json!({"action": "echo", "parameters": [
        {"name": "message", "value": "bye"}]});
    let id = world.run(document).await;
    world.finished(id).await;
    let request = RestartTask::default();
    let refused = world
        .service
        .restart_task(&world.ann, id, "onExit", request);
    assert_eq!(places(&refused.await.unwrap_err()), ["task"]);
    world.end().await;
}

#[tokio::test]
async fn a_restart_with_a_key_is_done_once() {
    let world = World::new().await;
    let id = world.run(hello("one")).await;
    world.finished(id).await;
    let keyed = async |who: &wf_service::Context, key: &str, request| {
        let who = who.with_key(Some(key.to_owned()));
        world.service.restart(&who, id, request).await
    };
    let ann = &world.ann;
    let first = keyed(ann, "k", RestartWorkflow::default()).await;
    assert!(!first.unwrap().replayed);
    world.finished(id).await;
    let again = keyed(ann, "k", RestartWorkflow::default()).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.snapshot.summary.run, 2);

    let contradictions = [
        RestartWorkflow {
            mode: Some(RestartKind::FromFailed),
            ..RestartWorkflow::default()
        },
        RestartWorkflow {
            tasks: Some(vec!["A".to_owned()]),
            ..RestartWorkflow::default()
        },
    ];
    for contradiction in contradictions {
        let error = keyed(ann, "k", contradiction).await.unwrap_err();
        assert_eq!(error.code(), Code::Conflict);
        assert!(error.to_string().contains("key"), "{error}");
    }
    let one = RestartTask::default();
    let who = ann.with_key(Some("k".to_owned()));
    let error = world.service.restart_task(&who, id, "A", one).await;
    assert_eq!(error.unwrap_err().code(), Code::Conflict);

    let bob = crate::world::context("default", Some("bob"));
    let his = keyed(&bob, "k", RestartWorkflow::default()).await.unwrap();
    assert!(!his.replayed, "a key is its caller's");
    world.finished(id).await;
    let odd = keyed(ann, "", RestartWorkflow::default()).await;
    assert_eq!(places(&odd.unwrap_err()), ["idempotencyKey"]);
    world.end().await;
}

#[tokio::test]
async fn the_run_that_was_expected_has_to_be_the_latest() {
    let world = World::new().await;
    let id = world.run(hello("one")).await;
    world.finished(id).await;
    let expecting = |run| RestartWorkflow {
        expected_run: Some(run),
        ..RestartWorkflow::default()
    };
    restart(&world, id, expecting(1)).await.unwrap();
    world.finished(id).await;
    let error = restart(&world, id, expecting(1)).await.unwrap_err();
    assert_eq!(error.code(), Code::Conflict);
    assert!(error.to_string().contains('2'), "{error}");
    world.end().await;
}

#[tokio::test]
async fn what_is_held_is_started_and_not_restarted() {
    let world = World::new().await;
    let id = world.hold(hello("one")).await;
    for request in [RestartWorkflow::default(), tasks(&["Z"])] {
        let error = restart(&world, id, request).await.unwrap_err();
        assert_eq!(error.code(), Code::Conflict);
        assert_eq!(error.misfit().unwrap().phase, "HELD");
    }
    world.end().await;
}

#[tokio::test]
async fn a_restart_has_the_actions_of_now_only_when_that_is_asked_for() {
    let mut offered = None;
    let world = World::with(|options| offered = Some(options.catalog.clone())).await;
    let catalog = offered.unwrap();
    let id = world.run(crate::world::script("one", "echo before")).await;
    world.finished(id).await;
    let offer = |text: &str| {
        let sources = [("shell.yaml", text.to_owned())];
        catalog.replace(wf_argo::Catalog::from_sources(sources).unwrap());
    };
    offer(
        "{name: shell, parameters: [{name: script}], container: {image: i, command: [echo, now]}}",
    );
    for (latest_actions, said) in [(false, "before"), (true, "now"), (false, "now")] {
        let request = RestartWorkflow {
            latest_actions,
            ..RestartWorkflow::default()
        };
        restart(&world, id, request).await.unwrap();
        let ended = world.finished(id).await;
        let result = ended.run.task("A").unwrap().outputs.result.as_deref();
        assert_eq!(result, Some(said));
    }
    offer("{name: other, suspend: {}}");
    let request = RestartTask {
        latest_actions: true,
        ..RestartTask::default()
    };
    let refused = world.service.restart_task(&world.ann, id, "A", request);
    assert_eq!(places(&refused.await.unwrap_err()), ["tasks[0].action"]);
    let keyed = world.ann.with_key(Some("k".to_owned()));
    let latest = || RestartWorkflow {
        latest_actions: true,
        ..RestartWorkflow::default()
    };
    offer(
        "{name: shell, parameters: [{name: script}], container: {image: i, command: [echo, now]}}",
    );
    let made = world.service.restart(&keyed, id, latest()).await.unwrap();
    assert!(!made.replayed);
    world.finished(id).await;
    offer("{name: other, suspend: {}}");
    let again = world.service.restart(&keyed, id, latest()).await.unwrap();
    assert!(again.replayed, "whatever the catalog is by now");
    restart(&world, id, RestartWorkflow::default())
        .await
        .unwrap();
    world.finished(id).await;
    world.end().await;
}

#[tokio::test]
async fn a_graceful_stop_in_the_place_of_a_restart_runs_the_exit_handler() {
    for before in [None, Some(StopMode::Graceful)] {
        let world = World::new().await;
        let mark = world.path("mark");
        let stubborn =
            format!("trap 'sleep 0.7; exit 3' TERM; touch {mark}; while :; do sleep 0.05; done");
        let mut document = script("grace", &stubborn);
        let said = json!([{"name": "message", "value": "tidied"}]);
        document["onExit"] = json!({"action": "echo", "parameters": said});
        let id = world.run(document).await;
        while !std::path::Path::new(&mark).exists() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        if let Some(mode) = before {
            let stopped = world.service.stop(&world.ann, id, mode, None).await;
            stopped.unwrap();
        }
        restart(&world, id, of(RestartKind::All)).await.unwrap();
        let why = Some("no, tidy up".to_owned());
        let stop = world.service.stop(&world.ann, id, StopMode::Graceful, why);
        stop.await.unwrap();
        let ended = world.finished(id).await;
        assert_eq!(ended.summary.run, 1);
        assert_eq!(ended.summary.phase, WorkflowPhase::Stopped);
        assert_eq!(ended.run.stop.unwrap().mode, StopMode::Graceful);
        let handler = ended.run.exit_handler.unwrap();
        assert_eq!(handler.phase, TaskPhase::Succeeded, "{before:?}");
        world.end().await;
    }
}
