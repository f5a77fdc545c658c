//! Modules' values: the name of the type out of its id. The data itself is the module's own.

use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::length::read_count;

/// The letters of a module type's name, by their number.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const NAME: usize = 9;
/// The lowest bits of the id are the version of the module's encoding.
const ENCODING_VERSION_BITS: u32 = 10;

/// Reads the id and returns the name in it: nine letters of six bits.
pub(super) fn name(cursor: &mut Cursor<'_>) -> Result<String, DecodeError> {
    let mut rest = read_count(cursor, "a module's id")? >> ENCODING_VERSION_BITS;
    let mut name = ['-'; NAME];
    for letter in name.iter_mut().rev() {
        *letter = char::from(LETTERS[(rest % 64) as usize]);
        rest /= 64;
    }
    Ok(name.iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_in_the_upper_bits_of_the_id() {
        let id = b"ReJSON-RL".iter().fold(0_u64, |id, letter| {
            let number = LETTERS.iter().position(|known| known == letter);
            id * 64 + number.expect("the name is made of known letters") as u64
        });
        let mut bytes = vec![0x81];
        bytes.extend((id << 10 | 3).to_be_bytes());
        assert_eq!(name(&mut Cursor::new(&bytes)), Ok("ReJSON-RL".to_owned()));
    }
}
