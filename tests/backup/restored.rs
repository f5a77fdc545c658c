//! What was backed up is what is restored: every type, every database, every version, from whichever side of a replication.

use std::fs;

use redis::cmd;
use remold_tests::{Options, Server, ServerVersion, Shape, Snapshot, populate, wait_for};
use serde_json::Value;

use super::house::{House, assert_same, fill, keys, prompt, run, server};

#[test]
fn everything_is_restored_on_every_version() {
    for version in ServerVersion::ALL {
        let (house, source, fresh) = (House::new(), server(version), server(version));
        fill(&source);
        let created = house.create("one", &source);
        assert_eq!(created["existed"], false);
        assert_eq!(
            created["backup"]["keys"].as_u64(),
            Some(keys(&source)),
            "{version}"
        );
        let databases = created["backup"]["databases"].as_array().expect("a list");
        let numbers: Vec<_> = databases
            .iter()
            .map(|one| one["database"].as_u64())
            .collect();
        assert_eq!(numbers, [Some(0), Some(3), Some(15)]);
        house.call("verify", &["one"]).done();
        let restored = house.restore("one", &fresh);
        assert_eq!(
            restored["loaded"], created["backup"]["keys"],
            "{restored:#}"
        );
        assert_same(&source, &fresh);
        assert_eq!(
            keys(&fresh),
            keys(&source),
            "nothing of the restore stays behind"
        );
    }
}

#[test]
fn what_modules_keep_is_restored_where_the_module_is() {
    let version = ServerVersion::Redis8_2;
    let options = || Shape::wide_options(version).config("repl-diskless-sync-delay 0");
    let (house, source) = (House::new(), Server::start(version, options()));
    let fresh = Server::start(version, options());
    populate(&mut source.connection(), &Shape::wide(version), "", 60);
    let created = house.create("one", &source);
    assert_ne!(created["backup"]["opaque"].as_u64(), Some(0), "{created:#}");
    let answer = house.call("restore", &["one", "--target", &fresh.url()]);
    assert_eq!(answer.exit, 4, "{:#}", answer.document);
    for beside in answer.document["notLoaded"].as_array().expect("a list") {
        assert_eq!(beside["name"], "what a module keeps beside the keys");
    }
    // The module keeps account of queries, in its own time.
    let all =
        |server: &Server| Snapshot::take(&mut server.connection()).without_prefix(b"telemetry");
    let (mut one, mut other) = (all(&source), all(&fresh));
    // What a module writes of a value is not the same twice: it is asked what is in it.
    let graphs: Vec<Vec<u8>> = one
        .keys
        .extract_if(.., |_, state| state.kind == "graphdata")
        .map(|(key, _)| key)
        .collect();
    assert!(!graphs.is_empty());
    other.keys.retain(|_, state| state.kind != "graphdata");
    one.assert_same(&other);
    let people = |server: &Server, key: &[u8]| -> redis::Value {
        let query = "MATCH (a:person)-[:knows]->(b:person) RETURN a.name, a.age";
        let answer = cmd("GRAPH.RO_QUERY")
            .arg(key)
            .arg(query)
            .query(&mut server.connection());
        let answer: Vec<redis::Value> = answer.expect("it is a graph");
        answer[1].clone()
    };
    for key in graphs {
        assert_eq!(people(&source, &key), people(&fresh, &key));
    }
}

#[test]
fn a_snapshot_is_taken_of_files_and_of_streams_and_of_replicas() {
    for version in [
        ServerVersion::Redis6_2,
        ServerVersion::Redis7_0,
        ServerVersion::Valkey8,
    ] {
        for diskless in ["yes", "no"] {
            let options = || prompt().config(&format!("repl-diskless-sync {diskless}"));
            let primary = Server::start(version, options());
            fill(&primary);
            let follows = format!("replicaof 127.0.0.1 {}", primary.port());
            let replica = Server::start(version, options().config(&follows));
            wait_for("the replica has found its primary", || {
                let info: redis::InfoDict = cmd("INFO")
                    .arg("replication")
                    .query(&mut replica.connection())
                    .expect("INFO");
                let link: Option<String> = info.get("master_link_status");
                (link.as_deref() == Some("up")).then_some(())
            });
            let house = House::new();
            for (name, source, role) in [
                ("primary", &primary, "master"),
                ("replica", &replica, "slave"),
            ] {
                let created = house.create(name, source);
                assert_eq!(created["backup"]["role"], role, "{version} {diskless}");
                assert_eq!(
                    created["backup"]["replicationId"].as_str().map(str::len),
                    Some(40)
                );
                let fresh = server(version);
                house.restore(name, &fresh);
                assert_same(&primary, &fresh);
            }
        }
    }
}

