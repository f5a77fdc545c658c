//! Backups in an object store that speaks S3.

use std::ffi::OsString;
use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use remold_tests::{ObjectServer, ServerVersion, Shape, populate, start_remold_with};
use tempfile::tempdir;

use super::house::{Answer, House, assert_same, fill, run, server};

impl House {
    /// A place in an object store.
    fn in_store(store: &ObjectServer, prefix: &str) -> Self {
        Self {
            folder: tempdir().expect("a folder can be made"),
            place: store.place(prefix),
            variables: store.variables(),
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }
}

#[test]
fn the_store_of_the_tests_honours_conditions() {
    let store = ObjectServer::start();
    assert_eq!(store.put("a", b"one", true), 200);
    assert_eq!(store.put("a", b"two", true), 412);
    assert_eq!(store.get("a").as_deref(), Some(&b"one"[..]));
}

#[test]
fn a_backup_lives_there_as_on_a_disk() {
    let store = ObjectServer::start();
    let house = House::in_store(&store, "some/where");
    let (source, fresh) = (
        server(ServerVersion::Redis8_2),
        server(ServerVersion::Redis8_2),
    );
    assert_eq!(house.list(), []);
    fill(&source);
    // More than one part, and parts that are under way at the same time.
    for number in 0..5 {
        let random: String = (0..2_000_000_u64)
            .map(|at| char::from(b'a' + u8::try_from((at * at + at * number) % 23).expect("small")))
            .collect();
        run(
            &mut source.connection(),
            &["SET", &format!("large:{number}"), &random],
        );
    }
    run(
        &mut source.connection(),
        &["CONFIG", "SET", "rdbcompression", "no"],
    );
    run(
        &mut source.connection(),
        &["SETRANGE", "huge", "30000000", "x"],
    );
    house.create("one", &source);
    assert_eq!(house.create("one", &source)["existed"], true);
    house.call("verify", &["one"]).done();
    house.restore("one", &fresh);
    assert_same(&source, &fresh);
    house.create("two", &source);
    let names =
        |house: &House| -> Vec<String> { house.list().into_iter().map(|(name, _)| name).collect() };
    assert_eq!(names(&house).len(), 2);
    let elsewhere = House::in_store(&store, "some");
    assert_eq!(
        elsewhere.list(),
        [],
        "what is deeper belongs to another place"
    );
    house.call("prune", &["--keep", "1", "--yes"]).done();
    let left = names(&house);
    assert_eq!(left.len(), 1, "{left:?}");
    house.call("verify", &[&left[0]]).done();
    house.call("prune", &["--keep", "0", "--yes"]).done();
    assert_eq!(names(&house), left, "the last one stays");
    house
        .call("prune", &["--keep", "0", "--all", "--yes"])
        .done();
    assert_eq!(house.list(), []);
}

#[test]
fn a_program_has_its_backup_in_another_store_than_its_journal() {
    let (journals, backups) = (ObjectServer::start(), ObjectServer::start());
    let house = House::in_store(&backups, "kept");
    let source = server(ServerVersion::Redis8_2);
    run(&mut source.connection(), &["HSET", "user:1", "name", "Ada"]);
    let manifest = house.path("migration.yaml");
    let program = r#"fn run() { backup("before"); let user = get("user:1"); user.hash.set("seen", "1"); apply(user); }"#;
    let text = format!(
        "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: {{ name: marked }}\nspec:\n  select: {{ match: 'user:*', type: \
         hash }}\n  transform: {{ rhai: {{ source: '{program}' }} }}\n  capabilities: {{ backup: true }}\n"
    );
    fs::write(&manifest, text).expect("it can be written");
    let mut variables = journals.variables();
    let prefixed =
        |(name, value): &(String, String)| (format!("REMOLD_BACKUP_{name}"), value.clone());
    variables.extend(backups.variables().iter().map(prefixed));
    let variables: Vec<(String, OsString)> = variables
        .into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect();
    let child = start_remold_with(
        &[
            "run",
            &manifest.display().to_string(),
            "--target",
            &source.url(),
            "--journal",
            &journals.place("undo"),
            "--backup-store",
            &backups.place("kept"),
            "--yes",
            "--output",
            "json",
        ],
        &variables,
    );
    let ran = Answer::of(&child.wait_with_output().expect("it ends")).done();
    let name = ran["backups"][0]["name"].as_str().expect("it has a backup");
    house.call("verify", &[name]).done();
    let in_the_other = House::in_store(&journals, "kept");
    assert_eq!(in_the_other.list(), [], "it is where it belongs alone");
}

#[test]
fn two_who_ask_for_one_name_at_once_get_one_backup() {
    let store = ObjectServer::start();
    let house = House::in_store(&store, "x");
    let source = server(ServerVersion::Valkey8);
    populate(
        &mut source.connection(),
        &Shape::small(ServerVersion::Valkey8),
        "",
        3000,
    );
    house.create_at_once(&source);
    let pruned = house.call("prune", &["--grace", "0ms", "--dry-run"]).done();
    assert_eq!(
        pruned["removed"].as_array().map(Vec::len),
        Some(0),
        "the others took their data away"
    );
}

#[test]
fn wrong_keys_are_refused_in_words() {
    let store = ObjectServer::start_with_user();
    let source = server(ServerVersion::Redis7_0);
    run(&mut source.connection(), &["SET", "key", "x"]);
    let mut house = House::in_store(&store, "x");
    house.create("one", &source);
    house.set("AWS_SECRET_ACCESS_KEY", "wrong");
    let create = ["--name", "two", "--target", &source.url()];
    let said = house.call("create", &create).refused(6, "place-denied");
    assert!(said.contains("AWS_SECRET_ACCESS_KEY"), "{said}");
    house.call("list", &[]).refused(6, "place-denied");
    house.call("verify", &["one"]).refused(6, "place-denied");
}

#[test]
fn a_bucket_that_is_missing_and_a_store_that_is_gone_are_told_apart() {
    let store = ObjectServer::start();
    let source = server(ServerVersion::Redis7_0);
    run(&mut source.connection(), &["SET", "key", "x"]);
    let mut house = House::in_store(&store, "x");
    let create = ["--name", "one", "--target", &source.url()];
    "s3://nothing-here/x".clone_into(&mut house.place);
    for answer in [
        house.call("create", &create),
        house.call("list", &[]),
        house.call("verify", &["one"]),
    ] {
        let said = answer.refused(1, "no-bucket");
        assert!(said.contains("s3://nothing-here/x"), "{said}");
    }
    house.place = store.place("x");
    house.set("AWS_ALLOW_HTTP", "false");
    house
        .call("create", &create)
        .refused(1, "place-unreachable");
    house.set("AWS_ALLOW_HTTP", "true");
    house.create("one", &source);
    store.kill();
    house
        .call("verify", &["one"])
        .refused(1, "place-unreachable");
}

#[test]
fn a_store_that_is_killed_in_the_middle_makes_no_backup() {
    let store = ObjectServer::start();
    let source = server(ServerVersion::Redis7_0);
    // The snapshot is longer than what is gathered before the first part is sent.
    run(
        &mut source.connection(),
        &["CONFIG", "SET", "rdbcompression", "no"],
    );
    run(
        &mut source.connection(),
        &["SETRANGE", "huge", "60000000", "x"],
    );
    let house = House::in_store(&store, "x");
    let child = house.start("create", &["--name", "one", "--target", &source.url()]);
    remold_tests::wait_for("the upload has begun", || {
        store.log().contains("?uploads").then_some(())
    });
    store.kill();
    let answer = Answer::of(&child.wait_with_output().expect("it ends"));
    let said = answer.refused(1, "place-unreachable");
    assert!(said.contains("AWS_ENDPOINT_URL"), "{said}");
}

/// Stands before a store and loses its answer to the first request that begins so, after the store has done it.
fn lose_an_answer(to: u16, request: &'static [u8]) -> (u16, Arc<AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it has an address").port();
    let lost = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&lost);
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let server = TcpStream::connect(("127.0.0.1", to)).expect("the store runs");
            let lost = Arc::clone(&lost);
            thread::spawn(move || pass(client, server, request, &lost));
        }
    });
    (port, told)
}

