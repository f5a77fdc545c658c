//! What happens in a run, taken down: shown to people or logged, counted for whoever asks.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use remold::host_api::LogLevel;
use remold::{Event, Fault, Observer, StoreError};

use super::changes::Changes;
use super::logged::Logged;
use crate::screen;
use crate::style::{FAINT, NAME, NOTE, paint};
use crate::traced::Traced;

/// How often it is said that the same is still waited for.
const REPEATED: Duration = Duration::from_secs(5);
/// How many log lines of the transform are shown.
const SHOWN: u64 = 100;

/// Takes down what happens in a run; without a [`super::Progress`], what is waited for is shown all the same.
#[derive(Default)]
pub(crate) struct Notes {
    changes: Changes,
    log: Option<Logged>,
    traced: Traced,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    logged: u64,
    waiting: Option<(String, Instant)>,
    program: Option<(u64, Option<u64>)>,
    retries: BTreeMap<&'static str, u64>,
    recoveries: u64,
}

impl Notes {
    /// Takes down what happens; with a log, it is written there.
    pub(crate) fn new(changes: Changes, log: Option<Logged>) -> Self {
        Self {
            changes,
            log,
            ..Self::default()
        }
    }

    /// Has what happens told to a trace too.
    pub(crate) fn traced(self, traced: &Traced) -> Self {
        Self {
            traced: traced.clone(),
            ..self
        }
    }

    /// Returns the changes that were collected.
    pub(super) fn take_changes(&self) -> Vec<remold::Change> {
        self.changes.take()
    }

    /// Returns how many attempts were made again, by the fault.
    pub(crate) fn retries(&self) -> BTreeMap<&'static str, u64> {
        self.state().retries.clone()
    }

    /// Returns how many times it was found out from the server what had been applied.
    pub(crate) fn recoveries(&self) -> u64 {
        self.state().recoveries
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns why the run waited last.
    pub(crate) fn waits_for(&self) -> Option<String> {
        let state = self.state();
        state.waiting.as_ref().map(|(reason, _)| reason.clone())
    }

    /// Returns what a program tells of itself: what is done, of how much.
    pub(crate) fn program(&self) -> Option<(u64, Option<u64>)> {
        self.state().program
    }

    /// Says why the run waits, once for each reason and again every few seconds; what helps only once.
    fn waiting(&self, error: &StoreError, delay_ms: u64) {
        let reason = error.to_string();
        let mut state = self.state();
        *state.retries.entry(fault_of(error)).or_default() += 1;
        let known = state.waiting.as_ref().filter(|(known, _)| *known == reason);
        let is_new = known.is_none();
        if known.is_some_and(|(_, at)| at.elapsed() < REPEATED) {
            return;
        }
        match &self.log {
            Some(log) => log.waiting(&reason, fault_of(error), delay_ms),
            None => show_waiting(error, &reason, delay_ms, is_new),
        }
        state.waiting = Some((reason, Instant::now()));
    }

    fn log(&self, line: &remold::host_api::LogLine) {
        let mut state = self.state();
        state.logged += 1;
        if state.logged > SHOWN {
            if state.logged == SHOWN + 1 && self.log.is_none() {
                screen::err(&format!(
                    "{}\n",
                    paint(FAINT, "log: further lines of the transform are not shown")
                ));
            }
            return;
        }
        if let Some(log) = &self.log {
            return log.of_transform(line);
        }
        let level = match line.level {
            LogLevel::Debug => paint(FAINT, "debug"),
            LogLevel::Info => paint(FAINT, "log"),
            LogLevel::Warn => paint(NOTE, "warning"),
        };
        screen::err(&format!(
            "{level}: {}\n",
            remold::escape(line.message.as_bytes())
        ));
    }
}

impl Notes {
    fn recovered(&self, applied: u64, not_applied: u64) {
        self.state().recoveries += 1;
        if applied + not_applied == 0 {
            return;
        }
        if let Some(log) = &self.log {
            return log.recovered(applied, not_applied);
        }
        let word = paint(NOTE, "recovered");
        let applied = crate::figures::count(applied, "batch");
        let others = match not_applied {
            0 => String::new(),
            others => format!(
                "; of {} nothing was, and they are done again",
                crate::figures::count(others, "batch")
            ),
        };
        screen::err(&format!(
            "{word}: {applied} of before had been applied{others}\n"
        ));
    }

    fn stage(&self, share: u32) {
        let percent = f64::from(share) / 100.0;
        match &self.log {
            Some(log) => log.stage(percent),
            None => screen::err(&format!(
                "{}: {percent}% of the keys done and verified\n",
                paint(NOTE, "canary")
            )),
        }
    }
}

fn show_waiting(error: &StoreError, reason: &str, delay_ms: u64, is_new: bool) {
    let next = crate::figures::span(Duration::from_millis(delay_ms));
    screen::err(&format!(
        "{}: {reason}; next attempt in {next}\n",
        paint(NOTE, "waiting")
    ));
    if let (
        true,
        StoreError::Server {
            hint: Some(hint), ..
        },
    ) = (is_new, error)
    {
        screen::err(&format!("{}{hint}\n", paint(NAME, "hint: ")));
    }
}

/// The word for what kind of fault is waited for.
pub(crate) fn fault_of(error: &StoreError) -> &'static str {
    match error.fault() {
        Some(Fault::Lost) => "lost",
        Some(Fault::Unavailable) => "unavailable",
        Some(Fault::HistoryChanged) => "history-changed",
        Some(Fault::Refused) | None => remold_kube::metrics::table::OTHER,
    }
}

impl Observer for Notes {
    fn event(&self, event: Event) {
        self.traced.event(&event);
        match event {
            Event::Changed(change) => self.changes.add(*change),
            Event::Waiting { error, delay_ms } => self.waiting(&error, delay_ms),
            Event::Log(line) => self.log(&line),
            Event::Program { done, total } => self.state().program = Some((done, total)),
            Event::EpochEntered {
                epoch,
                applied,
                not_applied,
            } if epoch > 1 => self.recovered(applied, not_applied),
            Event::Probed(facts) => {
                if let Some(log) = &self.log {
                    log.begun(&facts);
                }
            }
            Event::Stage { share } => self.stage(share),
            _ => {}
        }
    }
}
