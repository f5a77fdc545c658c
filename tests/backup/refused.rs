//! What is refused, with the way out: users without the permission, servers that hold something, names that are taken.

use redis::cmd;
use remold_tests::{Server, ServerVersion};

use super::house::{House, assert_same, fill, keys, prompt, run, server};

#[test]
fn a_user_without_the_permission_is_told_which_one() {
    for version in ServerVersion::ALL {
        let rule = "taker on >secret ~* +@all -psync -sync";
        let primary = Server::start(version, prompt().user(rule));
        let follows = format!("replicaof 127.0.0.1 {}", primary.port());
        let replica = Server::start(version, prompt().user(rule).config(&follows));
        let house = House::new();
        for server in [&primary, &replica] {
            let url = server.url_as("taker", "secret", 0);
            let answer = house.call("create", &["--name", "one", "--target", &url]);
            let said = answer.refused(6, "server-refused");
            assert!(
                said.contains("PSYNC") && said.contains("ACL SETUSER taker +psync"),
                "{version}: {said}"
            );
        }
        assert_eq!(house.list(), [], "nothing is left of it");
    }
}

#[test]
fn a_replica_without_its_primary_is_told_apart() {
    let options = prompt().config("replicaof 127.0.0.1 1");
    let (house, replica) = (
        House::new(),
        Server::start(ServerVersion::Redis7_0, options),
    );
    let answer = house.call("create", &["--name", "one", "--target", &replica.url()]);
    let said = answer.refused(1, "server-unavailable");
    assert!(
        said.contains("lost its primary") && said.contains("from the primary"),
        "{said}"
    );
    let answer = house.call("restore", &["one", "--target", &replica.url()]);
    answer.refused(1, "backup-not-found");
}

#[test]
fn a_server_that_holds_something_is_replaced_on_request_alone() {
    let (house, source) = (House::new(), server(ServerVersion::Valkey8));
    let taken = server(ServerVersion::Valkey8);
    fill(&source);
    house.create("one", &source);
    run(&mut taken.connection_to(7), &["SET", "mine", "x"]);
    let library = "#!lua name=mine\nredis.register_function('mine', function() return 1 end)";
    run(&mut taken.connection(), &["FUNCTION", "LOAD", library]);
    let into = ["one", "--target", &taken.url()];
    let said = house.call("restore", &into).refused(6, "not-empty");
    assert!(
        said.contains("1 keys") && said.contains("--replace") && said.contains("lost"),
        "{said}"
    );
    let replace = [&into[..], &["--replace"]].concat();
    house.call("restore", &replace).refused(6, "not-confirmed");
    assert_eq!(keys(&taken), 1, "nothing was done");
    house
        .call("restore", &[&replace[..], &["--yes"]].concat())
        .done();
    assert_same(&source, &taken);
    assert_eq!(keys(&taken), keys(&source), "what it held is gone");
}

#[test]
fn a_replica_is_no_place_to_restore_into() {
    let (house, source) = (House::new(), server(ServerVersion::Redis7_0));
    run(&mut source.connection(), &["SET", "key", "x"]);
    house.create("one", &source);
    let follows = format!("replicaof 127.0.0.1 {}", source.port());
    let replica = Server::start(ServerVersion::Redis7_0, prompt().config(&follows));
    let answer = house.call("restore", &["one", "--target", &replica.url()]);
    let said = answer.refused(6, "server-refused");
    assert!(said.contains("into the primary"), "{said}");
}

#[test]
fn a_name_stands_for_one_backup() {
    let (house, source) = (House::new(), server(ServerVersion::Redis7_0));
    let other = server(ServerVersion::Redis7_0);
    run(&mut source.connection(), &["SET", "key", "x"]);
    let call = |server: &Server, run: &str| {
        let url = server.url();
        house.call("create", &["--name", "one", "--run", run, "--target", &url])
    };
    assert_eq!(call(&source, "run-1").done()["backup"]["run"], "run-1");
    assert_eq!(call(&source, "run-1").done()["existed"], true);
    assert_eq!(house.create("one", &source)["existed"], true);
    call(&other, "run-1").refused(6, "backup-taken");
    let said = call(&source, "run-2").refused(6, "backup-taken");
    assert!(said.contains("for run run-1"), "{said}");
    let url = source.url();
    house
        .call("create", &["--name", "a/b", "--target", &url])
        .refused(2, "backup-name");
    house
        .call("create", &["--target", "file.rdb"])
        .refused(2, "usage");
}

#[test]
fn a_permission_that_is_missing_stops_a_restore_which_can_be_gone_on_with() {
    let version = ServerVersion::Redis7_0;
    let (house, source) = (House::new(), server(version));
    let rule = "loader on >secret ~* +@all -restore";
    let fresh = Server::start(version, prompt().user(rule));
    fill(&source);
    house.create("one", &source);
    let url = fresh.url_as("loader", "secret", 0);
    let said = house
        .call("restore", &["one", "--target", &url])
        .refused(6, "server-refused");
    assert!(said.contains("ACL SETUSER loader +restore"), "{said}");
    run(
        &mut fresh.connection(),
        &["ACL", "SETUSER", "loader", "+restore"],
    );
    let restored = house.call("restore", &["one", "--target", &url]).done();
    assert_eq!(restored["resumed"], true);
    assert_same(&source, &fresh);
}

#[test]
fn a_journal_is_listed_and_said_to_be_undone_otherwise() {
    let house = House::new();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/01-split-name");
    let manifest = folder.join("migration.yaml").display().to_string();
    let data = server(ServerVersion::Redis7_0);
    run(
        &mut data.connection(),
        &["HSET", "user:1", "name", "Ada Lovelace"],
    );
    let journals = house.path("journals").display().to_string();
    let url = data.url();
    let ran = remold_tests::start_remold(&[
        "run",
        &manifest,
        "--target",
        &url,
        "--journal",
        &journals,
        "--yes",
        "--output",
        "json",
    ]);
    let ran = super::house::Answer::of(&ran.wait_with_output().expect("it ends"));
    let run_id = ran.document["run"]
        .as_str()
        .expect("a run has an id")
        .to_owned();
    let listed = house.call("list", &["--journal", &journals]).done();
    let journal = &listed["backups"][0];
    assert_eq!(
        (&journal["name"], &journal["provider"]),
        (&run_id.as_str().into(), &"journal".into())
    );
    let answer = house.call(
        "restore",
        &[&run_id, "--journal", &journals, "--target", &url],
    );
    let said = answer.refused(6, "backup-is-journal");
    assert!(
        said.contains(&format!("remold rollback {run_id}")),
        "{said}"
    );
    let there: bool = cmd("EXISTS")
        .arg("user:1")
        .query(&mut data.connection())
        .expect("EXISTS");
    assert!(there);
}
