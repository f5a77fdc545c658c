//! A batch goes through a script in one call, a record at a time.
//!
//! Calling a function of a script from outside begins with nothing: it finds each function that the script uses anew, for
//! every record. So a loop around the function is part of the script, and what the loop asks for the next record
//! is here. `turn` has a type that no script can make, and its parts are properties, which no script can define.

use std::sync::{Arc, Mutex};

use remold_host_api::{Failure, Limits, Outcome, Record};
use rhai::{AST, Dynamic, Engine, ParseError, Scope, Stmt};

use crate::context::outcome;
use crate::meter::locked;
use crate::record::{Handle, vacancy};
use crate::session::Session;

/// What the loop has for variables.
const TURN: &str = "turn";
const RECORD: &str = "rec";

/// Makes the loop around a function.
pub(crate) fn loop_around(engine: &Engine, function: &str) -> Result<Vec<Stmt>, ParseError> {
    let mut known = Scope::new();
    known.push(TURN, ()).push(RECORD, ());
    let text = format!("while {TURN}.comes {{ {TURN}.outcome = {function}({RECORD}); }}");
    let parsed: AST = engine.compile_with_scope(&known, text)?;
    Ok(parsed.statements().to_vec())
}

/// The records of a batch: those that wait, the one on loan to the script, those that are through.
#[derive(Debug, Clone)]
pub(super) struct Turns(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    session: Arc<Session>,
    loan: Handle,
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: std::vec::IntoIter<Record>,
    through: Vec<(Record, Result<Outcome, Failure>)>,
    /// Whether a record is on loan, and what the script returned for it.
    on_loan: Option<Dynamic>,
}

impl Turns {
    /// Prepares an engine.
    pub(super) fn register(engine: &mut Engine, session: &Arc<Session>, limits: Limits) -> Self {
        engine
            .register_type_with_name::<Self>("Turn")
            .register_get("comes", |turns: &mut Self| turns.next())
            .register_set("outcome", |turns: &mut Self, returned: Dynamic| {
                locked(&turns.0.state).on_loan = Some(returned);
            });
        Self(Arc::new(Shared {
            session: Arc::clone(session),
            loan: Handle::vacant(session),
            limits,
            state: Mutex::default(),
        }))
    }

    /// Takes over a batch.
    pub(super) fn begin(&self, records: Vec<Record>) {
        let mut state = locked(&self.0.state);
        state.through = Vec::with_capacity(records.len());
        state.waiting = records.into_iter();
    }

    /// The variables of the loop.
    pub(super) fn scope(&self) -> Scope<'static> {
        let mut scope = Scope::new();
        scope
            .push_dynamic(TURN, Dynamic::from(self.clone()))
            .push_dynamic(RECORD, Dynamic::from(self.0.loan.clone()));
        scope
    }

    /// Takes back the record on loan and lends the next one; false if there is none.
    fn next(&self) -> bool {
        let mut state = locked(&self.0.state);
        if let Some(returned) = state.on_loan.take() {
            let limits = self.0.session.meter.within_limits();
            let read = limits.and_then(|()| outcome(returned));
            let record = self.0.loan.take();
            state.through.push((record, read));
        }
        let Some(record) = state.waiting.next() else {
            return false;
        };
        let weight = record.key().len() + record.value().weight();
        self.0
            .session
            .begin(record.key(), self.0.limits.fuel(1, weight));
        self.0.loan.exchange(record);
        state.on_loan = Some(Dynamic::UNIT);
        true
    }

    /// Ends the turn of the record on loan in a failure, or else that of the next one: there is always one less to come.
    pub(super) fn fail(&self, failure: Failure) {
        let mut state = locked(&self.0.state);
        let record = match state.on_loan.take() {
            Some(_) => Some(self.0.loan.take()),
            None => state.waiting.next(),
        };
        state
            .through
            .extend(record.map(|record| (record, Err(failure))));
    }

    /// Whether records wait.
    pub(super) fn any_left(&self) -> bool {
        locked(&self.0.state).waiting.len() > 0
    }

    /// Gives the batch back.
    pub(super) fn end(&self) -> Vec<(Record, Result<Outcome, Failure>)> {
        std::mem::take(&mut locked(&self.0.state).through)
    }

    /// Hands what is left over to another one.
    pub(super) fn hand_over(&self, to: &Self) {
        let state = std::mem::take(&mut *locked(&self.0.state));
        *locked(&to.0.state) = state;
        to.0.loan.exchange(self.0.loan.take());
    }
}

/// Takes records out of their places.
pub(super) fn take(records: &mut [Record]) -> Vec<Record> {
    let taken = records.iter_mut();
    taken
        .map(|record| std::mem::replace(record, vacancy()))
        .collect()
}
