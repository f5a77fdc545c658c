//! Recordings of runs on real servers: they hold what the transform was given, and leave no trace.

use std::path::PathBuf;
use std::sync::Arc;

use redis::{Connection, cmd};
use remold::host_api::{Outcome, Rejection, Value};
use remold::{
    Control, JournalDirectory, Migration, RecordedChoice, Recorder, RecordingOptions, RedisOptions,
    ReplayVerdict, Replayer, RunOptions, Runner, Silent, Target,
};
use remold_tests::{Database, Native, Options, Server, ServerVersion, Trace, said, start_remold};

/// A user has a plan, which is looked up; a user without one is rejected.
const SCRIPT: &str = r#"
fn lookups(rec) { [`plan:${rec.hash.get_or("plan", "none")}`] }
fn migrate(rec) {
    let plan = rec.lookup(`plan:${rec.hash.get_or("plan", "none")}`);
    if plan == () { return reject("no-plan", "the plan does not exist"); }
    if rec.hash.contains("plan_name") { return skip("has it"); }
    rec.hash.set("plan_name", plan.hash.get("name"));
    rec.hash.set("seen", now_ms());
}
"#;

const MANIFEST: &str = r#"
apiVersion: remold.dev/v1alpha1
kind: RedisMigration
metadata: { name: plans }
spec:
  select: { match: "user:*", type: hash }
  transform: { rhai: { file: plans.rhai } }
  capabilities: { read: ["plan:*"] }
  policy: { maxRejected: 10 }
"#;

/// A folder with the migration, and a database with users and plans.
struct Scene {
    folder: tempfile::TempDir,
    url: String,
}

impl Scene {
    fn new(url: String, connection: &mut Connection) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).expect("a file");
        };
        write("plans.rhai", SCRIPT);
        write("migration.yaml", MANIFEST);
        let fields = [
            ("user:1", "name", "Ada"),
            ("user:1", "plan", "gold"),
            ("user:2", "name", "Grace"),
            ("user:2", "plan", "lost"),
            ("user:3", "name", "Mary"),
            ("plan:gold", "name", "Gold"),
        ];
        for (key, field, value) in fields {
            let set = cmd("HSET").arg(key).arg(field).arg(value).to_owned();
            set.exec(connection).expect("it is written");
        }
        let binary = cmd("HSET")
            .arg("user:2")
            .arg(b"\xff\x00")
            .arg(b"\xfe")
            .to_owned();
        binary.exec(connection).expect("it is written");
        let expires = cmd("PEXPIREAT")
            .arg("user:2")
            .arg(4_102_444_800_000_u64)
            .to_owned();
        expires.exec(connection).expect("it expires");
        Self { folder, url }
    }

    fn on(database: &Database<'_>) -> Self {
        Self::new(database.url(), &mut database.connection())
    }

    fn migration(&self) -> Migration {
        Migration::load(&self.path("migration.yaml")).expect("a migration")
    }

    fn runner(&self) -> Runner {
        let options = RedisOptions::parse_url(&self.url).expect("an address");
        let journals = JournalDirectory::new(self.path("journal"));
        Runner::new(Target::Redis(Box::new(options)), journals)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file")
    }

    /// Runs the binary; `{}` stands for the scene's folder.
    fn remold(&self, arguments: &[&str], code: i32) -> String {
        let folder = self.folder.path().display().to_string();
        let arguments: Vec<String> = arguments
            .iter()
            .map(|argument| argument.replace("{}", &folder))
            .collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = start_remold(&arguments)
            .wait_with_output()
            .expect("it ends");
        let said = said(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        said
    }

    fn record(&self, more: &[&str]) -> String {
        let common = ["--target", &self.url, "--into", "{}/r.yaml", "--yes"];
        self.remold(&[&["record"], more, &common].concat(), 0);
        self.read("r.yaml")
    }

    /// Says how many records of the recording come out as they did, and how many do not.
    fn replay(&self, code: i32) -> (String, String) {
        let json = self.remold(&["replay", "{}/r.yaml", "{}", "--output", "json"], code);
        let number = |name: &str| {
            let after = json
                .split(&format!("\"{name}\": "))
                .nth(1)
                .expect("it is there");
            after.split(',').next().expect("a number").to_owned()
        };
        (number("same"), number("differing"))
    }
}

