//! Snapshots of volumes: ready and bound both ways, or no backup; and the way back into new claims.

use remold_tests::wait_for;
use serde_json::{Value, json};

use super::super::controller::stage::{condition, failed};
use super::driver::Manner;
use super::stage::{Shop, is_stalled};

/// A namespace with the claims of a server of two.
fn shop(name: &str) -> Shop {
    let shop = Shop::of_snapshots(name);
    shop.add_claim("data-0");
    shop.add_claim("data-1");
    shop
}

fn by_snapshots(more: &Value) -> Value {
    let mut spec = json!({ "claims": ["data-0", "data-1"] });
    let more = more.as_object().expect("fields").clone();
    spec.as_object_mut().expect("fields").extend(more);
    json!({ "volumeSnapshot": spec })
}

/// The default class of a driver is a matter of the cluster: each test names its own.
fn of_class(shop: &Shop, more: &Value) -> Value {
    let mut provider = by_snapshots(more);
    provider["volumeSnapshot"]["className"] = shop.driver.class().into();
    provider
}

/// The content that the snapshot of a claim is bound to.
fn content_of(shop: &Shop, snapshot: &str) -> Value {
    let name = shop.cluster.wait_for(
        "volumesnapshot",
        &shop.namespace,
        snapshot,
        "is bound",
        |snapshot| {
            let name = snapshot.pointer("/status/boundVolumeSnapshotContentName")?;
            name.as_str().map(str::to_owned)
        },
    );
    shop.get("volumesnapshotcontent", &name)
}

/// Has a content say that it belongs to the snapshot with this uid.
fn bind(shop: &Shop, content: &Value, uid: &str) {
    let name = content["metadata"]["name"].as_str().expect("it has one");
    let patch = json!({ "spec": { "volumeSnapshotRef": { "uid": uid } } });
    let admin = shop.cluster.admin();
    admin
        .patch("volumesnapshotcontent", &shop.namespace, name, &patch)
        .succeeded();
}

#[test]
fn snapshots_count_when_each_is_ready_and_become_new_claims() {
    let shop = shop("snapshot");
    shop.back_up("before", &of_class(&shop, &json!({})));
    let (backup, _) = shop.says("before", "Proven");
    let status = &backup["status"];
    let artifacts = status["artifacts"].as_array().expect("a list");
    assert_eq!(artifacts.len(), 2);
    assert!(artifacts.iter().all(|one| one["proven"] == true));
    // The time is the driver's, not that at which it was looked.
    assert_eq!(status["takenAt"], "2026-01-01T00:00:00Z");
    // The server was asked to save before.
    assert!(
        shop.names("jobs")
            .iter()
            .any(|name| name.starts_with("before-save"))
    );

    let complaint = shop
        .restore("before", "once", "yes")
        .expect("it is refused");
    assert!(complaint.contains("restore.confirm"), "{complaint}");
    // While the driver makes no volumes, nothing is restored yet.
    shop.driver.behave(Manner::NeverReady);
    assert_eq!(shop.restore("before", "once", "before"), None);
    shop.says_that("before", "Restoring", "no volume yet");
    shop.driver.behave(Manner::Works);
    let (backup, message) = shop.says("before", "Restored");
    assert_eq!(backup["status"]["lastRestore"], "once");
    for old in ["data-0", "data-1"] {
        let claims = shop.names("pvc");
        let new = claims
            .iter()
            .find(|name| name.starts_with(old) && *name != old);
        let new = new.expect("there is a new one");
        assert!(message.contains(new), "{message}");
        let claim = shop.get("pvc", new);
        let volume = claim["spec"]["volumeName"].as_str().expect("it is bound");
        let volume = shop.get("pv", volume);
        let from = &volume["spec"]["csi"]["volumeAttributes"]["from"];
        assert!(from.to_string().contains("snapshot-"), "{volume:#}");
        // The old one is as it was.
        assert_eq!(shop.get("pvc", old)["status"]["phase"], "Bound");
    }

    assert_eq!(shop.driver.held(), 2);
    shop.delete("redisbackup", "before");
    shop.wait_until_gone("redisbackup", "before");
    assert_eq!(shop.driver.held(), 0);
    assert!(shop.names("volumesnapshots").is_empty());
}