/// Passes the bytes of a connection on, but for the answer that is to be lost.
fn pass(mut client: TcpStream, server: TcpStream, request: &[u8], lost: &AtomicBool) {
    let clone = |stream: &TcpStream| stream.try_clone().expect("a handle can be cloned");
    let (mut answers, mut back, mut on) = (clone(&server), clone(&client), server);
    let losing = Arc::new(AtomicBool::new(false));
    let loses = Arc::clone(&losing);
    let answering = thread::spawn(move || {
        let mut buffer = vec![0; 65536];
        while let Ok(count @ 1..) = answers.read(&mut buffer) {
            // The store has answered, and so has done it.
            if loses.load(Ordering::SeqCst) || back.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        let _ = back.shutdown(Shutdown::Both);
    });
    let mut buffer = vec![0; 65536];
    while let Ok(count @ 1..) = client.read(&mut buffer) {
        let begins = buffer[..count].starts_with(b"PUT ");
        let line = buffer[..count]
            .split(|byte| *byte == b'\r')
            .next()
            .unwrap_or_default();
        if begins && line.windows(request.len()).any(|part| part == request) {
            losing.fetch_or(!lost.swap(true, Ordering::SeqCst), Ordering::SeqCst);
        }
        if on.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = on.shutdown(Shutdown::Both);
    answering.join().expect("it does not fail");
}

#[test]
fn a_put_whose_answer_was_lost_is_found_to_be_done() {
    let store = ObjectServer::start();
    let source = server(ServerVersion::Redis7_0);
    run(&mut source.connection(), &["SET", "key", "x"]);
    for object in [&b"data-"[..], b"backup.json"] {
        let (port, lost) = lose_an_answer(store.port(), object);
        let name = String::from_utf8_lossy(&object[..4]).into_owned();
        let mut house = House::in_store(&store, "x");
        house.variables = store.variables_at(port);
        let created = house.create(&name, &source);
        assert!(lost.load(Ordering::SeqCst), "{name}: an answer was lost");
        assert_eq!(created["existed"], false, "{name}: it is ours");
        house.call("verify", &[&name]).done();
    }
}
