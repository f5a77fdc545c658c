//! What one instance of a component knows while it is called: the records of the batch, what was said of them, what was
//! used, the run's context, the log.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use remold_host_api::link::{Link, Reply, Request};
use remold_host_api::{
    Bytes, Capabilities, Context, Entry, Failure, FailureReason, HostError, Limits, LogLevel,
    LogLine, Outcome, Record, Scored, SourceLocation, edit,
};
use wasmtime::Error;

use crate::fault::{Answer, reason_of};
use crate::memory::Memory;
use crate::said::Said;

/// So many instructions of a guest cost one unit of fuel, which is about what a step of a script costs.
pub(crate) const INSTRUCTIONS: u64 = 20;

/// What a call of the host costs beside the bytes that it handles, in instructions of the guest.
const CALL: u64 = 256;

/// So many bytes that the host handles cost as much as one instruction of the guest.
const BYTES_PER_FUEL: usize = 16;

/// What an element costs beside its bytes.
pub(crate) const ITEM: usize = 32;

/// What is being called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// `migrate` or `revert`.
    Transform,
    /// `lookups`.
    Lookups,
    /// `run`.
    Program,
    /// Nothing: the instance starts.
    Start,
}

/// A record in the guest's hands.
pub(crate) struct Slot {
    pub(crate) record: Record,
    editable: bool,
    /// Bytes written for it.
    written: usize,
    /// What the guest said of it.
    pub(crate) verdict: Option<Result<Outcome, Failure>>,
    /// What the host found wrong with it, whatever the guest says.
    pub(crate) fault: Option<Failure>,
    /// The keys that `lookups` asked for.
    pub(crate) asked: Vec<Bytes>,
}

impl Slot {
    fn new(record: Record, editable: bool) -> Self {
        Self {
            record,
            editable,
            written: 0,
            verdict: None,
            fault: None,
            asked: Vec::new(),
        }
    }
}

/// The state of an instance.
pub(crate) struct Session {
    pub(crate) memory: Memory,
    pub(crate) capabilities: Capabilities,
    pub(crate) limits: Limits,
    /// The records of the batch, by their numbers.
    pub(crate) batch: Vec<Slot>,
    /// Records that were looked up or read by a program.
    held: HashMap<u32, Slot>,
    held_weight: usize,
    /// The members of the record of this number in their order, until an edit.
    pub(crate) sorted: Option<(u32, Vec<Scored>)>,
    next: u32,
    mode: Mode,
    /// The record that was touched last.
    pub(crate) last: Option<usize>,
    /// Fuel that the host used for the guest, and how much it may.
    pub(crate) work: u64,
    pub(crate) work_limit: u64,
    /// Bytes written that belong to no record.
    written: usize,
    /// When the call has to be over.
    pub(crate) deadline: Instant,
    /// What a program said of itself.
    pub(crate) verdict: Option<Result<Outcome, Failure>>,
    pub(crate) link: Option<Link>,
    pub(crate) parameters: serde_json::Value,
    pub(crate) parameters_text: String,
    pub(crate) now_ms: u64,
    pub(crate) seed: u64,
    /// How often a clock was asked for.
    pub(crate) ticks: u64,
    pub(crate) said: Said,
    /// What a panic said.
    pub(crate) panic: Option<(String, Option<SourceLocation>)>,
    /// Why the host ended the call.
    pub(crate) trip: Option<Failure>,
}

impl Session {
    pub(crate) fn new(limits: &Limits, capabilities: &Capabilities) -> Self {
        Self {
            memory: Memory::new(limits.memory),
            capabilities: capabilities.clone(),
            limits: *limits,
            batch: Vec::new(),
            held: HashMap::new(),
            held_weight: 0,
            sorted: None,
            next: 0,
            mode: Mode::Start,
            last: None,
            work: 0,
            work_limit: u64::MAX,
            written: 0,
            deadline: Instant::now(),
            verdict: None,
            link: None,
            parameters: serde_json::Value::Null,
            parameters_text: "null".to_owned(),
            now_ms: 0,
            seed: 0,
            ticks: 0,
            said: Said::default(),
            panic: None,
            trip: None,
        }
    }

    /// Takes over the context, whose parameters are the same throughout a run.
    pub(crate) fn enter(&mut self, context: &Context) {
        if self.parameters != context.parameters {
            self.parameters = context.parameters.clone();
            self.parameters_text = self.parameters.to_string();
        }
        self.now_ms = context.now_ms;
        self.seed = context.seed;
    }

