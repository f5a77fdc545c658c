//! The hand-over between a program's thread and its host's.
//!
//! What a sandbox runs lives as long as the sandbox, and the host that answers a program does not; so a sandbox runs a
//! program on a thread of its own while the caller's thread answers. Reading a page or applying a batch costs far
//! more than the hand-over.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use bytes::Bytes;

use crate::error::HostError;
use crate::failure::{Failure, FailureReason};
use crate::record::{Entry, Record};
use crate::transform::{Applied, ProgramHost, ScanQuery};

/// What a program asks.
#[derive(Debug)]
pub enum Request {
    /// See [`ProgramHost::scan`].
    Scan(ScanQuery),
    /// See [`ProgramHost::get`].
    Get(Vec<Bytes>),
    /// See [`ProgramHost::apply`].
    Apply(Vec<Record>),
    /// See [`ProgramHost::backup`].
    Backup(String),
    /// See [`ProgramHost::progress`].
    Progress(u64, Option<u64>),
    /// See [`ProgramHost::checkpoint`].
    Checkpoint(Bytes),
    /// See [`ProgramHost::resumed_from`].
    ResumedFrom,
}

/// What its host answers.
#[derive(Debug)]
pub enum Reply {
    /// To [`Request::Scan`].
    Keys(Result<Vec<Bytes>, HostError>),
    /// To [`Request::Get`].
    Entries(Result<Vec<Option<Entry>>, HostError>),
    /// To [`Request::Apply`].
    Applied(Result<Vec<Applied>, HostError>),
    /// To [`Request::Backup`].
    Backup(Result<String, HostError>),
    /// To [`Request::Progress`].
    Noted,
    /// To [`Request::Checkpoint`].
    Checkpoint(Result<(), HostError>),
    /// To [`Request::ResumedFrom`].
    ResumedFrom(Option<Bytes>),
}

/// The program's end.
#[derive(Debug)]
pub struct Link {
    requests: SyncSender<Request>,
    replies: Receiver<Reply>,
}

impl Link {
    /// Asks and waits for the answer; nothing if the host is gone.
    pub fn ask(&self, request: Request) -> Option<Reply> {
        self.requests.send(request).ok()?;
        self.replies.recv().ok()
    }
}

/// The host's end.
#[derive(Debug)]
pub struct Server {
    requests: Receiver<Request>,
    replies: SyncSender<Reply>,
}

impl Server {
    /// Answers until the program's end is dropped.
    pub fn answer(&self, host: &mut dyn ProgramHost) {
        while let Ok(request) = self.requests.recv() {
            if self.replies.send(answer(host, request)).is_err() {
                return;
            }
        }
    }
}

/// Makes both ends.
pub fn pair() -> (Link, Server) {
    let (requests, incoming) = sync_channel(0);
    let (outgoing, replies) = sync_channel(1);
    let server = Server {
        requests: incoming,
        replies: outgoing,
    };
    (Link { requests, replies }, server)
}

/// Says why a program's thread has no answer.
pub fn lost(started: bool) -> Failure {
    let message = if started {
        "the program panicked"
    } else {
        "no thread could be started for the program"
    };
    Failure::new(FailureReason::Trap, message)
}

fn answer(host: &mut dyn ProgramHost, request: Request) -> Reply {
    match request {
        Request::Scan(query) => Reply::Keys(host.scan(&query)),
        Request::Get(keys) => Reply::Entries(host.get(&keys)),
        Request::Apply(records) => Reply::Applied(host.apply(records)),
        Request::Backup(name) => Reply::Backup(host.backup(&name)),
        Request::Progress(done, total) => {
            host.progress(done, total);
            Reply::Noted
        }
        Request::Checkpoint(state) => Reply::Checkpoint(host.checkpoint(&state)),
        Request::ResumedFrom => Reply::ResumedFrom(host.resumed_from()),
    }
}
