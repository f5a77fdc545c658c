//! Backups of whole servers: taken, listed, proven, restored, pruned. What runs change key by key is undone by their journals.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use remold_archive::{
    About, BackupError, BackupManifest, BackupStore, BackupSummary, Finished, ObjectAccess, Place,
    Pruned, Retention, ServerFacts, Verified,
};
use remold_rdb::{FileError, Item, Reader, SectionKind, Version};
use remold_store_redis::{Held, Loader, NotLoaded, Options, PullError, PullProgress, Pulled, pull};

use crate::error::Error;
use crate::identity;
use crate::open;

/// The backups of a place.
#[derive(Debug)]
pub struct Backups {
    store: BackupStore,
}

/// How a backup is made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackupOptions {
    /// The run that it is made for.
    pub run: Option<String>,
    /// The migration that it is made for.
    pub migration: Option<String>,
}

/// A backup that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedBackup {
    /// The backup.
    pub manifest: BackupManifest,
    /// Whether it was there already: then nothing was taken from the server, or it was taken away again.
    pub existed: bool,
}

/// How far something with a backup is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackupProgress {
    /// The server makes its snapshot.
    Waiting,
    /// The snapshot comes.
    Receiving {
        /// Bytes that came.
        bytes: u64,
        /// Bytes altogether, where that is known.
        total: Option<u64>,
    },
    /// What is stored is read and decoded.
    Proving {
        /// Bytes that were read.
        bytes: u64,
        /// Bytes altogether.
        total: u64,
    },
    /// Keys are written to the server.
    Loading {
        /// Keys that were read.
        keys: u64,
        /// Keys altogether.
        total: u64,
    },
}

/// Is told how far something is, and may stop it.
pub type WatchBackup<'a> = &'a mut dyn FnMut(BackupProgress) -> ControlFlow<()>;

/// What a restore has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoredBackup {
    /// The backup.
    pub manifest: BackupManifest,
    /// Whether an interrupted restore of the same backup was gone on with.
    pub resumed: bool,
    /// Keys that the server has taken.
    pub keys: u64,
    /// Keys that had expired since.
    pub expired: u64,
    /// How much the server did not take.
    pub refused: u64,
    /// The first of that, at most 1,000.
    pub not_loaded: Vec<NotLoaded>,
}

/// How many keys are loaded between two looks at whoever watches.
const WATCHED: u64 = 1024;

impl Backups {
    /// Opens a place. Nothing is contacted yet.
    pub fn open(place: &Place, access: &ObjectAccess) -> Result<Self, Error> {
        let store = BackupStore::open(place, access)?;
        Ok(Self { store })
    }

    /// Returns the place.
    pub const fn place(&self) -> &Place {
        self.store.place()
    }

    /// Takes a backup of a server, stores it, reads it back and decodes all of it. A backup of this name that is there
    /// already is the answer too, if it is of the same server and, where one is named, of the same run.
    pub fn create(
        &self,
        name: &str,
        server: &Options,
        options: &BackupOptions,
        watch: WatchBackup<'_>,
    ) -> Result<CreatedBackup, Error> {
        if let Some(found) = self.store.find(name)? {
            return existing(found, server, options);
        }
        let taken_at = identity::now_ms();
        let mut draft = self.store.begin(name, identity::seed())?;
        let pulled = pull(server, &mut draft, &mut |progress| {
            watch(match progress {
                PullProgress::Waiting => BackupProgress::Waiting,
                PullProgress::Receiving { bytes, total } => {
                    BackupProgress::Receiving { bytes, total }
                }
            })
        });
        let pulled = pulled.map_err(|error| failure(error, name))?;
        let total = pulled.bytes;
        let about = About {
            server: facts(pulled),
            taken_at,
            run: options.run.clone(),
            migration: options.migration.clone(),
        };
        let finished = draft.finish(about, &mut |bytes| {
            // What is stored is proven in any case: from here on it is a matter of reading.
            let _ = watch(BackupProgress::Proving { bytes, total });
        });
        match finished? {
            Finished::Made(manifest) => Ok(CreatedBackup {
                manifest,
                existed: false,
            }),
            Finished::Found(found) => existing(found, server, options),
        }
    }

    /// Lists everything in the place, the newest first.
    pub fn list(&self) -> Result<Vec<BackupSummary>, Error> {
        Ok(self.store.list()?)
    }

    /// Returns the manifest of a backup.
    pub fn get(&self, name: &str) -> Result<BackupManifest, Error> {
        Ok(self.store.get(name)?)
    }

    /// Reads all of a backup and compares it with its manifest.
    pub fn verify(&self, name: &str, watch: WatchBackup<'_>) -> Result<Verified, Error> {
        let total = self.store.get(name)?.bytes;
        let verified = self.store.verify(name, &mut |bytes| {
            let _ = watch(BackupProgress::Proving { bytes, total });
        });
        Ok(verified?)
    }

    /// Says what a server holds, which a restore would meet.
    pub fn held(server: &Options) -> Result<Held, Error> {
        Ok(Loader::connect(server)?.held()?)
    }

