//! A story: a run, a resume or a rollback that something happens to at one step, and what has to be true in the end.
//!
//! In reading order: a [`Phase`] says what is carried out and which steps it passes, a [`Fault`] what happens at a
//! step, a [`Story`] is one of each with a guard rung and a seed, which decides everything else. It is told in a
//! [`House`], which has the servers. While it is told, an application writes to the same keys all the time.
//!
//! The transform counts in every key and is not idempotent, its way back counts in another place. In the end every
//! key was counted once, what the application wrote is there to the last command, and nothing else has changed.

mod application;
mod data;
mod fault;
mod house;
mod operation;
mod oracle;
mod phase;
mod teller;
mod watcher;
mod worker;

use std::fmt;
use std::str::FromStr;

use remold::Step;

pub use fault::Fault;
pub use house::House;
pub use phase::Phase;
pub use worker::work;

/// Which rung of the guard's ladder is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rung {
    /// WATCH, MULTI, EXEC.
    Watch,
    /// A script that compares before it writes.
    Lua,
}

impl Rung {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Watch, Self::Lua];

    fn name(self) -> &'static str {
        match self {
            Self::Watch => "watch",
            Self::Lua => "lua",
        }
    }
}

/// What happens to whom, and when. The text form is what a person needs to tell it again:
/// `rollback/AfterApply/reply-lost/lua/17`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Story {
    /// What is carried out.
    pub phase: Phase,
    /// Where something happens.
    pub step: Step,
    /// What happens.
    pub fault: Fault,
    /// How writes are guarded.
    pub rung: Rung,
    /// Decides which time the step is meant, how wide batches are, what was saved when, and so on.
    pub seed: u64,
}

impl Story {
    /// Every story that can be told of a phase, a rung and a seed: each of its steps, and there each fault that is
    /// possible.
    pub fn all(phase: Phase, rung: Rung, seed: u64) -> Vec<Self> {
        let steps = phase.steps().iter();
        let stories = steps.flat_map(|step| {
            Fault::ALL.map(|fault| Self {
                phase,
                step: *step,
                fault,
                rung,
                seed,
            })
        });
        stories
            .filter(|story| story.fault.is_possible(phase, story.step))
            .collect()
    }

    /// Draws one of all.
    pub fn random(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let phase = random.choice(Phase::ALL).expect("there are phases");
        let rung = random.choice(Rung::ALL).expect("there are rungs");
        let all = Self::all(phase, rung, seed);
        random.choice(all).expect("every phase has steps")
    }

    /// Tells it; an error says what is not as it has to be.
    pub fn tell(self, house: &House) -> Result<(), String> {
        teller::tell(self, house).map_err(|problem| format!("{self}: {problem}"))
    }
}

impl fmt::Display for Story {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            phase,
            step,
            fault,
            rung,
            seed,
        } = self;
        let (phase, rung) = (phase.name(), rung.name());
        write!(formatter, "{phase}/{step:?}/{fault}/{rung}/{seed}")
    }
}

impl FromStr for Story {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let [phase, step, fault, rung, seed] = parts[..] else {
            return Err(format!("{text} is not PHASE/STEP/FAULT/RUNG/SEED"));
        };
        let unknown = |part: &str| format!("{part} in {text} is unknown");
        let find = |found: Option<Self>, part| found.ok_or_else(|| unknown(part));
        let seed = seed.parse().map_err(|_| unknown(seed))?;
        let one = Phase::ALL.into_iter().find(|one| one.name() == phase);
        let story = one.map(|phase| Self {
            phase,
            step: Step::BeforeLock,
            fault: Fault::Killed,
            rung: Rung::Watch,
            seed,
        });
        let story = find(story, phase)?;
        let one = Fault::ALL.into_iter().find(|one| one.to_string() == fault);
        let story = find(one.map(|fault| Self { fault, ..story }), fault)?;
        let one = Rung::ALL.into_iter().find(|one| one.name() == rung);
        let story = find(one.map(|rung| Self { rung, ..story }), rung)?;
        let one = phase::step_of(step);
        find(one.map(|step| Self { step, ..story }), step)
    }
}
