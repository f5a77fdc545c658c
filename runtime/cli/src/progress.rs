//! What is seen while a run goes on, on standard error: a bar on a terminal, a line every few seconds elsewhere.

mod changes;
mod meter;

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use remold::host_api::LogLevel;
use remold::{Control, Event, Observer, StoreError};

use crate::screen;
use crate::style::{FAINT, NAME, NOTE, paint};
pub(crate) use changes::Changes;
pub(crate) use meter::{Meter, Reading};

/// How often the bar is drawn.
const DRAWN: Duration = Duration::from_millis(120);
/// How often a line is written where there is no bar.
const WRITTEN: Duration = Duration::from_secs(5);
/// How many log lines of the transform are shown.
const LOGGED: u64 = 100;
/// The length of the bar, in steps.
const LENGTH: u64 = 10_000;
/// The same, as a number that a share can be taken of.
const STEPS: f64 = 10_000.0;

/// Shows how a run goes. Dropping it takes the bar off the screen.
pub(crate) struct Progress {
    observer: Arc<Notes>,
    ticker: Option<(Sender<()>, JoinHandle<()>)>,
    bar: Option<ProgressBar>,
}

/// Takes down what happens in a run; without a [`Progress`], what is waited for is shown all the same.
#[derive(Default)]
pub(crate) struct Notes {
    changes: Changes,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    logged: u64,
    waiting: Option<(String, Instant)>,
    program: Option<(u64, Option<u64>)>,
}

impl Progress {
    /// Begins to show a run.
    pub(crate) fn start(control: &Control, changes: Changes) -> Self {
        let observer = Arc::new(Notes {
            changes,
            state: Mutex::default(),
        });
        let bar = screen::can_draw().then(bar);
        if let Some(bar) = &bar {
            screen::set_bar(bar);
        }
        let (stop, stopped) = mpsc::channel();
        let interval = if bar.is_some() { DRAWN } else { WRITTEN };
        let (notes, drawn, control) = (Arc::clone(&observer), bar.clone(), control.clone());
        let thread = std::thread::spawn(move || {
            let mut meter = Meter::new(&control);
            while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                let program = notes.state().program;
                let reading = meter.read(&control, program);
                match &drawn {
                    Some(bar) => {
                        #[allow(
                            clippy::cast_possible_truncation,
                            clippy::cast_sign_loss,
                            reason = "a share of the steps"
                        )]
                        bar.set_position((reading.fraction.clamp(0.0, 1.0) * STEPS) as u64);
                        bar.set_message(reading.text);
                    }
                    None => screen::err(&format!("{}\n", reading.line())),
                }
            }
        });
        Self {
            observer,
            ticker: Some((stop, thread)),
            bar,
        }
    }

    /// Returns what a run tells.
    pub(crate) fn observer(&self) -> &Notes {
        &self.observer
    }

    /// Returns what a run tells, for somebody else who tells of it.
    pub(crate) fn notes(&self) -> Arc<Notes> {
        Arc::clone(&self.observer)
    }

    /// Takes the bar off the screen and returns the changes that were collected.
    pub(crate) fn finish(mut self) -> Vec<remold::Change> {
        self.stop();
        self.observer.changes.take()
    }

    fn stop(&mut self) {
        if let Some((stop, thread)) = self.ticker.take() {
            drop(stop);
            // A ticker that failed has shown less than it could have; the run is not concerned.
            drop(thread.join());
        }
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop();
    }
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {bar:24} {percent:>3}%  {wide_msg}");
    let style = style
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸─");
    let bar = ProgressBar::with_draw_target(Some(LENGTH), ProgressDrawTarget::stderr_with_hz(10))
        .with_style(style);
    bar.enable_steady_tick(DRAWN);
    bar
}

impl Notes {
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
        let known = state.waiting.as_ref().filter(|(known, _)| *known == reason);
        let is_new = known.is_none();
        if known.is_some_and(|(_, at)| at.elapsed() < WRITTEN) {
            return;
        }
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
        state.waiting = Some((reason, Instant::now()));
    }

    fn log(&self, line: &remold::host_api::LogLine) {
        let mut state = self.state();
        state.logged += 1;
        if state.logged > LOGGED {
            if state.logged == LOGGED + 1 {
                screen::err(&format!(
                    "{}\n",
                    paint(FAINT, "log: further lines of the transform are not shown")
                ));
            }
            return;
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

impl Observer for Notes {
    fn event(&self, event: Event) {
        match event {
            Event::Changed(change) => self.changes.add(*change),
            Event::Waiting { error, delay_ms } => self.waiting(&error, delay_ms),
            Event::Log(line) => self.log(&line),
            Event::Program { done, total } => self.state().program = Some((done, total)),
            Event::EpochEntered {
                epoch,
                applied,
                not_applied,
            } if epoch > 1 && applied + not_applied > 0 => {
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
            Event::Stage { share } => {
                let percent = f64::from(share) / 100.0;
                screen::err(&format!(
                    "{}: {percent}% of the keys done and verified\n",
                    paint(NOTE, "canary")
                ));
            }
            _ => {}
        }
    }
}
