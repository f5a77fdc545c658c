//! The change in a script in the server, 500 keys a call: every call blocks the server's other users, and a mistake in
//! the script is made to all keys that it is given.

use bytes::Bytes;

use super::feed::{put_scan, take_page};
use crate::error::Error;
use crate::wire::{Reply, Wire};

const SCRIPT: &str = include_str!("lua/change.lua");

/// Changes all hashes of a server. The next page of keys is listed in the round trip that changes the last one.
pub(super) fn run(port: u16) -> Result<(), Error> {
    let mut wire = Wire::connect(port)?;
    let reply = wire.ask("SCRIPT", &[b"SCRIPT", b"LOAD", SCRIPT.as_bytes()])?;
    let Reply::Bulk(script) = reply else {
        return Err(Error::Server {
            command: "SCRIPT",
            answer: format!("{reply:?}"),
        });
    };
    let mut cursor = Some(0);
    let mut keys: Vec<Bytes> = Vec::new();
    while cursor.is_some() || !keys.is_empty() {
        let calls = !keys.is_empty();
        if calls {
            wire.put_head(3 + keys.len());
            let count = keys.len().to_string();
            for part in [b"EVALSHA".as_slice(), &script, count.as_bytes()] {
                wire.put_part(part);
            }
            keys.drain(..).for_each(|key| wire.put_part(&key));
        }
        if let Some(cursor) = cursor {
            put_scan(&mut wire, cursor, b"500");
        }
        wire.send()?;
        if calls {
            wire.take_good("EVALSHA")?;
        }
        if cursor.is_some() {
            let (next, page) = take_page(&mut wire)?;
            keys = page;
            cursor = (next != 0).then_some(next);
        }
    }
    Ok(())
}
