//! One component as a process: its log is in the folder of its cluster, and it dies with the test process.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::patience::try_wait_for;
use crate::server::process::{spawn_for_good, tail};

/// A process that runs until it is dropped.
#[derive(Debug)]
pub(super) struct Component {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Component {
    /// Starts it; what it says is appended to `NAME.log` in `folder`.
    pub(super) fn start(name: &'static str, folder: &Path, mut command: Command) -> Self {
        let log = folder.join(format!("{name}.log"));
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log)
            .expect("a log can be opened");
        command
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("a file handle can be cloned"))
            .stderr(file);
        let child = spawn_for_good(command);
        Self { name, child, log }
    }

    /// Its process id.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks until it is ready. The error is the end of its log: it has ended, or it was not ready within a minute.
    pub(super) fn wait_until(&mut self, mut ready: impl FnMut() -> bool) -> Result<(), String> {
        let answer = try_wait_for(|| {
            let ended = self.child.try_wait().expect("a child can be asked");
            if let Some(status) = ended {
                return Some(Err(status.to_string()));
            }
            ready().then_some(Ok(()))
        });
        answer
            .unwrap_or_else(|| Err("not ready in time".to_owned()))
            .map_err(|what| format!("{} did not start: {what}\n{}", self.name, self.log_tail()))
    }

    /// Sends it a signal.
    pub(super) fn signal(&self, which: Signal) {
        let id = i32::try_from(self.child.id())
            .ok()
            .and_then(Pid::from_raw)
            .expect("a process id is positive");
        kill_process(id, which).expect("a child can be signalled");
    }

    /// Kills it.
    pub(super) fn end(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// The end of its log.
    pub(super) fn log_tail(&self) -> String {
        tail(&self.log)
    }
}

impl Drop for Component {
    fn drop(&mut self) {
        self.end();
    }
}
