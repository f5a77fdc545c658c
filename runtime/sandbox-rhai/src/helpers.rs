//! Pure helpers: formats, hashes, money, dates, text, compression, identifiers, places in documents.
//!
//! Each comes from a crate that is made for it. Every helper is charged in proportion to the bytes
//! that it handles, before it handles them.

mod compression;
mod dates;
mod digests;
mod documents;
mod encodings;
mod identifiers;
mod money;
mod msgpack;
pub(crate) mod paths;
mod php;
pub(crate) mod random;
pub(crate) mod regex;
mod unicode;

use std::sync::Arc;

use rhai::{Blob, Dynamic, Engine};

use crate::bytes::to_bytes;
use crate::given::Function;
use crate::json;
use crate::meter::Fallible;
use crate::session::Session;

/// Reads a text or blob that a helper is given, and charges the work of handling it `times` times.
fn input(
    session: &Session,
    value: &Dynamic,
    what: &str,
    times: usize,
) -> Fallible<remold_host_api::Bytes> {
    let bytes = to_bytes(value, what)?;
    session.meter.work(bytes.len().saturating_mul(times))?;
    Ok(bytes)
}

/// Charges and makes a blob.
fn made(session: &Session, bytes: Vec<u8>) -> Fallible<Dynamic> {
    session.meter.allocate(bytes.len())?;
    Ok(Dynamic::from_blob(Blob::from(bytes)))
}

/// Charges and makes a text.
fn made_text(session: &Session, text: String) -> Fallible<Dynamic> {
    session.meter.allocate(text.len())?;
    Ok(text.into())
}

/// Registers a helper under a name, with the session as its first argument.
macro_rules! helper {
    ($engine:ident, $session:ident, $name:literal, |$s:ident $(, $parameter:ident: $type:ty)*| $body:expr) => {{
        let captured = std::sync::Arc::clone($session);
        $engine.register_fn($name, move |$($parameter: $type),*| {
            let $s: &crate::session::Session = &captured;
            $body
        });
    }};
}
use helper;

/// Finds what is called directly, by its name and number of arguments.
pub(crate) fn direct(name: &str, arguments: usize) -> Option<Function> {
    money::direct(name, arguments)
}

/// Registers every helper.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    helper!(engine, session, "parse_json", |s, text: Dynamic| {
        let text = to_bytes(&text, "parse_json")?;
        json::parse(&s.meter, &text)
    });
    helper!(engine, session, "to_json", |s, data: Dynamic| {
        json::print(&s.meter, &data)
    });
    // The language's own library has one for maps alone, which prints decimals as floats.
    helper!(engine, session, "to_json", |s, map: rhai::Map| {
        json::print(&s.meter, &Dynamic::from_map(map))
    });
    helper!(
        engine,
        session,
        "to_json",
        |s, data: Dynamic, like: Dynamic| {
            let like = to_bytes(&like, "to_json")?;
            json::print_like(&s.meter, &data, &like)
        }
    );
    compression::register(engine, session);
    dates::register(engine, session);
    digests::register(engine, session);
    documents::register(engine, session);
    encodings::register(engine, session);
    identifiers::register(engine, session);
    money::register(engine);
    msgpack::register(engine, session);
    paths::register(engine, session);
    php::register(engine, session);
    random::register(engine, session);
    regex::register(engine, session);
    unicode::register(engine, session);
}
