//! What the stand-in remembers: records by their numbers, and the run around them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Answer;
use super::refusals::invalid;
use crate::context::Level;
use crate::refusal::Refusal;
use crate::testing::{Entry, Outcome};
use crate::value::{Kind, StreamGroup, Value};

thread_local! {
    static STATE: RefCell<Option<State>> = const { RefCell::new(None) };
}

/// A record in the transform's hands.
#[derive(Debug)]
pub(crate) struct Slot {
    /// As it is now.
    pub(crate) entry: Entry,
    /// As it was read.
    pub(crate) before: Entry,
    /// What a stream has beside its entries.
    pub(crate) groups: Vec<StreamGroup>,
    pub(crate) editable: bool,
    pub(crate) renamed: Option<Vec<u8>>,
    pub(crate) deleted: bool,
    pub(crate) emitted: Vec<Entry>,
    pub(crate) removed: Vec<Vec<u8>>,
    pub(crate) asked: Vec<Vec<u8>>,
    /// What the transform said of it.
    pub(crate) outcome: Outcome,
    /// What the host found wrong with it, whatever the transform says.
    pub(crate) fault: Option<Refusal>,
}

impl Slot {
    /// Says whether the transform asked for nothing at all.
    pub(super) fn is_as_before(&self) -> bool {
        self.entry == self.before
            && !self.deleted
            && self.renamed.is_none()
            && self.emitted.is_empty()
            && self.removed.is_empty()
    }
}

/// A pattern and a kind of which keys are listed.
pub(super) type Query = (Vec<u8>, Option<Kind>);

/// The stand-in of a thread.
#[derive(Debug, Default)]
pub(crate) struct State {
    slots: BTreeMap<u32, Slot>,
    next: u32,
    /// The records of the batch whose columns are meant.
    pub(crate) batch: Range<u32>,
    pub(crate) parameters: String,
    pub(crate) now_ms: u64,
    pub(crate) seed: u64,
    pub(crate) log: Vec<(Level, String)>,
    pub(crate) keys: BTreeMap<Vec<u8>, Entry>,
    /// The scan that is going on, with what is left of it.
    pub(super) scan: Option<(Query, Vec<Vec<u8>>)>,
    /// Keys that were applied.
    pub(crate) applied: BTreeSet<Vec<u8>>,
    pub(crate) backups: Vec<String>,
    pub(crate) progress: Option<(u64, Option<u64>)>,
    pub(crate) checkpoint: Option<Vec<u8>>,
    pub(crate) resumed_from: Option<Vec<u8>>,
    /// What the program said of itself.
    pub(crate) outcome: Outcome,
}

/// Gives the thread a stand-in, without keys and parameters. Panics if it has one.
pub(crate) fn start() {
    STATE.with_borrow_mut(|state| {
        assert!(state.is_none(), "this thread has a testing::Host already");
        *state = Some(State {
            parameters: "{}".to_owned(),
            now_ms: 1_767_225_600_000,
            ..State::default()
        });
    });
}

/// Takes the thread's stand-in away.
pub(crate) fn end() {
    STATE.set(None);
}

/// Calls a function with the thread's stand-in.
#[track_caller]
pub(crate) fn with<T>(call: impl FnOnce(&mut State) -> T) -> T {
    let called = STATE.with_borrow_mut(|state| state.as_mut().map(call));
    called.expect("outside of the sandbox a testing::Host is needed first: let host = Host::new()")
}

/// Lets records go, if there is a stand-in still.
pub(super) fn release(numbers: &[u32]) {
    STATE.with_borrow_mut(|state| {
        for number in numbers {
            state.as_mut().and_then(|state| state.slots.remove(number));
        }
    });
}

impl State {
    /// Gives a record a number.
    pub(crate) fn hold(&mut self, entry: Entry, groups: Vec<StreamGroup>, editable: bool) -> u32 {
        let number = self.next;
        self.next += 1;
        let slot = Slot {
            before: entry.clone(),
            entry,
            groups,
            editable,
            renamed: None,
            deleted: false,
            emitted: Vec::new(),
            removed: Vec::new(),
            asked: Vec::new(),
            outcome: Outcome::Done,
            fault: None,
        };
        self.slots.insert(number, slot);
        number
    }

    /// Returns the number that the next record gets.
    pub(crate) const fn next(&self) -> u32 {
        self.next
    }

    /// Takes a record back. Panics if there is none.
    pub(super) fn take(&mut self, i: u32) -> Slot {
        let slot = self.slots.remove(&i);
        slot.unwrap_or_else(|| unknown(i))
    }

    /// Returns a record. Panics if there is none, as the sandbox ends the call.
    pub(crate) fn slot(&mut self, i: u32) -> &mut Slot {
        let slot = self.slots.get_mut(&i);
        slot.unwrap_or_else(|| unknown(i))
    }

    /// Returns a record to edit it, or refuses.
    pub(super) fn edit(&mut self, i: u32) -> Answer<&mut Slot> {
        let slot = self.slot(i);
        if !slot.editable {
            let problem = "it is read-only; `emit` writes other keys";
            return Err(invalid("a record that was looked up", problem));
        }
        Ok(slot)
    }

    /// Returns the value of a record.
    pub(super) fn value(&mut self, i: u32) -> &Value {
        &self.slot(i).entry.value
    }

    /// Returns the value of a record to edit it, or refuses.
    pub(super) fn edit_value(&mut self, i: u32) -> Answer<&mut Value> {
        Ok(&mut self.edit(i)?.entry.value)
    }
}

fn unknown(i: u32) -> ! {
    panic!("there is no record {i}, or it was applied or dropped");
}

/// Writes `of` and `edit` for a kind: the value of a record to read or edit it, or a refusal.
macro_rules! access {
    ($kind:ident, $inner:ty) => {
        fn of(
            state: &mut crate::stand_in::State,
            i: u32,
        ) -> Result<&$inner, crate::refusal::Refusal> {
            match state.value(i) {
                crate::value::Value::$kind(value) => Ok(value),
                other => Err(crate::stand_in::refusals::wrong_kind(
                    crate::value::Kind::$kind,
                    other.kind(),
                )),
            }
        }

        fn edit(
            state: &mut crate::stand_in::State,
            i: u32,
        ) -> Result<&mut $inner, crate::refusal::Refusal> {
            match state.edit_value(i)? {
                crate::value::Value::$kind(value) => Ok(value),
                other => Err(crate::stand_in::refusals::wrong_kind(
                    crate::value::Kind::$kind,
                    other.kind(),
                )),
            }
        }
    };
}
pub(super) use access;
