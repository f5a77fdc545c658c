//! One connection: sends a packed request in one write, takes its replies, and counts what is still to come.
//!
//! After any failure of the socket the connection is dead: every further use says so, and its owner opens another.

use std::time::Duration;

use redis::{RedisError, Value};
use remold_engine::port::{Fault, StoreError};

use super::fault::{CONNECTING, Peer};
use super::info::Info;
use super::reply;
use super::request::Request;

/// A connection to one server.
pub(crate) struct Connection {
    link: redis::Connection,
    peer: Peer,
    info: Info,
    /// Replies to requests that nobody waited for.
    owed: usize,
    dead: bool,
}

impl Connection {
    pub(crate) fn new(link: redis::Connection, peer: Peer) -> Self {
        Self {
            link,
            peer,
            info: Info::default(),
            owed: 0,
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

    pub(crate) fn is_dead(&self) -> bool {
        self.dead
    }

    /// Limits how long is waited for the socket.
    pub(super) fn limit(&self, limit: Duration) -> Result<(), StoreError> {
        // A limit of nothing means to wait without one to the system; the smallest one is meant.
        let limit = Some(limit.max(Duration::from_millis(1)));
        let set = self
            .link
            .set_read_timeout(limit)
            .and_then(|()| self.link.set_write_timeout(limit));
        set.map_err(|error| self.peer.connecting(CONNECTING, &error))
    }

    /// Sends the log-in and takes its replies: failures are of connecting, not of a lost connection.
    pub(super) fn greet(&mut self, request: &Request) -> Result<Vec<Value>, StoreError> {
        let mut replies = Vec::new();
        let transferred = self.transfer(request, &mut replies);
        transferred.map(|()| replies.clone()).map_err(|error| {
            // A server that takes nobody (full, protected) says why once and closes.
            match replies.first().and_then(reply::refusal) {
                Some((code, rest)) => self.peer.server(CONNECTING, code, rest),
                None => self.peer.connecting(CONNECTING, &error),
            }
        })
    }

    /// Sends commands and returns their replies in order, refusals among them.
    pub(crate) fn exchange(
        &mut self,
        doing: &str,
        request: &Request,
    ) -> Result<Vec<Value>, StoreError> {
        if self.dead {
            return Err(self.peer.error(
                Fault::Lost,
                doing,
                "the connection was lost before",
                None,
            ));
        }
        let mut replies = Vec::with_capacity(request.commands());
        let transferred = self.transfer(request, &mut replies);
        transferred
            .map(|()| replies)
            .map_err(|error| self.peer.exchanging(doing, &error))
    }

    /// Sends commands of which none may be refused and returns their replies.
    pub(crate) fn ask(&mut self, doing: &str, request: &Request) -> Result<Vec<Value>, StoreError> {
        let replies = self.exchange(doing, request)?;
        for (number, value) in replies.iter().enumerate() {
            if let Some((code, rest)) = reply::refusal(value) {
                let doing = format!("{doing} ({})", request.describe(number));
                return Err(self.peer.server(&doing, code, rest));
            }
        }
        Ok(replies)
    }

    /// Sends commands whose replies nobody waits for; the next request takes them from the wire.
    pub(crate) fn post(&mut self, doing: &str, request: &Request) -> Result<(), StoreError> {
        if self.dead {
            return Ok(());
        }
        let sent = self.link.send_packed_command(request.bytes());
        sent.map_err(|error| {
            self.dead = true;
            self.peer.exchanging(doing, &error)
        })?;
        self.owed += request.commands();
        Ok(())
    }

    /// Stops at the first failure of the socket; what was answered before it is in `replies`.
    fn transfer(&mut self, request: &Request, replies: &mut Vec<Value>) -> Result<(), RedisError> {
        let transferred = self.try_transfer(request, replies);
        self.dead |= transferred.is_err();
        transferred
    }

    fn try_transfer(
        &mut self,
        request: &Request,
        replies: &mut Vec<Value>,
    ) -> Result<(), RedisError> {
        if request.commands() == 0 {
            return Ok(());
        }
        self.link.send_packed_command(request.bytes())?;
        while self.owed > 0 {
            self.link.recv_response()?;
            self.owed -= 1;
        }
        while replies.len() < request.commands() {
            replies.push(self.link.recv_response()?);
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