#[test]
fn a_recording_leaves_no_trace_and_needs_no_server_to_be_replayed() {
    for version in [
        ServerVersion::Redis6_2,
        ServerVersion::Redis8_2,
        ServerVersion::Valkey8,
    ] {
        let server = Server::start(version, Options::new().append_only());
        let scene = Scene::new(server.url(), &mut server.connection());
        let _replica = server.replica();
        Trace::forget(&server);
        let before = Trace::of(&server);
        let recording = scene.record(&["{}"]);
        assert_eq!(Trace::of(&server), before, "{version}");
        assert!(
            recording.contains("\"user:2\"")
                && recording.contains("\"user:3\"")
                && !recording.contains("Ada"),
            "{recording}"
        );
        assert!(
            recording.contains("\"plan:lost\": { absent: true }"),
            "{recording}"
        );
        assert!(recording.contains("{ base64: \"/g==\" }"), "{recording}");
        assert!(
            recording.contains("expiresAt: 4102444800000"),
            "{recording}"
        );
        server.kill();
        assert_eq!(
            scene.replay(0),
            ("2".to_owned(), "0".to_owned()),
            "{version}"
        );
        let script = scene
            .read("plans.rhai")
            .replace("return reject(", "return skip(\"no plan\"); reject(");
        std::fs::write(scene.path("plans.rhai"), script).expect("the script");
        assert_eq!(
            scene.replay(1),
            ("0".to_owned(), "2".to_owned()),
            "{version}"
        );
    }
}

#[test]
fn a_run_is_recorded_as_it_was() {
    let database = Server::shared(ServerVersion::Redis7_0).fresh_database();
    let scene = Scene::on(&database);
    let said = scene.remold(
        &[
            "run",
            "{}",
            "--target",
            &scene.url,
            "--journal",
            "{}/journal",
            "--yes",
            "--record",
            "{}/r.yaml",
        ],
        3,
    );
    assert!(said.contains("remold replay"), "{said}");
    // The application mends a record: the recording knows what it was.
    let set = cmd("HSET").arg("user:3").arg("plan").arg("gold").to_owned();
    set.exec(&mut database.connection()).expect("it is written");
    let recording = scene.read("r.yaml");
    assert!(
        recording.contains("run: plans-") && recording.contains("redis 7.0"),
        "{recording}"
    );
    assert_eq!(scene.replay(0), ("2".to_owned(), "0".to_owned()));
}

#[test]
fn a_past_run_is_recorded_by_its_journal_with_its_own_clock() {
    let database = Server::shared(ServerVersion::Redis7_0).fresh_database();
    let scene = Scene::on(&database);
    let target = ["--target", &scene.url, "--journal", "{}/journal"];
    let run = scene.remold(
        &[&["run", "{}", "--yes", "--output", "json"], &target[..]].concat(),
        3,
    );
    let run = run
        .split("\"run\": \"")
        .nth(1)
        .expect("an id")
        .split('"')
        .next()
        .expect("an id")
        .to_owned();
    let seen: String = cmd("HGET")
        .arg("user:1")
        .arg("seen")
        .query(&mut database.connection())
        .expect("it was written");
    // Since then one of the rejected keys is gone.
    let delete = cmd("DEL").arg("user:2").to_owned();
    delete
        .exec(&mut database.connection())
        .expect("it is deleted");
    let recording = scene.record(&[&["--run", &run], &target[2..]].concat());
    assert!(
        recording.contains("user:3") && !recording.contains("user:2"),
        "{recording}"
    );
    assert!(recording.contains(&format!("now: {seen}\n")), "{recording}");
    // A key that the run has changed is given as it was before, and comes to what the run made of it.
    let recording = scene.record(&[&["--run", &run, "--key", "user:1"], &target[2..]].concat());
    assert!(
        recording.contains("given: { hash: { name: Ada, plan: gold } }"),
        "{recording}"
    );
    assert!(
        recording.contains(&format!("seen: \"{seen}\"")),
        "{recording}"
    );
    assert_eq!(scene.replay(0), ("1".to_owned(), "0".to_owned()));
}

