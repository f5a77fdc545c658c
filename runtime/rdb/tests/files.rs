//! Files of real servers: read, compared with what the server said of each key, written again.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use remold_rdb::length::{read_string, write_string};
use remold_rdb::{FileEntry, Header, Item, Reader, SectionKind, Version, Writer, decode};

/// Every file, by its name.
fn files() -> BTreeMap<String, Bytes> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    let mut found = BTreeMap::new();
    for folder in [root.clone(), root.join("collected")] {
        let paths = fs::read_dir(folder).expect("the folder exists");
        let paths = paths.map(|entry| entry.expect("it can be listed").path());
        for path in paths.filter(|path| path.extension().is_some_and(|it| it == "rdb")) {
            found.insert(name(&path), fs::read(&path).expect("it exists").into());
        }
    }
    assert!(found.len() > 30, "{} files", found.len());
    found
}

fn name(path: &Path) -> String {
    let stem = path.file_stem().expect("it has an extension");
    stem.to_string_lossy().into_owned()
}

fn items(name: &str, file: &[u8]) -> (Header, Vec<Item>) {
    let reader = Reader::new(file).unwrap_or_else(|error| panic!("{name}: {error}"));
    let header = reader.header();
    let items: Result<Vec<Item>, _> = reader.collect();
    (
        header,
        items.unwrap_or_else(|error| panic!("{name}: {error}")),
    )
}

fn entries(items: Vec<Item>) -> Vec<FileEntry> {
    let entries = items.into_iter().filter_map(|item| match item {
        Item::Entry(entry) => Some(entry),
        Item::Section(_) | Item::End { .. } => None,
    });
    entries.collect()
}

#[test]
fn an_untouched_file_is_written_byte_for_byte() {
    for (name, file) in files() {
        let (header, items) = items(&name, &file);
        let mut writer = Writer::new(Vec::new(), header);
        for item in &items {
            writer.item(item).expect("a vector takes everything");
        }
        let with_checksum = matches!(items.last(), Some(Item::End { checksum: Some(_) }));
        let again = writer
            .finish(with_checksum)
            .expect("a vector takes everything");
        assert!(again == file, "{name} came out different");
    }
}

#[test]
fn an_entry_that_is_encoded_anew_keeps_its_meaning() {
    for (name, file) in files() {
        let (header, items) = items(&name, &file);
        let entries = entries(items);
        let mut writer = Writer::new(Vec::new(), header);
        for entry in &entries {
            let mut changed = entry.clone();
            changed.set_key(entry.key().clone());
            assert_eq!(changed.raw_length(), None);
            writer.entry(&changed).expect("a vector takes everything");
        }
        let again = writer.finish(true).expect("a vector takes everything");
        let (_, again) = self::items(&name, &again);
        let facts = |entry: &FileEntry| {
            let expiry = (entry.expires_at(), entry.idle(), entry.frequency());
            (entry.db(), entry.key().clone(), expiry)
        };
        let again = self::entries(again);
        assert_eq!(again.len(), entries.len(), "{name}");
        for (again, entry) in again.iter().zip(&entries) {
            assert_eq!(facts(again), facts(entry), "{name}");
            assert_eq!(again.object(), entry.object(), "{name}");
        }
    }
}

/// What a server said of a key.
struct Said {
    db: u64,
    key: Bytes,
    expires_at: Option<u64>,
    payload: Bytes,
}

fn said(path: &Path) -> Vec<Said> {
    let text = fs::read_to_string(path).expect("it exists");
    let lines = text.lines().map(|line| {
        let fields: Vec<&str> = line.split(' ').collect();
        let [db, key, expires_at, payload] = fields[..] else {
            panic!("a line has four fields: {line}");
        };
        let number = |text: &str| text.parse::<u64>().expect("it is a number");
        Said {
            db: number(db),
            key: bytes(key),
            expires_at: Some(number(expires_at)).filter(|at| *at > 0),
            payload: bytes(payload),
        }
    });
    lines.collect()
}

fn bytes(hexadecimal: &str) -> Bytes {
    let digit = |digit: u8| char::from(digit).to_digit(16).expect("it is a digit");
    let pairs = hexadecimal.as_bytes().chunks_exact(2);
    let bytes = pairs.map(|pair| u8::try_from(digit(pair[0]) << 4 | digit(pair[1])));
    bytes.map(|byte| byte.expect("two digits fit")).collect()
}

fn answers() -> Vec<(String, Vec<Said>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    let paths = fs::read_dir(root).expect("the folder exists");
    let paths = paths.map(|entry| entry.expect("it can be listed").path());
    let keys: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|it| it == "keys"))
        .collect();
    assert!(keys.len() >= 8, "{keys:?}");
    keys.iter().map(|path| (name(path), said(path))).collect()
}

