//! What every record has, and what a transform may ask for beyond it.

use remold_host_api::{
    Bytes, Capability, Entry, Failure, FailureReason, Kind, Outcome, Rejection, edit,
};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::context::location;
use super::text;
use crate::bindings::records::Host;
use crate::bindings::types::{ErrorCode, Unhandled, Value, ValueKind};
use crate::fault::Answer;
use crate::session::{ITEM, Mode, Session};
use crate::values::{from_guest, kind_to_guest, to_guest, weight_of};

impl Host for Session {
    fn key(&mut self, i: u32) -> wasmtime::Result<Vec<u8>> {
        Ok(self.record(i)?.key().to_vec())
    }

    fn key_text(&mut self, i: u32) -> Answer<String> {
        let key = self.record(i)?.key();
        Ok(text(key, || "the key".to_owned())?)
    }

    fn kind(&mut self, i: u32) -> wasmtime::Result<ValueKind> {
        Ok(kind_to_guest(self.record(i)?.value().kind()))
    }

    fn size(&mut self, i: u32) -> wasmtime::Result<u64> {
        Ok(self.record(i)?.value().size() as u64)
    }

    fn seed(&mut self, i: u32) -> wasmtime::Result<u64> {
        let seed = self.seed;
        Ok(xxh3_64_with_seed(self.record(i)?.key(), seed))
    }

    fn expires_at(&mut self, i: u32) -> wasmtime::Result<Option<u64>> {
        Ok(self.record(i)?.expires_at())
    }

    fn set_expires_at(&mut self, i: u32, at: Option<u64>) -> Answer<()> {
        let at = edit::expiry(at)?;
        self.edit(i, 0)?.set_expires_at(at);
        Ok(())
    }

    fn ttl(&mut self, i: u32) -> wasmtime::Result<Option<u64>> {
        let now = self.now_ms;
        let at = self.record(i)?.expires_at();
        Ok(at.map(|at| at.saturating_sub(now)))
    }

    fn set_ttl(&mut self, i: u32, ms: Option<u64>) -> Answer<()> {
        let now = self.now_ms;
        let at = edit::expiry(ms)?.map(|ms| now.saturating_add(ms));
        self.edit(i, 0)?.set_expires_at(at);
        Ok(())
    }

    fn get_value(&mut self, i: u32) -> wasmtime::Result<Value> {
        let weight = self.record(i)?.value().weight();
        self.charge(weight)?;
        Ok(to_guest(self.record(i)?.value()))
    }

    fn set_value(&mut self, i: u32, value: Value) -> Answer<()> {
        let weight = weight_of(&value);
        let record = self.edit(i, weight)?;
        let value = from_guest(value, Some(record.value()))?;
        edit::set_value(record, value);
        Ok(())
    }

    fn rename(&mut self, i: u32, key: Vec<u8>) -> Answer<()> {
        self.capabilities.check(Capability::Write, &key)?;
        self.edit(i, key.len() + ITEM)?.rename(Bytes::from(key));
        Ok(())
    }

    fn rename_text(&mut self, i: u32, key: String) -> Answer<()> {
        self.rename(i, key.into_bytes())
    }

    fn delete(&mut self, i: u32) -> Answer<()> {
        self.edit(i, 0)?.delete();
        Ok(())
    }

    fn emit(&mut self, i: u32, key: Vec<u8>, value: Value, expires_at: Option<u64>) -> Answer<()> {
        self.capabilities.check(Capability::Write, &key)?;
        let expires_at = edit::expiry(expires_at)?;
        let weight = key.len() + weight_of(&value) + size_of::<Entry>();
        let record = self.edit(i, weight)?;
        record.emit(Entry {
            key: Bytes::from(key),
            value: from_guest(value, None)?,
            expires_at,
        });
        Ok(())
    }

    fn remove(&mut self, i: u32, key: Vec<u8>) -> Answer<()> {
        self.capabilities.check(Capability::Write, &key)?;
        self.edit(i, key.len() + ITEM)?.remove(Bytes::from(key));
        Ok(())
    }

    fn remove_text(&mut self, i: u32, key: String) -> Answer<()> {
        self.remove(i, key.into_bytes())
    }

    fn ask(&mut self, i: u32, key: Vec<u8>) -> Answer<()> {
        if self.mode() != Mode::Lookups {
            let problem = "keys are asked for in `lookups` only";
            return Err(edit::invalid("records.ask", problem).into());
        }
        self.charge(key.len())?;
        self.write_loose(key.len() + ITEM)?;
        self.slot(i)?.asked.push(Bytes::from(key));
        Ok(())
    }

    fn ask_text(&mut self, i: u32, key: String) -> Answer<()> {
        Host::ask(self, i, key.into_bytes())
    }

    fn lookup(&mut self, i: u32, key: Vec<u8>) -> Answer<Option<u32>> {
        self.look_up(i, &key)
    }

    fn lookup_text(&mut self, i: u32, key: String) -> Answer<Option<u32>> {
        self.look_up(i, key.as_bytes())
    }

    fn skip(&mut self, i: u32, reason: String) -> wasmtime::Result<()> {
        self.charge(reason.len())?;
        self.slot(i)?.verdict = Some(Ok(Outcome::Skip(reason)));
        Ok(())
    }

    fn reject(&mut self, i: u32, code: String, message: String) -> wasmtime::Result<()> {
        self.charge(code.len() + message.len())?;
        let rejection = Rejection { code, message };
        self.slot(i)?.verdict = Some(Ok(Outcome::Reject(rejection)));
        Ok(())
    }

    fn fail(&mut self, i: u32, error: Unhandled) -> wasmtime::Result<()> {
        self.charge(error.message.len())?;
        self.slot(i)?.verdict = Some(Err(unhandled(error)));
        Ok(())
    }
}

/// Turns an error that the guest did not handle into a failure.
pub(super) fn unhandled(error: Unhandled) -> Failure {
    let reason = match error.code {
        Some(ErrorCode::Denied) => FailureReason::Denied,
        _ => FailureReason::Exception,
    };
    Failure {
        reason,
        message: error.message,
        location: error.place.map(location),
    }
}

/// Turns the guest's word for a kind into the contract's.
pub(super) const fn kind_from_guest(kind: ValueKind) -> Kind {
    match kind {
        ValueKind::Text => Kind::Text,
        ValueKind::List => Kind::List,
        ValueKind::Set => Kind::Set,
        ValueKind::SortedSet => Kind::SortedSet,
        ValueKind::Hash => Kind::Hash,
        ValueKind::Stream => Kind::Stream,
        ValueKind::Opaque => Kind::Opaque,
    }
}
