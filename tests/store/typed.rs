//! Values read and written by the commands of their types: the same as by `DUMP` and `RESTORE`, and never torn.

use std::sync::atomic::{AtomicU64, Ordering};

use redis::{Connection, cmd, pipe};
use remold_engine::port::{
    Candidate, Commit, CommitBatch, Fetched, Image, Session, Unreadable, WrittenAs,
};
use remold_host_api::{Bytes, Value};
use remold_store_redis::{GuardChoice, Options, RedisKeyspace};
use remold_tests::{Action, Proxy, Rule, Server, ServerVersion, Shape, Snapshot, populate};

use super::{PREFIX, RUN, bytes, candidates, found, on_all, options, put, send, shard};

const USERS: [&str; 3] = [
    "nodump on >secret ~* +@all -dump",
    "norestore on >secret ~* +@all -restore",
    "neither on >secret ~* +@all -dump -restore",
];

fn server(version: ServerVersion) -> Server {
    let options = remold_tests::Options::new();
    Server::start(
        version,
        USERS.into_iter().fold(options, remold_tests::Options::user),
    )
}

fn open(options: Options) -> (RedisKeyspace, Box<dyn Session>) {
    let keyspace = RedisKeyspace::connect(options).expect("the server takes us");
    let session = shard(&keyspace).session().expect("a session");
    (keyspace, session)
}

fn as_user(server: &Server, user: &str) -> Options {
    options(&server.url_as(user, "secret", 0))
}

/// In parts whatever its size.
fn in_parts(options: Options) -> Options {
    Options {
        in_parts_above: Some(0),
        ..options
    }
}

fn read(session: &mut dyn Session, keys: &[String]) -> Vec<Fetched> {
    let keys: Vec<Bytes> = keys.iter().map(|key| bytes(key)).collect();
    session.read(&keys).expect("the server answers")
}

fn value(image: &Image) -> Value {
    remold_rdb::decode(&image.payload).expect("a payload").value
}

/// Values that take many parts each, and every kind of pending entries.
fn fill_large(connection: &mut Connection, version: ServerVersion) -> Vec<String> {
    const MANY: usize = 12_000;
    let mut pipeline = pipe();
    pipeline
        .cmd("SET")
        .arg("large:text")
        .arg("0123456789abcdef".repeat(100_000))
        .ignore();
    // As long as two parts exactly, and empty.
    pipeline
        .cmd("SET")
        .arg("large:even")
        .arg("x".repeat(1 << 20))
        .ignore();
    pipeline
        .cmd("SETRANGE")
        .arg("large:none")
        .arg(0)
        .arg("")
        .ignore();
    for number in 0..MANY {
        let name = format!("name {number} {}", "y".repeat(number % 100));
        pipeline.cmd("RPUSH").arg("large:list").arg(&name).ignore();
        pipeline.cmd("SADD").arg("large:set").arg(&name).ignore();
        pipeline
            .cmd("ZADD")
            .arg("large:zset")
            .arg(format!("{number}.1"))
            .arg(&name)
            .ignore();
        pipeline
            .cmd("HSET")
            .arg("large:hash")
            .arg(&name)
            .arg(number)
            .ignore();
        pipeline
            .cmd("XADD")
            .arg("large:stream")
            .arg(format!("{}-1", number + 1))
            .arg(&name)
            .arg(number)
            .ignore();
        if version.has_field_expiry() && number % 3 == 0 {
            let at = 4_000_000_000_000_usize + number;
            pipeline
                .cmd("HPEXPIREAT")
                .arg("large:hash")
                .arg(at)
                .arg(&["FIELDS", "1", &name])
                .ignore();
        }
    }
    pipeline
        .cmd("XGROUP")
        .arg(&["CREATE", "large:stream", "g", "0"])
        .ignore();
    for (consumer, count) in [("one", "300"), ("two", "40")] {
        pipeline
            .cmd("XREADGROUP")
            .arg(&[
                "GROUP",
                "g",
                consumer,
                "COUNT",
                count,
                "STREAMS",
                "large:stream",
                ">",
            ])
            .ignore();
    }
    pipeline.exec(connection).expect("the commands are valid");
    ["text", "even", "list", "set", "zset", "hash", "stream"]
        .map(|kind| format!("large:{kind}"))
        .to_vec()
}

