//! What is found out about a server, what is refused, and with which hint.

use remold_engine::port::{Fault, Guard, StoreError};
use remold_store_redis::{Access, GuardChoice, Options, RedisKeyspace};
use remold_tests::{Flavour, Server, ServerVersion};

use super::{connect, on_all, options, send, shard};

/// Everything that a run needs; the administrator's side of the hints.
const USER: &str =
    "app on >secret ~* +@read +@write +@transaction +@connection +dump +restore +info +select";

fn refused(options: Options) -> (String, String) {
    match RedisKeyspace::connect(options).expect_err("it is refused") {
        StoreError::Server {
            fault,
            doing,
            message,
            hint,
            ..
        } => {
            assert_eq!(fault, Fault::Refused, "{doing}: {message}");
            (
                format!("{doing}: {message}"),
                hint.unwrap_or_else(|| panic!("no hint: {doing}: {message}")),
            )
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_server_is_known_by_what_it_says() {
    on_all(|version| {
        let database = Server::shared(version).fresh_database();
        let mut app = database.connection();
        let expected = match version {
            ServerVersion::Redis6_2 => 9,
            ServerVersion::Redis7_0 => 10,
            ServerVersion::Valkey8 => 11,
            ServerVersion::Redis8_2 => 12,
        };
        for keys in 0..2 {
            let facts = shard(&connect(&database.url(), GuardChoice::Auto)).facts();
            let product = if version.flavour() == Flavour::Valkey {
                "valkey"
            } else {
                "redis"
            };
            assert_eq!(facts.product, product);
            assert!(
                facts.version.starts_with(version.version_prefix()),
                "{}",
                facts.version
            );
            assert_eq!(facts.guard, Guard::Watch);
            assert_eq!((facts.lanes, facts.batch), (8, 64));
            assert_eq!(facts.keys, Some(keys));
            assert_eq!(facts.name, database.url());
            // The version is assumed while there is no key, and read off one then: the same.
            assert_eq!(facts.target.version.0, expected, "{version}");
            let assumed = facts.notes.iter().any(|note| note.contains("RDB"));
            assert_eq!(assumed, keys == 0, "{:?}", facts.notes);
            assert!(!facts.target.compress);
            let () = send(&mut app, "SET k v");
        }
    });
}

#[test]
fn thresholds_are_the_servers_and_nothing_is_compressed_for_it() {
    for version in [ServerVersion::Redis6_2, ServerVersion::Redis8_2] {
        let name = if version.is_at_least_7_0() {
            "listpack"
        } else {
            "ziplist"
        };
        let settings = remold_tests::Options::new()
            .config(&format!("hash-max-{name}-value 33"))
            .config(
                "list-max-listpack-size 77"
                    .replace("listpack", name)
                    .as_str(),
            )
            .config("stream-node-max-entries 11")
            .config("rdbcompression yes");
        let server = Server::start(version, settings);
        let target = shard(&connect(&server.url(), GuardChoice::Auto))
            .facts()
            .target;
        assert_eq!(target.thresholds.hash_max_listpack_value, 33, "{version}");
        assert_eq!(target.thresholds.list_max_listpack_size, 77, "{version}");
        assert_eq!(target.thresholds.stream_node_max_entries, 11, "{version}");
        assert!(!target.compress, "{version}");
    }
}

#[test]
fn the_ladder_goes_down_to_what_the_user_may() {
    on_all(|version| {
        let server = Server::start(
            version,
            remold_tests::Options::new()
                .user(&format!("{USER} +eval +evalsha"))
                .user("nowatch on >secret ~* +@all -watch")
                .user("noexec on >secret ~* +@all -exec -discard")
                .user("nothing on >secret ~* +@all -watch -@scripting"),
        );
        let as_user = |user: &str, guard| Options {
            guard,
            ..options(&server.url_as(user, "secret", 0))
        };
        let guard = |user: &str, choice| {
            let keyspace =
                RedisKeyspace::connect(as_user(user, choice)).expect("the server takes us");
            let facts = shard(&keyspace).facts();
            assert!(!facts.guard_reason.is_empty());
            facts.guard
        };
        assert_eq!(guard("app", GuardChoice::Auto), Guard::Watch, "{version}");
        assert_eq!(guard("app", GuardChoice::Lua), Guard::Lua, "{version}");
        assert_eq!(guard("app", GuardChoice::None), Guard::None, "{version}");
        assert_eq!(guard("nowatch", GuardChoice::Auto), Guard::Lua, "{version}");
        assert_eq!(
            guard("nowatch", GuardChoice::None),
            Guard::None,
            "{version}"
        );
        assert_eq!(guard("noexec", GuardChoice::Auto), Guard::Lua, "{version}");
        let (message, hint) = refused(as_user("nowatch", GuardChoice::Watch));
        assert!(
            message.contains("watch") && hint.contains("ACL SETUSER nowatch +watch"),
            "{message}; {hint}"
        );
        let (_, hint) = refused(as_user("nothing", GuardChoice::Auto));
        assert!(hint.contains("ACL SETUSER nothing +watch"), "{hint}");
        let (_, hint) = refused(as_user("nothing", GuardChoice::Lua));
        assert!(hint.contains("ACL SETUSER nothing +eval"), "{hint}");
    });
}

#[test]
fn a_missing_permission_is_named_with_its_remedy() {
    on_all(|version| {
        let server = Server::start(
            version,
            remold_tests::Options::new()
                .user(&format!("{} -dump", USER.replace("app", "nodump")))
                .user(&format!("{} -dump -hscan", USER.replace("app", "noscan")))
                .user(&format!("{} -restore", USER.replace("app", "norestore")))
                .user(&format!("{} -restore -zadd", USER.replace("app", "nozadd")))
                .user(&format!(
                    "{} -restore -rpush",
                    USER.replace("app", "norpush")
                ))
                .user(&USER.replace("app", "otherkeys").replace("~*", "~user:*"))
                .user(&format!(
                    "{} -@write -restore",
                    USER.replace("app", "reader")
                )),
        );
        let as_user = |user: &str| options(&server.url_as(user, "secret", 0));
        // Either has another way, which is told, unless that is closed as well.
        for (user, command) in [("nodump", "DUMP"), ("norestore", "RESTORE")] {
            let keyspace = RedisKeyspace::connect(as_user(user)).expect("there is another way");
            let notes = shard(&keyspace).facts().notes;
            let told = format!("{command} is not permitted");
            assert!(
                notes.iter().any(|note| note.contains(&told)),
                "{version}: {notes:?}"
            );
        }
        for (user, missing) in [
            ("noscan", "+hscan"),
            ("nozadd", "+zadd"),
            ("norpush", "+restore"),
        ] {
            let (_, hint) = refused(as_user(user));
            let expected = format!("ACL SETUSER {user} {missing}");
            assert!(hint.contains(&expected), "{version}: {hint}");
        }
        let (_, hint) = refused(as_user("otherkeys"));
        assert!(
            hint.contains("ACL SETUSER otherkeys ~__remold:*"),
            "{version}: {hint}"
        );
        refused(as_user("reader"));
        let reading = Options {
            access: Access::ReadOnly,
            ..as_user("reader")
        };
        RedisKeyspace::connect(reading).expect("a reader may look");
    });
}

#[test]
fn what_is_denied_and_not_needed_becomes_a_note() {
    on_all(|version| {
        let rule = "app on >secret ~* +@all -info -config -memory -pexpiretime -unlink -client -dbsize -randomkey";
        let rule = if version.is_at_least_7_0() {
            rule.to_owned()
        } else {
            rule.replace(" -pexpiretime", "")
        };
        let server = Server::start(version, remold_tests::Options::new().user(&rule));
        let keyspace = connect(&server.url_as("app", "secret", 0), GuardChoice::Auto);
        let facts = shard(&keyspace).facts();
        for denied in ["INFO", "CONFIG GET", "MEMORY USAGE", "PEXPIRETIME", "RDB"] {
            assert!(
                facts.notes.iter().any(|note| note.contains(denied)),
                "{version}: {:?}",
                facts.notes
            );
        }
        assert_eq!((facts.history.as_str(), facts.keys), ("", None));
        // And it works all the same.
        let mut app = server.connection();
        let () = send(&mut app, "SET k v PX 100000");
        shard(&keyspace)
            .ledger()
            .expect("a ledger")
            .raise_epoch("run", 1)
            .expect("an epoch");
        let mut session = shard(&keyspace).session().expect("a session");
        let read = session
            .read_guarded(1, &super::candidates(&["k"]), u64::MAX)
            .expect("it reads");
        let writes = [
            super::put("copy", super::found(&read[0])),
            remold_engine::port::Write::Delete {
                key: super::bytes("k"),
            },
        ];
        let batch = remold_engine::port::CommitBatch {
            run: "r",
            batch: 1,
            writes: &writes,
            watermark: None,
        };
        assert_eq!(
            session.commit(&batch),
            Ok(remold_engine::port::Commit::Applied),
            "{version}"
        );
        assert_eq!(send::<u8>(&mut app, "EXISTS k copy"), 1, "{version}");
        assert_eq!(send::<String>(&mut app, "GET copy"), "v");
    });
}

#[test]
fn clusters_and_replicas_are_refused_with_a_hint() {
    let server = Server::start(
        ServerVersion::Redis7_0,
        remold_tests::Options::new().config("cluster-enabled yes"),
    );
    for database in [0, 1] {
        let (message, hint) = refused(options(&server.url_of(database)));
        assert!(hint.contains("Cluster"), "{message}; {hint}");
    }
    let primary = Server::start(ServerVersion::Redis7_0, remold_tests::Options::new());
    let following = format!("replicaof 127.0.0.1 {}", primary.port());
    let replica = Server::start(
        ServerVersion::Redis7_0,
        remold_tests::Options::new().config(&following),
    );
    let mut to_replica = replica.connection();
    while !send::<String>(&mut to_replica, "INFO replication").contains("master_link_status:up") {
        std::thread::yield_now();
    }
    let (message, hint) = refused(options(&replica.url()));
    assert!(
        message.contains("replica") && hint.contains(&primary.port().to_string()),
        "{message}; {hint}"
    );
    let reading = Options {
        access: Access::ReadOnly,
        ..options(&replica.url())
    };
    let facts =
        shard(&RedisKeyspace::connect(reading).expect("a replica can be looked at")).facts();
    assert!(
        facts.notes.iter().any(|note| note.contains("replica")),
        "{:?}",
        facts.notes
    );
}

#[test]
fn a_server_that_cannot_write_for_the_moment_is_waited_for() {
    let settings = remold_tests::Options::new().config("min-replicas-to-write 1");
    let server = Server::start(ServerVersion::Redis7_0, settings);
    let error = RedisKeyspace::connect(options(&server.url())).expect_err("it takes no writes");
    assert_eq!(error.code(), "server-unavailable", "{error}");
    let reading = Options {
        access: Access::ReadOnly,
        ..options(&server.url())
    };
    RedisKeyspace::connect(reading).expect("it can be read");
}

#[test]
fn a_server_that_evicts_says_so() {
    let settings = remold_tests::Options::new().max_memory("50mb", "allkeys-lfu");
    let server = Server::start(ServerVersion::Redis7_0, settings);
    let facts = shard(&connect(&server.url(), GuardChoice::Auto)).facts();
    assert!(
        facts.notes.iter().any(|note| note.contains("allkeys-lfu")),
        "{:?}",
        facts.notes
    );
    assert_eq!(facts.evicts_any_key.as_deref(), Some("allkeys-lfu"));
}
