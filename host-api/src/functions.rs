//! The table of host functions: everything that a transform can call, once, for every sandbox.
//!
//! The Rhai registration, the WASM linker and the generated reference are held against this table by
//! tests; nothing is offered to a guest that is not in it. Names are those of scripts; a component
//! finds the same functions under the names of the WIT package, without the helpers, for which its
//! own language has libraries, and a few more that a script has no need for.

mod columns;
mod context;
mod helpers;
mod keyspace;
mod records;

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
    /// The whole batch at once, for components.
    Columns,
    /// Pure helpers: formats, money, dates, text, compression. A component brings its own.
    Helpers,
}

impl Interface {
    /// Says whether only programs may call its functions.
    pub const fn is_of_programs(self) -> bool {
        matches!(self, Self::Keyspace | Self::Backup)
    }
}

/// How a host function is written in a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// `name(arguments)`.
    Function,
    /// `object.name(arguments)`.
    Method,
    /// `object.name`.
    Property,
    /// `object.name`, also on the left of an assignment.
    Writable,
    /// Not in scripts, only in components.
    Absent,
}

/// A parameter of a host function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type. At the end, an optional one may be left out.
    pub kind: Type,
}

/// A host function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostFunction {
    /// Where it belongs.
    pub interface: Interface,
    /// How it is written in a script.
    pub form: Form,
    /// Its name, `object.function` where it belongs to an object: `hash.rename`.
    pub name: &'static str,
    /// What must be granted; `None` if nothing.
    pub capability: Option<Capability>,
    /// Its parameters in order, without the object.
    pub parameters: &'static [Parameter],
    /// What it returns.
    pub returns: Type,
    /// What a component calls for it, `interface.function` of the WIT package: twice where there is one for bytes and one for
    /// text, or one to read and one to write. None where its own language has the means.
    pub component: &'static [&'static str],
    /// One or more sentences for the reference, the first in the third person; with units and errors.
    pub documentation: &'static str,
}

impl HostFunction {
    /// Returns the object that the function belongs to, if it is none of its own.
    pub fn object(&self) -> Option<&'static str> {
        self.name.split_once('.').map(|(object, _)| object)
    }

    /// Returns the name without the object.
    pub fn short_name(&self) -> &'static str {
        self.name
            .split_once('.')
            .map_or(self.name, |(_, name)| name)
    }

    /// Returns how many parameters must be given, and how many may be.
    pub fn arity(&self) -> (usize, usize) {
        let optional = |parameter: &&Parameter| matches!(parameter.kind, Type::Option(_));
        let left_out = self.parameters.iter().rev().take_while(optional).count();
        (self.parameters.len() - left_out, self.parameters.len())
    }
}

/// Every host function, grouped by interface.
pub static HOST_FUNCTIONS: &[HostFunction] = &ALL;

const PARTS: [&[HostFunction]; 5] = [
    records::FUNCTIONS,
    columns::FUNCTIONS,
    context::FUNCTIONS,
    keyspace::FUNCTIONS,
    helpers::FUNCTIONS,
];

static ALL: [HostFunction; count()] = joined();

const fn count() -> usize {
    let (mut part, mut count) = (0, 0);
    while part < PARTS.len() {
        count += PARTS[part].len();
        part += 1;
    }
    count
}

#[allow(
    clippy::large_stack_arrays,
    reason = "it is only called by the compiler"
)]
const fn joined() -> [HostFunction; count()] {
    let mut all = [records::FUNCTIONS[0]; count()];
    let (mut part, mut at) = (0, 0);
    while part < PARTS.len() {
        let mut index = 0;
        while index < PARTS[part].len() {
            all[at] = PARTS[part][index];
            at += 1;
            index += 1;
        }
        part += 1;
    }
    all
}

/// Writes rows of the table: form, name, parameters, result, what must be granted, documentation.
macro_rules! rows {
    ($interface:ident: $(
        $form:ident $name:literal ($($parameter:ident: $kind:expr),*) -> $returns:expr,
        $([$capability:ident])? $documentation:literal $(=> $($component:literal)+)?;
    )*) => {
        &[$(HostFunction {
            interface: Interface::$interface,
            form: Form::$form,
            name: $name,
            capability: rows!(@capability $($capability)?),
            parameters: &[$(Parameter { name: stringify!($parameter), kind: $kind }),*],
            returns: $returns,
            component: &[$($($component),+)?],
            documentation: $documentation,
        }),*]
    };
    (@capability) => { None };
    (@capability $capability:ident) => { Some(crate::capability::Capability::$capability) };
}
use rows;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_name_is_in_the_table_once() {
        let mut seen = HashSet::new();
        for function in HOST_FUNCTIONS {
            assert!(
                seen.insert(function.name),
                "{} is there twice",
                function.name
            );
        }
    }

    #[test]
    fn every_function_is_documented_in_the_third_person() {
        for function in HOST_FUNCTIONS {
            let first = function
                .documentation
                .split_whitespace()
                .next()
                .unwrap_or_default();
            assert!(first.ends_with('s'), "{}: {first}", function.name);
            assert!(function.documentation.ends_with('.'), "{}", function.name);
        }
    }

    #[test]
    fn optional_parameters_may_be_left_out_at_the_end() {
        let arity = |name: &str| {
            let function = HOST_FUNCTIONS.iter().find(|function| function.name == name);
            function.expect(name).arity()
        };
        assert_eq!(arity("record.emit"), (2, 3));
        assert_eq!(arity("hash.get"), (1, 1));
        assert_eq!(arity("now_ms"), (0, 0));
    }

    #[test]
    fn only_functions_that_reach_beyond_the_record_need_a_grant() {
        for function in HOST_FUNCTIONS
            .iter()
            .filter(|function| function.capability.is_some())
        {
            let beyond = matches!(function.interface, Interface::Keyspace | Interface::Backup);
            let of_records = ["record", "records", "columns"];
            assert!(
                beyond
                    || function
                        .object()
                        .is_some_and(|object| of_records.contains(&object)),
                "{}",
                function.name
            );
        }
    }
}
