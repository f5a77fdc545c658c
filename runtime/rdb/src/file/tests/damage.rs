//! Files that are cut off or broken.

use super::*;

#[test]
fn a_file_cut_off_anywhere_is_truncated_at_its_end() {
    for version in [4, 12, 80] {
        let file = sample(version);
        for length in Header::LENGTH..file.len() {
            match read(&file[..length]) {
                Err(FileError::Decode(DecodeError::Truncated { offset, .. })) => {
                    assert_eq!(offset, length as u64);
                }
                other => panic!("{version}, cut off at {length}: {other:?}"),
            }
        }
    }
}

#[test]
fn a_changed_byte_is_noticed() {
    let file = sample(12);
    for position in 0..file.len() - 9 {
        let mut damaged = file.clone();
        damaged[position] ^= 0x10;
        assert!(read(&damaged).is_err(), "byte {position}");
    }
    let mut damaged = file.clone();
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    assert_eq!(
        read(&damaged).map_err(|error| error.code()),
        Err("rdb-checksum")
    );
}

#[test]
fn what_follows_the_end_is_an_error_at_its_offset() {
    for version in [4, 12] {
        let mut file = sample(version);
        let length = file.len() as u64;
        file.extend(b"*1");
        match read(&file) {
            Err(FileError::Decode(error)) => assert_eq!(
                error,
                DecodeError::Trailing {
                    offset: length,
                    count: 2
                }
            ),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn after_an_error_there_is_nothing() {
    let mut reader = Reader::new(&b"REDIS0011\x64"[..]).expect("the header is whole");
    let error = reader
        .next()
        .expect("the opcode follows")
        .expect_err("there is no type 100");
    assert_eq!(
        error.to_string(),
        "opcode 100 at offset 9 is unknown in version 11"
    );
    assert_eq!(error.code(), "rdb-unknown-opcode");
    assert!(reader.next().is_none());
}

#[test]
fn an_expiry_without_a_key_is_refused() {
    for rest in [&b"\xfe\x00"[..], b"\xff"] {
        let file = [b"REDIS0011\xf9\x01", rest].concat();
        assert_eq!(
            read(&file).map_err(|error| error.code()),
            Err("rdb-unexpected")
        );
    }
}

#[test]
fn a_source_that_fails_is_told_with_the_offset() {
    #[derive(Debug)]
    struct Broken(bool);
    impl std::io::Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Err(std::io::ErrorKind::ConnectionReset.into());
            }
            buffer[..9].copy_from_slice(b"REDIS0011");
            Ok(9)
        }
    }
    let error = Reader::new(Broken(false)).expect_err("it breaks at once");
    assert_eq!(error.to_string(), "the file cannot be read at offset 9",);
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn a_huge_claim_reserves_no_more_than_was_read() {
    let mut file = b"REDIS0011\x00\x01k\x81".to_vec();
    file.extend((1_u64 << 60).to_be_bytes());
    file.extend([b'x'; 1000]);
    assert_eq!(
        read(&file).map_err(|error| error.code()),
        Err("rdb-truncated")
    );
}
