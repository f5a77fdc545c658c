//! Tells one story from its beginning to its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use redis::cmd;
use remold::{Error, RunEnd, RunState, Step, Verdict};
use tempfile::TempDir;

use super::application::{Account, Application};
use super::fault::Fault;
use super::operation::{Operation, Place, is_expected};
use super::oracle::{Expected, check};
use super::phase::{Phase, repeats};
use super::watcher::{Act, Script, follow};
use super::{House, Story, data, worker};
use crate::{Proxy, Server, Snapshot};

/// How often an operation is gone on with before it is called hopeless.
const ATTEMPTS: u32 = 6;
/// The lock of a story that is about its renewal, and of the others.
const SHORT: Duration = Duration::from_millis(60);
const LONG: Duration = Duration::from_secs(15);

/// More zeros than a durable frame ends with.
const ZEROS: usize = 64;

/// What a story is told with.
struct Scene<'a> {
    story: Story,
    house: &'a House,
    server: &'a Server,
    before: Snapshot,
    application: Arc<Application>,
    place: Place,
    script: Script,
    /// Whether the server goes back to before all of it.
    goes_far_back: bool,
    /// Where an operation is stopped that is to be gone on with.
    stop: Script,
    random: fastrand::Rng,
    _folder: TempDir,
}

pub(super) fn tell(story: Story, house: &House) -> Result<(), String> {
    let mut scene = Scene::set(story, house);
    let run = scene.act()?;
    scene.end(&run)
}

impl<'a> Scene<'a> {
    fn set(story: Story, house: &'a House) -> Self {
        let mut random = fastrand::Rng::with_seed(story.seed ^ story.step as u64);
        let server = house.server(story.fault);
        let mut connection = server.connection();
        cmd("FLUSHALL")
            .exec(&mut connection)
            .expect("it can be emptied");
        let keys = data::fill(&mut connection, server.version());
        let before = Snapshot::take(&mut connection);
        if story.fault.goes_back() {
            cmd("SAVE").exec(&mut connection).expect("it can be saved");
        }
        let canary = story.step == Step::BeforeStage || random.u8(..4) == 0;
        let application = Application::start(&server.url(), &keys, before.clone(), story.seed);
        let renews = matches!(story.step, Step::BeforeRenew | Step::AfterRenew);
        let folder = TempDir::new().expect("a temporary folder can be made");
        let place = Place {
            url: server.url(),
            journals: folder.path().join("journals"),
            rung: story.rung.name().to_owned(),
            // What a torn journal may have lost can be told only of one lane.
            parallelism: if story.fault == Fault::TornJournal {
                1
            } else {
                random.u32(1..=4)
            },
            width: random.u32(1..=2),
            canary,
            lock_ttl: if renews { SHORT } else { LONG },
        };
        let script = Script {
            step: story.step,
            nth: match story.step {
                step if repeats(step) => random.u32(1..=15),
                Step::BeforeRenew | Step::AfterRenew => random.u32(1..=2),
                _ => 1,
            },
            saves_after: if story.fault.goes_back() {
                random.u32(0..=8)
            } else {
                0
            },
            tears: story.fault == Fault::TornJournal,
        };
        let stops = [
            Step::AfterRead,
            Step::AfterJournal,
            Step::AfterApply,
            Step::AfterAcknowledge,
        ];
        let stop = Script {
            // What is settled was journalled, and not written.
            step: match story.step {
                Step::BeforeMark => Step::AfterJournal,
                _ => random.choice(stops).expect("there are some"),
            },
            nth: random.u32(1..=10),
            saves_after: 0,
            tears: false,
        };
        Self {
            story,
            house,
            server,
            before,
            application: Arc::new(application),
            place,
            script,
            goes_far_back: random.bool(),
            stop,
            random,
            _folder: folder,
        }
    }

