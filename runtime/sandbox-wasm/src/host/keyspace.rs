//! What a program can reach. These functions are linked by hand, for some of them give the program fuel.

use remold_host_api::link::{Reply, Request};
use remold_host_api::{
    Applied, Bytes, Failure, HostError, Outcome, Pattern, Record, Rejection, ScanQuery, wit,
};
use wasmtime::StoreContextMut;
use wasmtime::component::Linker;

use super::copied;
use super::records::{kind_from_guest, unhandled};
use crate::bindings::keyspace::Applied as Word;
use crate::bindings::{backup, types};
use crate::fault::{Answer, Fault};
use crate::session::{INSTRUCTIONS, ITEM, Session};

type Store<'a> = StoreContextMut<'a, Session>;

/// What the guest is told: a result, or a refusal.
type Told<T> = (Result<T, types::HostError>,);

/// Offers the interface to components.
pub(super) fn link(linker: &mut Linker<Session>) -> wasmtime::Result<()> {
    let name = format!("{}/keyspace@{}", wit::PACKAGE, wit::VERSION);
    let mut keyspace = linker.instance(&name)?;
    keyspace.func_wrap(
        "scan",
        |mut store: Store<'_>, (pattern, kind): (Vec<u8>, Option<types::ValueKind>)| {
            let keys = scan(&mut store, pattern, kind);
            told(&mut store, keys)
        },
    )?;
    keyspace.func_wrap("get", |mut store: Store<'_>, (keys,): (Vec<Vec<u8>>,)| {
        let numbers = get(&mut store, keys);
        told(&mut store, numbers)
    })?;
    keyspace.func_wrap("apply", |mut store: Store<'_>, (records,): (Vec<u32>,)| {
        let applied = store.data_mut().apply(records);
        told(&mut store, applied)
    })?;
    keyspace.func_wrap(
        "release",
        |mut store: Store<'_>, (records,): (Vec<u32>,)| {
            let mut records = records.into_iter();
            records.try_for_each(|number| store.data_mut().release(number).map(drop))
        },
    )?;
    keyspace.func_wrap(
        "progress",
        |mut store: Store<'_>, (done, total): (u64, Option<u64>)| {
            store.data_mut().progress(done, total)
        },
    )?;
    keyspace.func_wrap(
        "checkpoint",
        |mut store: Store<'_>, (state,): (Vec<u8>,)| {
            let noted = store.data_mut().checkpoint(state);
            told(&mut store, noted)
        },
    )?;
    keyspace.func_wrap("resumed-from", |mut store: Store<'_>, (): ()| {
        store.data_mut().resumed_from().map(|state| (state,))
    })?;
    keyspace.func_wrap("skip", |mut store: Store<'_>, (reason,): (String,)| {
        let length = reason.len();
        store.data_mut().say(length, Ok(Outcome::Skip(reason)))
    })?;
    keyspace.func_wrap(
        "reject",
        |mut store: Store<'_>, (code, message): (String, String)| {
            let length = code.len() + message.len();
            let rejection = Rejection { code, message };
            store.data_mut().say(length, Ok(Outcome::Reject(rejection)))
        },
    )?;
    keyspace.func_wrap(
        "fail",
        |mut store: Store<'_>, (error,): (types::Unhandled,)| {
            let length = error.message.len();
            store.data_mut().say(length, Err(unhandled(error)))
        },
    )
}

/// Turns an answer into what the guest is told, or ends the call.
fn told<T>(store: &mut Store<'_>, answer: Answer<T>) -> wasmtime::Result<Told<T>> {
    match answer {
        Ok(value) => Ok((Ok(value),)),
        Err(fault) => {
            let refusal = types::Host::convert_host_error(store.data_mut(), fault)?;
            Ok((Err(refusal),))
        }
    }
}

