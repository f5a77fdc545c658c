//! Starts real servers for the tests and looks at what is in them.
//!
//! In reading order: [`ServerVersion`] says which servers there are and where their programs lie, [`Server`] is one
//! that runs, [`Options`] how it is configured, [`Database`] a corner of a shared server that one test has for
//! itself. [`Proxy`] stands between a client and a server and cuts or delays connections at chosen commands.
//! [`populate`] makes keys of every [`Shape`], a [`Workload`] writes while something else happens, and a [`Snapshot`]
//! is all that a database holds, to be compared with another. A [`Trace`] shows whether anything was written at all.
//!
//! A [`Clock`] jumps under a process; [`Native`] is a transform in Rust. A [`Language`] builds components.
//!
//! An [`ObjectServer`] speaks S3. A [`Registry`] is a real one for OCI artifacts, [`cosign`] what signs in it.
//!
//! A [`Collector`] takes traces.
//!
//! A [`ControlPlane`] is a real Kubernetes, a [`Node`] one that runs containers.
//!
//! [`start_remold`] starts the command line's binary; [`ExampleData`] is the data of the stories in `examples/`.
//!
//! Everything here panics with a message that names the server and shows the end of its log: a test has no better
//! answer to a server that does not start.

mod binary;
mod cache;
mod cases;
mod clock;
mod cluster;
mod collector;
mod example_data;
mod generator;
mod guests;
mod load;
mod monitoring;
mod native;
mod objects;
mod patience;
mod proxy;
mod python;
mod registry;
mod server;
mod snapshot;
mod story;
mod tls;
mod trace;
mod version;
mod workload;

pub use binary::{remold_binary, said, start_remold, start_remold_with};
pub use cache::{cache, fetch};
pub use cases::case_problems;
pub use clock::Clock;
pub use cluster::{
    Answer, ApiRequest, ControlPlane, ImageFile, Kubectl, Node, SnapshotController, Velero,
    WatchedLocation, helm, remold_image, rendered,
};
pub use collector::{Collector, Span, SpanEvent};
pub use example_data::{ExampleData, rdb_file};
pub use generator::{Shape, populate};
pub use guests::{Language, root};
pub use load::load_file;
pub use monitoring::{Prometheus, http_get, promtool};
pub use native::Native;
pub use objects::ObjectServer;
pub use patience::wait_for;
pub use proxy::{Action, Proxy, Request, Rule, RuleHandle};
pub use python::python_package;
pub use registry::{Registry, cosign, sha256};
pub use server::{Database, Options, Server};
pub use snapshot::{Contents, Difference, Differences, KeyState, Snapshot};
pub use story::{Fault, House, Phase, Rung, Story, work};
pub use tls::Certificates;
pub use trace::Trace;
pub use version::{Flavour, ServerVersion};
pub use workload::{Workload, Written};
