//! The catalogue: every transform does what its cases say, its README and the reference tell the truth, and what a run of it changes
//! comes back byte for byte, on files and on servers.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use redis::cmd;
use remold::manifest::cases::{Case, CaseFile, Direction};
use remold::{
    CaseRunner, Control, Error, FileTarget, JournalError, Migration, Ready, RedisOptions, RunEnd,
    RunOptions, Runner, Silent, Target, catalogue,
};
use remold_host_api::{self as host_api, Entry};
use remold_rdb::Version;
use remold_tests::{Options, Server, ServerVersion, Snapshot, case_problems, rdb_file, wait_for};
use serde_json::{Value, json};

use crate::story::{RESERVED, read, run, runner};

/// The format of Redis 8.2, which has expiries of fields.
const NEWEST: Version = Version(12);

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../transforms")
        .join(name)
}

fn migration(name: &str) -> Migration {
    let loaded = Migration::load(&folder(name).join("migration.yaml"));
    loaded.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The cases that call `migrate`, with the parameters of each filled in.
fn cases(name: &str) -> Vec<Case> {
    let migration = migration(name);
    let runner = CaseRunner::new(&migration);
    let files = runner.files().expect("the cases can be listed");
    let read = |path: &PathBuf| -> CaseFile { runner.read(path).expect("the cases can be read") };
    files
        .iter()
        .flat_map(|path| read(path).cases)
        .filter(|case| case.direction == Direction::Migrate)
        .collect()
}

#[test]
fn every_case_of_every_transform_comes_out_as_it_says() {
    let problems: Vec<String> = catalogue()
        .iter()
        .flat_map(|ready| case_problems(&migration(ready.name())))
        .collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_transform_is_whole() {
    for ready in catalogue() {
        let name = ready.name();
        assert!(cases(name).len() >= 3, "{name} has few cases");
        let readme = ready.readme_anew();
        assert!(
            readme.as_deref() == Some(ready.readme()),
            "{name}: `cargo run -p remold --example generate_catalogue_readmes` writes the README anew"
        );
        for parameter in ready.parameter_list() {
            assert!(!parameter.meaning.is_empty(), "{name}: {parameter:?}");
        }
        for chapter in ["What is rejected", "The way back", "Limits"] {
            assert!(
                ready.readme().contains(&format!("## {chapter}\n")),
                "{name} says nothing under {chapter}"
            );
        }
        let exports = migration(name).transform().exports();
        assert!(
            exports.revert || ready.readme().contains("There is no `revert`") || exports.run,
            "{name} does not say that there is no revert"
        );
    }
}

/// What a script rejects with, its README names, and a case shows.
#[test]
fn every_code_is_in_the_readme_and_in_a_case() {
    for ready in catalogue() {
        let said: BTreeSet<&str> = ready
            .source()
            .split("reject(")
            .skip(1)
            .flat_map(|rest| {
                // A code may be chosen: if x { "a" } else { "b" }.
                let end = rest.find([',', ';', '\n']).unwrap_or(rest.len());
                rest[..end].split('"').skip(1).step_by(2)
            })
            .collect();
        let table = ready.readme().split("## What is rejected").nth(1);
        let table = table.and_then(|rest| rest.split("\n## ").next());
        let table = table.unwrap_or_default();
        for code in said {
            assert!(
                table.contains(&format!("| `{code}` |")),
                "{}: the README does not name {code}",
                ready.name()
            );
            let forms = [format!("reject: {code}"), format!("reject: \"{code}\"")];
            let shows = |(_, text): &(&str, &str)| forms.iter().any(|form| text.contains(form));
            assert!(
                ready.cases().iter().any(shows),
                "{}: no case is rejected with {code}",
                ready.name()
            );
        }
    }
}

#[test]
fn defaults_and_examples_of_parameters_are_what_their_schemas_take() {
    fn walk(ready: &Ready, schema: &Value, at: &str) {
        let inner = json!({ "type": "object", "properties": { "it": schema } });
        let compiled = remold_schema(&inner);
        let examples = schema["examples"].as_array().into_iter().flatten();
        for value in schema.get("default").into_iter().chain(examples) {
            let broken = compiled.violations(&json!({ "it": value }));
            assert!(
                broken.is_empty(),
                "{} {at}: {value}: {broken:?}",
                ready.name()
            );
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            walk(ready, property, &format!("{at}.{name}"));
        }
        if schema["items"].is_object() {
            walk(ready, &schema["items"], &format!("{at}[]"));
        }
    }
    for ready in catalogue() {
        walk(ready, ready.schema(), "");
    }
}

fn remold_schema(schema: &Value) -> remold_schema::Schema {
    remold_schema_with(schema, &[])
}

fn remold_schema_with(schema: &Value, formats: &[&'static str]) -> remold_schema::Schema {
    let known = ["rust-regex", "json-path"];
    let any = |name: &&'static str| remold_schema::Format {
        name,
        words: "a text",
        problem: |_| None,
    };
    let formats: Vec<_> = known.iter().chain(formats).map(any).collect();
    remold_schema::Schema::compile(schema, &formats).expect("a part of a schema is one")
}

#[test]
fn the_reference_is_up_to_date() {
    let path = folder("../docs/reference/catalogue.md");
    let page = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        page == remold::catalogue_page(catalogue()),
        "`remold reference catalogue > docs/reference/catalogue.md` writes it anew"
    );
}

/// What an editor says of a manifest is what the command line says.
#[test]
fn the_schema_for_editors_knows_names_and_parameters() {
    let mut schema = remold::editor_schema(catalogue());
    // The manifest's own schema, which lies beside it, put where it is referred to.
    schema["allOf"][0] = remold::manifest::schema::migration_schema().clone();
    let unknown_formats = [
        "int64",
        "uint32",
        "uint64",
        "period",
        "size",
        "percentage",
        "count-or-percentage",
        "dns-label",
        "version",
        "version-range",
    ];
    let compiled = remold_schema_with(&schema, &unknown_formats);
    for ready in catalogue() {
        let document = migration(ready.name()).document().migration.to_json();
        let broken = compiled.violations(&document);
        assert!(broken.is_empty(), "{}: {broken:?}", ready.name());
        let mut misspelt = document;
        misspelt["spec"]["parameters"]["misspelt"] = 1.into();
        assert!(
            !compiled.violations(&misspelt).is_empty(),
            "{}",
            ready.name()
        );
        misspelt["spec"]["transform"]["uses"] = "misspelt".into();
        assert!(!compiled.violations(&misspelt).is_empty());
    }
}

/// A case as a migration of its own: with its parameters, under a name of its own, and rejecting whatever it likes.
fn as_migration(scratch: &Path, name: &str, place: usize, case: &Case) -> Migration {
    let mut document = migration(name).document().migration.to_json();
    document["metadata"]["name"] = format!("{name}-{place}").into();
    document["spec"]["policy"]["maxRejected"] = "100%".into();
    if let Some(parameters) = &case.parameters {
        document["spec"]["parameters"] = Value::Object(parameters.clone());
    }
    let path = scratch.join("migration.yaml");
    std::fs::write(&path, document.to_string()).expect("a manifest is written");
    Migration::load(&path).unwrap_or_else(|error| panic!("{name}, {}: {error}", case.name))
}

/// Runs every case of every transform on a keyspace that `prepare` makes of its records, then verifies and rolls back.
/// Returns the transforms that have changed something.
fn live(mut on: impl FnMut(&Path, &Case, &Migration) -> u64) -> BTreeSet<&'static str> {
    let mut changed = BTreeSet::new();
    for ready in catalogue() {
        for (place, case) in cases(ready.name()).iter().enumerate() {
            // A module's value is made up, and no server has the module.
            let mut given = case.given.iter();
            if given.any(|record| matches!(record.entry.value, host_api::Value::Opaque(_))) {
                continue;
            }
            let scratch = tempfile::tempdir().expect("a folder");
            let migration = as_migration(scratch.path(), ready.name(), place, case);
            if on(scratch.path(), case, &migration) > 0 {
                changed.insert(ready.name());
            }
        }
    }
    changed
}

