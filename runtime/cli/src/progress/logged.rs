//! What happens in a run, as lines of a log: each with what the run is called and which part of it this is.

use remold::host_api::{LogLevel, LogLine};
use remold::{ActiveLimit, Control, ShardFacts};
use serde_json::{Map, Value, json};

use super::meter::Reading;
use crate::commands::Answer;
use crate::log::{Level, Log, facts};
use crate::report::Report;
use crate::reported::part;

/// Writes what happens in a run to a log.
#[derive(Clone)]
pub(crate) struct Logged {
    log: Log,
    control: Control,
}

impl Logged {
    /// Writes of the run of a handle.
    pub(crate) fn new(log: Log, control: &Control) -> Self {
        Self {
            log,
            control: control.clone(),
        }
    }

    pub(super) fn begun(&self, found: &ShardFacts) {
        let found = facts([
            ("server", found.name.as_str().into()),
            ("product", found.product.as_str().into()),
            ("version", found.version.as_str().into()),
            ("keys", found.keys.into()),
        ]);
        self.write(Level::Info, "begin", found);
    }

    pub(super) fn waiting(&self, reason: &str, fault: &str, delay_ms: u64) {
        let why = facts([
            ("reason", reason.into()),
            ("fault", fault.into()),
            ("next_ms", delay_ms.into()),
        ]);
        self.write(Level::Warn, "waiting", why);
    }

    pub(super) fn recovered(&self, applied: u64, not_applied: u64) {
        let found = facts([
            ("applied", applied.into()),
            ("not_applied", not_applied.into()),
        ]);
        self.write(Level::Warn, "recovered", found);
    }

    pub(super) fn stage(&self, percent: f64) {
        self.write(
            Level::Info,
            "stage done",
            facts([("percent", json!(percent))]),
        );
    }

    pub(super) fn of_transform(&self, line: &LogLine) {
        let level = match line.level {
            LogLevel::Debug | LogLevel::Info => Level::Info,
            LogLevel::Warn => Level::Warn,
        };
        let text = remold::escape(line.message.as_bytes());
        self.write(
            level,
            "transform",
            facts([("text", text.to_string().into())]),
        );
    }

    /// Writes how far the run is.
    pub(super) fn progress(&self, control: &Control, reading: &Reading) {
        let limit = control.active_limit();
        let mut how_far = facts([
            ("percent", json!((reading.fraction * 1000.0).round() / 10.0)),
            ("keys_per_second", reading.keys_per_second.into()),
            (
                "eta_seconds",
                reading.left.map(|left| left.as_secs()).into(),
            ),
            (
                "held_back",
                (limit != ActiveLimit::None).then(|| limit.name()).into(),
            ),
        ]);
        how_far.extend(self.counts());
        self.write(Level::Info, "progress", how_far);
    }

    /// Writes how the run ended.
    pub(crate) fn ended(&self, result: &Result<Answer, Report>) {
        let (level, mut how) = match result {
            Ok(answer) if answer.exit.is_carried_to_its_end() => (
                Level::Info,
                facts([
                    ("end", answer.left.end.clone().into()),
                    ("message", answer.left.message.clone().into()),
                ]),
            ),
            Ok(answer) => (
                Level::Warn,
                facts([
                    ("end", answer.left.end.clone().into()),
                    ("message", answer.left.message.clone().into()),
                ]),
            ),
            Err(report) => (
                Level::Error,
                facts([
                    ("code", report.code.as_str().into()),
                    ("message", report.message.as_str().into()),
                ]),
            ),
        };
        how.extend(self.counts());
        self.write(level, "end", how);
    }

    fn counts(&self) -> Map<String, Value> {
        let tally = self.control.tally();
        facts([
            ("scanned", tally.scanned.into()),
            ("written", tally.keys_written.into()),
            ("skipped", (tally.unchanged + tally.skipped_total()).into()),
            ("rejected", tally.rejected_total().into()),
            ("conflicts", tally.conflicts.into()),
        ])
    }

    fn write(&self, level: Level, message: &str, what: Map<String, Value>) {
        let names = self.control.names();
        let mut all = facts([
            ("run", names.map(|names| names.run.as_str()).into()),
            (
                "migration",
                names.map(|names| names.migration.as_str()).into(),
            ),
            ("share", part().into()),
        ]);
        all.extend(what);
        self.log.write(level, message, all);
    }
}
