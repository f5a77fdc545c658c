//! Pure helpers: formats, hashes, money, dates, text, compression, identifiers.
//!
//! Each comes from a crate that is made for it. Every helper is charged in proportion to the bytes
//! that it handles, before it handles them.

pub(crate) mod random;
pub(crate) mod regex;

use std::sync::Arc;

use rhai::Engine;

use crate::session::Session;

/// Registers every helper.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    random::register(engine, session);
    regex::register(engine, session);
}
