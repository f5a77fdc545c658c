//! The support library itself: every server that the other tests rely on starts, and does what its options say.

mod keyspace;
mod lifetime;

use std::fs;
use std::time::Duration;

use redis::{Client, ClientTlsConfig, Commands as _, Connection, RedisResult, TlsCertificates};
use remold_tests::{Action, Flavour, Options, Proxy, Rule, Server, ServerVersion};

fn connect(url: &str) -> RedisResult<Connection> {
    Client::open(url)?.get_connection()
}

#[test]
fn every_version_starts_and_is_what_it_says() {
    for version in ServerVersion::ALL {
        let server = Server::start(version, Options::new());
        let field = match version.flavour() {
            Flavour::Redis => "redis_version",
            Flavour::Valkey => "valkey_version",
        };
        for mut connection in [
            server.connection(),
            connect(&server.url()).expect("the port answers"),
        ] {
            let info: redis::InfoDict = redis::cmd("INFO")
                .arg("server")
                .query(&mut connection)
                .expect("INFO");
            let is: String = info.get(field).expect("the version is in INFO");
            assert!(
                is.starts_with(version.version_prefix()),
                "{version} says it is {is}"
            );
        }
    }
}

#[test]
fn a_shared_server_gives_each_test_a_database_of_its_own() {
    for version in ServerVersion::ALL {
        let server = Server::shared(version);
        let (one, other) = (server.fresh_database(), server.fresh_database());
        assert_ne!(one.index(), other.index());
        let () = one.connection().set("key", "value").expect("SET");
        assert!(!other.connection().exists::<_, bool>("key").expect("EXISTS"));
        assert!(
            connect(&one.url())
                .expect("its URL")
                .exists::<_, bool>("key")
                .expect("EXISTS")
        );
        assert_eq!(Server::shared(version).port(), server.port());
    }
}

#[test]
fn what_is_appended_survives_a_kill_and_the_port_stays() {
    for version in ServerVersion::ALL {
        let server = Server::start(version, Options::new().append_only());
        let (port, url) = (server.port(), server.url());
        let () = connect(&url)
            .expect("it runs")
            .set("key", "value")
            .expect("SET");
        server.kill();
        assert!(connect(&url).is_err());
        server.restart();
        assert_eq!(server.port(), port);
        let value: String = connect(&url)
            .expect("it runs again")
            .get("key")
            .expect("GET");
        assert_eq!(value, "value");
    }
}

#[test]
fn a_snapshot_is_written_at_a_stop_and_not_at_a_kill() {
    let server = Server::start(ServerVersion::Redis7_0, Options::new().snapshots());
    let () = server.connection().set("kept", 1).expect("SET");
    server.stop();
    server.restart();
    let () = server.connection().set("lost", 1).expect("SET");
    server.kill();
    server.restart();
    let keys: Vec<String> = server.connection().keys("*").expect("KEYS");
    assert_eq!(keys, ["kept"]);
}

#[test]
fn a_server_with_tls_wants_a_certificate() {
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    for version in ServerVersion::ALL
        .into_iter()
        .filter(|version| version.has_tls())
    {
        let server = Server::start(version, Options::new().tls());
        let files = server.certificates();
        let read = |path| fs::read(path).expect("a certificate can be read");
        let open = |client_tls| {
            let root_cert = Some(read(&files.authority));
            let certificates = TlsCertificates {
                client_tls,
                root_cert,
            };
            Client::build_with_tls(server.url(), certificates)
                .expect("the certificates are well formed")
        };
        let known = open(Some(ClientTlsConfig {
            client_cert: read(&files.client),
            client_key: read(&files.client_key),
        }));
        let pong: String = redis::cmd("PING")
            .query(&mut known.get_connection().expect("TLS"))
            .expect("PING");
        assert_eq!(pong, "PONG");
        assert!(
            open(None).get_connection().is_err(),
            "{version} accepts a client without a certificate"
        );
        let plain = server.url().replace("rediss:", "redis:");
        assert!(connect(&plain).is_err(), "{version} answers without TLS");
    }
}

#[test]
fn users_and_passwords_hold() {
    for version in ServerVersion::ALL {
        for options in [Options::new(), Options::new().user_file()] {
            let server = Server::start(
                version,
                options.user("app on >secret ~user:* +@read +@connection"),
            );
            let mut app = connect(&server.url_as("app", "secret", 0)).expect("app may connect");
            assert_eq!(
                app.get::<_, Option<String>>("user:1")
                    .expect("app may read user:*"),
                None
            );
            let denied = app
                .get::<_, Option<String>>("plan:1")
                .expect_err("app may not read plan:*");
            assert_eq!(denied.code(), Some("NOPERM"));
            assert!(connect(&server.url_as("app", "wrong", 0)).is_err());
        }
        let server = Server::start(version, Options::new().password("secret"));
        assert!(
            connect(&server.url())
                .expect("the port answers")
                .ping::<String>()
                .is_ok()
        );
        let without = server.url().replace(":secret@", "");
        let denied = connect(&without).and_then(|mut connection| connection.ping::<String>());
        assert_eq!(
            denied.expect_err("a password is wanted").code(),
            Some("NOAUTH")
        );
    }
}

