//! Reading a run: pace over the last seconds, time left, what holds it back.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use remold::{ActiveLimit, Control};

use crate::figures;

/// Over how much time the pace is measured.
const WINDOW: Duration = Duration::from_secs(5);

/// Reads a run.
pub(crate) struct Meter {
    begun: Instant,
    at_begin: f64,
    readings: VecDeque<(Instant, u64)>,
}

/// How far a run is.
pub(crate) struct Reading {
    /// The part that is done, 0 to 1.
    pub(crate) fraction: f64,
    /// Everything else, in a line.
    pub(crate) text: String,
    /// Records a second, over the last seconds.
    pub(crate) keys_per_second: u64,
    /// How long it will take from here, once enough is known.
    pub(crate) left: Option<Duration>,
}

impl Reading {
    /// Writes the whole line.
    pub(crate) fn line(&self) -> String {
        // Not everything can be told beforehand: a rollback walks its journal.
        if self.fraction == 0.0 {
            return self.text.clone();
        }
        format!("{:.1}%  {}", self.fraction * 100.0, self.text)
    }
}

impl Meter {
    pub(crate) fn new(control: &Control) -> Self {
        let begun = Instant::now();
        Self {
            begun,
            at_begin: control.fraction(),
            readings: VecDeque::from([(begun, control.tally().handled())]),
        }
    }

    /// Reads a run; `program` is what a program tells of itself.
    pub(crate) fn read(
        &mut self,
        control: &Control,
        program: Option<(u64, Option<u64>)>,
    ) -> Reading {
        let now = Instant::now();
        let tally = control.tally();
        self.readings.push_back((now, tally.handled()));
        while self.readings.len() > 2
            && self
                .readings
                .front()
                .is_some_and(|(at, _)| now - *at > WINDOW)
        {
            self.readings.pop_front();
        }
        let (since, before) = self.readings.front().copied().unwrap_or((now, 0));
        let handled = tally.handled().saturating_sub(before);
        let pace = figures::pace(handled, now - since);
        #[allow(clippy::cast_precision_loss, reason = "for people")]
        let fraction = match program {
            Some((done, Some(total))) if total > 0 => done as f64 / total as f64,
            _ => control.fraction(),
        };
        let mut parts = vec![figures::count(tally.handled(), "record")];
        if let Some((done, None)) = program {
            parts.push(format!(
                "{} by the program's own count",
                figures::number(done)
            ));
        }
        parts.push(pace);
        let left = self.time_left(fraction, now);
        parts.extend(left.map(|left| format!("{} left", figures::span(left))));
        let mut some = |count: u64, what: &str| {
            if count > 0 {
                parts.push(format!("{} {what}", figures::number(count)));
            }
        };
        some(tally.conflicts, "retried");
        some(tally.kept, "kept");
        some(tally.rejected_total(), "rejected");
        match control.active_limit() {
            ActiveLimit::None => {}
            ActiveLimit::Latency => {
                let latency = Duration::from_micros(control.latency_us());
                parts.push(format!(
                    "held back by latency of {:.1} ms",
                    latency.as_secs_f64() * 1000.0
                ));
            }
            limit @ ActiveLimit::Rate => parts.push(format!("held back by {}", limit.name())),
            limit => parts.push(limit.name().to_owned()),
        }
        Reading {
            fraction,
            text: parts.join("  "),
            keys_per_second: whole(figures::rate(handled, now - since)),
            left,
        }
    }

    /// Estimates how long it takes from here, once enough is known.
    fn time_left(&self, fraction: f64, now: Instant) -> Option<Duration> {
        let done = fraction - self.at_begin;
        let elapsed = now - self.begun;
        if elapsed < Duration::from_millis(500) || done < 0.001 || fraction >= 1.0 {
            return None;
        }
        let left = elapsed.as_secs_f64() * (1.0 - fraction) / done;
        Duration::try_from_secs_f64(left.round()).ok()
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of keys for people"
)]
fn whole(rate: f64) -> u64 {
    rate.round().max(0.0) as u64
}
