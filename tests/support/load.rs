//! An RDB file's keys, put into a server.

use std::fs::File;
use std::path::Path;

use redis::{Connection, cmd};
use remold_rdb::{Item, Reader, Version};

/// Loads a file key by key; the bookkeeping of runs is left out.
///
/// # Panics
///
/// If it is no RDB file, or the server does not take a key.
pub fn load_file(connection: &mut Connection, file: &Path) {
    let opened = File::open(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    for item in Reader::new(opened).expect("it is an RDB file") {
        let Item::Entry(entry) = item.expect("the file is whole") else {
            continue;
        };
        if entry
            .key()
            .starts_with(remold::manifest::RESERVED_PREFIX.as_bytes())
        {
            continue;
        }
        let payload = entry.payload(Version(9)).expect("it stands by itself");
        let restored = cmd("RESTORE")
            .arg(&entry.key()[..])
            .arg(entry.expires_at().unwrap_or(0))
            .arg(&payload[..])
            .arg("ABSTTL")
            .exec(connection);
        restored.unwrap_or_else(|error| panic!("{:?}: {error}", entry.key()));
    }
}
