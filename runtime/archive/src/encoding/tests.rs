//! Records as bytes: every record there and back, and bytes that are no record.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use remold_engine::record::{Header, Mark, Rejected, SourceFile};

use super::*;

fn bytes() -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..300).prop_map(Bytes::from)
}

fn key_image() -> impl Strategy<Value = KeyImage> {
    let eviction = prop_oneof![
        any::<u64>().prop_map(Eviction::Idle),
        any::<u8>().prop_map(Eviction::Frequency),
    ];
    let before = (bytes(), option::of(any::<u64>()), option::of(eviction));
    let before = before.prop_map(|(payload, expires_at, eviction)| Image {
        payload,
        expires_at,
        eviction,
    });
    let after = (any::<[u8; 16]>(), option::of(any::<u64>()));
    let after = after.prop_map(|(digest, expires_at)| AfterImage {
        digest: ValueDigest(digest),
        expires_at,
    });
    (bytes(), option::of(before), option::of(after)).prop_map(|(key, before, after)| KeyImage {
        key,
        before,
        after,
    })
}

fn header() -> impl Strategy<Value = Header> {
    let json = prop_oneof![
        any::<i64>().prop_map(|number| serde_json::json!({ "a": [number, null], "0": true })),
        any::<f64>().prop_map(|number| serde_json::json!([number, { "z": {}, "b": "é\n" }])),
    ];
    let texts = (any::<String>(), vec((any::<String>(), source()), 0..3));
    (
        texts,
        json,
        option::of(any::<String>()),
        any::<(u64, u64)>(),
    )
        .prop_map(
            |((text, sources), manifest, undoes, (now_ms, seed))| Header {
                run: text.clone(),
                migration: format!("{text}1"),
                digest: format!("{text}2"),
                manifest,
                sources,
                grants: ["none", "backup", "scan:é:*"]
                    .iter()
                    .take(usize::try_from(seed % 4).expect("it is small"))
                    .map(|text| text.parse().expect("it is a grant"))
                    .collect(),
                undoes,
                share: None,
                target: format!("{text}3"),
                now_ms,
                seed,
                remold: text,
            },
        )
}

fn source() -> impl Strategy<Value = SourceFile> {
    let content = vec(any::<u8>(), 0..20);
    content.prop_map(|content| SourceFile::new(&content))
}

fn record() -> impl Strategy<Value = JournalRecord> {
    let rejected = (
        bytes(),
        any::<(String, String)>(),
        option::of(any::<String>()),
    );
    let rejected = rejected.prop_map(|(key, (code, message), location)| Rejected {
        key,
        code,
        message,
        location,
        step: None,
        breaches: Vec::new(),
    });
    let mark = prop_oneof![
        any::<u32>().prop_map(Mark::Stage),
        bytes().prop_map(Mark::Checkpoint),
        Just(Mark::Completed),
        Just(Mark::Aborted),
        any::<String>().prop_map(Mark::RolledBack),
    ];
    prop_oneof![
        header().prop_map(|header| JournalRecord::Header(Box::new(header))),
        any::<u64>().prop_map(JournalRecord::Epoch),
        (any::<u64>(), vec(vec(key_image(), 0..4), 0..5))
            .prop_map(|(id, groups)| JournalRecord::Batch { id, groups }),
        any::<u64>().prop_map(JournalRecord::Void),
        any::<u64>().prop_map(JournalRecord::Alive),
        rejected.prop_map(JournalRecord::Rejected),
        mark.prop_map(JournalRecord::Mark),
    ]
}

fn encoded(records: &[JournalRecord]) -> Bytes {
    let mut buffer = Vec::new();
    for record in records {
        encode(record, &mut buffer);
    }
    buffer.into()
}

proptest! {
    #[test]
    fn records_survive_the_way_there_and_back(records in vec(record(), 1..5)) {
        let mut bytes = encoded(&records);
        for record in records {
            prop_assert_eq!(decode(&mut bytes), Ok(record));
        }
        prop_assert!(bytes.is_empty());
    }

    #[test]
    fn a_record_that_is_cut_short_is_no_record(record in record(), at in any::<prop::sample::Index>()) {
        let whole = encoded(&[record]);
        let mut cut = whole.slice(..at.index(whole.len()));
        prop_assert!(decode(&mut cut).is_err());
    }

    #[test]
    fn any_bytes_are_a_record_or_an_error(bytes in vec(any::<u8>(), 1..200)) {
        let mut bytes = Bytes::from(bytes);
        let before = bytes.len();
        let _ = decode(&mut bytes);
        prop_assert!(bytes.len() < before);
    }
}

#[test]
fn payloads_are_slices_of_what_was_read() {
    let image = KeyImage {
        key: Bytes::from_static(b"key"),
        before: Some(Image {
            payload: vec![7; 1000].into(),
            expires_at: None,
            eviction: None,
        }),
        after: None,
    };
    let groups = vec![vec![image]];
    let bytes = encoded(&[JournalRecord::Batch { id: 1, groups }]);
    let JournalRecord::Batch { groups, .. } = decode(&mut bytes.clone()).unwrap() else {
        panic!("a batch was written");
    };
    let payload = &groups[0][0].before.as_ref().unwrap().payload;
    assert!(bytes.as_ptr_range().contains(&payload.as_ptr()));
}

#[test]
fn what_makes_no_sense_is_named() {
    let check = |bytes: &'static [u8], expected: &str| {
        let error = decode(&mut Bytes::from_static(bytes)).unwrap_err();
        assert_eq!(error.expected, expected);
    };
    check(&[99], "a known tag");
    check(&[EPOCH], "a number of at most 64 bits");
    check(
        &[EPOCH, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2],
        "a number of at most 64 bits",
    );
    check(&[BATCH, 1, 200, 1], "as many items as were announced");
    check(&[BATCH, 1, 1, 1, 0x40, 0], "known flags");
    check(&[BATCH, 1, 1, 1, BEFORE, 0, 9, 1], "a payload");
    check(&[MARK, 2, b'{', b'}'], "a mark");
}
