//! Tests of reading and writing whole files.

use std::io::Cursor;

use bytes::Bytes;

use super::*;
use crate::error::DecodeError;
use crate::target::Version;

mod damage;
mod entries;

fn read(bytes: &[u8]) -> Result<Vec<Item>, FileError> {
    Reader::new(bytes)?.collect()
}

fn entries_of(items: &[Item]) -> Vec<&FileEntry> {
    items
        .iter()
        .filter_map(|item| match item {
            Item::Entry(entry) => Some(entry),
            _ => None,
        })
        .collect()
}

fn write(header: Header, items: &[Item], with_checksum: bool) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), header);
    for item in items {
        writer.item(item).expect("a vector takes everything");
    }
    writer
        .finish(with_checksum)
        .expect("a vector takes everything")
}

fn header(version: u16) -> Header {
    Header {
        version: Version(version),
    }
}

/// A file with every kind of record, by hand.
fn sample(version: u16) -> Vec<u8> {
    let mut records: Vec<&[u8]> = vec![
        b"\xfa\x09redis-ver\x057.4.0",
        b"\xfa\x05ctime\xc2\x00\x00\x00\x65",
        b"\xf5\x0c#!lua name=a",
        b"\xf6\x01n\x03lua\x01\x04desc\x04code",
        b"\xf6\x01n\x03lua\x00\x04code",
        b"\xf7\x81\x00\x01\x02\x03\x04\x05\x06\x07\x02\x01\x05\x03abc\x00",
        b"\xfe\x80\x00\x00\x00\x03", // database 3 in the form of a longer number
        b"\xfb\x40\x02\x01",
        b"\xf4\x07\x02\x01",
        b"\x00\x01a\x01b",
        b"\xfd\x00\x00\x00\x65\xf9\x07\x00\xc0\x0c\x03xyz",
        b"\xfc\x00\x00\x00\x00\x8c\x01\x00\x00\xf8\x41\x00\x04\x04hash\x01\x01f\x01v",
        b"\xfe\x04",
        b"\x02\x03set\x00",
    ];
    if version >= 80 {
        records.push(b"\xf3\x03job\x01\x00\x41\x00");
        records.push(b"\xf2*2\r\n$3\r\nDEL\r\n$1\r\na\r\n");
        records.push(b"\x16\x01h\x01\x01f\x01v\xff\xff\xff\xff\xff\xff\xff\xff");
    } else if version >= 13 {
        records.push(b"\xf2\x05\x02\x01f\x01g");
        records.push(b"\xf3\x01\x01\x02\x03\x04\x02\x09\x00\x20\x02th\x05\x011\x012");
        records.push(b"\x1e\x02tl\x03abc");
    }
    let mut file = header(version).bytes();
    file.extend(records.concat());
    file.push(0xff);
    if version >= 5 {
        let sum = crate::checksum::checksum(&file);
        file.extend(sum.to_le_bytes());
    }
    file
}

const VERSIONS: [u16; 7] = [1, 4, 5, 9, 12, 15, 80];

#[test]
fn what_is_read_and_untouched_is_written_with_the_same_bytes() {
    for version in VERSIONS {
        let file = sample(version);
        let items = read(&file).expect("the sample is whole");
        assert_eq!(write(header(version), &items, true), file, "{version}");
    }
}

#[test]
fn every_record_says_what_it_is() {
    let items = read(&sample(12)).expect("the sample is whole");
    let kinds: Vec<SectionKind> = items
        .iter()
        .filter_map(|item| match item {
            Item::Section(section) => Some(section.kind.clone()),
            _ => None,
        })
        .collect();
    let aux = |name: &'static str, value: &'static str| SectionKind::Aux {
        name: name.into(),
        value: value.into(),
    };
    assert_eq!(
        kinds,
        [
            aux("redis-ver", "7.4.0"),
            aux("ctime", "1694498816"),
            SectionKind::Function("#!lua name=a".into()),
            SectionKind::OldFunction,
            SectionKind::OldFunction,
            SectionKind::ModuleAux {
                module_id: 0x0001_0203_0405_0607
            },
            SectionKind::SelectDb(3),
            SectionKind::ResizeDb {
                keys: 2,
                expires: 1
            },
            SectionKind::SlotInfo {
                slot: 7,
                keys: 2,
                expires: 1
            },
            SectionKind::SelectDb(4),
        ]
    );
    let entries = entries_of(&items);
    let keys: Vec<(u64, &[u8])> = entries.iter().map(|e| (e.db(), &e.key()[..])).collect();
    assert_eq!(
        keys,
        [(3, &b"a"[..]), (3, b"12"), (3, b"hash"), (4, b"set")]
    );
    assert_eq!(entries[0].object(), &b"\x01b"[..]);
    assert_eq!(entries[1].expires_at(), Some(0x6500_0000 * 1000));
    assert_eq!(entries[1].frequency(), Some(7));
    assert_eq!(entries[2].expires_at(), Some(0x018c_0000_0000));
    assert_eq!(entries[2].idle(), Some(256));
    assert_eq!(entries[2].type_id(), 4);
    assert!(matches!(
        items.last(),
        Some(Item::End { checksum: Some(_) })
    ));
}

