//! The data, and an application that writes to it all the time and keeps account.

use std::ops::RangeInclusive;
use std::thread;
use std::time::{Duration, Instant};

use redis::{Client, Connection, FromRedisValue, cmd, pipe};
use remold_tests::{Workload, Written, wait_for};

/// How many commands go together.
const TOGETHER: usize = 5000;
/// How long the application rests after each command.
const REST: Duration = Duration::from_millis(1);

/// Hashes `user:0`, `user:1` and so on, to the first of which an application writes.
pub(super) struct Shop {
    client: Client,
    keys: usize,
    live: usize,
    application: Workload,
    patience: Duration,
}

impl Shop {
    pub(super) fn open(address: &str, keys: usize, live: usize, patience: Duration) -> Self {
        let client = Client::open(address).expect("an address is a URL");
        // The node hears of a new Service a moment later.
        let mut connection = wait_for("the Service to lead to the server", || {
            client.get_connection().ok()
        });
        for first in (0..keys).step_by(TOGETHER) {
            let mut pipeline = pipe();
            for number in first..keys.min(first + TOGETHER) {
                pipeline
                    .cmd("HSET")
                    .arg(key(number))
                    .arg(&["name", &name(number), "city", "Ulm"])
                    .ignore();
            }
            pipeline
                .exec(&mut connection)
                .expect("the keys are written");
        }
        let names: Vec<String> = (0..live).map(key).collect();
        let application = Workload::start(address, 2, &names, |key| {
            thread::sleep(REST);
            cmd("HINCRBY").arg(key).arg("written").arg(1).clone()
        });
        application.wait_for(1);
        Self {
            client,
            keys,
            live,
            application,
            patience,
        }
    }

    fn connection(&self) -> Connection {
        self.client.get_connection().expect("the server is there")
    }

    /// Returns two fields of each key.
    fn fields<T: FromRedisValue>(
        &self,
        mut connection: Connection,
        names: [&str; 2],
    ) -> Vec<[Option<T>; 2]> {
        let mut all = Vec::with_capacity(self.keys);
        for first in (0..self.keys).step_by(TOGETHER) {
            let mut pipeline = pipe();
            for number in first..self.keys.min(first + TOGETHER) {
                pipeline.cmd("HMGET").arg(key(number)).arg(&names);
            }
            let found: Vec<[Option<T>; 2]> =
                pipeline.query(&mut connection).expect("keys are hashes");
            all.extend(found);
        }
        all
    }

    /// Waits until about this part of the keys was migrated, of those that nobody else writes to.
    #[track_caller]
    pub(super) fn wait_until_some_are_done(&self, part: f64) {
        let end = Instant::now() + self.patience;
        let sample: Vec<usize> = (0..500).map(|number| number * self.keys / 500).collect();
        let mut connection = self.connection();
        loop {
            let mut pipeline = pipe();
            for number in &sample {
                pipeline.cmd("HEXISTS").arg(key(*number)).arg("runs");
            }
            let done: Vec<u32> = pipeline.query(&mut connection).expect("keys are hashes");
            let count: u32 = done.iter().sum();
            if f64::from(count) >= part * 500.0 {
                return;
            }
            assert!(Instant::now() < end, "{count} of 500 keys are migrated");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Each key was migrated once, and none was taken back.
    #[track_caller]
    pub(super) fn check_the_run(&self) {
        self.check("not migrated once", |_, [runs, undone]| {
            runs == Some(1) && undone.is_none()
        });
    }

    /// A key that nobody has written to since it was migrated is as it was before; of the others each was taken back once.
    #[track_caller]
    pub(super) fn check_the_way_back(&self) {
        let live = self.live;
        self.check("not taken back once", |number, found| match found {
            [None, None] => true,
            [Some(1), Some(1)] => number < live,
            _ => false,
        });
    }

    /// Another server has every key as it was before the run.
    #[track_caller]
    pub(super) fn check_the_backup(&self, address: &str) {
        let client = Client::open(address).expect("an address is a URL");
        let connection = client.get_connection().expect("the server is there");
        let found = self.fields::<String>(connection, ["name", "runs"]);
        for (number, found) in found.into_iter().enumerate() {
            assert_eq!(found, [Some(name(number)), None], "{}", key(number));
        }
    }

    /// At another server the program has written the name that it was told, into one key and no other.
    #[track_caller]
    pub(super) fn check_the_mark(&self, address: &str, backup: &str) {
        let client = Client::open(address).expect("an address is a URL");
        let connection = client.get_connection().expect("the server is there");
        let found = self.fields::<String>(connection, ["name", "backup"]);
        for (number, found) in found.into_iter().enumerate() {
            let mark = (number == 1).then(|| backup.to_owned());
            assert_eq!(found, [Some(name(number)), mark], "{}", key(number));
        }
    }

    #[track_caller]
    fn check(&self, what: &str, is_right: impl Fn(usize, [Option<u64>; 2]) -> bool) {
        let found = self.fields(self.connection(), ["runs", "undone"]);
        let wrong: Vec<_> = (0..)
            .zip(&found)
            .filter(|(number, found)| !is_right(*number, **found))
            .collect();
        let (count, some) = (wrong.len(), &wrong[..wrong.len().min(10)]);
        assert!(
            count == 0,
            "{count} of {} keys were {what}: {some:?}",
            self.keys
        );
    }

    /// Ends the application: every write that it was told of is there, and none that it did not make.
    #[track_caller]
    pub(super) fn check_the_application(self) -> u64 {
        let (keys, client, live) = (self.keys, self.client, self.live);
        let Written {
            acknowledged,
            unknown,
            refused,
        } = self.application.stop();
        assert!(refused.is_empty(), "{refused:?}");
        let mut connection = client.get_connection().expect("the server is there");
        for number in 0..live {
            let name = key(number);
            let count = |of: &std::collections::BTreeMap<String, u64>| {
                of.get(&name).copied().unwrap_or_default()
            };
            let least = count(&acknowledged);
            let may_be: RangeInclusive<u64> = least..=least + count(&unknown);
            let found: u64 = cmd("HGET")
                .arg(&name)
                .arg("written")
                .query(&mut connection)
                .expect("it is there");
            assert!(
                may_be.contains(&found),
                "{name}: {found} writes, of {may_be:?}"
            );
        }
        let size: usize = cmd("DBSIZE").query(&mut connection).expect("it answers");
        assert!(size >= keys, "{size} of {keys} keys are there");
        acknowledged.values().sum()
    }
}

fn key(number: usize) -> String {
    format!("user:{number}")
}

fn name(number: usize) -> String {
    format!("user {number} of the shop")
}
