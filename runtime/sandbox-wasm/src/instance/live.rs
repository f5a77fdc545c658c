//! A component that runs: its store and its exports.

use std::time::{Duration, Instant};

use remold_host_api::link::Link;
use remold_host_api::{
    Bytes, Context, Entry, Failure, FailureReason, LogLine, Outcome, Record, Usage, Value,
};
use wasmtime::component::TypedFunc;
use wasmtime::{Store, UpdateDeadline};

use crate::failure::failure;
use crate::session::{INSTRUCTIONS, Mode, Session, Slot};
use crate::source::Compiled;

/// What a component may use to start: fuel ...
const START_FUEL: u64 = 50_000_000;
/// ... and time.
const START_TIME: Duration = Duration::from_secs(5);

/// Bytes that one call of the host may take over from the guest, beyond the guest's memory limit.
const HANDED_OVER: usize = 16 << 20;

/// A function that the host calls with a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Export {
    Migrate,
    Revert,
    Lookups,
}

type OfBatch = TypedFunc<(u32,), ()>;

/// A running component.
pub(super) struct Live {
    store: Store<Session>,
    functions: Functions,
    served: u32,
}

/// What a component exports.
struct Functions {
    migrate: Option<OfBatch>,
    revert: Option<OfBatch>,
    lookups: Option<OfBatch>,
    run: Option<TypedFunc<(), ()>>,
}

impl Functions {
    /// Instantiates a component and finds its exports.
    fn start(store: &mut Store<Session>, source: &Compiled) -> wasmtime::Result<Self> {
        prepare(store, START_FUEL)?;
        let instance = source.pre.instantiate(&mut *store)?;
        let exports = source.exports;
        let mut of_batch = |exported: bool, name: &str| {
            let found = exported.then(|| instance.get_typed_func(&mut *store, name));
            found.transpose()
        };
        let migrate = of_batch(exports.migrate, "migrate")?;
        let revert = of_batch(exports.revert, "revert")?;
        let lookups = of_batch(exports.lookups, "lookups")?;
        let run = exports
            .run
            .then(|| instance.get_typed_func(&mut *store, "run"));
        Ok(Self {
            migrate,
            revert,
            lookups,
            run: run.transpose()?,
        })
    }
}

impl Live {
    /// Starts a component, which runs what it has of start-up code.
    pub(super) fn start(source: &Compiled, context: &Context) -> Result<Self, Failure> {
        let options = &source.options;
        let mut session = Session::new(&options.limits, &options.capabilities);
        session.enter(context);
        session.begin(Mode::Start, START_FUEL);
        session.deadline = Instant::now() + START_TIME;
        let mut store = Store::new(source.pre.engine(), session);
        store.limiter(|session| &mut session.memory);
        store.set_hostcall_fuel(options.limits.memory.saturating_add(HANDED_OVER));
        store.epoch_deadline_callback(|store| {
            Ok(if store.data().time_left().is_zero() {
                UpdateDeadline::Interrupt
            } else {
                UpdateDeadline::Continue(1)
            })
        });
        match Functions::start(&mut store, source) {
            Ok(functions) => Ok(Self {
                store,
                functions,
                served: 0,
            }),
            Err(error) => {
                let failure = failure(&error, store.data_mut(), START_FUEL);
                let message = format!("the component does not start: {}", failure.message);
                Err(Failure { message, ..failure })
            }
        }
    }

    /// Sends the records at some places of a batch through an export. An error comes with the record that was touched
    /// last, by its place in `places`.
    pub(super) fn call(
        &mut self,
        export: Export,
        context: &Context,
        records: &mut [Record],
        places: &[usize],
    ) -> Result<Vec<Slot>, (Failure, Option<usize>)> {
        let (function, mode) = match export {
            Export::Migrate => (self.functions.migrate, Mode::Transform),
            Export::Revert => (self.functions.revert, Mode::Transform),
            Export::Lookups => (self.functions.lookups, Mode::Lookups),
        };
        let Some(function) = function else {
            let message = format!("the component does not export {export:?}");
            return Err((Failure::new(FailureReason::Abi, message), None));
        };
        self.served += 1;
        let session = self.store.data_mut();
        session.enter(context);
        let mut bytes = 0;
        for place in places {
            let record = std::mem::replace(&mut records[*place], vacancy());
            bytes += record.key().len() + record.value().weight();
            session.lend(record);
        }
        let count = u32::try_from(places.len()).unwrap_or(u32::MAX);
        let fuel = session.limits.fuel(places.len(), bytes);
        let logged = session.said.length();
        session.begin(mode, fuel);
        let called =
            prepare(&mut self.store, fuel).and_then(|()| function.call(&mut self.store, (count,)));
        let session = self.store.data_mut();
        session.end();
        let mut slots = std::mem::take(&mut session.batch);
        for (place, slot) in places.iter().zip(&mut slots) {
            records[*place] = std::mem::replace(&mut slot.record, vacancy());
        }
        match called {
            Ok(()) => Ok(slots),
            Err(error) => {
                let last = session.last;
                if places.len() > 1 {
                    // They are tried again, and log it again.
                    session.said.forget(logged);
                }
                Err((failure(&error, session, fuel), last))
            }
        }
    }

    /// Runs a program to its end.
    pub(super) fn run(&mut self, context: &Context, link: Link) -> Result<Outcome, Failure> {
        let Some(run) = self.functions.run else {
            let message = "the component does not export run";
            return Err(Failure::new(FailureReason::Abi, message));
        };
        let session = self.store.data_mut();
        session.enter(context);
        let fuel = session.limits.fuel(0, 0);
        session.link = Some(link);
        session.begin(Mode::Program, fuel);
        let called = prepare(&mut self.store, fuel).and_then(|()| run.call(&mut self.store, ()));
        let session = self.store.data_mut();
        session.link = None;
        session.end();
        match called {
            Ok(()) => session.verdict.take().unwrap_or(Ok(Outcome::Done)),
            Err(error) => Err(failure(&error, session, fuel)),
        }
    }

    /// Says whether it has served as many batches as an instance is to serve.
    pub(super) const fn is_worn(&self, reuse: u32) -> bool {
        self.served >= reuse
    }

    /// Returns what the last call used, of the guest's instructions and of the host's work for it.
    pub(super) fn usage(&self) -> Usage {
        let session = self.store.data();
        let left = self.store.get_fuel().unwrap_or_default();
        let instructions = session.work_limit.saturating_sub(left);
        Usage {
            fuel: (instructions + session.work).div_ceil(INSTRUCTIONS),
            memory: Some(session.memory.used() as u64),
        }
    }

    /// Takes what was logged.
    pub(super) fn take_log(&mut self) -> Vec<LogLine> {
        self.store.data_mut().said.take_log()
    }
}

/// Gives a call its fuel, and the clock a look at it.
fn prepare(store: &mut Store<Session>, fuel: u64) -> wasmtime::Result<()> {
    store.set_fuel(fuel.saturating_mul(INSTRUCTIONS))?;
    store.set_epoch_deadline(1);
    Ok(())
}

/// Stands in the place of a record that is in the guest's hands.
fn vacancy() -> Record {
    Record::new(Entry {
        key: Bytes::new(),
        value: Value::Text(Bytes::new()),
        expires_at: None,
    })
}