#[test]
fn numbers_that_the_products_share_are_told_apart() {
    let valkey = read(&sample(80)).expect("the sample is whole");
    let has = |items: &[Item], wanted: &SectionKind| {
        let found = |item: &Item| matches!(item, Item::Section(section) if section.kind == *wanted);
        items.iter().any(found)
    };
    assert!(has(&valkey, &SectionKind::SlotImport) && has(&valkey, &SectionKind::Command));
    let redis = read(&sample(15)).expect("the sample is whole");
    assert!(has(&redis, &SectionKind::HashTemplate { id: 5, fields: 2 }));
    let templated = entries_of(&redis)
        .into_iter()
        .find(|entry| entry.type_id() == 32)
        .expect("the sample has a templated hash");
    assert_eq!(templated.object(), &b"\x05\x011\x012"[..]);
    assert_eq!(
        templated.payload(Version(15)).map_err(|error| error.code()),
        Err("rdb-not-portable")
    );
}

#[test]
fn a_source_that_gives_a_byte_at_a_time_gives_the_same_items() {
    struct Drops<'a>(&'a [u8]);
    impl std::io::Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = 1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }
    let file = sample(12);
    let items: Result<Vec<Item>, FileError> = Reader::new(Drops(&file))
        .expect("the header is whole")
        .collect();
    assert_eq!(
        items.expect("the sample is whole"),
        read(&file).expect("the sample is whole")
    );
}

#[test]
fn records_that_cross_and_exceed_the_buffer_are_whole() {
    let mut writer = Writer::new(Vec::new(), header(11));
    let mut expected = Vec::new();
    for number in 0..40_u32 {
        let length = 1 << (number % 22);
        let key = Bytes::from(format!("key:{number}"));
        let mut object = Vec::new();
        crate::length::write_plain_string(&mut object, &vec![b'x'; length]);
        let mut entry = FileEntry::new(0, key, 0, object.into());
        entry.set_expires_at(Some(u64::from(number)));
        writer.entry(&entry).expect("a vector takes everything");
        expected.push(entry);
    }
    let file = writer.finish(true).expect("a vector takes everything");
    let items = read(&file).expect("it is whole");
    let found = entries_of(&items);
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.into_iter().zip(&expected) {
        assert_eq!(found.key(), expected.key());
        assert_eq!(found.object(), expected.object());
        assert_eq!(found.expires_at(), expected.expires_at());
    }
    assert_eq!(write(header(11), &items, true), file);
}

#[test]
fn hints_of_sizes_are_corrected_where_told() {
    let items = read(&sample(12)).expect("the sample is whole");
    let mut writer = Writer::new(Vec::new(), header(12));
    writer.correct_size(3, 100, 50);
    for item in &items {
        writer.item(item).expect("a vector takes everything");
    }
    let file = writer.finish(true).expect("a vector takes everything");
    let sizes: Vec<SectionKind> = read(&file)
        .expect("it is whole")
        .into_iter()
        .filter_map(|item| match item {
            Item::Section(section) => Some(section.kind),
            _ => None,
        })
        .filter(|kind| matches!(kind, SectionKind::ResizeDb { .. }))
        .collect();
    let expected = SectionKind::ResizeDb {
        keys: 100,
        expires: 50,
    };
    assert_eq!(sizes, [expected]);
}

#[test]
fn a_file_without_checksum_stays_without() {
    let items = read(&sample(12)).expect("the sample is whole");
    let file = write(header(12), &items, false);
    assert!(file.ends_with(&[0xff, 0, 0, 0, 0, 0, 0, 0, 0]));
    let again = read(&file).expect("zero means none");
    assert_eq!(again.last(), Some(&Item::End { checksum: None }));
}

#[test]
fn headers_are_those_of_the_products() {
    for (bytes, version) in [
        ("REDIS0001", 1),
        ("REDIS0012", 12),
        ("VALKEY080", 80),
        ("VALKEY081", 81),
    ] {
        let read = Header::read(bytes.as_bytes()).expect("it is known");
        assert_eq!(read, header(version));
        assert_eq!(read.bytes(), bytes.as_bytes());
    }
    for (bytes, code) in [
        ("", "rdb-not-a-file"),
        ("REDIS", "rdb-not-a-file"),
        ("REDIS00x1", "rdb-not-a-file"),
        ("RESP00001", "rdb-not-a-file"),
        ("REDIS0000", "rdb-unknown-version"),
        ("REDIS0080", "rdb-unknown-version"),
        ("REDIS9999", "rdb-unknown-version"),
        ("VALKEY011", "rdb-unknown-version"),
        ("VALKEY999", "rdb-unknown-version"),
    ] {
        let error = Header::read(bytes.as_bytes()).expect_err("it is not known");
        assert_eq!(error.code(), code, "{bytes}");
    }
}

#[test]
fn entries_are_found_again_by_their_offset() {
    for version in [4, 12, 80] {
        let file = sample(version);
        let items = read(&file).expect("the sample is whole");
        let mut source = Cursor::new(&file);
        for entry in entries_of(&items).into_iter().rev() {
            let again = entry_at(&mut source, header(version), entry.offset(), entry.db())
                .expect("it was there before");
            assert_eq!(&again, entry);
        }
        let error = entry_at(&mut source, header(version), 9, 0).expect_err("a section is there");
        assert_eq!(error.code(), "rdb-malformed");
    }
}
