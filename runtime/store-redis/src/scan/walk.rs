//! Where a listing by `SCAN` stands: one cursor for the whole table, or many that share it.
//!
//! `SCAN` hands out keys that share the low bits of their hash, and the server's table of watched keys uses the same
//! hash: keys that are watched together would chain in a few buckets, and every `WATCH`, `EXEC` and foreign write would
//! walk the chains. So a large table is listed in 256 parts, one for each value of the cursor's low eight bits, side by
//! side.
//!
//! A cursor counts with its bits reversed: from any cursor on, `SCAN` visits every bucket whose reversed number is not
//! below the cursor's, also while the table grows and shrinks. A part is what lies between two cursors that differ in
//! the low eight bits, and so each key that is there all the time is in one of them (`docs/adr/0013-parts-of-a-scan.md`).
//! No server promises that cursors are made so. Each answer shows whether they are: the first one that does not makes
//! the listing begin again with one cursor.

use std::collections::VecDeque;

/// How many parts there are, one for each value of these low bits of the cursor.
pub(super) const PARTS: usize = 1 << PART_BITS;
const PART_BITS: u32 = 8;

/// How many parts are asked in one round trip, and for how many keys each: about a page together. Keys of a part that
/// are watched together chain; the fewer are asked for, the more commands it takes.
const ASKED_AT_ONCE: usize = 16;
const KEYS_OF_A_PART: usize = 8;

/// A listing on its way.
#[derive(Debug)]
pub(super) struct Walk {
    /// The parts that are not through, those first that wait longest.
    open: VecDeque<Part>,
    /// Parts that were asked and have not answered, in that order.
    asked: VecDeque<Part>,
    parts: usize,
    ended: usize,
}

#[derive(Debug, Clone, Copy)]
struct Part {
    /// The low bits that all its cursors have.
    number: u64,
    cursor: u64,
}

/// One command of a step: `SCAN cursor COUNT count`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ask {
    pub(super) cursor: u64,
    pub(super) count: usize,
}

/// The server's cursors are not made as they have to be for parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OutOfOrder;

impl Walk {
    /// A listing with one cursor.
    pub(super) fn whole() -> Self {
        Self::of(1)
    }

    /// A listing in parts; the table has many more buckets than there are parts.
    pub(super) fn in_parts() -> Self {
        Self::of(PARTS)
    }

    fn of(parts: usize) -> Self {
        let part = |number| Part {
            number: number as u64,
            cursor: number as u64,
        };
        Self {
            open: (0..parts).map(part).collect(),
            asked: VecDeque::new(),
            parts,
            ended: 0,
        }
    }

    pub(super) fn is_through(&self) -> bool {
        self.open.is_empty() && self.asked.is_empty()
    }

    /// Returns the commands of the next step, none while all parts are being asked; `count` is how many keys one
    /// command asks for at most.
    pub(super) fn ask(&mut self, count: usize) -> Vec<Ask> {
        let count = if self.parts == 1 {
            count
        } else {
            count.min(KEYS_OF_A_PART)
        };
        let some = self.open.drain(..self.open.len().min(ASKED_AT_ONCE));
        let before = self.asked.len();
        self.asked.extend(some);
        let ask = |part: &Part| Ask {
            cursor: part.cursor,
            count,
        };
        self.asked.range(before..).map(ask).collect()
    }

    /// Forgets what was asked and not answered.
    pub(super) fn ask_again(&mut self) {
        while let Some(part) = self.asked.pop_back() {
            self.open.push_front(part);
        }
    }

    /// Takes the cursors that answered the first step that has not answered, in its order.
    pub(super) fn advance(&mut self, cursors: &[u64]) -> Result<(), OutOfOrder> {
        for next in cursors {
            let Some(mut part) = self.asked.pop_front() else {
                return Err(OutOfOrder);
            };
            let stays = self.parts == 1 || next % PARTS as u64 == part.number;
            let onward = next.reverse_bits() > part.cursor.reverse_bits();
            let in_order = if part.cursor == part.number {
                // A large table is not listed to a part's end by its first small step.
                onward && stays
            } else {
                onward || *next == 0
            };
            if self.parts > 1 && !in_order {
                return Err(OutOfOrder);
            }
            part.cursor = *next;
            if *next == 0 || !stays {
                self.ended += 1;
            } else {
                self.open.push_back(part);
            }
        }
        Ok(())
    }

    /// Returns how much of the table was listed, 0 to 1.
    #[allow(clippy::cast_precision_loss, reason = "a share of a whole, for people")]
    pub(super) fn fraction(&self) -> f64 {
        let bits = if self.parts == 1 { 0 } else { PART_BITS };
        // Read from the other end, what follows the part's own bits is a fraction of the part.
        let listed = |part: &Part| (part.cursor.reverse_bits() << bits) as f64 / 2f64.powi(64);
        let open: f64 = self.open.iter().chain(&self.asked).map(listed).sum();
        (open + self.ended as f64) / self.parts as f64
    }
}

#[cfg(test)]
mod tests;
