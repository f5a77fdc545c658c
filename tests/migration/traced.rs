//! Traces, as a real OpenTelemetry Collector takes them from the real binary.

mod stages;
mod together;
mod trouble;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::process::Child;

use remold_telemetry::table::{Command, HAPPENINGS, ROOT};
use remold_tests::{Collector, Span, said, start_remold_with};

use crate::bad_input::{Answer, Place};

/// A text that is in keys and values alone.
const SECRET: &str = "hushhush";

/// Adds one to a counter, and takes it back.
const COUNT: &str = r#"
fn migrate(rec) { rec.hash.set("runs", rec.hash.get_or("runs", "0").parse_int() + 1); }
fn revert(rec) { rec.hash.remove("runs"); }
"#;

/// Variables for the binary.
fn variables(all: &[(&str, &str)]) -> Vec<(String, OsString)> {
    let all = all.iter();
    all.map(|(name, value)| ((*name).to_owned(), value.into()))
        .collect()
}

/// Starts the binary with its traces going to a URL.
fn start_traced(url: &str, arguments: &[&str], more: &[(&str, &str)]) -> Child {
    let endpoint = [("OTEL_EXPORTER_OTLP_ENDPOINT", url)];
    start_remold_with(arguments, &variables(&[&endpoint[..], more].concat()))
}

fn answer(child: Child) -> Answer {
    let output = child.wait_with_output().expect("it was started");
    Answer {
        code: output.status.code(),
        text: said(&output),
    }
}

fn traced(collector: &Collector, arguments: &[&str], more: &[(&str, &str)]) -> Answer {
    answer(start_traced(&collector.url(), arguments, more))
}

/// The arguments of a run of a place.
fn run_of<'a>(manifest: &'a str, url: &'a str, journals: &'a str) -> Vec<&'a str> {
    vec![
        "run",
        manifest,
        "--target",
        url,
        "--journal",
        journals,
        "--yes",
    ]
}

/// Runs the migration of a place.
fn run(collector: &Collector, place: &Place, url: &str, more: &[(&str, &str)]) -> Answer {
    let (manifest, journals) = (place.path("migration.yaml"), place.journals());
    traced(collector, &run_of(&manifest, url, &journals), more)
}

/// A command with its stages.
struct Told {
    root: Span,
    stages: Vec<Span>,
}

impl Told {
    fn names(&self) -> Vec<&str> {
        self.stages
            .iter()
            .map(|stage| stage.name.as_str())
            .collect()
    }

    fn count(&self, name: &str) -> Option<i64> {
        self.root.attributes.get(name)?.as_i64()
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.root.attributes.get(name)?.as_str()
    }
}

/// Waits for the traces of so many commands, and looks at what holds for each of them: stages are children of their command, in
/// it, and one after the other; and nothing is said that is not in the table. In the order in which they began.
#[track_caller]
fn told(collector: &Collector, commands: usize) -> Vec<Told> {
    let spans = collector.wait_for_commands(commands);
    let (roots, stages): (Vec<Span>, Vec<Span>) = spans
        .into_iter()
        .partition(|span| span.name.starts_with("remold "));
    let mut of: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for stage in stages {
        of.entry(stage.parent.clone()).or_default().push(stage);
    }
    let all: Vec<Told> = roots
        .into_iter()
        .map(|root| Told {
            stages: of.remove(&root.id).unwrap_or_default(),
            root,
        })
        .collect();
    assert!(of.is_empty(), "stages without a command: {of:?}");
    assert_eq!(all.len(), commands);
    all.iter().for_each(check);
    all
}

#[track_caller]
fn check(told: &Told) {
    let root = &told.root;
    let name = root.name.trim_start_matches("remold ");
    let command = Command::find(name).expect("it is in the table");
    let known: Vec<&str> = ROOT.iter().map(|one| one.name()).collect();
    assert_known(root.attributes.keys(), &known, &root.name);
    let mut last = root.time.0;
    for stage in &told.stages {
        let in_table = command.stages().iter().find(|one| one.name() == stage.name);
        let in_table = in_table.unwrap_or_else(|| panic!("{} of {name}", stage.name));
        let known: Vec<&str> = in_table.attributes().iter().map(|one| one.name()).collect();
        assert_known(stage.attributes.keys(), &known, &stage.name);
        assert_eq!(stage.trace, root.trace, "{}", stage.name);
        let (begun, ended) = stage.time;
        assert!(last <= begun && begun <= ended, "{stage:?} after {last}");
        last = ended;
        for event in &stage.events {
            let in_table = HAPPENINGS.iter().find(|one| one.name() == event.name);
            let in_table = in_table.unwrap_or_else(|| panic!("{}", event.name));
            let known: Vec<&str> = in_table.attributes().iter().map(|one| one.name()).collect();
            assert_known(event.attributes.keys(), &known, &event.name);
            assert!(begun <= event.time && event.time <= ended, "{stage:?}");
        }
    }
    assert!(last <= root.time.1, "{root:?}");
    assert_eq!(root.resource["service.version"], env!("CARGO_PKG_VERSION"));
}

#[track_caller]
fn assert_known<'a>(names: impl Iterator<Item = &'a String>, known: &[&str], of: &str) {
    for name in names {
        assert!(known.contains(&name.as_str()), "{name} of {of}");
    }
}
