//! RDB files: what a server saved is read key by key, and what is written a server loads.

use std::fs::File;
use std::io::{BufReader, BufWriter};

use bytes::Bytes;
use redis::cmd;
use remold_host_api::Kind;
use remold_rdb::{FileEntry, Item, Reader, Version, Writer};
use remold_tests::{KeyState, Options, Server, ServerVersion, Shape, Snapshot};

use super::Sample;

/// Saves the sample and returns where the file lies.
fn save(sample: &Sample) -> std::path::PathBuf {
    cmd("SAVE")
        .exec(&mut sample.server.connection())
        .expect("SAVE");
    sample.server.folder().join("dump.rdb")
}

#[test]
fn a_saved_file_has_every_key_with_its_value_and_expiry() {
    for version in ServerVersion::ALL {
        for sample in Sample::all(version) {
            let file = BufReader::new(File::open(save(&sample)).expect("the server wrote it"));
            let mut reader = Reader::new(file).expect("a file has a header");
            let mut left = sample.before.keys.clone();
            let mut has_checksum = false;
            while let Some(item) = reader.next_item().expect("the server wrote it") {
                match item {
                    Item::Section(_) => {}
                    Item::End { checksum } => has_checksum = checksum.is_some(),
                    Item::Entry(entry) => {
                        let known = left.remove(&entry.key()[..]);
                        check(
                            &entry,
                            reader.header().version,
                            known.as_ref(),
                            sample.before.tolerance,
                        );
                    }
                }
            }
            assert!(has_checksum, "{version}: the file has an end");
            assert!(
                left.is_empty(),
                "{version}: not in the file: {:?}",
                left.keys()
            );
        }
    }
}

fn check(entry: &FileEntry, version: Version, known: Option<&KeyState>, tolerance: u64) {
    let key = entry.key().escape_ascii();
    let saved = remold_rdb::decode_object(entry.type_id(), entry.object(), version);
    let saved = saved.expect("an object of the file");
    let Some(known) = known else {
        // A module may save keys that are not there while the server runs.
        assert_eq!(saved.kind(), Kind::Opaque, "{key} is not of the sample");
        return;
    };
    let payload = Bytes::from(known.payload.clone());
    let dumped = remold_rdb::decode(&payload).expect("a payload of the server");
    assert!(
        saved.same(&dumped.value) || saved.kind() == Kind::Opaque,
        "{key}"
    );
    let expiries = entry.expires_at().zip(known.expires_at);
    let same = expiries.map_or(entry.expires_at() == known.expires_at, |(one, other)| {
        one.abs_diff(other) <= tolerance
    });
    assert!(
        same,
        "{key}: {:?} is not {:?}",
        entry.expires_at(),
        known.expires_at
    );
}

#[test]
fn a_written_file_is_loaded_by_the_server() {
    for version in ServerVersion::ALL {
        let sample = Sample::of(Server::start(version, Options::new()), &Shape::all(version));
        let source = BufReader::new(File::open(save(&sample)).expect("the server wrote it"));
        let mut reader = Reader::new(source).expect("a file has a header");
        let other = Server::start(version, Options::new().snapshots());
        other.kill();
        let path = other.folder().join("dump.rdb");
        let out = BufWriter::new(File::create(&path).expect("the folder is the server's"));
        let mut writer = Writer::new(out, reader.header());
        while let Some(item) = reader.next_item().expect("the server wrote it") {
            writer.item(&item).expect("it can be written");
        }
        let out = writer.finish(true).expect("it can be written");
        drop(out.into_inner().expect("it can be flushed"));
        other.restart();
        sample
            .before
            .assert_same(&Snapshot::take(&mut other.connection()));
    }
}
