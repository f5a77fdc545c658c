//! Compiled code on disk, for compiling takes seconds and loading milliseconds.
//!
//! What is compiled is machine code: whoever can write the folder can run code in this process. So it belongs to this user
//! alone, or it is not used, and a file is used only if it is whole and was written for this engine and this component.

use std::fs::{self, File, OpenOptions};
use std::hash::{Hash, Hasher};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use remold_host_api::wit;
use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::wrap;

/// What a file of this form begins with.
const MAGIC: &[u8; 8] = b"remoldc1";

/// A file that was not used for so long is removed.
const UNUSED: Duration = Duration::from_hours(30 * 24);

/// A folder of compiled code.
pub(crate) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Opens a folder, which is made if it is not there. Nothing if others can write it.
    pub(crate) fn open(folder: &Path) -> Option<Self> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .ok()?;
        let folder = folder.canonicalize().ok()?;
        let found = fs::symlink_metadata(&folder).ok()?;
        is_ours(&found).then_some(Self { folder })
    }

    /// Loads a component that was compiled before.
    pub(crate) fn load(&self, engine: &Engine, bytes: &[u8]) -> Option<Component> {
        let path = self.path(engine, bytes);
        let mut file = File::open(&path).ok()?;
        if !is_ours(&file.metadata().ok()?) {
            return None;
        }
        let mut stored = Vec::new();
        file.read_to_end(&mut stored).ok()?;
        let rest = stored.strip_prefix(MAGIC)?;
        let (digest, code) = rest.split_at_checked(32)?;
        if Sha256::digest(code).as_slice() != digest {
            // Half written or damaged: it is compiled and written anew.
            return None;
        }
        let component = deserialize(engine, code)?;
        // Says that it is in use.
        let _ = file.set_modified(SystemTime::now());
        Some(component)
    }

    /// Stores what was compiled. What goes wrong costs only time later.
    pub(crate) fn store(&self, engine: &Engine, bytes: &[u8], component: &Component) {
        let Ok(code) = component.serialize() else {
            return;
        };
        let path = self.path(engine, bytes);
        let fresh = path.with_extension(format!("{}.new", std::process::id()));
        if write(&fresh, &code)
            .and_then(|()| fs::rename(&fresh, &path))
            .is_err()
        {
            let _ = fs::remove_file(&fresh);
        }
        self.remove_unused();
    }

    fn path(&self, engine: &Engine, bytes: &[u8]) -> PathBuf {
        let mut version = Version(Sha256::new());
        engine.precompile_compatibility_hash().hash(&mut version);
        // What a core module is wrapped with is compiled too.
        version.0.update(wrap::PREVIEW1.as_bytes());
        version.0.update(wit::VERSION.as_bytes());
        version.0.update(bytes);
        let name = hex::encode(version.0.finalize());
        self.folder.join(format!("{name}.code"))
    }

    fn remove_unused(&self) {
        let Ok(files) = fs::read_dir(&self.folder) else {
            return;
        };
        for file in files.flatten() {
            let modified = file.metadata().and_then(|found| found.modified());
            let unused = modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > UNUSED));
            if unused {
                let _ = fs::remove_file(file.path());
            }
        }
    }
}

/// Makes a component of machine code.
#[allow(unsafe_code, reason = "loading machine code is, by what it is")]
fn deserialize(engine: &Engine, code: &[u8]) -> Option<Component> {
    // SAFETY: only this user can have written the file, its digest holds, and the engine checks that its version and
    // settings are those that it was compiled with.
    unsafe { Component::deserialize(engine, code) }.ok()
}

/// Says whether a file or folder belongs to this user and nobody else can write it.
fn is_ours(found: &fs::Metadata) -> bool {
    found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o022 == 0
}

fn write(path: &Path, code: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(MAGIC)?;
    file.write_all(&Sha256::digest(code))?;
    file.write_all(code)?;
    file.sync_all()
}

/// Returns the digest of a component as manifests and registries write it: `sha256:` and 64 hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

/// A digest of what identifies an engine.
struct Version(Sha256);

impl Hasher for Version {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}
