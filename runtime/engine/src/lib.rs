//! The run: what happens between a manifest and a migrated keyspace.
//!
//! The engine is logic over ports. It owns the protocol that makes a run exactly-once (`docs/adr`,
//! [`protocol`]), the pipeline's workers ([`lane`]), undo ([`rollback`]), proof ([`verify`]) and the dry-run
//! [`overlay`]; it opens no socket and no file. The ports are few: a [`port::Keyspace`] with its shards
//! (a live server, or the overlay over a server, an RDB file or a fixture) and a [`port::Journal`]
//! (segments on disk, or nothing in a dry run).

pub mod digest;
pub mod port;
pub mod record;
pub mod text;
