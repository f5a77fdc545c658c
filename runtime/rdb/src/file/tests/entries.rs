//! Entries that are made, changed, and turned into payloads and back.

use super::*;

fn entry() -> FileEntry {
    FileEntry::new(2, "key".into(), 0, Bytes::from_static(b"\x05value"))
}

#[test]
fn a_changed_entry_is_written_anew_and_keeps_its_object() {
    let items = read(&sample(12)).expect("the sample is whole");
    let mut changed = entries_of(&items)[1].clone();
    assert_eq!(changed.raw_length(), Some(14));
    changed.set_expires_at(Some(1500));
    changed.set_idle(Some(70_000));
    changed.set_frequency(None);
    changed.set_key("renamed".into());
    assert_eq!(changed.raw_length(), None);
    changed.set_db(9);
    let file = write(header(12), &[Item::Entry(changed.clone())], true);
    let again = read(&file).expect("it is whole");
    let again = entries_of(&again)[0];
    assert_eq!(again.db(), 9);
    assert_eq!(again.key(), "renamed");
    assert_eq!(again.object(), changed.object());
    assert_eq!(again.expires_at(), Some(1500));
    assert_eq!(again.idle(), Some(70_000));
    assert_eq!(again.frequency(), None);
}

#[test]
fn databases_are_selected_where_they_change() {
    let mut other = entry();
    other.set_db(0);
    let items = [entry(), entry(), other, entry()].map(Item::Entry);
    let again = read(&write(header(11), &items, true)).expect("it is whole");
    let databases: Vec<u64> = again
        .iter()
        .filter_map(|item| match item {
            Item::Section(Section {
                kind: SectionKind::SelectDb(db),
                ..
            }) => Some(*db),
            _ => None,
        })
        .collect();
    assert_eq!(databases, [2, 0, 2]);
}

#[test]
fn a_payload_becomes_an_entry_and_back() {
    let payload = Bytes::from(entry().payload(Version(11)).expect("it is portable"));
    assert_eq!(&payload[..9], b"\x00\x05value\x0b\x00");
    let again = FileEntry::from_payload(2, "key".into(), &payload, Version(12))
        .expect("the payload is whole");
    assert_eq!(again, entry());
    assert_eq!(again.object().as_ptr(), payload[1..].as_ptr());
}

#[test]
fn what_modules_keep_with_a_key_goes_with_its_payload() {
    let items = read(&sample(15)).expect("the sample is whole");
    let mut with_metadata = entries_of(&items)
        .into_iter()
        .find(|entry| entry.type_id() == 32)
        .expect("the sample has one")
        .clone();
    with_metadata.set_object(0, Bytes::from_static(b"\x01v"));
    let payload = Bytes::from(with_metadata.payload(Version(15)).expect("it is portable"));
    assert!(payload.starts_with(b"\xf3\x01\x01\x02\x03\x04\x02\x09\x00\x00\x01v"));
    let again = FileEntry::from_payload(4, "th".into(), &payload, Version(15))
        .expect("the payload is whole");
    let mut older = Writer::new(Vec::new(), header(12));
    assert_eq!(
        older.entry(&again).map_err(|error| error.code()),
        Err("rdb-type-not-in-version")
    );
    let file = write(header(15), &[Item::Entry(again.clone())], true);
    let read_again = read(&file).expect("it is whole");
    let payload_again = entries_of(&read_again)[0].payload(Version(15));
    assert_eq!(payload_again.expect("it is portable"), payload);
}

#[test]
fn broken_payloads_are_refused() {
    let whole = entry().payload(Version(11)).expect("it is portable");
    let code = |payload: &[u8], file: u16| {
        FileEntry::from_payload(
            0,
            Bytes::new(),
            &Bytes::copy_from_slice(payload),
            Version(file),
        )
        .map_err(|error| error.code())
        .map(|_| ())
    };
    let sealed = |content: &[u8], version: u16| {
        let mut payload = content.to_vec();
        payload.extend(version.to_le_bytes());
        let sum = crate::checksum::checksum(&payload);
        payload.extend(sum.to_le_bytes());
        payload
    };
    assert_eq!(code(&whole, 11), Ok(()));
    assert_eq!(code(&whole, 80), Ok(()));
    assert_eq!(code(&whole, 10), Err("rdb-version-mismatch"));
    assert_eq!(
        code(&sealed(b"\x00\x01a", 12), 80),
        Err("rdb-version-mismatch")
    );
    assert_eq!(
        code(&sealed(b"\x00\x01a", 80), 11),
        Err("rdb-version-mismatch")
    );
    assert_eq!(code(&whole[..9], 11), Err("rdb-truncated"));
    assert_eq!(code(&sealed(b"", 11), 11), Err("rdb-truncated"));
    assert_eq!(code(&sealed(b"\x00\x02a", 11), 11), Err("rdb-truncated"));
    assert_eq!(code(&sealed(b"\x00\x01ab", 11), 11), Err("rdb-trailing"));
    assert_eq!(code(&sealed(b"\x99\x01a", 11), 11), Err("rdb-unknown-type"));
    let mut damaged = whole.clone();
    damaged[3] ^= 1;
    assert_eq!(code(&damaged, 11), Err("rdb-checksum"));
    let length = damaged.len();
    damaged[length - 8..].fill(0);
    assert_eq!(code(&damaged, 11), Ok(()), "zero means no checksum");
}

#[test]
fn a_type_that_the_version_lacks_is_not_written() {
    let code = |type_id: u8, version: u16| {
        let entry = FileEntry::new(0, "k".into(), type_id, Bytes::from_static(b"\0"));
        let mut writer = Writer::new(Vec::new(), header(version));
        writer.entry(&entry).map_err(|error| error.code())
    };
    let refused = Err("rdb-type-not-in-version");
    for (type_id, first) in [
        (0, 1),
        (13, 4),
        (5, 8),
        (15, 9),
        (18, 10),
        (20, 11),
        (25, 12),
    ] {
        assert_eq!(code(type_id, first), Ok(()), "type {type_id}");
        if first > 1 {
            assert_eq!(code(type_id, first - 1), refused, "type {type_id}");
        }
    }
    assert_eq!(code(22, 80), Ok(()));
    assert_eq!(code(24, 80), refused);
    assert_eq!(code(99, 15), refused);
}
