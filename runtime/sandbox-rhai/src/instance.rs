//! An instance: one worker's engine, session and record on loan, reused from record to record.

pub(crate) mod turns;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use remold_host_api::{
    Bytes, Context, Failure, FailureReason, LogLine, Outcome, ProgramHost, Record, Transform,
};
use rhai::{AST, CallFnOptions, Dynamic, Engine, EvalAltResult, Position, Scope};

use self::turns::Turns;
use crate::bytes::to_bytes;
use crate::context::{outcome, parameters};
use crate::engine::STACK;
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
}

/// What is replaced after a panic.
struct Parts {
    engine: Engine,
    session: Arc<Session>,
    loan: Handle,
    turns: Turns,
}

impl Parts {
    fn new(source: &Compiled, parameter_values: &serde_json::Value) -> Self {
        let session = source.session();
        let mut engine = source.engine(&session, parameters(parameter_values));
        Self {
            turns: Turns::register(&mut engine, &session, source.options.limits),
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
    }

    /// Calls a function of the script.
    fn call(
        &mut self,
        context: &Context,
        name: &str,
        arguments: Vec<Dynamic>,
    ) -> Result<Dynamic, Failure> {
        let source = Arc::clone(&self.source);
        let options = CallFnOptions::new().eval_ast(false).rewind_scope(true);
        let returned = self.contain(context, |engine| {
            engine.call_fn_with_options::<Dynamic>(
                options,
                &mut Scope::new(),
                &source.ast,
                name,
                arguments,
            )
        });
        let returned = returned.and_then(|returned| {
            self.parts.session.meter.within_limits()?;
            Ok(returned)
        });
        returned.map_err(|failure| self.placed(name, failure))
    }

    /// Sends what waits through the loop around a function, up to the end or the first failure.
    fn go_round(&mut self, context: &Context, around: &AST) -> Result<(), Failure> {
        // A limit that was passed before is passed no more.
        self.parts
            .session
            .begin(b"", self.source.options.limits.fuel_base);
        let mut scope = self.parts.turns.scope();
        self.contain(context, |engine| {
            let ended = engine.run_ast_with_scope(&mut scope, around);
            // A place in the loop is none in the script.
            ended.map_err(|mut error| {
                error.set_position(Position::NONE);
                error
            })
        })
    }

    /// Runs the engine and keeps a panic inside.
    fn contain<T>(
        &mut self,
        context: &Context,
        run: impl FnOnce(&Engine) -> Result<T, Box<EvalAltResult>>,
    ) -> Result<T, Failure> {
        let parts = &self.parts;
        match catch_unwind(AssertUnwindSafe(|| run(&parts.engine))) {
            Ok(Ok(returned)) => Ok(returned),
            Ok(Err(error)) => Err(failure(
                *error,
                &parts.session.meter,
                &self.source.files,
                &self.source.file,
            )),
            Err(panic) => {
                let log = parts.session.take_log();
                let turns = parts.turns.clone();
                self.replace_parts();
                turns.hand_over(&self.parts.turns);
                self.parts.session.restore_log(log);
                self.parts.session.enter(context);
                Err(Failure::new(
                    FailureReason::Trap,
                    panic_message(panic.as_ref()),
                ))
            }
        }
    }

    /// The engine forgets the place of what ends a script for good: limits, calls that are nested too deep.
    fn placed(&self, name: &str, failure: Failure) -> Failure {
        Failure {
            location: failure.location.or_else(|| self.source.place_of(name)),
            ..failure
        }
    }

    /// Lends a record to a function of the script and takes it back.
    fn lend<T>(
        &mut self,
        context: &Context,
        record: Record,
        name: &str,
        read: impl FnOnce(Dynamic) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let limits = &self.source.options.limits;
        let fuel = limits.fuel(1, record.key().len() + record.value().weight());
        self.parts.session.begin(record.key(), fuel);
        let loan = self.parts.loan.clone();
        loan.exchange(record);
        let returned = self.call(context, name, vec![Dynamic::from(loan.clone())]);
        drop(loan.take());
        read(returned?)
    }

    /// Sends a batch through the loop around a function. A failure ends the loop and the turn of one record; the others
    /// go on.
    fn each(
        &mut self,
        context: &Context,
        records: &mut [Record],
        name: &str,
    ) -> Vec<Result<Outcome, Failure>> {
        self.prepare(context);
        let source = Arc::clone(&self.source);
        let Some(around) = source.loops.get(name) else {
            let message = format!("the script has no function `{name}`");
            let failure = || Failure::new(FailureReason::Abi, &message);
            return records.iter().map(|_| Err(failure())).collect();
        };
        self.parts.turns.begin(turns::take(records));
        stacker::maybe_grow(STACK / 2, STACK, || {
            while self.parts.turns.any_left() {
                if let Err(failure) = self.go_round(context, around) {
                    self.parts.turns.fail(failure);
                }
            }
        });
        let back = self.parts.turns.end();
        let outcomes = records.iter_mut().zip(back);
        outcomes
            .map(|(place, (record, outcome))| {
                *place = record;
                outcome.map_err(|failure| self.placed(name, failure))
            })
            .collect()
    }
}

impl Transform for Instance {
    fn migrate(
        &mut self,
        context: &Context,
        records: &mut [Record],
    ) -> Vec<Result<Outcome, Failure>> {
        self.each(context, records, "migrate")
    }

    fn revert(
        &mut self,
        context: &Context,
        records: &mut [Record],
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
            let look = |record: &Record| self.lend(context, record.clone(), "lookups", keys);
            records.iter().map(look).collect()
        })
    }

    fn run(&mut self, context: &Context, host: &mut dyn ProgramHost) -> Result<Outcome, Failure> {
        self.prepare(context);
        let fuel = self.source.options.limits.fuel(0, 0);
        let session = Arc::clone(&self.parts.session);
        program::serve(&session, host, || {
            self.parts.session.begin(b"", fuel);
            outcome(self.call(context, "run", Vec::new())?)
        })
    }

    fn take_log(&mut self) -> Vec<LogLine> {
        self.parts.session.take_log()
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
