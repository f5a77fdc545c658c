//! Data that is not what it claims to be: RDB files and serialised values. The offset is told, and no more is read
//! than there is.

use std::path::{Path, PathBuf};

use redis::{Connection, Value, cmd};
use remold_rdb::checksum::checksum;
use remold_tests::{Options, ServerVersion};

use super::{Answer, FAILED, Place, REJECTS, add_hashes, remold};
use crate::stage::Stage;

const MANIFEST: &str = "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: { name: mark }\nspec:\n  \
                        transform: { rhai: { source: \"fn migrate(rec) { rec.expires_at = 32503680000000; }\" } }\n";

/// A file that is whole.
fn whole() -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/01-split-name/data.rdb");
    std::fs::read(file).expect("the examples have data")
}

/// Runs a migration on a file of these bytes; says whether nothing was made of it.
#[track_caller]
fn refused(bytes: &[u8], words: &[&str]) -> Answer {
    let place = Place::new(MANIFEST, "");
    let (file, output) = (place.path("bad.rdb"), place.path("out.rdb"));
    std::fs::write(&file, bytes).expect("it is written");
    let answer = place.run_with(&file, &["--to", &output]);
    answer.says(FAILED, &[&["bad.rdb"], words].concat());
    assert!(!PathBuf::from(output).exists(), "no file was made");
    let manifest = place.path("migration.yaml");
    remold(&["dry-run", &manifest, "--target", &file]).says(FAILED, words);
    answer
}

#[test]
fn a_whole_file_is_migrated() {
    let place = Place::new(MANIFEST, "");
    let (file, output) = (place.path("good.rdb"), place.path("out.rdb"));
    std::fs::write(&file, whole()).expect("it is written");
    place
        .run_with(&file, &["--to", &output])
        .says(super::SUCCESS, &["Completed"]);
}

#[test]
fn a_file_that_was_cut_off() {
    let whole = whole();
    let length = whole.len();
    for end in [
        0,
        8,
        9,
        10,
        60,
        100,
        length / 3,
        length / 2,
        length - 9,
        length - 8,
        length - 1,
    ] {
        let words = if (1..9).contains(&end) {
            "no RDB file"
        } else {
            "offset"
        };
        refused(&whole[..end], &[words]);
    }
    refused(&whole[..100], &["the bytes end", "at offset 100"]);
}

#[test]
fn a_file_with_other_bytes_in_it() {
    let whole = whole();
    for place in (9..whole.len()).step_by(whole.len() / 12) {
        for mask in [0xff, 0x01] {
            let mut damaged = whole.clone();
            damaged[place] ^= mask;
            refused(&damaged, &[]);
        }
    }
    let mut damaged = whole.clone();
    let last = damaged.len() - 2;
    damaged[last] ^= 0xff;
    refused(&damaged, &["the checksum is", "is stored"]);
}

#[test]
fn a_file_of_another_kind() {
    refused(b"name,age\nada,36\n", &["this is no RDB file", "name,age"]);
    refused(b"REDIS0099\xff", &["version 99 of the format is unknown"]);
    refused(
        b"REDIS0011\xfe\x00\x63\x01aabc",
        &["99 at offset 11 is unknown"],
    );
}

#[test]
fn a_file_that_claims_what_there_is_not() {
    let length = b"\x81\xff\xff\xff\xff\xff\xff\xff\xff";
    let head = b"REDIS0011\xfe\x00";
    // The name of a key, its value, the members of a set, an element of a list, a compressed text.
    refused(&[head, &b"\x00"[..], length, b"abc"].concat(), &["offset"]);
    refused(
        &[head, &b"\x00\x01a"[..], length, b"abc"].concat(),
        &["offset"],
    );
    refused(
        &[head, &b"\x02\x01a"[..], length, b"\x01abc"].concat(),
        &["offset"],
    );
    refused(
        &[head, &b"\x12\x01a\x01\x02"[..], length, b"abc"].concat(),
        &["offset"],
    );
    refused(
        &[head, &b"\x00\x01a\xc3\x04"[..], length, b"abcd\xff"].concat(),
        &["offset"],
    );
}

/// Damages the serialised value of a small hash inside, and makes its checksum right again.
fn damaged(connection: &mut Connection, key: &str) -> Vec<u8> {
    let mut payload: Vec<u8> = cmd("DUMP").arg(key).query(connection).expect("it is there");
    let field = payload
        .windows(4)
        .position(|bytes| bytes == b"name")
        .expect("the field's name");
    // The byte before the name says what is stored; this one means nothing in a listpack.
    payload[field - 1] = 0xf6;
    let body = payload.len() - 8;
    let sum = checksum(&payload[..body]).to_le_bytes();
    payload[body..].copy_from_slice(&sum);
    payload
}

#[test]
fn a_value_that_is_damaged_on_the_server() {
    let options = Options::new().config("sanitize-dump-payload no");
    let stage = Stage::alone_with(ServerVersion::Redis7_0, options, 0);
    add_hashes(&stage, 20);
    let mut connection = stage.connection();
    let () = cmd("HSET")
        .arg("model")
        .arg(&["name", "Ada", "id", "3"])
        .query(&mut connection)
        .expect("written");
    let payload = damaged(&mut connection, "model");
    let () = cmd("DEL")
        .arg(&["model", "user:3"])
        .query(&mut connection)
        .expect("deleted");
    let () = cmd("RESTORE")
        .arg("user:3")
        .arg(0)
        .arg(&payload)
        .query(&mut connection)
        .expect("the server does not look inside");

    let script = "fn migrate(rec) { rec.hash.set(\"runs\", rec.hash.get_or(\"runs\", \"0\").parse_int() + 1); }";
    let place = Place::new(&stage.manifest("  policy: { maxRejected: 1 }\n"), script);
    let answer = place.run_at(&stage.url());
    answer.says(
        REJECTS,
        &["undecodable: 1", "user:3  undecodable", "offset"],
    );
    let now: Vec<u8> = cmd("DUMP")
        .arg("user:3")
        .query(&mut connection)
        .expect("it is there");
    assert_eq!(now, payload, "it is as it was");
    for id in (0..20).filter(|id| *id != 3) {
        let runs: Value = cmd("HGET")
            .arg(format!("user:{id}"))
            .arg("runs")
            .query(&mut connection)
            .expect("a hash");
        assert_eq!(runs, Value::BulkString(b"1".to_vec()), "user:{id}");
    }
}
