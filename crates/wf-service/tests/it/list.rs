//! Finding workflows.

use wf_service::{Code, Filter, ListWorkflows, Secret, WorkflowId, workflow_id};

use crate::world::{World, context, hello, places};

fn named(name: &str, first: u32, after: Option<String>) -> ListWorkflows {
    let filter = Filter {
        name: Some(name.to_owned()),
        ..Filter::default()
    };
    ListWorkflows {
        filter,
        first: Some(first),
        after,
    }
}

#[tokio::test]
async fn a_list_goes_on_where_it_ended() {
    let world = World::new().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(world.hold(hello("one")).await);
        world.hold(hello("other")).await;
    }
    made.reverse();
    let (mut told, mut after) = (Vec::new(), None);
    loop {
        let page = world
            .service
            .list(&world.ann, named("one", 2, after))
            .await
            .unwrap();
        told.extend(page.items.iter().map(|item| item.summary.id));
        assert_eq!(
            page.end_cursor.as_ref(),
            page.items.last().map(|item| &item.cursor)
        );
        after = page.end_cursor;
        if !page.has_more {
            break;
        }
    }
    assert_eq!(told, made, "newest first, each once");
    world.end().await;
}

#[tokio::test]
async fn every_workflow_of_a_list_has_a_cursor() {
    let world = World::new().await;
    let older = world.hold(hello("one")).await;
    world.hold(hello("one")).await;
    let page = world
        .service
        .list(&world.ann, named("one", 50, None))
        .await
        .unwrap();
    let after = Some(page.items[0].cursor.clone());
    let rest = world
        .service
        .list(&world.ann, named("one", 50, after))
        .await
        .unwrap();
    let rest: Vec<_> = rest.items.iter().map(|item| item.summary.id).collect();
    assert_eq!(rest, [older]);
    world.end().await;
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused_with_what_to_do() {
    let world = World::new().await;
    world.hold(hello("one")).await;
    let page = world
        .service
        .list(&world.ann, named("one", 1, None))
        .await
        .unwrap();
    let cursor = page.end_cursor;
    let other_filter = world
        .service
        .list(&world.ann, named("two", 1, cursor.clone()))
        .await;
    let elsewhere = context("elsewhere", Some("ann"));
    let other_scope = world
        .service
        .list(&elsewhere, named("one", 1, cursor))
        .await;
    let made_up = world
        .service
        .list(&world.ann, named("one", 1, Some("abc".to_owned())))
        .await;
    for error in [other_filter, other_scope, made_up].map(Result::unwrap_err) {
        assert_eq!(error.code(), Code::Invalid);
        assert_eq!(places(&error), ["after"]);
        assert!(error.to_string().contains("leave `after` out"), "{error}");
    }
    world.end().await;
}

#[tokio::test]
async fn services_with_one_secret_read_each_others_cursors() {
    let secret = Secret::random();
    let one = World::with(|options| options.cursor_secret = secret.clone()).await;
    let two = World::with(|options| options.cursor_secret = secret.clone()).await;
    one.hold(hello("one")).await;
    let page = one
        .service
        .list(&one.ann, named("one", 1, None))
        .await
        .unwrap();
    let read = two
        .service
        .list(&two.ann, named("one", 1, page.end_cursor))
        .await;
    assert!(read.is_ok());
    one.end().await;
    two.end().await;
}

#[tokio::test]
async fn a_page_has_its_size() {
    let world = World::new().await;
    for first in [0, 501] {
        let error = world
            .service
            .list(&world.ann, named("one", first, None))
            .await
            .unwrap_err();
        assert_eq!(places(&error), ["first"]);
    }
    for first in [1, 500] {
        assert!(
            world
                .service
                .list(&world.ann, named("one", first, None))
                .await
                .is_ok()
        );
    }
    world.end().await;
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let world = World::new().await;
    let id = world.hold(hello("one")).await;
    let elsewhere = context("elsewhere", Some("ann"));
    let other_scope = world.service.get(&elsewhere, id).await.unwrap_err();
    assert_eq!(other_scope.code(), Code::NotFound);
    let nobody: WorkflowId = "00000000-0000-7000-8000-000000000000".parse().unwrap();
    assert_eq!(
        world
            .service
            .get(&world.ann, nobody)
            .await
            .unwrap_err()
            .code(),
        Code::NotFound
    );
    for odd in [
        "",
        "my-workflow",
        "../..",
        "00000000-0000-7000-8000-00000000000A",
    ] {
        assert_eq!(
            workflow_id(odd).unwrap_err().code(),
            Code::NotFound,
            "{odd}"
        );
    }
    assert_eq!(workflow_id(&id.to_string()).unwrap(), id);
    world.end().await;
}

#[tokio::test]
async fn many_are_got_in_the_order_asked_for() {
    let world = World::new().await;
    let (one, two) = (
        world.hold(hello("one")).await,
        world.hold(hello("two")).await,
    );
    let nobody: WorkflowId = "00000000-0000-7000-8000-000000000000".parse().unwrap();
    let got = world
        .service
        .get_many(&world.ann, &[two, nobody, one])
        .await
        .unwrap();
    let got: Vec<_> = got.iter().map(|snapshot| snapshot.summary.id).collect();
    assert_eq!(got, [two, one]);
    let error = world
        .service
        .get_many(&world.ann, &[one; 501])
        .await
        .unwrap_err();
    assert_eq!(places(&error), ["ids"]);
    world.end().await;
}

#[tokio::test]
async fn the_document_comes_back_as_it_can_be_given_again() {
    let world = World::new().await;
    let id = world.hold(hello("one")).await;
    let document = world.service.document(&world.ann, id).await.unwrap();
    let again = world.hold(serde_json::to_value(&*document).unwrap()).await;
    assert_eq!(
        world.service.document(&world.ann, again).await.unwrap(),
        document
    );
    world.end().await;
}