#[test]
fn values_are_read_by_commands_as_dump_reads_them() {
    on_all(|version| {
        let server = server(version);
        let mut app = server.connection();
        let shapes = Shape::all(version);
        let mut keys = populate(&mut app, &shapes, "key:", 3 * shapes.len() as u64);
        keys.extend(fill_large(&mut app, version));
        keys.push("absent".to_owned());
        let (_keyspace, mut by_dump) = open(options(&server.url()));
        let expected = read(by_dump.as_mut(), &keys);
        let (_nodump, mut by_commands) = open(as_user(&server, "nodump"));
        let (_parts, mut by_parts) = open(in_parts(options(&server.url())));
        let typed = read(by_commands.as_mut(), &keys);
        let parts = read(by_parts.as_mut(), &keys);
        for (((key, expected), typed), parts) in keys.iter().zip(&expected).zip(&typed).zip(&parts)
        {
            let Fetched::Found(image) = expected else {
                assert_eq!(
                    (key.as_str(), typed, parts),
                    ("absent", &Fetched::Absent, &Fetched::Absent)
                );
                continue;
            };
            let same = |other: &Fetched| {
                let other = found(other);
                assert!(
                    value(other).same(&value(image)),
                    "{version}, {key}: {:?}\n{:?}",
                    value(other),
                    value(image)
                );
                assert_eq!(other.expires_at, image.expires_at, "{version}, {key}");
            };
            same(parts);
            if key.contains("vectors") {
                let kind = "vectorset".to_owned();
                assert_eq!(*typed, Fetched::Unreadable(Unreadable::Kind { kind }));
            } else {
                same(typed);
            }
        }
    });
}

/// Copies keys through a session, and returns those that it could not be asked to write.
fn copy(keyspace: &RedisKeyspace, session: &mut dyn Session, keys: &[String]) -> Vec<String> {
    let facts = shard(keyspace).facts();
    assert_eq!(facts.written_as, WrittenAs::Commands);
    let mut left = Vec::new();
    for (batch, key) in (1..).zip(keys) {
        let read = session
            .read_guarded(1, &candidates(&[key]), u64::MAX)
            .expect("it reads");
        let image = match &read[0] {
            Fetched::Found(image) if facts.written_as.objection(&value(image)).is_none() => image,
            _ => {
                left.push(key.clone());
                continue;
            }
        };
        let name = format!("copy:{key}");
        let old = session.extend_guard(&[bytes(&name)]).expect("it reads");
        assert!(
            matches!(old[0], Fetched::Found(_)),
            "there is something to replace"
        );
        let writes = [put(&name, image)];
        let commit = CommitBatch {
            run: RUN,
            batch,
            writes: &writes,
            watermark: None,
        };
        assert_eq!(session.commit(&commit), Ok(Commit::Applied), "{key}");
    }
    left
}

#[test]
fn values_are_written_by_commands_as_they_were_read() {
    on_all(|version| {
        for user in ["norestore", "neither"] {
            let server = server(version);
            let mut app = server.connection();
            let shapes = Shape::all(version);
            let mut keys = populate(&mut app, &shapes, "key:", 3 * shapes.len() as u64);
            keys.extend(fill_large(&mut app, version));
            for key in &keys {
                let () = send(&mut app, &format!("HSET copy:{key} what was"));
            }
            let (keyspace, mut session) = open(as_user(&server, user));
            shard(&keyspace)
                .ledger()
                .expect("a ledger")
                .raise_epoch("run", 1)
                .expect("an epoch");
            let left = copy(&keyspace, session.as_mut(), &keys);
            let refused = |key: &String| {
                key.contains("vectors") || key.contains("stream-groups") || key == "large:stream"
            };
            assert!(left.iter().all(refused), "{version}, {user}: {left:?}");
            let copied = keys.iter().filter(|key| !left.contains(key));
            let names: Vec<String> = copied.map(|key| format!("copy:{key}")).collect();
            assert!(names.len() + 5 > 3 * shapes.len(), "{version}: {left:?}");
            let mut now = Snapshot::take(&mut app);
            let before = now.clone();
            now.keys = names
                .iter()
                .map(|name| {
                    let state = before.key(name).clone();
                    (name.trim_start_matches("copy:").as_bytes().to_vec(), state)
                })
                .collect();
            let mut expected = before;
            expected.keys.retain(|key, _| now.keys.contains_key(key));
            expected.assert_same(&now);
        }
    });
}

