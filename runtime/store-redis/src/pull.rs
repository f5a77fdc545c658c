//! Takes a consistent snapshot of a server, all its databases, by the handshake of a replica (`PSYNC`): the server makes it as
//! of one moment, whoever writes meanwhile, and sends it as an RDB file.
//!
//! It works from primaries and replicas, from those that send out of a file (`$<length>`) and those that send as they go
//! (`$EOF:<mark>`). What comes goes on to a writer at once, so that memory does not grow with the data. The connection is
//! closed behind the snapshot: nothing of what is written later is wanted.

mod framing;

use std::io::{self, Write};
use std::ops::ControlFlow;

use remold_engine::port::{Fault, StoreError};

use self::framing::{Announced, Frames};
use super::connection::Connection;
use super::endpoint::Endpoint;
use super::fault::{CLUSTER, Peer};
use super::info::Info;
use super::options::{Access, Options};
use super::reply::{self, Reply};
use super::request::{Request, Sink as _};
use super::transport::Stream;

const DOING: &str = "taking a snapshot";

/// The id of a replication history, and an offset in it.
type Place = (String, u64);

/// What a snapshot is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// The server's address without credentials and database: `redis://localhost:6379`.
    pub address: String,
    /// Redis or Valkey.
    pub product: String,
    /// Its version.
    pub version: String,
    /// `master` or `slave`; nothing where `INFO` is denied.
    pub role: Option<String>,
    /// Its `run_id`.
    pub run_id: Option<String>,
    /// The id of its replication history; nothing of a server that knows only `SYNC`.
    pub replication_id: Option<String>,
    /// Where in that history the snapshot is.
    pub offset: Option<u64>,
    /// Bytes of the snapshot.
    pub bytes: u64,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullProgress {
    /// The server makes the snapshot.
    Waiting,
    /// It is sent.
    Receiving {
        /// Bytes that came.
        bytes: u64,
        /// Bytes altogether, where the server says so before.
        total: Option<u64>,
    },
}

/// Why there is no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The server refuses, or the connection was lost.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The writer does not take it.
    #[error("the snapshot cannot be written: {0}")]
    Write(io::Error),
    /// Whoever watches asked to stop.
    #[error("the snapshot was stopped")]
    Stopped,
}

/// Takes a snapshot and writes it to `out`. `progress` is told of every piece that comes, and may stop it.
///
/// Nothing may come for as long as `response_timeout` of the options says; a server that works on the snapshot says so
/// meanwhile.
///
/// # Errors
/// [`PullError`]; what was written then is no snapshot.
pub fn pull(
    options: &Options,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(PullProgress) -> ControlFlow<()>,
) -> Result<Pulled, PullError> {
    let endpoint = Endpoint::new(Options {
        // Every database is in a snapshot: one that this server does not have is no reason to refuse.
        database: 0,
        access: Access::ReadOnly,
        ..options.clone()
    })?;
    let mut connection = endpoint.open()?;
    let info = connection.info().clone();
    let peer = connection.peer().clone();
    if info.get("redis_mode") == Some("cluster") {
        return Err(peer
            .refused(DOING, "it is a node of a cluster", CLUSTER)
            .into());
    }
    // Only the snapshot is wanted, and it may come without a length. Older servers refuse the first, and go on.
    let mut request = Request::default();
    request.command(&[b"REPLCONF", b"rdb-only", b"1"]);
    request.command(&[b"REPLCONF", b"capa", b"eof", b"capa", b"psync2"]);
    connection.exchange(DOING, &request)?;
    let (mut frames, position) = handshake(connection, &peer, progress)?;
    let bytes = receive(&mut frames, &peer, out, progress)?;
    Ok(pulled(&endpoint, &info, position, bytes))
}

fn pulled(endpoint: &Endpoint, info: &Info, position: Option<Place>, bytes: u64) -> Pulled {
    let (product, version) = info.product();
    let (replication_id, offset) = position.unzip();
    Pulled {
        address: endpoint.options().server_name(),
        product: product.to_owned(),
        version,
        role: info.get("role").map(str::to_owned),
        run_id: info.get("run_id").map(str::to_owned),
        replication_id,
        offset,
        bytes,
    }
}

