//! A place that cannot be used is named, with Velero's own words; once it is mended the backup is made by itself.

use remold_tests::{ObjectServer, Velero};
use serde_json::json;

use super::stage::{Shop, is_stalled};
use super::velero::{by_velero, store};

/// A backup to a place of its own, without volumes: it is the place that matters.
fn ask(name: &str, timeout: &str) -> (&'static Velero, Shop) {
    let velero = Velero::shared();
    let shop = Shop::of_velero(name, velero);
    let more = json!({ "requireVolumes": false, "timeout": timeout });
    shop.back_up("before", &by_velero(velero, &shop.namespace, &more));
    (velero, shop)
}

#[test]
fn a_place_that_is_not_there_is_waited_for() {
    let (velero, shop) = ask("nowhere", "10m");
    let (backup, message) = shop.says("before", "StorageUnavailable");
    assert!(!is_stalled(&backup), "{backup:#}");
    assert!(
        message.contains(&shop.namespace) && message.contains(velero.namespace()),
        "{message}"
    );
    velero.add_location(&shop.namespace, store());
    shop.says("before", "Proven");
}

#[test]
fn wrong_keys_are_said_and_once_they_are_right_the_backup_is_made() {
    // Its time is over at once: it stands still until the keys are mended, and is then made after all.
    let (velero, shop) = ask("keys", "1s");
    let store = ObjectServer::start_with_user();
    let wrong = ("nobody".to_owned(), "nothing".to_owned());
    let _location = velero.add_watched_location(&shop.namespace, &store, &wrong);
    let what = "InvalidAccessKeyId";
    let backup = shop.says_that("before", "StorageUnavailable", what);
    assert!(is_stalled(&backup), "{backup:#}");
    velero.set_keys(&shop.namespace, &store.keys());
    shop.says("before", "Proven");
}

#[test]
fn a_bucket_that_is_gone_is_said_and_once_it_is_there_the_backup_is_made() {
    let (velero, shop) = ask("bucket", "10m");
    let store = ObjectServer::start();
    store.remove_bucket();
    let _location = velero.add_watched_location(&shop.namespace, &store, &store.keys());
    shop.says_that("before", "StorageUnavailable", "NoSuchBucket");
    store.create_bucket();
    shop.says("before", "Proven");
}

#[test]
fn a_store_that_is_gone_is_said_and_once_it_is_there_the_backup_is_made() {
    let (velero, shop) = ask("store", "10m");
    let store = ObjectServer::start();
    store.kill();
    let _location = velero.add_watched_location(&shop.namespace, &store, &store.keys());
    shop.says_that("before", "StorageUnavailable", "is Unavailable");
    store.restart();
    shop.says("before", "Proven");
}

#[test]
fn a_store_that_goes_unnoticed_leaves_no_backup_and_its_rest_goes_later() {
    let velero = Velero::shared();
    let shop = Shop::of_velero("unnoticed", velero);
    let store = ObjectServer::start();
    velero.add_location(&shop.namespace, &store);
    velero.wait_for_phase("backupstoragelocation", &shop.namespace, "Available");
    store.kill();
    let more = json!({ "requireVolumes": false });
    shop.back_up("before", &by_velero(velero, &shop.namespace, &more));
    let (backup, message) = shop.says("before", "BackupFailed");
    assert!(
        is_stalled(&backup) && backup["status"]["provenAt"].is_null(),
        "{backup:#}"
    );
    assert!(
        message.contains("connection refused") && message.contains("make another"),
        "{message}"
    );
    // Nor can it be removed; it says so, and goes once the store is there.
    shop.delete("redisbackup", "before");
    let (_, message) = shop.says("before", "RemovalFailed");
    assert!(message.contains("connection refused"), "{message}");
    store.restart();
    shop.wait_until_gone("redisbackup", "before");
}
