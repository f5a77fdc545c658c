//! Recordings of runs on real servers: they hold what the transform was given, and leave no trace.

use std::path::PathBuf;

use redis::{Connection, cmd};
use remold_tests::{Database, Options, Server, ServerVersion, Trace, said, start_remold};

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
            std::fs::write(folder.path().join(name), text).expect("a file")
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
