//! Operations as the commands that make them.

use remold_engine::port::{CommandEdit, Eviction, FieldEdit, Image, Write};
use remold_host_api::Bytes;

use super::super::abilities::{Abilities, Mechanism};
use super::super::request::Sink;

/// Shows commands as lines of words.
#[derive(Default)]
struct Shown(Vec<String>);

impl Sink for Shown {
    fn begin(&mut self, words: usize) {
        self.0.push(format!("{words}:"));
    }
    fn word(&mut self, word: &[u8]) {
        let line = self.0.last_mut().expect("a command was begun");
        line.push(' ');
        line.push_str(&String::from_utf8_lossy(word));
    }
}

fn abilities() -> Abilities {
    Abilities {
        mechanism: Mechanism::Watch,
        guard: remold_engine::port::Guard::Watch,
        expire_time: true,
        evicted_by: None,
        unlink: true,
        memory_usage: true,
        read_only: false,
        dump: true,
        in_parts_above: None,
        field_expiry: true,
        written_as: remold_engine::port::WrittenAs::Payloads,
        stream_counters: true,
    }
}

fn check(write: &Write, expected: &[&str]) {
    let mut shown = Shown::default();
    super::write(&mut shown, write, &abilities());
    assert_eq!(shown.0, expected);
    for line in &shown.0 {
        let (words, rest) = line.split_once(": ").expect("a count");
        assert_eq!(words.parse(), Ok(rest.split(' ').count()), "{line}");
    }
}

fn key() -> Bytes {
    Bytes::from("k")
}

fn put(expires_at: Option<u64>, eviction: Option<Eviction>) -> Write {
    Write::Put {
        key: key(),
        image: Image {
            payload: Bytes::from("p"),
            expires_at,
            eviction,
        },
    }
}

#[test]
fn values_are_restored_with_expiry_and_eviction_state() {
    check(&put(None, None), &["6: RESTORE k 0 p REPLACE ABSTTL"]);
    check(
        &put(Some(7), Some(Eviction::Idle(5))),
        &["8: RESTORE k 7 p REPLACE ABSTTL IDLETIME 5"],
    );
    check(
        &put(None, Some(Eviction::Frequency(255))),
        &["8: RESTORE k 0 p REPLACE ABSTTL FREQ 255"],
    );
}

#[test]
fn an_expiry_of_zero_deletes_and_does_not_mean_for_ever() {
    check(&put(Some(0), None), &["2: UNLINK k"]);
}

#[test]
fn fields_get_their_expiry_after_their_value_and_go_last() {
    let set = |name: &'static str, expires_at| FieldEdit::Set {
        name: Bytes::from(name),
        value: Bytes::from("v"),
        expires_at,
    };
    let fields = vec![
        FieldEdit::Remove {
            name: Bytes::from("r"),
        },
        set("a", None),
        set("b", Some(9)),
    ];
    check(
        &Write::Edit {
            key: key(),
            edit: CommandEdit::Hash(fields),
        },
        &[
            "6: HSET k a v b v",
            "6: HPEXPIREAT k 9 FIELDS 1 b",
            "3: HDEL k r",
        ],
    );
}

#[test]
fn members_are_added_before_others_are_removed() {
    let edit = CommandEdit::Set {
        add: vec![Bytes::from("a")],
        remove: vec![Bytes::from("r")],
    };
    check(
        &Write::Edit { key: key(), edit },
        &["3: SADD k a", "3: SREM k r"],
    );
    let add = [0.1, 1e300, f64::NEG_INFINITY]
        .map(|score| (Bytes::from("m"), score))
        .to_vec();
    let edit = CommandEdit::SortedSet {
        add,
        remove: vec![],
    };
    check(
        &Write::Edit { key: key(), edit },
        &["8: ZADD k 0.1 m 1e300 m -inf m"],
    );
}

#[test]
fn large_edits_are_cut_into_commands_that_a_script_can_make() {
    let add: Vec<Bytes> = (0..1000)
        .map(|number| Bytes::from(format!("m{number}")))
        .collect();
    let mut shown = Shown::default();
    let edit = CommandEdit::Set {
        add,
        remove: vec![],
    };
    super::write(&mut shown, &Write::Edit { key: key(), edit }, &abilities());
    let words: Vec<&str> = shown
        .0
        .iter()
        .filter_map(|line| line.split(':').next())
        .collect();
    assert_eq!(words, ["514", "490"]);
}

#[test]
fn the_rest_is_one_command_each() {
    check(
        &Write::Expire {
            key: key(),
            at: Some(5),
        },
        &["3: PEXPIREAT k 5"],
    );
    check(
        &Write::Expire {
            key: key(),
            at: None,
        },
        &["2: PERSIST k"],
    );
    check(
        &Write::Rename {
            from: key(),
            to: Bytes::from("n"),
        },
        &["3: RENAME k n"],
    );
    check(&Write::Delete { key: key() }, &["2: UNLINK k"]);
}

#[test]
fn what_the_server_would_refuse_too_late_is_refused_before() {
    let refused =
        |write: &Write| super::check(write, &abilities()).expect_err("it cannot be written");
    refused(&put(Some(u64::MAX), None));
    refused(&Write::Expire {
        key: key(),
        at: Some(1 << 63),
    });
    let fields = vec![FieldEdit::Set {
        name: key(),
        value: key(),
        expires_at: Some(1 << 46),
    }];
    refused(&Write::Edit {
        key: key(),
        edit: CommandEdit::Hash(fields),
    });
    let edit = CommandEdit::SortedSet {
        add: vec![(key(), f64::NAN)],
        remove: vec![],
    };
    refused(&Write::Edit { key: key(), edit });
    assert_eq!(
        super::check(&put(Some(1 << 62), None), &abilities()),
        Ok(())
    );
}

#[test]
fn a_value_that_no_server_takes_in_one_piece_is_refused_before_it_is_sent() {
    // Zeros that nobody touches take no memory.
    let whole = |bytes: usize| Write::Put {
        key: Bytes::from_static(b"k"),
        image: Image {
            payload: Bytes::from(vec![0; bytes]),
            expires_at: None,
            eviction: None,
        },
    };
    assert_eq!(super::check(&whole(512 << 20), &abilities()), Ok(()));
    let refused = super::check(&whole((512 << 20) + 1), &abilities()).expect_err("it is too long");
    assert!(refused.contains("536870913 bytes"), "{refused}");
}
