//! Changes the shape of live Redis data with user-written code, safely: the embedding API.
//!
//! What another Rust program adds to use Remold; the command line uses nothing else. Three ways in:
//!
//! - [`Applier`]: apply a transform to records in memory, in an application that migrates what it reads.
//! - [`Runner`]: dry run, run, resume, verify and roll back a migration on a live server or an RDB file,
//!   with a progress sink ([`Observer`]) and a handle to stop it ([`Control`]).
//!   [`Registrar`]: what is registered in a target; [`Follower`]: what happened to it. [`infer`] and [`look`]: what shapes its
//!   keys have, and at which registered versions they are.
//! - [`Backups`]: whole servers, taken by the way of a replica, proven, and loaded again.
//! - [`CaseRunner`]: run a migration's fixtures; [`Recorder`] and [`Replayer`]: keep what a transform was given in a run, and
//!   give it that again; [`Bench`]: measure it.
//!
//! This crate composes the others and has no logic of its own: the run is in `remold-engine`.

mod abort;
mod applier;
mod artifact;
mod backups;
mod bench;
mod cases;
mod catalogue;
mod determinism;
mod documents;
mod error;
mod follow;
mod identity;
mod inspect;
mod machine;
mod migration;
mod narrowed;
mod open;
mod plan;
mod powers;
mod recorder;
mod recording;
mod refusal;
mod registrar;
mod replay;
mod rights;
mod rollback;
mod run_backups;
mod runner;
mod shelf;
mod sources;
mod stage;
mod survey;
mod target;
mod transform;
mod version_survey;
mod versioned;
mod wait;

pub use applier::{Applied, Applier};
pub use artifact::{CheckedComponent, UploadOptions, load_component, pull, push};
pub use backups::{
    BackupOptions, BackupProgress, Backups, CreatedBackup, RestoredBackup, WatchBackup,
};
pub use bench::{
    Baseline, Bench, BenchOptions, BenchReport, Comparison, Grown, Measured, Ratio, Sample,
};
pub use cases::{CaseProblem, CaseReport, CaseRunner, CaseVerdict};
pub use catalogue::catalogue;
pub use determinism::{Wavering, wavering};
pub use documents::{DocumentEntry, Documents, Exchange, Planned, PlannedEntry};
pub use error::Error;
pub use follow::{Follower, Met};
pub use inspect::{Status, StatusRun};
pub use machine::{cache_code_in, measure_memory_by, use_registries};
pub use migration::Migration;
pub use plan::{Facts, Plan};
pub use powers::{Extent, Power, powers};
pub use recorder::{RecordedChoice, Recorder, RecordingOptions};
pub use recording::{RecordingFile, read_recording};
pub use registrar::Registrar;
pub use replay::{
    ReplayVerdict, ReplayedProgram, ReplayedRecord, Replayer, migration_of_recording,
};
pub use rights::{Rights, least_rights};
pub use rollback::RollbackReport;
pub use run_backups::RunBackups;
pub use runner::{Mode, Moment, RunOptions, RunReport, Runner, Standing};
pub use shelf::RegistryFiles;
pub use survey::{Survey, infer, last_drifts, look, read_look, write_look};
pub use target::{FileTarget, Target};
pub use version_survey::VersionSurvey;

pub use remold_archive::{
    BackupError, BackupManifest, BackupSummary, Damage, DatabaseContents, ExportError,
    ExportSummary, Inspected, JournalDirectory, JournalReader, JournalSummary, ObjectAccess, Place,
    PlaceError, PruneReason, Pruned, RdbContents, Retention, ServerFacts, Verified,
};
pub use remold_catalogue::{
    Catalogue, Parameter, Ready, editor_schema, names as catalogue_names, page as catalogue_page,
};
pub use remold_engine::breaches::{Breaches, Breakage, BrokenRule, Example};
pub use remold_engine::port::{
    ChangeEvent, ChangePage, Drift, Fault, Gap, Happening, HistoryEntry, JournalError, LockHolder,
    RegisterAnswer, RegisterRequest, Registered, Registration, RegistrationNotice,
    RegistryContents, RegistryEntry, Revision, RunChange, RunEvent, RunState, ShardFacts,
    StoreError, Taken,
};
pub use remold_engine::record::{Header, JournalRecord, KeyImage, Mark, Rejected};
pub use remold_engine::text::{escape, unescape};
pub use remold_engine::{
    ActiveLimit, Browsed, Change, Control, Counted, Event, Identity, InvalidShare, KeptReason,
    Observer, Passed, Phase, RunEnd, RunNames, RunOfShares, RunOutcome, Share, ShareOf, Silent,
    SpanCounts, Step, StepWatcher, Tally, Verdict, Verification,
};
pub use remold_host_api as host_api;
pub use remold_manifest as manifest;
pub use remold_oci::{
    ArtifactError, ArtifactReference, ContentDigest, InvalidReference, Problem as ArtifactProblem,
    PublicKey, Pulled, Pushed, Registries,
};
pub use remold_sandbox_rhai::CompileError;
pub use remold_sandbox_wasm::ComponentError;
pub use remold_schema as schema;
pub use remold_store_redis::rights::{InvalidKin, Kin};
pub use remold_store_redis::{
    Address, GuardChoice, Held, NotLoaded, Options as RedisOptions, OptionsError, Secret, Tls,
};
