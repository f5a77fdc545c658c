//! Events of the change stream, as JSON.

use std::collections::BTreeMap;

use remold::host_api::StreamId;
use remold::{ChangeEvent, Gap, Happening};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::error::ErrorShape;

/// Fields that have a place of their own.
const OWN: [&str; 4] = ["format", "event", "at", "detail"];

/// A line of output is one document: an event, a gap, or at the end the error that it ended with.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventLineShape {
    /// An event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) event: Option<EventShape>,
    /// Events may be missing between the line before and the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gap: Option<GapShape>,
    /// Why there are no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<ErrorShape>,
}

/// Something that happened, see docs/reference/events.md.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventShape {
    /// Its id in the stream, for `--since`.
    pub(crate) id: String,
    /// When, Unix milliseconds by the server's clock.
    pub(crate) at: u64,
    /// What happened: `registered`, `started`, `completed`, `rolled-back` and others.
    pub(crate) event: String,
    /// The format of the entry; 0 if it says none.
    pub(crate) format: u64,
    /// Whether this version of Remold knows such events.
    pub(crate) known: bool,
    /// The other fields of the entry, by name.
    pub(crate) fields: BTreeMap<String, String>,
    /// The detail of the entry; a text if it is no JSON, none if there is none.
    pub(crate) detail: Value,
}

/// Why events may be missing.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GapShape {
    /// `trimmed`: they are not there any more, because the stream's length is bounded or because it began anew;
    /// `went-back`: the stream was deleted, or the server went back in time.
    pub(crate) reason: String,
    /// The id that was read up to.
    pub(crate) after: String,
    /// The id at which it goes on: the oldest that is left, or the newest.
    pub(crate) at: String,
}

impl From<&ChangeEvent> for EventShape {
    fn from(event: &ChangeEvent) -> Self {
        let others = event
            .fields
            .iter()
            .filter(|(name, _)| !OWN.contains(&name.as_str()));
        let detail = event.fields.get("detail").map_or(Value::Null, |text| {
            serde_json::from_str(text).unwrap_or_else(|_| text.clone().into())
        });
        Self {
            id: event.id.to_string(),
            at: event.at,
            event: event.happening.name().to_owned(),
            format: event.format,
            known: !matches!(event.happening, Happening::Other(_)),
            fields: others
                .map(|(name, text)| (name.clone(), text.clone()))
                .collect(),
            detail,
        }
    }
}

impl GapShape {
    /// Makes the shape of a gap behind a place.
    pub(crate) fn new(after: StreamId, gap: Gap) -> Self {
        let (reason, at) = match gap {
            Gap::Trimmed(oldest) => ("trimmed", oldest),
            Gap::WentBack(newest) => ("went-back", newest),
        };
        Self {
            reason: reason.to_owned(),
            after: after.to_string(),
            at: at.to_string(),
        }
    }
}
