//! The databases of one server are keyspaces of their own: a run in one touches no other, and runs in all of them go
//! on at once.

use redis::cmd;
use remold_tests::{Options, Server, ServerVersion, Shape, Snapshot, populate};

use crate::bad_input::{Place, SUCCESS, remold};
use crate::stage::{COUNT, RESERVED, Stage};
use remold_tests::{said, start_remold as start};

const DATABASES: u32 = 16;

fn all(server: &Server) -> Vec<Snapshot> {
    (0..DATABASES)
        .map(|database| Snapshot::take(&mut server.connection_to(database)))
        .collect()
}

#[test]
fn a_run_in_one_database_touches_no_other_and_all_can_be_run_at_once() {
    let server = Server::start(ServerVersion::Redis7_0, Options::new().databases(DATABASES));
    for database in 0..DATABASES {
        let shapes = Shape::all(server.version());
        populate(&mut server.connection_to(database), &shapes, "user:", 40);
    }
    let before = all(&server);
    let manifest = Stage::new(ServerVersion::Redis7_0, 0).manifest("");
    let place = Place::new(&manifest, COUNT);
    place
        .run_at(&server.url_of(7))
        .says(SUCCESS, &["Completed count", "/7"]);
    let after = all(&server);
    for (database, (before, after)) in before.iter().zip(&after).enumerate() {
        if database == 7 {
            let ours = after.keys.keys().filter(|key| key.starts_with(RESERVED));
            assert!(ours.count() > 0, "its bookkeeping is there too");
            assert_ne!(before.keys, after.clone().without_prefix(RESERVED).keys);
        } else {
            // Not even bookkeeping.
            before.assert_same(after);
        }
    }

    // The same migration in all the others at once, with one folder of journals.
    let (path, journals) = (place.path("migration.yaml"), place.journals());
    let others: Vec<_> = (0..DATABASES)
        .filter(|database| *database != 7)
        .map(|database| {
            let url = server.url_of(database);
            start(&[
                "run",
                &path,
                "--target",
                &url,
                "--journal",
                &journals,
                "--yes",
            ])
        })
        .collect();
    for run in others {
        let output = run.wait_with_output().expect("it was started");
        assert!(output.status.success(), "{}", said(&output));
    }
    let expected = after[7].clone().without_prefix(RESERVED);
    for (database, now) in all(&server).into_iter().enumerate() {
        let of_hashes = |keyspace: &Snapshot| {
            let mut keyspace = keyspace.clone().without_prefix(RESERVED);
            keyspace
                .keys
                .retain(|key, _| !key.starts_with(b"user:stream"));
            keyspace
        };
        let changed = of_hashes(&now).keys.len();
        assert_eq!(
            changed,
            of_hashes(&expected).keys.len(),
            "database {database}"
        );
        assert_ne!(
            of_hashes(&now),
            of_hashes(&before[database]),
            "database {database}"
        );
    }
    undone_in_one_it_stays_in_the_others(&server, &before, &journals);
}

fn undone_in_one_it_stays_in_the_others(server: &Server, before: &[Snapshot], journals: &str) {
    let status = remold(&[
        "status",
        "--target",
        &server.url_of(3),
        "--journal",
        journals,
    ]);
    status.says(SUCCESS, &["count-"]);
    let history: std::collections::HashMap<String, String> = cmd("HGETALL")
        .arg("__remold:history")
        .query(&mut server.connection_to(3))
        .expect("it is there");
    assert_eq!(history.len(), 1, "each database has a history of its own");
    let run = history.keys().next().expect("one run");
    let so_far = all(server);
    let wrong = [
        "rollback",
        run,
        "--target",
        &server.url_of(4),
        "--journal",
        journals,
        "--yes",
    ];
    let refused = remold(&wrong);
    assert_ne!(refused.code, Some(SUCCESS), "{}", refused.text);
    so_far[4].assert_same(&all(server)[4]);
    let right = [
        "rollback",
        run,
        "--target",
        &server.url_of(3),
        "--journal",
        journals,
        "--yes",
    ];
    remold(&right).says(SUCCESS, &["Rolled back count"]);
    for (database, now) in all(server).into_iter().enumerate() {
        if database == 3 {
            before[3].assert_same(&now.without_prefix(RESERVED));
        } else {
            so_far[database].assert_same(&now);
        }
    }
}
