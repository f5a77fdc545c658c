//! The SDKs and templates that are packed into the crate.

use crate::language::Language;

/// A file: its path in the folder, and its content.
pub(crate) type File = (&'static str, &'static [u8]);

/// What belongs to a language.
pub(crate) struct Packed {
    language: &'static str,
    /// The project that a person begins with.
    pub(crate) template: &'static [File],
    /// The SDK, which goes into the project as `remold-sdk`.
    pub(crate) sdk: &'static [File],
}

const PACKED: &[Packed] = include!(concat!(env!("OUT_DIR"), "/packed.rs"));

/// Finds what belongs to a language; nothing if it has no template.
pub(crate) fn of(language: Language) -> Option<&'static Packed> {
    PACKED
        .iter()
        .find(|packed| packed.language == language.name())
}
