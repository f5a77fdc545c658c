//! What a command's trace tells: its stages in their order, its counts, why it waited or failed, and no key.

use redis::{cmd, pipe};
use remold_tests::{Action, Collector, Proxy, Rule, ServerVersion};

use super::{COUNT, SECRET, answer, run, run_of, start_traced, told, traced};
use crate::bad_input::{FAILED, NOBODY, Place, REJECTS, SUCCESS};
use crate::stage::Stage;

/// Hashes whose names and values have the secret in them.
fn secrets(count: u32) -> Stage {
    let stage = Stage::new(ServerVersion::Redis7_0, 0);
    let mut pipeline = pipe();
    for id in 0..count {
        let key = format!("user:{SECRET}:{id}");
        pipeline.cmd("HSET").arg(key).arg("name").arg(SECRET);
    }
    let () = pipeline.query(&mut stage.connection()).expect("hashes");
    stage
}

fn place(stage: &Stage, more: &str, script: &str) -> Place {
    Place::new(&stage.manifest(more), script)
}

/// The run whose journal is in the folder.
fn run_in(place: &Place) -> String {
    let entries = std::fs::read_dir(place.journals()).expect("journals");
    let mut names = entries.map(|entry| entry.expect("a name").file_name());
    let name = names.next().expect("one run").into_string();
    name.expect("a text")
}

#[test]
fn a_run_its_verification_and_its_way_back_are_one_trace_of_their_stages() {
    let collector = Collector::start();
    let stage = secrets(100);
    let canary = "  policy: { maxRejected: 0 }\n";
    let manifest = stage
        .manifest(canary)
        .replace("batchSize: 8,", "batchSize: 8, canary: [10%],");
    let place = Place::new(&manifest, COUNT);
    let url = stage.url();
    let more = [
        ("OTEL_SERVICE_NAME", "shop-migrations"),
        (
            "OTEL_RESOURCE_ATTRIBUTES",
            "deployment.environment.name=test",
        ),
    ];
    run(&collector, &place, &url, &more).says(SUCCESS, &["Completed"]);
    let (id, journals) = (run_in(&place), place.journals());
    for command in ["verify", "rollback"] {
        let mut arguments = vec![command, &id, "--target", &url, "--journal", &journals];
        arguments.extend((command == "rollback").then_some("--yes"));
        traced(&collector, &arguments, &[]).says(SUCCESS, &[]);
    }
    let all = told(&collector, 3);
    let [ran, verified, undone] = &all[..] else {
        panic!("three commands");
    };
    assert_eq!(ran.root.name, "remold run");
    assert_eq!(
        ran.names(),
        [
            "load", "plan", "confirm", "open", "enter", "migrate", "check", "migrate", "record"
        ]
    );
    let percent = |place: usize| ran.stages[place].attributes["remold.canary.percent"].as_f64();
    assert_eq!(
        [5, 6, 7].map(percent),
        [Some(10.0), Some(10.0), Some(100.0)]
    );
    assert_eq!(verified.names(), ["load", "open", "verify"]);
    assert_eq!(
        undone.names(),
        ["load", "confirm", "open", "enter", "undo", "record"]
    );
    for one in &all {
        assert_eq!(one.root.trace, ran.root.trace, "{}", one.root.name);
        assert_eq!(one.root.parent, "", "{}", one.root.name);
        assert_eq!(one.root.error, None, "{}", one.root.name);
        assert_eq!(one.text("remold.migration.name"), Some("count"));
        assert_eq!(one.count("process.exit.code"), Some(0));
        assert!(
            one.text("remold.target.name")
                .is_some_and(|name| name.contains("127.0.0.1"))
        );
    }
    assert_eq!(ran.text("remold.run.id"), Some(id.as_str()));
    assert_eq!(verified.text("remold.run.id"), Some(id.as_str()));
    assert_eq!(undone.text("remold.run.undoes"), Some(id.as_str()));
    assert_eq!(ran.text("remold.end"), Some("completed"));
    assert_eq!(ran.text("remold.server.product"), Some("redis"));
    assert_eq!(ran.text("remold.server.guard"), Some("watch"));
    assert_eq!(ran.text("remold.run.undoes"), None);
    for (name, count) in [
        ("remold.keys.written", 100),
        ("remold.records.changed", 100),
        ("remold.records.rejected", 0),
        ("remold.retries", 0),
        ("remold.recoveries", 0),
    ] {
        assert_eq!(ran.count(name), Some(count), "{name}");
    }
    assert!(
        ran.count("remold.bytes.journalled")
            .is_some_and(|bytes| bytes > 1000)
    );
    assert!(
        ran.count("remold.batches.count")
            .is_some_and(|batches| batches >= 13)
    );
    let resource = &ran.root.resource;
    assert_eq!(resource["service.name"], "shop-migrations");
    assert_eq!(resource["deployment.environment.name"], "test");
    assert_eq!(verified.root.resource["service.name"], "remold");
    let text = collector.text();
    assert!(!text.contains(SECRET), "a key or value is in {text}");
    assert!(!text.contains("user:"), "a pattern is in {text}");
}

