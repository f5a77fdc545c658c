//! A command that is traced: told to a collector by OpenTelemetry, where OpenTelemetry's variables ask for it.
//!
//! It is begun and ended in one place for all commands; a command hands it what it hears and counts. Where nobody asks for
//! traces it is nothing: no thread, and a look at an absent pointer for each event.

mod counted;

use std::sync::{Arc, Mutex, PoisonError};

use remold::{ActiveLimit, BackupProgress, Control, Event, Identity, Migration, Phase, ShardFacts};
use remold_telemetry::table::{self, Stage};
use remold_telemetry::{Settings, Trace};

use crate::arguments::Command;
use crate::commands::Answer;
use crate::log::{Level, Log, facts};
use crate::progress::fault_of;
use crate::report::Report;
use crate::screen;
use crate::style::{NAME, NOTE, paint};

/// A command that is traced, perhaps. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Traced(Option<Arc<Inner>>);

struct Inner {
    trace: Trace,
    /// What counts, once there is something to count.
    control: Mutex<Option<Control>>,
    met: counted::Met,
}

impl Traced {
    /// Begins to trace a command, if it is one that is traced and the variables ask for it.
    pub(crate) fn begin(command: &Command) -> Self {
        let is_endless = matches!(command, Command::DryRun(arguments) if arguments.watching.watch);
        let Some(traced) = table::Command::find(command.name()).filter(|_| !is_endless) else {
            return Self::default();
        };
        let log = command.log();
        let settings = match Settings::read(|name| std::env::var(name).ok()) {
            Ok(Some(settings)) => settings,
            Ok(None) => return Self::default(),
            Err(error) => {
                warn(log, "nothing is traced", &error.to_string(), error.hint());
                return Self::default();
            }
        };
        let tell = move |trouble: &remold_telemetry::Trouble| {
            let message = "traces are not delivered";
            warn(log, message, &trouble.to_string(), trouble.hint());
        };
        let trace = Trace::begin(settings, traced, env!("CARGO_PKG_VERSION"), tell);
        trace.enter(&table::LOAD);
        Self(Some(Arc::new(Inner {
            trace,
            control: Mutex::default(),
            met: counted::Met::default(),
        })))
    }

    /// Counts by this handle from now on.
    pub(crate) fn count_by(&self, control: &Control) {
        if let Some(inner) = &self.0 {
            *inner.control() = Some(control.clone());
        }
    }

    /// Says which migration it is about.
    pub(crate) fn about(&self, migration: &Migration) {
        let Some(Inner { trace, .. }) = self.0.as_deref() else {
            return;
        };
        trace.set(&table::MIGRATION, migration.name());
        trace.set(&table::DIGEST, migration.digest());
        if let Some(schema) = &migration.spec().schema {
            trace.set(&table::VERSION, schema.to.to_string());
        }
    }

    /// Enters a stage.
    pub(crate) fn enter(&self, stage: &'static Stage) {
        if let Some(inner) = &self.0 {
            inner.trace.enter(stage);
        }
    }

    /// Takes down what happens.
    pub(crate) fn event(&self, event: &Event) {
        if let Some(inner) = &self.0 {
            inner.event(event);
        }
    }

    /// Takes down how far something with a backup is.
    pub(crate) fn backup(&self, progress: BackupProgress) {
        self.enter(match progress {
            BackupProgress::Waiting | BackupProgress::Receiving { .. } => &table::RECEIVE,
            BackupProgress::Proving { .. } => &table::PROVE,
            BackupProgress::Loading { .. } => &table::INSERT,
        });
    }

    /// Ends it, and waits a bounded time until all of it is delivered.
    pub(crate) fn finish(&self, result: &Result<Answer, Report>) {
        let Some(inner) = &self.0 else {
            return;
        };
        let trace = &inner.trace;
        let (exit, end) = match result {
            Ok(answer) => (answer.exit, answer.left.end.as_deref()),
            Err(report) => (report.kind, Some(report.code.as_str())),
        };
        if let Some(end) = end {
            trace.set(&table::END, end);
        }
        trace.set(&table::EXIT, u64::from(exit.code()));
        let error = (!exit.is_carried_to_its_end()).then(|| end.unwrap_or(exit.name()));
        if let Some(error) = error {
            trace.set(&table::ERROR, error);
        }
        if let Some(control) = inner.control().as_ref() {
            counted::put(trace, control, &inner.met);
        }
        trace.end(error);
    }
}