fn scan(
    store: &mut Store<'_>,
    pattern: Vec<u8>,
    kind: Option<types::ValueKind>,
) -> Answer<Vec<Vec<u8>>> {
    let query = ScanQuery {
        pattern: Pattern::new(Bytes::from(pattern)),
        kind: kind.map(kind_from_guest),
    };
    let Reply::Keys(keys) = store.data_mut().ask(Request::Scan(query))? else {
        return Err(unexpected());
    };
    let keys = keys?;
    let bytes = keys.iter().map(|key| key.len() + ITEM).sum();
    refuel(store, keys.len(), bytes)?;
    Ok(keys.iter().map(copied).collect())
}

fn get(store: &mut Store<'_>, keys: Vec<Vec<u8>>) -> Answer<Vec<Option<u32>>> {
    let keys = keys.into_iter().map(Bytes::from).collect();
    let Reply::Entries(entries) = store.data_mut().ask(Request::Get(keys))? else {
        return Err(unexpected());
    };
    let entries = entries?;
    let found = entries.iter().flatten();
    let bytes = found
        .map(|entry| entry.key.len() + entry.value.weight())
        .sum();
    refuel(store, entries.len(), bytes)?;
    let mut numbers = Vec::with_capacity(entries.len());
    for entry in entries {
        let held = entry.map(|entry| store.data_mut().hold(Record::new(entry), true));
        numbers.push(held.transpose()?);
    }
    Ok(numbers)
}

/// Gives a program the fuel for handling what the host hands to it: that of so many records of so many bytes.
fn refuel(store: &mut Store<'_>, records: usize, bytes: usize) -> wasmtime::Result<()> {
    let session = store.data_mut();
    let limits = &session.limits;
    let more = limits.fuel(records, bytes).saturating_sub(limits.fuel_base);
    let more = more.saturating_mul(INSTRUCTIONS);
    session.work_limit = session.work_limit.saturating_add(more);
    let fuel = store.get_fuel()?;
    store.set_fuel(fuel.saturating_add(more))
}

fn unexpected() -> Fault {
    Fault::Refused(HostError::Keyspace {
        problem: "the host gave another answer than was asked for".to_owned(),
    })
}

impl Session {
    fn apply(&mut self, records: Vec<u32>) -> Answer<Vec<Word>> {
        let mut edited = Vec::with_capacity(records.len());
        for number in records {
            edited.push(self.release(number)?);
        }
        let Reply::Applied(applied) = self.ask(Request::Apply(edited))? else {
            return Err(unexpected());
        };
        self.restart_output();
        let word = |applied| match applied {
            Applied::Applied => Word::Applied,
            Applied::Unchanged => Word::Unchanged,
            Applied::Conflict => Word::Conflict,
            Applied::Already => Word::Already,
        };
        Ok(applied?.into_iter().map(word).collect())
    }

    fn progress(&mut self, done: u64, total: Option<u64>) -> wasmtime::Result<()> {
        match self.ask(Request::Progress(done, total)) {
            Ok(_) | Err(Fault::Refused(_)) => Ok(()),
            Err(Fault::Ended(error)) => Err(error),
        }
    }

    fn checkpoint(&mut self, state: Vec<u8>) -> Answer<()> {
        self.write_loose(state.len())?;
        match self.ask(Request::Checkpoint(Bytes::from(state)))? {
            Reply::Checkpoint(noted) => Ok(noted?),
            _ => Err(unexpected()),
        }
    }

    fn resumed_from(&mut self) -> wasmtime::Result<Option<Vec<u8>>> {
        match self.ask(Request::ResumedFrom) {
            Ok(Reply::ResumedFrom(state)) => Ok(state.as_ref().map(copied)),
            Ok(_) | Err(Fault::Refused(_)) => Ok(None),
            Err(Fault::Ended(error)) => Err(error),
        }
    }

    /// Takes what a program says of itself.
    fn say(&mut self, length: usize, verdict: Result<Outcome, Failure>) -> wasmtime::Result<()> {
        self.charge(length)?;
        self.verdict = Some(verdict);
        Ok(())
    }
}

impl backup::Host for Session {
    fn create(&mut self, name: String) -> Answer<String> {
        match self.ask(Request::Backup(name))? {
            Reply::Backup(name) => Ok(name?),
            _ => Err(unexpected()),
        }
    }
}
