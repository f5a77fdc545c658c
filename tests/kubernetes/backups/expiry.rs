//! What Velero keeps for a time only, and what it loses.

use remold_tests::{ObjectServer, Velero, wait_for};
use serde_json::json;

use super::stage::{Shop, is_stalled};
use super::velero::{by_velero, name_there, shop_with_place, store};

#[test]
fn a_backup_that_has_expired_is_none_any_more() {
    let velero = Velero::shared();
    let (shop, _) = shop_with_place("expiry", velero);
    shop.add_claim("data");
    let provider = by_velero(velero, &shop.namespace, &json!({ "ttl": "1h" }));
    shop.back_up("short", &provider);
    let (backup, _) = shop.says("short", "Proven");
    let name = name_there(&backup);
    let there = velero.wait_for_phase("backups.velero.io", &name, "Completed");
    assert_eq!(there["spec"]["ttl"], "3600s");
    let expires = &backup["status"]["expiresAt"];
    assert!(expires.is_string(), "{backup:#}");
    assert_eq!(*expires, there["status"]["expiration"]);
    // The hour is over for both. Nobody tells the controller of it: it knows when it has to look.
    let over = json!({ "status": { "expiration": "2026-01-01T00:00:00Z" } });
    shop.expire("short");
    let admin = shop.cluster.admin();
    admin
        .patch("backups.velero.io", velero.namespace(), &name, &over)
        .succeeded();
    let (backup, message) = shop.says("short", "BackupGone");
    assert!(is_stalled(&backup), "{backup:#}");
    assert!(
        message.contains(&name) && message.contains("expired"),
        "{message}"
    );
    // What is gone is not restored.
    assert_eq!(shop.restore("short", "once", "short"), None);
    let data = format!("{}/backups/{name}/", shop.namespace);
    wait_for("the data to be gone", || {
        store().names(&data).is_empty().then_some(())
    });
    shop.says("short", "BackupGone");
    assert!(backup["status"]["lastRestore"].is_null());
    shop.delete("redisbackup", "short");
    shop.wait_until_gone("redisbackup", "short");
}

#[test]
fn a_backup_whose_store_was_lost_is_none_any_more() {
    let velero = Velero::shared();
    let shop = Shop::of_velero("lost", velero);
    let own = ObjectServer::start();
    let _location = velero.add_watched_location(&shop.namespace, &own, &own.keys());
    let more = json!({ "requireVolumes": false });
    shop.back_up("before", &by_velero(velero, &shop.namespace, &more));
    shop.says("before", "Proven");
    own.kill();
    own.restart();
    // Velero finds that its store is another one, and forgets the backup.
    let (backup, _) = shop.says_after_look("before", "BackupGone");
    assert!(is_stalled(&backup), "{backup:#}");
}
