//! No grant, no power: keys that a script names.

use remold_host_api::{FailureReason, Powers, TransformSource};
use remold_sandbox_rhai::RhaiSource;

use crate::support::{NOW, bytes, context, edited, failed, hash, options, record, script, text};

#[test]
fn other_keys_are_named_only_within_the_grant() {
    let after = edited(
        r#"
        rec.rename("user:2");
        rec.emit("out:1", hash(#{ a: 1 }), now_ms() + 1);
        rec.emit("out:2", rec.value);
        rec.remove("out:3");
        "#,
        text("x"),
    );
    assert_eq!(after.renamed().expect("renamed"), "user:2");
    assert_eq!(after.emitted()[0].expires_at, Some(NOW + 1));
    assert_eq!(after.emitted()[0].value, hash(&[("a", "1")]));
    assert_eq!(after.emitted()[1].value, text("x"));
    assert_eq!(after.removed(), bytes(&["out:3"]));
    assert!(edited("rec.delete();", text("x")).is_deleted());
    for statement in [
        r#"rec.rename("other:1");"#,
        r#"rec.emit("other:1", "x");"#,
        r#"rec.remove("other:1");"#,
    ] {
        let failure = failed(statement, text("x"));
        assert_eq!(failure.reason, FailureReason::Denied, "{statement}");
        assert!(failure.message.contains("other:1"), "{failure}");
    }
}

#[test]
fn what_the_operator_does_not_grant_is_refused_although_it_is_asked_for() {
    let mut narrowed = options();
    narrowed.capabilities.granted = Some(Powers::default());
    let script = script("fn migrate(rec) { rec.rename(\"out:1\"); }");
    let source = RhaiSource::compile(&script, narrowed).expect("it compiles");
    let mut instance = source.instantiate().expect("it starts");
    let mut records = [record(text("x"))];
    let outcomes = instance.migrate(&context(), &mut records, &|_| unreachable!("none is lost"));
    let failure = outcomes[0].as_ref().expect_err("it is not granted");
    assert_eq!(failure.reason, FailureReason::Denied);
    assert!(
        failure.message.contains("--grant \"write:out:1\""),
        "{failure}"
    );
    assert_eq!(records[0].renamed(), None);
}
