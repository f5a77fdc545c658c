//! A story: its folder, and what its migration does to its data.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use remold::{
    Control, JournalDirectory, Migration, RunEnd, RunOptions, RunReport, Runner, Silent, Target,
};
use remold_engine::digest::ValueDigest;
use remold_rdb::{Item, Reader, Version};

/// What the bookkeeping's keys begin with.
pub(crate) const RESERVED: &[u8] = remold::manifest::RESERVED_PREFIX.as_bytes();

/// One folder of `examples/`, and how many records of its data end in which way.
#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) folder: &'static str,
    pub(crate) changed: u64,
    pub(crate) unchanged: u64,
    pub(crate) skipped: u64,
    /// By code.
    pub(crate) rejected: &'static [(&'static str, u64)],
    /// A migrated key, what the application does to it after the run, and whether `revert` brings it back.
    pub(crate) written_since: (&'static str, &'static str, bool),
}

/// Every story, in the order of the folders.
pub(crate) const STORIES: [Story; 10] = [
    Story {
        folder: "01-split-name",
        changed: 118,
        unchanged: 0,
        skipped: 1,
        rejected: &[("no-name", 1)],
        written_since: ("user:1", "HSET user:1 seen 1", true),
    },
    Story {
        folder: "02-json-to-hash",
        changed: 78,
        unchanged: 0,
        skipped: 0,
        rejected: &[("not-an-object", 1), ("not-json", 1)],
        written_since: ("session:0001", "HSET session:0001 device watch", true),
    },
    Story {
        folder: "03-money-to-cents",
        changed: 86,
        unchanged: 0,
        skipped: 1,
        rejected: &[("not-a-price", 1), ("part-of-a-cent", 2)],
        written_since: ("product:1", "HSET product:1 price_cents 31", true),
    },
    Story {
        folder: "04-rekey",
        changed: 98,
        unchanged: 0,
        skipped: 1,
        rejected: &[("target-exists", 2)],
        written_since: ("cart:1", "HSET {user:1}:cart count 9", true),
    },
    Story {
        folder: "05-expiry-by-age",
        changed: 97,
        unchanged: 0,
        skipped: 2,
        rejected: &[("no-date", 1)],
        written_since: ("invoice:1", "HSET invoice:1 total 1.00", true),
    },
    Story {
        folder: "06-job-queue",
        changed: 59,
        unchanged: 0,
        skipped: 0,
        rejected: &[("not-a-job", 1)],
        written_since: ("queue:4", "LPOP queue:4", true),
    },
    Story {
        folder: "07-leaderboard",
        changed: 29,
        unchanged: 0,
        skipped: 0,
        rejected: &[("unknown-player", 1)],
        written_since: ("board:2025-w01", "ZADD board:2025-w01 1 player:1", false),
    },
    Story {
        folder: "08-program",
        changed: 39,
        unchanged: 0,
        skipped: 0,
        rejected: &[],
        written_since: ("member:1", "HSET member:1 name Zoe", false),
    },
    Story {
        folder: "09-event-stream",
        changed: 50,
        unchanged: 0,
        skipped: 0,
        rejected: &[],
        written_since: ("events:1", "XADD events:1 * type paid user user:1", true),
    },
    Story {
        folder: "10-three-versions",
        changed: 98,
        unchanged: 0,
        skipped: 21,
        rejected: &[("invalid-source", 1), ("one-word-name", 1)],
        written_since: ("customer:1", "HSET customer:1 points 5", true),
    },
];

impl Story {
    /// The folder with everything that belongs to the story.
    pub(crate) fn path(&self) -> PathBuf {
        examples().join(self.folder)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data.rdb")
    }

    pub(crate) fn migration(&self) -> Migration {
        let loaded = Migration::load(&self.path().join("migration.yaml"));
        loaded.unwrap_or_else(|error| panic!("{}: {error}", self.folder))
    }

    /// Fails unless a dry run or run was carried to its end and counted what the story says.
    #[track_caller]
    pub(crate) fn assert_told(&self, report: &RunReport) {
        let tally = &report.outcome.tally;
        let some: Vec<_> = report.outcome.rejected.iter().take(3).collect();
        assert_eq!(
            report.outcome.end,
            RunEnd::Completed,
            "{}: {tally:?} {some:?}",
            self.folder
        );
        let rejected: BTreeMap<String, u64> = self
            .rejected
            .iter()
            .map(|(code, count)| ((*code).to_owned(), *count))
            .collect();
        assert_eq!(
            (
                tally.changed,
                tally.unchanged,
                tally.skipped_total(),
                &tally.rejected
            ),
            (self.changed, self.unchanged, self.skipped, &rejected),
            "{}: changed, unchanged, skipped, rejected: {some:?}",
            self.folder
        );
    }
}

/// The folder of all stories.
pub(crate) fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

/// A runner with its own folder of journals.
pub(crate) fn runner(target: Target, journals: &Path) -> Runner {
    Runner::new(target, JournalDirectory::new(journals))
}

/// Runs a story's migration.
pub(crate) fn run(runner: &Runner, migration: &Migration) -> Result<RunReport, remold::Error> {
    runner.run(migration, &RunOptions::default(), &Control::new(), &Silent)
}

/// Tries a story's migration.
pub(crate) fn dry_run(runner: &Runner, migration: &Migration) -> RunReport {
    let report = runner.dry_run(migration, &RunOptions::default(), &Control::new(), &Silent);
    report.unwrap_or_else(|error| panic!("{}: {error}", migration.name()))
}

/// A key of a file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FileKey {
    /// As `DUMP` would return it.
    pub(crate) payload: Bytes,
    pub(crate) digest: ValueDigest,
    pub(crate) expires_at: Option<u64>,
}

/// Reads what a file holds, bookkeeping left out.
pub(crate) fn read(path: &Path) -> BTreeMap<Bytes, FileKey> {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut keys = BTreeMap::new();
    for item in Reader::new(file).expect("it is an RDB file") {
        let Item::Entry(entry) = item.expect("the file is whole") else {
            continue;
        };
        if entry.key().starts_with(RESERVED) {
            continue;
        }
        let payload = Bytes::from(entry.payload(Version(9)).expect("it stands by itself"));
        let value = remold_rdb::decode(&payload)
            .expect("it was written by the codec")
            .value;
        let key = FileKey {
            payload,
            digest: ValueDigest::of(&value),
            expires_at: entry.expires_at(),
        };
        keys.insert(entry.key().clone(), key);
    }
    keys
}
