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

use remold_host_api::{Bytes, HostError, Record};
use wasmtime::component::{HasSelf, Linker};

use crate::bindings::{self, types};
use crate::fault::{self, Answer, Fault};
use crate::session::{ITEM, Session};

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
    link! { types context records texts json hashes lists sets sorted_sets streams columns backup }
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

impl Session {
    /// Copies the part of a list that the guest asked for, each item with its place in the list, and charges what that
    /// weighs.
    fn page<T, U>(
        &mut self,
        i: u32,
        (start, limit): (u32, u32),
        list: impl FnOnce(&Record) -> Result<&[T], HostError>,
        weigh: impl Fn(&T) -> usize,
        copy: impl Fn(usize, &T) -> Result<U, HostError>,
    ) -> Answer<Vec<U>> {
        let (first, page) = page(list(self.record(i)?)?, start, limit);
        let weight = page.iter().map(weigh).sum();
        let places = first..;
        let copies = places.zip(page).map(|(place, item)| copy(place, item));
        let copies: Result<Vec<U>, HostError> = copies.collect();
        self.charge(weight)?;
        Ok(copies?)
    }
}

/// Returns the part of a list that was asked for, and where it begins.
fn page<T>(items: &[T], start: u32, limit: u32) -> (usize, &[T]) {
    let start = (start as usize).min(items.len());
    let end = start.saturating_add(limit as usize).min(items.len());
    (start, &items[start..end])
}

/// Weighs an item or member for the guest.
fn weigh(bytes: &Bytes) -> usize {
    bytes.len() + ITEM
}

/// Turns a count into the guest's integer.
fn count(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

/// Copies bytes for a guest.
fn copied(bytes: &Bytes) -> Vec<u8> {
    bytes.to_vec()
}
