//! The registry's rules and its form: what every store of it has in common. No store itself.
//!
//! An entry is kept as JSON, its envelope: `{"format":1,"content":"…","digest":"sha256:…","at":…,"by":"…"}`. Content that
//! is no UTF-8 stands in `base64` instead. An envelope of a newer format is refused, one that does not hold what its digest
//! says is corrupt; fields that are not known are passed over.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remold_host_api::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::port::{
    RegisterAnswer, RegisterRequest, Registered, Registration, RegistryEntry, Revision, StoreError,
    Taken,
};

/// The format of envelopes that this version writes, and the newest that it reads.
pub const FORMAT: u64 = 1;

/// The field that holds the revision; it cannot be a name, which has a `/`.
pub const REVISION: &str = "revision";

/// The most bytes that a name has.
pub const LONGEST_NAME: usize = 512;

/// The most bytes that a content has.
pub const LARGEST_CONTENT: usize = 1 << 20;

/// The most entries of one request.
pub const MOST_ENTRIES: usize = 1000;

/// The most bytes that are kept of who registers.
const LONGEST_BY: usize = 256;

/// What follows from a request and from what is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// Nothing is to be written.
    Answer(RegisterAnswer),
    /// The entries at these places of the request are to be written, with the revision, and then this is the answer.
    Write {
        /// Places among the request's entries.
        fresh: Vec<usize>,
        /// The registry's next revision.
        revision: Revision,
        /// The answer.
        answer: RegisterAnswer,
    },
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    format: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
    digest: String,
    at: u64,
    by: String,
}

/// Returns the digest of a content: `sha256:` and 64 hexadecimal digits.
pub fn digest(content: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = "sha256:".to_owned();
    for byte in Sha256::digest(content) {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
    }
    text
}

/// Makes the entry of a registration.
pub fn entry(registration: &Registration, by: &str, at: u64) -> RegistryEntry {
    let mut end = by.len().min(LONGEST_BY);
    while !by.is_char_boundary(end) {
        end -= 1;
    }
    RegistryEntry {
        content: registration.content.clone(),
        digest: digest(&registration.content),
        at,
        by: by[..end].to_owned(),
    }
}

/// Writes an entry's envelope.
pub fn seal(entry: &RegistryEntry) -> String {
    let text = std::str::from_utf8(&entry.content).ok().map(str::to_owned);
    let envelope = Envelope {
        format: FORMAT,
        base64: text.is_none().then(|| STANDARD.encode(&entry.content)),
        content: text,
        digest: entry.digest.clone(),
        at: entry.at,
        by: entry.by.clone(),
    };
    serde_json::to_string(&envelope).expect("an envelope has only texts and numbers")
}

/// Reads an envelope. `place` is where it stands, for a person: the key and the name.
pub fn open(place: &str, envelope: &[u8]) -> Result<RegistryEntry, StoreError> {
    let wrong = |what: &str| corrupt(place, what);
    let json: Value = serde_json::from_slice(envelope)
        .map_err(|error| wrong(&format!("it is no JSON ({error})")))?;
    match json["format"].as_u64() {
        Some(found) if found > FORMAT => {
            return Err(StoreError::NewerFormat {
                place: place.to_owned(),
                found,
                known: FORMAT,
            });
        }
        Some(FORMAT) => {}
        _ => return Err(wrong("it does not say in which format it is")),
    }
    let envelope: Envelope =
        serde_json::from_value(json).map_err(|error| wrong(&error.to_string()))?;
    let content = match (envelope.content, envelope.base64) {
        (Some(text), None) => Bytes::from(text),
        (None, Some(encoded)) => STANDARD
            .decode(encoded)
            .map_err(|error| wrong(&format!("its content is no base64 ({error})")))?
            .into(),
        _ => return Err(wrong("it has no content, or two")),
    };
    if digest(&content) != envelope.digest {
        return Err(wrong(
            "its content does not have its digest: one of them was changed",
        ));
    }
    Ok(RegistryEntry {
        content,
        digest: envelope.digest,
        at: envelope.at,
        by: envelope.by,
    })
}

