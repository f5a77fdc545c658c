//! What is found before a script runs.

use std::collections::BTreeMap;

use remold_host_api::{Exports, Outcome, TransformSource};
use remold_sandbox_rhai::{CompileError, RhaiSource, Script};

use crate::support::{compile, context, options, record, text};

fn refused(source: &str) -> CompileError {
    compile(source).expect_err(source)
}

#[test]
fn exports_are_found() {
    let exports = |source: &str| compile(source).expect(source).exports();
    assert_eq!(
        exports("fn migrate(rec) {} fn revert(rec) {} fn lookups(rec) {}"),
        Exports {
            migrate: true,
            revert: true,
            lookups: true,
            run: false
        }
    );
    assert!(exports("fn run() {}").run);
}

#[test]
fn a_script_without_an_export_is_told_what_is_expected() {
    let error = refused("fn migrat(rec) {}");
    assert!(error.message.contains("fn migrate(rec)"), "{error}");
    let error = refused("fn migrate() {}");
    assert!(error.message.contains("one parameter"), "{error}");
    assert_eq!(error.location.line, 1);
    assert!(
        refused("fn migrate(rec) {} fn run() {}")
            .message
            .contains("both")
    );
}

#[test]
fn a_syntax_error_has_its_place_and_line() {
    let error = refused("fn migrate(rec) {\n    let x = ;\n}");
    assert_eq!((error.location.line, error.location.column), (2, 13));
    assert_eq!(error.location.file, "main.rhai");
    assert_eq!(error.location.source_line, "    let x = ;");
    assert_eq!(error.code(), "script");
}

#[test]
fn mistyped_names_are_found_with_a_guess() {
    let cases = [
        (
            "rec.hash.renme(\"a\", \"b\");",
            "`renme`",
            "did you mean `rename`?",
        ),
        ("let x = now_m();", "`now_m`", "did you mean `now_ms`?"),
        ("rec.hsah.len();", "`hsah`", "did you mean `rec.hash`?"),
        ("rec.name = 1;", "`name`", "rec.hash.get"),
        ("helpr(1);", "`helpr`", "did you mean `helper`?"),
    ];
    for (statement, message, hint) in cases {
        let error = refused(&format!(
            "fn helper(x) {{ x }}\nfn migrate(rec) {{ {statement} }}"
        ));
        assert!(error.message.contains(message), "{error}");
        assert!(
            error
                .hint
                .as_deref()
                .is_some_and(|found| found.contains(hint)),
            "{error} {:?}",
            error.hint
        );
        assert_eq!(error.location.line, 2);
    }
}

#[test]
fn a_call_with_the_wrong_number_of_arguments_is_found() {
    let error = refused("fn migrate(rec) { rec.hash.get_or(\"a\"); }");
    assert!(
        error
            .message
            .contains("`get_or` is called with 1 arguments and takes 2"),
        "{error}"
    );
    let error = refused("fn two(a, b) {} fn migrate(rec) { two(1); }");
    assert!(error.message.contains("`two`"), "{error}");
}

#[test]
fn what_a_script_cannot_have_is_found_at_its_place() {
    for call in [
        "scan(\"user:*\")",
        "get(\"user:1\")",
        "apply(rec)",
        "backup(\"before\")",
    ] {
        let error = refused(&format!("fn migrate(rec) {{\n    {call};\n}}"));
        let hint = error.hint.as_deref().unwrap_or_default();
        assert!(error.message.contains("is for programs"), "{error}");
        assert!(hint.contains("fn run()"), "{error} {hint}");
        assert_eq!((error.location.line, error.location.column), (2, 5));
        compile(&format!("fn run() {{ let rec = (); {call}; }}")).expect("a program may");
    }
    let mut without_backup = options();
    without_backup.capabilities.asked.backup = false;
    let program = Script {
        file: "main.rhai".to_owned(),
        source: "fn run() { backup(\"before\"); }".to_owned(),
        ..Script::default()
    };
    let error = RhaiSource::compile(&program, without_backup).expect_err("none is granted");
    assert_eq!(error.message, "no capability grants `backup`");
    let hint = error.hint.as_deref().unwrap_or_default();
    assert!(hint.contains("spec.capabilities.backup"), "{hint}");
    // A function of the script's own is another one.
    compile("fn get(x) { x }\nfn migrate(rec) { get(1); }").expect("it is the script's own");
}

