//! The table itself: no step of the engine is left out of it, and what it says can be told again from its words.

use std::collections::BTreeSet;

use remold::Step;
use remold_tests::{Fault, Phase, Rung, Story};

#[test]
fn every_step_is_in_the_table_with_every_fault_that_is_possible_there() {
    let mut told = BTreeSet::new();
    for phase in Phase::ALL {
        let steps: BTreeSet<Step> = phase.steps().iter().copied().collect();
        assert_eq!(
            steps.len(),
            phase.steps().len(),
            "{phase:?} names a step twice"
        );
        for story in Story::all(phase, Rung::Watch, 1) {
            told.insert((story.step, story.fault.to_string()));
        }
    }
    let missing: Vec<_> = Step::ALL
        .into_iter()
        .flat_map(|step| Fault::ALL.map(|fault| (step, fault)))
        .filter(|(step, fault)| !told.contains(&(*step, fault.to_string())))
        .filter(|(_, fault)| *fault != Fault::TornJournal)
        .collect();
    // Nothing is asked of the server after the last step.
    let cuts = [
        Fault::CutBefore,
        Fault::ReplyLost,
        Fault::CutBeforeCommit,
        Fault::CommitReplyLost,
    ];
    assert_eq!(missing, cuts.map(|fault| (Step::BeforeUndone, fault)));
    let torn: BTreeSet<Step> = told
        .into_iter()
        .filter(|(_, fault)| *fault == Fault::TornJournal.to_string())
        .map(|(step, _)| step)
        .collect();
    let after_a_durable_write = [
        Step::BeforeRaise,
        Step::BeforeMark,
        Step::AfterJournal,
        Step::BeforeForget,
        Step::BeforeUnlock,
    ];
    assert_eq!(torn, after_a_durable_write.into_iter().collect());
}

#[test]
fn a_story_is_told_again_from_its_words() {
    for seed in 0..500 {
        let story = Story::random(seed);
        assert_eq!(story.to_string().parse(), Ok(story));
    }
    let wrong = [
        "",
        "run",
        "run/Nowhere/killed/lua/1",
        "walk/BeforeLock/killed/lua/1",
        "run/BeforeLock/killed/lua/x",
    ];
    for words in wrong {
        assert!(words.parse::<Story>().is_err(), "{words}");
    }
}
