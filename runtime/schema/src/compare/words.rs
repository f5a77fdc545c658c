//! Changes in words: what happened, what follows, what could be done.

use serde_json::Value;

use super::change::{Breaks, ChangeKind as Kind};
use super::judge::{Finding, Findings};
use super::walk::Difference;

/// How much of a document is shown in a sentence, in characters.
const SHOWN: usize = 160;

/// Keywords that never say anything about what is valid.
const ANNOTATIONS: &[&str] = &[
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "$comment",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "format",
    "minContains",
    "maxContains",
];

/// Whether a difference cannot change what is valid.
pub(crate) fn says_nothing(difference: &Difference) -> bool {
    let keyword = difference.path.rsplit('/').next().unwrap_or_default();
    difference.kind == Kind::AnnotationChanged && ANNOTATIONS.contains(&keyword)
}

/// Says what happened and what follows from it. The last findings are those of strict mode, where they are others.
pub(crate) fn why(
    difference: &Difference,
    findings: &Findings,
    strict: Option<&Findings>,
) -> String {
    let mut sentences = vec![what(difference)];
    match (&findings.data, &findings.readers) {
        (Finding::Fine, Finding::Fine) => {
            sentences.push("That breaks neither old data nor old readers.".to_owned());
        }
        (data, readers) => {
            sentences.push(follows(
                "Old data",
                "was valid before, and is so no more",
                data,
                "all stay valid",
            ));
            sentences.push(follows(
                "Old readers",
                "is valid now, and was not before",
                readers,
                "can read all new data",
            ));
        }
    }
    if let Some(strict) = strict {
        for (usual, strict, whose) in [
            (&findings.data, &strict.data, "old"),
            (&findings.readers, &strict.readers, "new"),
        ] {
            match (usual, strict) {
                (Finding::Fine, Finding::Breaks(witness)) => sentences.push(format!(
                    "Strictly, {} would break it; lenient mode takes {whose} data to hold no member that their own schema does not declare.",
                    shown(witness)
                )),
                (Finding::Fine, Finding::Together) => sentences.push(format!(
                    "Strictly, the changes together break something; lenient mode takes {whose} data to hold no member that their own schema does not declare."
                )),
                (Finding::Fine, Finding::Unknown(reason)) => sentences.push(format!("In strict mode that is not known: {reason}.")),
                _ => {}
            }
        }
    }
    sentences.join(" ")
}