/// Asks for everything, and returns what comes after that with where it is in the server's history.
fn handshake(
    mut connection: Connection,
    peer: &Peer,
    progress: &mut dyn FnMut(PullProgress) -> ControlFlow<()>,
) -> Result<(Frames<Stream>, Option<Place>), PullError> {
    let mut request = Request::default();
    request.command(&[b"PSYNC", b"?", b"-1"]);
    connection.send(DOING, &request)?;
    let mut frames = Frames::new(connection.into_parts());
    let line = next_line(&mut frames, peer, progress)?;
    match line.split_first() {
        Some((b'+', text)) => full_resync(text, peer).map(|position| (frames, Some(position))),
        Some((b'-', text)) => {
            let refused = reply::error(text);
            let is_unknown = reply::refusal(&refused)
                .is_some_and(|(code, rest)| code == "ERR" && rest.contains("unknown command"));
            if !is_unknown {
                return Err(refusal(peer, &refused).into());
            }
            // A server that has renamed one of the two has most likely left the other.
            frames
                .send(b"*1\r\n$4\r\nSYNC\r\n")
                .map_err(|error| lost(peer, error))?;
            Ok((frames, None))
        }
        _ => Err(nonsense(peer, &line).into()),
    }
}

/// Reads `FULLRESYNC <replication id> <offset>`.
fn full_resync(text: &[u8], peer: &Peer) -> Result<Place, PullError> {
    let text = String::from_utf8_lossy(text);
    let mut words = text.split(' ');
    if words.next() == Some("FULLRESYNC")
        && let (Some(id), Some(Ok(offset))) = (words.next(), words.next().map(str::parse))
    {
        return Ok((id.to_owned(), offset));
    }
    Err(nonsense(peer, text.as_bytes()).into())
}

fn receive(
    frames: &mut Frames<Stream>,
    peer: &Peer,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(PullProgress) -> ControlFlow<()>,
) -> Result<u64, PullError> {
    let line = next_line(frames, peer, progress)?;
    if let Some((b'-', text)) = line.split_first() {
        return Err(refusal(peer, &reply::error(text)).into());
    }
    let announced = Announced::read(&line).ok_or_else(|| nonsense(peer, &line))?;
    let total = announced.bytes();
    let mut body = frames.body(announced);
    loop {
        let Some(piece) = body.next_piece().map_err(|error| lost(peer, error))? else {
            return Ok(body.received());
        };
        out.write_all(piece).map_err(PullError::Write)?;
        let bytes = body.received();
        go_on(progress(PullProgress::Receiving { bytes, total }))?;
    }
}

/// Waits for a line; empty ones say that the server is at work.
fn next_line(
    frames: &mut Frames<Stream>,
    peer: &Peer,
    progress: &mut dyn FnMut(PullProgress) -> ControlFlow<()>,
) -> Result<Vec<u8>, PullError> {
    loop {
        go_on(progress(PullProgress::Waiting))?;
        let line = frames.line().map_err(|error| lost(peer, error))?;
        if !line.is_empty() {
            return Ok(line);
        }
    }
}

fn go_on(flow: ControlFlow<()>) -> Result<(), PullError> {
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(PullError::Stopped),
    }
}

/// Says what a server's refusal means, where its own words do not.
fn refusal(peer: &Peer, refused: &Reply) -> StoreError {
    let (code, rest) = reply::refusal(refused).unwrap_or_default();
    match code {
        "NOMASTERLINK" => {
            let message = format!("it is a replica that has lost its primary ({rest})");
            let hint =
                "take the backup from the primary, or wait until the replica has found it again";
            peer.error(Fault::Unavailable, DOING, message, Some(hint.to_owned()))
        }
        "NOPERM" => {
            let message = format!("the user may not take snapshots (PSYNC): {rest}");
            let hint = format!(
                "as an administrator: ACL SETUSER {} +psync +replconf",
                peer.user
            );
            peer.error(Fault::Refused, DOING, message, Some(hint))
        }
        "ERR" if rest.contains("unknown command") => {
            let hint = "the server has no PSYNC or has it renamed, as many services do: take the backup by the means of the \
                        service";
            peer.error(Fault::Refused, DOING, rest, Some(hint.to_owned()))
        }
        _ => peer.server(DOING, code, rest),
    }
}

fn lost(peer: &Peer, error: io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => {
            let hint = "did it stop, or fail to make its snapshot (its log says so)? A server that has to keep too much for a \
                        replica meanwhile closes the connection too: raise client-output-buffer-limit replica, or take the \
                        backup when less is written";
            let message = "the server closed the connection before the end of the snapshot";
            peer.error(Fault::Lost, DOING, message, Some(hint.to_owned()))
        }
        _ => peer.exchanging(DOING, &error.into()),
    }
}

fn nonsense(peer: &Peer, line: &[u8]) -> StoreError {
    let shown = String::from_utf8_lossy(&line[..line.len().min(60)]).into_owned();
    let message = format!("the answer to PSYNC makes no sense: {shown:?}");
    let hint = "is there a proxy in between that changes commands?";
    peer.error(Fault::Refused, DOING, message, Some(hint.to_owned()))
}
