//! Parity: the same story through both APIs has the same outcomes.

mod graphql;
mod life;
mod rest;
mod stories;
mod surface;

use graphql::GraphQl;
use rest::Rest;
use stories::{STORIES, Story};
use surface::told;
use xtask::program::Program;
use xtask::servers::{Options, launch};

use crate::live;

/// Each API over a store of its own, so that neither sees the other's workflows.
fn start(name: &str, folder: &std::path::Path) -> Program {
    let options = Options {
        programs: Some(live::programs()),
        data_dir: Some(folder.join(format!("{name}-data"))),
        ..Options::default()
    };
    Program::start(&launch(name, &options, folder).unwrap()).unwrap()
}

#[test]
fn every_story_is_the_same_through_both_apis() {
    let folder = tempfile::tempdir().unwrap();
    let (graphql, rest) = (
        start("wf-graphql", folder.path()),
        start("wf-rest", folder.path()),
    );
    let through_graphql = GraphQl::at(graphql.address());
    let through_rest = Rest::at(rest.address());
    let differences: Vec<String> = STORIES
        .iter()
        .chain(life::STORIES)
        .flat_map(|story| differences(story, &through_graphql, &through_rest))
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    graphql.stop().unwrap();
    rest.stop().unwrap();
}

/// Where the story goes another way than it should, or another way through each API.
fn differences((name, expected, story): &Story, graphql: &GraphQl, rest: &Rest) -> Vec<String> {
    let (through_graphql, through_rest) = (story(graphql), story(rest));
    let mut differences = Vec::new();
    for (api, outcomes) in [("GraphQL", &through_graphql), ("REST", &through_rest)] {
        let told = told(outcomes);
        if told != *expected {
            differences.push(format!("{name}: through {api} {told:?}, not {expected:?}"));
        }
    }
    for (step, (ours, theirs)) in through_graphql.iter().zip(&through_rest).enumerate() {
        let (ours, theirs) = (ours.view(), theirs.view());
        if ours != theirs {
            differences.push(format!(
                "{name}, step {step}:\n  GraphQL {ours}\n  REST    {theirs}"
            ));
        }
    }
    differences
}
