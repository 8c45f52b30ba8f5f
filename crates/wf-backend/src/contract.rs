//! The contract suite: every promise of the [`Backend`](crate::Backend) as a function.
//!
//! An adapter passes it whole: [`backend_contract!`](crate::backend_contract) makes a test of every
//! clause, and there is no way to leave one out.
//!
//! ```text
//! mod contract {
//!     wf_backend::backend_contract!(MySubject::new());
//! }
//! ```
//!
//! The clauses ask for no more than the port promises. What happens some time after a call is
//! waited for, up to a deadline, so that a cluster passes as well as one machine.

#![allow(clippy::missing_panics_doc)] // that a clause panics when it is broken is what it is for

mod answering;
mod auditing;
mod bench;
mod catalog;
mod chance;
mod data;
mod deleting;
mod history;
mod interrupting;
mod listing;
mod logs;
mod once;
mod order;
mod phases;
mod refusing;
mod repeating;
mod restarting;
mod stopping;
mod submitting;
mod suspending;
mod turns;
mod updating;
mod watching;
mod wishes;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::id::Scope;
use crate::port::Backend;

pub use answering::*;
pub use auditing::*;
pub use bench::Bench;
pub use chance::*;
pub use data::*;
pub use deleting::*;
pub use history::*;
pub use interrupting::*;
pub use listing::*;
pub use logs::*;
pub use once::*;
pub use order::*;
pub use phases::*;
pub use refusing::*;
pub use repeating::*;
pub use restarting::*;
pub use stopping::*;
pub use submitting::*;
pub use suspending::*;
pub use turns::*;
pub use updating::*;
pub use watching::*;
pub use wishes::*;

/// A backend that is put to the test.
#[async_trait]
pub trait Subject: Send + Sync {
    /// The backend.
    fn backend(&self) -> Arc<dyn Backend>;

    /// A scope in which nothing is yet; another one for each number.
    fn scope(&self, number: usize) -> Scope;

    /// How long a clause waits for what has to happen. A cluster may need more: of how far a task
    /// is, Argo tells once a minute.
    fn patience(&self) -> Duration {
        Duration::from_secs(30)
    }

    /// Ends the backend in good order and opens it again on what it stored.
    async fn reopen(&mut self);

    /// Ends the backend, and removes what it left.
    async fn close(self)
    where
        Self: Sized;
}

