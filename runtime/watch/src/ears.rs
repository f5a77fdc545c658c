//! The system's notifications: a watch on each folder, without those below it, so that what is passed over costs nothing.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::watcher::Signal;

/// What the C library calls the error where a process, or a user, has as many open files or watchers as it may.
const TOO_MANY_OPEN: [i32; 2] = [24, 23];

/// Why the system does not tell of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deaf {
    /// This user watches as many files and folders as one user may.
    Watches,
    /// This user has as many watchers as one user may, or this process as many open files.
    Watchers,
    /// Something else: the system's own words.
    Other(String),
}

impl Deaf {
    /// Returns what a person can do about it; nothing is known for other reasons.
    pub fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::Watches => Some("sudo sysctl fs.inotify.max_user_watches=524288"),
            Self::Watchers => Some("sudo sysctl fs.inotify.max_user_instances=1024"),
            Self::Other(_) => None,
        }
    }
}

impl fmt::Display for Deaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Watches => {
                f.write_str("the limit of files that a user may watch is reached (fs.inotify.max_user_watches)")
            }
            Self::Watchers => f.write_str(
                "the limit of watchers that a user may have is reached (fs.inotify.max_user_instances)",
            ),
            Self::Other(words) => write!(f, "the system does not tell of changes here: {words}"),
        }
    }
}

impl From<notify::Error> for Deaf {
    fn from(error: notify::Error) -> Self {
        match &error.kind {
            ErrorKind::MaxFilesWatch => Self::Watches,
            ErrorKind::Io(source)
                if source
                    .raw_os_error()
                    .is_some_and(|code| TOO_MANY_OPEN.contains(&code)) =>
            {
                Self::Watchers
            }
            _ => Self::Other(error.to_string()),
        }
    }
}

/// Something that the system told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    /// What it is about; nothing in particular if there were more events than the system could keep.
    pub(crate) paths: Vec<PathBuf>,
    /// Whether something came, went or was renamed, and was not just written.
    pub(crate) moved: bool,
}

/// Hears what happens in some folders.
pub(crate) struct Ears {
    watcher: RecommendedWatcher,
    folders: BTreeSet<PathBuf>,
}

impl Ears {
    /// Begins to hear nothing yet.
    pub(crate) fn new(told: Sender<Signal>) -> Result<Self, Deaf> {
        let handler = move |event: notify::Result<Event>| {
            let signal = match event {
                Ok(event) => heard(event).map(Signal::Heard),
                Err(error) => Some(Signal::Deaf(error.into())),
            };
            // Who does not listen any more is not told.
            signal.map(|signal| told.send(signal));
        };
        Ok(Self {
            watcher: notify::recommended_watcher(handler)?,
            folders: BTreeSet::new(),
        })
    }

    /// Hears what happens in these folders, and in no others. One that is not there any more is passed over.
    pub(crate) fn listen(&mut self, folders: &BTreeSet<PathBuf>) -> Result<(), Deaf> {
        let over: Vec<PathBuf> = self.folders.difference(folders).cloned().collect();
        for folder in over {
            self.folders.remove(&folder);
            // It may be gone, and its watch with it.
            drop(self.watcher.unwatch(&folder));
        }
        for folder in folders {
            if self.folders.contains(folder) {
                continue;
            }
            match self.watcher.watch(folder, RecursiveMode::NonRecursive) {
                Ok(()) => drop(self.folders.insert(folder.clone())),
                Err(error) if is_gone(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Takes down that a path came, went or was renamed: what is at it now, and below it, is not what was watched.
    pub(crate) fn forget(&mut self, path: &Path) {
        let gone = |folder: &&PathBuf| folder.starts_with(path);
        let gone: Vec<PathBuf> = self.folders.iter().filter(gone).cloned().collect();
        for folder in gone {
            self.folders.remove(&folder);
            drop(self.watcher.unwatch(&folder));
        }
    }
}

/// Reads an event. Whoever reads a file, as a look does itself, has changed nothing.
fn heard(event: Event) -> Option<Heard> {
    let moved = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) => return None,
        EventKind::Modify(ModifyKind::Name(_)) | EventKind::Create(_) | EventKind::Remove(_) => {
            true
        }
        EventKind::Modify(_) => false,
        EventKind::Any | EventKind::Other => event.paths.is_empty(),
    };
    Some(Heard {
        paths: event.paths,
        moved,
    })
}

fn is_gone(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(source) => source.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, DataChange, RemoveKind, RenameMode};

    use super::*;

    #[test]
    fn reading_is_no_event_and_writing_is() {
        let check = |kind: EventKind, expect: Option<bool>| {
            let event = Event::new(kind).add_path("/a".into());
            assert_eq!(heard(event).map(|heard| heard.moved), expect, "{kind:?}");
        };
        check(EventKind::Access(AccessKind::Open(AccessMode::Any)), None);
        check(EventKind::Access(AccessKind::Close(AccessMode::Read)), None);
        let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
        check(written, Some(false));
        let data = EventKind::Modify(ModifyKind::Data(DataChange::Any));
        check(data, Some(false));
        check(EventKind::Create(CreateKind::Folder), Some(true));
        check(EventKind::Remove(RemoveKind::File), Some(true));
        let renamed = EventKind::Modify(ModifyKind::Name(RenameMode::To));
        check(renamed, Some(true));
    }

    #[test]
    fn limits_of_the_system_are_told_apart_and_have_a_way_out() {
        let deaf = |kind: ErrorKind| Deaf::from(notify::Error::new(kind));
        assert_eq!(deaf(ErrorKind::MaxFilesWatch), Deaf::Watches);
        let too_many = std::io::Error::from_raw_os_error(24);
        assert_eq!(deaf(ErrorKind::Io(too_many)), Deaf::Watchers);
        let other = deaf(ErrorKind::Io(std::io::Error::from_raw_os_error(38)));
        assert!(
            matches!(&other, Deaf::Other(words) if words.contains("not implemented")),
            "{other}"
        );
        assert!(
            Deaf::Watches
                .remedy()
                .is_some_and(|remedy| remedy.contains("max_user_watches"))
        );
        assert!(
            Deaf::Watches
                .to_string()
                .contains("fs.inotify.max_user_watches")
        );
    }
}
