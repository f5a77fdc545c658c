//! A database of a shared server that one test has for itself.

use std::sync::atomic::{AtomicU32, Ordering};

use redis::Connection;

use super::Server;

/// One database, empty when it was handed out.
#[derive(Clone, Copy, Debug)]
pub struct Database<'server> {
    server: &'server Server,
    index: u32,
}

impl<'server> Database<'server> {
    /// Hands out the next database of `server`, which has `count`.
    pub(super) fn next(server: &'server Server, next: &AtomicU32, count: u32) -> Self {
        let index = next.fetch_add(1, Ordering::Relaxed);
        assert!(
            index < count,
            "all {count} databases of {} are taken: start a server of your own",
            server.version()
        );
        let database = Self { server, index };
        redis::cmd("FLUSHDB")
            .exec(&mut database.connection())
            .expect("an empty database can be emptied");
        database
    }

    /// The server it belongs to.
    pub fn server(&self) -> &'server Server {
        self.server
    }

    /// Its number.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Its URL.
    pub fn url(&self) -> String {
        self.server.url_of(self.index)
    }

    /// A connection to it.
    pub fn connection(&self) -> Connection {
        self.server.connection_to(self.index)
    }
}