/// Runs, verifies and rolls back; returns how many keys were written.
fn there_and_back(forth: &Runner, back: &Runner, migration: &Migration, about: &str) -> u64 {
    let report = run(forth, migration).unwrap_or_else(|error| panic!("{about}: {error}"));
    let outcome = &report.outcome;
    assert_eq!(outcome.end, RunEnd::Completed, "{about}: {outcome:?}");
    let proof = let_go(|| {
        back.verify(
            &report.run,
            &RunOptions::default(),
            &Control::new(),
            &Silent,
        )
    });
    let proof = proof.unwrap_or_else(|error| panic!("{about}: {error}"));
    assert_eq!(
        proof.intact, outcome.tally.keys_written,
        "{about}: {proof:?}"
    );
    let options = RunOptions::default();
    let undone = let_go(|| back.roll_back(&report.run, &options, &Control::new(), &Silent));
    let undone = undone.unwrap_or_else(|error| panic!("{about}: {error}"));
    let undone = undone.report.outcome;
    assert_eq!(
        (&undone.end, undone.tally.kept),
        (&RunEnd::Completed, 0),
        "{about}: {undone:?}"
    );
    outcome.tally.keys_written
}

/// Does something with a journal as soon as it can be had: a process that another test has just started holds what this one has open,
/// until it has become the program that it shall be.
fn let_go<T>(mut does: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
    wait_for("a journal that is let go", || match does() {
        Err(Error::Journal(JournalError::InUse { .. })) => None,
        done => Some(done),
    })
}

