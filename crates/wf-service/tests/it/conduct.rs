//! What is done around every use case.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use wf_model::StopMode;
use wf_service::{Authorizer, Code, Context, Error, Observer, Operation, Resource, Result};

use crate::world::{World, context, hello, request};

/// Lets people see, and nothing else; and takes its time for slow people.
#[derive(Debug)]
struct ReadOnly;

#[async_trait]
impl Authorizer for ReadOnly {
    async fn authorize(&self, context: &Context, operation: Operation, _: Resource) -> Result<()> {
        if context.actor.as_deref() == Some("slow") {
            std::future::pending::<()>().await;
        }
        match operation {
            Operation::Read | Operation::List | Operation::ReadCatalog => Ok(()),
            _ => Err(Error::new(Code::Forbidden, "you may look, and not touch")),
        }
    }
}

/// Remembers what it is told.
#[derive(Debug, Default)]
struct Tally(Mutex<Vec<(Operation, Option<Code>)>>);

impl Observer for Tally {
    fn observe(&self, operation: Operation, code: Option<Code>, _: Duration) {
        self.0.lock().unwrap().push((operation, code));
    }
}

#[tokio::test]
async fn who_may_not_is_told_and_nothing_happens() {
    let world = World::with(|options| options.authorizer = Arc::new(ReadOnly)).await;
    let error = world.create(hello("one"), |_| {}).await.unwrap_err();
    assert_eq!(error.code(), Code::Forbidden);
    let listing = world
        .service
        .list(&world.ann, wf_service::ListWorkflows::default())
        .await
        .unwrap();
    assert_eq!(listing.items.len(), 0);
    world.end().await;
}

#[tokio::test]
async fn a_request_ends_with_its_time() {
    let world = World::with(|options| options.authorizer = Arc::new(ReadOnly)).await;
    let mut slow = context("default", Some("slow"));
    slow.timeout = Some(Duration::from_millis(20));
    let error = world
        .service
        .create(&slow, request(hello("one")))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::Timeout);
    assert!(error.code().is_retryable());
    world.end().await;
}

#[tokio::test]
async fn every_operation_is_counted_with_its_outcome() {
    let tally = Arc::new(Tally::default());
    let world = World::with(|options| options.observer = tally.clone()).await;
    let id = world.hold(hello("one")).await;
    world
        .service
        .stop(&world.ann, id, StopMode::Now, None)
        .await
        .unwrap();
    let start = world
        .service
        .start(&world.ann, id, std::collections::BTreeMap::new(), None)
        .await;
    start.unwrap_err();
    let told = tally.0.lock().unwrap().clone();
    assert_eq!(
        told,
        [
            (Operation::Create, None),
            (Operation::Stop, None),
            (Operation::Start, Some(Code::Conflict)),
        ]
    );
    world.end().await;
}

#[tokio::test]
async fn the_service_says_what_it_is() {
    let world = World::new().await;
    let told = world.service.describe(&world.ann);
    assert_eq!(
        (told.backend, told.scope.as_str(), told.actions),
        ("embedded", "default", 4)
    );
    assert!(world.service.check().await.is_ok());
    world.end().await;
}
