//! A backup by Velero counts when all of it is there, and goes with all of it.

use std::sync::OnceLock;

use remold_tests::{ObjectServer, Velero, wait_for};
use serde_json::{Value, json};

use super::super::controller::stage::{condition, documents};
use super::driver::Manner;
use super::stage::{Shop, is_stalled};

/// A store for tests that leave it alone.
pub(super) fn store() -> &'static ObjectServer {
    static STORE: OnceLock<ObjectServer> = OnceLock::new();
    STORE.get_or_init(ObjectServer::start)
}

/// A namespace that is backed up to a place of its own, and the provider's part of the documents.
pub(super) fn shop_with_place(name: &str, velero: &Velero) -> (Shop, Value) {
    let shop = Shop::of_velero(name, velero);
    velero.add_location(&shop.namespace, store());
    let provider = by_velero(velero, &shop.namespace, &json!({}));
    (shop, provider)
}

/// The provider's part of a document.
pub(super) fn by_velero(velero: &Velero, location: &str, more: &Value) -> Value {
    let mut spec = json!({ "namespace": velero.namespace(), "storageLocation": location });
    let more = more.as_object().expect("fields").clone();
    spec.as_object_mut().expect("fields").extend(more);
    json!({ "velero": spec })
}

/// The name by which Velero knows a backup.
pub(super) fn name_there(backup: &Value) -> String {
    let name = &backup["status"]["artifacts"][0]["name"];
    name.as_str().expect("it has an artifact").to_owned()
}

#[test]
fn a_backup_counts_when_it_is_whole_and_goes_with_its_data() {
    let velero = Velero::shared();
    let (shop, provider) = shop_with_place("whole", velero);
    shop.add_claim("data");
    shop.back_up_for(Some("split-name"), "first", &provider);
    let (backup, _) = shop.says("first", "Proven");
    let status = &backup["status"];
    assert_eq!(status["artifacts"][0]["kind"], "velero.io/Backup");
    assert_eq!(status["artifacts"][0]["proven"], true);
    assert!(
        status["provenAt"].is_string() && status["takenAt"].is_string(),
        "{status:#}"
    );
    // What Velero says of it, and what the store and the storage have.
    let first = name_there(&backup);
    let there = velero.wait_for_phase("backups.velero.io", &first, "Completed");
    assert_eq!(there["status"]["csiVolumeSnapshotsCompleted"], 1);
    let own = there["spec"]["excludedResources"].to_string();
    assert!(own.contains("redismigrations.remold.dev"), "{own}");
    let data = |name: &str| store().names(&format!("{}/backups/{name}/", shop.namespace));
    assert!(!data(&first).is_empty());
    assert_eq!(shop.driver.held(), 1);

    // A newer one of the same migration makes it superfluous.
    let mut newer = provider.clone();
    newer["velero"]["retention"] = json!({ "keepLast": 1 });
    shop.back_up_for(Some("split-name"), "second", &newer);
    let (backup, _) = shop.says("second", "Proven");
    shop.wait_until_gone("redisbackup", "first");
    assert_eq!(data(&first), Vec::<String>::new());
    assert_eq!(shop.driver.held(), 1);

    let second = name_there(&backup);
    shop.delete("redisbackup", "second");
    shop.wait_until_gone("redisbackup", "second");
    assert_eq!(data(&second), Vec::<String>::new());
    // The storage has nothing of it any more either.
    wait_for("the snapshot to be gone", || {
        (shop.driver.held() == 0).then_some(())
    });
}

#[test]
fn a_backup_without_its_volumes_is_none() {
    let velero = Velero::shared();
    let (shop, provider) = shop_with_place("empty", velero);
    shop.back_up("objects", &provider);
    let (backup, message) = shop.says("objects", "BackupUnproven");
    assert!(is_stalled(&backup), "{backup:#}");
    assert!(
        message.contains("no volume is in it") && message.contains("delete this RedisBackup"),
        "{message}"
    );
    assert!(backup["status"]["provenAt"].is_null());
    // It can be wanted so.
    let more = json!({ "requireVolumes": false });
    shop.back_up("wanted", &by_velero(velero, &shop.namespace, &more));
    shop.says("wanted", "Proven");

    // A volume of which no snapshot can be made: Velero has a backup, and says that it is not whole.
    shop.add_claim("data");
    shop.cluster
        .kubectl(&["delete", "volumesnapshotclass", shop.driver.class()])
        .succeeded();
    shop.back_up("partial", &provider);
    let (backup, message) = shop.says("partial", "BackupFailed");
    assert!(is_stalled(&backup), "{backup:#}");
    assert!(
        message.contains("PartiallyFailed") && message.contains("velero backup logs"),
        "{message}"
    );
    assert!(backup["status"]["provenAt"].is_null());
    // What there is of it goes all the same.
    shop.delete("redisbackup", "partial");
    shop.wait_until_gone("redisbackup", "partial");
}