/// Fields that are always written together, wherever they lie in the table.
const TOGETHER: usize = 50;

fn write_together(app: &mut Connection, number: u64) {
    let mut command = cmd("HSET");
    command.arg("large:hash");
    for field in 0..TOGETHER {
        command.arg(format!("together {field}")).arg(number);
    }
    command.exec(app).expect("it is written");
}

/// A session behind a proxy that writes all over a large hash before chosen `HSCAN`s.
struct Meddled {
    server: Server,
    _proxy: Proxy,
    _keyspace: RedisKeyspace,
    session: Box<dyn Session>,
}

impl Meddled {
    fn new(version: ServerVersion, writes: impl Fn(u64) -> bool + Send + Sync + 'static) -> Self {
        let server = server(version);
        let mut app = server.connection();
        fill_large(&mut app, version);
        write_together(&mut app, 0);
        let proxy = Proxy::start(&server);
        let (keyspace, _) = open(in_parts(options(&server.url())));
        shard(&keyspace)
            .ledger()
            .expect("a ledger")
            .raise_epoch("run", 1)
            .expect("an epoch");
        let url = server.url();
        let seen = AtomicU64::new(0);
        proxy.add(Rule::every(Action::Count, move |request| {
            if !request.is("HSCAN") {
                return false;
            }
            let number = seen.fetch_add(1, Ordering::SeqCst) + 1;
            if writes(number) {
                let mut app = redis::Client::open(url.as_str())
                    .and_then(|client| client.get_connection())
                    .expect("the server");
                write_together(&mut app, number);
            }
            true
        }));
        let (keyspace, session) = open(in_parts(options(&proxy.url_of(0))));
        Self {
            server,
            _proxy: proxy,
            _keyspace: keyspace,
            session,
        }
    }

    /// What the fields hold that are written together: one number.
    fn together(fetched: &Fetched) -> Vec<String> {
        let Value::Hash(fields) = value(found(fetched)) else {
            panic!("it is a hash");
        };
        let mut numbers: Vec<String> = (0..TOGETHER)
            .map(|field| {
                let field = fields.get(format!("together {field}").as_bytes());
                let field = field.expect("the field is there");
                String::from_utf8_lossy(&field.value).into_owned()
            })
            .collect();
        numbers.dedup();
        numbers
    }
}

#[test]
fn a_key_that_changes_while_it_is_read_in_parts_is_read_again() {
    on_all(|version| {
        let mut meddled = Meddled::new(version, |number| number == 3 || number == 5);
        let read = meddled
            .session
            .read(&[bytes("large:hash")])
            .expect("it reads");
        assert_eq!(Meddled::together(&read[0]), ["5"], "{version}");
    });
}

