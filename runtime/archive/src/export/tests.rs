//! RDB files of journals, read back with the codec.

use remold_engine::port::{Durability, Journal};
use remold_engine::record::KeyImage;
use remold_rdb::{Item, Reader, checksum::checksum};
use tempfile::TempDir;

use super::*;
use crate::directory::JournalDirectory;
use crate::journal::tests::header_of;

/// A payload of a short string, as a server of this version makes it.
fn payload(text: &str, version: u16) -> Bytes {
    let mut bytes = vec![0, u8::try_from(text.len()).unwrap()];
    bytes.extend(text.bytes());
    bytes.extend(version.to_le_bytes());
    let sum = checksum(&bytes);
    bytes.extend(sum.to_le_bytes());
    bytes.into()
}

fn image(key: &str, payload: Option<Bytes>) -> KeyImage {
    KeyImage {
        key: Bytes::copy_from_slice(key.as_bytes()),
        before: payload.map(|payload| Image {
            payload,
            expires_at: None,
            eviction: None,
        }),
        after: None,
    }
}

fn batch(id: u64, images: Vec<KeyImage>) -> JournalRecord {
    JournalRecord::Batch {
        id,
        groups: images.into_iter().map(|image| vec![image]).collect(),
    }
}

/// Exports a journal of these records, and reads the file.
fn exported(records: &[JournalRecord]) -> (ExportSummary, Reader<std::io::Cursor<Vec<u8>>>) {
    let root = TempDir::new().unwrap();
    let directory = JournalDirectory::new(root.path());
    let journal = directory.create("run", &header_of("run")).unwrap();
    journal.append(0, records, Durability::Durable).unwrap();
    let mut file = Vec::new();
    let summary = directory.export_rdb("run", &mut file).unwrap();
    (summary, Reader::new(std::io::Cursor::new(file)).unwrap())
}

fn entries(mut reader: Reader<std::io::Cursor<Vec<u8>>>) -> Vec<FileEntry> {
    let mut entries = Vec::new();
    loop {
        match reader.next_item().unwrap().expect("the file has an end") {
            Item::Entry(entry) => entries.push(entry),
            Item::Section(_) => {}
            Item::End { checksum } => {
                assert!(checksum.is_some_and(|sum| sum != 0));
                return entries;
            }
        }
    }
}

#[test]
fn the_oldest_image_of_an_applied_batch_wins() {
    let (summary, reader) = exported(&[
        batch(1, vec![image("voided", Some(payload("void", 11)))]),
        batch(
            2,
            vec![
                image("alive", Some(payload("first", 11))),
                image("made", None),
            ],
        ),
        JournalRecord::Void(1),
        JournalRecord::Void(2),
        batch(3, vec![image("voided", Some(payload("later", 11)))]),
        batch(4, vec![image("alive", Some(payload("second", 11)))]),
        batch(5, vec![image("made", Some(payload("by the run", 11)))]),
        JournalRecord::Alive(2),
    ]);
    assert_eq!((summary.keys, summary.absent, summary.left_out), (2, 1, 0));
    let entries = entries(reader);
    let found: Vec<_> = entries
        .iter()
        .map(|entry| (&entry.key()[..], &entry.object()[..]))
        .collect();
    assert_eq!(
        found,
        [
            (&b"alive"[..], &b"\x05first"[..]),
            (b"voided", b"\x05later")
        ]
    );
}

#[test]
fn expiry_and_eviction_state_are_kept() {
    let with = |key, expires_at, eviction| {
        let mut image = image(key, Some(payload("x", 11)));
        let before = image.before.as_mut().unwrap();
        (before.expires_at, before.eviction) = (expires_at, eviction);
        image
    };
    let (_, reader) = exported(&[batch(
        1,
        vec![
            with("a", Some(77), Some(Eviction::Idle(5))),
            with("b", None, Some(Eviction::Frequency(200))),
        ],
    )]);
    let entries = entries(reader);
    let state = |entry: &FileEntry| (entry.expires_at(), entry.idle(), entry.frequency());
    assert_eq!(state(&entries[0]), (Some(77), Some(5), None));
    assert_eq!(state(&entries[1]), (None, None, Some(200)));
}

#[test]
fn the_file_has_the_version_of_the_newest_image_and_says_what_it_cannot_hold() {
    let mut broken = payload("y", 11).to_vec();
    broken[2] ^= 1;
    let (summary, reader) = exported(&[batch(
        1,
        vec![
            image("old", Some(payload("x", 9))),
            image("broken", Some(broken.into())),
            image("new", Some(payload("z", 12))),
        ],
    )]);
    assert_eq!(
        (summary.version, summary.keys, summary.left_out),
        (12, 2, 1)
    );
    assert_eq!(
        (&summary.named[0].key[..], summary.named[0].code),
        (&b"broken"[..], "rdb-checksum")
    );
    assert_eq!(entries(reader).len(), 2);
}

#[test]
fn a_journal_without_batches_makes_an_empty_file() {
    let (summary, reader) = exported(&[]);
    assert_eq!(summary.version, 9);
    assert!(entries(reader).is_empty());
}

#[test]
fn a_failing_writer_is_an_error() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let root = TempDir::new().unwrap();
    let directory = JournalDirectory::new(root.path());
    drop(directory.create("run", &header_of("run")).unwrap());
    assert_eq!(
        directory.export_rdb("run", Full).unwrap_err().code(),
        "rdb-write"
    );
    assert_eq!(
        directory.export_rdb("other", Full).unwrap_err().code(),
        "journal-not-found"
    );
}
