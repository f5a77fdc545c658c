//! The whole of it on a real node: the image, the chart, a Redis with a live application, a migration as people apply and approve
//! it, workers and controllers that are killed, the way back.
//!
//! The transform counts, so that a key that was done twice, or not at all, shows; the application counts too, so that a write that
//! was lost shows.

mod monitor;
mod shop;
mod stage;

use serde_json::json;

use monitor::Monitor;
use stage::{Stage, reason};

/// How many keys there are, unless `REMOLD_TEST_KEYS` says otherwise.
const KEYS: usize = 30_000;
/// How many of them the application writes to.
const LIVE: usize = 500;

const SCHEMA: &str = "
apiVersion: remold.dev/v1alpha1
kind: RedisSchema
metadata: { name: user-1.0.0 }
spec:
  subject: user
  version: 1.0.0
  keys: user:{id}
  type: hash
  targetRef: { name: shop }
  schema: { type: object, properties: { name: { type: string } } }
";

const MIGRATION: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: { name: count }
data:
  count.rhai: |
    fn add(rec, field) { rec.hash.set(field, rec.hash.get_or(field, "0").parse_int() + 1); }
    fn migrate(rec) { add(rec, "runs"); }
    fn revert(rec) { add(rec, "undone"); }
---
apiVersion: remold.dev/v1alpha1
kind: RedisMigration
metadata: { name: count }
spec:
  targetRef: { name: shop }
  filesFrom: { configMap: { name: count } }
  select: { match: "user:*", type: hash }
  transform: { rhai: { file: count.rhai } }
  strategy: { throttle: { keysPerSecond: 3000, maxLatency: 200ms } }
  policy: { approval: manual }
  backup: { rdb: { store: { claim: { name: backups } } } }
  job: { workers: 3, journal: { newClaim: { size: 2Gi } } }
"#;

/// A program has the server backed up by itself, and writes down what it was told.
const PROGRAM: &str = r#"
apiVersion: remold.dev/v1alpha1
kind: RedisMigration
metadata: { name: mark }
spec:
  targetRef: { name: spare }
  select: { match: "user:*", type: hash }
  transform:
    rhai:
      source: |
        fn run() {
            let name = backup("before");
            let user = get("user:1");
            user.hash.set("backup", name);
            apply(user);
        }
  capabilities: { backup: true }
  backup: { rdb: { store: { claim: { name: backups } } } }
"#;

#[test]
fn a_migration_of_live_data_outlives_its_workers_and_its_controller() {
    let keys =
        std::env::var("REMOLD_TEST_KEYS").map_or(KEYS, |keys| keys.parse().expect("a number"));
    let stage = Stage::new(&["count-journal", "mark-journal", "backups"]);
    let shop = stage.fill(keys, LIVE);
    let monitor = Monitor::start(stage.kubeconfig());

    stage.apply(&stage.target("shop", "redis"));
    stage.wait_until("redistarget", "shop", "Reachable");
    stage.apply(SCHEMA);
    stage.wait_until("redisschema", "user-1.0.0", "Registered");

    // Asked for by one, approved by another.
    let (ada, grace) = (
        stage.user("ada", "remold-approver"),
        stage.user("grace", "edit"),
    );
    stage.apply_as(&grace, MIGRATION);
    let migration = stage.wait_until("redismigration", "count", "AwaitingApproval");
    let plan = &migration["status"]["plan"];
    let digest = plan["digest"].as_str().expect("the plan has a digest");
    assert!(
        plan["keys"]
            .as_u64()
            .is_some_and(|found| found.abs_diff(keys as u64) < keys as u64 / 5),
        "{plan:#}"
    );
    let approval = json!({ "spec": { "approvedPlan": digest } });
    let complaint = stage.patch_as(&grace, &approval).refused();
    assert!(
        complaint.contains("needs the verb `approve`"),
        "{complaint}"
    );
    stage.patch_as(&ada, &approval).succeeded();

    // The backup is made and proven before the first key is written.
    stage.wait_until("redismigration", "count", "Running");
    let backup = stage.only("redisbackup");
    assert_eq!(reason(&backup), Some("Proven"), "{backup:#}");
    shop.wait_until_some_are_done(0.1);
    stage.kill_a_worker();
    stage.kill_the_controller();
    shop.wait_until_some_are_done(0.5);

    let migration = stage.wait_until("redismigration", "count", "Completed");
    assert_eq!(migration["status"]["progressPercent"], 100, "{migration:#}");
    shop.check_the_run();

    stage.change(&json!({ "rollback": { "requested": true } }));
    stage.wait_until("redismigration", "count", "RollingBack");
    stage.kill_the_controller();
    stage.wait_until("redismigration", "count", "RolledBack");
    shop.check_the_way_back();

    // The backup goes to another server, with what was there before the run; and its file goes with its object.
    stage.start_redis("spare");
    stage.apply(&stage.target("spare", "spare"));
    stage.wait_until("redistarget", "spare", "Reachable");
    let backup = backup["metadata"]["name"].as_str().expect("it has a name");
    stage.restore(backup, "spare");
    shop.check_the_backup(&stage.address("spare"));
    let left = stage.remove(backup);
    assert!(left.is_empty(), "{left:?}");

    // What a program has backed up in the middle of its run is a backup as any other.
    stage.apply(PROGRAM);
    stage.wait_until("redismigration", "mark", "Completed");
    let run = stage.run_of("mark");
    let backup = run["status"]["backups"][0].as_str();
    let backup = backup.expect("its program asked for one");
    shop.check_the_mark(&stage.address("spare"), &format!("rdb:{backup}"));
    stage.wait_until("redisbackup", backup, "Proven");
    assert!(!stage.remove(backup).is_empty(), "the document's own stays");

    let writes = shop.check_the_application();
    assert!(
        writes > LIVE as u64,
        "the application was at work all the time: {writes}"
    );
    stage.check_that_all_went_by_the_rights();
    monitor.check_that_all_was_seen();
}