    /// Carries everything out up to the end of the operation that the story is about; returns the run.
    fn act(&mut self) -> Result<String, String> {
        let first = match self.story.phase {
            Phase::Run => {
                self.strike_during(&Operation::Run)?;
                let run = self.place.newest_run()?;
                return self.migrate(run);
            }
            Phase::Resume | Phase::Close => Some(Operation::Run),
            Phase::Rollback | Phase::RollbackResumed => None,
        };
        let run = match first {
            Some(operation) => {
                self.stop_during(&operation)?;
                self.place.newest_run()?
            }
            None => {
                let outcome = self.place.carry_out(&Operation::Run, None);
                is_expected(&outcome)?;
                let run = self.place.newest_run()?;
                self.migrate(run)?
            }
        };
        if self.story.phase == Phase::RollbackResumed {
            self.stop_during(&Operation::RollBack(run.clone()))?;
        }
        if self.story.fault.goes_back()
            && !(self.goes_far_back && self.story.phase == Phase::Resume)
        {
            cmd("SAVE")
                .exec(&mut self.server.connection())
                .expect("it can be saved");
        }
        if self.story.phase == Phase::Resume {
            self.strike_during(&Operation::Resume(run.clone()))?;
            self.migrate(run)
        } else {
            self.strike_during(&Operation::RollBack(run.clone()))?;
            self.roll_back(&run)?;
            Ok(run)
        }
    }

    /// Compares what is there with what has to be; after a migration, undoes it and compares again.
    fn end(mut self, run: &str) -> Result<(), String> {
        if !self.story.phase.undoes() && self.random.bool() {
            let accounts = self.quiet()?;
            self.check(Expected::Migrated, &accounts)?;
            self.roll_back(run)?;
            return self.check(Expected::Undone, &accounts);
        }
        let expected = if self.story.phase.undoes() {
            Expected::Undone
        } else {
            Expected::Migrated
        };
        let accounts = self.quiet()?;
        self.check(expected, &accounts)
    }

    fn check(&self, expected: Expected, accounts: &[Account]) -> Result<(), String> {
        check(
            expected,
            &self.before,
            accounts,
            &mut self.server.connection(),
        )
    }

    /// Ends the application.
    fn quiet(&self) -> Result<Vec<Account>, String> {
        let accounts = self.application.stop();
        let wrote = accounts.iter().any(|account| account.certain > 0);
        if wrote {
            Ok(accounts)
        } else {
            Err("the application did not write".to_owned())
        }
    }

    /// Stops an operation in this process, at a step that it passes early.
    fn stop_during(&self, operation: &Operation) -> Result<(), String> {
        let (watcher, _) = follow(self.stop, |act| match act {
            Act::Strike => Verdict::Die,
            _ => Verdict::Continue,
        });
        let outcome = self.place.carry_out(operation, Some(watcher));
        match outcome {
            Ok(outcome) if outcome.end == RunEnd::Interrupted => Ok(()),
            other => Err(format!("{operation:?} was to be stopped: {other:?}")),
        }
    }

    /// Carries an operation out, and lets happen what the story is about.
    fn strike_during(&self, operation: &Operation) -> Result<(), String> {
        if self.story.fault.kills() {
            return self.kill_during(operation);
        }
        std::thread::scope(|scope| {
            let proxy = self.story.fault.rule().map(|_| Proxy::start(self.server));
            let mut place = self.place.clone();
            if let Some(proxy) = &proxy {
                place.url = proxy.url_of(0);
            }
            let struck = AtomicU32::new(0);
            // The watcher has to own what it uses: it asks, and is answered here.
            let (questions, asked) =
                std::sync::mpsc::channel::<(Act, std::sync::mpsc::Sender<()>)>();
            let (watcher, followed) = follow(self.script, move |act| {
                if act != Act::Pass {
                    let (answer, answered) = std::sync::mpsc::channel();
                    if questions.send((act, answer)).is_ok() {
                        let _ = answered.recv();
                    }
                }
                Verdict::Continue
            });
            let carried = scope.spawn(move || place.carry_out(operation, Some(watcher)));
            let mut cut = None;
            for (act, answer) in asked {
                if act == Act::Strike {
                    struck.fetch_add(1, Ordering::SeqCst);
                    match (&proxy, self.story.fault.rule()) {
                        (Some(proxy), Some(rule)) => cut = Some(proxy.add(rule)),
                        _ => self.bring_down(),
                    }
                } else {
                    self.answer(act);
                }
                let _ = answer.send(()); // a lane that is gone waits for nothing
            }
            let outcome = carried.join().map_err(|_| "it panicked".to_owned())?;
            if struck.into_inner() == 0 {
                return Err(format!(
                    "the step was never reached: {outcome:?}, {followed:?}"
                ));
            }
            if cut.is_some_and(|cut| cut.fired() == 0) {
                return Err(format!("no connection was cut: {outcome:?}"));
            }
            self.accept(&outcome)
        })
    }

