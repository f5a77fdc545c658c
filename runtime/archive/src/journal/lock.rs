//! The lock that says that a journal is open for writing.

use std::fs::{File, TryLockError};
use std::path::Path;

use remold_engine::port::JournalError;

use crate::error::not_writable;

/// The file in a journal's directory that is locked.
const NAME: &str = "lock";

/// The lock of a journal's directory, held until it is dropped or the process ends.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Lock {
    /// Takes it, if no other process has it and no other journal of this one.
    pub(crate) fn take(directory: &Path) -> Result<Self, JournalError> {
        let path = directory.join(NAME);
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path);
        let file = file.map_err(|error| not_writable(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(JournalError::InUse {
                path: directory.display().to_string(),
            }),
            Err(TryLockError::Error(error)) => Err(not_writable(&path, &error)),
        }
    }
}

impl Drop for Lock {
    /// Gives it back by itself: closing the file would leave it with a program that this process is about to start, which has the file
    /// until it is another program.
    fn drop(&mut self) {
        drop(self.0.unlock());
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn it_is_given_back_though_a_child_still_has_the_file() {
        let folder = TempDir::new().expect("a folder");
        let lock = Lock::take(folder.path()).expect("nobody has it");
        Lock::take(folder.path()).expect_err("it is taken");
        let inherited = lock.0.try_clone().expect("a handle can be cloned");
        drop(lock);
        Lock::take(folder.path()).expect("it was given back");
        drop(inherited);
    }
}