    /// Begins a call; `fuel` is also the budget for what the host does in it.
    pub(crate) fn begin(&mut self, mode: Mode, fuel: u64) {
        self.mode = mode;
        self.next = u32::try_from(self.batch.len()).unwrap_or(u32::MAX);
        self.last = None;
        self.work = 0;
        self.work_limit = fuel.saturating_mul(INSTRUCTIONS);
        self.written = 0;
        self.verdict = None;
        self.panic = None;
        self.trip = None;
        self.said.begin();
        self.restart_clock();
    }

    /// Ends a call: lets go of everything but the batch.
    pub(crate) fn end(&mut self) {
        self.held.clear();
        self.held_weight = 0;
        self.sorted = None;
        self.said.end();
    }

    /// Starts the wall clock anew: time that the host itself took is not the guest's.
    pub(crate) fn restart_clock(&mut self) {
        self.deadline = Instant::now() + self.limits.timeout;
    }

    /// Says how long a call may still take.
    pub(crate) fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Puts a record of the batch into the guest's hands.
    pub(crate) fn lend(&mut self, record: Record) {
        self.batch.push(Slot::new(record, true));
    }

    /// Gives the guest a number for a record beside the batch.
    pub(crate) fn hold(&mut self, record: Record, editable: bool) -> wasmtime::Result<u32> {
        let weight = record.key().len() + record.value().weight() + ITEM;
        self.held_weight += weight;
        if self.held_weight > self.limits.memory {
            let limit = self.limits.memory;
            let held = self.held_weight;
            return Err(self.end_call(
                FailureReason::Memory,
                format!(
                    "{held} bytes of records are held, the limit is {limit}; release or apply some"
                ),
            ));
        }
        let number = self.next;
        self.next = self.next.checked_add(1).ok_or_else(|| {
            self.end_call(
                FailureReason::Memory,
                "too many records were read".to_owned(),
            )
        })?;
        self.held.insert(number, Slot::new(record, editable));
        Ok(number)
    }

    /// Takes a record back that a program held.
    pub(crate) fn release(&mut self, number: u32) -> wasmtime::Result<Record> {
        match self.held.remove(&number) {
            Some(slot) => {
                let record = slot.record;
                let weight = record.key().len() + record.value().weight() + ITEM;
                self.held_weight = self.held_weight.saturating_sub(weight);
                Ok(record)
            }
            None => Err(self.unknown(number)),
        }
    }

    /// Returns a record to read it; charges the call.
    pub(crate) fn record(&mut self, i: u32) -> wasmtime::Result<&Record> {
        self.slot(i).map(|slot| &slot.record)
    }

    /// Returns a record to edit it; charges the call and what it writes.
    pub(crate) fn edit(&mut self, i: u32, bytes: usize) -> Answer<&mut Record> {
        if self.mode == Mode::Lookups {
            let problem = "records cannot be edited there";
            return Err(edit::invalid("lookups", problem).into());
        }
        self.write(i, bytes)?;
        self.sorted = None;
        let slot = self.slot(i)?;
        if !slot.editable {
            let problem = "it is read-only; `emit` writes other keys";
            return Err(edit::invalid("a record that was looked up", problem).into());
        }
        Ok(&mut slot.record)
    }

    /// Returns the slot of a record; charges the call.
    pub(crate) fn slot(&mut self, i: u32) -> wasmtime::Result<&mut Slot> {
        self.charge(0)?;
        let place = i as usize;
        if place < self.batch.len() {
            self.last = Some(place);
            return Ok(&mut self.batch[place]);
        }
        if self.held.contains_key(&i) {
            return Ok(self.held.get_mut(&i).expect("it was just found"));
        }
        Err(self.unknown(i))
    }

    /// Charges a call of the host that handles so many bytes.
    pub(crate) fn charge(&mut self, bytes: usize) -> wasmtime::Result<()> {
        self.work += CALL + (bytes / BYTES_PER_FUEL) as u64;
        if self.work > self.work_limit {
            let limit = self.work_limit / INSTRUCTIONS;
            return Err(self.end_call(
                FailureReason::OutOfFuel,
                format!("the calls of host functions used up the fuel of {limit}"),
            ));
        }
        Ok(())
    }

