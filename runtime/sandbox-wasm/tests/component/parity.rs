//! The WIT package, the linker and the table of host functions are the same.

use std::collections::{BTreeMap, BTreeSet};

use remold_host_api::functions::{HOST_FUNCTIONS, Interface};
use remold_host_api::wit;
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{Function, ManglingAndAbi, PackageId, Resolve, SourceMap};

use super::support::{load, options};

fn contract() -> (Resolve, PackageId) {
    let mut sources = SourceMap::default();
    for (name, text) in wit::FILES {
        sources.push_str(name, *text);
    }
    let group = sources.parse().map_err(|(_, error)| error).unwrap();
    let mut resolve = Resolve::default();
    let package = resolve.push_group(group).unwrap();
    (resolve, package)
}

/// The functions of the package as `interface.function`.
fn functions(resolve: &Resolve, package: PackageId) -> BTreeMap<String, Function> {
    let mut functions = BTreeMap::new();
    for (interface, id) in &resolve.packages[package].interfaces {
        for (name, function) in &resolve.interfaces[*id].functions {
            functions.insert(format!("{interface}.{name}"), function.clone());
        }
    }
    functions
}

#[test]
fn the_files_of_the_package_are_all_of_them() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../host-api/wit");
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| {
            name.rsplit_once('.')
                .is_some_and(|(_, ending)| ending == "wit")
        })
        .collect();
    found.sort();
    let named: Vec<&str> = wit::FILES.iter().map(|(name, _)| *name).collect();
    assert_eq!(found, named);
    let (resolve, package) = contract();
    let name = resolve.packages[package].name.to_string();
    assert_eq!(name, format!("{}@{}", wit::PACKAGE, wit::VERSION));
}

#[test]
fn every_function_of_the_package_is_in_the_table_and_the_other_way_round() {
    let (resolve, package) = contract();
    let in_package: BTreeSet<String> = functions(&resolve, package).into_keys().collect();
    let in_table: BTreeSet<String> = HOST_FUNCTIONS
        .iter()
        .flat_map(|function| function.component)
        .map(|name| (*name).to_owned())
        .collect();
    assert_eq!(in_package, in_table);
}

#[test]
fn what_needs_a_grant_is_where_the_package_says_so() {
    let (resolve, package) = contract();
    let functions = functions(&resolve, package);
    for function in HOST_FUNCTIONS {
        let Some(capability) = function.capability else {
            continue;
        };
        // A twin for text refers to the one for bytes, and a whole interface may say it once.
        let says = |name: &&&str| {
            let documentation = functions[**name].docs.contents.clone().unwrap_or_default();
            documentation.contains(&format!("Needs `{}`", capability.name()))
        };
        let lookups = function.name == "record.lookup";
        let said = function.component.iter().any(|name| says(&name));
        assert!(
            said || lookups
                || function.interface == Interface::Backup
                || function.component.is_empty(),
            "{}",
            function.name
        );
    }
}

#[test]
fn functions_of_both_take_the_same_parameters() {
    let (resolve, package) = contract();
    let functions = functions(&resolve, package);
    for function in HOST_FUNCTIONS {
        let properties = function.parameters.is_empty();
        for name in function.component {
            let theirs: Vec<String> = functions[*name]
                .params
                .iter()
                .map(|parameter| parameter.name.replace('-', "_"))
                .filter(|parameter| {
                    parameter != "i" && parameter != "start" && parameter != "limit"
                })
                .collect();
            let ours: Vec<&str> = function.parameters.iter().map(|p| p.name).collect();
            let same = theirs.len() == ours.len();
            let described = properties || same || DIFFERENT.contains(&function.name);
            assert!(described, "{} {ours:?}, {name} {theirs:?}", function.name);
        }
    }
}

/// Functions whose form in a component is another: one for a whole batch, with a place, or told apart by its name.
const DIFFERENT: [&str; 6] = [
    "log_debug",
    "log_info",
    "log_warn",
    "context.panic",
    "keyspace.release",
    "keyspace.fail",
];

