//! From a target and a migration to what the engine takes: keyspaces, overlays, a spec.

mod spec;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use remold_engine::port::{Keyspace, LiveSource, Source};
use remold_engine::record::{Header, SourceFile};
use remold_engine::{Overlay, ShareOf, Snapshot, SnapshotFile};
use remold_host_api::Bytes;
use remold_manifest::{self as manifest, RESERVED_PREFIX};
use remold_store_redis::{Access, GuardChoice, Options, RedisKeyspace};

use crate::error::Error;
use crate::identity;
use crate::migration::Migration;
use crate::narrowed::Narrowing;
use crate::target::{FileTarget, Target};
pub(crate) use spec::{selection_of, spec_of};

/// A keyspace that was opened.
pub(crate) struct Opened {
    pub(crate) keyspace: Arc<dyn Keyspace>,
    /// For a file: what it becomes is written out of these.
    snapshot: Option<(Arc<Snapshot>, Arc<Overlay>)>,
}

impl Opened {
    /// Opens a target to be written: a live server directly, a file through an overlay.
    pub(crate) fn to_write(target: &Target, reach: Reach, seed: u64) -> Result<Self, Error> {
        Self::to_write_as(target, reach, seed, None)
    }

    /// The same for a share of a run, if it is for one.
    pub(crate) fn to_write_as(
        target: &Target,
        reach: Reach,
        seed: u64,
        share: Option<&ShareOf>,
    ) -> Result<Self, Error> {
        match target {
            Target::Redis(options) => {
                let options = Options {
                    share: share.cloned(),
                    ..prepared(options, reach, Access::ReadWrite)
                };
                let keyspace = RedisKeyspace::connect(options)?;
                Ok(Self {
                    keyspace: Arc::new(keyspace),
                    snapshot: None,
                })
            }
            Target::File(file) => {
                Self::file(file, Access::ReadWrite, seed, reserved_prefix(target), None)
            }
        }
    }

    /// Opens a target so that nothing can be written to it.
    pub(crate) fn to_try(target: &Target, reach: Reach, seed: u64) -> Result<Self, Error> {
        Self::to_try_some(target, reach, seed, None)
    }

    /// Opens a target to be looked at: a live server directly, with the guard that a run would have there.
    pub(crate) fn to_look(target: &Target, reach: Reach) -> Result<Self, Error> {
        match target {
            Target::Redis(options) => {
                let keyspace = RedisKeyspace::connect(prepared(options, reach, Access::ReadOnly))?;
                Ok(Self {
                    keyspace: Arc::new(keyspace),
                    snapshot: None,
                })
            }
            Target::File(_) => Self::to_try(target, reach, 0),
        }
    }

    /// Opens a target so that nothing can be written to it, and that lists some keys only.
    pub(crate) fn to_try_some(
        target: &Target,
        reach: Reach,
        seed: u64,
        some: Option<Narrowing>,
    ) -> Result<Self, Error> {
        match target {
            Target::Redis(options) => {
                let live = RedisKeyspace::connect(prepared(options, reach, Access::ReadOnly))?;
                let source: Arc<dyn Source> = Arc::new(LiveSource::new(Arc::new(live), 0));
                let source = Narrowing::narrow(some, source);
                Ok(Self {
                    keyspace: Arc::new(overlay(source, seed, reserved_prefix(target))?),
                    snapshot: None,
                })
            }
            Target::File(file) => {
                let prefix = reserved_prefix(target);
                Self::file(file, Access::ReadOnly, seed, prefix, some)
            }
        }
    }

    fn file(
        file: &FileTarget,
        access: Access,
        seed: u64,
        prefix: Bytes,
        some: Option<Narrowing>,
    ) -> Result<Self, Error> {
        let snapshot = snapshot(file)?;
        let snapshot = Arc::new(match access {
            Access::ReadOnly => snapshot.for_trial(),
            Access::ReadWrite => snapshot,
        });
        let source: Arc<dyn Source> = Arc::<Snapshot>::clone(&snapshot);
        let source = Narrowing::narrow(some, source);
        let overlay = Arc::new(overlay(source, seed, prefix)?);
        let keyspace: Arc<dyn Keyspace> = Arc::<Overlay>::clone(&overlay);
        Ok(Self {
            keyspace,
            snapshot: Some((snapshot, overlay)),
        })
    }

    /// Writes what the file has become, whole or not at all.
    pub(crate) fn write_file(&self, output: &Path) -> Result<(), Error> {
        let Some((snapshot, overlay)) = &self.snapshot else {
            return Ok(());
        };
        write_whole(output, |out| {
            snapshot.write_changed(overlay, out)?;
            Ok(())
        })
    }
}

/// Writes a file whole or not at all: into a temporary file beside it, which is synced and renamed.
pub(crate) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<tempfile::NamedTempFile>) -> Result<(), Error>,
) -> Result<(), Error> {
    let failed = |source| Error::File {
        path: path.to_owned(),
        source,
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let scratch = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let mut out = BufWriter::with_capacity(1 << 20, scratch);
    write(&mut out)?;
    out.flush().map_err(failed)?;
    let scratch = out
        .into_inner()
        .map_err(|error| failed(error.into_error()))?;
    scratch.as_file().sync_all().map_err(failed)?;
    scratch.persist(path).map_err(|error| failed(error.error))?;
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed)
}