    /// Charges bytes that are written for a record.
    fn write(&mut self, i: u32, bytes: usize) -> wasmtime::Result<()> {
        self.charge(bytes)?;
        let limit = self.limits.output;
        let slot = match self.batch.get_mut(i as usize) {
            Some(slot) => Some(slot),
            None => self.held.get_mut(&i),
        };
        let Some(slot) = slot else { return Ok(()) };
        slot.written = slot.written.saturating_add(bytes);
        if slot.written > limit {
            let used = slot.written;
            let place = i as usize;
            self.last = (place < self.batch.len()).then_some(place);
            return Err(self.end_call(
                FailureReason::BadOutput,
                format!("{used} bytes were written for this record, the limit is {limit}"),
            ));
        }
        Ok(())
    }

    /// Charges bytes that are written and belong to no record.
    pub(crate) fn write_loose(&mut self, bytes: usize) -> wasmtime::Result<()> {
        self.charge(bytes)?;
        let limit = self.limits.output.saturating_mul(self.batch.len().max(1));
        self.written = self.written.saturating_add(bytes);
        if self.written > limit {
            let used = self.written;
            return Err(self.end_call(
                FailureReason::BadOutput,
                format!("{used} bytes were logged, the limit is {limit}"),
            ));
        }
        Ok(())
    }

    /// Begins the count of output anew, for the next records of a program.
    pub(crate) fn restart_output(&mut self) {
        self.written = 0;
    }

    /// Ends the call for a reason of the host's.
    pub(crate) fn end_call(&mut self, reason: FailureReason, message: String) -> Error {
        let error = Error::msg(message.clone());
        self.trip
            .get_or_insert_with(|| Failure::new(reason, message));
        error
    }

    fn unknown(&mut self, i: u32) -> Error {
        let count = self.batch.len();
        let message = format!("there is no record {i}: the batch has {count}, or it was released");
        self.end_call(FailureReason::Abi, message)
    }

    /// Notes that something cannot be done for a record, which fails it.
    pub(crate) fn fail_record(&mut self, place: usize, error: &HostError) {
        let reason = reason_of(error);
        self.batch[place]
            .fault
            .get_or_insert_with(|| Failure::new(reason, error.to_string()));
    }

    /// Checks that a column has a place for each record.
    pub(crate) fn check_column(&mut self, length: usize) -> wasmtime::Result<()> {
        let count = self.batch.len();
        if self.mode != Mode::Transform {
            let message = "columns are for migrate and revert";
            return Err(self.end_call(FailureReason::Abi, message.to_owned()));
        }
        if length == count {
            return Ok(());
        }
        let message = format!("a column has {length} places, the batch {count} records");
        Err(self.end_call(FailureReason::BadOutput, message))
    }

    /// Says what is being called.
    pub(crate) const fn mode(&self) -> Mode {
        self.mode
    }

    /// Finds a key that was looked up for a record, and holds it.
    pub(crate) fn look_up(&mut self, i: u32, key: &[u8]) -> Answer<Option<u32>> {
        self.charge(key.len())?;
        let found: Option<Option<Entry>> = {
            let record = &self.slot(i)?.record;
            record.lookup(key).map(Option::<&Entry>::cloned)
        };
        match found {
            None => Err(HostError::NotLookedUp { key: key.to_vec() }.into()),
            Some(None) => Ok(None),
            Some(Some(entry)) => Ok(Some(self.hold(Record::new(entry), false)?)),
        }
    }

    /// Asks a program's host.
    pub(crate) fn ask(&mut self, request: Request) -> Answer<Reply> {
        self.charge(0)?;
        let reply = self.link.as_ref().and_then(|link| link.ask(request));
        self.restart_clock();
        let gone = || HostError::Keyspace {
            problem: "only a program, `run`, can list, read and apply keys".to_owned(),
        };
        reply.ok_or_else(|| gone().into())
    }

    /// Adds a line to the log.
    pub(crate) fn log(&mut self, level: LogLevel, message: String) -> wasmtime::Result<()> {
        self.write_loose(message.len() + size_of::<LogLine>())?;
        self.said.log(level, message);
        Ok(())
    }

    /// Takes what the guest's language prints.
    pub(crate) fn print(&mut self, text: &[u8]) -> wasmtime::Result<()> {
        self.write_loose(text.len())?;
        self.said.print(text);
        Ok(())
    }
}