#[test]
fn a_key_that_changed_between_the_parts_conflicts() {
    on_all(|version| {
        let mut meddled = Meddled::new(version, |number| number == 3);
        let read = meddled
            .session
            .read_guarded(1, &candidates(&["large:hash"]), u64::MAX)
            .expect("it reads");
        assert_eq!(Meddled::together(&read[0]), ["3"], "{version}");
        let delete = [remold_engine::port::Write::Delete {
            key: bytes("large:hash"),
        }];
        let batch = |batch| CommitBatch {
            run: RUN,
            batch,
            writes: &delete,
            watermark: None,
        };
        // It was put under guard before it changed.
        let conflict = Commit::Conflict { keys: Vec::new() };
        assert_eq!(
            meddled.session.commit(&batch(1)),
            Ok(conflict.clone()),
            "{version}"
        );
        meddled
            .session
            .read_guarded(1, &candidates(&["large:hash"]), u64::MAX)
            .expect("it reads");
        let mut app = meddled.server.connection();
        let () = send(&mut app, "HSET large:hash first 9");
        assert_eq!(meddled.session.commit(&batch(2)), Ok(conflict), "{version}");
        meddled
            .session
            .read_guarded(1, &candidates(&["large:hash"]), u64::MAX)
            .expect("it reads");
        assert_eq!(
            meddled.session.commit(&batch(3)),
            Ok(Commit::Applied),
            "{version}"
        );
        assert_eq!(send::<u8>(&mut app, "EXISTS large:hash"), 0, "{version}");
    });
}

#[test]
fn a_key_that_never_holds_still_is_not_read_in_parts() {
    let mut meddled = Meddled::new(ServerVersion::Redis7_0, |_| true);
    let keys = [bytes("large:hash"), bytes("large:list")];
    let read = meddled.session.read(&keys).expect("the server answers");
    assert!(
        matches!(read[0], Fetched::Unreadable(Unreadable::Restless { .. })),
        "{:?}",
        read[0]
    );
    assert!(matches!(read[1], Fetched::Found(_)));
}

#[test]
fn a_key_that_changes_its_type_or_goes_away_while_it_is_read_is_read_as_what_it_is() {
    for (version, command) in [
        (ServerVersion::Redis6_2, "DEL large:hash"),
        (ServerVersion::Redis8_2, "SET large:hash text"),
    ] {
        let server = server(version);
        let mut app = server.connection();
        fill_large(&mut app, version);
        let proxy = Proxy::start(&server);
        let url = server.url();
        let seen = AtomicU64::new(0);
        proxy.add(Rule::every(Action::Count, move |request| {
            if request.is("HSCAN") && seen.fetch_add(1, Ordering::SeqCst) == 2 {
                let mut app = redis::Client::open(url.as_str())
                    .and_then(|client| client.get_connection())
                    .expect("the server");
                let _: redis::Value = send(&mut app, command);
            }
            true
        }));
        let (_keyspace, mut session) = open(in_parts(options(&proxy.url_of(0))));
        let read = session.read(&[bytes("large:hash")]).expect("it reads");
        match command {
            "DEL large:hash" => assert_eq!(read[0], Fetched::Absent),
            _ => assert!(value(found(&read[0])).same(&Value::Text(bytes("text")))),
        }
    }
}

#[test]
fn only_what_is_larger_than_the_limit_is_read_in_parts() {
    let server = server(ServerVersion::Redis7_0);
    let mut app = server.connection();
    fill_large(&mut app, ServerVersion::Redis7_0);
    let () = send(&mut app, "HSET small f v");
    let options = Options {
        in_parts_above: Some(100_000),
        ..options(&server.url())
    };
    let (keyspace, mut session) = open(options);
    let calls = |app: &mut Connection, command: &str| -> String {
        let stats: String = cmd("INFO").arg("commandstats").query(app).expect("INFO");
        let line = stats
            .lines()
            .find(|line| line.starts_with(&format!("cmdstat_{command}:")));
        line.and_then(|line| line.split(',').next())
            .unwrap_or("none")
            .to_owned()
    };
    let () = send(&mut app, "CONFIG RESETSTAT");
    session
        .read(&[bytes("small"), bytes("absent")])
        .expect("it reads");
    assert_eq!(
        (calls(&mut app, "dump"), calls(&mut app, "hscan")),
        ("cmdstat_dump:calls=2".to_owned(), "none".to_owned())
    );
    let () = send(&mut app, "CONFIG RESETSTAT");
    let known = Candidate {
        size: Some(1 << 20),
        ..Candidate::new(bytes("large:hash"))
    };
    shard(&keyspace)
        .ledger()
        .expect("a ledger")
        .raise_epoch("run", 1)
        .expect("an epoch");
    session
        .read_guarded(1, &[known], u64::MAX)
        .expect("it reads");
    assert_eq!(calls(&mut app, "dump"), "none");
    assert_ne!(calls(&mut app, "hscan"), "none");
    assert_eq!(
        calls(&mut app, "memory|usage"),
        "none",
        "a look-ahead has told the size"
    );
}

