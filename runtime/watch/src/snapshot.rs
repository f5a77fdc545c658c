//! The files in a scope as they are at a moment, and what is different between two moments.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::{self, File, Metadata};
use std::hash::{DefaultHasher, Hasher};
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::scope::{Scope, Tree};

/// Up to which size the content of a file is compared. A larger one is data, and changes its time when it is written.
const COMPARED: u64 = 4 << 20;
/// How many folders of a tree are entered at most, the nearest first.
const MOST_FOLDERS: usize = 2048;
/// How old the last write has to be for the time of a file to tell it from a later one: the clocks of file systems are coarse.
const COARSE: Duration = Duration::from_secs(2);

/// The files in a scope at a moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Snapshot {
    files: BTreeMap<PathBuf, Stamp>,
    folders: BTreeSet<PathBuf>,
}

/// What tells a file from what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    /// Device, inode, time of the last change of either content or attributes.
    place: (u64, u64, i64, i64),
    modified: (i64, i64),
    bytes: u64,
    /// A hash of the content, if it was read.
    content: Option<u64>,
    /// Whether the file was written so shortly before that it could be written again without a trace in its times.
    fresh: bool,
}

/// What counts as a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Another content, or the same one saved again.
    Saved,
    /// Another content.
    Content,
}

/// A file that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// The file.
    pub(crate) path: PathBuf,
    /// What has happened to it.
    pub(crate) what: What,
}

/// What has happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// It was not there before.
    Appeared,
    /// It was written.
    Changed,
    /// It is not there any more.
    Gone,
}

impl Snapshot {
    /// Looks at the files in a scope. Files that are as in `last` are not read again. What cannot be read is not there.
    pub(crate) fn take(scope: &Scope, last: &Self) -> Self {
        let mut taken = Self::default();
        for tree in &scope.trees {
            taken.walk(tree, last);
        }
        for file in &scope.files {
            taken.look_at(file, last);
            taken.folders.extend(nearest_folder(file));
        }
        taken
    }

    /// Lists the folders in which something may happen that concerns the scope: those that were entered, and for what is
    /// not there the nearest one that is.
    pub(crate) fn folders(&self) -> &BTreeSet<PathBuf> {
        &self.folders
    }

    /// Says how many files there are.
    pub(crate) fn count(&self) -> usize {
        self.files.len()
    }

    /// Lists what is different in a later snapshot, in order of path.
    pub(crate) fn changes(&self, later: &Self, measure: Measure) -> Vec<Change> {
        let paths: BTreeSet<&PathBuf> = self.files.keys().chain(later.files.keys()).collect();
        let what = |path: &PathBuf| match (self.files.get(path), later.files.get(path)) {
            (None, _) => Some(What::Appeared),
            (_, None) => Some(What::Gone),
            (Some(one), Some(other)) => one.differs(other, measure).then_some(What::Changed),
        };
        let change = |path: &PathBuf| {
            Some(Change {
                path: path.clone(),
                what: what(path)?,
            })
        };
        paths.into_iter().filter_map(change).collect()
    }

    /// Leaves only files that another snapshot has too.
    #[must_use]
    pub(crate) fn restricted_to(mut self, other: &Self) -> Self {
        self.files.retain(|path, _| other.files.contains_key(path));
        self
    }

    fn walk(&mut self, tree: &Tree, last: &Self) {
        let mut open = VecDeque::from([tree.folder.clone()]);
        let mut entered = 0;
        while let Some(folder) = open.pop_front() {
            let Ok(entries) = fs::read_dir(&folder) else {
                self.folders.extend(nearest_folder(&folder));
                continue;
            };
            self.folders.insert(folder);
            entered += 1;
            for entry in entries.flatten() {
                let path = entry.path();
                // A link to a folder is not followed: it may lead back.
                let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                if is_folder && entered + open.len() < MOST_FOLDERS && tree.enters(&path) {
                    open.push_back(path);
                } else if !is_folder && tree.wants(&path) {
                    self.look_at(&path, last);
                }
            }
        }
    }

    fn look_at(&mut self, path: &Path, last: &Self) {
        let Some(found) = fs::metadata(path).ok().filter(Metadata::is_file) else {
            return;
        };
        let mut stamp = Stamp::of(&found);
        let known = last.files.get(path);
        let is_known = |known: &&Stamp| {
            !known.fresh
                && (known.place, known.modified, known.bytes)
                    == (stamp.place, stamp.modified, stamp.bytes)
        };
        stamp.content = match known.filter(is_known) {
            Some(known) => known.content,
            None if stamp.bytes > COMPARED => None,
            None => match hash(path) {
                Ok(hash) => Some(hash),
                // It went away while it was looked at.
                Err(_) => return,
            },
        };
        self.files.insert(path.to_owned(), stamp);
    }
}

impl Stamp {
    fn of(found: &Metadata) -> Self {
        let age = found
            .modified()
            .ok()
            .and_then(|modified| SystemTime::now().duration_since(modified).ok());
        Self {
            place: (found.dev(), found.ino(), found.ctime(), found.ctime_nsec()),
            modified: (found.mtime(), found.mtime_nsec()),
            bytes: found.len(),
            content: None,
            fresh: age.is_none_or(|age| age < COARSE),
        }
    }

    fn differs(&self, later: &Self, measure: Measure) -> bool {
        let content = match (self.content, later.content) {
            (Some(one), Some(other)) => one != other,
            // Too large to be compared: who writes it changes its time.
            _ => (self.bytes, self.modified) != (later.bytes, later.modified),
        };
        content || measure == Measure::Saved && self.modified != later.modified
    }
}

/// Finds the folder that is there and in which something that is not there would come to be, or a file lies.
fn nearest_folder(path: &Path) -> Option<PathBuf> {
    let found = path.ancestors().skip(1).find(|above| above.is_dir());
    found.map(Path::to_path_buf)
}

fn hash(path: &Path) -> std::io::Result<u64> {
    let mut content = Vec::new();
    // A file may grow while it is read.
    File::open(path)?
        .take(2 * COMPARED)
        .read_to_end(&mut content)?;
    let mut hasher = DefaultHasher::new();
    hasher.write(&content);
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests;