#[test]
fn a_backup_that_lacks_one_of_the_volumes_is_none() {
    let velero = Velero::shared();
    let (shop, provider) = shop_with_place("lacking", velero);
    shop.add_claim("data");
    // No driver makes snapshots of such a volume, and Velero says nothing of it.
    shop.add_local_claim("disk");
    shop.back_up("first", &provider);
    let (backup, message) = shop.says("first", "BackupUnproven");
    assert!(is_stalled(&backup), "{backup:#}");
    assert!(
        message.contains("of the claims data, disk only 1 has a volume in it")
            && message.contains("velero.io/exclude-from-backup"),
        "{message}"
    );
    let label = json!({ "metadata": { "labels": { "velero.io/exclude-from-backup": "true" } } });
    let admin = shop.cluster.admin();
    admin
        .patch("pvc", &shop.namespace, "disk", &label)
        .succeeded();
    shop.back_up("second", &provider);
    shop.says("second", "Proven");
}

#[test]
fn a_backup_whose_hook_failed_is_none() {
    let velero = Velero::shared();
    let (shop, provider) = shop_with_place("hooked", velero);
    shop.add_claim("data");
    // It is told to freeze the server first, and to go on without that: the pod is on no node, where nothing can be carried out.
    let pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": "redis", "annotations": {
            "pre.hook.backup.velero.io/container": "redis",
            "pre.hook.backup.velero.io/command": "[\"redis-cli\", \"save\"]",
            "pre.hook.backup.velero.io/on-error": "Continue",
        } },
        "spec": { "containers": [{ "name": "redis", "image": "remold.test/none" }] },
    });
    shop.apply(&pod.to_string());
    shop.back_up("first", &provider);
    let (backup, message) = shop.says("first", "BackupFailed");
    assert!(is_stalled(&backup), "{backup:#}");
    assert!(message.contains("velero backup logs"), "{message}");
    let there = shop.names_there(velero, "backups.velero.io");
    let there = velero.wait_for_phase("backups.velero.io", &there[0], "PartiallyFailed");
    assert_eq!(there["status"]["hookStatus"]["hooksFailed"], 1, "{there:#}");
}

#[test]
fn a_server_that_dies_in_the_middle_leaves_no_backup_and_says_so() {
    let velero = Velero::start();
    let (shop, _) = shop_with_place("killed", &velero);
    let provider = by_velero(&velero, &shop.namespace, &json!({ "timeout": "20s" }));
    shop.add_claim("data");
    // Velero waits for the driver while it is killed.
    shop.driver.behave(Manner::Silent);
    shop.back_up("before", &provider);
    shop.says_that("before", "BackingUp", "InProgress");
    velero.kill();
    let (backup, message) = shop.says("before", "BackupTimeout");
    assert!(is_stalled(&backup), "{backup:#}");
    assert!(
        message.contains("InProgress") && message.contains(velero.namespace()),
        "{message}"
    );
    velero.restart();
    let (backup, message) = shop.says("before", "BackupFailed");
    assert!(
        message.contains("during the server starting") && message.contains("make another"),
        "{message}"
    );
    assert!(backup["status"]["provenAt"].is_null());
    shop.driver.behave(Manner::Works);

    // While no server is there nothing is removed, and that is said.
    velero.kill();
    shop.delete("redisbackup", "before");
    let (_, message) = shop.says("before", "RemovalFailed");
    assert!(
        message.contains(velero.namespace()) && message.contains("remold.dev/workers"),
        "{message}"
    );
    velero.restart();
    shop.wait_until_gone("redisbackup", "before");
    shop.back_up("again", &provider);
    shop.says("again", "Proven");
}

#[test]
fn a_migration_runs_after_its_backup_was_proven() {
    let velero = Velero::shared();
    let shop = Shop::of_velero("first", velero);
    shop.add_claim("data");
    let migration = format!(
        "  backup: {{ velero: {{ namespace: {}, storageLocation: {} }} }}\n",
        velero.namespace(),
        shop.namespace
    );
    shop.apply(&documents("one", &migration));
    let (namespace, what) = (&shop.namespace, "waits for the place of its backup");
    shop.cluster
        .wait_for("redismigration", namespace, "one", what, |migration| {
            let ready = condition(migration, "BackupReady")?;
            let message = ready["message"].as_str()?;
            message.contains("no BackupStorageLocation").then_some(())
        });
    let job = |name: &String| name.starts_with("one-") && name.contains("run");
    assert!(
        !shop.names("jobs").iter().any(job),
        "{:?}",
        shop.names("jobs")
    );
    velero.add_location(&shop.namespace, store());
    shop.wait_for("redismigration", "one", "Completed");
    let backups = shop.names("redisbackups");
    let backup = shop.get("redisbackup", &backups[0]);
    let run = shop.names("redismigrationruns");
    let run = shop.get("redismigrationrun", &run[0]);
    let (proven, made) = (
        backup["status"]["provenAt"]
            .as_str()
            .expect("it was proven"),
        run["metadata"]["creationTimestamp"]
            .as_str()
            .expect("it was made"),
    );
    // To the second, as the API server writes times.
    assert!(proven[..19] <= made[..19], "{proven} {made}");
}
