//! Shortcuts are taken in the functions that the host calls, and in no others: the same statements must do the same in
//! both.

use remold_host_api::{FailureReason, Value};

use crate::support::{Ran, failed, hash, migrate, text};

/// Runs statements in `migrate`, and in a function that it calls.
#[track_caller]
fn same(statements: &str, value: &Value) -> Ran {
    let here = format!("fn own(x) {{ x }} fn migrate(rec) {{\n{statements}\n}}");
    let there = format!(
        "fn own(x) {{ x }} fn body(rec) {{\n{statements}\n}} fn migrate(rec) {{ body(rec) }}"
    );
    let here = migrate(&here, value.clone());
    let there = migrate(&there, value.clone());
    assert_eq!(here.record, there.record, "{statements}");
    assert_eq!(here.outcome, there.outcome, "{statements}");
    assert_eq!(here.log, there.log, "{statements}");
    here
}

/// Runs statements over a hash, whose fields they log.
#[track_caller]
fn log(statements: &str) -> Vec<String> {
    let ran = same(statements, &hash(&[("a", "1"), ("b", "2")]));
    assert!(ran.outcome.is_ok(), "{statements}: {:?}", ran.outcome);
    ran.log.into_iter().map(|line| line.message).collect()
}

#[track_caller]
fn refused(statements: &str) -> String {
    let ran = same(statements, &hash(&[("a", "1"), ("b", "2")]));
    ran.outcome.expect_err(statements).message
}

#[test]
fn methods_of_a_hash() {
    let statements = r#"let h = rec.hash;
        h.set("c", h.get("a") + h.get_or("none", "x")); h.rename("a", "z"); h.remove("b"); h.remove("none");
        log_info(`${h.contains("a")} ${h.contains("z")} ${h.get("c")} ${h.get("a")}`);"#;
    assert_eq!(log(statements), ["false true 1x "]);
}

#[test]
fn methods_of_the_hash_of_a_record() {
    let statements = r#"rec.hash.set("c", rec.hash.get("a") + rec.hash.get_or("none", "x"));
        rec.hash.rename("a", "z"); rec.hash.remove("b");
        log_info(`${rec.hash.contains("a")} ${rec.hash.get("c").len()} ${rec.hash.get("z")} ${rec.hash.get("a")?.len()}`);"#;
    assert_eq!(log(statements), ["false 2 1 "]);
    let statements = r#"let m = #{ hash: #{ a: 1, b: [2] } }; m.hash.set("c", 3); m.hash.get("b").push(4); m.hash.remove("a");
        log_info(`${m} ${m.hash.get("b").len()}`);"#;
    assert_eq!(log(statements), ["#{\"hash\": #{\"b\": [2], \"c\": 3}} 1"]);
    let statements = "let x = 1;\nrec.hash.get(\"a\");";
    assert!(same(statements, &text("x")).outcome.is_err());
    refused("rec.\nhash.\nset(\"a\", 1.5);");
    refused("rec.hash.\nget(1).len();");
}

#[test]
fn a_chain_ends_where_there_is_nothing() {
    let statements = r#"let h = (); let r = #{ hash: () };
        log_info(`${h?.get("a").len()}${h?.get("a")}${r.hash?.get("a").len()}${r?.hash.none}`);"#;
    refused(statements);
    let statements = r#"let h = (); let r = #{ hash: () };
        log_info(`${h?.get("a").len()}${h?.get("a")}${r.hash?.get("a").len()}${r.hash?.get("a")}`);"#;
    assert_eq!(log(statements), [""]);
}

#[test]
fn methods_of_the_same_names_of_something_else() {
    let statements = r#"let l = [1, 2, 3]; l.remove(1); l.set(0, 7); log_info(`${l} ${l.get(1)} ${l.contains(3)}`);
        let t = "abc"; t.remove("b"); log_info(`${t} ${t.contains("c")}`);
        let m = #{ a: 1 }; m.set("b", 2); m.remove("a"); log_info(`${m} ${m.get("b")} ${m.contains("a")}`);"#;
    assert_eq!(
        log(statements),
        ["[7, 3] 3 true", "ac true", "#{\"b\": 2} 2 false"]
    );
}

#[test]
fn a_member_that_is_a_function_is_called() {
    let statements = r"let m = #{ get: |x| `mine ${x}`, base: 5 }; let y = 2; log_info(m.get(y)); log_info(own(m.get(own(1))));";
    assert_eq!(log(statements), ["mine 2", "mine 1"]);
}

#[test]
fn variables_that_closures_share_and_those_of_inner_blocks() {
    let statements = r#"let h = rec.hash; let n = "a";
        let f = || { h.set("a", "9"); n = "b"; };
        f.call(); log_info(h.get(n) + h.get("a"));
        { let h = [5]; log_info(`${h.get(0)}`); }
        for h in [["x"]] { log_info(h.get(0)); }
        const H = rec.hash; H.set("b", "3"); log_info(H.get("b"));"#;
    assert_eq!(log(statements), ["29", "5", "x", "3"]);
}

