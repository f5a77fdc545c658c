//! The table of host functions and what an engine knows are the same.

use std::any::TypeId;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use remold_host_api::functions::{Form, HOST_FUNCTIONS};
use remold_host_api::{Capabilities, Limits};
use rhai::Engine;
use rhai::packages::Package;

use crate::context::Verdict;
use crate::fault::Fault;
use crate::json::Number;
use crate::record::value::NewValue;
use crate::record::{Handle, HashPart, ListPart, SetPart, SortedSetPart, StreamPart};
use crate::session::Session;

/// A function as an engine knows it: the object that it belongs to, its name, its parameters.
type Known = (Option<&'static str>, String, usize);

fn objects() -> HashMap<TypeId, &'static str> {
    [
        (TypeId::of::<Handle>(), "record"),
        (TypeId::of::<HashPart>(), "hash"),
        (TypeId::of::<ListPart>(), "list"),
        (TypeId::of::<SetPart>(), "set"),
        (TypeId::of::<SortedSetPart>(), "sorted_set"),
        (TypeId::of::<StreamPart>(), "stream"),
        (TypeId::of::<NewValue>(), "value"),
        (TypeId::of::<Fault>(), "error"),
        (TypeId::of::<Number>(), "number"),
        (TypeId::of::<Verdict>(), "outcome"),
    ]
    .into()
}

fn known(engine: &Engine) -> BTreeSet<Known> {
    let objects = objects();
    let known = engine.collect_fn_metadata(
        None,
        |function| {
            let metadata = function.metadata;
            let object = metadata
                .param_types
                .first()
                .and_then(|first| objects.get(first).copied());
            Some((object, metadata.name.to_string(), metadata.num_params))
        },
        true,
    );
    known.into_iter().collect()
}

fn ours() -> BTreeSet<Known> {
    let session = Arc::new(Session::new(
        &Limits::default(),
        &Capabilities::default(),
        None,
    ));
    let mut engine = Engine::new_raw();
    super::register(&mut engine, &session);
    known(&engine)
}

fn in_table() -> BTreeSet<Known> {
    let mut names = BTreeSet::new();
    for function in HOST_FUNCTIONS {
        let (object, name) = (function.object(), function.short_name());
        match function.form {
            Form::Property => {
                names.insert((object, format!("get${name}"), 1));
            }
            Form::Writable => {
                names.insert((object, format!("get${name}"), 1));
                names.insert((object, format!("set${name}"), 2));
            }
            Form::Absent => {}
            Form::Method | Form::Function => {
                let (least, most) = function.arity();
                let own = usize::from(object.is_some());
                // The one function whose first argument is an object that it does not belong to.
                let object = if function.name == "apply" {
                    Some("record")
                } else {
                    object
                };
                names.extend((least..=most).map(|given| (object, name.to_owned(), given + own)));
            }
        }
    }
    names
}

#[test]
fn every_function_of_the_table_is_registered() {
    let ours = ours();
    for name in in_table() {
        assert!(
            ours.contains(&name),
            "{name:?} is in the table and not registered"
        );
    }
}

#[test]
fn nothing_is_registered_that_is_not_in_the_table_or_in_rhai() {
    let mut plain = Engine::new_raw();
    plain.register_global_module(super::Standard::new().as_shared_module());
    let plain = known(&plain);
    let table = in_table();
    for name in ours() {
        let operator = [
            "==",
            "!=",
            "to_string",
            "to_debug",
            "index$get$",
            "index$set$",
        ]
        .contains(&name.1.as_str());
        // The engine hands a part of the record back after a method of it.
        let handed_back = name.0 == Some("record")
            && name.1.starts_with("set$")
            && table.contains(&(Some("record"), name.1.replacen("set$", "get$", 1), 1));
        // `apply` also takes a list.
        let list = name.1 == "apply" && name.2 == 1;
        assert!(
            operator || handed_back || list || table.contains(&name) || plain.contains(&name),
            "{name:?} is registered and not in the table"
        );
    }
}

#[test]
fn what_reaches_outside_is_not_there() {
    let session = Arc::new(Session::new(
        &Limits::default(),
        &Capabilities::default(),
        None,
    ));
    let known = known(&super::build(&session));
    for name in [
        "sleep",
        "timestamp",
        "exit",
        "eval",
        "parse_json_file",
        "open_file",
    ] {
        assert!(known.iter().all(|(_, known, _)| known != name), "{name}");
    }
}
