//! A proxy between a client and a server that cuts or delays connections at chosen commands.
//!
//! It reads both directions as the Redis protocol, so that "before the third EXEC" and "after the server has executed
//! it, before the client hears of it" mean exactly that, also in the middle of a pipeline.
//!
//! A reply is matched to its request by counting, so a connection on which `CLIENT REPLY OFF` or RESP2 subscriptions
//! are used cannot be cut by [`Action::LoseReply`].

mod pump;
mod resp;
mod rule;

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

pub use rule::{Action, Request, Rule, RuleHandle};

use super::Server;

/// A running proxy; it ends when it is dropped, and closes its connections.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
}

/// What the threads of a proxy share.
#[derive(Debug, Default)]
struct State {
    rules: Mutex<Vec<Arc<rule::Armed>>>,
    open: Mutex<Vec<Arc<Pair>>>,
    refuses: AtomicBool,
    ends: AtomicBool,
    accepted: AtomicU64,
}

/// The two sides of one connection.
#[derive(Debug)]
struct Pair {
    client: TcpStream,
    server: TcpStream,
}

impl Pair {
    fn cut(&self) {
        // A side that is closed already is what we want.
        drop(self.client.shutdown(Shutdown::Both));
        drop(self.server.shutdown(Shutdown::Both));
    }
}

impl Proxy {
    /// Starts a proxy in front of a server.
    pub fn start(server: &Server) -> Self {
        Self::to(SocketAddr::from(([127, 0, 0, 1], server.port())))
    }

    /// Starts a proxy in front of an address.
    pub fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::spawn(move || accept(&listener, server, &shared));
        Self { address, state }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// URL of a database behind it, without a user.
    pub fn url_of(&self, database: u32) -> String {
        format!("redis://{}/{database}", self.address)
    }

    /// Adds a rule. It holds for all connections, open or to come.
    pub fn add(&self, rule: Rule) -> RuleHandle {
        let armed = Arc::new(rule.arm());
        lock(&self.state.rules).push(Arc::clone(&armed));
        RuleHandle::new(armed)
    }

    /// Removes all rules.
    pub fn clear(&self) {
        lock(&self.state.rules).clear();
    }

    /// Cuts all connections that are open now.
    pub fn cut_all(&self) {
        for pair in lock(&self.state.open).drain(..) {
            pair.cut();
        }
    }

    /// Whether new connections are closed at once, as by a server that is down.
    pub fn refuse(&self, refuses: bool) {
        self.state.refuses.store(refuses, Ordering::SeqCst);
    }

    /// How many connections were made through it.
    pub fn connections(&self) -> u64 {
        self.state.accepted.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.ends.store(true, Ordering::SeqCst);
        self.cut_all();
        drop(TcpStream::connect(self.address)); // wakes the thread that accepts
    }
}

fn accept(listener: &TcpListener, server: SocketAddr, state: &Arc<State>) {
    for client in listener.incoming() {
        if state.ends.load(Ordering::SeqCst) {
            return;
        }
        let Ok(client) = client else { continue };
        if state.refuses.load(Ordering::SeqCst) {
            continue; // dropping closes it
        }
        // A server that is down shows to the client as a closed connection.
        let Ok(server) = TcpStream::connect(server) else {
            continue;
        };
        drop(client.set_nodelay(true));
        drop(server.set_nodelay(true));
        state.accepted.fetch_add(1, Ordering::SeqCst);
        let pair = Arc::new(Pair { client, server });
        lock(&state.open).push(Arc::clone(&pair));
        pump::start(pair, Arc::clone(state));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    match mutex.lock() {
        Ok(guard) => guard,
        Err(poisoned) => poisoned.into_inner(),
    }
}
