//! `remold test --watch` over a component: it is built when its source changes, and when nothing else does it rests.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Child;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::Value;

use remold_tests::Language;

/// How long a build may take on a machine that does much else.
const PATIENCE: Duration = Duration::from_mins(5);

/// The binary while it watches, of which each line is a document.
struct Watched {
    child: Child,
    lines: Receiver<String>,
}

impl Watched {
    fn start(language: Language, arguments: &[&str]) -> Self {
        let mut child = language.start(arguments);
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let (tell, lines) = mpsc::channel();
        std::thread::spawn(move || {
            // Whoever has ended the test does not read on.
            let lines = output.lines().map_while(Result::ok);
            lines.into_iter().try_for_each(|line| tell.send(line))
        });
        Self { child, lines }
    }

    #[track_caller]
    fn next_document(&mut self) -> Value {
        let line = self.lines.recv_timeout(PATIENCE).expect("a round ends");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn a_component_is_built_when_its_source_changes() {
    let home = tempfile::tempdir().expect("there is a temporary folder");
    let folder = home.path().join("my-split");
    let shown = folder.display().to_string();
    let go = Language::named("go");
    let made = go.remold(&["new", "my-split", "--lang", "go", "--into", &shown]);
    assert!(made.status.success());
    let mut watched = Watched::start(go, &["test", &shown, "--watch", "--output", "json"]);
    let first = watched.next_document();
    assert_eq!(
        (&first["exitCode"], &first["failed"], &first["error"]),
        (&0.into(), &0.into(), &Value::Null),
        "{first}"
    );
    replace(
        &folder,
        "user.Set(\"first\", first)",
        "user.Set(\"first\", first",
    );
    let broken = watched.next_document();
    assert_eq!(broken["error"]["code"], "build-failed");
    let printed = broken["printed"].as_str().expect("the compiler's words");
    assert!(printed.contains("main.go"), "{printed}");
    replace(
        &folder,
        "user.Set(\"first\", first",
        "user.Set(\"first\", first+last)",
    );
    let wrong = watched.next_document();
    let broke = wrong["difference"]["broke"].as_array();
    let broke = broke.unwrap_or_else(|| panic!("no case broke: {wrong}"));
    assert!(!broke.is_empty() && wrong["round"] == 3, "{wrong}");
    replace(
        &folder,
        "user.Set(\"first\", first+last)",
        "user.Set(\"first\", first)",
    );
    let mended = watched.next_document();
    assert_eq!(mended["failed"], 0, "{mended}");
    // A case needs no build; and had a build begun a round of its own, this one would not be the fifth.
    let built = modified(&folder);
    let cases = folder.join("cases/split.yaml");
    let text = std::fs::read_to_string(&cases).expect("the template has cases");
    std::fs::write(&cases, text + "\n").expect("it can be written");
    let fifth = watched.next_document();
    assert_eq!(fifth["round"], 5, "{fifth}");
    assert_eq!(modified(&folder), built);
}

fn replace(folder: &Path, from: &str, to: &str) {
    let path = folder.join("main.go");
    let text = std::fs::read_to_string(&path).expect("the template has a source");
    assert!(text.contains(from), "{from:?} is not in {text}");
    std::fs::write(&path, text.replacen(from, to, 1)).expect("it can be written");
}

fn modified(folder: &Path) -> std::time::SystemTime {
    let component = folder.join("build/my-split.wasm");
    let found = component.metadata().and_then(|found| found.modified());
    found.expect("it was built")
}