#[test]
fn memory_and_other_settings_reach_the_server() {
    let options = Options::new()
        .max_memory("64mb", "allkeys-lru")
        .databases(3)
        .config("hz 42");
    let server = Server::start(ServerVersion::Valkey8, options);
    let mut connection = server.connection();
    for (name, value) in [
        ("maxmemory", "67108864"),
        ("maxmemory-policy", "allkeys-lru"),
        ("databases", "3"),
        ("hz", "42"),
    ] {
        let reply: Vec<String> = redis::cmd("CONFIG")
            .arg("GET")
            .arg(name)
            .query(&mut connection)
            .expect("CONFIG GET");
        assert_eq!(reply, [name, value]);
    }
}

#[test]
fn the_module_gives_a_type_of_its_own() {
    let server = Server::start(ServerVersion::Redis8_2, Options::new().module());
    let mut connection = server.connection();
    redis::cmd("GRAPH.QUERY")
        .arg("graph")
        .arg("CREATE (:person {name: 'x'})")
        .exec(&mut connection)
        .expect("query");
    let kind: String = redis::cmd("TYPE")
        .arg("graph")
        .query(&mut connection)
        .expect("TYPE");
    assert_eq!(kind, "graphdata");
}

#[test]
fn a_paused_server_keeps_connections_and_says_nothing() {
    let server = Server::start(ServerVersion::Redis7_0, Options::new());
    let mut connection = server.connection();
    connection
        .set_read_timeout(Some(Duration::from_millis(50)))
        .expect("a timeout can be set");
    server.pause();
    let error = redis::cmd("PING")
        .exec(&mut connection)
        .expect_err("nothing answers");
    assert!(error.is_timeout(), "{error}");
    server.proceed();
    assert!(server.connection().ping::<String>().is_ok());
}

#[test]
fn a_request_that_is_cut_before_the_server_is_not_executed() {
    let database = Server::shared(ServerVersion::Redis7_0).fresh_database();
    let proxy = Proxy::start(database.server());
    let rule = proxy.add(Rule::nth_command(2, Action::CutBefore, "INCRBY"));
    let mut client = connect(&proxy.url_of(database.index())).expect("the proxy hands on");
    assert_eq!(
        client
            .incr::<_, _, u64>("key", 1)
            .expect("the first is handed on"),
        1
    );
    assert!(client.incr::<_, _, u64>("key", 1).is_err());
    assert_eq!(database.connection().get::<_, u64>("key").expect("GET"), 1);
    assert_eq!((rule.seen(), rule.fired()), (2, 1));
}

#[test]
fn a_lost_reply_leaves_the_request_executed() {
    let database = Server::shared(ServerVersion::Redis7_0).fresh_database();
    let proxy = Proxy::start(database.server());
    let url = proxy.url_of(database.index());
    let lost = proxy.add(Rule::nth_command(2, Action::LoseReply, "EXEC"));
    let increment = || {
        let mut client = connect(&url)?;
        redis::pipe()
            .atomic()
            .incr("key", 1)
            .query::<(u64,)>(&mut client)
    };
    assert_eq!(increment().expect("the first is handed on"), (1,));
    let error = increment().expect_err("the second loses its reply");
    assert!(
        error.is_connection_dropped() || error.is_io_error(),
        "{error}"
    );
    assert_eq!(database.connection().get::<_, u64>("key").expect("GET"), 2);
    assert_eq!((lost.seen(), lost.fired()), (2, 1));
    assert_eq!(increment().expect("the third is handed on"), (3,));
    assert_eq!(proxy.connections(), 3);
}

#[test]
fn a_proxy_can_refuse_cut_and_delay() {
    let database = Server::shared(ServerVersion::Redis7_0).fresh_database();
    let proxy = Proxy::start(database.server());
    let url = proxy.url_of(database.index());
    let mut client = connect(&url).expect("the proxy hands on");
    let delay = Duration::from_millis(30);
    let slow = proxy.add(Rule::every(Action::Delay(delay), |request| {
        request.mentions(b"slow")
    }));
    let start = std::time::Instant::now();
    let () = client.set("slow", 1).expect("SET");
    assert!(start.elapsed() >= delay);
    assert_eq!(slow.fired(), 1);
    proxy.cut_all();
    assert!(client.get::<_, Option<u64>>("slow").is_err());
    proxy.refuse(true);
    assert!(connect(&url).is_err());
    proxy.refuse(false);
    assert!(connect(&url).is_ok());
}
