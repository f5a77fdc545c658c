//! A server that comes back without what the run wrote: the run says so.

use redis::cmd;
use remold_tests::{Options, ServerVersion, wait_for};

use super::stage::{COUNT, Stage};
use remold_tests::{said, start_remold as start};

#[test]
fn a_server_that_comes_back_empty_is_told_of_at_the_end() {
    let stage = Stage::alone_with(ServerVersion::Redis7_0, Options::new(), 400);
    std::fs::create_dir_all(stage.folder()).expect("a temporary folder");
    std::fs::write(stage.folder().join("count.rhai"), COUNT).expect("it is written");
    let manifest = stage.folder().join("migration.yaml");
    let slowly = stage.manifest("").replace(
        "batchSize: 8,",
        "batchSize: 8, throttle: { keysPerSecond: 100 },",
    );
    std::fs::write(&manifest, slowly).expect("it is written");
    let (url, journals) = (stage.url(), stage.folder().join("journals"));
    let run = start(&[
        "run",
        &manifest.display().to_string(),
        "--target",
        &url,
        "--journal",
        &journals.display().to_string(),
        "--yes",
    ]);
    let first = stage
        .keys
        .iter()
        .filter(|key| key.starts_with("user:hash"))
        .collect::<Vec<_>>();
    wait_for("the run to write", || {
        let mut connection = stage.connection();
        let runs = |key: &&&String| -> bool {
            cmd("HEXISTS")
                .arg(**key)
                .arg("runs")
                .query(&mut connection)
                .expect("HEXISTS")
        };
        first.iter().find(runs).map(drop)
    });
    stage.server.kill();
    stage.server.restart();
    let output = run.wait_with_output().expect("it was started");
    let text = said(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(
        text.contains("lost") && text.contains("of this run"),
        "{text}"
    );
    assert!(stage.now().keys.is_empty(), "nothing is brought back");
}
