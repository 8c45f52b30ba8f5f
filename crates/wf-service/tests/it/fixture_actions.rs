//! The example actions: each runs where it can, and is refused beforehand where it cannot.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use wf_model::TaskPhase;
use wf_service::{CatalogSource, Code, DocumentInput, Snapshot};

use crate::world::World;

fn actions() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/actions")
}

async fn world() -> World {
    World::with(|options| options.catalog = CatalogSource::load(&actions()).unwrap()).await
}

/// A document with these tasks.
fn document(tasks: &Value) -> Value {
    json!({"name": "fixtures", "tasks": tasks})
}

fn task(name: &str, action: &str, parameters: &[(&str, &str)]) -> Value {
    let parameters: Vec<Value> = parameters
        .iter()
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    json!({"name": name, "action": action, "parameters": parameters})
}

/// What the task of that name printed, or an output of it.
fn output<'s>(snapshot: &'s Snapshot, name: &str, output: &str) -> Option<&'s str> {
    let task = snapshot.run.tasks.iter().find(|it| it.name == name)?;
    match output {
        "result" => task.outputs.result.as_deref(),
        other => {
            let mut outputs = task.outputs.parameters.iter();
            outputs
                .find(|it| it.name == other)
                .map(|it| it.value.as_str())
        }
    }
}

fn phase(snapshot: &Snapshot, name: &str) -> TaskPhase {
    let mut tasks = snapshot.run.tasks.iter();
    tasks.find(|it| it.name == name).unwrap().phase
}

#[tokio::test]
async fn the_actions_that_run_here_do_what_they_say() {
    let world = world().await;
    let mut consume = task("consume", "consume", &[]);
    consume["dependsOn"] = json!(["produce"]);
    consume["artifacts"] =
        json!([{"name": "in", "from": "{{tasks.produce.outputs.artifacts.out}}"}]);
    let id = world.run(document(&json!([
        task("echo", "echo", &[("message", "Hello")]),
        task("shell", "shell", &[("script", "echo $((6 * 7))")]),
        task("sleep", "sleep", &[("seconds", "0.1")]),
        task("pause", "pause", &[("duration", "100ms")]),
        task("succeed", "true", &[]),
        task("flip", "flip", &[]),
        task("produce", "produce", &[("text", "12345")]),
        consume,
    ])));
    let snapshot = world.finished(id.await).await;
    for name in [
        "echo", "shell", "sleep", "pause", "succeed", "flip", "produce", "consume",
    ] {
        assert_eq!(phase(&snapshot, name), TaskPhase::Succeeded, "{name}");
    }
    assert_eq!(output(&snapshot, "echo", "result"), Some("Hello"));
    assert_eq!(output(&snapshot, "shell", "result"), Some("42"));
    assert_eq!(output(&snapshot, "produce", "bytes"), Some("5"));
    assert_eq!(output(&snapshot, "consume", "result"), Some("12345"));
    let flipped = output(&snapshot, "flip", "result").unwrap();
    assert!(["heads", "tails"].contains(&flipped), "{flipped}");
    world.end().await;
}

#[tokio::test]
async fn fail_fails_with_its_code() {
    let world = world().await;
    let tasks = json!([task("fail", "fail", &[("code", "3")])]);
    let snapshot = world.finished(world.run(document(&tasks)).await).await;
    assert_eq!(phase(&snapshot, "fail"), TaskPhase::Failed);
    assert_eq!(snapshot.run.tasks[0].exit_code, Some(3));
    world.end().await;
}

