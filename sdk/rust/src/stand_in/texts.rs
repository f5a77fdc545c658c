//! Records that hold a text.

use super::state::access;
use super::{Answer, refusals, with};

access!(Text, Vec<u8>);

pub(crate) fn get(i: u32) -> Answer<Vec<u8>> {
    with(|state| of(state, i).cloned())
}

pub(crate) fn get_text(i: u32) -> Answer<String> {
    with(|state| refusals::text(of(state, i)?, || "the value".to_owned()))
}

pub(crate) fn set(i: u32, value: &[u8]) -> Answer {
    with(|state| {
        *edit(state, i)? = value.to_vec();
        Ok(())
    })
}
