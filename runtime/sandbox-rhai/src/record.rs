//! The record as a script sees it: `rec` and its parts.
//!
//! A record stays in the host. A script holds a handle that is cheap to copy, and `rec.hash`,
//! `rec.list` and their like are the same handle under another type, so that each has the methods of
//! its kind and no others. What was looked up is a record too, but read-only.

pub(crate) mod hash;
pub(crate) mod list;
pub(crate) mod properties;
pub(crate) mod set;
pub(crate) mod sorted_set;
pub(crate) mod stream;
pub(crate) mod value;

use std::sync::{Arc, Mutex};

use remold_host_api::{Bytes, Collection, Entry, HostError, Kind, Record, Value, edit};
use rhai::{Dynamic, Engine};

use crate::fault::{invalid, refuse};
use crate::given::Given;
use crate::meter::{Fallible, locked};
use crate::session::Session;

/// A record on loan to a script.
#[derive(Debug)]
pub(crate) struct Loan {
    record: Mutex<Record>,
    editable: bool,
    session: Arc<Session>,
}

/// A script's handle on a record: `rec`, or what `rec.lookup` found.
#[derive(Debug, Clone)]
pub(crate) struct Handle(Arc<Loan>);

impl Handle {
    pub(crate) fn editable(session: &Arc<Session>, record: Record) -> Self {
        Self::new(session, record, true)
    }

    pub(crate) fn read_only(session: &Arc<Session>, entry: Entry) -> Self {
        Self::new(session, Record::new(entry), false)
    }

    fn new(session: &Arc<Session>, record: Record, editable: bool) -> Self {
        Self(Arc::new(Loan {
            record: Mutex::new(record),
            editable,
            session: Arc::clone(session),
        }))
    }

    /// Makes an empty record to lend later.
    pub(crate) fn vacant(session: &Arc<Session>) -> Self {
        let vacancy = Entry {
            key: Bytes::new(),
            value: Value::Text(Bytes::new()),
            expires_at: None,
        };
        Self::editable(session, Record::new(vacancy))
    }

    /// Exchanges the record on loan.
    pub(crate) fn exchange(&self, record: &mut Record) {
        std::mem::swap(&mut *locked(&self.0.record), record);
    }

    /// Says whether the record can be edited, which one that was looked up cannot.
    pub(crate) fn is_editable(&self) -> bool {
        self.0.editable
    }

    /// Says whether both are of the same loan.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(crate) fn session(&self) -> &Arc<Session> {
        &self.0.session
    }

    /// Reads the record.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Record) -> T) -> T {
        read(&locked(&self.0.record))
    }

    /// Edits the record, unless it was only looked up.
    pub(crate) fn edit<T>(&self, edit: impl FnOnce(&mut Record) -> Fallible<T>) -> Fallible<T> {
        if !self.0.editable {
            return Err(invalid(
                "a record that was looked up",
                "it is read-only; `emit` writes other keys",
            ));
        }
        edit(&mut locked(&self.0.record))
    }

    /// Makes an edit of the contract, unless the record was only looked up.
    pub(crate) fn make<T>(
        &self,
        edit: impl FnOnce(&mut Record) -> Result<T, HostError>,
    ) -> Fallible<T> {
        self.edit(|record| edit(record).map_err(refuse))
    }

    /// Charges what is about to be written.
    pub(crate) fn charge_output(&self, bytes: usize) -> Fallible<()> {
        self.0.session.meter.write(bytes)
    }

    /// Charges what is about to be read into the script.
    pub(crate) fn charge_input(&self, bytes: usize) -> Fallible<()> {
        self.0.session.meter.allocate(bytes)
    }
}

/// A type of handle for one kind of value.
macro_rules! part {
    ($name:ident, $kind:ident, $inner:ty, $doc:literal) => {
        #[doc = $doc]
        #[derive(Debug, Clone)]
        pub(crate) struct $name(pub(crate) Handle);

        impl $name {
            /// Checks that the record is of this kind.
            pub(crate) fn of(handle: &Handle) -> Fallible<Self> {
                handle.read(|record| match record.value() {
                    Value::$kind(_) => Ok(Self(handle.clone())),
                    _ => Err(refuse(edit::wrong_kind(Kind::$kind, record))),
                })
            }

            pub(crate) fn read<T>(&self, read: impl FnOnce(&$inner) -> Fallible<T>) -> Fallible<T> {
                self.0.read(|record| match record.value() {
                    Value::$kind(value) => read(value),
                    _ => Err(refuse(edit::wrong_kind(Kind::$kind, record))),
                })
            }
        }
    };
}

part!(
    HashPart,
    Hash,
    Collection<remold_host_api::HashField>,
    "`rec.hash`"
);
part!(ListPart, List, Vec<Bytes>, "`rec.list`");
part!(SetPart, Set, Collection<Bytes>, "`rec.set`");
part!(
    SortedSetPart,
    SortedSet,
    Collection<remold_host_api::Scored>,
    "`rec.sorted_set`"
);
part!(
    StreamPart,
    Stream,
    Box<remold_host_api::StreamValue>,
    "`rec.stream`"
);

/// A part of a record, as a property of it.
pub(crate) type Part = fn(&Handle) -> Fallible<Given<'static>>;

/// Finds a part that is read directly, by its name.
pub(crate) fn part(name: &str) -> Option<Part> {
    Some(match name {
        "hash" => |record| HashPart::of(record).map(Dynamic::from).map(Given::Other),
        "list" => |record| ListPart::of(record).map(Dynamic::from).map(Given::Other),
        "set" => |record| SetPart::of(record).map(Dynamic::from).map(Given::Other),
        "sorted_set" => |record| {
            SortedSetPart::of(record)
                .map(Dynamic::from)
                .map(Given::Other)
        },
        "stream" => |record| StreamPart::of(record).map(Dynamic::from).map(Given::Other),
        "text" => |record| properties::read_text(record).map(Given::Read),
        _ => return None,
    })
}

/// Registers the record and all its parts.
pub(crate) fn register(engine: &mut Engine) {
    engine
        .register_type_with_name::<Handle>("Record")
        .register_type_with_name::<HashPart>("Hash")
        .register_type_with_name::<ListPart>("List")
        .register_type_with_name::<SetPart>("Set")
        .register_type_with_name::<SortedSetPart>("SortedSet")
        .register_type_with_name::<StreamPart>("Stream")
        .register_type_with_name::<value::NewValue>("Value");
    properties::register(engine);
    hash::register(engine);
    list::register(engine);
    set::register(engine);
    sorted_set::register(engine);
    stream::register(engine);
    value::register(engine);
}
