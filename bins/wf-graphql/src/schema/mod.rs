//! The schema: one file per aggregate, with its types and what they resolve to.

mod attempt;
mod audit;
mod bulk;
mod catalog;
mod check;
mod connection;
mod graph;
mod input;
mod item;
mod loaded;
mod log;
mod mutation;
mod node;
mod origin;
mod parameter;
mod phase;
mod query;
mod run;
mod service;
mod simulation;
mod steering;
mod stop;
mod task;
mod task_counts;
mod task_steering;
mod time;
mod workflow;

use async_graphql::{EmptySubscription, SDLExportOptions};

pub(crate) use loaded::Loaded;
use mutation::Mutation;
use query::Query;

/// How deep a query may be nested; the standard introspection query needs 15.
pub(crate) const MOST_DEPTH: usize = 24;

/// How much a query may cost: a field costs 1, a list its length times its fields. The standard
/// introspection query costs some hundreds, a page of 50 with everything about its tasks 30,000.
pub(crate) const MOST_COMPLEXITY: usize = 100_000;

/// The schema of the API.
pub(crate) type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// The schema, which knows nothing of a service: each request brings its caller.
pub(crate) fn build() -> Schema {
    Schema::build(Query, Mutation::default(), EmptySubscription)
        .limit_depth(MOST_DEPTH)
        .limit_complexity(MOST_COMPLEXITY)
        .finish()
}

/// The schema in the schema definition language, as it is committed.
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .prefer_single_line_descriptions()
        .use_space_ident();
    let sdl = build().sdl_with_options(options);
    format!("{}\n", sdl.trim_end())
}
