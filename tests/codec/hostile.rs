//! Damaged payloads, before a server that looks inside them: what it refuses we refuse too, or take for a value that it
//! takes back as that; what it takes we read as it does.

#[allow(dead_code, reason = "what the codec says of them is asked beside it")]
#[path = "../../runtime/rdb/tests/hostile_named/cases.rs"]
mod named;

use bytes::Bytes;
use named::{Case, Verdict};
use redis::{Connection, cmd};
use remold_rdb::checksum::checksum;
use remold_rdb::kinds::MODULE_2;
use remold_rdb::{Target, decode, encode};
use remold_tests::{Options, Server, ServerVersion, Shape, populate};

/// What bytes of structure turn on.
const TURNING: [u8; 10] = [0, 1, 2, 0x40, 0x7f, 0x80, 0x81, 0xc3, 0xf0, 0xff];

/// Makes the checksum right again.
fn sealed(mut payload: Vec<u8>) -> Vec<u8> {
    let body = payload.len() - 8;
    let sum = checksum(&payload[..body]).to_le_bytes();
    payload[body..].copy_from_slice(&sum);
    payload
}

/// Lets the server take a payload; `None` if it refuses, else what it then dumps.
fn restored(connection: &mut Connection, payload: &[u8]) -> Option<Vec<u8>> {
    let restore = cmd("RESTORE")
        .arg(&["k", "0"])
        .arg(payload)
        .arg("REPLACE")
        .to_owned();
    if let Err(error) = restore.exec(connection) {
        assert!(
            error.code().is_some(),
            "the server is gone: {error}: {}",
            payload.escape_ascii()
        );
        return None;
    }
    cmd("DUMP").arg("k").query(connection).expect("it is there")
}

#[derive(Debug, Default)]
struct Counts {
    refused_by_both: u32,
    taken_by_both: u32,
    /// Refused by the server alone, and what we make of it is a value that the server takes.
    read_more: u32,
    /// Refused by us alone: the key goes to the quarantine.
    read_less: u32,
}

fn damage(
    connection: &mut Connection,
    version: ServerVersion,
    payload: &[u8],
    counts: &mut Counts,
) {
    let end = payload.len() - 10;
    let step = end / 24 + 1;
    for at in (1..end).filter(|at| *at < 24 || at % step == 0) {
        for byte in TURNING {
            if payload[at] == byte {
                continue;
            }
            let mut wrong = payload.to_vec();
            wrong[at] = byte;
            let wrong = sealed(wrong);
            let ours = decode(&Bytes::from(wrong.clone()));
            let theirs = restored(connection, &wrong);
            let name = || format!("{version}: {byte:#04x} at {at}: {}", wrong.escape_ascii());
            match (ours, theirs) {
                (Err(_), None) => counts.refused_by_both += 1,
                (Err(_), Some(_)) => counts.read_less += 1,
                (Ok(ours), Some(theirs)) => {
                    counts.taken_by_both += 1;
                    let theirs = decode(&Bytes::from(theirs)).expect("the server's own");
                    assert!(
                        ours.value.same(&theirs.value),
                        "{:?} is not {:?}: {}",
                        ours.value,
                        theirs.value,
                        name()
                    );
                }
                (Ok(ours), None) => {
                    counts.read_more += 1;
                    // Nothing that the server would not take is ever written back.
                    if let Ok(again) = encode(&ours.value, &Target::new(ours.version)) {
                        let back = restored(connection, &again);
                        let back = back
                            .unwrap_or_else(|| panic!("{:?} is refused: {}", ours.value, name()));
                        let back = decode(&Bytes::from(back)).expect("the server's own");
                        assert!(back.value.same(&ours.value), "{}", name());
                    }
                }
            }
        }
    }
}

#[test]
fn what_a_careful_server_says_of_damaged_payloads_holds_here_too() {
    for version in [ServerVersion::Redis8_2, ServerVersion::Redis7_0] {
        let options = Options::new().config("sanitize-dump-payload yes");
        let server = Server::start(version, options);
        let mut connection = server.connection();
        let shapes = Shape::small(version);
        let keys = populate(&mut connection, &shapes, "user:", shapes.len() as u64);
        let mut counts = Counts::default();
        for key in keys {
            let payload: Vec<u8> = cmd("DUMP")
                .arg(&key)
                .query(&mut connection)
                .expect("it is there");
            // What a module wrote is its own: it is not looked into, and given back as it was.
            if payload.len() < 1500 && payload[0] != MODULE_2 {
                damage(&mut connection, version, &payload, &mut counts);
            }
        }
        assert!(
            counts.refused_by_both > 500 && counts.taken_by_both > 100,
            "{version}: {counts:?}"
        );
        assert!(
            counts.read_less < counts.taken_by_both / 4,
            "{version}: {counts:?}"
        );
    }
}

/// What this server does not refuse but dies of: it is not sent, and nothing that is read as such is ever written.
const FATAL: [&str; 3] = [
    "a pending entry of two consumers",
    "two consumers of the same name",
    "two groups of the same name",
];

#[test]
fn what_a_careful_server_says_of_each_kind_of_damage_is_what_is_written_there() {
    let options = Options::new().config("sanitize-dump-payload yes");
    let server = Server::start(ServerVersion::Redis8_2, options);
    let mut connection = server.connection();
    for (name, payload) in named::whole() {
        assert!(restored(&mut connection, &payload).is_some(), "{name}");
    }
    let mut wrong = Vec::new();
    let (fatal, others): (Vec<Case>, Vec<Case>) = named::all()
        .into_iter()
        .partition(|case| FATAL.contains(&case.name));
    assert_eq!(fatal.len(), FATAL.len());
    for case in &fatal {
        assert!(
            matches!(case.verdict, Verdict::NeverWritten(_)),
            "{}",
            case.name
        );
    }
    for case in others {
        let theirs = restored(&mut connection, &case.payload);
        let is_taken = matches!(case.verdict, Verdict::Taken(_));
        if (theirs.is_some() == is_taken) != case.otherwise.is_none() {
            wrong.push(format!(
                "{}: taken by the server: {}",
                case.name,
                theirs.is_some()
            ));
        }
        if let (true, Some(theirs)) = (is_taken, theirs) {
            let ours = decode(&Bytes::from(case.payload)).expect("it is taken");
            let theirs = decode(&Bytes::from(theirs)).expect("the server's own");
            if !ours.value.same(&theirs.value) {
                wrong.push(format!(
                    "{}: {:?} is not {:?}",
                    case.name, ours.value, theirs.value
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