#[test]
fn each_key_is_what_the_server_says() {
    let files = files();
    for (name, said) in answers() {
        let (header, items) = items(&name, &files[&name]);
        let mut entries = entries(items);
        entries.sort_by(|a, b| (a.db(), a.key()).cmp(&(b.db(), b.key())));
        assert_eq!(entries.len(), said.len(), "{name}");
        for (entry, said) in entries.iter().zip(&said) {
            let key = said.key.escape_ascii();
            assert_eq!((entry.db(), entry.key()), (said.db, &said.key), "{name}");
            assert_eq!(entry.expires_at(), said.expires_at, "{name} {key}");
            let payload = entry.payload(header.version).expect("it is portable");
            // A graph's module writes other numbers of its own into a file than into a payload.
            if said.key != "graph" {
                assert!(payload == said.payload, "{name} {key}: payload");
            }
            let decoded = decode(&said.payload).unwrap_or_else(|e| panic!("{name} {key}: {e}"));
            assert_eq!(decoded.type_id, entry.type_id(), "{name} {key}");
        }
    }
}

#[test]
fn a_servers_payloads_make_the_same_file() {
    for (name, said) in answers() {
        let version = |said: &Said| {
            let footer = &said.payload[said.payload.len() - 10..];
            Version(u16::from_le_bytes([footer[0], footer[1]]))
        };
        let header = Header {
            version: version(&said[0]),
        };
        let mut writer = Writer::new(Vec::new(), header);
        for said in &said {
            let entry =
                FileEntry::from_payload(said.db, said.key.clone(), &said.payload, header.version);
            writer
                .entry(&entry.unwrap_or_else(|error| panic!("{name}: {error}")))
                .expect("a vector takes everything");
        }
        let file = writer.finish(true).expect("a vector takes everything");
        let (_, items) = items(&name, &file);
        let payloads = entries(items)
            .into_iter()
            .map(|entry| entry.payload(header.version).expect("it is portable"));
        let expected = said.iter().map(|said| said.payload.to_vec());
        assert!(payloads.eq(expected), "{name}");
    }
}

#[test]
fn entries_are_found_by_their_offset() {
    for (name, file) in files() {
        let (header, items) = items(&name, &file);
        let mut source = Cursor::new(&file);
        for entry in entries(items).into_iter().rev() {
            let found = remold_rdb::file::entry_at(&mut source, header, entry.offset(), entry.db());
            assert_eq!(
                found.unwrap_or_else(|error| panic!("{name}: {error}")),
                entry
            );
        }
    }
}

#[test]
fn strings_are_compressed_as_the_servers_compress_them() {
    let mut compressed = 0;
    for (name, file) in files() {
        let (_, items) = items(&name, &file);
        for entry in entries(items) {
            let single = matches!(entry.type_id(), 0 | 9..=13 | 16 | 17 | 20);
            if !single || entry.object().first() != Some(&0xc3) {
                continue;
            }
            let mut cursor = remold_rdb::cursor::Cursor::of(entry.object());
            let string = read_string(&mut cursor, "a string").expect("the server wrote it");
            let mut again = Vec::new();
            write_string(&mut again, &string, true);
            assert_eq!(again, entry.object()[..], "{name} {:?}", entry.key());
            compressed += 1;
        }
    }
    assert!(compressed > 30, "{compressed}");
}

#[test]
fn what_is_no_key_is_named() {
    let files = files();
    let sections = |name: &str| -> Vec<SectionKind> {
        let (_, items) = items(name, &files[name]);
        let kinds = items.into_iter().filter_map(|item| match item {
            Item::Section(section) => Some(section.kind),
            Item::Entry(_) | Item::End { .. } => None,
        });
        kinds.collect()
    };
    let redis = sections("redis-7.0");
    assert!(redis.iter().any(|kind| matches!(
        kind,
        SectionKind::Aux { name, value } if name == "redis-ver" && value == "7.0.15"
    )));
    assert!(redis.iter().any(|kind| matches!(
        kind,
        SectionKind::Function(code) if code.starts_with(b"#!lua name=lib")
    )));
    let expires = SectionKind::ResizeDb {
        keys: 1,
        expires: 1,
    };
    assert!(redis.contains(&SectionKind::SelectDb(3)) && redis.contains(&expires));
    let graph = sections("redis-8.2-graph");
    let aux = |kind: &SectionKind| matches!(kind, SectionKind::ModuleAux { .. });
    assert!(graph.iter().any(aux), "{graph:?}");
}

#[test]
fn eviction_state_is_read() {
    let files = files();
    let all = |name: &str| entries(items(name, &files[name]).1);
    assert!(all("redis-7.0").iter().all(|it| it.frequency().is_some()));
    assert!(all("valkey-8.0").iter().all(|it| it.idle().is_some()));
    assert!(all("redis-8.2").iter().all(|it| it.idle().is_none()));
}
