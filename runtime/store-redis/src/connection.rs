//! One connection: sends a packed request in one write, takes its replies, and counts what is still to come.
//!
//! After any failure of the socket the connection is dead: every further use says so, and its owner opens another.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use remold_engine::port::{Fault, StoreError};

use super::fault::{CONNECTING, Peer};
use super::info::Info;
use super::reply::{self, Reply};
use super::request::Request;
use super::transport::Stream;
use super::wire::{Wire, WireError};

/// A connection to one server.
pub(crate) struct Connection {
    wire: Wire<Stream>,
    peer: Peer,
    info: Info,
    /// Replies to requests that nobody waits for.
    owed: usize,
    /// Replies to each of the requests that are waited for, the first one first.
    awaited: VecDeque<usize>,
    dead: bool,
}

impl Connection {
    pub(crate) fn new(stream: Stream, peer: Peer) -> Self {
        Self {
            wire: Wire::new(stream),
            peer,
            info: Info::default(),
            owed: 0,
            awaited: VecDeque::new(),
            dead: false,
        }
    }

    pub(crate) fn peer(&self) -> &Peer {
        &self.peer
    }

    /// What the server said of itself when the connection was opened.
    pub(crate) fn info(&self) -> &Info {
        &self.info
    }

    pub(super) fn set_info(&mut self, info: Info) {
        self.info = info;
    }

    /// Gives up the protocol: returns the stream, and what was received from it and not taken.
    pub(crate) fn into_parts(self) -> (Stream, Bytes) {
        self.wire.into_parts()
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.dead
    }

    /// Limits how long is waited for the socket.
    pub(super) fn limit(&mut self, limit: Duration) -> Result<(), StoreError> {
        // A limit of nothing means to wait without one to the system; the smallest one is meant.
        let limit = limit.max(Duration::from_millis(1));
        let set = self.wire.limit(limit);
        set.map_err(|error| self.peer.connecting(CONNECTING, &error.into()))
    }

    /// Sends the log-in and takes its replies: failures are of connecting, not of a lost connection.
    pub(super) fn greet(&mut self, request: &Request) -> Result<Vec<Reply>, StoreError> {
        let mut replies = Vec::new();
        let Err(error) = self.transfer(request, &mut replies) else {
            return Ok(replies);
        };
        // A server that takes nobody (full, protected) says why once and closes.
        Err(match replies.first().and_then(reply::refusal) {
            Some((code, rest)) => self.peer.server(CONNECTING, code, rest),
            None => self.peer.connecting(CONNECTING, &error),
        })
    }

    /// Sends commands and returns their replies in order, refusals among them.
    pub(crate) fn exchange(
        &mut self,
        doing: &str,
        request: &Request,
    ) -> Result<Vec<Reply>, StoreError> {
        self.send(doing, request)?;
        self.receive(doing)
    }

    /// Sends commands whose replies are [received](Self::receive) later. What was asked before is not waited for any
    /// more.
    pub(crate) fn send(&mut self, doing: &str, request: &Request) -> Result<(), StoreError> {
        self.check_alive(doing)?;
        let sent = self.try_send(request);
        self.noting(doing, sent)
    }

    /// Sends commands whose replies are [received](Self::receive) after those to what was asked before.
    pub(crate) fn send_next(&mut self, doing: &str, request: &Request) -> Result<(), StoreError> {
        self.check_alive(doing)?;
        let sent = self.try_send_next(request);
        self.noting(doing, sent)
    }

    /// Waits for the replies to the first request that is waited for and returns them in order, refusals among them.
    pub(crate) fn receive(&mut self, doing: &str) -> Result<Vec<Reply>, StoreError> {
        self.check_alive(doing)?;
        let mut replies = Vec::new();
        let received = self.try_receive(&mut replies);
        self.noting(doing, received).map(|()| replies)
    }

    /// Sends commands of which none may be refused and returns their replies.
    pub(crate) fn ask(&mut self, doing: &str, request: &Request) -> Result<Vec<Reply>, StoreError> {
        self.send(doing, request)?;
        self.receive_good(doing, request)
    }

    /// Waits for the replies to a request, the first that is waited for, of which no command may be refused.
    pub(crate) fn receive_good(
        &mut self,
        doing: &str,
        request: &Request,
    ) -> Result<Vec<Reply>, StoreError> {
        let replies = self.receive(doing)?;
        for (number, reply) in replies.iter().enumerate() {
            if let Some((code, rest)) = reply::refusal(reply) {
                let doing = format!("{doing} ({})", request.describe(number));
                return Err(self.peer.server(&doing, code, rest));
            }
        }
        Ok(replies)
    }

    /// Sends commands whose replies nobody waits for; they are taken from the wire before the next ones.
    pub(crate) fn post(&mut self, doing: &str, request: &Request) -> Result<(), StoreError> {
        if self.dead {
            return Ok(());
        }
        self.send(doing, request)
    }

    fn check_alive(&self, doing: &str) -> Result<(), StoreError> {
        if !self.dead {
            return Ok(());
        }
        let message = "the connection was lost before";
        Err(self.peer.error(Fault::Lost, doing, message, None))
    }

    fn noting<T>(&mut self, doing: &str, done: Result<T, WireError>) -> Result<T, StoreError> {
        self.dead |= done.is_err();
        done.map_err(|error| self.peer.exchanging(doing, &error))
    }

    /// Stops at the first failure of the socket; what was answered before it is in `replies`.
    fn transfer(&mut self, request: &Request, replies: &mut Vec<Reply>) -> Result<(), WireError> {
        let sent = self.try_send(request);
        let transferred = sent.and_then(|()| self.try_receive(replies));
        self.dead |= transferred.is_err();
        transferred
    }

    fn try_send(&mut self, request: &Request) -> Result<(), WireError> {
        self.owed += self.awaited.drain(..).sum::<usize>();
        self.try_send_next(request)
    }

    fn try_send_next(&mut self, request: &Request) -> Result<(), WireError> {
        if request.commands() > 0 {
            self.wire.send(request.bytes())?;
        }
        self.awaited.push_back(request.commands());
        Ok(())
    }

    fn try_receive(&mut self, replies: &mut Vec<Reply>) -> Result<(), WireError> {
        let awaited = self.awaited.pop_front().unwrap_or_default();
        if awaited > 0 {
            while self.owed > 0 {
                self.wire.receive()?;
                self.owed -= 1;
            }
        }
        replies.reserve(awaited);
        for _ in 0..awaited {
            replies.push(self.wire.receive()?);
        }
        Ok(())
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("peer", &self.peer.name)
            .field("dead", &self.dead)
            .finish_non_exhaustive()
    }
}