#[test]
fn what_is_read_by_commands_needs_watch_and_says_so() {
    on_all(|version| {
        let users = remold_tests::Options::new()
            .user("nodump on >secret ~* +@all -dump")
            .user("nowatch on >secret ~* +@all -watch")
            .user("neither on >secret ~* +@all -watch -dump")
            .user("noscan on >secret ~* +@all -dump -zscan");
        let server = Server::start(version, users);
        let refused = |options: Options| match RedisKeyspace::connect(options) {
            Err(remold_engine::port::StoreError::Server {
                hint: Some(hint), ..
            }) => hint,
            other => panic!("{version}: {other:?}"),
        };
        let lua = |options: Options| Options {
            guard: GuardChoice::Lua,
            ..options
        };
        let hint = refused(lua(as_user(&server, "nodump")));
        assert!(
            hint.contains("ACL SETUSER nodump +dump") && hint.contains("watch"),
            "{hint}"
        );
        let hint = refused(as_user(&server, "neither"));
        assert!(hint.contains("+dump") && hint.contains("+watch"), "{hint}");
        let hint = refused(in_parts(as_user(&server, "nowatch")));
        assert!(
            hint.contains("+watch") && hint.contains("oversized"),
            "{hint}"
        );
        let hint = refused(in_parts(lua(options(&server.url()))));
        assert!(hint.contains("oversized"), "{hint}");
        let hint = refused(as_user(&server, "noscan"));
        assert!(hint.contains("ACL SETUSER noscan +zscan"), "{hint}");
        for guard in [GuardChoice::Auto, GuardChoice::None] {
            let options = Options {
                guard,
                ..as_user(&server, "nodump")
            };
            let notes = shard(&RedisKeyspace::connect(options).expect("it is taken"))
                .facts()
                .notes;
            assert!(
                notes
                    .iter()
                    .any(|note| note.contains("DUMP is not permitted")),
                "{notes:?}"
            );
        }
    });
}

#[test]
fn expiries_of_fields_are_never_lost_for_want_of_a_permission() {
    let user = "app on >secret ~* +@all -dump -hpexpiretime";
    let server = Server::start(
        ServerVersion::Redis8_2,
        remold_tests::Options::new().user(user),
    );
    let error = RedisKeyspace::connect(as_user(&server, "app")).expect_err("it is refused");
    assert!(format!("{error:?}").contains("+hpexpiretime"), "{error:?}");
}

#[test]
fn bookkeeping_is_not_in_the_way() {
    // Everything that a run writes for itself works without DUMP and RESTORE.
    let server = server(ServerVersion::Redis7_0);
    let (keyspace, mut session) = open(as_user(&server, "neither"));
    let mut ledger = shard(&keyspace).ledger().expect("a ledger");
    ledger.raise_epoch("run", 1).expect("an epoch");
    let mut app = server.connection();
    let () = send(&mut app, "SET k v PX 100000");
    let read = session
        .read_guarded(1, &candidates(&["k"]), u64::MAX)
        .expect("it reads");
    let writes = [put("copy", found(&read[0]))];
    let batch = CommitBatch {
        run: RUN,
        batch: 7,
        writes: &writes,
        watermark: None,
    };
    assert_eq!(session.commit(&batch), Ok(Commit::Applied));
    assert_eq!(ledger.progress(RUN).expect("progress").receipts, [7]);
    assert_eq!(
        send::<i64>(&mut app, "PEXPIRETIME copy"),
        send::<i64>(&mut app, "PEXPIRETIME k")
    );
    assert!(send::<u8>(&mut app, &format!("EXISTS {PREFIX}run:{RUN}:receipts")) == 1);
}
