//! Scripts that do not compile, or want what they cannot have: the place and the source line are shown, and nothing
//! is contacted.

use super::Place;

const MANIFEST: &str = "apiVersion: remold.dev/v1alpha1\nkind: RedisMigration\nmetadata: { name: count }\nspec:\n  \
                        transform: { rhai: { file: count.rhai } }\n";

#[track_caller]
fn refused(script: &str, words: &[&str]) {
    Place::new(MANIFEST, script).is_refused(words);
}

#[test]
fn what_does_not_parse() {
    let words = ["count.rhai:2:13", "2 |     let x = ;", "Unexpected ';'"];
    refused("fn migrate(rec) {\n    let x = ;\n}", &words);
    let unclosed = "fn migrate(rec) {\n    rec.hash.set(\"a\", \"b\"";
    refused(unclosed, &["count.rhai:2:", "rec.hash.set(\"a\", \"b\""]);
    refused(
        "fn migrate(rec) { eval(\"1\"); }",
        &["count.rhai:1:19", "eval"],
    );
    let stray = "let x = 1;\nfn migrate(rec) { }";
    refused(stray, &["count.rhai:1:", "this would never run"]);
}

#[test]
fn a_function_or_a_variable_that_is_not_there() {
    let misspelt = "fn migrate(rec) {\n    rec.hash.sett(\"a\", \"b\");\n}";
    refused(
        misspelt,
        &[
            "there is no function `sett`",
            "count.rhai:2:14",
            "2 |     rec.hash.sett(\"a\", \"b\");",
            "did you mean `set`?",
        ],
    );
    let arguments = "fn migrate(rec) { rec.hash.get_or(\"a\"); }";
    refused(
        arguments,
        &["count.rhai:1:28", "is called with 1 arguments and takes 2"],
    );
    refused(
        "fn migrate(rec) { x }",
        &["count.rhai:1:19", "Undefined variable: x"],
    );
    let import = "import \"money\" as money;\nfn migrate(rec) { }";
    refused(import, &["count.rhai:1:", "money"]);
}

#[test]
fn no_function_that_could_be_called() {
    for script in ["", "fn migrat(rec) { }"] {
        refused(
            script,
            &["count.rhai:1:1", "neither `fn migrate(rec)` nor `fn run()`"],
        );
    }
    let both = "fn run() { }\nfn migrate(rec) { }";
    refused(
        both,
        &["count.rhai:1:1", "both `fn migrate(rec)` and `fn run()`"],
    );
    for (script, written) in [
        ("fn migrate() { }", "0"),
        ("fn migrate(rec, other) { }", "2"),
    ] {
        let words =
            format!("`migrate` takes one parameter, the record; it is written with {written}");
        refused(script, &["count.rhai:1:", &words, script]);
    }
    refused(
        "fn run(rec) { }",
        &["`run` takes no parameter; it is written with 1"],
    );
}

#[test]
fn what_is_not_granted() {
    for call in [
        "scan(\"user:*\")",
        "get(\"user:1\")",
        "apply(rec)",
        "backup(\"before\")",
    ] {
        let name = call.split('(').next().unwrap_or_default();
        refused(
            &format!("fn migrate(rec) {{\n    {call};\n}}"),
            &[
                &format!("`{name}` is for programs, and this is a record transform"),
                "count.rhai:2:5",
                &format!("2 |     {call};"),
                "write `fn run()` instead",
            ],
        );
    }
    let backup = [
        "no capability grants `backup`",
        "count.rhai:1:12",
        "spec.capabilities.backup",
    ];
    refused("fn run() { backup(\"before\"); }", &backup);
}