#[test]
fn it_goes_over_tls_and_as_a_user() {
    let version = ServerVersion::Redis7_0;
    let rule = "taker on >secret -@all +psync +replconf +info +client +ping";
    let options = prompt().tls().password("sesame").user(rule);
    let (house, source) = (House::new(), Server::start(version, options));
    fill(&source);
    let certificates = source.certificates();
    let paths = [
        &certificates.authority,
        &certificates.client,
        &certificates.client_key,
    ];
    let [authority, certificate, key] = paths.map(|path| path.display().to_string());
    let tls = [
        "--tls-ca",
        &authority,
        "--tls-cert",
        &certificate,
        "--tls-key",
        &key,
    ];
    let url = source.url_as("taker", "secret", 0);
    let created = house.call(
        "create",
        &[&["--name", "one", "--target", &url][..], &tls].concat(),
    );
    let created = created.done();
    let address = created["backup"]["address"].as_str().expect("an address");
    assert_eq!(address, format!("rediss://127.0.0.1:{}", source.port()));
    let fresh = server(version);
    house.restore("one", &fresh);
    assert_same(&source, &fresh);
}

#[test]
fn an_older_server_gets_what_it_can_hold_and_is_told_the_rest() {
    let (house, source) = (House::new(), server(ServerVersion::Redis7_0));
    let old = server(ServerVersion::Redis6_2);
    // What older servers do not count in streams is lost.
    let mut shapes = Shape::small(ServerVersion::Redis6_2);
    shapes.retain(|shape| shape.kind != "stream");
    populate(&mut source.connection(), &shapes, "", 60);
    let library = "#!lua name=counting\nredis.register_function('one', function() return 1 end)";
    run(&mut source.connection(), &["FUNCTION", "LOAD", library]);
    house.create("one", &source);
    let answer = house.call("restore", &["one", "--target", &old.url()]);
    assert_eq!(answer.exit, 4, "{:#}", answer.document);
    assert_eq!(answer.document["refused"], 1);
    let function = &answer.document["notLoaded"][0];
    assert_eq!(function["name"], "#!lua name=counting");
    assert_eq!(function["database"], Value::Null);
    let [one, mut other] = [&source, &old].map(|server| Snapshot::take(&mut server.connection()));
    other.tolerance = 2;
    one.assert_same(&other);
}

#[test]
fn a_fresh_server_starts_from_the_file() {
    let (house, source) = (House::new(), server(ServerVersion::Valkey8));
    fill(&source);
    house.create("one", &source);
    let folder = house.path("server");
    fs::create_dir(&folder).expect("a folder can be made");
    let file = folder.join("dump.rdb").display().to_string();
    let wrote = house.call("restore", &["one", "--to", &file]).done();
    assert_eq!(wrote["wrote"], file.as_str());
    let again = house.call("restore", &["one", "--to", &file]);
    again.refused(6, "not-confirmed");
    house
        .call("restore", &["one", "--to", &file, "--yes"])
        .done();
    let options = Options::new().config(&format!("dir {}", folder.display()));
    let fresh = Server::start(ServerVersion::Valkey8, options);
    assert_same(&source, &fresh);
}

#[test]
fn what_has_expired_since_is_not_brought_back() {
    let (house, source) = (House::new(), server(ServerVersion::Redis7_0));
    let fresh = server(ServerVersion::Redis7_0);
    run(
        &mut source.connection(),
        &["SET", "short", "x", "PX", "1500"],
    );
    run(
        &mut source.connection(),
        &["SET", "long", "x", "EX", "100000"],
    );
    let created = house.create("one", &source);
    assert_eq!(created["backup"]["keys"], 2);
    wait_for("the key has expired", || {
        let there: bool = cmd("EXISTS")
            .arg("short")
            .query(&mut source.connection())
            .expect("EXISTS");
        (!there).then_some(())
    });
    let restored = house.restore("one", &fresh);
    assert_eq!(
        (&restored["loaded"], &restored["expired"]),
        (&1.into(), &1.into())
    );
    assert_eq!(keys(&fresh), 1);
}
