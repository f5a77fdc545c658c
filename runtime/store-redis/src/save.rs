//! Has a server write its data to its own disk (`BGSAVE`), and waits until it has: for whoever takes a snapshot of that disk.

use std::time::{Duration, Instant};

use remold_engine::port::StoreError;

use super::connection::Connection;
use super::endpoint::Endpoint;
use super::options::{Access, Options};
use super::reply;
use super::request::{Request, Sink as _};

const DOING: &str = "saving";
/// How often it is looked whether it is done.
const LOOK: Duration = Duration::from_millis(200);

/// Has the server write everything that it holds now to its disk, and returns when it has.
///
/// # Errors
/// The server cannot be reached or refuses, its save fails, or it takes longer than `patience`.
pub fn save(options: &Options, patience: Duration) -> Result<(), StoreError> {
    let endpoint = Endpoint::new(Options {
        access: Access::ReadOnly,
        ..options.clone()
    })?;
    let mut connection = endpoint.open()?;
    let end = Instant::now() + patience;
    // One that is under way began before what is there now.
    while !begin(&mut connection)? {
        wait(&connection, end)?;
    }
    loop {
        wait(&connection, end)?;
        let text = persistence(&mut connection)?;
        let is = |line: &str| text.lines().any(|found| found == line);
        if is("rdb_bgsave_in_progress:1") {
            continue;
        }
        if is("rdb_last_bgsave_status:ok") {
            return Ok(());
        }
        let hint = "its log says why: as a rule its disk is full, or its folder not writable";
        return Err(connection
            .peer()
            .refused(DOING, "it could not write its data", hint));
    }
}

/// Begins a save; says whether it has begun, or another one is under way.
fn begin(connection: &mut Connection) -> Result<bool, StoreError> {
    let mut request = Request::default();
    request.command(&[b"BGSAVE"]);
    let replies = connection.exchange(DOING, &request)?;
    match replies.first().and_then(reply::refusal) {
        None => Ok(true),
        Some((_, rest)) if rest.contains("in progress") => Ok(false),
        Some((code, rest)) => Err(connection.peer().server("saving (BGSAVE)", code, rest)),
    }
}

fn persistence(connection: &mut Connection) -> Result<String, StoreError> {
    let mut request = Request::default();
    request.command(&[b"INFO", b"persistence"]);
    let replies = connection.ask(DOING, &request)?;
    Ok(replies.first().and_then(reply::text).unwrap_or_default())
}

fn wait(connection: &Connection, end: Instant) -> Result<(), StoreError> {
    if Instant::now() < end {
        std::thread::sleep(LOOK);
        return Ok(());
    }
    let hint = "it goes on saving; try again, with more time";
    Err(connection
        .peer()
        .refused(DOING, "it takes longer than it may", hint))
}