fn all() -> BTreeSet<&'static str> {
    remold::catalogue_names().collect()
}

#[test]
fn what_a_transform_changes_in_a_file_comes_back_byte_for_byte() {
    let changed = live(|scratch, case, migration| {
        let about = format!("{}, {}", migration.name(), case.name);
        let [given, result, restored] =
            ["given.rdb", "result.rdb", "restored.rdb"].map(|name| scratch.join(name));
        let entries: Vec<Entry> = case
            .given
            .iter()
            .map(|record| record.entry.clone())
            .collect();
        std::fs::write(&given, rdb_file(&entries, NEWEST)).expect("a file is written");
        let target = |input: &Path, output: &Path| {
            Target::File(FileTarget {
                input: input.to_owned(),
                output: Some(output.to_owned()),
                database: 0,
            })
        };
        let journals = scratch.join("journals");
        let forth = runner(target(&given, &result), &journals);
        let back = runner(target(&result, &restored), &journals);
        let written = there_and_back(&forth, &back, migration, &about);
        assert_eq!(read(&restored), read(&given), "{about}");
        written
    });
    assert_eq!(changed, all());
}

/// On a server as in a file.
fn live_on(version: ServerVersion) {
    let server = Server::start(version, Options::new().databases(1024));
    // Of the servers here, those that know expiries of fields have the newest format too.
    let is_newest = version.has_field_expiry();
    let target = remold_rdb::Target::new(if is_newest { NEWEST } else { Version(11) });
    let changed = live(|scratch, case, migration| {
        let about = format!("{version}, {}, {}", migration.name(), case.name);
        let database = server.fresh_database();
        let mut connection = database.connection();
        for record in &case.given {
            let entry = &record.entry;
            let Ok(payload) = remold_rdb::encode(&entry.value, &target) else {
                assert!(!is_newest, "{about}: the server has no such value");
                continue;
            };
            let mut restore = cmd("RESTORE");
            restore
                .arg(&entry.key[..])
                .arg(entry.expires_at.unwrap_or(0));
            let restore = restore.arg(&payload[..]).arg("ABSTTL");
            let restored = restore.exec(&mut connection);
            restored.unwrap_or_else(|error| panic!("{about}: {error}"));
        }
        let before = Snapshot::take(&mut connection);
        let options = RedisOptions::parse_url(&database.url()).expect("a server's URL");
        let runner = runner(Target::Redis(Box::new(options)), &scratch.join("journals"));
        let written = there_and_back(&runner, &runner, migration, &about);
        let after = Snapshot::take(&mut connection).without_prefix(RESERVED);
        before.assert_same(&after);
        written
    });
    assert_eq!(changed, all());
}

