//! A backup is of one moment, whoever writes meanwhile; and a name stands for one backup, whoever asks at once.

use redis::pipe;
use remold_tests::{ServerVersion, Shape, Workload, populate};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::house::{House, server};

#[test]
fn what_is_written_together_is_in_a_backup_together() {
    for version in [ServerVersion::Redis6_2, ServerVersion::Redis8_2] {
        let (house, source) = (House::new(), server(version));
        populate(
            &mut source.connection(),
            &Shape::small(version),
            "other:",
            20_000,
        );
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, mut connection) = (Arc::clone(&stop), source.connection());
        let writer = thread::spawn(move || {
            let mut written = 0_u64;
            while !stopped.load(Ordering::SeqCst) {
                let both = pipe()
                    .atomic()
                    .cmd("INCR")
                    .arg("one")
                    .cmd("INCR")
                    .arg("two")
                    .exec(&mut connection);
                both.expect("the server takes writes");
                written += 1;
            }
            written
        });
        let others: Vec<String> = (0..50).map(|number| format!("counter:{number}")).collect();
        let load = Workload::start(&source.url(), 2, &others, |key| {
            redis::cmd("INCR").arg(key).clone()
        });
        let mut last = 0;
        for name in ["first", "second", "third"] {
            load.wait_for(load.acknowledged() + 200);
            house.create(name, &source);
            let fresh = server(version);
            house.restore(name, &fresh);
            let mut connection = fresh.connection();
            let (one, two): (u64, u64) = redis::cmd("MGET")
                .arg(&["one", "two"])
                .query(&mut connection)
                .expect("both are there");
            assert_eq!(one, two, "{version}: {name}");
            assert!(
                one > last,
                "{version}: the writer was at work between the backups"
            );
            last = one;
        }
        load.stop();
        stop.store(true, Ordering::SeqCst);
        let written = writer.join().expect("the writer does not fail");
        assert!(
            written > last,
            "{version}: it was at work behind the last backup"
        );
    }
}

#[test]
fn two_who_ask_for_one_name_at_once_get_one_backup() {
    let (house, source) = (House::new(), server(ServerVersion::Redis7_0));
    populate(
        &mut source.connection(),
        &Shape::small(ServerVersion::Redis7_0),
        "",
        5000,
    );
    house.create_at_once(&source);
    let objects = std::fs::read_dir(house.path("backups/one")).expect("it is a folder");
    assert_eq!(objects.count(), 2, "data and manifest");
    assert_eq!(
        house.create("one", &source)["existed"],
        true,
        "and for good"
    );
}