    /// Loads a backup into a server, every database of it, after all of it was proven. The server must be empty, or have an
    /// interrupted restore of the same backup; with `replace` everything that it holds is removed first.
    pub fn restore(
        &self,
        name: &str,
        server: &Options,
        replace: bool,
        watch: WatchBackup<'_>,
    ) -> Result<RestoredBackup, Error> {
        let manifest = self.store.get(name)?;
        let mut loader = Loader::connect(server)?;
        let held = loader.held()?;
        let resumed = held.unfinished.as_deref() == Some(&manifest.sha256);
        let is_empty = held.keys == 0 && held.unfinished.is_none();
        if !(is_empty || resumed || replace) {
            return Err(Error::NotEmpty {
                server: server.server_name(),
                keys: held.keys,
                unfinished: held.unfinished.is_some(),
            });
        }
        self.verify(name, watch)?;
        let version = Version(manifest.contents.rdb_version);
        loader.begin(&manifest.sha256, version, replace && !resumed && !is_empty)?;
        self.load(&manifest, &mut loader, watch)?;
        loader.finish()?;
        Ok(RestoredBackup {
            resumed,
            keys: loader.loaded(),
            expired: loader.expired(),
            refused: loader.refused(),
            not_loaded: loader.not_loaded().to_vec(),
            manifest,
        })
    }

    fn load(
        &self,
        manifest: &BackupManifest,
        loader: &mut Loader,
        watch: WatchBackup<'_>,
    ) -> Result<(), Error> {
        let broken = |error: FileError| Error::Backup(of_file(&error, &manifest.name));
        let mut reader = Reader::new(self.store.read(manifest)?).map_err(broken)?;
        let (mut keys, total) = (0, manifest.contents.keys());
        // Also of a backup with few keys: what was before has ended.
        if watch(BackupProgress::Loading { keys, total }).is_break() {
            return Err(Error::BackupStopped);
        }
        while let Some(item) = reader.next_item().map_err(broken)? {
            match item {
                Item::Entry(entry) => {
                    loader.load(&entry)?;
                    keys += 1;
                    if keys % WATCHED == 0
                        && watch(BackupProgress::Loading { keys, total }).is_break()
                    {
                        return Err(Error::BackupStopped);
                    }
                }
                Item::Section(section) => match section.kind {
                    SectionKind::Function(code) => loader.load_functions(&code)?,
                    SectionKind::OldFunction => loader.pass_over(
                        "a function of a release candidate of Redis 7.0",
                        "no command loads it",
                    ),
                    SectionKind::ModuleAux { .. } => loader.pass_over(
                        "what a module keeps beside the keys",
                        "no command loads it: start a server of its own from the file",
                    ),
                    _ => {}
                },
                Item::End { .. } => {}
            }
        }
        Ok(())
    }

    /// Writes a backup as an RDB file, for a server that is started from it: whole or not at all.
    pub fn write_file(
        &self,
        name: &str,
        path: &Path,
        watch: WatchBackup<'_>,
    ) -> Result<BackupManifest, Error> {
        let manifest = self.verify(name, watch)?.manifest;
        let mut source = self.store.read(&manifest)?;
        open::write_whole(path, |out| {
            let copied = std::io::copy(&mut source, out);
            let copied = copied.and_then(|bytes| out.flush().map(|()| bytes));
            copied
                .map(drop)
                .map_err(|error| BackupError::of_transfer(&error, name).into())
        })?;
        Ok(manifest)
    }

    /// Removes a backup by its name; says whether there was one.
    pub fn remove(&self, name: &str) -> Result<bool, Error> {
        Ok(self.store.remove(name)?)
    }

    /// Has a server write its data to its own disk, and returns when it has.
    pub fn save(server: &Options, patience: Duration) -> Result<(), Error> {
        Ok(remold_store_redis::save(server, patience)?)
    }

    /// Says what a rule would remove now.
    pub fn prunable(&self, retention: &Retention) -> Result<Vec<Pruned>, Error> {
        Ok(self.store.prunable(retention, identity::now_ms())?)
    }

    /// Removes what [`Self::prunable`] has found.
    pub fn prune(&self, pruned: &Pruned) -> Result<(), Error> {
        Ok(self.store.prune(pruned)?)
    }
}

/// Takes a backup that is there already, if it is of what was asked for.
fn existing(
    found: BackupManifest,
    server: &Options,
    options: &BackupOptions,
) -> Result<CreatedBackup, Error> {
    let is_of_run = options.run.is_none() || options.run == found.run;
    if found.server.address == server.server_name() && is_of_run {
        return Ok(CreatedBackup {
            manifest: found,
            existed: true,
        });
    }
    let of = match &found.run {
        Some(run) => format!("{}, for run {run}", found.server.address),
        None => found.server.address,
    };
    Err(Error::Backup(BackupError::Taken {
        name: found.name,
        found: of,
    }))
}

fn failure(error: PullError, name: &str) -> Error {
    match error {
        PullError::Store(error) => Error::Store(error),
        PullError::Write(error) => Error::Backup(BackupError::of_transfer(&error, name)),
        PullError::Stopped => Error::BackupStopped,
    }
}

/// It was whole a moment ago: whatever fails now, the place does.
fn of_file(error: &FileError, name: &str) -> BackupError {
    match error {
        FileError::Read { source, .. } => BackupError::of_transfer(source, name),
        error => BackupError::of_transfer(&std::io::Error::other(error.to_string()), name),
    }
}

fn facts(pulled: Pulled) -> ServerFacts {
    ServerFacts {
        address: pulled.address,
        product: pulled.product,
        version: pulled.version,
        role: pulled.role,
        run_id: pulled.run_id,
        replication_id: pulled.replication_id,
        offset: pulled.offset,
    }
}