#[test]
fn every_function_of_the_package_is_documented() {
    let (resolve, package) = contract();
    for (name, function) in functions(&resolve, package) {
        let documentation = function.docs.contents.unwrap_or_default();
        let first = documentation.split_whitespace().next().unwrap_or_default();
        assert!(first.ends_with('s'), "{name}: {documentation}");
        assert!(documentation.trim_end().ends_with('.'), "{name}");
    }
    for (_, id) in &resolve.packages[package].interfaces {
        let interface = &resolve.interfaces[*id];
        assert!(interface.docs.contents.is_some(), "{:?}", interface.name);
        for (name, id) in &interface.types {
            let foreign = matches!(resolve.types[*id].kind, wit_parser::TypeDefKind::Type(_));
            assert!(
                foreign || resolve.types[*id].docs.contents.is_some(),
                "{name}"
            );
        }
    }
}

#[test]
fn the_linker_offers_every_function_to_every_world() {
    let (resolve, package) = contract();
    for (name, world) in &resolve.packages[package].worlds {
        if name == "host-of-records" {
            continue;
        }
        let mut module = dummy_module(
            &resolve,
            *world,
            ManglingAndAbi::Legacy(wit_parser::LiftLowerAbi::Sync),
        );
        embed_component_metadata(&mut module, &resolve, *world, StringEncoding::UTF8).unwrap();
        let mut encoder = ComponentEncoder::default().module(&module).unwrap();
        let component = encoder.encode().unwrap();
        if let Err(error) = load(&component, options()) {
            panic!("{name}: {error}");
        }
    }
}

#[test]
fn what_was_released_is_still_there() {
    let released = include_str!("../../../../host-api/wit/released/0.1.0.txt");
    let (resolve, package) = contract();
    let now = signatures(&resolve, package);
    assert!(released.lines().count() > 100, "the list is whole");
    for line in released.lines() {
        assert!(
            now.contains(line),
            "0.1.0 had it, and it is gone or changed: {line}"
        );
    }
}

/// The signature of every function, a line each.
fn signatures(resolve: &Resolve, package: PackageId) -> BTreeSet<String> {
    let line = |(name, function): (String, Function)| {
        let parameters = function.params.iter();
        let parameters: Vec<String> = parameters
            .map(|parameter| format!("{}: {}", parameter.name, shape(resolve, &parameter.ty)))
            .collect();
        let result = function.result.as_ref();
        let result =
            result.map_or_else(String::new, |kind| format!(" -> {}", shape(resolve, kind)));
        format!("{name}({}){result}", parameters.join(", "))
    };
    functions(resolve, package).into_iter().map(line).collect()
}

/// Writes a type out to its last part, so that a change inside it shows.
fn shape(resolve: &Resolve, kind: &wit_parser::Type) -> String {
    use wit_parser::{Type as Kind, TypeDefKind};
    let Kind::Id(id) = kind else {
        return format!("{kind:?}").to_lowercase();
    };
    let shape = |kind: &Kind| shape(resolve, kind);
    let optional = |kind: &Option<Kind>| kind.as_ref().map_or_else(|| "_".to_owned(), shape);
    match &resolve.types[*id].kind {
        TypeDefKind::Type(alias) => shape(alias),
        TypeDefKind::List(of) => format!("list<{}>", shape(of)),
        TypeDefKind::Option(of) => format!("option<{}>", shape(of)),
        TypeDefKind::Result(result) => {
            format!(
                "result<{}, {}>",
                optional(&result.ok),
                optional(&result.err)
            )
        }
        TypeDefKind::Tuple(tuple) => {
            let parts: Vec<String> = tuple.types.iter().map(shape).collect();
            format!("tuple<{}>", parts.join(", "))
        }
        TypeDefKind::Record(record) => {
            let field = |field: &wit_parser::Field| format!("{}: {}", field.name, shape(&field.ty));
            let fields: Vec<String> = record.fields.iter().map(field).collect();
            format!("{{{}}}", fields.join(", "))
        }
        TypeDefKind::Variant(variant) => {
            let case = |case: &wit_parser::Case| match &case.ty {
                Some(kind) => format!("{}({})", case.name, shape(kind)),
                None => case.name.clone(),
            };
            let cases: Vec<String> = variant.cases.iter().map(case).collect();
            cases.join(" | ")
        }
        TypeDefKind::Enum(words) => {
            let cases: Vec<&str> = words.cases.iter().map(|case| case.name.as_str()).collect();
            cases.join(" | ")
        }
        other => format!("{other:?}"),
    }
}
