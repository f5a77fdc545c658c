//! UUIDs that are the same in every run with the same seed: version 4 from the record's own random
//! sequence, version 7 from it and the run's frozen clock, version 5 from a name.

use std::sync::Arc;

use rhai::{Dynamic, Engine};
use uuid::{Builder, Uuid};

use super::{helper, input};
use crate::fault::invalid;
use crate::meter::Fallible;
use crate::session::Session;

fn random(session: &Session) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&session.draw().to_le_bytes());
    bytes[8..].copy_from_slice(&session.draw().to_le_bytes());
    bytes
}

fn version_5(session: &Session, namespace: &str, name: &Dynamic) -> Fallible<String> {
    let namespace = match namespace {
        "dns" => Uuid::NAMESPACE_DNS,
        "url" => Uuid::NAMESPACE_URL,
        "oid" => Uuid::NAMESPACE_OID,
        "x500" => Uuid::NAMESPACE_X500,
        other => other.parse().map_err(|_| {
            invalid(
                "uuid_v5",
                "the namespace is a UUID, or dns, url, oid or x500",
            )
        })?,
    };
    let name = input(session, name, "uuid_v5", 1)?;
    Ok(Uuid::new_v5(&namespace, &name).to_string())
}

/// Registers the identifiers.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    helper!(engine, session, "uuid", |s| {
        Builder::from_random_bytes(random(s))
            .into_uuid()
            .to_string()
    });
    helper!(engine, session, "uuid_v7", |s| {
        let mut counter = [0; 10];
        counter.copy_from_slice(&random(s)[..10]);
        Builder::from_unix_timestamp_millis(s.now_ms(), &counter)
            .into_uuid()
            .to_string()
    });
    helper!(
        engine,
        session,
        "uuid_v5",
        |s, namespace: &str, name: Dynamic| version_5(s, namespace, &name)
    );
}