/// Rejects every user without a plan.
const WITHOUT_PLAN: Native = Native(|record| {
    let Value::Hash(fields) = record.value() else {
        return Ok(Outcome::Done);
    };
    if fields.contains(b"plan") {
        return Ok(Outcome::Done);
    }
    Ok(Outcome::Reject(Rejection {
        code: "no-plan".to_owned(),
        message: "there is none".to_owned(),
    }))
});

#[test]
fn a_transform_in_rust_is_recorded_and_replayed_like_any_other() {
    let database = Server::shared(ServerVersion::Redis7_0).fresh_database();
    let scene = Scene::on(&database);
    let migration = scene.migration().with_transform(Arc::new(WITHOUT_PLAN));
    let recorder = Recorder::new(&RecordingOptions::default());
    let options = RunOptions {
        recorder: Some(recorder.clone()),
        ..RunOptions::default()
    };
    let report = scene
        .runner()
        .dry_run(&migration, &options, &Control::new(), &Silent);
    report.expect("it is tried");
    let recording = recorder.recording(&[]).expect("it was recorded");
    let keys: Vec<&[u8]> = recording
        .records
        .iter()
        .map(|record| &record.key[..])
        .collect();
    assert_eq!(keys, [b"user:3"]);
    let verdict = |migration: &Migration| {
        let replayed = Replayer::new(&recording, migration).record(&recording.records[0]);
        replayed.expect("it is replayed").verdict
    };
    assert_eq!(verdict(&migration), ReplayVerdict::Same);
    let kind = migration.with_transform(Arc::new(Native(|_| Ok(Outcome::Done))));
    assert_eq!(verdict(&kind), ReplayVerdict::Differs);
}

#[test]
fn many_lanes_keep_no_more_than_was_asked_for_and_count_the_rest() {
    let database = Server::shared(ServerVersion::Redis7_0).fresh_database();
    let scene = Scene::on(&database);
    let mut pipe = redis::pipe();
    for number in 0..3000 {
        pipe.cmd("HSET")
            .arg(format!("user:many:{number}"))
            .arg("name")
            .arg("Ada")
            .ignore();
    }
    let () = pipe
        .query(&mut database.connection())
        .expect("they are written");
    let migration = scene.migration().with_transform(Arc::new(WITHOUT_PLAN));
    let recorded = |choice: RecordedChoice| {
        let recorder = Recorder::new(&RecordingOptions {
            choice,
            ..RecordingOptions::default()
        });
        let options = RunOptions {
            recorder: Some(recorder.clone()),
            ..RunOptions::default()
        };
        let report = scene
            .runner()
            .dry_run(&migration, &options, &Control::new(), &Silent);
        let tally = report.expect("it is tried").outcome.tally;
        assert_eq!(tally.rejected_total(), 3001);
        recorder.recording(&[]).expect("it was recorded")
    };
    let rejected = recorded(RecordedChoice::Rejected);
    assert_eq!((rejected.records.len(), rejected.omitted), (100, 2901));
    let sample = recorded(RecordedChoice::Sample(500));
    assert_eq!((sample.records.len(), sample.omitted), (500, 0));
    // Picked over the whole keyspace, not from where the scan began: another sample has other keys.
    let other = recorded(RecordedChoice::Sample(500));
    let common = sample
        .records
        .iter()
        .filter(|record| other.records.iter().any(|other| other.key == record.key));
    let common = common.count();
    assert!(
        (20..250).contains(&common),
        "{common} keys are in both samples"
    );
}
