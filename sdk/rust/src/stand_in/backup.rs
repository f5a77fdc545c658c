//! Backups: only their names are remembered.

use super::{Answer, with};

pub(crate) fn create(name: &str) -> Answer<String> {
    with(|state| {
        state.backups.push(name.to_owned());
        Ok(name.to_owned())
    })
}
