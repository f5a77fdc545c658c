//! Runs and resumes that something happens to.

use remold_tests::Phase;

#[test]
fn a_run_comes_to_its_end_whatever_happens_at_whichever_step() {
    super::tell_all(Phase::Run);
}

#[test]
fn a_resume_comes_to_its_end_whatever_happens_at_whichever_step() {
    super::tell_in_turns(Phase::Resume);
}

#[test]
fn stories_that_are_drawn_at_random_end_well() {
    super::tell((0..40).map(remold_tests::Story::random).collect());
}
