//! Starts real servers for the tests and looks at what is in them.
//!
//! In reading order: [`ServerVersion`] says which servers there are and where their programs lie, [`Server`] is one
//! that runs, [`Options`] how it is configured, [`Database`] a corner of a shared server that one test has for
//! itself. [`Proxy`] stands between a client and a server and cuts or delays connections at chosen commands.
//!
//! Everything here panics with a message that names the server and shows the end of its log: a test has no better
//! answer to a server that does not start.

mod proxy;
mod server;
mod tls;
mod version;

pub use proxy::{Action, Proxy, Request, Rule, RuleHandle};
pub use server::{Database, Options, Server};
pub use tls::Certificates;
pub use version::{Flavour, ServerVersion};
