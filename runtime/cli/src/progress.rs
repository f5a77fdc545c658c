//! What is seen while a run goes on, on standard error: a bar on a terminal, a line every few seconds elsewhere.

mod changes;
mod logged;
mod meter;
mod notes;

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use remold::Control;

use crate::log::Log;
use crate::screen;
use crate::traced::Traced;
pub(crate) use changes::Changes;
pub(crate) use logged::Logged;
pub(crate) use meter::{Meter, Reading};
pub(crate) use notes::{Notes, fault_of};

/// How often the bar is drawn.
const DRAWN: Duration = Duration::from_millis(120);
/// How often a line is written where there is no bar.
const WRITTEN: Duration = Duration::from_secs(5);
/// How often a line is written to a log.
const LOGGED: Duration = Duration::from_secs(10);
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

impl Progress {
    /// Begins to show a run.
    pub(crate) fn start(control: &Control, changes: Changes) -> Self {
        Self::start_told(control, changes, None, &Traced::default())
    }

    /// Begins to show a run, or to write a log of it, and to trace it.
    pub(crate) fn start_told(
        control: &Control,
        changes: Changes,
        log: Option<Log>,
        traced: &Traced,
    ) -> Self {
        let logged = log.map(|log| Logged::new(log, control));
        traced.count_by(control);
        let observer = Notes::new(changes, logged.clone()).traced(traced);
        let observer = Arc::new(observer);
        let bar = (logged.is_none() && screen::can_draw()).then(bar);
        if let Some(bar) = &bar {
            screen::set_bar(bar);
        }
        let (stop, stopped) = mpsc::channel();
        let interval = match (&bar, &logged) {
            (Some(_), _) => DRAWN,
            (None, Some(_)) => LOGGED,
            (None, None) => WRITTEN,
        };
        let (notes, drawn, control) = (Arc::clone(&observer), bar.clone(), control.clone());
        let thread = std::thread::spawn(move || {
            let mut meter = Meter::new(&control);
            while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                let reading = meter.read(&control, notes.program());
                match (&drawn, &logged) {
                    (Some(bar), _) => {
                        #[allow(
                            clippy::cast_possible_truncation,
                            clippy::cast_sign_loss,
                            reason = "a share of the steps"
                        )]
                        bar.set_position((reading.fraction.clamp(0.0, 1.0) * STEPS) as u64);
                        bar.set_message(reading.text);
                    }
                    (None, Some(logged)) => logged.progress(&control, &reading),
                    (None, None) => screen::err(&format!("{}\n", reading.line())),
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
        self.observer.take_changes()
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
