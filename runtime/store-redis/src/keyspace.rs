//! The keyspace of one standalone server: a single shard.

use std::sync::{Arc, RwLock};

use remold_engine::port::{
    Keyspace, Ledger, Scanner, Selection, Session, Shard, ShardFacts, StoreError,
};

use super::endpoint::Endpoint;
use super::ledger::RedisLedger;
use super::names::Names;
use super::options::Options;
use super::probe::{self, Occasion, Probe};
use super::scan::RedisScanner;
use super::session::RedisSession;

/// The keyspace of a live server.
pub struct RedisKeyspace {
    shards: Vec<Box<dyn Shard>>,
}

impl RedisKeyspace {
    /// Connects, asks the server who it is and what it permits, and chooses the guard. Nothing is written.
    ///
    /// Refused with a hint: cluster mode, Sentinels, a replica (unless only reading is asked for), a user without the
    /// permissions, a server on which no guard works.
    pub fn connect(options: Options) -> Result<Self, StoreError> {
        let shard = RedisShard::connect(options)?;
        Ok(Self {
            shards: vec![Box::new(shard)],
        })
    }
}

impl std::fmt::Debug for RedisKeyspace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<String> = self.shards.iter().map(|shard| shard.facts().name).collect();
        f.debug_tuple("RedisKeyspace").field(&names).finish()
    }
}

impl Keyspace for RedisKeyspace {
    fn shards(&self) -> &[Box<dyn Shard>] {
        &self.shards
    }
}

/// One server.
#[derive(Debug)]
struct RedisShard {
    endpoint: Arc<Endpoint>,
    names: Arc<Names>,
    probe: RwLock<Probe>,
}

impl RedisShard {
    fn connect(options: Options) -> Result<Self, StoreError> {
        let names = Arc::new(Names::new(&options.prefix, options.share.as_ref()));
        let endpoint = Arc::new(Endpoint::new(options)?);
        let probe = RwLock::new(probe::probe(&endpoint, &names, Occasion::Start)?);
        Ok(Self {
            endpoint,
            names,
            probe,
        })
    }

    /// What was found last. A panic while it was replaced leaves the old or the new one, both whole.
    fn known(&self) -> Probe {
        match self.probe.read() {
            Ok(probe) => probe.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }
}

impl Shard for RedisShard {
    fn facts(&self) -> ShardFacts {
        self.known().facts
    }

    fn probe(&self) -> Result<ShardFacts, StoreError> {
        let probe = probe::probe(&self.endpoint, &self.names, Occasion::Again)?;
        let facts = probe.facts.clone();
        match self.probe.write() {
            Ok(mut known) => *known = probe,
            Err(mut poisoned) => **poisoned.get_mut() = probe,
        }
        Ok(facts)
    }

    fn scan(&self, selection: &Selection) -> Result<Box<dyn Scanner>, StoreError> {
        let (endpoint, names) = (Arc::clone(&self.endpoint), Arc::clone(&self.names));
        let known = self.known();
        let scanner =
            RedisScanner::open(endpoint, names, &known.abilities, &known.facts, selection)?;
        Ok(Box::new(scanner))
    }

    fn session(&self) -> Result<Box<dyn Session>, StoreError> {
        let (endpoint, names) = (Arc::clone(&self.endpoint), Arc::clone(&self.names));
        let known = self.known();
        let session = RedisSession::open(
            endpoint,
            names,
            known.abilities,
            known.facts.target,
            &known.facts.history,
        )?;
        Ok(Box::new(session))
    }

    fn ledger(&self) -> Result<Box<dyn Ledger>, StoreError> {
        let (endpoint, names) = (Arc::clone(&self.endpoint), Arc::clone(&self.names));
        let ledger = RedisLedger::open(endpoint, names, self.known().abilities)?;
        Ok(Box::new(ledger))
    }
}
