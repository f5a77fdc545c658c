//! LZF, the compression of strings in files and payloads.
//!
//! The compressed form is a row of runs. A control byte below 32 is followed by that many bytes plus one,
//! taken as they are; otherwise its upper three bits are a length (7: one more byte is added) and its
//! lower five, with the next byte, a distance back: length plus two bytes are repeated from there.
//!
//! [`compress`] finds the same matches as the server's compressor, so that an untouched string gets the
//! same bytes again. [`decompress`] checks what a string claims before it reserves memory.

use std::cell::RefCell;

use crate::error::DecodeError;

const LONGEST_LITERAL: usize = 1 << 5;
const FARTHEST: usize = 1 << 13;
const LONGEST_MATCH: usize = (1 << 8) + (1 << 3);
/// Three bytes of input can stand for [`LONGEST_MATCH`] bytes of output.
const LARGEST_RATIO: usize = LONGEST_MATCH / 3;
const SLOTS: usize = 1 << 16;

/// Decompresses `input` into exactly `claimed` bytes.
///
/// # Errors
/// [`DecodeError::Claim`] if so many bytes cannot come out of the input, [`DecodeError::Malformed`] if
/// other than so many do. Offsets count from the start of `input`.
pub fn decompress(input: &[u8], claimed: u64) -> Result<Vec<u8>, DecodeError> {
    let limit = input.len().saturating_mul(LARGEST_RATIO);
    let length = match usize::try_from(claimed) {
        Ok(length) if length <= limit => length,
        _ => {
            return Err(DecodeError::Claim {
                offset: 0,
                expected: "a compressed string",
                claimed,
                limit: limit as u64,
            });
        }
    };
    let mut output = Vec::with_capacity(length);
    let mut position = 0;
    while position < input.len() {
        let Some(next) = run(input, position, &mut output, length) else {
            return Err(broken(position));
        };
        position = next;
    }
    if output.len() == length {
        Ok(output)
    } else {
        Err(broken(position))
    }
}

/// Unpacks the run at `position`, and returns where the next one begins; nothing if it is broken.
#[inline]
fn run(input: &[u8], position: usize, output: &mut Vec<u8>, length: usize) -> Option<usize> {
    let control = usize::from(input[position]);
    let mut next = position + 1;
    if control < LONGEST_LITERAL {
        let literal = input.get(next..=next + control)?;
        if output.len() + literal.len() > length {
            return None;
        }
        output.extend_from_slice(literal);
        return Some(next + literal.len());
    }
    let mut count = (control >> 5) + 2;
    if count == 9 {
        count += usize::from(*input.get(next)?);
        next += 1;
    }
    let distance = (((control & 31) << 8) | usize::from(*input.get(next)?)) + 1;
    let start = output.len().checked_sub(distance)?;
    if output.len() + count > length {
        return None;
    }
    // A run that overlaps itself repeats what it has just written: each step doubles what there is.
    while count > 0 {
        let step = count.min(output.len() - start);
        output.extend_from_within(start..start + step);
        count -= step;
    }
    Some(next + 1)
}

#[cold]
const fn broken(position: usize) -> DecodeError {
    DecodeError::Malformed {
        offset: position as u64,
        expected: "a compressed string",
    }
}

/// Compresses `input` as the server does; nothing if that would not save more than four bytes.
pub fn compress(input: &[u8]) -> Option<Vec<u8>> {
    thread_local! {
        static COMPRESSOR: RefCell<Compressor> = RefCell::default();
    }
    COMPRESSOR.with_borrow_mut(|compressor| compressor.compress(input))
}

/// Where three bytes were last seen, by their hash. Kept from string to string: what earlier strings left
/// behind is told apart by its number, so that the table is not cleared each time.
#[derive(Default)]
struct Compressor {
    /// Numbers of positions; those up to `base` belong to earlier strings.
    seen: Vec<u32>,
    base: u32,
}

impl Compressor {
    fn compress(&mut self, input: &[u8]) -> Option<Vec<u8>> {
        let room = input.len().checked_sub(4).filter(|room| *room > 0)?;
        let span = u32::try_from(input.len()).ok()?;
        if self.seen.is_empty() || self.base.checked_add(span).is_none() {
            self.seen.clear();
            self.seen.resize(SLOTS, 0);
            self.base = 0;
        }
        let output = self.runs(input, room);
        self.base += span;
        output
    }