    /// What may come of an operation that something happened to.
    fn accept(&self, outcome: &Result<remold::RunOutcome, Error>) -> Result<(), String> {
        match outcome {
            // Before and after the run itself, a connection that breaks is an error; what follows tells whether it harmed.
            Err(Error::Store(_) | Error::Ended(_)) if self.story.phase.undoes() => Ok(()),
            // So does one whose end the server has lost.
            Ok(outcome)
                if self.story.phase.undoes() && matches!(outcome.end, RunEnd::Unavailable(_)) =>
            {
                Ok(())
            }
            outcome => is_expected(outcome),
        }
    }

    fn kill_during(&self, operation: &Operation) -> Result<(), String> {
        let program = self.house.program();
        let killed = worker::be_killed(program, &self.place, operation, self.script, |act| {
            self.answer(act);
        })?;
        if self.story.fault == Fault::BothWentDown {
            self.bring_down();
        }
        if self.story.fault == Fault::TornJournal {
            if killed.grown.is_empty() {
                return Err("nothing was written to the journal since the step before".to_owned());
            }
            for (file, known) in killed.grown {
                self.tear(&file, known)?;
            }
        }
        Ok(())
    }

    /// Leaves a part of what a file has got last, as a loss of power may: its end is missing, or never left the memory.
    fn tear(&self, file: &std::path::Path, known: u64) -> Result<(), String> {
        let tear = || -> std::io::Result<()> {
            let mut bytes = std::fs::read(file)?;
            let mut random = fastrand::Rng::with_seed(self.story.seed);
            let known = usize::try_from(known)
                .unwrap_or(usize::MAX)
                .min(bytes.len());
            let kept = random.usize(known..bytes.len());
            bytes[kept..].fill(0);
            if random.bool() {
                // What was durable may end with zeros, which do not show in its length.
                bytes.truncate(kept.max(known + ZEROS));
            }
            std::fs::write(file, bytes)
        };
        tear().map_err(|error| format!("{}: {error}", file.display()))
    }

    fn answer(&self, act: Act) {
        match act {
            Act::Meddle => self.application.write_everywhere(),
            Act::Save => cmd("SAVE")
                .exec(&mut self.server.connection())
                .expect("it can be saved"),
            Act::Pass | Act::Strike => {}
        }
    }

    /// Kills the server and starts it again.
    fn bring_down(&self) {
        let restart = || {
            self.server.kill();
            self.server.restart();
        };
        if self.story.fault.goes_back() {
            self.application
                .rest_while(restart, || self.server.connection());
        } else {
            restart();
        }
    }

    fn state_of(&self, run: &str) -> Result<Option<RunState>, String> {
        let history = self.place.runner().history();
        let history = history.map_err(|error| error.to_string())?;
        let entry = history.into_iter().find(|entry| entry.run == run);
        Ok(entry.map(|entry| entry.state))
    }

    /// Goes on with a run until the server knows that it is completed; returns the run, which is another one where the
    /// server had gone back to before the first.
    fn migrate(&self, mut run: String) -> Result<String, String> {
        for _ in 0..ATTEMPTS {
            let state = self.state_of(&run)?;
            if state == Some(RunState::Completed) {
                return Ok(run);
            }
            let outcome = self.place.carry_out(&Operation::Resume(run.clone()), None);
            if matches!(&outcome, Err(Error::WrongState { .. }))
                && state.is_none()
                && self.story.fault.goes_back()
            {
                let fresh = self.place.carry_out(&Operation::Run, None);
                is_expected(&fresh)?;
                run = self.place.newest_run()?;
            } else {
                self.unlock_if_locked(&outcome)?;
            }
        }
        Err("the run does not come to its end".to_owned())
    }

    /// Goes on with a rollback until the server knows that the run is undone.
    fn roll_back(&self, run: &str) -> Result<(), String> {
        for _ in 0..ATTEMPTS {
            let state = self.state_of(run)?;
            if matches!(
                state,
                Some(RunState::RolledBack | RunState::PartlyRolledBack)
            ) {
                return Ok(());
            }
            let outcome = self
                .place
                .carry_out(&Operation::RollBack(run.to_owned()), None);
            self.unlock_if_locked(&outcome)?;
        }
        Err("the rollback does not come to its end".to_owned())
    }

    /// A lock that was left behind lapses by itself in a while; here nobody waits for that.
    fn unlock_if_locked(&self, outcome: &Result<remold::RunOutcome, Error>) -> Result<(), String> {
        is_expected(outcome)?;
        let locked = outcome
            .as_ref()
            .is_ok_and(|outcome| matches!(outcome.end, RunEnd::Locked(_)));
        if locked {
            let broken = self.place.runner().unlock();
            broken.map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}
