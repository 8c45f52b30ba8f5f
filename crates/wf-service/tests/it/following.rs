//! A directory of actions that changes while the service runs.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use wf_service::CatalogSource;

use crate::world::{PATIENCE, World};

/// A source that is being followed, and what it tells.
struct Followed {
    source: CatalogSource,
    told: mpsc::UnboundedReceiver<bool>,
    closing: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Followed {
    fn new(directory: &Path) -> Self {
        let source = CatalogSource::load(directory).unwrap();
        let (tell, told) = mpsc::unbounded_channel();
        let closing = CancellationToken::new();
        let (following, until) = (source.clone(), closing.clone());
        let task = tokio::spawn(async move {
            let every = Duration::from_millis(10);
            let told = |outcome: Result<(), &_>| tell.send(outcome.is_ok()).unwrap();
            following.follow(every, &until, told).await;
        });
        Self {
            source,
            told,
            closing,
            task,
        }
    }

    /// How the next taking up went.
    async fn next(&mut self) -> bool {
        tokio::time::timeout(PATIENCE, self.told.recv())
            .await
            .unwrap()
            .unwrap()
    }

    fn names(&self) -> Vec<String> {
        let catalog = self.source.current();
        catalog.iter().map(|it| it.name().to_owned()).collect()
    }

    async fn end(self) {
        self.closing.cancel();
        self.task.await.unwrap();
    }
}

fn action(name: &str) -> String {
    format!("name: {name}\nsuspend: {{}}\n")
}

#[tokio::test]
async fn changed_added_and_removed_files_are_taken_up() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str| directory.path().join(name);
    fs::write(file("a.yaml"), action("one")).unwrap();
    let mut followed = Followed::new(directory.path());
    assert_eq!(followed.names(), ["echo", "one"]);

    fs::write(file("b.yml"), action("two")).unwrap();
    assert!(followed.next().await);
    assert_eq!(followed.names(), ["echo", "one", "two"]);

    // The same size, perhaps within the same tick of the clock: another inode.
    fs::write(file(".a"), action("six")).unwrap();
    fs::rename(file(".a"), file("a.yaml")).unwrap();
    assert!(followed.next().await);
    assert_eq!(followed.names(), ["echo", "six", "two"]);

    fs::remove_file(file("b.yml")).unwrap();
    assert!(followed.next().await);
    assert_eq!(followed.names(), ["echo", "six"]);
    followed.end().await;
}

#[tokio::test]
async fn what_is_broken_leaves_the_last_good_actions_and_is_told_until_it_is_mended() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a.yaml");
    fs::write(&file, action("one")).unwrap();
    let mut followed = Followed::new(directory.path());
    let before = followed.source.current();

    fs::write(&file, "name: one\ncolor: red\nsuspend: {}\n").unwrap();
    assert!(!followed.next().await);
    assert!(Arc::ptr_eq(&before, &followed.source.current()));
    let failure = followed.source.failure().unwrap().to_string();
    assert!(failure.contains("a.yaml:2: color: "), "{failure}");

    fs::remove_file(&file).unwrap();
    fs::write(&file, action("mended")).unwrap();
    assert!(followed.next().await);
    assert_eq!(followed.names(), ["echo", "mended"]);
    assert!(followed.source.failure().is_none());

    fs::remove_dir_all(directory.path()).unwrap();
    assert!(!followed.next().await);
    assert_eq!(followed.names(), ["echo", "mended"]);
    followed.end().await;
}

#[test]
fn what_is_no_file_is_not_opened() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("a.yaml")).unwrap();
    let error = CatalogSource::load(directory.path()).unwrap_err();
    assert!(error.to_string().contains("it is no file"), "{error}");
}

/// As Kubernetes does it: the files are links through `..data`, which is a link that is turned
/// round.
#[tokio::test]
async fn a_mounted_config_map_that_is_exchanged_is_taken_up() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    for (version, name) in [("..v1", "old"), ("..v2", "new")] {
        fs::create_dir(at(version)).unwrap();
        fs::write(at(version).join("a.yaml"), action(name)).unwrap();
    }
    symlink("..v1", at("..data")).unwrap();
    symlink("..data/a.yaml", at("a.yaml")).unwrap();
    let mut followed = Followed::new(directory.path());
    assert_eq!(followed.names(), ["echo", "old"]);

    symlink("..v2", at("..data_tmp")).unwrap();
    fs::rename(at("..data_tmp"), at("..data")).unwrap();
    assert!(followed.next().await);
    assert_eq!(followed.names(), ["echo", "new"]);
    followed.end().await;
}

#[tokio::test]
async fn following_ends_with_the_service_and_without_a_directory() {
    let world = World::with(|options| options.catalog = CatalogSource::builtin()).await;
    tokio::time::timeout(PATIENCE, world.service.follow_files())
        .await
        .expect("there is nothing to follow");
    assert!(world.service.actions_failure().is_none());
    world.end().await;

    let world = World::new().await;
    world.service.closing().cancel();
    tokio::time::timeout(PATIENCE, world.service.follow_files())
        .await
        .expect("the service is closing");
    world.end().await;
}
