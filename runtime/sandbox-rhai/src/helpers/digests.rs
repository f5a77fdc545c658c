//! Hashes, in lower-case hexadecimal, and checksums.

use std::sync::Arc;

use crc_fast::CrcAlgorithm;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use rhai::{Dynamic, Engine};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{helper, input, made_text};
use crate::fault::invalid;
use crate::meter::Fallible;
use crate::session::Session;

fn digest<D: Digest>(session: &Session, value: &Dynamic, what: &str) -> Fallible<Dynamic> {
    let bytes = input(session, value, what, 1)?;
    made_text(session, hex::encode(D::digest(&bytes)))
}

fn hmac_sha256(session: &Session, key: &Dynamic, value: &Dynamic) -> Fallible<Dynamic> {
    let key = input(session, key, "hmac_sha256", 1)?;
    let bytes = input(session, value, "hmac_sha256", 1)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key)
        .map_err(|error| invalid("hmac_sha256", error.to_string()))?;
    mac.update(&bytes);
    made_text(session, hex::encode(mac.finalize().into_bytes()))
}

/// Registers hashes and checksums.
pub(crate) fn register(engine: &mut Engine, session: &Arc<Session>) {
    helper!(engine, session, "sha256", |s, value: Dynamic| digest::<
        Sha256,
    >(
        s, &value, "sha256"
    ));
    helper!(engine, session, "sha1", |s, value: Dynamic| digest::<Sha1>(
        s, &value, "sha1"
    ));
    helper!(engine, session, "md5", |s, value: Dynamic| digest::<Md5>(
        s, &value, "md5"
    ));
    helper!(
        engine,
        session,
        "hmac_sha256",
        |s, key: Dynamic, value: Dynamic| hmac_sha256(s, &key, &value)
    );
    helper!(engine, session, "crc32", |s, value: Dynamic| {
        let bytes = input(s, &value, "crc32", 1)?;
        let sum = crc_fast::checksum(CrcAlgorithm::Crc32IsoHdlc, &bytes);
        i64::try_from(sum).map_err(|error| invalid("crc32", error.to_string()))
    });
    helper!(engine, session, "xxh3", |s, value: Dynamic| {
        let bytes = input(s, &value, "xxh3", 1)?;
        made_text(s, format!("{:016x}", xxhash_rust::xxh3::xxh3_64(&bytes)))
    });
}
