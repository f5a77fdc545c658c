//! Lists the keys that are looked at and hands them out in batches: all of them, or a sample.

use super::{BATCH, BATCH_BYTES, Browsed, LOOK_UP, Looking};
use crate::done_set::DoneSet;
use crate::port::{Candidate, Scanner, StoreError};
use crate::threads::{SendTimeoutError, Sender};

/// Lists keys and hands them out in batches.
pub(super) struct Feed<'a, 'l> {
    pub(super) look: &'a Looking<'l>,
    pub(super) sender: Sender<Vec<Candidate>>,
    pub(super) is_drawn: bool,
    pub(super) wanted: Option<usize>,
}

impl Feed<'_, '_> {
    pub(super) fn all(
        &self,
        scanner: &mut dyn Scanner,
        browsed: &mut Browsed,
    ) -> Result<(), StoreError> {
        let look = self.look;
        let known = DoneSet::new(0);
        let mut batch: Vec<Candidate> = Vec::with_capacity(BATCH);
        let (mut bytes, mut handed_out) = (0, 0);
        // Once the whole sample was found, the rest of a file need not be read.
        while !look.is_over()
            && self.wanted.is_none_or(|wanted| handed_out < wanted)
            && let Some(page) = look.patiently(|| scanner.next_page())?
        {
            for candidate in page {
                // What has its image with it comes out of a file, which has each key once.
                let is_known = candidate.image.is_none() && !known.insert(&candidate.key);
                if is_known || look.is_bookkeeping(&candidate.key) {
                    continue;
                }
                handed_out += 1;
                browsed.listed += u64::from(!self.is_drawn);
                bytes += candidate.size.unwrap_or(0).min(look.what.max_bytes);
                batch.push(candidate);
                if batch.len() == BATCH || bytes >= BATCH_BYTES {
                    bytes = 0;
                    if !self.hand_over(std::mem::replace(&mut batch, Vec::with_capacity(BATCH))) {
                        return Ok(());
                    }
                }
            }
            if let Some(fraction) = scanner.fraction() {
                let fraction = if self.is_drawn {
                    0.5 + fraction / 2.0
                } else {
                    fraction
                };
                look.control.set_fraction(fraction);
            }
        }
        if !batch.is_empty() {
            self.hand_over(batch);
        }
        Ok(())
    }

    /// Waits for room; false if nobody takes it any more.
    fn hand_over(&self, mut batch: Vec<Candidate>) -> bool {
        while !self.look.is_over() {
            match self.sender.send_timeout(batch, LOOK_UP) {
                Ok(()) => return true,
                Err(SendTimeoutError::Timeout(back)) => batch = back,
                Err(SendTimeoutError::Disconnected(_)) => return false,
            }
        }
        false
    }
}
