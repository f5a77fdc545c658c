//! What a program can do beside a record transform.

use std::sync::Arc;

use remold_host_api::{Failure, Outcome, ProgramHost};
use rhai::Engine;

use crate::session::Session;

/// Runs a program while answering what it asks of its host.
pub(crate) fn serve(
    _session: &Session,
    _host: &mut dyn ProgramHost,
    program: impl FnOnce() -> Result<Outcome, Failure>,
) -> Result<Outcome, Failure> {
    program()
}

/// Registers the keyspace and the backup.
pub(crate) fn register(_engine: &mut Engine, _session: &Arc<Session>) {}