#[test]
fn what_a_transform_changes_on_redis_8_2_comes_back() {
    live_on(ServerVersion::Redis8_2);
}

#[test]
fn what_a_transform_changes_on_valkey_8_comes_back() {
    live_on(ServerVersion::Valkey8);
}

/// A newer program may have another script of this name, or none: what a journal keeps is enough.
#[test]
fn a_journal_is_read_without_the_catalogue() {
    let manifest = r#"{ "apiVersion": "remold.dev/v1alpha1", "kind": "RedisMigration", "metadata": { "name": "old" },
        "spec": { "transform": { "uses": "NAME" }, "parameters": { "gone": 1 } } }"#;
    for name in ["rename-fields", "no-longer-there"] {
        let script = b"fn migrate(rec) { rec.text = params.gone; }".to_vec();
        let sources = [(format!("{name}.rhai"), script)].into();
        let migration = Migration::from_parts("journal", &manifest.replace("NAME", name), sources);
        let migration = migration.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!migration.transform().exports().revert, "{name}");
    }
}

/// Every parameter is in the journal and in the digest, also those that were left to their defaults.
#[test]
fn parameters_are_those_that_the_script_sees() {
    let scratch = tempfile::tempdir().expect("a folder");
    let load = |parameters: &str| {
        let path = scratch.path().join("migration.yaml");
        let text = format!(
            "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: {{ name: a }}\nspec:\n  \
             transform: {{ uses: rename-fields }}\n  parameters: {parameters}\n"
        );
        std::fs::write(&path, text).expect("a manifest is written");
        Migration::load(&path)
    };
    let short = load("{ fields: { a: b } }").expect("it is valid");
    let long = load("{ at: \"\", whenMissing: skip, whenTargetExists: reject, fields: { a: b } }");
    assert_eq!(short.digest(), long.expect("it is valid").digest());
    let other = load("{ fields: { a: b }, whenMissing: reject }").expect("it is valid");
    assert_ne!(short.digest(), other.digest());
    assert_eq!(short.spec().parameters["whenTargetExists"], "reject");
    let Err(error) = load("{ fields: { a: b }, whenMising: reject }") else {
        panic!("a parameter is misspelt");
    };
    assert!(error.to_string().contains("migration.yaml:6:35"), "{error}");
}

/// An application counts while its counters move: whatever it has counted is in the hash or in a counter that came later.
#[test]
fn no_count_is_lost_while_an_application_counts() {
    const COUNTS: i64 = 4000;
    let server = Server::shared(ServerVersion::Redis7_0);
    let database = server.fresh_database();
    let scratch = tempfile::tempdir().expect("a folder");
    let options = RedisOptions::parse_url(&database.url()).expect("a server's URL");
    let runner = runner(Target::Redis(Box::new(options)), scratch.path());
    let migration = migration("counters-to-hash");
    let again = RunOptions {
        again: true,
        ..RunOptions::default()
    };
    let mut application = database.connection();
    let counting = std::thread::spawn(move || {
        for _ in 0..COUNTS {
            for name in ["day", "week"] {
                let key = format!("views:home:{name}");
                cmd("INCR")
                    .arg(key)
                    .exec(&mut application)
                    .expect("it counts");
            }
        }
    });
    let mut runs = 0;
    loop {
        let was_counting = !counting.is_finished();
        let report = runner.run(&migration, &again, &Control::new(), &Silent);
        let report = report.expect("the run begins");
        assert_eq!(report.outcome.end, RunEnd::Completed, "{report:?}");
        runs += 1;
        if !was_counting {
            break;
        }
    }
    counting.join().expect("the application counts to its end");
    let mut connection = database.connection();
    let counted: Vec<Option<i64>> = cmd("HMGET")
        .arg("page:home:views")
        .arg(&["day", "week"])
        .query(&mut connection)
        .expect("it answers");
    assert_eq!(counted, [Some(COUNTS), Some(COUNTS)], "after {runs} runs");
}
