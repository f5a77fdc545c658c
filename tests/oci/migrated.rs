//! A migration whose component comes from a registry: run, and undone when the registry and the cache are gone.

use redis::cmd;
use remold_tests::{Server, ServerVersion, Snapshot};

use super::house::{DELETE, House, text, text_of};

#[test]
fn a_run_is_verified_and_rolled_back_without_the_registry() {
    let house = House::new();
    let module = house.module("delete.wasm", DELETE);
    let name = house.name("acme/delete:1");
    let pushed = house.json(&["push", &module, &name]);
    let digest = text(&pushed["digest"]);
    let folder = house.manifest("delete", &format!("oci: \"{name}\", digest: \"{digest}\""));

    let database = Server::shared(ServerVersion::Redis7_0).fresh_database();
    let mut connection = database.connection();
    for key in 0..100 {
        cmd("HSET")
            .arg(format!("user:{key}"))
            .arg("a")
            .arg(key)
            .exec(&mut connection)
            .expect("a key");
    }
    let before = Snapshot::take(&mut connection);
    let journal = text_of(&house.path("journal"));
    let target = database.url();
    let there = [
        "--target",
        target.as_str(),
        "--journal",
        journal.as_str(),
        "--yes",
    ];
    let run = house.json(&[&["run", folder.as_str()], &there[..]].concat());
    assert_eq!(run["exitCode"], 0, "{run:#}");
    let left: u64 = cmd("DBSIZE").query(&mut connection).expect("a count");
    assert!(left < 100, "the keys are gone");

    // The same component from a file is the same migration.
    let file = house.path("delete-by-file/delete.wasm");
    let by_file = house.manifest("delete-by-file", "file: delete.wasm");
    house
        .remold(&["pull", &name, "--into", &text_of(&file)])
        .exit(0);
    let digests = [&folder, &by_file].map(|folder| text(&house.json(&["check", folder])["digest"]));
    assert_eq!(digests[0], digests[1]);

    house.registry.stop();
    std::fs::remove_dir_all(house.path("cache")).expect("there was a cache");
    let id = text(&run["run"]);
    let again = house.json(&["check", &folder]);
    assert_eq!(again["error"]["code"], "registry-unreachable", "{again:#}");
    let there = ["--target", target.as_str(), "--journal", journal.as_str()];
    house
        .remold(&[&["verify", id.as_str()], &there[..]].concat())
        .exit(0);
    house
        .remold(&[&["rollback", id.as_str(), "--yes"], &there[..]].concat())
        .exit(0);
    before.assert_same(&Snapshot::take(&mut connection).without_prefix(b"__remold:"));
}
