//! The servers that stories are told on, one story at a time.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use super::{Fault, Story};
use crate::{Options, Server, ServerVersion};

/// Servers for one story after the other, started when they are first needed.
#[derive(Debug)]
pub struct House {
    program: PathBuf,
    version: ServerVersion,
    memory: OnceCell<Server>,
    append_only: OnceCell<Server>,
    snapshots: OnceCell<Server>,
}

impl House {
    /// A house with servers of a version; `program` is the one that [`work`](super::work) is the main function of when
    /// its first argument is `work`.
    pub fn new(program: &Path, version: ServerVersion) -> Self {
        Self {
            program: program.to_owned(),
            version,
            memory: OnceCell::new(),
            append_only: OnceCell::new(),
            snapshots: OnceCell::new(),
        }
    }

    /// Tells stories side by side, in `count` houses, until all are told or `enough` of them have failed. Returns what is
    /// wrong with those that failed. `told` hears of each.
    pub fn tell_all(
        program: &Path,
        version: ServerVersion,
        count: usize,
        stories: impl IntoIterator<Item = Story, IntoIter: Send>,
        enough: usize,
        told: impl Fn(Story, &Result<(), String>) + Sync,
    ) -> Vec<String> {
        let (stories, problems) = (Mutex::new(stories.into_iter()), Mutex::new(Vec::new()));
        thread::scope(|scope| {
            for _ in 0..count {
                scope.spawn(|| {
                    let house = Self::new(program, version);
                    while lock(&problems).len() < enough {
                        let Some(story) = lock(&stories).next() else {
                            return;
                        };
                        let result = story.tell(&house);
                        told(story, &result);
                        lock(&problems).extend(result.err());
                    }
                });
            }
        });
        problems
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn program(&self) -> &Path {
        &self.program
    }

    /// The server that a fault asks for.
    pub(super) fn server(&self, fault: Fault) -> &Server {
        let (server, options) = match fault {
            Fault::ServerRestarted => (&self.append_only, Options::new().append_only()),
            fault if fault.goes_back() => (&self.snapshots, Options::new().snapshots()),
            _ => (&self.memory, Options::new()),
        };
        server.get_or_init(|| Server::start(self.version, options))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