#[test]
fn an_error_is_shown_at_once_and_is_not_the_end() {
    let shop = shop("recovers");
    shop.driver.behave(Manner::Fails("the pool is full"));
    shop.back_up("before", &of_class(&shop, &json!({ "saveFirst": false })));
    let backup = shop.says_that("before", "BackingUp", "the pool is full");
    assert!(
        !is_stalled(&backup) && backup["status"]["provenAt"].is_null(),
        "{backup:#}"
    );
    shop.driver.behave(Manner::Works);
    shop.says("before", "Proven");
}

#[test]
fn what_is_not_ready_in_time_is_no_backup_until_it_is() {
    let shop = shop("late");
    shop.driver.behave(Manner::NeverReady);
    shop.back_up("before", &of_class(&shop, &json!({ "timeout": "3s" })));
    let (backup, message) = shop.says("before", "BackupTimeout");
    assert!(is_stalled(&backup), "{backup:#}");
    assert!(
        message.contains("data-0") && message.contains("delete this RedisBackup"),
        "{message}"
    );
    assert!(backup["status"]["provenAt"].is_null());
    assert!(shop.restore("before", "once", "before").is_none());
    shop.says("before", "BackupTimeout");
    shop.driver.behave(Manner::Works);
    shop.says("before", "Restored");

    // One that the driver does not remove holds its object, and says how to let it go.
    shop.driver.behave(Manner::Silent);
    shop.delete("redisbackup", "before");
    let (_, message) = shop.says("before", "RemovalFailed");
    assert!(message.contains("remold.dev/workers"), "{message}");
    shop.driver.behave(Manner::Works);
    shop.wait_until_gone("redisbackup", "before");
}

#[test]
fn a_snapshot_that_is_bound_to_another_is_no_backup() {
    let shop = shop("misbound");
    shop.driver.behave(Manner::NeverReady);
    shop.back_up(
        "before",
        &of_class(&shop, &json!({ "timeout": "3s", "saveFirst": false })),
    );
    shop.says("before", "BackupTimeout");
    let snapshot = shop.names("volumesnapshots").remove(0);
    let uid = shop.get("volumesnapshot", &snapshot)["metadata"]["uid"].clone();
    let content = content_of(&shop, &snapshot);
    bind(&shop, &content, "00000000-0000-0000-0000-000000000000");
    shop.driver.behave(Manner::Works);
    // The other one is ready. This one never is, whatever its content says.
    let name = content["metadata"]["name"].as_str().expect("it has one");
    shop.cluster
        .wait_for("volumesnapshotcontent", "", name, "is ready", |content| {
            (content.pointer("/status/readyToUse")? == true).then_some(())
        });
    let one = |backup: &Value| {
        let artifacts = backup["status"]["artifacts"].as_array()?.clone();
        let proven: Vec<_> = artifacts
            .iter()
            .filter(|one| one["proven"] == true)
            .collect();
        (proven.len() == 1 && proven[0]["name"] != json!(snapshot)).then_some(())
    };
    shop.cluster.wait_for(
        "redisbackup",
        &shop.namespace,
        "before",
        "has one of two",
        one,
    );
    let (backup, _) = shop.says("before", "BackupTimeout");
    assert!(backup["status"]["provenAt"].is_null());
    // Mended, it counts; broken again, it no longer does.
    bind(&shop, &content, uid.as_str().expect("it has one"));
    shop.says("before", "Proven");
    bind(&shop, &content, "00000000-0000-0000-0000-000000000000");
    let (backup, message) = shop.says_after_look("before", "BackupGone");
    assert!(is_stalled(&backup), "{backup:#}");
    assert!(message.contains("no longer holds"), "{message}");
    bind(&shop, &content, uid.as_str().expect("it has one"));
}

