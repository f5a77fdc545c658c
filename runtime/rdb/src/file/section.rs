//! What a file holds beside its keys.

use bytes::Bytes;

use crate::cursor::Cursor;
use crate::error::DecodeError;
use crate::file::opcode;
use crate::length::{read_count, read_string, write_length, write_string};
use crate::target::{Family, Version};

/// A record that is no key, with the bytes that it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What it says.
    pub kind: SectionKind,
    /// The opcode and what follows it.
    raw: Bytes,
}

/// What a section says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SectionKind {
    /// A fact about the file, such as `redis-ver`, `ctime`, `used-mem`.
    Aux {
        /// The fact's name.
        name: Bytes,
        /// Its value.
        value: Bytes,
    },
    /// The database of the entries that follow.
    SelectDb(u64),
    /// How many keys the database has, and how many of them expire. A hint.
    ResizeDb {
        /// Keys.
        keys: u64,
        /// Keys with an expiry.
        expires: u64,
    },
    /// How many keys a cluster slot has, and how many of them expire. A hint.
    SlotInfo {
        /// The slot.
        slot: u64,
        /// Keys.
        keys: u64,
        /// Keys with an expiry.
        expires: u64,
    },
    /// A library of functions: its code.
    Function(Bytes),
    /// A function of a release candidate of Redis 7.0.
    OldFunction,
    /// What a module keeps beside the keys.
    ModuleAux {
        /// The module type's number, which holds its name.
        module_id: u64,
    },
    /// The fields of hashes that refer to them by number.
    HashTemplate {
        /// The number.
        id: u64,
        /// How many fields.
        fields: u64,
    },
    /// A slot import that was under way in a Valkey cluster.
    SlotImport,
    /// A command that a Valkey server wrote between the keys: what it changed is not in the entries
    /// before it.
    Command,
}

impl Section {
    /// Makes a fact about the file.
    pub fn aux(name: &[u8], value: &[u8]) -> Self {
        Self::written(
            SectionKind::Aux {
                name: Bytes::copy_from_slice(name),
                value: Bytes::copy_from_slice(value),
            },
            opcode::AUX,
            |raw| {
                write_string(raw, name, false);
                write_string(raw, value, false);
            },
        )
    }

    /// Makes the beginning of a database.
    pub fn select_db(db: u64) -> Self {
        Self::written(SectionKind::SelectDb(db), opcode::SELECT_DB, |raw| {
            write_length(raw, db);
        })
    }

    /// Makes a hint of a database's size.
    pub fn resize_db(keys: u64, expires: u64) -> Self {
        let kind = SectionKind::ResizeDb { keys, expires };
        Self::written(kind, opcode::RESIZE_DB, |raw| {
            write_length(raw, keys);
            write_length(raw, expires);
        })
    }

    /// Returns the opcode and what follows it, as they stand in the file.
    pub const fn raw(&self) -> &Bytes {
        &self.raw
    }

    fn written(kind: SectionKind, opcode: u8, write: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut raw = vec![opcode];
        write(&mut raw);
        Self {
            kind,
            raw: raw.into(),
        }
    }

    /// Reads a section whose extent is known. `base` is its offset in the file.
    pub(super) fn read(raw: Bytes, version: Version, base: u64) -> Result<Self, DecodeError> {
        let mut cursor = Cursor::of(&raw).with_base(base);
        let kind = match (cursor.byte("an opcode")?, version.family()) {
            (opcode::AUX, _) => SectionKind::Aux {
                name: read_string(&mut cursor, "an aux field's name")?,
                value: read_string(&mut cursor, "an aux field's value")?,
            },
            (opcode::SELECT_DB, _) => {
                SectionKind::SelectDb(read_count(&mut cursor, "a database's number")?)
            }
            (opcode::RESIZE_DB, _) => SectionKind::ResizeDb {
                keys: read_count(&mut cursor, "a number of keys")?,
                expires: read_count(&mut cursor, "a number of keys")?,
            },
            (opcode::SLOT_INFO, _) => SectionKind::SlotInfo {
                slot: read_count(&mut cursor, "a slot")?,
                keys: read_count(&mut cursor, "a number of keys")?,
                expires: read_count(&mut cursor, "a number of keys")?,
            },
            (opcode::FUNCTION, _) => {
                SectionKind::Function(read_string(&mut cursor, "a library of functions")?)
            }
            (opcode::MODULE_AUX, _) => SectionKind::ModuleAux {
                module_id: read_count(&mut cursor, "a module type's number")?,
            },
            (opcode::HASH_TEMPLATE, Family::Redis) => SectionKind::HashTemplate {
                id: read_count(&mut cursor, "a hash template's number")?,
                fields: read_count(&mut cursor, "a number of fields")?,
            },
            (opcode::HASH_TEMPLATE, Family::Valkey) => SectionKind::Command,
            (opcode::KEY_METADATA, _) => SectionKind::SlotImport,
            _ => SectionKind::OldFunction,
        };
        Ok(Self { kind, raw })
    }
}