#[tokio::test]
async fn an_approval_waits() {
    let world = world().await;
    let id = world
        .run(document(&json!([task("ask", "approval", &[])])))
        .await;
    let waits = async {
        loop {
            let snapshot = world.service.get(&world.ann, id).await.unwrap();
            if phase(&snapshot, "ask") == TaskPhase::Waiting {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::world::PATIENCE, waits)
        .await
        .expect("it waits for an answer");
    world.end().await;
}

#[tokio::test]
async fn a_list_that_is_known_fans_out() {
    let world = world().await;
    let mut each = task("each", "echo", &[("message", "{{item}}")]);
    each["withItems"] = json!(["a", "b"]);
    let snapshot = world
        .finished(world.run(document(&json!([each]))).await)
        .await;
    assert_eq!(output(&snapshot, "each", "result"), Some(r#"["a","b"]"#));
    world.end().await;
}

/// Git is not asked of the machines on which tests run; without it the task says so.
#[tokio::test]
async fn a_repository_is_cloned_into_an_artifact() {
    let git = |directory: &Path, arguments: &[&str]| {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
        let mut command = Command::new("git");
        command
            .current_dir(directory)
            .args(identity)
            .args(arguments);
        command.output().is_ok_and(|output| output.status.success())
    };
    let repository = tempfile::tempdir().unwrap();
    std::fs::write(repository.path().join("README"), "cloned").unwrap();
    let has_git = git(repository.path(), &["init", "--quiet"])
        && git(repository.path(), &["add", "."])
        && git(repository.path(), &["commit", "--quiet", "-m", "first"]);

    let world = world().await;
    let address = format!("file://{}", repository.path().display());
    let clone = task("clone", "git-clone", &[("repository", &address)]);
    let snapshot = world
        .finished(world.run(document(&json!([clone]))).await)
        .await;
    if has_git {
        assert_eq!(phase(&snapshot, "clone"), TaskPhase::Succeeded);
        assert_eq!(output(&snapshot, "clone", "commit").unwrap().len(), 40);
        assert!(
            snapshot.run.tasks[0]
                .outputs
                .artifacts
                .iter()
                .any(|it| it.name == "source")
        );
    } else {
        assert_eq!(phase(&snapshot, "clone"), TaskPhase::Failed);
    }
    world.end().await;
}

#[tokio::test]
async fn a_secret_is_read_where_it_is_kept_and_stands_nowhere_else() {
    let secrets = tempfile::tempdir().unwrap();
    std::fs::create_dir(secrets.path().join("pseudonyms")).unwrap();
    let tasks = json!([task("hide", "pseudonym", &[("text", "Ada")])]);

    let path = secrets.path().to_owned();
    let change = |options: wf_backend::EmbeddedOptions| options.secrets_dir(path);
    let world = World::over(change, |options| {
        options.catalog = CatalogSource::load(&actions()).unwrap();
    })
    .await;
    let snapshot = world.finished(world.run(document(&tasks)).await).await;
    assert_eq!(phase(&snapshot, "hide"), TaskPhase::Error);
    let message = snapshot.run.tasks[0].message.as_deref().unwrap();
    assert!(
        message.contains("no key `salt` of a secret `pseudonyms`"),
        "{message}"
    );

    // The value is read when the task begins: nothing has to be restarted.
    std::fs::write(secrets.path().join("pseudonyms/salt"), "hunter2").unwrap();
    let snapshot = world.finished(world.run(document(&tasks)).await).await;
    assert_eq!(phase(&snapshot, "hide"), TaskPhase::Succeeded);
    let pseudonym = output(&snapshot, "hide", "result").unwrap();
    assert!(pseudonym.parse::<u32>().is_ok(), "{pseudonym}");
    assert!(!format!("{snapshot:?}").contains("hunter2"));
    world.end().await;
}

#[tokio::test]
async fn what_needs_a_cluster_is_refused_before_it_is_submitted() {
    let world = world().await;
    for (action, parameters) in [
        ("fetch", vec![("url", "https://example.org")]),
        ("for-each", vec![("items", "[1]"), ("script", "true")]),
        ("greet", vec![("whom", "you")]),
        ("stages", vec![("prepare", "true"), ("work", "true")]),
        ("start-workflow", vec![("template", "greetings")]),
    ] {
        let tasks = json!([task("A", action, &parameters)]);
        let error = world
            .create(document(&tasks), |_| {})
            .await
            .expect_err(action);
        let [fault] = error.faults() else {
            panic!("{action}: {error:?}")
        };
        assert_eq!(fault.path, "tasks[0].action");
        assert!(
            fault.message.contains("needs a cluster"),
            "{}",
            fault.message
        );
        assert_eq!(error.code(), Code::Invalid);

        let elsewhere = Some(wf_model::Target::Argo41Full);
        let checked = world
            .service
            .validate(
                &world.ann,
                DocumentInput::Value(document(&tasks)),
                elsewhere,
            )
            .await
            .unwrap();
        assert_eq!(checked.faults, [], "{action} runs on a cluster");
    }
    world.end().await;
}

#[tokio::test]
async fn every_example_action_is_tried() {
    let catalog = CatalogSource::load(&actions()).unwrap().current();
    let here = [
        "approval",
        "consume",
        "echo",
        "fail",
        "fetch",
        "flip",
        "for-each",
        "git-clone",
        "greet",
        "pause",
        "produce",
        "pseudonym",
        "shell",
        "sleep",
        "stages",
        "start-workflow",
        "true",
    ];
    let names: Vec<&str> = catalog.iter().map(wf_argo::Action::name).collect();
    assert_eq!(names, here, "a new example action has to be tried above");
}

#[tokio::test]
async fn a_secret_in_a_document_is_warned_of_and_valid() {
    let world = world().await;
    let mut secret = document(&json!([task("A", "echo", &[("message", "Hello")])]));
    secret["parameters"] = json!([{"name": "api-token", "default": "hunter2"}]);
    let checked = world
        .service
        .validate(&world.ann, DocumentInput::Value(secret), None)
        .await
        .unwrap();
    assert!(checked.faults.is_empty());
    let [warning] = checked.warnings.as_slice() else {
        panic!("{:?}", checked.warnings)
    };
    assert_eq!(warning.path, "parameters[0]");
    assert!(!format!("{:?}", checked.warnings).contains("hunter2"));
    world.end().await;
}
