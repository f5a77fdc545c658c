//! Which functions of the host a script has calls of, told without running it.

use remold_host_api::TransformSource;

use crate::support::compile;

#[test]
fn it_is_told_which_functions_of_the_host_a_script_calls() {
    let called = |source: &str| -> Vec<&'static str> {
        let script = compile(source).expect("it compiles");
        script
            .calls()
            .iter()
            .map(|function| function.name)
            .collect()
    };
    // On a part of a record the method is known, also through a variable that holds nothing else.
    assert_eq!(
        called(
            "fn migrate(rec) { let hash = rec.hash; hash.remove(\"a\"); rec.set.remove(\"b\"); }"
        ),
        [
            "record.hash",
            "record.set",
            "hash.remove",
            "set.remove",
            "hash",
            "set"
        ]
    );
    // A method of something unknown stands for all of its name, and is never left out.
    for unknown in [
        "fn migrate(r) { r.rename(\"x\"); }",
        "fn migrate(rec) { let it = rec.hash; it = rec; it.rename(\"x\"); }",
        "fn migrate(rec) { rename(rec, \"x\"); }",
        "fn migrate(rec) { for it in [rec] { it.rename(\"x\"); } }",
        "fn migrate(rec) { let f = Fn(\"rename\"); call(f, rec, \"x\"); }",
        "fn other(hash) { hash.rename(\"x\"); }\nfn migrate(rec) { let hash = rec.hash; other(rec); }",
    ] {
        assert!(
            called(unknown).contains(&"record.rename"),
            "{unknown}: {:?}",
            called(unknown)
        );
    }
    // A function of programs is none of a transform of records, whose part has a method of the same name.
    assert!(!called("fn migrate(r) { r.hash.get(\"x\"); }").contains(&"get"));
}
