//! The application: clients that write to the same keys all the time and keep account of every command.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use redis::{Client, Cmd, Connection, cmd};

use super::data::{Marks, is_fleeting};
use crate::Snapshot;

/// Reads a whole hash, deletes it and writes it again with one more in it, as an application does that knows no more
/// than its own object.
const CREATE_ANEW: &str = "local all = redis.call('HGETALL', KEYS[1]) redis.call('DEL', KEYS[1]) \
     if #all > 0 then redis.call('HSET', KEYS[1], unpack(all)) end return redis.call('HINCRBY', KEYS[1], 'w', 1)";

/// A client rests this long after each command, so that the run gets its share of the server.
const REST: Duration = Duration::from_micros(300);

/// Clients at work.
pub(super) struct Application {
    clients: Vec<Arc<Mutex<Writer>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    stop: Arc<AtomicBool>,
    before: Arc<Snapshot>,
}

/// One client with the keys that it alone writes to.
struct Writer {
    client: Client,
    connection: Option<Connection>,
    accounts: Vec<Account>,
    random: fastrand::Rng,
}

/// What was written to one key.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) key: String,
    /// Commands that the server holds for certain.
    pub(super) certain: u64,
    /// Commands whose reply was lost.
    pub(super) unknown: u64,
    /// Of a key that is deleted and created: what it may be now, the last acknowledged state first.
    pub(super) lives: Vec<Option<u64>>,
    sent: u64,
}

impl Account {
    /// Whether its key comes and goes.
    pub(super) fn is_fleeting(&self) -> bool {
        is_fleeting(&self.key)
    }

    /// The next command, and for a key that comes and goes what it then is.
    fn next(&mut self, random: &mut fastrand::Rng) -> (Cmd, Option<u64>) {
        self.sent += 1;
        let (key, sent) = (&self.key, self.sent);
        let kind = key.split(':').nth(1).unwrap_or_default();
        let command = match kind {
            "hash" if random.u8(..8) == 0 => cmd("EVAL").arg(CREATE_ANEW).arg(1).arg(key).take(),
            "hash" => cmd("HINCRBY").arg(key).arg("w").arg(1).take(),
            "list" => cmd("RPUSH").arg(key).arg("w").take(),
            "set" => cmd("SADD").arg(key).arg(format!("w {sent}")).take(),
            "sorted" => cmd("ZINCRBY").arg(key).arg(1).arg("w").take(),
            "text" => cmd("APPEND").arg(key).arg("w").take(),
            _ if sent % 2 == 1 => return (cmd("DEL").arg(key).take(), None),
            _ => {
                return (
                    cmd("HSET").arg(key).arg("born").arg(sent).take(),
                    Some(sent),
                );
            }
        };
        (command, None)
    }
}

impl Writer {
    /// Writes to one key.
    fn write(&mut self, place: usize) {
        if self.connection.is_none() {
            self.connection = self.client.get_connection().ok();
        }
        let Some(connection) = &mut self.connection else {
            return; // the server is away; nothing was sent
        };
        let account = &mut self.accounts[place];
        let (command, then) = account.next(&mut self.random);
        let done = command.exec(connection);
        match &done {
            Ok(()) if account.is_fleeting() => account.lives = vec![then],
            Ok(()) => account.certain += 1,
            Err(error) if error.code().is_some() => account.sent -= 1, // refused: it is loading its data
            Err(_) => {
                account.unknown += 1;
                account.lives.push(then);
            }
        }
        if done.is_err() {
            self.connection = None;
        }
    }
}

impl Application {
    /// Starts two clients that share the keys.
    pub(super) fn start(url: &str, keys: &[String], before: Snapshot, seed: u64) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let halves = [0, 1].map(|half| {
            let mine = keys.iter().skip(half).step_by(2);
            let account = |key: &String| Account {
                key: key.clone(),
                certain: 0,
                unknown: 0,
                lives: vec![Some(0)],
                sent: 0,
            };
            Arc::new(Mutex::new(Writer {
                client: Client::open(url).expect("the URL is one of Redis"),
                connection: None,
                accounts: mine.map(account).collect(),
                random: fastrand::Rng::with_seed(seed + half as u64),
            }))
        });
        let threads = halves.iter().map(|writer| {
            let (writer, stop) = (Arc::clone(writer), Arc::clone(&stop));
            thread::spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    {
                        let mut writer = lock(&writer);
                        let count = writer.accounts.len();
                        let place = writer.random.usize(..count);
                        writer.write(place);
                    }
                    thread::sleep(REST);
                }
            })
        });
        Self {
            threads: Mutex::new(threads.collect()),
            clients: halves.to_vec(),
            stop,
            before: Arc::new(before),
        }
    }

    /// Writes once to every key: whatever the run has in hand has changed then.
    pub(super) fn write_everywhere(&self) {
        for client in &self.clients {
            let mut writer = lock(client);
            (0..writer.accounts.len()).for_each(|place| writer.write(place));
        }
    }

    /// Lets the application rest while the server goes back in time, and begins its accounts anew with what is there then.
    pub(super) fn rest_while(
        &self,
        goes_back: impl FnOnce(),
        connection: impl FnOnce() -> Connection,
    ) {
        let mut writers: Vec<MutexGuard<'_, Writer>> = self.clients.iter().map(lock).collect();
        goes_back();
        let mut connection = connection();
        for writer in &mut writers {
            writer.connection = None;
            let keys = writer
                .accounts
                .iter()
                .map(|account| account.key.clone().into_bytes());
            let now = Snapshot::of(&mut connection, &keys.collect::<Vec<_>>());
            for account in &mut writer.accounts {
                account.unknown = 0;
                if account.is_fleeting() {
                    let born: Option<u64> = cmd("HGET")
                        .arg(&account.key)
                        .arg("born")
                        .query(&mut connection)
                        .expect("it is a hash or nothing");
                    account.lives = vec![born];
                    continue;
                }
                let contents = |snapshot: &Snapshot| snapshot.key(&account.key).contents.clone();
                let marks = Marks::between(&contents(&self.before), &contents(&now));
                account.certain = marks.expect("the server's own past").written;
            }
        }
    }

    /// Ends the clients; returns what they wrote.
    pub(super) fn stop(&self) -> Vec<Account> {
        self.stop.store(true, Ordering::SeqCst);
        let threads = std::mem::take(&mut *self.threads.lock().expect("nobody panics with it"));
        for thread in threads {
            thread.join().expect("a client does not panic");
        }
        let accounts = self
            .clients
            .iter()
            .map(|client| lock(client).accounts.clone());
        accounts.flatten().collect()
    }
}

impl Drop for Application {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
    }
}

fn lock(writer: &Arc<Mutex<Writer>>) -> MutexGuard<'_, Writer> {
    writer.lock().expect("no client panics while writing")
}
