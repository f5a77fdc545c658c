//! Payloads that are wrong in one named way each, and what is to come of them.

pub(crate) mod build;
mod listpacks;
mod packed;
mod plain;
mod streams;
mod ziplists;

/// What is to come of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// An error with this code at this offset of the payload, or within what was compressed, of that.
    Refused(&'static str, u64),
    /// A value that is read, and refused when it is to be written: the server would not take it.
    NeverWritten(&'static str),
    /// A value that comes back as it was, for this reason.
    Taken(&'static str),
}

/// A payload with one thing wrong.
pub(crate) struct Case {
    /// What is wrong.
    pub(crate) name: &'static str,
    /// The payload, with a checksum that is right.
    pub(crate) payload: Vec<u8>,
    /// What is to come of it.
    pub(crate) verdict: Verdict,
    /// Why a server that looks inside does otherwise, if it does.
    pub(crate) otherwise: Option<&'static str>,
}

impl Case {
    fn otherwise(mut self, why: &'static str) -> Self {
        self.otherwise = Some(why);
        self
    }
}

fn refused(name: &'static str, payload: Vec<u8>, code: &'static str, offset: u64) -> Case {
    case(name, payload, Verdict::Refused(code, offset))
}

fn never_written(name: &'static str, payload: Vec<u8>, what: &'static str) -> Case {
    case(name, payload, Verdict::NeverWritten(what))
}

fn taken(name: &'static str, payload: Vec<u8>, why: &'static str) -> Case {
    case(name, payload, Verdict::Taken(why))
}

const fn case(name: &'static str, payload: Vec<u8>, verdict: Verdict) -> Case {
    Case {
        name,
        payload,
        verdict,
        otherwise: None,
    }
}

/// A server does not look at what stands behind the object.
const NOT_LOOKED_BEHIND: &str = "a server does not look for more behind the value";

/// A server reads on into what stands behind the object.
const READ_ON: &str = "a server takes the version and the checksum for a part of the value";

/// Returns all of them.
pub(crate) fn all() -> Vec<Case> {
    [
        plain::cases(),
        listpacks::cases(),
        ziplists::cases(),
        packed::cases(),
        streams::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Returns a payload of each form with nothing wrong.
pub(crate) fn whole() -> Vec<(&'static str, Vec<u8>)> {
    [plain::whole(), packed::whole(), streams::whole()]
        .into_iter()
        .flatten()
        .collect()
}
