//! Single comparisons; the table of cases and the property are in `tests/compare`.

use serde_json::json;

use super::*;

fn words(old: &Value, new: &Value, mode: Mode) -> (&'static str, &'static str) {
    let comparison = compare(old, new, &Options::of(mode)).expect("both are schemas");
    (comparison.backward.word(), comparison.forward.word())
}

#[test]
fn adding_an_optional_property_is_compatible_in_lenient_mode_and_reported_in_strict_mode() {
    let old = json!({"type": "object", "properties": {"name": {"type": "string"}}});
    let new = json!({"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}});
    assert_eq!(words(&old, &new, Mode::Lenient), ("holds", "holds"));
    assert_eq!(words(&old, &new, Mode::Strict), ("broken", "holds"));
    let comparison = compare(&old, &new, &Options::default()).expect("both are schemas");
    assert!(
        comparison
            .strict_backward
            .as_ref()
            .is_some_and(Verdict::is_broken),
        "{comparison:?}"
    );
    let change = &comparison.changes[0];
    assert_eq!(change.kind, ChangeKind::PropertyAdded);
    assert_eq!(change.path, "/properties/age");
    assert_eq!(change.breaks, Breaks::NOTHING);
    assert!(change.why.contains("lenient mode"), "{}", change.why);
    assert_eq!(comparison.bump(), Bump::Minor);
}