    fn runs(&mut self, input: &[u8], room: usize) -> Option<Vec<u8>> {
        let mut output = Runs::new(room);
        let mut position = 0;
        while position + 2 < input.len() {
            let Some((count, distance)) = self.find(input, position) else {
                output.literal(input[position])?;
                position += 1;
                continue;
            };
            output.repeat(count, distance)?;
            position += count;
            if position + 2 >= input.len() {
                break;
            }
            // The server remembers the last two places within a match, and none before.
            self.remember(input, position - 2);
            self.remember(input, position - 1);
        }
        output.finish(&input[position..])
    }

    /// Finds the length and distance of the match at `position`, and remembers the place.
    #[inline]
    fn find(&mut self, input: &[u8], position: usize) -> Option<(usize, usize)> {
        let earlier = self.remember(input, position)?;
        let distance = position - earlier;
        if distance > FARTHEST || input[earlier..earlier + 3] != input[position..position + 3] {
            return None;
        }
        // The server's unrolled comparison looks at 19 bytes at once where at least 17 are allowed.
        let longest = match (input.len() - position - 2).min(LONGEST_MATCH) {
            17 | 18 => 19,
            longest => longest,
        };
        let same = |offset: &usize| input[earlier + offset] == input[position + offset];
        Some(((3..longest).take_while(same).count() + 3, distance))
    }

    /// Puts the place of the three bytes at `position` into the table, and returns who was there.
    /// The very first byte of a string is never matched.
    #[inline]
    fn remember(&mut self, input: &[u8], position: usize) -> Option<usize> {
        let three = input[position..].first_chunk::<3>()?;
        let number = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        let hash = (number >> 8).wrapping_sub(number.wrapping_mul(5));
        let slot = &mut self.seen[hash as usize % SLOTS];
        let place = u32::try_from(position).ok()?;
        let earlier = std::mem::replace(slot, self.base + place);
        earlier
            .checked_sub(self.base)
            .filter(|earlier| *earlier > 0 && *earlier < place)
            .map(|earlier| earlier as usize)
    }
}

/// The compressed form while it is written. The control byte of a literal run stands before its bytes and
/// is known at its end.
struct Runs {
    output: Vec<u8>,
    literals: usize,
    room: usize,
}

impl Runs {
    fn new(room: usize) -> Self {
        let mut output = Vec::with_capacity(room + LONGEST_LITERAL);
        output.push(0);
        Self {
            output,
            literals: 0,
            room,
        }
    }

    #[inline]
    fn literal(&mut self, byte: u8) -> Option<()> {
        if self.output.len() >= self.room {
            return None;
        }
        self.push(byte);
        Some(())
    }

    #[inline]
    fn push(&mut self, byte: u8) {
        self.output.push(byte);
        self.literals += 1;
        if self.literals == LONGEST_LITERAL {
            self.close();
            self.output.push(0);
        }
    }

    /// Ends the literal run; an empty one leaves no trace.
    #[inline]
    fn close(&mut self) {
        let control = self.output.len() - self.literals - 1;
        if self.literals == 0 {
            self.output.truncate(control);
        } else {
            self.output[control] =
                u8::try_from(self.literals - 1).expect("a run has up to 32 bytes");
        }
        self.literals = 0;
    }

    fn repeat(&mut self, count: usize, distance: usize) -> Option<()> {
        if self.output.len() - usize::from(self.literals == 0) + 4 >= self.room {
            return None;
        }
        self.close();
        let [high, low] = u16::try_from(distance - 1).ok()?.to_be_bytes();
        if count < 9 {
            self.output.push(u8::try_from(count - 2).ok()? << 5 | high);
        } else {
            self.output
                .extend([7 << 5 | high, u8::try_from(count - 9).ok()?]);
        }
        self.output.extend([low, 0]);
        Some(())
    }

    fn finish(mut self, rest: &[u8]) -> Option<Vec<u8>> {
        if self.output.len() + 3 > self.room {
            return None;
        }
        for byte in rest {
            self.push(*byte);
        }
        self.close();
        Some(self.output)
    }
}

#[cfg(test)]
mod tests;
