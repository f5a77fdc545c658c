//! An instance: one worker's engine, session and record on loan, reused from record to record.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use remold_host_api::{
    Again, Bytes, Context, Failure, FailureReason, LogLine, Outcome, ProgramHost, Record, STACK,
    Transform, Usage,
};
use rhai::{Dynamic, Engine};

use crate::bytes::to_bytes;
use crate::context::{outcome, outcome_of_program, parameters};
use crate::entry::{Entry, State};
use crate::failure::failure;
use crate::program;
use crate::record::Handle;
use crate::session::Session;
use crate::source::Compiled;

/// A worker's instance of a script.
pub(crate) struct Instance {
    source: Arc<Compiled>,
    parameters: serde_json::Value,
    parts: Parts,
    /// What was used since it was asked last; nothing is counted until then.
    used: Option<Usage>,
}

/// What is replaced after a panic.
struct Parts {
    engine: Engine,
    entries: BTreeMap<&'static str, Entry>,
    session: Arc<Session>,
    state: State,
    loan: Handle,
}

impl Parts {
    fn new(source: &Compiled, parameter_values: &serde_json::Value) -> Self {
        let session = source.session();
        let engine = source.engine(&session, parameters(parameter_values));
        Self {
            state: State::new(&engine, &source.ast),
            entries: source.entries(),
            loan: Handle::vacant(&session),
            engine,
            session,
        }
    }
}

impl Instance {
    pub(crate) fn new(source: Arc<Compiled>) -> Self {
        let parameters = serde_json::Value::Null;
        Self {
            parts: Parts::new(&source, &parameters),
            parameters,
            source,
            used: None,
        }
    }

    /// Takes over the context, whose parameters are the same throughout a run.
    fn prepare(&mut self, context: &Context) {
        if self.parameters != context.parameters {
            self.parameters = context.parameters.clone();
            self.replace_parts();
        }
        self.parts.session.enter(context);
    }

    fn replace_parts(&mut self) {
        self.parts = Parts::new(&self.source, &self.parameters);
        if self.used.is_some() {
            self.parts.session.meter.watch();
        }
    }

    /// Adds up what a call has used.
    fn count_usage(&mut self) {
        if let Some(used) = &mut self.used {
            let meter = &self.parts.session.meter;
            used.fuel += meter.fuel_used();
            used.memory = meter.take_most_memory().max(used.memory);
        }
    }

    /// Calls a function of the script, and keeps a panic inside.
    fn call(
        &mut self,
        context: &Context,
        name: &str,
        record: Option<&Handle>,
    ) -> Result<Dynamic, Failure> {
        let Parts {
            engine,
            entries,
            session,
            state,
            ..
        } = &mut self.parts;
        let Some(entry) = entries.get(name) else {
            let message = format!("the script has no function `{name}`");
            return Err(Failure::new(FailureReason::Abi, message));
        };
        let called = catch_unwind(AssertUnwindSafe(|| state.call(engine, entry, record)));
        let returned = match called {
            Ok(Ok(returned)) => session.meter.within_limits().map(|()| returned),
            Ok(Err(error)) => Err(failure(
                *error,
                &session.meter,
                &self.source.files,
                &self.source.file,
            )),
            Err(panic) => {
                let log = session.take_log();
                self.replace_parts();
                self.parts.session.restore_log(log);
                self.parts.session.enter(context);
                Err(Failure::new(
                    FailureReason::Trap,
                    panic_message(panic.as_ref()),
                ))
            }
        };
        returned.map_err(|failure| self.placed(name, failure))
    }

    /// The engine forgets the place of what ends a script for good: limits, calls that are nested too deep.
    fn placed(&self, name: &str, failure: Failure) -> Failure {
        Failure {
            location: failure.location.or_else(|| self.source.place_of(name)),
            ..failure
        }
    }

    /// Lends a record to a function of the script and takes it back.
    fn lend(
        &mut self,
        context: &Context,
        record: &mut Record,
        name: &str,
    ) -> Result<Dynamic, Failure> {
        let limits = &self.source.options.limits;
        let fuel = limits.fuel(1, record.key().len() + record.value().weight());
        self.parts.session.begin(record.key(), fuel);
        let loan = self.parts.loan.clone();
        loan.exchange(record);
        let returned = self.call(context, name, Some(&loan));
        self.count_usage();
        loan.exchange(record);
        returned
    }

    /// Sends a batch through a function, a record at a time.
    fn each(
        &mut self,
        context: &Context,
        records: &mut [Record],
        name: &str,
    ) -> Vec<Result<Outcome, Failure>> {
        self.prepare(context);
        stacker::maybe_grow(STACK / 2, STACK, || {
            let turn = |record| self.lend(context, record, name).and_then(outcome);
            records.iter_mut().map(turn).collect()
        })
    }
}

impl Transform for Instance {
    fn migrate(
        &mut self,
        context: &Context,
        records: &mut [Record],
        _again: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
        self.each(context, records, "migrate")
    }

    fn revert(
        &mut self,
        context: &Context,
        records: &mut [Record],
        _again: Again<'_>,
    ) -> Vec<Result<Outcome, Failure>> {
        self.each(context, records, "revert")
    }

    fn lookups(
        &mut self,
        context: &Context,
        records: &[Record],
    ) -> Vec<Result<Vec<Bytes>, Failure>> {
        self.prepare(context);
        stacker::maybe_grow(STACK / 2, STACK, || {
            let look = |record: &Record| {
                let returned = self.lend(context, &mut record.clone(), "lookups");
                returned.and_then(keys)
            };
            records.iter().map(look).collect()
        })
    }

    fn run(&mut self, context: &Context, host: &mut dyn ProgramHost) -> Result<Outcome, Failure> {
        self.prepare(context);
        let fuel = self.source.options.limits.fuel(0, 0);
        let session = Arc::clone(&self.parts.session);
        let ended = program::serve(&session, host, || {
            self.parts.session.begin(b"", fuel);
            outcome_of_program(self.call(context, "run", None)?)
        });
        self.count_usage();
        ended
    }

    fn take_log(&mut self) -> Vec<LogLine> {
        self.parts.session.take_log()
    }

    fn take_usage(&mut self) -> Option<Usage> {
        self.parts.session.meter.watch();
        Some(self.used.replace(Usage::default()).unwrap_or_default())
    }
}

/// Reads what `lookups` returned: a list of keys, or nothing.
fn keys(returned: Dynamic) -> Result<Vec<Bytes>, Failure> {
    if returned.is_unit() {
        return Ok(Vec::new());
    }
    let found = returned.type_name();
    let bad = |problem: String| Failure::new(FailureReason::BadOutput, problem);
    let Ok(list) = returned.as_array_ref() else {
        return Err(bad(format!(
            "lookups returns a list of keys; it returned a {found}"
        )));
    };
    let key = |key: &Dynamic| {
        to_bytes(key, "key").map_err(|_| {
            bad(format!(
                "a key is a text or blob, not a {}",
                key.type_name()
            ))
        })
    };
    list.iter().map(key).collect()
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    match text {
        Some(text) => format!("a native function panicked: {text}"),
        None => "a native function panicked".to_owned(),
    }
}

#[cfg(test)]
mod tests;
