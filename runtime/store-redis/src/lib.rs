//! The keyspace of a live Redis or Valkey server: the engine's ports over one connection per lane.
//!
//! In reading order: [`Options`] says which server and how; [`RedisKeyspace::connect`] asks the server who it is
//! and what it permits (`probe`), chooses the guard, and refuses what this version cannot work on with a hint.
//! A shard lists keys (`scan`), opens sessions that read under guard and commit atomically (`session`), and keeps
//! the run's bookkeeping (`ledger`), for a whole run or for one share of it (`fence`). Values go as payloads of `DUMP` and `RESTORE`, or by the commands of their types
//! (`typed_read`, `typed_write`) where those are denied or a value is too large for one reply. Everything that is sent
//! goes through one `request` buffer per connection, everything that is answered comes out of `wire`, everything that
//! fails goes through `fault`.
//!
//! Beside the ports it takes a snapshot of a whole server ([`pull`]) and loads one into another ([`Loader`]), for backups.
//!
//! What it promises: reading, listing and probing write nothing, neither to the data nor to the bookkeeping; all
//! bookkeeping is under one reserved prefix; a connection is never replaced silently under a guard; a connection
//! that comes back to another history says so.
//!
//! What it is not: a client of Redis Cluster or Sentinel (both are refused).

mod abilities;
mod atomic;
mod connection;
mod endpoint;
mod fault;
mod fence;
mod guard;
mod info;
mod keyspace;
mod ledger;
mod load;
mod names;
mod options;
mod probe;
mod pull;
mod read;
mod reply;
mod request;
pub mod rights;
mod save;
mod scan;
mod session;
mod transport;
mod typed_read;
mod typed_write;
mod wire;
mod write;

pub use keyspace::RedisKeyspace;
pub use load::{Held, Loader, NotLoaded};
pub use options::{Access, Address, GuardChoice, Options, OptionsError, Secret, Tls};
pub use pull::{PullError, PullProgress, Pulled, pull};
pub use save::save;
