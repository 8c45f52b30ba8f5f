//! Clauses about lists.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use wf_model::{StopMode, Timestamp, WorkflowPhase};

use super::Subject;
use super::bench::{Bench, by, now};
use crate::id::WorkflowId;
use crate::workflow::{Filter, Page, Query, Start};

fn document(name: &str, labels: &Value) -> Value {
    json!({"name": name, "labels": labels, "tasks": [{"name": "A", "action": "true"}]})
}

async fn hold_at<S: Subject>(bench: &Bench<S>, document: Value, at: Timestamp) -> WorkflowId {
    let mut submission = bench.submission(document);
    submission.start = Start::Hold;
    submission.by.at = at;
    bench.create(submission).await.summary.id
}

async fn page<S: Subject>(bench: &Bench<S>, query: &Query) -> Page {
    let page = bench.backend().list(&bench.scope(), query).await;
    page.expect("a list can be read")
}

/// The ids of the whole list, read page by page.
async fn all<S: Subject>(bench: &Bench<S>, filter: Filter, first: u32) -> Vec<WorkflowId> {
    let mut query = Query {
        filter,
        first,
        after: None,
    };
    let mut ids = Vec::new();
    loop {
        let page = page(bench, &query).await;
        assert!(page.items.len() <= first as usize);
        ids.extend(page.items.iter().map(|summary| summary.id));
        let Some(last) = page.items.last().filter(|_| page.has_more) else {
            return ids;
        };
        query.after = Some(last.position());
    }
}

/// A list is told newest first, by id where the moments are equal, whatever the pages' size.
pub async fn a_list_is_told_newest_first_page_by_page<S: Subject>(bench: &mut Bench<S>) {
    let begun = now();
    let mut expected = Vec::new();
    for number in 0..7_u64 {
        // Two by two at the same moment.
        let at = begun.plus(Duration::from_millis(number / 2));
        let id = hold_at(bench, document("listed", &json!({})), at).await;
        expected.push((at, id));
    }
    expected.sort();
    expected.reverse();
    let expected: Vec<_> = expected.into_iter().map(|(_, id)| id).collect();
    for first in [1, 2, 3, 7, 100] {
        let told = all(bench, Filter::default(), first).await;
        assert_eq!(told, expected, "in pages of {first}");
    }
    let query = Query {
        first: 1,
        ..Query::default()
    };
    let summary = &page(bench, &query).await.items[0];
    assert_eq!(*summary, bench.get(summary.id).await.summary);
}

/// Filters, and which of the three workflows pass them.
fn filters(begun: Timestamp) -> [(Filter, &'static [usize]); 13] {
    let at = |number| begun.plus(Duration::from_millis(number));
    let label = |name: &str, value: &str| Filter {
        labels: [(name.to_owned(), value.to_owned())].into(),
        ..Filter::default()
    };
    let mut both = label("team", "core");
    both.labels.insert("tier".to_owned(), "a".to_owned());
    let named = |name: &str| Filter {
        name: Some(name.to_owned()),
        ..Filter::default()
    };
    let phases = |phases: &[WorkflowPhase]| Filter {
        phases: phases.to_vec(),
        ..Filter::default()
    };
    let stopped = [WorkflowPhase::Stopped];
    [
        (Filter::default(), &[2, 1, 0]),
        (named("one"), &[1, 0]),
        (named("on"), &[]),
        (phases(&[WorkflowPhase::Held]), &[2, 0]),
        (
            phases(&[WorkflowPhase::Held, WorkflowPhase::Stopped]),
            &[2, 1, 0],
        ),
        (phases(&[WorkflowPhase::Running]), &[]),
        (label("team", "core"), &[1, 0]),
        (both, &[0]),
        (label("team", "none"), &[]),
        (
            Filter {
                phases: stopped.to_vec(),
                ..named("one")
            },
            &[1],
        ),
        (
            Filter {
                phases: stopped.to_vec(),
                ..label("team", "core")
            },
            &[1],
        ),
        (
            Filter {
                phases: vec![WorkflowPhase::Held],
                ..label("team", "core")
            },
            &[0],
        ),
        (
            Filter {
                created_after: Some(at(1)),
                created_before: Some(at(2)),
                ..Filter::default()
            },
            &[1],
        ),
    ]
}

/// A list tells what passes every part of its filter, and nothing else.
pub async fn a_list_is_filtered<S: Subject>(bench: &mut Bench<S>) {
    let begun = now();
    let at = |number| begun.plus(Duration::from_millis(number));
    let labels = [
        json!({"team": "core", "tier": "a"}),
        json!({"team": "core"}),
        json!({"team": "edge"}),
    ];
    let mut ids = Vec::new();
    for (number, labels) in (0..).zip(&labels) {
        let name = if number == 2 { "other" } else { "one" };
        ids.push(hold_at(bench, document(name, labels), at(number)).await);
    }
    bench.stop(ids[1], StopMode::Now).await;

    for (filter, expected) in filters(begun) {
        let expected: Vec<_> = expected.iter().map(|&number| ids[number]).collect();
        for first in [1, 10] {
            assert_eq!(
                all(bench, filter.clone(), first).await,
                expected,
                "{filter:?}"
            );
        }
    }
}

/// A list that is read page by page tells every workflow that is there all the while exactly
/// once, whatever is made and deleted meanwhile.
pub async fn a_list_survives_what_comes_and_goes<S: Subject>(bench: &mut Bench<S>) {
    let begun = now();
    let mut staying = BTreeSet::new();
    let mut leaving = Vec::new();
    for number in 0..20_u64 {
        let at = begun.plus(Duration::from_millis(number * 2));
        let id = hold_at(bench, document("moving", &json!({})), at).await;
        if number % 2 == 0 {
            staying.insert(id);
        } else {
            leaving.push(id);
        }
    }
    let mut query = Query {
        first: 3,
        ..Query::default()
    };
    let mut told = Vec::new();
    let mut number = 0;
    loop {
        let page = page(bench, &query).await;
        told.extend(page.items.iter().map(|summary| summary.id));
        let Some(last) = page.items.last().filter(|_| page.has_more) else {
            break;
        };
        query.after = Some(last.position());
        // The one that the cursor stands on, or any other, may go; others come before and behind.
        if let Some(id) = leaving.pop() {
            let deleted = bench
                .backend()
                .delete(&bench.scope(), id, false, &by())
                .await;
            deleted.expect("a held workflow can be deleted");
        }
        number += 1;
        for at in [begun.plus(Duration::from_millis(number)), now()] {
            hold_at(bench, document("moving", &json!({})), at).await;
        }
    }
    let once: BTreeSet<_> = told.iter().copied().collect();
    assert_eq!(once.len(), told.len(), "nothing is told twice");
    assert!(once.is_superset(&staying), "nothing that stays is missed");
}
