//! Which functions of the contract the cases of a language reach, and which its SDK has no use for.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use remold::host_api::{Bytes, Value};
use remold::{CaseRunner, Migration};
use remold_host_api::functions::HOST_FUNCTIONS;
use remold_host_api::wit;
use wasmparser::{Parser, Payload};

/// How it is found out what a guest calls.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Observed {
    /// A linker leaves out what no code of the guest calls: by what its module imports.
    Imported,
    /// An interpreter imports everything: by the calls that the guest itself has counted between the SDK and the host.
    Called,
}

/// Functions with the reason why an SDK does not call them.
type Excused = (&'static [&'static str], &'static str);

/// What takes a text that could be given as bytes: its twin takes any bytes.
const WRITTEN_AS_BYTES: &[&str] = &[
    "columns.remove-fields-text",
    "columns.rename-fields-text",
    "columns.rename-text",
    "columns.set-fields-text",
    "columns.set-texts-text",
    "hashes.contains-text",
    "hashes.remove-text",
    "hashes.rename-text",
    "hashes.set-text",
    "lists.push-text",
    "lists.set-text",
    "records.ask-text",
    "records.lookup-text",
    "records.remove-text",
    "records.rename-text",
    "sets.add-text",
    "sets.contains-text",
    "sets.remove-text",
    "sorted-sets.add-text",
    "sorted-sets.remove-text",
    "sorted-sets.score-text",
    "streams.set-field-text",
    "texts.set-text",
];

/// What returns a text that could be read as bytes: its twin returns any bytes.
const READ_AS_BYTES: &[&str] = &[
    "hashes.fields-text",
    "hashes.get-text",
    "hashes.names-text",
    "lists.get-text",
    "lists.items-text",
    "records.key-text",
    "sets.members-text",
    "sorted-sets.members-text",
    "streams.field-text",
    "texts.get-text",
];

/// The functions that a language does not reach.
pub(crate) const UNREACHED: &[(&str, &[Excused])] = &[
    ("rust", &[(WRITTEN_AS_BYTES, "a text is bytes already")]),
    ("c", &[(WRITTEN_AS_BYTES, "a text is bytes already")]),
    (
        "go",
        &[
            (WRITTEN_AS_BYTES, "a string is bytes already"),
            (
                READ_AS_BYTES,
                "the SDK looks itself whether a string is UTF-8",
            ),
            (
                &["context.print"],
                "what the runtime prints goes by WASI's fd_write, which the sandbox hands to it",
            ),
        ],
    ),
    (
        "js",
        &[
            (
                &["context.panic"],
                "nothing traps: what is thrown fails its record alone",
            ),
            (&["context.print"], "the console writes to the log"),
        ],
    ),
    (
        "python",
        &[(
            &["context.panic"],
            "nothing traps: what is raised fails its record alone",
        )],
    ),
];

/// Every function of the contract, as `interface.function`.
pub(crate) fn contract() -> BTreeSet<String> {
    let functions = HOST_FUNCTIONS.iter();
    let names = functions.flat_map(|function| function.component);
    names.map(|name| (*name).to_owned()).collect()
}

/// Returns the functions that a core module imports.
pub(crate) fn imported(module: &Path) -> BTreeSet<String> {
    let bytes = fs::read(module).expect("it was built");
    let mut names = BTreeSet::new();
    for payload in Parser::new(0).parse_all(&bytes) {
        let payload = payload.expect("it is valid");
        assert!(
            !matches!(payload, Payload::ComponentImportSection(_)),
            "{} is no core module: what it imports does not tell what it calls",
            module.display()
        );
        let Payload::ImportSection(imports) = payload else {
            continue;
        };
        for import in imports.into_imports() {
            let import = import.expect("it is valid");
            let path = import.module.split('@').next().unwrap_or_default();
            if let Some((package, interface)) = path.split_once('/')
                && package == wit::PACKAGE
            {
                names.insert(format!("{interface}.{}", import.name));
            }
        }
    }
    names
}

/// Runs the cases of a migration whose guest counts; returns the functions that it has called.
pub(crate) fn called(migration: &Migration) -> BTreeSet<String> {
    let runner = CaseRunner::new(migration);
    let mut names = BTreeSet::new();
    for file in runner.files().expect("the folder can be listed") {
        let cases = runner.read(&file).unwrap_or_else(|error| panic!("{error}"));
        for case in &cases.cases {
            let report = runner.run(case).unwrap_or_else(|error| panic!("{error}"));
            for entry in report.entries {
                if let Value::Set(members) = entry.value
                    && entry.key.starts_with(b"calls:")
                {
                    names.extend(members.iter().map(text));
                }
            }
        }
    }
    names
}

fn text(member: &Bytes) -> String {
    String::from_utf8_lossy(member).into_owned()
}