#[test]
fn unknown_variables_are_found() {
    let error = refused("fn migrate(rec) { x }");
    assert!(error.message.contains('x'), "{error}");
    let error = refused("fn migrate(rec) { let y = now_ms; }");
    assert_eq!(
        error.hint.as_deref(),
        Some("now_ms is a function: write now_ms(…)")
    );
}

#[test]
fn what_is_switched_off_is_not_there() {
    for statement in [
        "eval(\"1\");",
        "sleep(1);",
        "timestamp();",
        "exit();",
        "this = 1;",
        "import \"/etc/passwd\" as p;",
    ] {
        refused(&format!("fn migrate(rec) {{ {statement} }}"));
    }
}

#[test]
fn statements_outside_functions_are_refused() {
    let error = refused("let x = 1;\nfn migrate(rec) {}");
    assert!(error.message.contains("never run"), "{error}");
    refused("log_info(\"x\");\nfn migrate(rec) {}");
}

fn with_modules(source: &str, modules: &[(&str, &str)]) -> Result<RhaiSource, CompileError> {
    let modules = modules
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let script = Script {
        file: "main.rhai".to_owned(),
        source: source.to_owned(),
        modules: modules.collect::<BTreeMap<_, _>>(),
    };
    RhaiSource::compile(&script, options())
}

fn run(
    source: &RhaiSource,
) -> (
    Result<Outcome, remold_host_api::Failure>,
    remold_host_api::Record,
) {
    let mut instance = source.instantiate().expect("an instance");
    let mut records = [record(text("x"))];
    let outcome = instance
        .migrate(&context(), &mut records, &|_| {
            unreachable!("scripts do not ask")
        })
        .remove(0);
    let [record] = records;
    (outcome, record)
}

#[test]
fn constants_are_seen_in_functions_and_helpers() {
    let source = compile(
        "const PREFIX = \"p:\";\nconst FACTORS = [1, 2];\nfn helper() { PREFIX }\n\
         fn migrate(rec) { rec.text = helper() + PREFIX + FACTORS[1]; }",
    );
    let (outcome, record) = run(&source.expect("it compiles"));
    assert_eq!(outcome, Ok(Outcome::Done));
    assert_eq!(record.value(), &text("p:p:2"));
}

#[test]
fn parameters_are_seen_everywhere() {
    let source = compile(
        "fn helper() { params.factor * 2 }\n\
         fn migrate(rec) { rec.text = `${helper()} ${params.rate} ${params.names[1]}`; }",
    );
    let (outcome, record) = run(&source.expect("it compiles"));
    assert_eq!(outcome, Ok(Outcome::Done));
    assert_eq!(record.value(), &text("6 0.10 b"));
}

#[test]
fn files_of_the_folder_are_imported() {
    let source = with_modules(
        "import \"money\" as m;\nfn helper(x) { m::cents(x) }\n\
         fn migrate(rec) { rec.text = helper(2) + m::RATE; }",
        &[
            (
                "money.rhai",
                "import \"lib/base\" as base;\nconst RATE = 5;\nfn cents(x) { base::times(x) + RATE }",
            ),
            (
                "lib/base.rhai",
                "const HUNDRED = 100;\nfn times(x) { x * HUNDRED }",
            ),
        ],
    );
    let (outcome, record) = run(&source.expect("it compiles"));
    assert_eq!(outcome, Ok(Outcome::Done));
    assert_eq!(record.value(), &text("210"));
}

#[test]
fn mistakes_in_imports_are_found() {
    let error = with_modules(
        "import \"mony\" as m; fn migrate(rec) {}",
        &[("money.rhai", "fn f() {}")],
    );
    let error = error.expect_err("there is no such file");
    assert_eq!(error.hint.as_deref(), Some("did you mean \"money.rhai\"?"));
    let error = with_modules(
        "import \"money\" as m; fn migrate(rec) { m::cent(1); }",
        &[("money.rhai", "fn cents(x) { x }")],
    );
    let error = error.expect_err("there is no such function");
    assert_eq!(error.hint.as_deref(), Some("did you mean `m::cents`?"));
    let error = with_modules(
        "import \"money\" as m;\nfn migrate(rec) {}",
        &[("money.rhai", "fn cents(x) {\n x + }")],
    );
    let error = error.expect_err("it does not parse");
    assert_eq!(
        (error.location.file.as_str(), error.location.line),
        ("money.rhai", 2)
    );
    let error = with_modules(
        "import \"a\" as a; fn migrate(rec) {}",
        &[
            ("a.rhai", "import \"b\" as b; fn f() {}"),
            ("b.rhai", "import \"a\" as a; fn g() {}"),
        ],
    );
    assert!(
        error
            .expect_err("a cycle")
            .message
            .contains("imports itself")
    );
}

