//! Scripts that mean harm, or act as if they did: each ends with a typed reason, within its limits,
//! and the instance goes on to the next record.

use std::time::Duration;

use remold_host_api::{Failure, FailureReason, Limits, Outcome, Transform, TransformSource};
use remold_sandbox_rhai::{Options, RhaiSource};

use crate::support::{context, options, peak, probe, record, restart_peak, script, text};

/// The memory that a hostile script may use.
const MEMORY: usize = 4 << 20;

/// What may come on top of the limit: the one operation that passes it, whose result is no larger
/// than what it is made of, and the engine itself.
const MOST: u64 = 3 * MEMORY as u64 + (4 << 20);

/// Limits that leave memory as the one that is hit.
fn plenty_of_time() -> Limits {
    Limits {
        fuel_base: 200_000_000,
        timeout: Duration::from_mins(2),
        memory: MEMORY,
        ..Limits::default()
    }
}

/// The default fuel, on a machine that may be slow.
fn patient() -> Limits {
    Limits {
        timeout: Duration::from_mins(2),
        memory: MEMORY,
        ..Limits::default()
    }
}

fn make(source: &str, limits: Limits, measured: bool) -> Box<dyn Transform> {
    let options = Options {
        limits,
        memory_probe: measured.then_some(probe),
        ..options()
    };
    let compiled = RhaiSource::compile(&script(source), options).expect(source);
    compiled.instantiate().expect("an instance")
}

/// Runs statements over a hostile record, and then over a harmless one, which must be done.
fn fails(statements: &str, limits: Limits, measured: bool) -> Failure {
    let source = format!(
        "fn down(n) {{ down(n + 1) }}\nfn migrate(rec) {{\nif rec.text == \"harmless\" {{ return; }}\n{statements}\n}}"
    );
    let mut instance = make(&source, limits, measured);
    let mut records = [record(text("hostile")), record(text("harmless"))];
    let mut outcomes = instance.migrate(&context(), &mut records, &|_| {
        unreachable!("scripts do not ask")
    });
    assert_eq!(
        outcomes.pop(),
        Some(Ok(Outcome::Done)),
        "after {statements}"
    );
    let outcome = outcomes.pop().expect("an outcome for each record");
    outcome.expect_err(statements)
}

fn check(statements: &str, limits: Limits, reason: FailureReason) {
    let failure = fails(statements, limits, true);
    assert_eq!(failure.reason, reason, "{statements}: {failure}");
}

/// Checks that memory is the limit that is hit, that it stayed bounded, and that the place is known.
fn check_memory(statements: &str) {
    let before = restart_peak();
    let failure = fails(statements, plenty_of_time(), true);
    assert_eq!(
        failure.reason,
        FailureReason::Memory,
        "{statements}: {failure}"
    );
    let most = peak().saturating_sub(before);
    assert!(most < MOST, "{statements}: {most} bytes");
    assert!(failure.location.is_some(), "{statements}: {failure}");
}

macro_rules! hostile {
    ($($name:ident: $check:expr;)*) => {$(
        #[test]
        fn $name() {
            $check;
        }
    )*};
}

