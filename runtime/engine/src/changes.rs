//! The form of an entry of the change stream, there and back: names and texts. No stream itself.
//!
//! Every entry has `format`, `event`, `at` and `detail`, which is JSON; what consumers choose by stands beside it once more,
//! so that they need not read JSON for it. Within a format, fields and events are added and none is taken away or changes its
//! meaning. `docs/reference/events.md` lists them.

use std::collections::BTreeMap;

use remold_host_api::StreamId;

use crate::port::{
    ChangeEvent, Drift, Gap, Happening, HistoryEntry, Registration, RegistrationNotice,
    RegistryEntry, RunChange, RunEvent,
};

/// The format of entries that this version writes.
pub const FORMAT: u64 = 1;

/// About how many entries a stream keeps.
pub const KEPT: usize = 10_000;

/// The most examples that an event of drift carries, and the most characters of each.
const EXAMPLES: (usize, usize) = (10, 200);

/// The names and texts of an entry.
pub type Fields = Vec<(&'static str, String)>;

/// Writes what happened at a time, Unix milliseconds.
pub fn write(happening: &Happening, at: u64) -> Fields {
    let mut fields = vec![
        ("format", FORMAT.to_string()),
        ("event", happening.name().to_owned()),
        ("at", at.to_string()),
    ];
    match happening {
        Happening::Run(change) => {
            let entry = &change.entry;
            fields.push(("run", entry.run.clone()));
            fields.push(("migration", entry.migration.clone()));
            fields.extend(entry.undoes.clone().map(|run| ("undoes", run)));
            fields.extend(change.reason.clone().map(|reason| ("reason", reason)));
            fields.push(("detail", json(entry)));
        }
        Happening::Registered(notice) => {
            fields.push(("name", notice.name.clone()));
            fields.push(("kind", notice.kind.clone()));
            fields.push(("subject", notice.subject.clone()));
            fields.push(("version", notice.version.clone()));
            fields.push(("digest", notice.digest.clone()));
            fields.push(("detail", json(notice)));
        }
        Happening::Drift(drift) => {
            let examples = drift.examples.iter().take(EXAMPLES.0);
            let drift = Drift {
                examples: examples
                    .map(|key| key.chars().take(EXAMPLES.1).collect())
                    .collect(),
                ..drift.clone()
            };
            fields.push(("subject", drift.subject.clone()));
            fields.push(("version", drift.version.clone()));
            fields.push(("examined", drift.examined.to_string()));
            fields.push(("unmatched", drift.unmatched.to_string()));
            fields.push(("detail", json(&drift)));
        }
        Happening::Other(_) => fields.push(("detail", "{}".to_owned())),
    }
    fields
}

/// Reads an entry. What is not known, or is not as it should be, is an event of another kind, with all its fields.
pub fn read(id: StreamId, fields: impl IntoIterator<Item = (String, String)>) -> ChangeEvent {
    let fields: BTreeMap<String, String> = fields.into_iter().collect();
    let number = |name: &str| fields.get(name).and_then(|text| text.parse().ok());
    let event = fields.get("event").map_or("", String::as_str);
    let happening = known(event, &fields).unwrap_or_else(|| Happening::Other(event.to_owned()));
    ChangeEvent {
        id,
        format: number("format").unwrap_or_default(),
        // The id is the server's time too, unless somebody gave it.
        at: number("at").unwrap_or(id.ms),
        happening,
        fields,
    }
}

/// Says what is missing between the place that was read up to and a stream of which the oldest entry and the newest id
/// that it ever had are given.
pub fn gap(after: StreamId, oldest: Option<StreamId>, newest: StreamId) -> Option<Gap> {
    if after == StreamId::default() {
        return None;
    }
    if newest < after {
        return Some(Gap::WentBack(newest));
    }
    oldest.filter(|oldest| *oldest > after).map(Gap::Trimmed)
}

/// Makes the notice of a registration.
pub fn notice(registration: &Registration, entry: &RegistryEntry) -> RegistrationNotice {
    let (kind, _) = registration.name.split_once('/').unwrap_or_default();
    RegistrationNotice {
        name: registration.name.clone(),
        kind: kind.to_owned(),
        subject: registration.subject.clone(),
        version: registration.version.clone(),
        from: registration.from.clone(),
        digest: entry.digest.clone(),
        bytes: entry.content.len() as u64,
        by: entry.by.clone(),
    }
}

fn known(event: &str, fields: &BTreeMap<String, String>) -> Option<Happening> {
    let detail = fields.get("detail")?;
    match event {
        "registered" => Some(Happening::Registered(serde_json::from_str(detail).ok()?)),
        "drift" => Some(Happening::Drift(serde_json::from_str(detail).ok()?)),
        _ => {
            let event = RunEvent::ALL.into_iter().find(|run| run.name() == event)?;
            let entry: HistoryEntry = serde_json::from_str(detail).ok()?;
            Some(Happening::Run(Box::new(RunChange {
                event,
                entry,
                reason: fields.get("reason").cloned(),
            })))
        }
    }
}

fn json(detail: &impl serde::Serialize) -> String {
    serde_json::to_string(detail).expect("a detail has only texts and numbers")
}

#[cfg(test)]
mod tests;
