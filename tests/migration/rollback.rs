//! Rollbacks that something happens to, also in the middle of another one, also of a run that was never finished.

use remold_tests::Phase;

#[test]
fn a_rollback_comes_to_its_end_whatever_happens_at_whichever_step() {
    super::tell_in_turns(Phase::Rollback);
}

#[test]
fn a_rollback_that_was_stopped_comes_to_its_end_whatever_happens_at_whichever_step() {
    super::tell_in_turns(Phase::RollbackResumed);
}

#[test]
fn a_run_that_was_stopped_is_ended_and_undone_whatever_happens_at_whichever_step() {
    super::tell_in_turns(Phase::Close);
}