/// Reads the revision out of its field.
pub fn revision(place: &str, field: Option<&[u8]>) -> Result<Revision, StoreError> {
    let Some(field) = field else {
        return Ok(Revision::default());
    };
    let text = std::str::from_utf8(field).unwrap_or_default();
    match number(text) {
        Some(_) => Ok(Revision::new(text)),
        None => Err(corrupt(
            &format!("{place}, {REVISION}"),
            "it is no revision",
        )),
    }
}

/// Refuses what no registry takes.
pub fn check(request: &RegisterRequest<'_>) -> Result<(), StoreError> {
    let refused = |name: &str, problem: String| StoreError::InvalidRegistration {
        name: name.chars().take(80).collect(),
        problem,
    };
    if request.entries.len() > MOST_ENTRIES {
        let problem = format!("at most {MOST_ENTRIES} entries are registered in one step");
        return Err(refused(&request.entries[0].name, problem));
    }
    let mut names = BTreeSet::new();
    for Registration { name, content, .. } in request.entries {
        let (kind, rest) = name.split_once('/').unwrap_or_default();
        if kind.is_empty() || rest.is_empty() || name.chars().any(char::is_control) {
            let problem = "a name is a kind, a `/` and more, without line breaks and the like";
            return Err(refused(name, problem.to_owned()));
        }
        if name.len() > LONGEST_NAME {
            let problem = format!("a name has at most {LONGEST_NAME} bytes");
            return Err(refused(name, problem));
        }
        if content.len() > LARGEST_CONTENT {
            let problem = format!(
                "it has {} bytes, and at most {LARGEST_CONTENT} are registered",
                content.len()
            );
            return Err(refused(name, problem));
        }
        if !names.insert(name) {
            return Err(refused(name, "it is in the same request twice".to_owned()));
        }
    }
    Ok(())
}

/// Decides. `found` is what is registered under each name of the request, `micros` the time of the store in microseconds.
pub fn judge(
    request: &RegisterRequest<'_>,
    revision: &Revision,
    found: &[Option<RegistryEntry>],
    micros: u64,
) -> Judgement {
    let mut taken = Vec::new();
    let mut fresh = Vec::new();
    let mut entries = Vec::new();
    for (place, (entry, found)) in request.entries.iter().zip(found).enumerate() {
        match found {
            None => {
                fresh.push(place);
                entries.push(Registered::New);
            }
            Some(found) if found.content == entry.content => entries.push(Registered::Same),
            Some(found) => taken.push(Taken {
                name: entry.name.clone(),
                digest: found.digest.clone(),
                at: found.at,
                by: found.by.clone(),
            }),
        }
    }
    if !taken.is_empty() {
        return Judgement::Answer(RegisterAnswer::Taken(taken));
    }
    if fresh.is_empty() {
        return Judgement::Answer(RegisterAnswer::Registered {
            revision: revision.clone(),
            entries,
        });
    }
    if request
        .expected
        .is_some_and(|expected| expected != revision)
    {
        return Judgement::Answer(RegisterAnswer::Moved {
            revision: revision.clone(),
        });
    }
    let count = number(revision.as_str()).unwrap_or_default();
    // The time makes it another one where the server went back and the count comes up again.
    let revision = Revision::new(format!("{}-{micros}", count.saturating_add(1)));
    Judgement::Write {
        fresh,
        revision: revision.clone(),
        answer: RegisterAnswer::Registered { revision, entries },
    }
}

/// How many registrations a revision has seen.
fn number(revision: &str) -> Option<u64> {
    let (count, time) = revision.split_once('-').unwrap_or((revision, "0"));
    time.parse::<u64>().ok()?;
    count.parse().ok()
}

fn corrupt(place: &str, what: &str) -> StoreError {
    StoreError::Corrupt {
        place: place.to_owned(),
        message: format!(
            "{what}; put back from a backup what was registered, or remove the field (HDEL) and register it again"
        ),
    }
}

#[cfg(test)]
mod tests;
