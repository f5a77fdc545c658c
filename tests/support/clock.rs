//! A clock that a test lets jump under a process: `libfaketime`, which `tests/servers.sh` fetches.

use std::ffi::OsString;
use std::path::PathBuf;

use tempfile::TempDir;

use super::version::fetched;

/// A wall clock for processes that are started with its [`Clock::variables`]. Their monotonic clock is the real one.
#[derive(Debug)]
pub struct Clock {
    folder: TempDir,
}

impl Clock {
    /// One that is right.
    pub fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let clock = Self { folder };
        clock.set(0);
        clock
    }

    /// Lets it be this many seconds ahead from now on, or behind.
    pub fn set(&self, seconds: i64) {
        let new = self.folder.path().join("new");
        std::fs::write(&new, format!("{seconds:+}s\n")).expect("it is written");
        std::fs::rename(new, self.offset()).expect("in the same folder");
    }

    /// The variables of the environment of a process that goes by this clock.
    pub fn variables(&self) -> Vec<(String, OsString)> {
        let library = fetched("faketime").join("lib/libfaketimeMT.so.1");
        vec![
            ("LD_PRELOAD".to_owned(), library.into()),
            ("FAKETIME_TIMESTAMP_FILE".to_owned(), self.offset().into()),
            ("FAKETIME_NO_CACHE".to_owned(), "1".into()),
            ("FAKETIME_DONT_FAKE_MONOTONIC".to_owned(), "1".into()),
            ("DONT_FAKE_MONOTONIC".to_owned(), "1".into()),
        ]
    }

    fn offset(&self) -> PathBuf {
        self.folder.path().join("offset")
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}
