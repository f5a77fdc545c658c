//! What lies between two versions beside their JSON Schemas: type, encoding, keys, expiry, the field of the version.

use remold_manifest::redis_schema::{Content, Encoding, TtlSpec};
use serde_json::{Value, json};

use crate::compare::{Answer, Breaks, Change, ChangeKind, Comparison, Severity, Verdict};
use crate::definition::Definition;
use crate::key_pattern::Overlap;

/// Adds the changes to a comparison, before those of the JSON Schemas, and breaks its verdicts where they break something.
pub(super) fn add(comparison: &mut Comparison, old: &Definition, new: &Definition) {
    let mut changes = Vec::new();
    let (before, after) = (old.spec(), new.spec());
    if old.kind() != new.kind() {
        changes.push(change(
            "/type",
            ChangeKind::RedisType,
            (json!(old.kind().name()), json!(new.kind().name())),
            (true, true),
            format!(
                "a {} is no {}: nothing that reads the one reads the other",
                old.kind(),
                new.kind()
            ),
        ));
    }
    keys(&mut changes, old, new);
    encoding(&mut changes, "/encoding", before.encoding, after.encoding);
    ttl(&mut changes, "/ttl", "keys", &before.ttl, &after.ttl);
    let names = before.fields.keys().chain(after.fields.keys());
    let names: std::collections::BTreeSet<&String> = names.collect();
    for name in names {
        let (one, other) = (before.fields.get(name), after.fields.get(name));
        let own = |field: Option<&remold_manifest::redis_schema::FieldSpec>, all: Encoding| {
            field.and_then(|field| field.encoding).unwrap_or(all)
        };
        let step = name.replace('~', "~0").replace('/', "~1");
        let (from, to) = (own(one, before.encoding), own(other, after.encoding));
        if (before.encoding, after.encoding) != (from, to) {
            encoding(&mut changes, &format!("/fields/{step}/encoding"), from, to);
        }
        let of = |field: Option<&remold_manifest::redis_schema::FieldSpec>| {
            field.map(|field| field.ttl).unwrap_or_default()
        };
        let what = format!("fields `{name}`");
        ttl(
            &mut changes,
            &format!("/fields/{step}/ttl"),
            &what,
            &of(one),
            &of(other),
        );
    }
    if before.version_field != after.version_field {
        let shown = |field: &Option<_>| serde_json::to_value(field).unwrap_or(Value::Null);
        changes.push(change(
            "/versionField",
            ChangeKind::VersionField,
            (shown(&before.version_field), shown(&after.version_field)),
            (false, false),
            "how the version of a key is told has changed; what is valid is the same".to_owned(),
        ));
    }
    let breaking =
        |is_broken: fn(&Breaks) -> bool| changes.iter().find(|change| is_broken(&change.breaks));
    // Where data were found that break, these are shown.
    if let Some(why) = breaking(|breaks| breaks.old_data.is_yes())
        && !comparison.backward.is_broken()
    {
        comparison.backward = broken(why);
        comparison.strict_backward = None;
    }
    if let Some(why) = breaking(|breaks| breaks.old_readers.is_yes())
        && !comparison.forward.is_broken()
    {
        comparison.forward = broken(why);
        comparison.strict_forward = None;
    }
    changes.append(&mut comparison.changes);
    comparison.changes = changes;
}

fn broken(by: &Change) -> Verdict {
    let (old, new) = (by.old.clone(), by.new.clone());
    Verdict::Broken {
        witness: json!({ &by.path[1..]: { "old": old, "new": new } }),
        reason: by.why.clone(),
    }
}

fn change(
    path: &str,
    kind: ChangeKind,
    (old, new): (Value, Value),
    (old_data, old_readers): (bool, bool),
    why: String,
) -> Change {
    let answer = |broken| if broken { Answer::Yes } else { Answer::No };
    let breaks = Breaks {
        old_data: answer(old_data),
        old_readers: answer(old_readers),
    };
    let hint = old_data.then(|| "a migration brings the keys from the one to the other".to_owned());
    Change {
        path: path.to_owned(),
        data_path: None,
        kind,
        old: Some(old),
        new: Some(new),
        breaks,
        strict: None,
        severity: Severity::of(breaks),
        why,
        hint,
    }
}

fn keys(changes: &mut Vec<Change>, old: &Definition, new: &Definition) {
    if old.pattern() == new.pattern() {
        return;
    }
    let (breaks, why) = match old.pattern().overlap(new.pattern()) {
        Overlap::Same => (
            (false, false),
            "the keys are the same, their parts have other names",
        ),
        Overlap::Within => (
            (false, true),
            "there are more keys than before: old readers do not look for them",
        ),
        Overlap::Around => (
            (true, false),
            "there are fewer keys than before: some of the old ones are none any more",
        ),
        Overlap::Crossing => (
            (true, true),
            "some of the old keys are none any more, and there are others",
        ),
        Overlap::Apart => ((true, true), "the keys have other names"),
    };
    changes.push(change(
        "/keys",
        ChangeKind::KeyPattern,
        (json!(old.pattern().as_str()), json!(new.pattern().as_str())),
        breaks,
        why.to_owned(),
    ));
}

fn encoding(changes: &mut Vec<Change>, path: &str, old: Encoding, new: Encoding) {
    if old == new {
        return;
    }
    let reads = |from: Encoding, to: Encoding| {
        let more = matches!(
            (from.content, to.content),
            (Content::Integer, Content::Text | Content::Json) | (_, Content::Raw)
        );
        from.compression == to.compression && (more || from.content == to.content)
    };
    // Of raw bytes nothing is said, packed or not.
    let anything =
        |encoding: Encoding| encoding.compression.is_none() && encoding.content == Content::Raw;
    let (data, readers) = (
        !reads(old, new) && !anything(new),
        !reads(new, old) && !anything(old),
    );
    changes.push(change(
        path,
        ChangeKind::Encoding,
        (json!(old.to_string()), json!(new.to_string())),
        (data, readers),
        format!("values were {old} and are {new}"),
    ));
}

fn ttl(changes: &mut Vec<Change>, path: &str, what: &str, old: &TtlSpec, new: &TtlSpec) {
    if old == new {
        return;
    }
    let data = narrower(old, new);
    let readers = narrower(new, old);
    let why = match (&data, &readers) {
        (Some(why), _) => format!("old {what} {why}"),
        (None, Some(why)) => format!("new {what} {why} by the old version"),
        (None, None) => {
            "what is written has to live for another time; what is there is as valid as before"
                .to_owned()
        }
    };
    let shown = |ttl: &TtlSpec| serde_json::to_value(ttl).unwrap_or(Value::Null);
    changes.push(change(
        path,
        ChangeKind::Expiry,
        (shown(old), shown(new)),
        (data.is_some(), readers.is_some()),
        why,
    ));
}

/// Says what of `from` is not accepted by `to`, as what follows "old keys"; `None` if all of it is.
fn narrower(from: &TtlSpec, to: &TtlSpec) -> Option<&'static str> {
    if !from.required && to.required {
        return Some("may have no expiry, and must have one");
    }
    if from.allowed && !to.allowed {
        return Some("may have an expiry, and must have none");
    }
    let longer = match (from.max, to.max) {
        (_, None) => false,
        (None, Some(_)) => from.allowed,
        (Some(from), Some(to)) => from > to,
    };
    longer.then_some("may live for longer than is accepted")
}
