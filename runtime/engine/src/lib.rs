//! The run: what happens between a manifest and a migrated keyspace.
//!
//! The engine is logic over ports. It owns the protocol that makes a run exactly-once (the module `recovery` and
//! `docs/adr`), the lanes that carry batches through it, undo, proof ([`mod@verify`]) and the dry-run
//! [`overlay`]; it opens no socket and no file. The ports are few: a [`port::Keyspace`] with its shards
//! (a live server, or the overlay over a server, an RDB file or a fixture) and a [`port::Journal`]
//! (segments on disk, or nothing in a dry run).

pub mod apply;
mod backup;
pub mod breaches;
pub mod browse;
mod carrier;
pub mod changes;
mod clock;
pub mod close;
pub mod count;
mod derive;
pub mod digest;
pub mod done_set;
mod edit;
mod epoch;
mod expressible;
mod feed;
pub mod fixture;
mod kind;
mod lane;
mod migrate;
pub mod overlay;
mod phase;
pub mod port;
pub mod progress;
mod recall;
pub mod record;
mod recovery;
pub mod registry;
pub mod report;
pub mod run;
mod settlement;
pub mod share;
pub mod snapshot;
mod spans;
pub mod spec;
pub mod step;
mod surroundings;
pub mod text;
mod threads;
mod throttle;
mod undo;
pub mod unjournalled;
pub mod verify;
pub mod witness;
mod work;

pub use apply::{Applied, Apply};
pub use backup::BackupTaker;
pub use breaches::{Breaches, Breakage, BrokenRule};
pub use browse::{Browse, Browsed, Passed, browse};
pub use close::close;
pub use count::{Counted, count};
pub use fixture::Fixture;
pub use overlay::{Overlay, Scratch};
pub use phase::{Identity, Phase};
pub use progress::{ActiveLimit, Control, RunNames, Silent};
pub use recall::{Recalled, recall};
pub use report::{Change, Event, KeptReason, Observer, RunEnd, RunOutcome, Tally};
pub use run::{patiently, run};
pub use share::{InvalidShare, RunOfShares, Share, ShareOf};
pub use snapshot::{Snapshot, SnapshotFile};
pub use spans::{SpanCounts, Spans};
pub use spec::{Action, Allowance, Oversized, Policy, RunSpec, Strategy, Throttle};
pub use step::{Step, StepWatcher, Verdict};
pub use unjournalled::Unjournalled;
pub use verify::{Verification, verify};
pub use witness::{Finding, RecordTestimony, Testimony, Witness};
