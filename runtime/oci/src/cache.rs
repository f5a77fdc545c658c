//! What was pulled, on disk, by its digest, so that the same component needs no registry twice.
//!
//! It need not be protected: a file is used only if it has the digest that it is asked for by, and a signature only if the
//! key made it. What goes wrong here costs time and nothing else, so it is never an error.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use remold_manifest::ContentDigest;

use crate::digest::digest_of;
use crate::signature::Evidence;

/// A file that was not used for so long is removed.
const UNUSED: Duration = Duration::from_hours(90 * 24);

/// The largest file of signatures, bytes.
const MAX_EVIDENCE: u64 = 16 << 20;

/// A folder of what was pulled.
pub(crate) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Opens a folder, which is made if it is not there.
    pub(crate) fn open(folder: &Path) -> Option<Self> {
        fs::create_dir_all(folder.join("blobs/sha256")).ok()?;
        fs::create_dir_all(folder.join("signatures")).ok()?;
        Some(Self {
            folder: folder.to_owned(),
        })
    }

    /// Returns the bytes that have a digest. What has another one by now is removed.
    pub(crate) fn blob(&self, digest: &ContentDigest, limit: u64) -> Option<Vec<u8>> {
        let path = self.blob_path(digest);
        let bytes = read(&path, limit)?;
        if digest_of(&bytes) != *digest {
            let _ = fs::remove_file(&path);
            return None;
        }
        Some(bytes)
    }

    /// Keeps bytes by their digest.
    pub(crate) fn keep_blob(&self, digest: &ContentDigest, bytes: &[u8]) {
        write(&self.blob_path(digest), bytes);
        remove_unused(&self.folder.join("blobs/sha256"));
        remove_unused(&self.folder.join("signatures"));
    }

    /// Returns the signatures of an artifact that were seen before.
    pub(crate) fn evidence(&self, digest: &ContentDigest) -> Vec<Evidence> {
        let bytes = read(&self.evidence_path(digest), MAX_EVIDENCE);
        bytes
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// Keeps the signatures of an artifact.
    pub(crate) fn keep_evidence(&self, digest: &ContentDigest, evidence: &[Evidence]) {
        if let Ok(text) = serde_json::to_vec(evidence) {
            write(&self.evidence_path(digest), &text);
        }
    }

    fn blob_path(&self, digest: &ContentDigest) -> PathBuf {
        self.folder.join("blobs/sha256").join(digest.hex())
    }

    fn evidence_path(&self, digest: &ContentDigest) -> PathBuf {
        let name = format!("{}.json", digest.hex());
        self.folder.join("signatures").join(name)
    }
}

fn read(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let file = File::open(path).ok()?;
    let mut bytes = Vec::new();
    (&file).take(limit + 1).read_to_end(&mut bytes).ok()?;
    // Says that it is in use.
    let _ = file.set_modified(SystemTime::now());
    Some(bytes)
}

/// Writes a file whole or not at all, for several processes may do so at once.
fn write(path: &Path, bytes: &[u8]) {
    let Some(folder) = path.parent() else {
        return;
    };
    let Ok(mut scratch) = tempfile::NamedTempFile::new_in(folder) else {
        return;
    };
    if scratch.write_all(bytes).is_ok() {
        let _ = scratch.persist(path);
    }
}

fn remove_unused(folder: &Path) {
    let Ok(files) = fs::read_dir(folder) else {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_what_it_was_is_not_used() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::open(folder.path()).expect("a cache");
        let digest = digest_of(b"component");
        assert_eq!(cache.blob(&digest, 100), None);
        cache.keep_blob(&digest, b"component");
        assert_eq!(cache.blob(&digest, 100), Some(b"component".to_vec()));
        let path = cache.blob_path(&digest);
        fs::write(&path, b"another").expect("a file");
        assert_eq!(cache.blob(&digest, 100), None);
        assert!(!path.exists(), "it is removed");
    }

    #[test]
    fn what_was_not_used_for_long_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::open(folder.path()).expect("a cache");
        let (old, new) = (digest_of(b"old"), digest_of(b"new"));
        cache.keep_blob(&old, b"old");
        let file = File::open(cache.blob_path(&old)).expect("a file");
        let long_ago = SystemTime::now() - UNUSED - Duration::from_mins(1);
        file.set_modified(long_ago).expect("a time");
        cache.keep_blob(&new, b"new");
        assert_eq!(cache.blob(&old, 100), None);
        assert_eq!(cache.blob(&new, 100), Some(b"new".to_vec()));
    }
}
