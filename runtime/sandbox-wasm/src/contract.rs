//! Holds a component against the contract before it is linked: its version, its imports, its exports.

use std::collections::BTreeSet;

use remold_host_api::functions::{HOST_FUNCTIONS, HostFunction};
use remold_host_api::{Exports, wit};
use semver::Version;
use wasmtime::Engine;
use wasmtime::component::Component;
use wasmtime::component::types::{ComponentFunc, ComponentItem, Type};

use crate::error::Problem;

/// The interfaces that a transform of records cannot have.
const OF_PROGRAMS: [&str; 2] = ["keyspace", "backup"];

/// Finds out what a component exports, or why it does not fit.
pub(crate) fn check(engine: &Engine, component: &Component) -> Result<Exports, Problem> {
    let exports = exports(engine, component)?;
    for (name, _) in component.component_type().imports(engine) {
        check_import(name, exports)?;
    }
    Ok(exports)
}

/// Finds the functions of the host that a component imports.
pub(crate) fn host_functions(engine: &Engine, component: &Component) -> Vec<&'static HostFunction> {
    let mut imported = BTreeSet::new();
    for (name, item) in component.component_type().imports(engine) {
        let ComponentItem::ComponentInstance(instance) = item.ty else {
            continue;
        };
        let path = name.split_once('@').map_or(name, |(path, _)| path);
        let interface = path.rsplit('/').next().unwrap_or_default();
        let functions = instance.exports(engine).map(|(function, _)| function);
        imported.extend(functions.map(|function| format!("{interface}.{function}")));
    }
    let is_imported = |function: &&HostFunction| {
        let mut names = function.component.iter();
        names.any(|name| imported.contains(*name))
    };
    HOST_FUNCTIONS.iter().filter(is_imported).collect()
}

fn check_import(name: &str, exports: Exports) -> Result<(), Problem> {
    if name.starts_with("wasi:") {
        return Ok(());
    }
    let (path, version) = name.split_once('@').unwrap_or((name, ""));
    let Some((package, interface)) = path.split_once('/') else {
        return Err(unknown_import(name));
    };
    if package != wit::PACKAGE {
        return Err(unknown_import(name));
    }
    if !is_known(version) {
        let known = wit::VERSION;
        return Err(Problem::with_hint(
            format!("it was built for {package}@{version}, and this Remold has {package}@{known}"),
            "build it with an SDK of this version, or use a Remold that knows its version; within 0.1 newer versions run what was built for older ones",
        ));
    }
    if exports.migrate && OF_PROGRAMS.contains(&interface) {
        return Err(Problem::with_hint(
            format!("a transform of records imports {interface}, which is for programs"),
            "export `run` in place of `migrate` to make it a program",
        ));
    }
    Ok(())
}

/// Says whether a component of this version of the contract can run: of the same line, and not newer.
fn is_known(version: &str) -> bool {
    let ours = Version::parse(wit::VERSION);
    let (Ok(version), Ok(ours)) = (Version::parse(version), ours) else {
        return false;
    };
    let line = |version: &Version| (version.major, (version.major == 0).then_some(version.minor));
    line(&version) == line(&ours) && version <= ours
}

fn unknown_import(name: &str) -> Problem {
    let package = wit::PACKAGE;
    Problem::with_hint(
        format!("it imports {name}, which no transform is given"),
        format!(
            "a transform may import the interfaces of {package} and nothing else; see docs/reference/wit.md"
        ),
    )
}

fn exports(engine: &Engine, component: &Component) -> Result<Exports, Problem> {
    let mut exports = Exports::default();
    for (name, item) in component.component_type().exports(engine) {
        let (found, is_program) = match name {
            "migrate" => (&mut exports.migrate, false),
            "revert" => (&mut exports.revert, false),
            "lookups" => (&mut exports.lookups, false),
            "run" => (&mut exports.run, true),
            _ => continue,
        };
        let ComponentItem::ComponentFunc(function) = item.ty else {
            return Err(Problem::new(format!("its export {name} is no function")));
        };
        check_signature(name, &function, is_program)?;
        *found = true;
    }
    if exports.migrate && exports.run {
        return Err(Problem::new(
            "it exports both migrate and run: it is a transform of records or a program",
        ));
    }
    if !exports.migrate && !exports.run {
        return Err(Problem::with_hint(
            "it exports neither migrate nor run",
            "export `migrate: func(count: u32)` for a transform of records, or `run: func()` for a program",
        ));
    }
    Ok(exports)
}

fn check_signature(name: &str, function: &ComponentFunc, is_program: bool) -> Result<(), Problem> {
    let parameters: Vec<Type> = function.params().map(|(_, kind)| kind).collect();
    let fits = match (parameters.as_slice(), is_program) {
        ([], true) => true,
        ([kind], false) => *kind == Type::U32,
        _ => false,
    };
    if fits && function.results().len() == 0 {
        return Ok(());
    }
    let expected = if is_program {
        "func()"
    } else {
        "func(count: u32)"
    };
    let given: Vec<&str> = parameters.iter().map(word).collect();
    let results: Vec<Type> = function.results().collect();
    let results: Vec<&str> = results.iter().map(word).collect();
    Err(Problem::with_hint(
        format!(
            "its export {name} is func({}) -> ({}), and not {expected}",
            given.join(", "),
            results.join(", ")
        ),
        "what becomes of a record is said by records.skip, records.reject and records.fail, not returned",
    ))
}

/// Returns the word for a type in messages.
const fn word(kind: &Type) -> &'static str {
    match kind {
        Type::Bool => "bool",
        Type::S8 => "s8",
        Type::U8 => "u8",
        Type::S16 => "s16",
        Type::U16 => "u16",
        Type::S32 => "s32",
        Type::U32 => "u32",
        Type::S64 => "s64",
        Type::U64 => "u64",
        Type::Float32 => "f32",
        Type::Float64 => "f64",
        Type::Char => "char",
        Type::String => "string",
        Type::List(_) => "list",
        Type::Record(_) => "record",
        Type::Tuple(_) => "tuple",
        Type::Variant(_) => "variant",
        Type::Option(_) => "option",
        Type::Result(_) => "result",
        _ => "another type",
    }
}

#[cfg(test)]
mod tests {
    use super::is_known;

    #[test]
    fn older_versions_of_the_same_line_are_known() {
        assert!(is_known("0.1.0"));
        for version in ["0.1.1", "0.2.0", "1.0.0", "0.0.9", "", "0.1", "x.y.z"] {
            assert!(!is_known(version), "{version}");
        }
    }
}