#[test]
fn a_run_that_fails_says_by_which_code_and_not_by_which_key() {
    let collector = Collector::start();
    let stage = secrets(20);
    let script = "fn migrate(rec) { reject(\"no\", `never ${rec.key} ${rec.hash.get(\"name\")}`) }";
    let strict = place(&stage, "  policy: { maxRejected: 1 }\n", script);
    run(&collector, &strict, &stage.url(), &[]).says(FAILED, &[SECRET]);
    let broken = place(&stage, "", "fn migrate(rec) {");
    run(&collector, &broken, &stage.url(), &[]).says(FAILED, &[]);
    let patient = place(&stage, "  policy: { retry: { maxElapsed: 1s } }\n", COUNT);
    run(&collector, &patient, NOBODY, &[]).says(FAILED, &["waiting"]);
    let all = told(&collector, 3);
    let failed = |place: usize| {
        let one = &all[place];
        let last = one.stages.last().expect("a stage");
        assert_eq!(last.error, one.root.error, "{}", last.name);
        assert!(
            one.stages[..one.stages.len() - 1]
                .iter()
                .all(|stage| stage.error.is_none())
        );
        assert_eq!(one.text("error.type"), one.root.error.as_deref());
        assert_eq!(one.count("process.exit.code"), Some(1));
        (
            one.root.error.clone().unwrap_or_default(),
            last.name.clone(),
        )
    };
    assert_eq!(
        failed(0),
        ("too-many-rejected".to_owned(), "migrate".to_owned())
    );
    let (code, stage) = failed(1);
    assert_eq!(stage, "load", "{code}");
    let (code, stage) = failed(2);
    assert_eq!(
        (code.as_str(), stage.as_str()),
        ("server-unavailable", "plan")
    );
    let waits = &all[2].stages.last().expect("a stage").events;
    assert!(waits.len() > 1, "{waits:?}");
    assert_eq!(waits[0].name, "waiting");
    assert!(
        waits[0].attributes["remold.delay"]
            .as_f64()
            .is_some_and(|delay| delay > 0.0)
    );
    assert_ne!(all[0].root.trace, all[2].root.trace);
    let text = collector.text();
    assert!(!text.contains(SECRET), "a key or value is in {text}");
}

