//! Crates without input and output, and the one crate that speaks with the user.

use super::assert_none;
use super::source::{Source, sources};

/// The contract and the logic: they compute, and nothing else.
const PURE: &[&str] = &[
    "host-api/src",
    "runtime/rdb/src",
    "runtime/manifest/src",
    "runtime/schema/src",
];

/// What a pure crate does not name: files, sockets, processes, threads, clocks, the environment, async runtimes.
const IMPURE_PATHS: &[&str] = &[
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::env",
    "std::time::SystemTime",
    "std::time::Instant",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "tokio",
    "async_std",
];

/// What only the command line does.
const SPEAKING_MACROS: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];
const SPEAKING_PATHS: &[&str] = &[
    "std::env::var",
    "std::env::vars",
    "std::env::args",
    "std::process::exit",
];

#[test]
fn the_contract_and_the_logic_do_no_input_or_output() {
    let mut breaches = Vec::new();
    for source in PURE
        .iter()
        .flat_map(|folder| sources(folder))
        .filter(|source| !source.is_test())
    {
        let names = source.names();
        let path = source.path.display();
        let impure = names
            .paths
            .iter()
            .filter(|name| IMPURE_PATHS.iter().any(|impure| is_below(name, impure)));
        breaches.extend(impure.map(|name| format!("{path} names {name}")));
        if names.asyncs > 0 {
            breaches.push(format!("{path} is async in {} places", names.asyncs));
        }
    }
    assert_none("a crate that only computes does more", &breaches);
}

#[test]
fn only_the_command_line_prints_reads_the_environment_and_exits() {
    let mut breaches = Vec::new();
    let libraries = sources("runtime").into_iter().chain(sources("host-api"));
    // A build script speaks with cargo, by its standard output and environment.
    let speaks = |source: &Source| {
        source.is_test()
            || source.path.starts_with("runtime/cli")
            || source.path.ends_with("build.rs") && source.path.components().count() == 3
    };
    for source in libraries.filter(|source| !speaks(source)) {
        let names = source.names();
        let path = source.path.display();
        let macros = names
            .macros
            .iter()
            .filter(|name| SPEAKING_MACROS.contains(&name.as_str()));
        breaches.extend(macros.map(|name| format!("{path} calls {name}!")));
        let spoken = names.paths.iter().filter(|name| {
            SPEAKING_PATHS.iter().any(|path| {
                // `use std::env` and then `env::var` is the usual way.
                name.as_str() == *path || Some(name.as_str()) == path.strip_prefix("std::")
            })
        });
        breaches.extend(spoken.map(|name| format!("{path} names {name}")));
    }
    assert_none(
        "a library speaks with the user or the environment",
        &breaches,
    );
}

#[test]
fn unsafe_code_is_where_it_must_be_and_nowhere_else() {
    // The compiler denies it wherever this attribute is not.
    let attribute = concat!("allow(unsafe", "_code");
    let all = ["runtime", "host-api", "tests"]
        .into_iter()
        .flat_map(sources);
    let allowing: Vec<String> = all
        .filter(|source| source.text.contains(attribute))
        .map(|source| source.path.display().to_string())
        .collect();
    // An allocator is unsafe by its trait; loading machine code is, by what it is.
    let known = [
        "runtime/allocator/src/lib.rs",
        "runtime/sandbox-wasm/src/cache.rs",
    ];
    assert_eq!(allowing, known);
}

fn is_below(name: &str, path: &str) -> bool {
    name.strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[test]
fn the_rules_see_what_they_forbid() {
    let text = "
        use std::{io::Read, fs as files};
        fn main() { let now = std::time::Instant::now(); assert!(now == now); println!(\"{now:?}\"); }
        async fn later() {}
        #[cfg(test)] mod tests { use std::net; fn speak() { dbg!(1); } }
        #[test] fn alone() { eprintln!(); }";
    let source = Source {
        path: "sample.rs".into(),
        text: text.to_owned(),
    };
    let names = source.names();
    let impure = |name: &&String| IMPURE_PATHS.iter().any(|impure| is_below(name, impure));
    let impure: Vec<_> = names.paths.iter().filter(impure).collect();
    assert_eq!(impure, ["std::fs", "std::time::Instant::now"]);
    assert_eq!(names.macros, ["assert", "println"]);
    assert_eq!(names.asyncs, 1);
    assert_eq!(source.function_attributes(), ["test"]);
}
