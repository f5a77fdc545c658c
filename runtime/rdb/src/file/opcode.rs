//! The opcodes of a file's records and the shapes of what follows them.

use crate::skip::shape::Part::{Bytes, Command, Each, Flagged, Length, ModuleValue, String};
use crate::skip::shape::{Part, object};
use crate::target::{Family, Version};

pub(super) const HASH_TEMPLATE: u8 = 242;
pub(super) const KEY_METADATA: u8 = 243;
pub(super) const SLOT_INFO: u8 = 244;
pub(super) const FUNCTION: u8 = 245;
pub(super) const MODULE_AUX: u8 = 247;
pub(super) const IDLE: u8 = 248;
pub(super) const FREQUENCY: u8 = 249;
pub(super) const AUX: u8 = 250;
pub(super) const RESIZE_DB: u8 = 251;
pub(super) const EXPIRES_MILLISECONDS: u8 = 252;
pub(super) const EXPIRES_SECONDS: u8 = 253;
pub(super) const SELECT_DB: u8 = 254;
pub(super) const END: u8 = 255;

/// The least byte that is an opcode; those below are types of objects.
const FIRST: u8 = 242;

/// What a record's first byte announces.
#[derive(Debug, Clone, Copy)]
pub(super) enum Opcode {
    /// Something about the key that follows.
    Prefix(&'static [Part]),
    /// A section.
    Section(&'static [Part]),
    /// The end.
    End,
    /// A key with an object of this shape.
    Key(&'static [Part]),
    /// Nothing that is known.
    Unknown,
}

/// Says what a record's first byte announces. Numbers 242 and 243 differ between the products.
#[inline]
pub(super) const fn opcode(byte: u8, version: Version) -> Opcode {
    match (byte, version.family()) {
        (..FIRST, _) => match object(byte, version) {
            Some(parts) => Opcode::Key(parts),
            None => Opcode::Unknown,
        },
        (EXPIRES_MILLISECONDS, _) => Opcode::Prefix(&[Bytes(8)]),
        (EXPIRES_SECONDS, _) => Opcode::Prefix(&[Bytes(4)]),
        (IDLE, _) => Opcode::Prefix(&[Length]),
        (FREQUENCY, _) => Opcode::Prefix(&[Bytes(1)]),
        (KEY_METADATA, Family::Redis) => Opcode::Prefix(KEY_METADATA_PARTS),
        (SELECT_DB, _) => Opcode::Section(&[Length]),
        (RESIZE_DB, _) => Opcode::Section(&[Length, Length]),
        (AUX, _) => Opcode::Section(&[String, String]),
        // Module type, a form and a number that says when it was saved, the value.
        (MODULE_AUX, _) => Opcode::Section(&[Length, Length, Length, ModuleValue]),
        (FUNCTION, _) => Opcode::Section(&[String]),
        // Functions of the release candidates of Redis 7.0: name, engine, description, code.
        (246, _) => Opcode::Section(&[String, String, Flagged(&[String]), String]),
        (SLOT_INFO, _) => Opcode::Section(&[Length, Length, Length]),
        (HASH_TEMPLATE, Family::Redis) => Opcode::Section(&[Length, Each(&[String])]),
        // Valkey: a slot import's job and ranges; a command that came in while the file was written.
        (243, Family::Valkey) => Opcode::Section(&[String, Each(&[Length, Length])]),
        (242, Family::Valkey) => Opcode::Section(&[Command]),
        (END, _) => Opcode::End,
    }
}

/// What modules keep with a key: so many times a class and its value.
pub(super) const KEY_METADATA_PARTS: &[Part] = &[Each(&[Bytes(4), ModuleValue])];
