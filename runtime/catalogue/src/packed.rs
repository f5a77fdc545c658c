//! What the build packed of `transforms/`.

/// A folder of the catalogue.
#[derive(Debug)]
pub(crate) struct Packed {
    pub(crate) name: &'static str,
    pub(crate) source: &'static str,
    pub(crate) parameters: &'static str,
    pub(crate) readme: &'static str,
    pub(crate) manifest: &'static str,
    pub(crate) cases: &'static [(&'static str, &'static str)],
}

/// All, in order of name.
pub(crate) const PACKED: &[Packed] = include!(concat!(env!("OUT_DIR"), "/packed.rs"));
