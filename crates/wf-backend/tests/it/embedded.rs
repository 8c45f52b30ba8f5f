//! The embedded backend.

mod crashing;
mod lab;
mod limits;
mod migrating;
mod processes;
mod restarting;
mod retaining;
mod server;
mod sharing;
mod storing;
mod subject;
mod telling;

mod contract {
    use super::subject::Embedded;

    wf_backend::backend_contract!(Embedded::new());
}