hostile! {
    an_endless_loop: check("loop { }", patient(), FailureReason::OutOfFuel);
    a_loop_that_catches_everything:
        check("loop { try { loop { let x = 1; } } catch { } }", patient(), FailureReason::OutOfFuel);
    a_limit_that_is_caught_counts_all_the_same:
        check("try { let i = 0; loop { i += 1; } } catch (e) { } skip(\"fine\")", patient(), FailureReason::OutOfFuel);
    a_memory_limit_that_is_caught_counts_all_the_same:
        check("try { let s = \"x\"; s.pad(1000000000, \"x\"); } catch { } done()", plenty_of_time(), FailureReason::Memory);
    endless_recursion: check("down(0)", plenty_of_time(), FailureReason::Trap);
    recursion_through_closures:
        check("let f = |g| g.call(g); f.call(f)", plenty_of_time(), FailureReason::Trap);
    too_many_nested_callbacks:
        check("let f = |g| [1].map(|x| g.call(g)); f.call(f)", plenty_of_time(), FailureReason::Trap);
    a_text_that_doubles: check_memory("let s = \"x\"; loop { s += s; }");
    a_text_that_doubles_by_interpolation: check_memory("let s = \"x\"; loop { s = `${s}${s}`; }");
    a_text_that_doubles_by_concatenation: check_memory("let s = \"x\"; loop { s = s + s; }");
    an_array_that_doubles: check_memory("let x = [0]; loop { x = x + x; }");
    an_array_that_holds_itself_twice: check_memory("let x = [0]; let i = 0; loop { x = if i % 2 == 0 { x + x } else { [x.len(), 1] + x }; i += 1; }");
    an_array_that_is_filled: check_memory("let x = []; loop { x.push(1); }");
    an_array_that_is_filled_by_assignment: check_memory("let x = []; loop { x += 1; }");
    a_map_that_is_filled: check_memory("let m = #{}; let i = 0; loop { m[`key${i}`] = i; i += 1; }");
    a_blob_that_doubles: check_memory("let b = blob(16, 1); loop { b.append(b); }");
    many_copies_in_closures:
        check_memory("let s = \"x\"; s.pad(100000, \"x\"); let f = []; loop { let c = s + \"y\"; f.push(|| c); }");
    padding_a_text: check_memory("let s = \"x\"; s.pad(4000000000, \"x\");");
    padding_an_array: check_memory("let a = []; a.pad(1000000000, 0);");
    padding_an_array_with_large_items:
        check_memory("let s = \"x\"; s.pad(1000000, \"x\"); let a = []; a.pad(1000, s.to_blob());");
    a_large_blob: check_memory("let b = blob(4000000000);");
    replacing_little_by_much:
        check_memory("let s = \"a\"; s.pad(10000, \"a\"); let t = s + \"\"; s.replace(\"a\", t);");
    splitting_into_characters:
        check_memory("let s = \"a\"; s.pad(2000000, \"a\"); s.split(\"\");");
    a_regular_expression_that_replaces_little_by_much:
        check_memory("let s = \"a\"; s.pad(10000, \"a\"); regex_replace(s, \"a\", s)");
    json_of_many_small_elements:
        check_memory("let s = \"[\"; s.pad(1000001, \"0,\"); parse_json(s + \"0]\")");
    a_compressed_bomb:
        check_memory("let b = blob(2000000); loop { b = unzstd(zstd(b + b)); }");
    a_bomb_in_zlib:
        check_memory("let b = blob(2000000); loop { b = unzlib(zlib(b + b)); }");
    a_patch_that_doubles_the_document:
        check_memory("let p = []; for i in 0..60 { p.push(#{ op: \"copy\", from: \"\", path: \"/a/-\" }); } json_patch(#{ a: [] }, p)");
    a_patch_that_nests_without_end:
        check("let p = []; for i in 0..300 { p.push(#{ op: \"move\", from: \"/a\", path: \"/b\" }); p.push(#{ op: \"add\", path: \"/a\", value: #{} }); p.push(#{ op: \"move\", from: \"/b\", path: \"/a/b\" }); } json_patch(#{ a: 1 }, p)", plenty_of_time(), FailureReason::Exception);
    a_path_that_visits_everything_again_and_again:
        check("let d = [0]; for i in 0..60 { d = [d, i, i]; } json_path(d, \"$..*..*..*..*..*\")", patient(), FailureReason::OutOfFuel);
    a_path_whose_filter_looks_at_everything:
        check("let d = []; d.pad(20000, 1); json_path(d, \"$[?count($..*) > 1]\")", patient(), FailureReason::OutOfFuel);
    deep_nesting_without_copies: check_memory("let h = [[]]; loop { h = [[h.pop()]]; }");
    deep_nesting_of_maps: check_memory("let h = #{}; loop { h = #{ a: h }; }");
    deep_nesting_in_a_pointer: check_memory("let f = |a| a; loop { f = f.curry(f); }");
    deep_nesting_of_json:
        check("let s = \"[\"; s.pad(100000, \"[\"); parse_json(s)", plenty_of_time(), FailureReason::Exception);
    a_regular_expression_that_is_large:
        check("matches(\"a\", \"(a{1000}){1000}\")", plenty_of_time(), FailureReason::Exception);
    a_regular_expression_that_would_backtrack:
        check("let s = \"a\"; s.pad(20000, \"a\"); loop { matches(s, \"(a*)*b\"); }", patient(), FailureReason::OutOfFuel);
    many_regular_expressions:
        check("let i = 0; loop { matches(\"a\", `a{${i % 500}}`); i += 1; }", patient(), FailureReason::OutOfFuel);
    hashing_without_end:
        check("let s = \"a\"; s.pad(100000, \"a\"); loop { sha256(s); }", patient(), FailureReason::OutOfFuel);
    a_sort_with_a_comparator_that_lies:
        check("let a = []; a.pad(2000, 1); loop { a.sort(|x, y| 1); }", patient(), FailureReason::OutOfFuel);
    a_loop_without_a_body: check("do { } while true;", patient(), FailureReason::OutOfFuel);
    a_long_range: check("for i in 0..9000000000000000000 { let x = i; }", patient(), FailureReason::OutOfFuel);
    too_much_output:
        check("loop { rec.text = rec.text + \"0123456789\"; }", plenty_of_time(), FailureReason::BadOutput);
    too_many_emitted_keys:
        check("loop { rec.emit(\"out:1\", \"0123456789\"); }", plenty_of_time(), FailureReason::BadOutput);
    too_much_log: check("loop { print(\"0123456789\"); }", plenty_of_time(), FailureReason::BadOutput);
}

