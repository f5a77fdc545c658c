//! The envelope of a value in `DUMP` and `RESTORE`: a type byte, the object, the version of the format in
//! two bytes and a checksum of all before it in eight, both little-endian.

use bytes::Bytes;

use crate::checksum::checksum;
use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::target::Version;

const VERSION: usize = 2;
const CHECKSUM: usize = 8;
/// The size of what follows the object.
pub(crate) const FOOTER: usize = VERSION + CHECKSUM;

/// Takes a payload apart into its type byte, its object and its version, and verifies the checksum. A
/// stored checksum of zero is taken as none.
pub(crate) fn open(payload: &Bytes) -> Result<(u8, Bytes, Version), DecodeError> {
    let Some((body, footer)) = payload.split_last_chunk::<FOOTER>() else {
        return Err(DecodeError::Truncated {
            offset: 0,
            expected: "a payload",
            needed: (FOOTER + 1).saturating_sub(payload.len()) as u64,
        });
    };
    let mut cursor = Cursor::new(footer).with_base(body.len() as u64);
    let version = cursor.u16_le("a payload's version")?;
    let stored = cursor.u64_le("a payload's checksum")?;
    if stored != 0 {
        let computed = checksum(&payload[..body.len() + VERSION]);
        if stored != computed {
            return Err(DecodeError::Checksum { stored, computed });
        }
    }
    if version == 0 {
        return Err(DecodeError::UnknownVersion { version });
    }
    let type_id = Cursor::new(body).byte("a payload's type")?;
    Ok((type_id, payload.slice(1..body.len()), Version(version)))
}

/// Writes the footer behind a payload's type byte and object, which begin at `start`; with zero for the checksum where
/// none is wanted.
pub(crate) fn close(out: &mut Vec<u8>, start: usize, version: Version, with_checksum: bool) {
    out.extend(version.0.to_le_bytes());
    let sum = if with_checksum {
        checksum(&out[start..])
    } else {
        0
    };
    out.extend(sum.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(version: u16) -> Vec<u8> {
        let mut bytes = b"\x00\x05hello".to_vec();
        close(&mut bytes, 0, Version(version), true);
        bytes
    }

    #[test]
    fn a_payload_comes_apart_into_what_it_was_made_of() {
        let (type_id, object, version) = open(&payload(11).into()).expect("it is whole");
        assert_eq!((type_id, version), (0, Version(11)));
        assert_eq!(object, b"\x05hello"[..]);
    }

    #[test]
    fn any_changed_bit_is_noticed() {
        let whole = payload(11);
        for bit in 0..whole.len() * 8 {
            let mut changed = whole.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let error = open(&changed.into()).expect_err("a bit was changed");
            assert_eq!(error.code(), "rdb-checksum", "{bit}");
        }
    }

    #[test]
    fn a_checksum_of_zero_is_none() {
        let mut bytes = payload(11);
        let end = bytes.len();
        bytes[end - CHECKSUM..].fill(0);
        assert!(open(&bytes.into()).is_ok());
    }

    #[test]
    fn what_is_too_short_or_of_no_version_is_refused() {
        for end in 0..=FOOTER {
            assert!(open(&vec![0; end].into()).is_err(), "{end}");
        }
        assert_eq!(
            open(&payload(0).into()),
            Err(DecodeError::UnknownVersion { version: 0 })
        );
    }
}