#[test]
fn a_snapshot_that_was_deleted_is_no_backup_any_more() {
    let shop = shop("deleted");
    shop.back_up("before", &of_class(&shop, &json!({ "saveFirst": false })));
    shop.says("before", "Proven");
    let snapshot = shop.names("volumesnapshots").remove(0);
    shop.delete("volumesnapshot", &snapshot);
    shop.wait_until_gone("volumesnapshot", &snapshot);
    let (backup, message) = shop.says_after_look("before", "BackupGone");
    assert!(is_stalled(&backup), "{backup:#}");
    assert!(message.contains(&snapshot), "{message}");
    // It is not made anew: it would hold another time.
    assert_eq!(shop.names("volumesnapshots").len(), 1);
    // Its restore is none.
    assert_eq!(shop.restore("before", "once", "before"), None);
    shop.says("before", "BackupGone");
    assert_eq!(shop.names("pvc"), ["data-0", "data-1"]);
}

#[test]
fn what_stands_in_the_way_is_said() {
    let shop = Shop::of_snapshots("obstacles");
    // A claim that is not there: the words are the snapshot controller's.
    shop.back_up("before", &of_class(&shop, &json!({})));
    let backup = shop.says_that("before", "BackingUp", "data-0");
    assert!(!is_stalled(&backup), "{backup:#}");
    shop.add_claim("data-0");
    shop.add_claim("data-1");
    shop.says("before", "Proven");
    // A claim of the new one's name, made of something else.
    assert_eq!(shop.restore("before", "once", "before"), None);
    shop.says("before", "Restored");
    let restored = shop.names("pvc");
    let taken = restored.iter().find(|name| name.starts_with("data-0-"));
    let taken = taken.expect("there is a new one");
    shop.back_up("again", &of_class(&shop, &json!({})));
    shop.says("again", "Proven");
    assert_eq!(shop.restore("again", "once", "again"), None);
    let (_, message) = shop.says("again", "ClaimsInTheWay");
    assert!(
        message.contains(taken) && message.contains("restore.token"),
        "{message}"
    );
    // The claim whose size and class are needed is gone.
    shop.delete("pvc", "data-1");
    shop.wait_until_gone("pvc", "data-1");
    assert_eq!(shop.restore("again", "twice", "again"), None);
    let (backup, message) = shop.says("again", "ClaimNotFound");
    assert!(is_stalled(&backup), "{backup:#}");
    assert!(
        message.contains("dataSource") && message.contains("data-1"),
        "{message}"
    );
    assert_eq!(
        condition(&backup, "Restored").expect("it is there")["status"],
        "False"
    );

    // A server that does not save.
    shop.nodes
        .answer("save", |_| Some(failed("save", 2, "no space is left")));
    shop.back_up("unsaved", &of_class(&shop, &json!({})));
    let (backup, message) = shop.says("unsaved", "SaveFailed");
    assert!(
        is_stalled(&backup) && message.contains("no space is left"),
        "{message}"
    );
}

#[test]
fn the_newest_are_kept() {
    let shop = shop("retention");
    let two = of_class(
        &shop,
        &json!({ "saveFirst": false, "retention": { "keepLast": 1 } }),
    );
    shop.back_up_for(Some("split-name"), "first", &two);
    shop.says("first", "Proven");
    shop.back_up_for(Some("split-name"), "second", &two);
    shop.says("second", "Proven");
    shop.wait_until_gone("redisbackup", "first");
    wait_for("the first two to be gone", || {
        (shop.driver.held() == 2).then_some(())
    });
    assert_eq!(shop.names("volumesnapshots").len(), 2);
    shop.says("second", "Proven");
}
