//! The run that the transform is part of. A dry run, the run and a replay say the same.
//!
//! There is no other clock and no other chance: in the sandbox `SystemTime::now` panics, and nothing is read from outside.

use std::cell::RefCell;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::host::context;
use crate::stop::{Result, fail};

/// How important a line of the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// For the author of the transform.
    Debug,
    /// Worth knowing.
    Info,
    /// Worth a look.
    Warn,
}

thread_local! {
    /// The parameters, parsed once for each call of the module.
    static PARAMETERS: RefCell<Option<Value>> = const { RefCell::new(None) };
}

/// Forgets the parameters: another call may have others.
pub(crate) fn forget_parameters() {
    PARAMETERS.set(None);
}

/// Returns the manifest's parameters as a type of the user's, which derives `Deserialize`. Fails if they are not what it
/// reads.
#[track_caller]
pub fn parameters<T: DeserializeOwned>() -> Result<T> {
    match with_parameters(|parameters| T::deserialize(parameters)) {
        Ok(parameters) => Ok(parameters),
        Err(error) => fail(format!("spec.parameters: {error}")),
    }
}

/// Returns one of the manifest's parameters: `context::parameter::<u32>("digits")`. Fails if it is not what the type reads;
/// one that is not there is `None` of an `Option`.
#[track_caller]
pub fn parameter<T: DeserializeOwned>(name: &str) -> Result<T> {
    match with_parameters(|parameters| T::deserialize(&parameters[name])) {
        Ok(parameter) => Ok(parameter),
        Err(error) => fail(format!("spec.parameters.{name}: {error}")),
    }
}

/// Returns the manifest's parameters as they are: a JSON object.
pub fn parameters_text() -> String {
    context::parameters()
}

fn with_parameters<T>(read: impl FnOnce(&Value) -> serde_json::Result<T>) -> serde_json::Result<T> {
    PARAMETERS.with_borrow_mut(|parsed| match parsed {
        Some(parameters) => read(parameters),
        None => read(parsed.insert(serde_json::from_str(&context::parameters())?)),
    })
}

/// Returns the run's frozen clock, Unix milliseconds.
pub fn now_ms() -> u64 {
    context::now_ms()
}

/// Returns the run's seed. [`Record::seed`](crate::Record::seed) is the one to use for what depends on a record.
pub fn seed() -> u64 {
    context::seed()
}

/// Logs a line. It counts as output, which is limited.
pub fn log(level: Level, message: impl AsRef<str>) {
    context::log(level, message.as_ref());
}

/// Logs a line for the author of the transform.
pub fn debug(message: impl AsRef<str>) {
    log(Level::Debug, message);
}

/// Logs a line that is worth knowing.
pub fn info(message: impl AsRef<str>) {
    log(Level::Info, message);
}

/// Logs a line that is worth a look.
pub fn warn(message: impl AsRef<str>) {
    log(Level::Warn, message);
}

/// Passes on what a library prints, any bytes. Each line is logged at the level debug; the last ones are told if the
/// transform traps. `println!` goes nowhere in the sandbox.
pub fn print(text: impl AsRef<[u8]>) {
    context::print(text.as_ref());
}