#[test]
fn arguments_come_before_the_variable() {
    let statements = r#"let h = [1]; h.set(0, { h = [8, 8]; 5 }); log_info(`${h}`);
        let h = rec.hash; h.set("a", { h = [3]; 0 });"#;
    let ran = same(statements, &hash(&[("a", "1")]));
    assert_eq!(ran.log[0].message, "[5, 8]");
    assert!(ran.outcome.is_err(), "a list has no `a`");
    let statements = r#"let h = #{}; log_info(`${h.contains({ h = rec.hash; "a" })}`);"#;
    assert_eq!(log(statements), ["true"]);
}

#[test]
fn chains_that_begin_with_a_method() {
    let statements = r#"let h = rec.hash; let l = [[1, 2], #{ x: 3 }]; let n = 1;
        log_info(h.get("a").pad_left_none ?? "-");"#;
    assert!(refused(statements).contains("pad_left_none"));
    let statements = r#"let h = rec.hash; let l = [[1, 2], #{ x: 3 }]; let n = 1;
        log_info(`${h.get("a").len()} ${h.get("none")?.len()} ${l.get(1).x} ${l.get(0)[n]} ${l.get(n).x}`);
        l.get(0).push(4); l[own(0)].set(0, 6); log_info(`${l}`);"#;
    assert_eq!(log(statements), ["1  3 2 3", "[[6, 2], #{\"x\": 3}]"]);
    let statements = r#"let h = [rec.hash]; let x = 0; log_info(h[x].get("b")); log_info(h[h[0].get("none") ?? 0].get("a"));"#;
    assert_eq!(log(statements), ["2", "1"]);
}

#[test]
fn what_is_refused_and_where() {
    refused("let h = rec.hash;\nh.get(1);");
    refused("let h = rec.hash;\nh.set(1, 2);");
    refused("let h = rec.hash;\nh.set(\"a\",\n1.5);");
    refused("let h = rec.hash;\nh.set(\"a\",\n[1].get(own(7)) / 0);");
    refused("let h = rec.hash;\nlet x = h.rename(\"a\", 3);");
    refused("let h = ();\n\nh.get(\"a\");");
    refused("params.get(\"a\").none;");
    refused("const C = 1;\nC.set(0, 1);");
    let caught = r#"let h = rec.hash; try { h.set("a", true); } catch (e) { log_info(e.code); }"#;
    assert_eq!(log(caught), ["invalid-argument"]);
    let wrong_kind = same(
        "let h = rec.hash;\nrec.text = \"x\";\nh.get(\"a\");",
        &hash(&[("a", "1")]),
    );
    assert!(wrong_kind.outcome.is_err());
    assert!(same("let h = rec.hash;", &text("x")).outcome.is_err());
}

#[test]
fn every_place_in_which_an_expression_stands() {
    let statements = r#"let h = rec.hash; let n = 0;
        if h.contains("a") { n += 1; } else if h.contains("b") { n += 10; }
        while h.contains("b") { h.remove("b"); n += 100; }
        do { h.set("b", 1); } until h.contains("b");
        switch h.get("a") { "1" if h.contains("b") => n += 1000, _ => n += 5 }
        let l = [h.get("a"), #{ x: h.get("b") }, `${h.get("a")}`, h.contains("a") && h.contains("none")];
        l[own(0)] = h.get("b"); l[1].x += h.get("a");
        try { throw h.get("a"); } catch (e) { l.push(e); }
        log_info(`${n} ${l} ${if h.contains("q") { 1 } else { h.get("q") ?? 2 }}`);
        return skip(h.get("a"));"#;
    assert_eq!(
        log(statements),
        ["1101 [\"1\", #{\"x\": \"11\"}, \"1\", false, \"1\"] 2"]
    );
}

#[test]
fn limits_hold() {
    let check = |statements: &str, reason| {
        let failure = failed(statements, hash(&[("a", "1")]));
        assert_eq!(failure.reason, reason, "{statements}: {failure}");
        assert!(failure.location.is_some(), "{statements}: {failure}");
    };
    check(
        "let h = rec.hash; loop { h.get(\"a\"); }",
        FailureReason::OutOfFuel,
    );
    check(
        "let h = rec.hash; while h.contains(\"a\") { try { h.remove(\"b\"); } catch { } }",
        FailureReason::OutOfFuel,
    );
    check(
        "let h = rec.hash; let t = \"x\"; t.pad(1000, \"x\"); for i in 0..9999 { try { h.set(\"a\", t); } catch { } }",
        FailureReason::BadOutput,
    );
}
