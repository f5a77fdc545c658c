//! The bare loops: how fast it can go if nothing is promised. They decode, change, encode, and nothing else.
//!
//! A writes whatever it read, changed; what the application wrote in between is lost. B writes under `WATCH`, as Remold
//! does, and tries a refused batch again, with and without a look at each key's size. None keeps a journal, and none can be
//! resumed or undone.

use std::thread;

use bytes::Bytes;
use crossbeam_channel::{Receiver, bounded};
use remold_rdb::{Target, Version, decode, encode};

use super::feed::{self, Order};
use crate::change;
use crate::error::Error;
use crate::wire::{Reply, Wire};

/// How a bare loop goes about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    connections: usize,
    batch: usize,
    order: Order,
    guard: bool,
    sizes: bool,
}

/// Loop A.
pub(super) const UNGUARDED: Way = Way {
    connections: 4,
    batch: 64,
    order: Order::Scan,
    guard: false,
    sizes: false,
};

/// Loop B, in the shape in which it is fastest: with more in flight, what it watches costs more than it gains.
pub(super) const GUARDED: Way = Way {
    connections: 8,
    batch: 64,
    order: Order::Spread,
    guard: true,
    sizes: false,
};

/// Loop B with a look at sizes.
pub(super) const SIZED: Way = Way {
    sizes: true,
    ..GUARDED
};

/// Changes all keys of a server.
pub(super) fn run(port: u16, way: Way) -> Result<(), Error> {
    let (batches, dealt) = bounded(2 * way.connections);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..way.connections)
            .map(|_| {
                let dealt = dealt.clone();
                scope.spawn(move || work(port, way, &dealt))
            })
            .collect();
        // So that the listing ends too if all workers have failed.
        drop(dealt);
        let listed = Wire::connect(port)
            .and_then(|mut wire| feed::list(&mut wire, way.order, way.batch, &batches));
        drop(batches);
        for worker in workers {
            worker.join().map_err(|_| Error::Worker)??;
        }
        listed
    })
}

fn work(port: u16, way: Way, dealt: &Receiver<Vec<Bytes>>) -> Result<(), Error> {
    let mut wire = Wire::connect(port)?;
    let target = Target::new(Version(10));
    for keys in dealt {
        while !change_batch(&mut wire, way, &keys, &target)? {}
    }
    Ok(())
}

/// Changes a batch; false if somebody else wrote one of its keys meanwhile, and nothing was written.
fn change_batch(wire: &mut Wire, way: Way, keys: &[Bytes], target: &Target) -> Result<bool, Error> {
    if way.sizes {
        keys.iter()
            .for_each(|key| wire.put(&[b"MEMORY", b"USAGE", key]));
    }
    if way.guard {
        wire.put_head(1 + keys.len());
        wire.put_part(b"WATCH");
        keys.iter().for_each(|key| wire.put_part(key));
    }
    for key in keys {
        wire.put(&[b"DUMP", key]);
        wire.put(&[b"PEXPIRETIME", key]);
    }
    wire.send()?;
    if way.sizes {
        for _ in keys {
            wire.take_good("MEMORY USAGE")?;
        }
    }
    if way.guard {
        wire.take_good("WATCH")?;
        wire.put(&[b"MULTI"]);
    }
    let mut written = 0;
    for key in keys {
        let (payload, expiry) = (wire.take_good("DUMP")?, wire.take_good("PEXPIRETIME")?);
        let (Reply::Bulk(payload), Reply::Integer(expiry)) = (payload, expiry) else {
            continue;
        };
        let mut value = decode(&payload)?.value;
        if !change::apply(&mut value)? {
            continue;
        }
        let payload = encode(&value, target)?;
        let expiry = expiry.max(0).to_string();
        wire.put(&[
            b"RESTORE",
            key,
            expiry.as_bytes(),
            &payload,
            b"REPLACE",
            b"ABSTTL",
        ]);
        written += 1;
    }
    if way.guard {
        wire.put(&[b"EXEC"]);
    }
    wire.send()?;
    if way.guard {
        wire.take_good("MULTI")?;
    }
    for _ in 0..written {
        wire.take_good("RESTORE")?;
    }
    if !way.guard {
        return Ok(true);
    }
    match wire.take_good("EXEC")? {
        Reply::Nil => Ok(false),
        Reply::Array(replies) => match replies.into_iter().find(is_refusal) {
            Some(refusal) => Err(Error::Server {
                command: "RESTORE",
                answer: format!("{refusal:?}"),
            }),
            None => Ok(true),
        },
        reply => Err(Error::Server {
            command: "EXEC",
            answer: format!("{reply:?}"),
        }),
    }
}

fn is_refusal(reply: &Reply) -> bool {
    matches!(reply, Reply::Line(line) if line.first() == Some(&b'-'))
}
