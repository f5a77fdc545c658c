//! The generator, the snapshot and the writers, on every version.

use redis::{Commands as _, cmd};
use remold_tests::{
    Action, Proxy, Rule, Server, ServerVersion, Shape, Snapshot, Workload, populate,
};

#[test]
fn every_shape_has_the_type_and_encoding_that_it_says() {
    for version in ServerVersion::ALL {
        let plain = Server::shared(version).fresh_database();
        let wide = Server::start(version, Shape::wide_options(version));
        for (shapes, connection) in [
            (Shape::all(version), plain.connection()),
            (Shape::wide(version), wide.connection()),
        ] {
            let mut connection = connection;
            let count = shapes.len() as u64 * 3;
            let keys = populate(&mut connection, &shapes, "key:", count);
            let snapshot = Snapshot::take(&mut connection);
            assert_eq!(snapshot.keys.len(), keys.len());
            for (key, shape) in keys.iter().zip(shapes.iter().cycle()) {
                let state = snapshot.key(key);
                assert_eq!(
                    (state.kind.as_str(), state.encoding.as_str()),
                    (shape.kind, shape.encoding),
                    "{version} {key}"
                );
            }
            let expiring = snapshot
                .keys
                .values()
                .filter(|state| state.expires_at.is_some())
                .count();
            assert_eq!(expiring, keys.len() / 3);
        }
    }
}

#[test]
fn a_snapshot_sees_every_change_and_nothing_else() {
    for version in ServerVersion::ALL {
        let server = Server::shared(version);
        let database = server.fresh_database();
        let mut connection = database.connection();
        populate(&mut connection, &Shape::all(version), "", 60);
        let before = Snapshot::take(&mut connection);
        before.assert_same(&Snapshot::take(&mut connection));
        let key = |shape: &str| {
            let names = before.keys.keys().map(|key| String::from_utf8_lossy(key));
            let mut names = names.filter(|key| key.starts_with(shape));
            names.next().expect("every shape was made").into_owned()
        };
        let mut change = |command: &str, key: &str, arguments: &[&str]| {
            cmd(command)
                .arg(key)
                .arg(arguments)
                .exec(&mut connection)
                .expect("the change is valid");
        };
        let (deleted, hash, sorted) =
            (key("text-empty:"), key("hash-small:"), key("sorted-small:"));
        let expiring = before
            .keys
            .iter()
            .filter(|(_, state)| state.expires_at.is_some());
        let persisted = expiring
            .map(|(key, _)| String::from_utf8_lossy(key).into_owned())
            .find(|key| ![&deleted, &hash, &sorted].contains(&key))
            .expect("a third of the keys expires");
        change("SET", "new", &["1"]);
        change("DEL", &deleted, &[]);
        change("HSET", &hash, &["counter", "1"]);
        change("ZADD", &sorted, &["3", "more"]);
        change("PERSIST", &persisted, &[]);
        let mut expected = [
            "+ new".to_owned(),
            format!("- {deleted}: string"),
            format!("~ {hash}"),
            format!("~ {sorted}"),
            format!("~ {persisted} expires at None"),
        ];
        let differences = before.diff(&Snapshot::take(&mut database.connection()));
        let text = differences.to_string();
        let mut found: Vec<_> = text.lines().filter(|line| !line.starts_with(' ')).collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found.len(), expected.len(), "{text}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(&expected), "{found} is not {expected}");
        }
        let without = before.clone().without_prefix(b"text-");
        assert!(
            without.keys.keys().all(|key| !key.starts_with(b"text-"))
                && without.keys.len() < before.keys.len()
        );
    }
}

#[test]
fn writers_remember_what_they_wrote_and_what_they_do_not_know() {
    let database = Server::shared(ServerVersion::Redis7_0).fresh_database();
    let proxy = Proxy::start(database.server());
    let lost = [3, 50, 90]
        .map(|number| proxy.add(Rule::nth_command(number, Action::LoseReply, "HINCRBY")));
    let keys: Vec<String> = (0..10).map(|number| format!("key:{number}")).collect();
    let _: () = database.connection().set("key:9", "no hash").expect("SET");
    let workload = Workload::start(&proxy.url_of(database.index()), 3, &keys, |key| {
        cmd("HINCRBY").arg(key).arg("counter").arg(1).to_owned()
    });
    workload.wait_for(500);
    let written = workload.stop();
    assert_eq!(
        lost.iter()
            .map(remold_tests::RuleHandle::fired)
            .sum::<u64>(),
        3
    );
    assert_eq!(written.unknown.values().sum::<u64>(), 3);
    assert_eq!(written.refused.keys().collect::<Vec<_>>(), ["key:9"]);
    for key in &keys[..9] {
        let counter: u64 = database.connection().hget(key, "counter").expect("HGET");
        let (known, unknown) = (
            written.acknowledged[key],
            written.unknown.get(key).copied().unwrap_or(0),
        );
        assert_eq!(counter, known + unknown, "{key}");
    }
}
