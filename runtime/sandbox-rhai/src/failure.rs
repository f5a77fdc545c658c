//! From the engine's errors to typed failures with a place in the source.

use std::collections::BTreeMap;
use std::sync::Arc;

use remold_host_api::{Failure, FailureReason, SourceLocation};
use rhai::{Dynamic, EvalAltResult, Position};

use crate::fault::Fault;
use crate::meter::Meter;

/// The text of each file, by its name.
pub(crate) type Files = BTreeMap<String, Arc<str>>;

/// Makes a failure of an error. A limit that was passed is the reason, whatever came of it.
pub(crate) fn failure(error: EvalAltResult, meter: &Meter, files: &Files, main: &str) -> Failure {
    let (error, file, position) = innermost(error, main.to_owned());
    let (reason, message) = match meter.tripped() {
        Some(trip) => (trip.reason, trip.message),
        None => describe(error),
    };
    Failure {
        reason,
        message,
        location: locate(files, &file, position),
    }
}

/// Finds the text of a place.
pub(crate) fn locate(files: &Files, file: &str, position: Position) -> Option<SourceLocation> {
    let line = position.line()?;
    let source_line = files.get(file)?.lines().nth(line - 1).unwrap_or_default();
    Some(SourceLocation {
        file: file.to_owned(),
        line,
        column: position.position().unwrap_or(0),
        source_line: source_line.to_owned(),
    })
}

/// Follows an error through the calls to where it arose; returns it with its file and place.
fn innermost(error: EvalAltResult, file: String) -> (EvalAltResult, String, Position) {
    let position = error.position();
    match error {
        EvalAltResult::ErrorInFunctionCall(_, source, inner, _) => {
            let called = if source.is_empty() {
                file.clone()
            } else {
                source
            };
            let (inner, inner_file, inner_position) = innermost(*inner, called);
            if inner_position.is_none() {
                return (inner, file, position);
            }
            (inner, inner_file, inner_position)
        }
        EvalAltResult::ErrorInModule(_, inner, _) => {
            let (inner, inner_file, inner_position) = innermost(*inner, file.clone());
            if inner_position.is_none() {
                return (inner, file, position);
            }
            (inner, inner_file, inner_position)
        }
        other => (other, file, position),
    }
}

fn describe(mut error: EvalAltResult) -> (FailureReason, String) {
    error.set_position(Position::NONE);
    match error {
        EvalAltResult::ErrorRuntime(value, _) => thrown(&value),
        EvalAltResult::ErrorStackOverflow(_) => (
            FailureReason::Trap,
            format!(
                "calls are nested deeper than the limit of {}",
                crate::engine::MAX_CALL_LEVELS
            ),
        ),
        EvalAltResult::ErrorTooManyVariables(_) => (
            FailureReason::Trap,
            format!(
                "more variables are alive than the limit of {}",
                crate::engine::MAX_VARIABLES
            ),
        ),
        EvalAltResult::ErrorDataTooLarge(what, _) => (
            FailureReason::Memory,
            format!("{what} is over the limit for a single value"),
        ),
        other => (FailureReason::Exception, other.to_string()),
    }
}

fn thrown(value: &Dynamic) -> (FailureReason, String) {
    if let Some(fault) = value.read_lock::<Fault>() {
        return (fault.reason(), fault.0.to_string());
    }
    if value.is_unit() {
        return (
            FailureReason::Exception,
            "the script threw an error".to_owned(),
        );
    }
    (FailureReason::Exception, value.to_string())
}
