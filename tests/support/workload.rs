//! Writers that work on a server while something else happens to it, and remember what they wrote.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use redis::{Client, Cmd, Connection, RedisResult};

use super::wait_for;

/// Running writers; [`Workload::stop`] ends them.
#[derive(Debug)]
pub struct Workload {
    stop: Arc<AtomicBool>,
    written: Arc<AtomicU64>,
    writers: Vec<JoinHandle<Written>>,
}

/// What writers have done, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Commands that the server answered.
    pub acknowledged: BTreeMap<String, u64>,
    /// Commands whose reply was lost: they may have been executed or not.
    pub unknown: BTreeMap<String, u64>,
    /// Commands that the server refused, with what it said last.
    pub refused: BTreeMap<String, (u64, String)>,
}

impl Workload {
    /// Starts `threads` writers; each goes round `keys` and sends what `command` makes of a key.
    ///
    /// `|key| redis::cmd("HINCRBY").arg(key).arg("counter").arg(1).clone()` counts in a field.
    pub fn start(
        url: &str,
        threads: usize,
        keys: &[String],
        command: impl Fn(&str) -> Cmd + Send + Sync + Clone + 'static,
    ) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let written = Arc::new(AtomicU64::new(0));
        let writers = (0..threads).map(|number| {
            let client = Client::open(url).expect("the URL is one of Redis");
            let (stop, written, command) = (stop.clone(), written.clone(), command.clone());
            // Each starts elsewhere, so that they do not queue behind one another on the same key.
            let mut keys = keys.to_vec();
            let start = number * keys.len() / threads;
            keys.rotate_left(start);
            thread::spawn(move || write(&client, &keys, &stop, &written, &command))
        });
        Self {
            writers: writers.collect(),
            stop,
            written,
        }
    }

    /// How many commands were acknowledged so far.
    pub fn acknowledged(&self) -> u64 {
        self.written.load(Ordering::SeqCst)
    }

    /// Waits until `count` commands are acknowledged.
    pub fn wait_for(&self, count: u64) {
        wait_for("writes of the workload", || {
            let writes = self.writers.iter().any(|writer| !writer.is_finished());
            assert!(writes, "the writers ended before {count} writes");
            (self.acknowledged() >= count).then_some(())
        });
    }

    /// Ends the writers and says what they wrote.
    pub fn stop(self) -> Written {
        self.stop.store(true, Ordering::SeqCst);
        let mut all = Written::default();
        for writer in self.writers {
            all.add(writer.join().expect("a writer does not panic"));
        }
        all
    }
}

impl Written {
    fn add(&mut self, other: Self) {
        for (key, count) in other.acknowledged {
            *self.acknowledged.entry(key).or_default() += count;
        }
        for (key, count) in other.unknown {
            *self.unknown.entry(key).or_default() += count;
        }
        for (key, (count, reason)) in other.refused {
            let sum = self.refused.entry(key).or_default();
            *sum = (sum.0 + count, reason);
        }
    }
}

fn write(
    client: &Client,
    keys: &[String],
    stop: &AtomicBool,
    written: &AtomicU64,
    command: &dyn Fn(&str) -> Cmd,
) -> Written {
    let mut done = Written::default();
    let mut connection: Option<Connection> = None;
    for key in keys.iter().cycle() {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        if connection.is_none() {
            connection = client.get_connection().ok();
        }
        let Some(open) = &mut connection else {
            thread::yield_now(); // the server is away; nothing was sent
            continue;
        };
        let reply: RedisResult<()> = command(key).exec(open);
        match reply {
            Ok(()) => {
                *done.acknowledged.entry(key.clone()).or_default() += 1;
                written.fetch_add(1, Ordering::SeqCst);
            }
            Err(error) if error.code().is_some() => {
                let refused = done.refused.entry(key.clone()).or_default();
                *refused = (refused.0 + 1, error.to_string());
            }
            Err(_) => {
                *done.unknown.entry(key.clone()).or_default() += 1;
                connection = None;
            }
        }
    }
    done
}
