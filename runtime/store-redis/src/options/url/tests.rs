//! Addresses of every form, and wrong ones.

use std::path::PathBuf;

use super::super::{Address, Options, OptionsError, Secret, Tls};

fn tcp(host: &str, port: u16) -> Options {
    Options::new(Address::Tcp {
        host: host.to_owned(),
        port,
    })
}

fn check(text: &str, expected: &Options) {
    assert_eq!(Options::parse_url(text).as_ref(), Ok(expected), "{text}");
}

fn check_refused(text: &str, code: &str) -> OptionsError {
    let error = Options::parse_url(text).expect_err(text);
    assert_eq!(error.code(), code, "{text}: {error}");
    assert!(!error.to_string().contains("hunter2"), "{error}");
    assert!(!error.hint().is_empty());
    error
}

#[test]
fn addresses_of_tcp_servers_are_read() {
    check("redis://localhost", &tcp("localhost", 6379));
    check(
        "valkey://localhost:7000/3",
        &Options {
            database: 3,
            ..tcp("localhost", 7000)
        },
    );
    check("redis://[::1]:7000/", &tcp("::1", 7000));
    let user = Options {
        username: Some("app".to_owned()),
        password: Some(Secret::new("p@ss/word")),
        ..tcp("db", 1)
    };
    check("redis://app:p%40ss%2Fword@db:1/0", &user);
    check(
        "redis://:secret@db:1",
        &Options {
            password: Some(Secret::new("secret")),
            ..tcp("db", 1)
        },
    );
}

#[test]
fn a_scheme_with_s_means_tls() {
    check(
        "rediss://db:1",
        &Options {
            tls: Some(Tls::default()),
            ..tcp("db", 1)
        },
    );
    let insecure = Tls {
        insecure: true,
        ..Tls::default()
    };
    check(
        "valkeys://db:1/#insecure",
        &Options {
            tls: Some(insecure),
            ..tcp("db", 1)
        },
    );
}

#[test]
fn addresses_of_unix_sockets_are_read() {
    let socket = Options::new(Address::Unix {
        path: PathBuf::from("/run/redis.sock"),
    });
    check("redis+unix:///run/redis.sock", &socket);
    let user = Options {
        database: 2,
        username: Some("app".to_owned()),
        password: Some(Secret::new("secret")),
        ..socket
    };
    check("unix:///run/redis.sock?db=2&user=app&pass=secret", &user);
}

#[test]
fn what_is_no_address_is_refused_without_showing_the_password() {
    check_refused("localhost:6379", "not-an-address");
    check_refused("user:hunter2@localhost:6379", "not-an-address");
    check_refused("redis://", "not-an-address");
    check_refused("redis://user:hunter2@host:99999", "not-an-address");
    check_refused("http://user:hunter2@host", "unknown-scheme");
    check_refused(
        "redis-sentinel://user:hunter2@host/mymaster",
        "not-standalone",
    );
    check_refused("redis://user:hunter2@a:1,b:2/0", "not-standalone");
    check_refused("redis://host/cache", "invalid-database");
    check_refused("redis://host/-1", "invalid-database");
    check_refused("redis+unix:///s?db=x&pass=hunter2", "invalid-database");
    check_refused(
        "redis://user:hunter2@host/0?protocol=3",
        "unknown-parameter",
    );
    check_refused("redis+unix:///s?pas=hunter2", "unknown-parameter");
}

#[test]
fn names_and_debug_output_hold_no_password() {
    let options = Options::parse_url("redis://app:hunter2@db:1/2").expect("it is an address");
    assert_eq!(options.name(), "redis://db:1/2");
    assert!(!format!("{options:?}").contains("hunter2"));
    let socket = Options::parse_url("unix:///s.sock?pass=hunter2").expect("it is an address");
    assert_eq!(socket.name(), "redis+unix:///s.sock?db=0");
}

#[test]
fn the_end_of_a_line_is_no_part_of_a_password() {
    assert_eq!(Secret::new("secret\r\n").reveal(), "secret");
}
