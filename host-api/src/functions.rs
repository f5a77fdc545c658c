//! The table of host functions: everything that a transform can call, once, for every sandbox.
//!
//! The Rhai registration, the WASM linker and the generated reference are held against this table by
//! tests; nothing is offered to a guest that is not in it.

use crate::capability::Capability;

/// The type of a parameter or result, in words that every guest language can map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Nothing.
    Unit,
    /// True or false.
    Bool,
    /// A signed 64-bit integer.
    Integer,
    /// An IEEE 754 double.
    Float,
    /// UTF-8 text.
    Text,
    /// Any bytes.
    Bytes,
    /// Text or bytes: what a Redis string may be given as.
    TextOrBytes,
    /// Unix milliseconds.
    Timestamp,
    /// An exact decimal number.
    Decimal,
    /// Structured data as JSON knows it: null, bool, number, text, array, object.
    Data,
    /// An outcome of a record.
    Outcome,
    /// The record.
    Record,
    /// A value of any kind.
    Value,
    /// A stream id, `ms-seq` as text.
    StreamId,
    /// A list of the given type.
    List(&'static Self),
    /// The given type or nothing.
    Option(&'static Self),
    /// A named object with functions of its own: the part of the record that is of this kind.
    Object(&'static str),
}

/// Where a host function belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Interface {
    /// The record that is being transformed.
    Records,
    /// The run: parameters, clock, seed, log.
    Context,
    /// Reading and writing the keyspace, for programs.
    Keyspace,
    /// Taking backups, for programs.
    Backup,
    /// Pure helpers: formats, money, dates, text, compression. A component brings its own.
    Helpers,
}

/// A parameter of a host function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: Type,
}

/// A host function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostFunction {
    /// Where it belongs.
    pub interface: Interface,
    /// Its name, `object.function` where it belongs to a part of the record: `hash.rename`.
    pub name: &'static str,
    /// What must be granted; `None` if nothing.
    pub capability: Option<Capability>,
    /// Its parameters in order.
    pub parameters: &'static [Parameter],
    /// What it returns.
    pub returns: Type,
    /// One or more sentences for the reference, the first in the third person; with units and errors.
    pub documentation: &'static str,
}

/// Every host function, grouped by interface.
pub const HOST_FUNCTIONS: &[HostFunction] = &[];
