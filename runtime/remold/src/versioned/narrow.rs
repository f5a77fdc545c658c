//! Which keys a migration between versions selects if its manifest does not say: those of the versions.

use remold_host_api::{Kind, Pattern};
use remold_manifest::{Document, KeyKind, Path as Place};
use remold_schema::Course;

/// Puts into a document what it leaves to its default of the selection: the pattern of the versions' keys, and the kind of their
/// values if that is one. Of several patterns it is what all of them begin with; [`within`] are then the patterns themselves.
pub(crate) fn narrow(document: &mut Document, course: &Course) {
    let is_left = |name| {
        let place = Place::of(&["spec", "select", name]);
        document.span(&place).is_none()
    };
    let (match_is_left, kind_is_left) = (is_left("match"), is_left("type"));
    let select = &mut document.migration.spec.select;
    if select.keys.is_none() && match_is_left {
        select.match_ = pattern(&course.patterns());
    }
    if select.kind.is_none() && kind_is_left {
        select.kind = course.kind().map(key_kind);
    }
}

/// Returns the patterns of which each selected key matches one, where the selection is only what all of them begin with.
pub(crate) fn within(document: &Document, course: &Course) -> Vec<Pattern> {
    let select = &document.migration.spec.select;
    let patterns = course.patterns();
    let is_theirs =
        select.keys.is_none() && patterns.len() > 1 && select.match_ == pattern(&patterns);
    if is_theirs { patterns } else { Vec::new() }
}

/// Returns the one pattern, or what all patterns begin with.
fn pattern(patterns: &[Pattern]) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if let [only] = patterns {
        return text(only.as_bytes());
    }
    let mut prefixes = patterns.iter().map(Pattern::literal_prefix);
    let first = prefixes.next().unwrap_or_default();
    let common = prefixes.fold(first, |common, next| {
        let same = common
            .iter()
            .zip(next)
            .take_while(|(one, other)| one == other);
        &common[..same.count()]
    });
    // A character may have been cut.
    let whole = match std::str::from_utf8(common) {
        Ok(_) => common,
        Err(error) => &common[..error.valid_up_to()],
    };
    format!("{}*", text(whole))
}

fn key_kind(kind: Kind) -> KeyKind {
    match kind {
        Kind::Text => KeyKind::Text,
        Kind::List => KeyKind::List,
        Kind::Set => KeyKind::Set,
        Kind::SortedSet => KeyKind::SortedSet,
        Kind::Hash => KeyKind::Hash,
        Kind::Stream => KeyKind::Stream,
        Kind::Opaque => KeyKind::Opaque,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_patterns_become_what_they_begin_with() {
        let check = |patterns: &[&'static str], expected: &str| {
            let patterns: Vec<Pattern> = patterns.iter().map(|one| Pattern::new(*one)).collect();
            assert_eq!(pattern(&patterns), expected, "{patterns:?}");
        };
        check(&["user:*"], "user:*");
        check(&["user:*", "u:*"], "u*");
        check(&["user:*", "user:*:profile"], "user:*");
        check(&["é:*", "è:*"], "*");
        check(&["a*", "b*"], "*");
    }
}
