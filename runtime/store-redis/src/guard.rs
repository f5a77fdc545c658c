//! Chooses the guard: the first rung of the ladder that the server permits, found by harmless commands.

use remold_engine::port::{Guard, StoreError};

use super::abilities::Mechanism;
use super::connection::Connection;
use super::names::Names;
use super::options::GuardChoice;
use super::reply::{self, Reply};
use super::request::{Request, Sink as _};

const DOING: &str = "choosing the guard";

/// The guard in force, how steps are made atomic, and why.
#[derive(Debug)]
pub(crate) struct Rung {
    pub(crate) guard: Guard,
    pub(crate) mechanism: Mechanism,
    pub(crate) reason: String,
}

/// Asks the server and chooses.
pub(crate) fn choose(
    connection: &mut Connection,
    names: &Names,
    choice: GuardChoice,
) -> Result<Rung, StoreError> {
    let watch = ask_watch(connection, names)?;
    let lua = if watch.is_ok() && choice != GuardChoice::Lua {
        Err(String::new())
    } else {
        ask_lua(connection)?
    };
    let rung = |guard, mechanism, reason: String| {
        Ok(Rung {
            guard,
            mechanism,
            reason,
        })
    };
    match (choice, watch, lua) {
        (GuardChoice::Auto, Ok(()), _) => rung(
            Guard::Watch,
            Mechanism::Watch,
            "WATCH, MULTI and EXEC are permitted".to_owned(),
        ),
        (GuardChoice::Watch, Ok(()), _) => rung(
            Guard::Watch,
            Mechanism::Watch,
            "the operator chose WATCH".to_owned(),
        ),
        (GuardChoice::Auto, Err(why), Ok(mechanism)) => rung(
            Guard::Lua,
            mechanism,
            format!("WATCH, MULTI or EXEC is not permitted ({why}), scripts are"),
        ),
        (GuardChoice::Lua, _, Ok(mechanism)) => rung(
            Guard::Lua,
            mechanism,
            "the operator chose scripts".to_owned(),
        ),
        (GuardChoice::None, Ok(()), _) => rung(Guard::None, Mechanism::Watch, NO_GUARD.to_owned()),
        (GuardChoice::None, Err(_), Ok(mechanism)) => {
            rung(Guard::None, mechanism, NO_GUARD.to_owned())
        }
        (GuardChoice::Watch, Err(why), _) => Err(refused(connection, &why, TRANSACTIONS)),
        (GuardChoice::Lua, _, Err(why)) => Err(refused(connection, &why, SCRIPTS)),
        (GuardChoice::Auto | GuardChoice::None, Err(watch), Err(lua)) => Err(refused(
            connection,
            &format!("{watch}; {lua}"),
            TRANSACTIONS,
        )),
    }
}

const NO_GUARD: &str = "the operator says that nobody else writes";
const TRANSACTIONS: &str = "+watch +unwatch +multi +exec +discard";
const SCRIPTS: &str = "+eval +evalsha";

fn refused(connection: &Connection, why: &str, permissions: &str) -> StoreError {
    let peer = connection.peer();
    let message = format!("writes cannot be guarded: {why}");
    let hint = format!(
        "as an administrator: ACL SETUSER {} {permissions}",
        peer.user
    );
    peer.refused(DOING, &message, &hint)
}

/// Watches a key that nobody writes, and runs a transaction of nothing. The inner error is the server's refusal.
fn ask_watch(connection: &mut Connection, names: &Names) -> Result<Result<(), String>, StoreError> {
    let mut request = Request::default();
    request.command(&[b"WATCH", names.probe().as_bytes()]);
    request.command(&[b"UNWATCH"]);
    request.command(&[b"MULTI"]);
    request.command(&[b"EXEC"]);
    // If EXEC is denied and this too, the connection stays in the transaction, and what follows says so.
    request.command(&[b"DISCARD"]);
    let replies = connection.exchange(DOING, &request)?;
    Ok(first_refusal(&replies[..4]))
}

/// Runs a script that only returns.
fn ask_lua(connection: &mut Connection) -> Result<Result<Mechanism, String>, StoreError> {
    let mut request = Request::default();
    request.command(&[b"EVAL", b"return redis.sha1hex('')", b"0"]);
    request.command(&[
        b"EVALSHA",
        b"0000000000000000000000000000000000000000",
        b"0",
    ]);
    let replies = connection.exchange(DOING, &request)?;
    let by_digest = reply::refusal(&replies[1]).is_some_and(|(code, _)| code == "NOSCRIPT");
    Ok(first_refusal(&replies[..1]).map(|()| Mechanism::Lua { by_digest }))
}

fn first_refusal(replies: &[Reply]) -> Result<(), String> {
    match replies.iter().find_map(reply::refusal) {
        Some((code, rest)) => Err(format!("{code} {rest}")),
        None => Ok(()),
    }
}
