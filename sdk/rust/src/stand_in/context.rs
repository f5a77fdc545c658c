//! The run that the transform is part of.

use std::panic::Location;

use super::with;
use crate::context::Level;

pub(crate) fn parameters() -> String {
    with(|state| state.parameters.clone())
}

pub(crate) fn now_ms() -> u64 {
    with(|state| state.now_ms)
}

pub(crate) fn seed() -> u64 {
    with(|state| state.seed)
}

pub(crate) fn log(level: Level, message: &str) {
    with(|state| state.log.push((level, message.to_owned())));
}

pub(crate) fn print(text: &[u8]) {
    for line in String::from_utf8_lossy(text).lines() {
        log(Level::Debug, line);
    }
}

pub(crate) fn panic(message: &str, place: Option<&Location<'_>>) {
    log(Level::Warn, &format!("panicked at {place:?}: {message}"));
}
