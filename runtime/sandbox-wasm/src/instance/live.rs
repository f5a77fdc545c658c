//! A component that runs: its store and its exports.

use std::time::{Duration, Instant};

use remold_host_api::link::Link;
use remold_host_api::{
    Bytes, Context, Entry, Failure, FailureReason, LogLine, Outcome, Record, Value,
};
use wasmtime::component::{Instance, TypedFunc};
use wasmtime::{Store, UpdateDeadline};

use crate::failure::failure;
use crate::session::{Mode, Session, Slot};
use crate::source::Compiled;

/// So many instructions of a guest cost one unit of fuel, which is about what a step of a script costs.
pub(crate) const INSTRUCTIONS: u64 = 20;

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
    migrate: Option<OfBatch>,
    revert: Option<OfBatch>,
    lookups: Option<OfBatch>,
    run: Option<TypedFunc<(), ()>>,
    served: u32,
}

impl Live {
    /// Starts a component, which runs what it has of start-up code.
    pub(super) fn start(source: &Compiled, context: &Context) -> Result<Self, Failure> {
        let options = &source.options;
        let mut session = Session::new(&options.limits, &options.capabilities);
        session.enter(context);
        session.begin(Mode::Start, START_FUEL * INSTRUCTIONS);
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
        match Self::instantiate(store, source) {
            Ok(live) => Ok(live),
            Err((error, mut session)) => {
                let failure = failure(&error, &mut session, START_FUEL);
                let message = format!("the component does not start: {}", failure.message);
                Err(Failure { message, ..failure })
            }
        }
    }

    fn instantiate(
        mut store: Store<Session>,
        source: &Compiled,
    ) -> Result<Self, (wasmtime::Error, Session)> {
        let started = start(&mut store, source);
        let (instance, exports) = match started {
            Ok(instance) => (instance, source.exports),
            Err(error) => return Err((error, store.into_data())),
        };
        let mut of_batch = |exported: bool, name: &str| {
            let found = exported.then(|| instance.get_typed_func(&mut store, name));
            found.transpose()
        };
        let found = of_batch(exports.migrate, "migrate").and_then(|migrate| {
            let revert = of_batch(exports.revert, "revert")?;
            Ok((migrate, revert, of_batch(exports.lookups, "lookups")?))
        });
        let run = exports
            .run
            .then(|| instance.get_typed_func(&mut store, "run"));
        match found.and_then(|found| Ok((found, run.transpose()?))) {
            Ok(((migrate, revert, lookups), run)) => Ok(Self {
                store,
                migrate,
                revert,
                lookups,
                run,
                served: 0,
            }),
            Err(error) => Err((error, store.into_data())),
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
            Export::Migrate => (self.migrate, Mode::Transform),
            Export::Revert => (self.revert, Mode::Transform),
            Export::Lookups => (self.lookups, Mode::Lookups),
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
        session.begin(mode, fuel.saturating_mul(INSTRUCTIONS));
        let called = self
            .prepare(fuel)
            .and_then(|()| function.call(&mut self.store, (count,)));
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
        let Some(run) = self.run else {
            let message = "the component does not export run";
            return Err(Failure::new(FailureReason::Abi, message));
        };
        let session = self.store.data_mut();
        session.enter(context);
        let fuel = session.limits.fuel(0, 0);
        session.link = Some(link);
        session.begin(Mode::Program, fuel.saturating_mul(INSTRUCTIONS));
        let called = self
            .prepare(fuel)
            .and_then(|()| run.call(&mut self.store, ()));
        let session = self.store.data_mut();
        session.link = None;
        session.end();
        match called {
            Ok(()) => session.verdict.take().unwrap_or(Ok(Outcome::Done)),
            Err(error) => Err(failure(&error, session, fuel)),
        }
    }

    fn prepare(&mut self, fuel: u64) -> wasmtime::Result<()> {
        self.store.set_fuel(fuel.saturating_mul(INSTRUCTIONS))?;
        self.store.set_epoch_deadline(1);
        Ok(())
    }

    /// Says whether it has served as many batches as an instance is to serve.
    pub(super) const fn is_worn(&self, reuse: u32) -> bool {
        self.served >= reuse
    }

    /// Takes what was logged.
    pub(super) fn take_log(&mut self) -> Vec<LogLine> {
        self.store.data_mut().said.take_log()
    }
}

fn start(store: &mut Store<Session>, source: &Compiled) -> wasmtime::Result<Instance> {
    store.set_fuel(START_FUEL * INSTRUCTIONS)?;
    store.set_epoch_deadline(1);
    source.pre.instantiate(store)
}

/// Stands in the place of a record that is in the guest's hands.
fn vacancy() -> Record {
    Record::new(Entry {
        key: Bytes::new(),
        value: Value::Text(Bytes::new()),
        expires_at: None,
    })
}