#[test]
fn a_connection_that_is_cut_shows_as_a_wait_and_a_recovery_between_two_stages() {
    let collector = Collector::start();
    let stage = secrets(160);
    let proxy = Proxy::start(stage.server);
    let cut = proxy.add(Rule::nth_command(15, Action::LoseReply, "EXEC"));
    let place = place(&stage, "", COUNT);
    let url = proxy.url_of(stage.database);
    run(&collector, &place, &url, &[]).says(SUCCESS, &["recovered"]);
    assert_eq!(cut.fired(), 1);
    let all = told(&collector, 1);
    let ran = &all[0];
    assert_eq!(
        ran.names(),
        [
            "load", "plan", "confirm", "open", "enter", "migrate", "enter", "migrate", "record"
        ]
    );
    let epoch = |place: usize| ran.stages[place].attributes["remold.epoch"].as_i64();
    assert_eq!([4, 6].map(epoch), [Some(1), Some(2)]);
    let happened = |place: usize| {
        let events = &ran.stages[place].events;
        events
            .iter()
            .map(|event| event.name.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        [4, 5, 6, 7].map(happened),
        [&[][..], &["waiting"], &["recovered"], &[]]
    );
    assert_eq!(ran.stages[5].events[0].attributes["remold.fault"], "lost");
    assert_eq!(ran.count("remold.recoveries"), Some(1));
    assert_eq!(ran.count("remold.retries"), Some(1));
    assert_eq!(ran.count("remold.keys.written"), Some(160));
}

#[test]
fn a_run_that_is_held_back_says_so_once_and_for_how_long() {
    let collector = Collector::start();
    let stage = secrets(60);
    let manifest = stage.manifest("").replace(
        "batchSize: 8,",
        "batchSize: 8, throttle: { keysPerSecond: 60 },",
    );
    let place = Place::new(&manifest, COUNT);
    run(&collector, &place, &stage.url(), &[]).says(SUCCESS, &[]);
    let ran = &told(&collector, 1)[0];
    let migrate = ran.stages.iter().find(|stage| stage.name == "migrate");
    let events = &migrate.expect("it is there").events;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(
        (
            events[0].name.as_str(),
            &events[0].attributes["remold.reason"]
        ),
        ("held back", &"rate".into())
    );
    assert!(
        ran.root.attributes["remold.held.rate"]
            .as_f64()
            .is_some_and(|held| held > 0.3)
    );
}

#[test]
fn what_only_looks_and_backups_are_traced_too() {
    let collector = Collector::start();
    let stage = Stage::alone(ServerVersion::Redis7_0, 0);
    let mut connection = stage.connection();
    for id in 0..10 {
        let key = format!("user:{id}");
        let () = cmd("HSET")
            .arg(&[&key, "a", "1"])
            .query(&mut connection)
            .expect("a hash");
    }
    let place = place(
        &stage,
        "  policy: { maxRejected: 1 }\n",
        "fn migrate(rec) { if rec.key == \"user:3\" { return reject(\"no\", \"\"); } rec.hash.set(\"b\", 1); }",
    );
    let (manifest, url, store) = (
        place.path("migration.yaml"),
        stage.url(),
        place.path("store"),
    );
    traced(&collector, &["plan", &manifest, "--target", &url], &[]).says(SUCCESS, &[]);
    traced(&collector, &["dry-run", &manifest, "--target", &url], &[]).says(REJECTS, &[]);
    let create = [
        "backup", "create", "--name", "one", "--store", &store, "--target", &url,
    ];
    traced(&collector, &create, &[]).says(SUCCESS, &[]);
    let restore = [
        "backup",
        "restore",
        "one",
        "--store",
        &store,
        "--target",
        &url,
        "--replace",
        "--yes",
    ];
    traced(&collector, &restore, &[]).says(SUCCESS, &[]);
    traced(&collector, &["history", "--target", &url], &[]).says(SUCCESS, &[]);
    let all = told(&collector, 4);
    let shown: Vec<(&str, Vec<&str>)> = all
        .iter()
        .map(|one| (one.root.name.as_str(), one.names()))
        .collect();
    assert_eq!(shown[0], ("remold plan", vec!["load", "plan", "count"]));
    assert_eq!(
        shown[1],
        (
            "remold dry-run",
            vec!["load", "open", "enter", "migrate", "record", "plan"]
        )
    );
    assert_eq!(
        shown[2],
        ("remold backup create", vec!["load", "receive", "prove"])
    );
    assert_eq!(shown[3].0, "remold backup restore");
    assert_eq!(shown[3].1.last(), Some(&"insert"), "{shown:?}");
    assert_eq!(all[1].count("remold.records.rejected"), Some(1));
    assert_eq!(all[1].root.error, None, "it was carried to its end");
}

#[test]
fn a_pipeline_that_names_its_span_is_the_parent_and_nothing_is_sent_unless_it_is_asked_for() {
    let collector = Collector::start();
    let stage = secrets(10);
    let place = place(&stage, "", COUNT);
    let (manifest, url, journals) = (place.path("migration.yaml"), stage.url(), place.journals());
    // Not asked for, or forbidden.
    let arguments = run_of(&manifest, &url, &journals);
    let quiet = [("OTEL_SDK_DISABLED", "true")];
    traced(&collector, &arguments, &quiet)
        .says(SUCCESS, &[])
        .never_says(&["trace"]);
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let again = [&arguments[..], &["--again"]].concat();
    let elsewhere = [("OTEL_EXPORTER_OTLP_ENDPOINT", ""), ("TRACEPARENT", parent)];
    answer(start_traced("", &again, &elsewhere))
        .says(SUCCESS, &[])
        .never_says(&["trace"]);
    // A parent that is not sampled.
    let unsampled = parent.replace("-01", "-00");
    traced(&collector, &again, &[("TRACEPARENT", &unsampled)]).says(SUCCESS, &[]);
    traced(&collector, &again, &[("TRACEPARENT", parent)]).says(SUCCESS, &[]);
    let ran = &told(&collector, 1)[0];
    assert_eq!(ran.root.trace, "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(ran.root.parent, "b7ad6b7169203331");
}