fn follows(who: &str, witnessed: &str, finding: &Finding, fine: &str) -> String {
    match finding {
        Finding::Fine => format!("{who} {fine}."),
        Finding::Breaks(witness) => format!("{who} break: {} {witnessed}.", shown(witness)),
        Finding::Together => format!("{who} break by this together with the other changes."),
        Finding::Unknown(reason) => format!(
            "Whether {} break is not known: {reason}.",
            who.to_lowercase()
        ),
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= SHOWN {
        return text;
    }
    let start: String = text.chars().take(SHOWN).collect();
    format!("{start}…")
}

#[expect(clippy::too_many_lines, reason = "a table: a sentence for each kind")]
fn what(difference: &Difference) -> String {
    let keyword = difference
        .path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .replace("~1", "/")
        .replace("~0", "~");
    let old = difference.old.as_ref().map(shown).unwrap_or_default();
    let new = difference.new.as_ref().map(shown).unwrap_or_default();
    let place = match difference.data_path.as_deref() {
        Some("") => "the value".to_owned(),
        Some(path) => format!("`{path}`"),
        None => "what the definition describes".to_owned(),
    };
    match difference.kind {
        Kind::TypeWidened => format!(
            "More types are allowed at {place}: {old} before, {} now.",
            or_any(&new)
        ),
        Kind::TypeNarrowed => format!(
            "Fewer types are allowed at {place}: {} before, {new} now.",
            or_any(&old)
        ),
        Kind::TypeChanged => {
            format!("Other types are allowed at {place}: {old} before, {new} now.")
        }
        Kind::EnumAdded => format!("Only listed values are allowed at {place}: {new}."),
        Kind::EnumRemoved => format!("Values at {place} are no longer limited to a list."),
        Kind::EnumValueAdded => format!("The value {new} is allowed at {place}."),
        Kind::EnumValueRemoved => format!("The value {old} is no longer in the list at {place}."),
        Kind::ConstAdded => format!("Only {new} is allowed at {place}."),
        Kind::ConstRemoved => format!("Values at {place} are no longer limited to {old}."),
        Kind::ConstChanged => format!("The only value at {place} was {old} and is {new}."),
        Kind::PropertyAdded => format!("{place} is described, and was not."),
        Kind::PropertyRemoved => format!("{place} is no longer described."),
        Kind::BecameRequired => format!("{place} has to be there."),
        Kind::BecameOptional => format!("{place} may be missing."),
        Kind::AdditionalPropertiesClosed => {
            format!("Members that are not described are no longer allowed at {place}.")
        }
        Kind::AdditionalPropertiesOpened => {
            format!("Members that are not described are allowed at {place}.")
        }
        Kind::AdditionalPropertiesChanged => {
            format!("Members that are not described have another schema at {place}.")
        }
        Kind::PatternPropertyAdded => {
            format!("Members whose names match `{keyword}` are described, and were not.")
        }
        Kind::PatternPropertyRemoved => {
            format!("Members whose names match `{keyword}` are no longer described.")
        }
        Kind::PropertyNamesChanged => format!("Other names of members are allowed at {place}."),
        Kind::DependencyAdded => {
            format!("Where there is a member `{keyword}`, more is asked for at {place}.")
        }
        Kind::DependencyRemoved => {
            format!("Where there is a member `{keyword}`, less is asked for at {place}.")
        }
        Kind::DependencyChanged => {
            format!("Where there is a member `{keyword}`, something else is asked for at {place}.")
        }
        Kind::BoundAdded => format!("`{keyword}` of {new} was added at {place}."),
        Kind::BoundRemoved => format!("`{keyword}` of {old} was removed at {place}."),
        Kind::BoundRaised => format!("`{keyword}` went up from {old} to {new} at {place}."),
        Kind::BoundLowered => format!("`{keyword}` went down from {old} to {new} at {place}."),
        Kind::MultipleOfChanged => format!(
            "Numbers at {place} have to be multiples of {}; before, of {}.",
            or_any(&new),
            or_any(&old)
        ),
        Kind::PatternAdded => format!("Strings at {place} have to match {new}."),
        Kind::PatternRemoved => format!("Strings at {place} need not match {old} any more."),
        Kind::PatternChanged => {
            format!("Strings at {place} have to match {new} in place of {old}.")
        }
        Kind::FormatAdded => format!("Strings at {place} have to be of the format {new}."),
        Kind::FormatRemoved => {
            format!("Strings at {place} need not be of the format {old} any more.")
        }
        Kind::FormatChanged => {
            format!("Strings at {place} have to be of the format {new} in place of {old}.")
        }
        Kind::ItemsAdded => format!("Items are described at {place}, and were not."),
        Kind::ItemsRemoved => format!("Items are no longer described at {place}."),
        Kind::PrefixItemAdded => format!("The item at {place} is described on its own."),
        Kind::PrefixItemRemoved => {
            format!("The item at {place} is no longer described on its own.")
        }
        Kind::UniqueItemsAdded => format!("Items have to differ at {place}."),
        Kind::UniqueItemsRemoved => format!("Items may be equal at {place}."),
        Kind::ContainsChanged => format!("What has to be among the items has changed at {place}."),
        Kind::BranchAdded => format!("A branch was added for {place}."),
        Kind::BranchRemoved => format!("A branch was removed for {place}."),
        Kind::CombinatorAdded => format!("`{keyword}` was added for {place}."),
        Kind::CombinatorRemoved => format!("`{keyword}` was removed for {place}."),
        Kind::NotChanged => format!("What must not be has changed for {place}."),
        Kind::ConditionChanged => format!("A condition has changed for {place}."),
        Kind::ReferenceChanged => format!(
            "What {place} refers to was {} and is {}.",
            or_nothing(&old),
            or_nothing(&new)
        ),
        Kind::DefinitionAdded => format!("The definition `{keyword}` was added."),
        Kind::DefinitionRemoved => format!("The definition `{keyword}` was removed."),
        Kind::UnevaluatedChanged => {
            format!("What nothing else describes is treated otherwise at {place}.")
        }
        Kind::SchemaReplaced => format!("The schema of {place} was replaced."),
        Kind::AnnotationChanged => {
            format!("`{keyword}` has changed, and does not change what is valid.")
        }
        Kind::RedisType => format!("The Redis type was {old} and is {new}."),
        Kind::Encoding => format!("The encoding was {old} and is {new}."),
        Kind::KeyPattern => format!("The keys were {old} and are {new}."),
        Kind::Expiry => format!("The expiry was {old} and is {new}."),
        Kind::VersionField => format!("The version was told by {old} and is told by {new}."),
    }
}

fn or_any(text: &str) -> &str {
    if text.is_empty() { "anything" } else { text }
}

fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

/// Says what could be done about a change that breaks something.
pub(crate) fn hint(kind: Kind, breaks: Breaks) -> Option<String> {
    if breaks == Breaks::NOTHING {
        return None;
    }
    let data = !breaks.old_data.is_no();
    let words = match kind {
        Kind::BecameRequired if data => {
            "Leave it optional, or migrate old data so that each has it before readers ask for it."
        }
        Kind::BecameOptional => {
            "Old readers rely on it: let writers go on writing it until all readers are new."
        }
        Kind::PropertyAdded if data => {
            "Old data may hold something else there: use another name, or a schema that admits what is there."
        }
        Kind::PropertyAdded => {
            "Old readers do not admit it: let them admit members that they do not know, or deploy readers first."
        }
        Kind::PropertyRemoved if data => {
            "Keep it described for as long as data have it, or migrate old data so that none has it."
        }
        Kind::AdditionalPropertiesClosed => {
            "Describe the members that data have before others are refused."
        }
        Kind::EnumValueRemoved | Kind::EnumAdded | Kind::ConstAdded | Kind::ConstChanged
            if data =>
        {
            "Keep the values that data have, or migrate old data to others first."
        }
        Kind::EnumValueAdded | Kind::EnumRemoved | Kind::ConstRemoved => {
            "Deploy readers that know the new values before writers write them."
        }
        Kind::TypeNarrowed | Kind::TypeChanged if data => {
            "Allow both types for as long as data have the old one, or migrate old data first."
        }
        Kind::TypeWidened => "Deploy readers that know the new type before writers write it.",
        Kind::FormatAdded | Kind::PatternAdded | Kind::PatternChanged | Kind::FormatChanged
            if data =>
        {
            "Check live data against the new form first; migrate those that are not of it."
        }
        Kind::BranchRemoved | Kind::CombinatorAdded if data => {
            "Keep what data have among the branches, or migrate old data first."
        }
        Kind::BranchAdded if data => {
            "With `oneOf`, a new branch excludes what it shares with another; use `anyOf`, or make the branches differ."
        }
        Kind::BranchAdded => "Deploy readers that know the new branch before writers use it.",
        _ if data => "Migrate old data to the new schema before readers ask for it, or admit both.",
        _ => "Deploy readers of the new schema before writers.",
    };
    Some(words.to_owned())
}
