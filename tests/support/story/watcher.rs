//! Follows the steps of an operation and strikes at the one that a story names.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use remold::{Step, StepWatcher, Verdict};

/// How long lanes are held back for the lock to be renewed.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often somebody else writes to everything, until a batch is in conflict.
const MEDDLINGS: u32 = 20;

/// What a story does at its steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Script {
    /// Where it strikes.
    pub(super) step: Step,
    /// At which time there, from 1.
    pub(super) nth: u32,
    /// After how many batches the server saves its data; 0 for never.
    pub(super) saves_after: u32,
    /// Whether it has to be known what the journal was given last.
    pub(super) tears: bool,
}

/// What a follower is told to do, on the thread that takes the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Take note of a step.
    Pass,
    /// Write to every key.
    Meddle,
    /// Save the server's data.
    Save,
    /// Let it happen.
    Strike,
}

/// How often each step was passed.
#[derive(Debug, Default)]
pub(super) struct Followed {
    seen: Mutex<BTreeMap<Step, u32>>,
    moved: Condvar,
}

impl Followed {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Step, u32>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often a step was passed.
    pub(super) fn count(&self, step: Step) -> u32 {
        self.lock().get(&step).copied().unwrap_or_default()
    }

    fn pass(&self, step: Step) -> u32 {
        let mut seen = self.lock();
        let count = seen.entry(step).or_default();
        *count += 1;
        let count = *count;
        self.moved.notify_all();
        count
    }

    fn wait_for(&self, step: Step, times: u32) {
        let waits =
            |seen: &mut BTreeMap<Step, u32>| seen.get(&step).copied().unwrap_or_default() < times;
        drop(self.moved.wait_timeout_while(self.lock(), PATIENCE, waits));
    }
}

/// Makes a watcher that follows a script.
pub(super) fn follow(
    script: Script,
    act: impl Fn(Act) -> Verdict + Send + Sync + 'static,
) -> (StepWatcher, Arc<Followed>) {
    let followed = Arc::new(Followed::default());
    let seen = Arc::clone(&followed);
    let watcher = move |step: Step| {
        let count = seen.pass(step);
        if step == script.step && count == script.nth {
            return act(Act::Strike);
        }
        act(Act::Pass);
        if step == Step::AfterApply && count == script.saves_after {
            act(Act::Save);
        }
        let conflicts = matches!(script.step, Step::AfterConflict | Step::AfterVoid);
        if conflicts
            && step == Step::AfterRead
            && count <= MEDDLINGS
            && seen.count(script.step) == 0
        {
            act(Act::Meddle);
        }
        // A run is over before its lock has to be renewed, unless it is held back.
        let renews = matches!(script.step, Step::BeforeRenew | Step::AfterRenew);
        if renews && step == Step::AfterAcknowledge && count > 2 {
            seen.wait_for(script.step, script.nth);
        }
        Verdict::Continue
    };
    (Arc::new(watcher), followed)
}