/// Makes a test of every clause of the contract.
///
/// Takes an expression that gives a future of a [`Subject`](crate::contract::Subject), a new one
/// for each test. The crate that uses this needs `tokio` with its macros.
#[macro_export]
macro_rules! backend_contract {
    ($subject:expr) => {
        $crate::backend_contract! { @each $subject =>
            a_submission_is_there_at_once
            a_held_workflow_waits_until_it_is_started
            a_held_workflow_takes_the_parameters_of_its_start
            the_same_submission_again_changes_nothing
            another_submission_under_the_same_id_is_refused
            a_workflow_of_another_scope_does_not_exist
            the_same_id_in_another_scope_is_another_workflow
            what_was_accepted_outlives_the_process
            an_unknown_workflow_is_not_found
            many_are_told_in_the_order_they_are_asked_for

            operations_fit_as_the_table_says
            a_finished_run_never_changes
            a_wish_hinders_what_the_table_says

            tasks_begin_after_those_they_depend_on
            a_failure_omits_what_depends_on_it
            depends_sees_the_outcome
            a_task_whose_condition_is_false_is_skipped
            a_program_that_is_not_there_is_an_error
            the_exit_handler_runs_however_the_tasks_ended

            items_run_once_each
            a_task_without_items_is_skipped
            a_failed_task_is_tried_again
            retries_end_with_their_limit
            a_retry_waits_for_its_time
            an_attempt_that_takes_too_long_fails
            a_run_that_takes_too_long_fails
            a_pause_ends_by_itself

            parameters_reach_the_tasks
            results_reach_the_tasks_after
            output_parameters_reach_the_tasks_after
            artifacts_reach_the_tasks_after
            a_workflow_tells_its_outputs
            no_value_is_looked_at_twice
            what_a_task_was_given_is_told
            a_running_task_tells_how_far_it_is

            no_more_tasks_run_than_the_document_allows
            workflows_of_one_mutex_run_one_at_a_time
            the_higher_priority_gets_the_mutex_first

            a_stop_ends_what_runs_and_omits_the_rest
            a_graceful_stop_runs_the_exit_handler
            a_stop_now_does_not_run_the_exit_handler
            a_graceful_stop_escalates_to_now
            a_stop_ends_what_waits
            a_held_workflow_is_stopped_at_once
            a_pending_workflow_is_stopped_without_having_begun
            a_late_success_does_not_take_a_stop_back
            a_stopped_task_tells_how_its_process_ended

            a_suspended_workflow_begins_nothing
            a_pending_workflow_can_be_suspended
            to_resume_answers_no_task
            a_suspension_outlives_the_process
            a_suspended_workflow_can_be_stopped
            a_suspended_workflow_that_has_done_all_can_be_stopped

            an_approval_goes_on_with_what_was_supplied
            a_rejection_fails_the_task
            items_are_answered_singly
            an_answer_that_does_not_fit_is_refused
            a_task_is_answered_once
            one_task_can_be_stopped
            the_exit_handler_can_be_stopped
            a_task_that_has_not_begun_can_be_stopped
            a_task_that_has_ended_cannot_be_stopped
            what_a_task_waits_for_is_told

            a_held_workflow_takes_another_document
            what_is_started_is_what_was_updated_last
            a_start_may_demand_an_etag
            labels_and_description_can_always_be_changed
            an_update_may_demand_an_etag
            a_document_that_does_not_fit_is_refused

            a_restart_from_failed_runs_what_failed
            a_restart_of_all_inherits_nothing
            named_tasks_run_alone_or_with_what_follows
            a_changed_parameter_runs_what_refers_to_it
            all_kinds_of_results_are_inherited
            an_unfinished_workflow_ends_and_runs_again
            a_pending_workflow_can_be_restarted
            what_is_suspended_or_stopping_can_be_restarted
            a_restart_outlives_the_process
            a_stop_withdraws_a_restart
            a_restart_leaves_alone_what_was_stopped_before
            a_restart_may_demand_a_run
            a_restart_may_have_other_actions
            a_run_of_which_nothing_is_left_runs_the_exit_handler
            a_restart_is_hindered_by_another_and_by_a_deletion
            a_restart_that_cannot_be_is_refused
            a_result_that_is_not_there_cannot_be_inherited
            a_value_with_braces_cannot_be_inherited
            a_workflow_that_never_began_can_be_restarted

            a_repeated_restart_changes_nothing
            a_repeated_start_changes_nothing
            every_change_is_made_once_for_its_key
            a_request_that_was_made_is_known
            a_repeated_stop_does_not_end_a_later_run
            a_key_stands_for_one_request

            every_run_is_told
            an_old_run_never_changes
            the_runs_of_many_are_told_at_once
            a_watch_goes_on_into_the_next_run

            a_restart_ends_as_its_plan_says

            what_was_done_is_told_with_who_and_why
            every_kind_of_change_leaves_its_entry
            a_refusal_is_noted_when_that_is_asked_for
            an_audit_is_bounded_and_read_in_parts

            a_deleted_workflow_is_gone
            an_unfinished_workflow_is_deleted_by_force_alone

            a_task_s_lines_are_told_in_order
            lines_are_followed_until_the_task_has_ended
            lines_of_items_and_attempts_are_told_apart
            what_was_never_reached_has_no_lines
            lines_of_what_is_not_there_are_not_found

            a_watch_goes_from_the_present_state_to_the_last
            a_watch_of_a_finished_workflow_tells_it_once
            a_watch_ends_when_the_workflow_is_deleted

            a_list_is_told_newest_first_page_by_page
            a_list_is_filtered
            a_list_survives_what_comes_and_goes
        }
    };
    (@each $subject:expr => $($clause:ident)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $clause() {
                let mut bench = $crate::contract::Bench::new($subject.await);
                $crate::contract::$clause(&mut bench).await;
                bench.close().await;
            }
        )+
    };
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn the_macro_names_every_clause() {
        let this = include_str!("contract.rs");
        let (_, list) = this.split_once("@each $subject =>").unwrap();
        let (list, _) = list.split_once('}').unwrap();
        let named: BTreeSet<&str> = list.split_whitespace().collect();
        let sources = [
            include_str!("contract/answering.rs"),
            include_str!("contract/auditing.rs"),
            include_str!("contract/chance.rs"),
            include_str!("contract/data.rs"),
            include_str!("contract/deleting.rs"),
            include_str!("contract/history.rs"),
            include_str!("contract/interrupting.rs"),
            include_str!("contract/listing.rs"),
            include_str!("contract/logs.rs"),
            include_str!("contract/once.rs"),
            include_str!("contract/order.rs"),
            include_str!("contract/phases.rs"),
            include_str!("contract/refusing.rs"),
            include_str!("contract/repeating.rs"),
            include_str!("contract/restarting.rs"),
            include_str!("contract/stopping.rs"),
            include_str!("contract/submitting.rs"),
            include_str!("contract/suspending.rs"),
            include_str!("contract/turns.rs"),
            include_str!("contract/updating.rs"),
            include_str!("contract/watching.rs"),
            include_str!("contract/wishes.rs"),
        ];
        let clauses: BTreeSet<&str> = sources
            .iter()
            .flat_map(|source| source.split("\npub async fn ").skip(1))
            .filter_map(|rest| rest.split('<').next())
            .collect();
        assert_eq!(named, clauses);
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/contract"));
        // Those of the clauses, the bench and the catalog.
        assert_eq!(
            files.unwrap().count(),
            sources.len() + 2,
            "a file is not looked into"
        );
    }
}
