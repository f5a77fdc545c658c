//! The functions of the contract, one file for each interface.

mod columns;
mod context;
mod hashes;
mod json;
mod keyspace;
mod lists;
mod records;
mod sets;
mod sorted_sets;
mod streams;
mod texts;

use remold_host_api::{Bytes, HostError};
use wasmtime::component::{HasSelf, Linker};

use crate::bindings::{self, json as json_interface, lists as lists_interface, types};
use crate::fault::{self, Fault};
use crate::session::Session;

impl types::Host for Session {
    fn convert_host_error(&mut self, fault: Fault) -> wasmtime::Result<types::HostError> {
        match fault {
            Fault::Refused(error) => Ok(types::HostError {
                code: fault::code(&error),
                message: error.to_string(),
            }),
            Fault::Ended(error) => Err(error),
        }
    }
}

/// Offers every function of the contract to components.
pub(crate) fn link(linker: &mut Linker<Session>) -> wasmtime::Result<()> {
    macro_rules! link {
        ($($interface:ident)*) => {
            $(bindings::$interface::add_to_linker::<Session, HasSelf<Session>>(linker, |session| session)?;)*
        };
    }
    link! { types context records texts hashes sets sorted_sets streams columns backup }
    json_interface::add_to_linker::<Session, HasSelf<Session>>(linker, |session| session)?;
    lists_interface::add_to_linker::<Session, HasSelf<Session>>(linker, |session| session)?;
    keyspace::link(linker)
}

/// Reads bytes as text.
fn text(bytes: &[u8], what: impl FnOnce() -> String) -> Result<String, HostError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Err(HostError::NotText { what: what() }),
    }
}

/// Shows bytes in a message.
fn shown(bytes: &[u8]) -> String {
    format!("{:?}", bytes.escape_ascii().to_string())
}

/// Returns the part of a list that was asked for.
fn page<T>(items: &[T], start: u32, limit: u32) -> &[T] {
    let start = (start as usize).min(items.len());
    let end = start.saturating_add(limit as usize).min(items.len());
    &items[start..end]
}

/// Turns a count into the guest's integer.
fn count(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

/// Copies bytes for a guest.
fn copied(bytes: &Bytes) -> Vec<u8> {
    bytes.to_vec()
}