#[test]
fn a_function_of_the_script_goes_before_one_of_the_same_name() {
    let source = compile(
        "fn len(x) { 7 }\nfn hex(x) { `mine: ${x}` }\n\
         fn migrate(rec) {\n\
           let here = |x| hex(x);\n\
           rec.text = `${len(\"abc\")} ${\"abc\".len()} ${hex(1)} ${here.call(2)} ${\"a\".to_upper()}`;\n\
         }",
    );
    let (outcome, record) = run(&source.expect("it compiles"));
    assert_eq!(outcome, Ok(Outcome::Done));
    assert_eq!(record.value(), &text("7 3 mine: 1 mine: 2 A"));
}

#[test]
fn a_file_can_be_imported_where_it_is_used_for_any_number_of_records() {
    let source = with_modules(
        "fn migrate(rec) { import \"money\" as m; rec.text = m::cents(2); }",
        &[("money.rhai", "fn cents(x) { x * 100 }")],
    );
    let mut instance = source
        .expect("it compiles")
        .instantiate()
        .expect("a compiled script makes instances");
    let mut records: Vec<_> = (0..100).map(|_| record(text("x"))).collect();
    let outcomes = instance.migrate(&context(), &mut records, &|_| {
        unreachable!("scripts do not ask")
    });
    assert_eq!(outcomes, vec![Ok(Outcome::Done); 100]);
    assert_eq!(records[99].value(), &text("200"));
}

#[test]
fn a_failure_in_an_imported_file_has_its_place() {
    let source = with_modules(
        "import \"money\" as m;\nfn helper(x) {\n  m::cents(x)\n}\nfn migrate(rec) {\n  helper(0);\n}",
        &[("money.rhai", "fn cents(x) {\n    let y = 1;\n    y / x\n}")],
    );
    let (outcome, _) = run(&source.expect("it compiles"));
    let location = outcome
        .expect_err("division by zero")
        .location
        .expect("a place");
    assert_eq!(
        (location.file.as_str(), location.line, location.column),
        ("money.rhai", 3, 7)
    );
    assert_eq!(location.source_line, "    y / x");
}

#[test]
fn a_failure_in_a_called_function_has_its_place() {
    let source =
        compile("fn helper(rec) {\n  rec.hash.get(\"a\")\n}\nfn migrate(rec) {\n  helper(rec);\n}");
    let (outcome, _) = run(&source.expect("it compiles"));
    let failure = outcome.expect_err("it is a text");
    let location = failure.location.expect("a place");
    assert_eq!((location.file.as_str(), location.line), ("main.rhai", 2));
    assert!(
        failure.message.contains("the record holds a text"),
        "{}",
        failure.message
    );
}

/// Checks in which line of `migrate` statements fail; its first one is 1.
#[track_caller]
fn fails_in(line: usize, statements: &str) {
    let source = format!("fn deep(n) {{ deep(n + 1) }}\n\nfn migrate(rec) {{\n{statements}\n}}");
    let (outcome, _) = run(&compile(&source).expect("it compiles"));
    let failure = outcome.expect_err(statements);
    let location = failure.location.as_ref().expect("a place");
    assert_eq!(location.line, line + 3, "{statements}: {failure}");
    let written = source.lines().nth(line + 2);
    assert_eq!(Some(location.source_line.as_str()), written);
}

#[test]
fn a_failure_of_arithmetic_has_its_place() {
    fails_in(2, "let x = 0;\nlet y = 1 / x;");
    fails_in(2, "let x = 1;\nx /= x - 1;");
    fails_in(2, "let x = 1;\nx %= 0;");
    fails_in(2, "let x = 9223372036854775807;\nx + 1;");
    fails_in(2, "let m = #{ a: 1 };\nm.a /= 0;");
    fails_in(3, "let l = [1];\nl.map(|n| {\nn / 0 });");
}

#[test]
fn a_limit_has_at_least_the_place_of_its_function() {
    fails_in(2, "let x = 1;\nloop { x += 1; }");
    fails_in(0, "let x = 1;\nloop {}");
    fails_in(0, "let x = 1;\nwhile true { 1; }");
    fails_in(0, "let x = 1;\ndeep(0);");
}