fn snapshot(file: &FileTarget) -> Result<Snapshot, Error> {
    let failed = |source| Error::File {
        path: file.input.clone(),
        source,
    };
    let bytes = fs::metadata(&file.input).map_err(failed)?.len();
    let path = file.input.clone();
    let open =
        move || -> std::io::Result<Box<dyn SnapshotFile>> { Ok(Box::new(File::open(&path)?)) };
    let name = file.input.display().to_string();
    Ok(Snapshot::new(name, bytes, file.database, Box::new(open))?)
}

/// Opens a target to be looked at, and nothing else.
pub(crate) fn source(target: &Target) -> Result<Arc<dyn Source>, Error> {
    Ok(match target {
        Target::Redis(options) => Arc::new(LiveSource::new(Arc::new(read_only(options)?), 0)),
        Target::File(file) => Arc::new(snapshot(file)?.for_trial()),
    })
}

/// Lays an overlay over a source, with its images in an unnamed temporary file.
pub(crate) fn overlay(source: Arc<dyn Source>, seed: u64, prefix: Bytes) -> Result<Overlay, Error> {
    let scratch = tempfile::tempfile();
    let scratch = scratch.map_err(|source| Error::File {
        path: std::env::temp_dir(),
        source,
    })?;
    Ok(Overlay::new(source, Box::new(scratch), seed, prefix)?)
}

/// How a server is reached: what a migration says of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    guard: GuardChoice,
    in_parts_above: Option<u64>,
}

impl Reach {
    /// Whatever the server permits, every value in one step.
    pub(crate) const ANY: Self = Self {
        guard: GuardChoice::Auto,
        in_parts_above: None,
    };

    /// As the migration asks for.
    pub(crate) fn of(migration: &Migration) -> Self {
        let guard = guard_of(migration);
        let limits = &migration.spec().limits;
        Self {
            guard,
            in_parts_above: match limits.oversized {
                manifest::Oversized::Stream => Some(limits.max_key_bytes.as_bytes()),
                manifest::Oversized::Skip | manifest::Oversized::Reject => None,
            },
        }
    }
}

/// Returns the guard that a manifest asks for.
pub(crate) fn guard_of(migration: &Migration) -> GuardChoice {
    match migration.spec().strategy.guard {
        manifest::Guard::Auto => GuardChoice::Auto,
        manifest::Guard::Watch => GuardChoice::Watch,
        manifest::Guard::Lua => GuardChoice::Lua,
        manifest::Guard::None => GuardChoice::None,
    }
}

fn prepared(options: &Options, reach: Reach, access: Access) -> Options {
    let guard = if options.guard == GuardChoice::Auto {
        reach.guard
    } else {
        options.guard
    };
    Options {
        guard,
        access,
        in_parts_above: reach.in_parts_above.or(options.in_parts_above),
        ..options.clone()
    }
}

/// Connects so that nothing can be written.
pub(crate) fn read_only(options: &Options) -> Result<RedisKeyspace, Error> {
    Ok(RedisKeyspace::connect(prepared(
        options,
        Reach::ANY,
        Access::ReadOnly,
    ))?)
}

/// Returns what the keys of a target's bookkeeping begin with.
pub(crate) fn reserved_prefix(target: &Target) -> Bytes {
    match target {
        Target::Redis(options) => Bytes::copy_from_slice(options.prefix.as_bytes()),
        Target::File(_) => Bytes::from_static(RESERVED_PREFIX.as_bytes()),
    }
}

/// Makes the header of a new run.
pub(crate) fn header_of(migration: &Migration, target: &Target) -> Header {
    let (now_ms, seed) = (identity::now_ms(), identity::seed());
    Header {
        run: identity::run_id(migration.name(), now_ms, seed),
        migration: migration.name().to_owned(),
        digest: migration.digest().to_owned(),
        manifest: migration.document().migration.to_json(),
        sources: migration
            .sources()
            .iter()
            .map(|(name, content)| (name.clone(), SourceFile::new(content)))
            .collect(),
        grants: migration.grants().to_vec(),
        undoes: None,
        share: None,
        target: target.name(),
        now_ms,
        seed,
        remold: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// Loads the migration that a journal's header holds.
pub(crate) fn migration_of(header: &Header) -> Result<Migration, Error> {
    let content = |(name, file): &(String, SourceFile)| Some((name.clone(), file.content()?));
    let sources: BTreeMap<String, Vec<u8>> = header.sources.iter().filter_map(content).collect();
    Migration::from_parts_granted(
        &format!("journal of {}", header.run),
        &header.manifest.to_string(),
        sources,
        &header.grants,
    )
}

/// Returns the output of a file target, or what is wrong with it.
pub(crate) fn output_of(target: &Target) -> Result<Option<PathBuf>, Error> {
    let Target::File(file) = target else {
        return Ok(None);
    };
    let Some(output) = &file.output else {
        return Err(Error::Target {
            problem: "a run on a file needs a file to write".to_owned(),
            hint: "name it by --to; the input is never changed".to_owned(),
        });
    };
    let same = fs::canonicalize(output)
        .ok()
        .zip(fs::canonicalize(&file.input).ok());
    if same.is_some_and(|(output, input)| output == input) {
        return Err(Error::Target {
            problem: format!("{} is the input", output.display()),
            hint: "name another file by --to; the input is never changed".to_owned(),
        });
    }
    Ok(Some(output.clone()))
}
