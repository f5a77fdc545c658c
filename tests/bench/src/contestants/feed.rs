//! Lists keys for the bare loops and deals them out in batches.

use bytes::Bytes;
use crossbeam_channel::Sender;

use crate::data::PATTERN;
use crate::error::Error;
use crate::wire::{Reply, Wire};

/// How many sub-scans a spread listing has: one for each value of the cursor's low eight bits.
const SUB_SCANS: u64 = 256;

/// How many sub-scans are asked in one round trip.
const ASKED_AT_ONCE: usize = 32;

/// In which order keys are listed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Order {
    /// As `SCAN` gives them: neighbours in the server's table come together, which `WATCH` does not bear.
    Scan,
    /// Spread over the table: 256 sub-scans, of which each batch has a little.
    ///
    /// It leans on how the server makes its cursors, which its documentation does not promise; for a yardstick that is
    /// good enough. A table of fewer than 256 buckets is listed more than once.
    Spread,
}

/// Lists all keys and hands them out in batches. Some may come twice.
pub(super) fn list(
    wire: &mut Wire,
    order: Order,
    batch: usize,
    batches: &Sender<Vec<Bytes>>,
) -> Result<(), Error> {
    let mut dealer = Dealer {
        batch,
        keys: Vec::with_capacity(batch),
        batches,
    };
    match order {
        Order::Scan => scan(wire, &mut dealer)?,
        Order::Spread => spread(wire, &mut dealer)?,
    }
    dealer.finish();
    Ok(())
}

fn scan(wire: &mut Wire, dealer: &mut Dealer<'_>) -> Result<(), Error> {
    let mut cursor = 0;
    loop {
        put_scan(wire, cursor, b"1000");
        wire.send()?;
        let (next, keys) = take_page(wire)?;
        keys.into_iter().for_each(|key| dealer.deal(key));
        if next == 0 {
            return Ok(());
        }
        cursor = next;
    }
}

fn spread(wire: &mut Wire, dealer: &mut Dealer<'_>) -> Result<(), Error> {
    let mut open: Vec<u64> = (0..SUB_SCANS).collect();
    while !open.is_empty() {
        let mut pages = Vec::with_capacity(open.len());
        let mut going_on = Vec::with_capacity(open.len());
        for some in open.chunks(ASKED_AT_ONCE) {
            for cursor in some {
                put_scan(wire, *cursor, b"8");
            }
            wire.send()?;
            for cursor in some {
                let (next, keys) = take_page(wire)?;
                pages.push(keys.into_iter());
                if next != 0 && next % SUB_SCANS == cursor % SUB_SCANS {
                    going_on.push(next);
                }
            }
        }
        // One key of each sub-scan in turn.
        let mut dealt = true;
        while std::mem::take(&mut dealt) {
            for key in pages.iter_mut().filter_map(Iterator::next) {
                dealer.deal(key);
                dealt = true;
            }
        }
        open = going_on;
    }
    Ok(())
}

/// Packs one step of a listing.
pub(super) fn put_scan(wire: &mut Wire, cursor: u64, count: &[u8]) {
    let cursor = cursor.to_string();
    let pattern = PATTERN.as_bytes();
    wire.put(&[
        b"SCAN",
        cursor.as_bytes(),
        b"MATCH",
        pattern,
        b"COUNT",
        count,
    ]);
}

/// Waits for one step of a listing: the next cursor, and keys.
pub(super) fn take_page(wire: &mut Wire) -> Result<(u64, Vec<Bytes>), Error> {
    let reply = wire.take_good("SCAN")?;
    let refused = |reply: &Reply| Error::Server {
        command: "SCAN",
        answer: format!("{reply:?}"),
    };
    let Reply::Array(parts) = &reply else {
        return Err(refused(&reply));
    };
    let [Reply::Bulk(cursor), Reply::Array(keys)] = parts.as_slice() else {
        return Err(refused(&reply));
    };
    let cursor = std::str::from_utf8(cursor).ok();
    let cursor = cursor.and_then(|cursor| cursor.parse().ok());
    let keys = keys.iter().filter_map(|key| match key {
        Reply::Bulk(key) => Some(key.clone()),
        _ => None,
    });
    let keys = keys.collect();
    cursor
        .map(|cursor| (cursor, keys))
        .ok_or_else(|| refused(&reply))
}

/// Collects keys into batches.
struct Dealer<'a> {
    batch: usize,
    keys: Vec<Bytes>,
    batches: &'a Sender<Vec<Bytes>>,
}

impl Dealer<'_> {
    fn deal(&mut self, key: Bytes) {
        self.keys.push(key);
        if self.keys.len() == self.batch {
            let full = std::mem::replace(&mut self.keys, Vec::with_capacity(self.batch));
            // Workers that are gone say why themselves.
            drop(self.batches.send(full));
        }
    }

    fn finish(self) {
        if !self.keys.is_empty() {
            drop(self.batches.send(self.keys));
        }
    }
}