#[test]
fn the_wall_clock_stops_a_loop() {
    let limits = Limits {
        fuel_base: u64::MAX / 2,
        timeout: Duration::from_millis(20),
        ..Limits::default()
    };
    let failure = fails("let i = 0;\nloop { i += 1; }", limits, true);
    assert_eq!(failure.reason, FailureReason::Timeout);
    assert!(failure.message.contains("the limit is 20 ms"), "{failure}");
    assert_eq!(failure.location.expect("a place").line, 5);
}

#[test]
fn fuel_is_the_same_alone_and_in_a_batch() {
    let source = "fn migrate(rec) { let i = 0; while i < 20000 { i += 1; } if rec.text == \"b\" { loop { i += 1; } } }";
    let mut instance = make(source, patient(), true);
    let mut batch = ["a", "b", "a"].map(|value| record(text(value)));
    let together = instance.migrate(&context(), &mut batch, &|_| {
        unreachable!("scripts do not ask")
    });
    let mut alone = [record(text("b"))];
    let single = instance.migrate(&context(), &mut alone, &|_| {
        unreachable!("scripts do not ask")
    });
    assert_eq!(together[0], Ok(Outcome::Done));
    assert_eq!(together[2], Ok(Outcome::Done));
    assert_eq!(together[1], single[0]);
    let failure = single[0].as_ref().expect_err("it loops");
    assert_eq!(failure.reason, FailureReason::OutOfFuel);
}

#[test]
fn without_a_probe_single_values_are_bounded() {
    for statements in [
        "let s = \"x\"; loop { s += s; }",
        "let x = [0]; loop { x = [x, x]; }",
        "let b = blob(16, 1); loop { b.append(b); }",
        "let s = \"x\"; s.pad(4000000000, \"x\");",
        "let b = blob(4000000000);",
        "let a = []; a.pad(1000000000, 0);",
    ] {
        let failure = fails(statements, plenty_of_time(), false);
        assert_eq!(
            failure.reason,
            FailureReason::Memory,
            "{statements}: {failure}"
        );
    }
}

#[test]
fn a_script_that_nests_too_deep_is_not_compiled() {
    for source in [
        format!(
            "fn migrate(rec) {{ {}1{} }}",
            "(".repeat(500),
            ")".repeat(500)
        ),
        format!(
            "fn migrate(rec) {{ {}{} }}",
            "if true {".repeat(500),
            "}".repeat(500)
        ),
        format!(
            "fn migrate(rec) {{ let x = {}1{}; }}",
            "[".repeat(5000),
            "]".repeat(5000)
        ),
    ] {
        let error = crate::support::compile(&source).expect_err("it nests too deep");
        assert!(error.message.contains("omplex"), "{}", error.message);
    }
}