impl Inner {
    fn event(&self, event: &Event) {
        let trace = &self.trace;
        match event {
            Event::Phase(phase) => self.enter(*phase),
            Event::Identified(identity) => self.identify(identity),
            Event::Probed(facts) => self.probed(facts),
            Event::Waiting { error, delay_ms } => {
                self.met.retry();
                #[allow(clippy::cast_precision_loss, reason = "milliseconds of a wait")]
                let delay = *delay_ms as f64 / 1000.0;
                let fault = (&table::FAULT, fault_of(error).into());
                trace.happened(&table::WAITING, [fault, (&table::DELAY, delay.into())]);
            }
            Event::HeldBack(limit) => {
                let reason = reason_of(*limit).into();
                trace.happened(&table::HELD_BACK, [(&table::REASON, reason)]);
            }
            Event::EpochEntered {
                epoch,
                applied,
                not_applied,
            } => {
                trace.set_in_stage(&table::EPOCH, *epoch);
                if *epoch > 1 {
                    self.met.recovery();
                }
                if applied + not_applied > 0 {
                    let batches = [
                        (&table::APPLIED, (*applied).into()),
                        (&table::NOT_APPLIED, (*not_applied).into()),
                    ];
                    trace.happened(&table::RECOVERED, batches);
                }
            }
            _ => {}
        }
    }

    fn enter(&self, phase: Phase) {
        let (stage, share) = match phase {
            Phase::Look => (&table::LOOK, None),
            Phase::Plan => (&table::PLAN, None),
            Phase::Count => (&table::COUNT, None),
            Phase::Open => (&table::OPEN, None),
            Phase::Settle => (&table::SETTLE, None),
            Phase::Enter => (&table::ENTER, None),
            Phase::Migrate { share } => (&table::MIGRATE, Some(share)),
            Phase::Retry => (&table::RETRY, None),
            Phase::Undo => (&table::UNDO, None),
            Phase::Check { share } => (&table::CHECK, Some(share)),
            Phase::Record => (&table::RECORD, None),
            Phase::Write => (&table::WRITE, None),
            Phase::Verify => (&table::VERIFY, None),
        };
        self.trace.enter(stage);
        if let Some(share) = share {
            let percent = f64::from(share) / 100.0;
            self.trace.set_in_stage(&table::CANARY_PERCENT, percent);
        }
    }

    fn identify(&self, identity: &Identity) {
        let trace = &self.trace;
        trace.set(&table::RUN, identity.run.as_str());
        trace.set(&table::MIGRATION, identity.migration.as_str());
        trace.set(&table::DIGEST, identity.digest.as_str());
        trace.set(&table::TARGET, identity.target.as_str());
        if let Some(undoes) = &identity.undoes {
            trace.set(&table::UNDOES, undoes.as_str());
        }
        if let Some(share) = identity.share {
            trace.set(&table::SHARE, u64::from(share.index()));
            trace.set(&table::SHARES, u64::from(share.of()));
        }
        trace.identify(&identity.common);
    }

    fn probed(&self, facts: &ShardFacts) {
        let trace = &self.trace;
        trace.set(&table::PRODUCT, facts.product.as_str());
        trace.set(&table::SERVER_VERSION, facts.version.as_str());
        trace.set(&table::GUARD, facts.guard.name());
    }

    fn control(&self) -> std::sync::MutexGuard<'_, Option<Control>> {
        self.control.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The word for what holds a run back.
const fn reason_of(limit: ActiveLimit) -> &'static str {
    match limit {
        ActiveLimit::Rate => "rate",
        ActiveLimit::Latency => "latency",
        ActiveLimit::Paused => "paused",
        ActiveLimit::Waiting | ActiveLimit::None => "other",
    }
}

/// Says once that there is no trace, why, and what helps. The command goes on.
fn warn(log: Option<Log>, message: &str, why: &str, hint: &str) {
    if let Some(log) = log {
        let facts = facts([("reason", why.into()), ("hint", hint.into())]);
        return log.write(Level::Warn, message, facts);
    }
    let warning = paint(NOTE, "warning");
    screen::err(&format!(
        "{warning}: {message}: {why}; nothing else depends on it\n{}{hint}\n",
        paint(NAME, "hint: ")
    ));
}
