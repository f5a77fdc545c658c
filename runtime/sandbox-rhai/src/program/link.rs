//! The hand-over between a program's thread and its host's.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use remold_host_api::{Applied, Bytes, Entry, HostError, ProgramHost, Record, ScanQuery};

/// What a program asks.
#[derive(Debug)]
pub(crate) enum Request {
    Scan(ScanQuery),
    Get(Vec<Bytes>),
    Apply(Vec<Record>),
    Backup(String),
    Progress(u64, Option<u64>),
}

/// What its host answers.
#[derive(Debug)]
pub(crate) enum Reply {
    Keys(Result<Vec<Bytes>, HostError>),
    Entries(Result<Vec<Option<Entry>>, HostError>),
    Applied(Result<Vec<Applied>, HostError>),
    Backup(Result<String, HostError>),
    Noted,
}

/// The program's end.
#[derive(Debug)]
pub(crate) struct Link {
    requests: SyncSender<Request>,
    replies: Receiver<Reply>,
}

/// The host's end.
pub(crate) struct Server {
    requests: Receiver<Request>,
    replies: SyncSender<Reply>,
}

/// Makes both ends.
pub(crate) fn pair() -> (Link, Server) {
    let (requests, incoming) = sync_channel(0);
    let (outgoing, replies) = sync_channel(1);
    let link = Link { requests, replies };
    let server = Server {
        requests: incoming,
        replies: outgoing,
    };
    (link, server)
}

impl Link {
    /// Asks and waits for the answer; nothing if the host is gone.
    pub(crate) fn ask(&self, request: Request) -> Option<Reply> {
        self.requests.send(request).ok()?;
        self.replies.recv().ok()
    }
}

impl Server {
    /// Answers until the program's end is dropped.
    pub(crate) fn answer(&mut self, host: &mut dyn ProgramHost) {
        while let Ok(request) = self.requests.recv() {
            let reply = match request {
                Request::Scan(query) => Reply::Keys(host.scan(&query)),
                Request::Get(keys) => Reply::Entries(host.get(&keys)),
                Request::Apply(records) => Reply::Applied(host.apply(records)),
                Request::Backup(name) => Reply::Backup(host.backup(&name)),
                Request::Progress(done, total) => {
                    host.progress(done, total);
                    Reply::Noted
                }
            };
            if self.replies.send(reply).is_err() {
                return;
            }
        }
    }
}
