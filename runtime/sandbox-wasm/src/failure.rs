//! From the end of a call to a typed failure.

use std::path::Path;

use remold_host_api::{Failure, FailureReason, SourceLocation};
use wasmtime::{Error, FrameInfo, Trap, WasmBacktrace};

use crate::engine::GUEST_STACK;
use crate::session::Session;

/// Where the sources of languages' own libraries are, which are not where an author made a mistake.
const LIBRARIES: [&str; 7] = [
    "/rustc/",
    "library/std/",
    "library/core/",
    "library/alloc/",
    "/src/runtime/",
    "/.cargo/registry/",
    "~lib/",
];

/// Makes a failure of the error that ended a call with a budget of `fuel`.
pub(crate) fn failure(error: &Error, session: &mut Session, fuel: u64) -> Failure {
    if let Some(refused) = session.memory.take_refused() {
        return Failure::new(FailureReason::Memory, refused);
    }
    if let Some(trip) = session.trip.take() {
        return trip;
    }
    let (reason, message) = match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => (
            FailureReason::OutOfFuel,
            format!("the fuel of {fuel} is used up; limits.fuel sets it"),
        ),
        Some(Trap::Interrupt) => {
            let limit = session.limits.timeout.as_millis();
            let message = format!("the time of {limit} ms is over; limits.timeout sets it");
            (FailureReason::Timeout, message)
        }
        Some(Trap::StackOverflow) => (
            FailureReason::Trap,
            format!("calls are nested deeper than the stack of {GUEST_STACK} bytes allows"),
        ),
        Some(trap) => (FailureReason::Trap, trap_message(*trap, session)),
        None => (FailureReason::BadOutput, error.root_cause().to_string()),
    };
    let said = session.panic.take().and_then(|(_, place)| place);
    Failure {
        reason,
        message,
        location: said.or_else(|| location(error)),
    }
}

/// Prefers what the guest itself said: by a panic, or on its standard error.
fn trap_message(trap: Trap, session: &Session) -> String {
    if let Some((message, _)) = &session.panic {
        return format!("panicked: {message}");
    }
    let printed = session.said.printed();
    if printed.is_empty() {
        return trap.to_string();
    }
    let first = printed.lines().next().unwrap_or_default();
    format!("{trap}: {first}")
}

/// Finds the innermost place that is the author's own, if the component has its source lines.
fn location(error: &Error) -> Option<SourceLocation> {
    let backtrace = error.downcast_ref::<WasmBacktrace>()?;
    let symbols = backtrace.frames().iter().flat_map(FrameInfo::symbols);
    let mut places = symbols.filter_map(|symbol| {
        let (file, line) = (symbol.file()?, symbol.line()?);
        let own = !LIBRARIES.iter().any(|library| file.contains(library));
        own.then(|| SourceLocation {
            file: shortened(file),
            line: line as usize,
            column: symbol.column().unwrap_or(0) as usize,
            source_line: String::new(),
        })
    });
    places.next()
}

/// Leaves of an absolute path what a person needs to find the file.
fn shortened(file: &str) -> String {
    let path = Path::new(file);
    if path.is_relative() {
        return file.to_owned();
    }
    let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
    let last = parts.len().saturating_sub(2);
    parts[last..].join("/")
}
