//! The keyspace of a live server through the engine's ports, against real servers of every version.

mod changes;
mod commit;
mod connect;
mod expiry;
mod guard;
mod ledger;
mod lost;
mod probe;
mod quiet;
mod registry;
mod scan;
mod schemas;
mod shares;
mod typed;

use redis::{Connection, FromRedisValue};
use remold_engine::port::{
    Candidate, Commit, CommitBatch, Fetched, Image, Keyspace as _, Ledger, Session, Shard,
    StoreError, Write,
};
use remold_host_api::Bytes;
use remold_store_redis::{GuardChoice, Options, RedisKeyspace};
use remold_tests::{Database, Server, ServerVersion};

/// The reserved prefix.
const PREFIX: &str = "__remold:";

/// The run of the tests.
const RUN: &str = "run-1";

/// The rungs on which keys are guarded.
const GUARDED: [GuardChoice; 2] = [GuardChoice::Watch, GuardChoice::Lua];

/// Every rung.
const RUNGS: [GuardChoice; 3] = [GuardChoice::Watch, GuardChoice::Lua, GuardChoice::None];

fn options(url: &str) -> Options {
    Options::parse_url(url).expect("the server's URL")
}

fn connect(url: &str, guard: GuardChoice) -> RedisKeyspace {
    let options = Options {
        guard,
        ..options(url)
    };
    RedisKeyspace::connect(options).expect("the server takes us")
}

/// One database with everything that a test needs of it.
struct Stage {
    database: Database<'static>,
    keyspace: RedisKeyspace,
    /// An application's connection.
    app: Connection,
    session: Box<dyn Session>,
    ledger: Box<dyn Ledger>,
    epoch: u64,
}

impl Stage {
    /// A fresh database at epoch 1.
    fn new(version: ServerVersion, guard: GuardChoice) -> Self {
        let database = Server::shared(version).fresh_database();
        let keyspace = connect(&database.url(), guard);
        let mut ledger = shard(&keyspace).ledger().expect("a ledger");
        ledger
            .raise_epoch("run", 1)
            .expect("the epoch can be raised");
        let session = shard(&keyspace).session().expect("a session");
        Self {
            database,
            keyspace,
            app: database.connection(),
            session,
            ledger,
            epoch: 1,
        }
    }

    fn shard(&self) -> &dyn Shard {
        shard(&self.keyspace)
    }

    /// Sends a command as the application.
    fn app<T: FromRedisValue>(&mut self, words: &str) -> T {
        send(&mut self.app, words)
    }

    /// Sends a command as the application, whatever the answer.
    fn run(&mut self, words: &str) {
        let _: redis::Value = self.app(words);
    }

    fn read_guarded(&mut self, keys: &[&str]) -> Vec<Fetched> {
        self.session
            .read_guarded(self.epoch, &candidates(keys), u64::MAX)
            .expect("keys can be read")
    }

    fn image(&mut self, key: &str) -> Image {
        let read = self.session.read(&[bytes(key)]).expect("a key can be read");
        found(&read[0]).clone()
    }

    fn commit(&mut self, batch: u64, writes: &[Write]) -> Commit {
        self.try_commit(batch, writes).expect("the server answers")
    }

    fn try_commit(&mut self, batch: u64, writes: &[Write]) -> Result<Commit, StoreError> {
        self.session.commit(&CommitBatch {
            run: RUN,
            batch,
            writes,
            watermark: None,
        })
    }
}

fn shard(keyspace: &RedisKeyspace) -> &dyn Shard {
    keyspace.shards()[0].as_ref()
}

/// Sends a command given as words between spaces.
fn send<T: FromRedisValue>(connection: &mut Connection, words: &str) -> T {
    let mut words = words.split(' ');
    let mut command = redis::cmd(words.next().expect("a name"));
    for word in words {
        command.arg(word);
    }
    command
        .query(connection)
        .unwrap_or_else(|error| panic!("{error}"))
}

fn bytes(key: &str) -> Bytes {
    Bytes::copy_from_slice(key.as_bytes())
}

fn candidates(keys: &[&str]) -> Vec<Candidate> {
    keys.iter().map(|key| Candidate::new(bytes(key))).collect()
}

fn found(fetched: &Fetched) -> &Image {
    match fetched {
        Fetched::Found(image) => image,
        other => panic!("expected an image, got {other:?}"),
    }
}

fn put(key: &str, image: &Image) -> Write {
    Write::Put {
        key: bytes(key),
        image: image.clone(),
    }
}

fn receipts(app: &mut Connection) -> Vec<u64> {
    send(app, &format!("ZRANGE {PREFIX}run:{RUN}:receipts 0 -1"))
}

/// Runs a check on every version.
fn on_all(check: impl Fn(ServerVersion)) {
    ServerVersion::ALL.into_iter().for_each(check);
}
