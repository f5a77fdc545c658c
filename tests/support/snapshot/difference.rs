//! What two snapshots differ in, as text that a person can read.

use std::fmt;

use super::{Contents, KeyState, Snapshot};

/// How many differences are written out.
const SHOWN: usize = 20;

/// One key that is otherwise.
#[derive(Clone, Debug, PartialEq)]
pub enum Difference {
    /// The first has it, the second does not.
    Missing(KeyState),
    /// The second has it, the first does not.
    Added(KeyState),
    /// Both have it, with another value or type.
    Value(KeyState, KeyState),
    /// Both have it, with another expiry.
    Expiry(Option<u64>, Option<u64>),
}

/// All differences, by key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Differences(pub Vec<(Vec<u8>, Difference)>);

impl Differences {
    pub(super) fn between(one: &Snapshot, other: &Snapshot) -> Self {
        let tolerance = one.tolerance.max(other.tolerance);
        let mut found = Vec::new();
        for (key, before) in &one.keys {
            let Some(after) = other.keys.get(key) else {
                found.push((key.clone(), Difference::Missing(before.clone())));
                continue;
            };
            if before.kind != after.kind || before.contents != after.contents {
                found.push((
                    key.clone(),
                    Difference::Value(before.clone(), after.clone()),
                ));
            }
            let same_expiry = match (before.expires_at, after.expires_at) {
                (Some(before), Some(after)) => before.abs_diff(after) <= tolerance,
                (before, after) => before == after,
            };
            if !same_expiry {
                found.push((
                    key.clone(),
                    Difference::Expiry(before.expires_at, after.expires_at),
                ));
            }
        }
        for (key, after) in other
            .keys
            .iter()
            .filter(|(key, _)| !one.keys.contains_key(*key))
        {
            found.push((key.clone(), Difference::Added(after.clone())));
        }
        Self(found)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (key, difference) in self.0.iter().take(SHOWN) {
            let key = key.escape_ascii();
            match difference {
                Difference::Missing(state) => writeln!(formatter, "- {key}: {state}")?,
                Difference::Added(state) => writeln!(formatter, "+ {key}: {state}")?,
                Difference::Value(before, after) => {
                    writeln!(formatter, "~ {key}\n    was {before}\n    is  {after}")?;
                }
                Difference::Expiry(before, after) => {
                    writeln!(formatter, "~ {key} expires at {after:?}, was {before:?}")?;
                }
            }
        }
        match self.0.len().checked_sub(SHOWN) {
            Some(more @ 1..) => writeln!(formatter, "… and {more} more"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for KeyState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} ({}) {}",
            self.kind, self.encoding, self.contents
        )
    }
}

impl fmt::Display for Contents {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 300;
        let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
        let list = |items: Vec<String>| items.join(", ");
        let all = match self {
            Self::Text(bytes) | Self::Payload(bytes) => text(bytes),
            Self::List(items) => list(items.iter().map(|item| text(item)).collect()),
            Self::Set(items) => list(items.iter().map(|item| text(item)).collect()),
            Self::SortedSet(items) => list(
                items
                    .iter()
                    .map(|(member, score)| format!("{} {score}", text(member)))
                    .collect(),
            ),
            Self::Vectors(vectors) => list(
                vectors
                    .iter()
                    .map(|(name, vector)| format!("{}={vector:?}", text(name)))
                    .collect(),
            ),
            Self::Hash(fields) => list(
                fields
                    .iter()
                    .map(|(name, (value, expiry))| match expiry {
                        -1 => format!("{}={}", text(name), text(value)),
                        at => format!("{}={} until {at}", text(name), text(value)),
                    })
                    .collect(),
            ),
            Self::Stream(parts) => list(
                parts
                    .iter()
                    .map(|(name, value)| format!("{name}: {value:?}"))
                    .collect(),
            ),
        };
        match all.char_indices().nth(LONGEST) {
            Some((end, _)) => write!(formatter, "{}… ({} characters)", &all[..end], all.len()),
            None => formatter.write_str(&all),
        }
    }
}
