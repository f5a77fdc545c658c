//! Looks at every byte of an RDB file: its SHA-256, its checksum, and each value decoded.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Read};

use remold_engine::text::escape;
use remold_host_api::Value;
use remold_rdb::{FileEntry, FileError, Item, Reader, SectionKind, decode_object};
use sha2::{Digest as _, Sha256};

use super::error::{BackupError, Damage};
use super::manifest::{DatabaseContents, RdbContents};
use crate::place::PlaceError;

/// What was found in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// Bytes.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// What is in it.
    pub contents: RdbContents,
    /// When the server made it, by its own clock and to the second, Unix milliseconds; nothing where it does not say.
    pub made_at: Option<u64>,
}

/// Why a file cannot be looked at to its end.
#[derive(Debug)]
pub(super) enum Problem {
    /// The place does not give it.
    Place(PlaceError),
    /// It is broken.
    Damage(Damage),
}

impl Problem {
    /// Makes the error of a backup.
    pub(super) fn of(self, name: &str) -> BackupError {
        match self {
            Self::Place(error) => BackupError::Place(error),
            Self::Damage(damage) => BackupError::Damaged {
                name: name.to_owned(),
                damage,
            },
        }
    }
}

/// Reads a file to its end. `progress` is told how many bytes were read.
pub(super) fn inspect(
    source: impl Read,
    progress: &mut dyn FnMut(u64),
) -> Result<Inspected, Problem> {
    let mut digested = Digested {
        source,
        sha256: Sha256::new(),
        bytes: 0,
        progress,
    };
    let (contents, made_at) = contents(&mut digested)?;
    let mut sha256 = String::with_capacity(64);
    for byte in digested.sha256.finalize() {
        write!(sha256, "{byte:02x}").expect("a text takes everything");
    }
    Ok(Inspected {
        bytes: digested.bytes,
        sha256,
        contents,
        made_at,
    })
}

fn contents(source: impl Read) -> Result<(RdbContents, Option<u64>), Problem> {
    let mut reader = Reader::new(source)?;
    let mut contents = RdbContents {
        rdb_version: reader.header().version.0,
        ..RdbContents::default()
    };
    let mut made_at = None;
    let mut databases: BTreeMap<u64, DatabaseContents> = BTreeMap::new();
    while let Some(item) = reader.next_item()? {
        match item {
            Item::Entry(entry) => {
                let version = reader.header().version;
                let value = decode_object(entry.type_id(), entry.object(), version);
                let value = value.map_err(|error| broken(&entry, &error))?;
                contents.opaque += u64::from(matches!(value, Value::Opaque(_)));
                let database = databases.entry(entry.db()).or_insert(DatabaseContents {
                    database: entry.db(),
                    keys: 0,
                    expires: 0,
                });
                database.keys += 1;
                database.expires += u64::from(entry.expires_at().is_some());
            }
            Item::Section(section) => match section.kind {
                SectionKind::Function(_) | SectionKind::OldFunction => contents.functions += 1,
                SectionKind::ModuleAux { .. } => contents.module_sections += 1,
                SectionKind::Aux { name, value } if name == "ctime" => {
                    let seconds = std::str::from_utf8(&value).ok();
                    let seconds = seconds.and_then(|text| text.parse::<u64>().ok());
                    made_at = seconds.and_then(|seconds| seconds.checked_mul(1000));
                }
                _ => {}
            },
            Item::End { .. } => {}
        }
    }
    contents.databases = databases.into_values().collect();
    Ok((contents, made_at))
}

fn broken(entry: &FileEntry, error: &remold_rdb::DecodeError) -> Problem {
    Problem::Damage(Damage::Value {
        database: entry.db(),
        key: escape(entry.key()),
        message: error.to_string(),
    })
}

impl From<FileError> for Problem {
    fn from(error: FileError) -> Self {
        let FileError::Read { offset, source } = error else {
            return Self::Damage(Damage::File {
                message: error.to_string(),
            });
        };
        Self::Place(
            place_error(&source).unwrap_or_else(|| PlaceError::NotReadable {
                place: format!("the data at offset {offset}"),
                message: source.to_string(),
            }),
        )
    }
}

/// Finds the place's own error in what a reader or writer of it gave.
pub(super) fn place_error(error: &io::Error) -> Option<PlaceError> {
    error.get_ref()?.downcast_ref::<PlaceError>().cloned()
}

/// A source whose bytes are digested as they are read.
struct Digested<'a, R> {
    source: R,
    sha256: Sha256,
    bytes: u64,
    progress: &'a mut dyn FnMut(u64),
}

impl<R: Read> Read for Digested<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(into)?;
        self.sha256.update(&into[..count]);
        self.bytes += count as u64;
        (self.progress)(self.bytes);
        Ok(count)
    }
}
