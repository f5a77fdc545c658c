//! Ways to a server: TCP, unix sockets, TLS with and without the right certificates, users, databases.

use std::fs;
use std::time::Duration;

use remold_engine::port::{Fault, StoreError};
use remold_host_api::Bytes;
use remold_store_redis::{Address, Options, RedisKeyspace, Secret, Tls};
use remold_tests::{Certificates, Server, ServerVersion};

use super::{bytes, found, on_all, options, send, shard};

fn reads(options: Options, key: &str) -> Bytes {
    let keyspace = RedisKeyspace::connect(options).expect("the server takes us");
    let mut session = shard(&keyspace).session().expect("a session");
    let read = session.read(&[bytes(key)]).expect("it reads");
    found(&read[0]).payload.clone()
}

fn error(options: Options) -> (Fault, String, String) {
    let context = format!("{options:?}");
    match RedisKeyspace::connect(options).expect_err(&context) {
        StoreError::Server {
            fault,
            doing,
            message,
            hint,
            ..
        } => {
            assert!(doing.contains("redis"), "which server? {doing}");
            (
                fault,
                format!("{doing}: {message}"),
                hint.unwrap_or_default(),
            )
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn unix_sockets_databases_and_users_lead_to_the_same_data() {
    on_all(|version| {
        let server = Server::start(
            version,
            remold_tests::Options::new()
                .password("word")
                .user("app on >p@ss ~* &* +@all"),
        );
        let mut app = server.connection_to(3);
        let () = send(&mut app, "SET k v");
        let socket = Options {
            database: 3,
            password: Some(Secret::new("word")),
            ..Options::new(Address::Unix {
                path: server.socket(),
            })
        };
        let as_default = options(&server.url_as("", "word", 3));
        let as_app = options(&server.url_as("app", "p%40ss", 3));
        let payload: Vec<u8> = send(&mut app, "DUMP k");
        for options in [socket, as_default, as_app] {
            assert_eq!(reads(options, "k"), payload, "{version}");
        }
        // A connection that was closed is listed until the server has seen it.
        while send::<String>(&mut app, "CLIENT LIST").contains("name=remold") {
            std::thread::yield_now();
        }
    });
}

#[test]
fn a_wrong_password_or_database_is_refused_with_what_the_server_says() {
    on_all(|version| {
        let server = Server::start(
            version,
            remold_tests::Options::new()
                .password("word")
                .user("app on >secret ~* +@all"),
        );
        let open = Server::shared(version);
        let cases = [
            (format!("redis://127.0.0.1:{}", server.port()), "NOAUTH"),
            (server.url_as("", "wrong", 0), "WRONGPASS"),
            (server.url_as("app", "wrong", 0), "WRONGPASS"),
            (server.url_as("", "word", 99), "out of range"),
            (open.url_as("", "needless", 0), "AUTH"),
        ];
        for (url, says) in cases {
            let (fault, message, hint) = error(options(&url));
            assert_eq!(fault, Fault::Refused, "{version}: {message}");
            assert!(message.contains(says), "{version}: {message}");
            assert!(
                !hint.is_empty() && !format!("{message}{hint}").contains("wrong@"),
                "{version}: {message}"
            );
        }
    });
}

fn tls(certificates: &Certificates) -> Tls {
    let read = |path: &std::path::Path| Some(fs::read(path).expect("a certificate"));
    Tls {
        authority: read(&certificates.authority),
        certificate: read(&certificates.client),
        key: read(&certificates.client_key),
        insecure: false,
    }
}

#[test]
fn tls_works_with_the_right_certificates_and_is_refused_with_others() {
    for version in ServerVersion::ALL
        .into_iter()
        .filter(|version| version.has_tls())
    {
        let server = Server::start(version, remold_tests::Options::new().tls());
        let other = Server::start(version, remold_tests::Options::new().tls());
        let mut app = server.connection();
        let () = send(&mut app, "SET k v");
        let payload: Vec<u8> = send(&mut app, "DUMP k");
        let right = tls(server.certificates());
        let with = |tls: Tls| Options {
            tls: Some(tls),
            ..options(&server.url())
        };
        assert_eq!(reads(with(right.clone()), "k"), payload, "{version}");
        let insecure = Tls {
            authority: None,
            insecure: true,
            ..right.clone()
        };
        assert_eq!(reads(with(insecure), "k"), payload, "{version}");
        let wrong = [
            Tls {
                authority: tls(other.certificates()).authority,
                ..right.clone()
            },
            Tls {
                certificate: None,
                key: None,
                ..right.clone()
            },
            Tls {
                certificate: Some(b"no certificate".to_vec()),
                ..right.clone()
            },
        ];
        for tls in wrong {
            let (fault, message, hint) = error(with(tls));
            assert_eq!(fault, Fault::Refused, "{version}: {message}");
            assert!(!hint.is_empty(), "{version}: {message}");
        }
        let plain = Server::shared(version);
        let (fault, message, hint) = error(Options {
            tls: Some(right),
            // The server waits for the end of a line that never comes.
            connect_timeout: Duration::from_millis(300),
            ..options(&plain.url())
        });
        assert!(
            fault == Fault::Unavailable && hint.contains("TLS"),
            "{version}: {message}; {hint}"
        );
        let (_, message, hint) = error(options(&server.url().replace("rediss", "redis")));
        assert!(hint.contains("rediss://"), "{version}: {message}; {hint}");
    }
}

#[test]
fn a_server_that_is_not_there_is_waited_for_and_an_unknown_host_is_not() {
    let server = Server::start(ServerVersion::Redis7_0, remold_tests::Options::new());
    let (url, socket) = (server.url(), server.socket());
    drop(server);
    let (fault, message, hint) = error(options(&url));
    assert_eq!(fault, Fault::Unavailable, "{message}");
    assert!(hint.contains("running"), "{message}; {hint}");
    let (fault, message, _) = error(Options::new(Address::Unix { path: socket }));
    assert_eq!(fault, Fault::Unavailable, "{message}");
}

#[test]
fn a_server_without_a_connection_left_is_waited_for() {
    for password in [None, Some("word")] {
        let mut settings = remold_tests::Options::new();
        if let Some(password) = password {
            settings = settings.password(password);
        }
        let server = Server::start(ServerVersion::Redis7_0, settings);
        // Not from the start: a connection that was let go counts until the server has noticed.
        let mut only = server.connection();
        let () = redis::cmd("CONFIG")
            .arg(&["SET", "maxclients", "1"])
            .query(&mut only)
            .expect("it can be set");
        let (fault, message, hint) = error(options(&server.url()));
        assert_eq!(fault, Fault::Unavailable, "{message}");
        assert!(
            hint.contains("maxclients") || hint.contains("full"),
            "{message}; {hint}"
        );
    }
}
