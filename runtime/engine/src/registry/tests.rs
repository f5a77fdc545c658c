//! Envelopes there and back, and each answer to a registration.

use super::*;

fn registration(name: &str, content: &[u8]) -> Registration {
    Registration {
        name: name.to_owned(),
        content: Bytes::copy_from_slice(content),
        subject: "user".to_owned(),
        version: "1.0.0".to_owned(),
        from: None,
    }
}

fn request<'a>(entries: &'a [Registration], expected: Option<&'a Revision>) -> RegisterRequest<'a> {
    RegisterRequest {
        entries,
        expected,
        by: "ada",
    }
}

#[test]
fn what_was_sealed_is_opened() {
    for content in [&b"kind: RedisSchema\n"[..], b"", b"\xff\x00\xfe"] {
        let sealed = entry(&registration("schema/user/1.0.0", content), "ada", 7);
        let envelope = seal(&sealed);
        assert_eq!(open("there", envelope.as_bytes()), Ok(sealed), "{envelope}");
    }
    let known = digest(b"abc");
    // FIPS 180-4.
    assert_eq!(
        known,
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[test]
fn an_envelope_that_cannot_be_believed_is_refused_at_its_place() {
    let good = seal(&entry(&registration("schema/user/1.0.0", b"a"), "ada", 7));
    let cases = [
        ("nonsense".to_owned(), "no JSON"),
        (good.replace("\"format\":1", "\"format\":0"), "which format"),
        (good.replace("\"format\":1,", ""), "which format"),
        (good.replace("\"a\"", "\"b\""), "digest"),
        (good.replace("\"content\":\"a\",", ""), "no content"),
        (
            good.replace("\"content\":\"a\"", "\"base64\":\"*\""),
            "base64",
        ),
        (good.replace("\"at\":7,", ""), "at"),
        ("[]".to_owned(), "which format"),
    ];
    for (envelope, expected) in cases {
        let error = open("registry, schema/user/1.0.0", envelope.as_bytes()).expect_err(expected);
        assert_eq!(error.code(), "corrupt-data");
        let text = error.to_string();
        assert!(text.contains(expected), "{envelope}: {text}");
        assert!(
            text.starts_with("registry, schema/user/1.0.0: ") && text.contains("HDEL"),
            "{text}"
        );
    }
    let newer = good.replace("\"format\":1", "\"format\":2,\"more\":{}");
    let error = open("there", newer.as_bytes()).expect_err("it is newer");
    let expected = StoreError::NewerFormat {
        place: "there".to_owned(),
        found: 2,
        known: 1,
    };
    assert_eq!(error, expected);
    let more = good.replace("\"format\":1", "\"more\":{},\"format\":1");
    assert!(open("there", more.as_bytes()).is_ok(), "{more}");
}

#[test]
fn the_same_is_no_change_another_is_told_and_a_moved_revision_is_noticed() {
    let entries = [
        registration("schema/a/1", b"x"),
        registration("schema/a/2", b"y"),
    ];
    let stored = |place: usize| Some(entry(&entries[place], "bob", 3));
    let other = Some(entry(&registration("schema/a/1", b"z"), "bob", 3));
    let (old, now) = (Revision::default(), Revision::new("4-17"));
    let judged = |found: &[Option<RegistryEntry>], expected| {
        judge(&request(&entries, expected), &now, found, 99)
    };
    let Judgement::Write {
        fresh,
        revision,
        answer,
    } = judged(&[stored(0), None], Some(&now))
    else {
        panic!("one of them is new");
    };
    assert_eq!((fresh, revision.as_str()), (vec![1], "5-99"));
    let expected = RegisterAnswer::Registered {
        revision,
        entries: vec![Registered::Same, Registered::New],
    };
    assert_eq!(answer, expected);
    let moved = RegisterAnswer::Moved {
        revision: now.clone(),
    };
    assert_eq!(
        judged(&[stored(0), None], Some(&old)),
        Judgement::Answer(moved)
    );
    // Nothing is to be written, so it does not matter what was checked against.
    let same = RegisterAnswer::Registered {
        revision: now.clone(),
        entries: vec![Registered::Same; 2],
    };
    assert_eq!(
        judged(&[stored(0), stored(1)], Some(&old)),
        Judgement::Answer(same)
    );
    let Judgement::Answer(RegisterAnswer::Taken(taken)) = judged(&[other, None], Some(&old)) else {
        panic!("the first is taken");
    };
    let expected = Taken {
        name: "schema/a/1".to_owned(),
        digest: digest(b"z"),
        at: 3,
        by: "bob".to_owned(),
    };
    assert_eq!(taken, [expected]);
    assert!(matches!(
        judged(&[None, None], None),
        Judgement::Write { .. }
    ));
}

#[test]
fn what_no_registry_takes_is_refused() {
    let long = format!("schema/{}", "x".repeat(LONGEST_NAME));
    for name in ["", "revision", "/a", "schema/", "schema/\n", long.as_str()] {
        let entries = [registration(name, b"")];
        let error = check(&request(&entries, None)).expect_err(name);
        assert_eq!(error.code(), "invalid-registration", "{name}");
    }
    let large = [registration("schema/a", &vec![0; LARGEST_CONTENT + 1])];
    assert!(check(&request(&large, None)).is_err());
    let twice = [registration("schema/a", b""), registration("schema/a", b"")];
    assert!(check(&request(&twice, None)).is_err());
    let many = vec![registration("schema/a", b""); MOST_ENTRIES + 1];
    assert!(check(&request(&many, None)).is_err());
    let good = [registration("schema/ü/1.0.0", &vec![0; LARGEST_CONTENT])];
    assert_eq!(check(&request(&good, None)), Ok(()));
    let name = "ü".repeat(200);
    assert_eq!(entry(&good[0], &name, 0).by.len(), 256);
}

#[test]
fn a_revision_is_read_from_its_field() {
    assert_eq!(revision("there", None), Ok(Revision::default()));
    assert_eq!(revision("there", Some(b"3-9")), Ok(Revision::new("3-9")));
    for bad in [&b""[..], b"x", b"1-", b"1-x", b"\xff"] {
        let error = revision("there", Some(bad)).expect_err("it is none");
        assert!(
            error.to_string().starts_with("there, revision: "),
            "{error}"
        );
    }
}
