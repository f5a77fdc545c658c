//! The way back by Velero: confirmed, into claims that are not there, and looked at afterwards.

use remold_tests::Velero;
use serde_json::json;

use super::super::controller::stage::condition;
use super::stage::{Shop, is_stalled};
use super::velero::shop_with_place;

/// Takes a claim away, as somebody does who wants its data of the backup.
fn take_away(shop: &Shop, claim: &str) {
    shop.delete("pvc", claim);
    shop.wait_until_gone("pvc", claim);
}

#[test]
fn a_restore_needs_its_confirmation_and_room() {
    let velero = Velero::shared();
    let (shop, provider) = shop_with_place("restore", velero);
    shop.add_claim("data");
    // Remold's own objects are not brought back: this one would run again.
    shop.apply(&super::super::controller::stage::documents(
        "old",
        "  suspend: true\n",
    ));
    shop.back_up("before", &provider);
    shop.says("before", "Proven");
    shop.delete("redismigration", "old");
    shop.wait_until_gone("redismigration", "old");

    let complaint = shop
        .restore("before", "once", "yes")
        .expect("it is refused");
    assert!(complaint.contains("restore.confirm"), "{complaint}");
    assert_eq!(shop.restore("before", "once", "before"), None);
    let (backup, message) = shop.says("before", "ClaimsInTheWay");
    assert!(is_stalled(&backup), "{backup:#}");
    assert!(
        message.contains("data") && message.contains("delete"),
        "{message}"
    );
    assert!(shop.names_there(velero, "restores.velero.io").is_empty());

    take_away(&shop, "data");
    let (backup, message) = shop.says("before", "Restored");
    assert_eq!(backup["status"]["lastRestore"], "once", "{message}");
    let restored = condition(&backup, "Restored").expect("it is there");
    assert_eq!(restored["status"], "True");
    let claim = shop.get("pvc", "data");
    assert_eq!(claim["status"]["phase"], "Bound");
    let volume = claim["spec"]["volumeName"].as_str().expect("it has one");
    let volume = shop.get("pv", volume);
    let from = volume["spec"]["csi"]["volumeAttributes"]["from"].to_string();
    assert!(from.contains("snapshot-"), "{from}");
    assert!(shop.names("redismigrations").is_empty());
    // What came of it stays said, and nothing is restored again.
    shop.annotate("redisbackup", "before", "tests/look=1");
    shop.says("before", "Restored");
    assert_eq!(shop.names_there(velero, "restores.velero.io").len(), 1);
}

#[test]
fn a_restore_over_a_claim_is_not_called_done() {
    let velero = Velero::start();
    let (shop, provider) = shop_with_place("over", &velero);
    shop.add_claim("data");
    shop.back_up("before", &provider);
    shop.says("before", "Proven");
    take_away(&shop, "data");
    // The claim comes after the controller has looked, and before Velero does.
    velero.kill();
    assert_eq!(shop.restore("before", "once", "before"), None);
    shop.says_that("before", "Restoring", "is New");
    shop.add_claim("data");
    velero.restart();
    let (backup, message) = shop.says("before", "ClaimsInTheWay");
    let restores = shop.names_there(&velero, "restores.velero.io");
    velero.wait_for_phase("restores.velero.io", &restores[0], "Completed");
    assert!(is_stalled(&backup), "{backup:#}");
    assert!(
        message.contains("data") && message.contains("restore.token"),
        "{message}"
    );
    let restored = condition(&backup, "Restored").expect("it is there");
    assert_eq!(restored["status"], "False");
    assert!(backup["status"]["lastRestore"].is_null());
    // By another token it is made anew.
    take_away(&shop, "data");
    assert_eq!(shop.restore("before", "twice", "before"), None);
    let (backup, _) = shop.says("before", "Restored");
    assert_eq!(backup["status"]["lastRestore"], json!("twice"));
}
