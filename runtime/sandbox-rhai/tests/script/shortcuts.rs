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
fn parts_of_a_record() {
    let statements = r#"let h = rec.hash; let r = rec; let m = #{ hash: 1, text: [2] };
        log_info(`${h.get("a")} ${r.hash.len()} ${m.hash} ${m.text}`); m.hash += 1; m.text.push(3);
        let x = r.hash; x.set("a", 5); let f = || r.hash.get("a"); log_info(`${m} ${f.call()}`); log_info(r.hash.get("a"));
        log_info(`${rec?.hash.len()} ${rec.hash?.len()}`);"#;
    assert_eq!(
        log(statements),
        [
            "1 2 1 [2]",
            "#{\"hash\": 2, \"text\": [2, 3]} 5",
            "5",
            "2 2"
        ]
    );
    refused("let x = 1;\nlet y = rec.\ntext;");
    refused("let x = rec.list;");
    log("const C = rec;\nlet h = C.hash; h.set(\"a\", 2);");
    refused("const C = rec;\nlet x =\nC.hash.get(\"a\");");
    refused("let m = #{};\nlet x = m.hash;");
    refused("let m = ();\nlet x = m.hash;");
    let ran = same(
        r#"log_info(rec.text.split(",")[1]); let t = rec.text; rec.text = t + "!"; log_info(rec.text);"#,
        &text("a,b"),
    );
    assert_eq!(ran.log[0].message, "b");
    assert_eq!(ran.log[1].message, "a,b!");
    let binary = Value::Text(remold_host_api::Bytes::from_static(b"\xff"));
    for statements in ["let t = 1;\nt = rec.text;", "let t = decimal(\nrec.text);"] {
        assert!(same(statements, &binary).outcome.is_err(), "{statements}");
    }
}

#[test]
fn items_of_lists() {
    let statements = r#"let l = ["x", [1], #{ y: 2 }, 1.5, decimal("2.5"), (), true, 'c', 7]; let h = rec.hash;
        h.set("a", l[0]); h.set("b", l[8]); h.set("c", l[4]); h.set("d", l[7]);
        log_info(`${l[0]} ${l[1]} ${l[2]} ${l[3]} ${l[4]} ${l[5]} ${l[6]} ${l[7]} ${l[-1]} ${l[1][0]} ${l[2].y}`);
        let x = l[1]; x.push(9); l[1].push(3); l[0] = 5; l[0] += 1; log_info(`${l[1]} ${x} ${l[0]}`);
        let s = "text"; log_info(`${s[0]} ${blob(2, 5)[1]}`); let b = blob(2, 5); b[0] = 1; log_info(`${b[0]} ${b[1]}`);
        let n = 6; log_info(`${n[1]} ${n[0]}`); const C = [1, 2]; log_info(`${C[1]}`);
        let z = 1; let f = || z = 2; let k = [z, l]; f.call(); log_info(`${k[0]} ${k[1][0]}`);
        let e = (); log_info(`${e?[0]}`);
        for l in [[4]] { log_info(`${l[0]}`); } { let l = "inner"; log_info(`${l[0]}`); }"#;
    let lines = log(statements);
    assert_eq!(lines[0], "x [1] #{\"y\": 2} 1.5 2.5  true c 7 1 2");
    assert_eq!(lines[1], "[1, 3] [1, 9] 6");
    refused("let l = [1];\nlet x =\nl[1];");
    refused("let l = #{};\nl[0];");
    refused("let l = ();\nlog_info(l[0]);");
    refused("let l = [1.5];\nrec.hash.set(\"a\",\nl[0]);");
    refused("params[0];");
}

#[test]
fn functions_of_texts_and_numbers() {
    let statements = r#"let h = rec.hash; h.set("n", "Ada Lovelace, Countess"); h.set("p", " 12.50 "); h.set("i", "7");
        let t = h.get("n"); let p = "1.5"; let i = 3; let d = decimal("0.25"); let l = [1, 2, 3, 4]; let yes = true;
        log_info(`${h.get("n").split(" ")} ${h.get("n").split(" ", 2)} ${t.split(", ")} ${t.split(", ", 1)} ${split(t, " ", 0)}`);
        log_info(`${t.split()} ${t.split(3)} ${t.split(' ')} ${t.split("")} ${"".split(",")} ${t.split(",", -1)} ${t.split(",", 2).len()}`);
        let tail = l.split(2); log_info(`${l} ${tail} ${split(l, 1)} ${l}`);
        log_info(`${to_minor(decimal(h.get("p")), 2)} ${decimal(p)} ${decimal(i)} ${decimal(d)} ${to_minor(d, 2)} ${p.decimal()} ${d.to_minor(i)}`);
        log_info(`${to_minor(decimal(h.get("i")), 0)} ${decimal(decimal("1.0"))} ${!h.contains("n")} ${!yes} ${!!yes} ${!(i == 3)}`);
        h.set("m", to_minor(decimal(h.get("p")), 2)); h.set("q", decimal(h.get("p"))); h.set("y", h.get_or("z", h.get("i")));
        h.set("s", h.get_or("none", "fixed")); h.set("fixed", "fixed"); log_info(h.get_or("none", h.get("q")));
        log_info(`${h.get("m")} ${h.get("q")} ${h.get("y")} ${h.get("s")} ${h.get("n").split(" ")[0]}`);"#;
    let lines = log(statements);
    assert_eq!(
        lines[0],
        "[\"Ada\", \"Lovelace,\", \"Countess\"] [\"Ada\", \"Lovelace, Countess\"] \
         [\"Ada Lovelace\", \"Countess\"] [\"Ada Lovelace, Countess\"] [\"Ada Lovelace, Countess\"]"
    );
    assert_eq!(lines[2], "[1, 2] [3, 4] [2] [1]");
    assert_eq!(lines[3], "1250 1.5 3 0.25 25 1.5 250");
    assert_eq!(lines[4], "7 1.0 false false true false");
    assert_eq!(lines[6], "1250 12.50 7 fixed Ada");
}

#[test]
fn what_functions_refuse_and_where() {
    for statements in [
        "let x = 1;\nlet y = decimal(\n\"1,5\");",
        "let x = rec.hash;\nlet y = to_minor(\ndecimal(x.get(\"none\")), 2);",
        "let x = \"1.555\";\nrec.hash.set(\"a\",\nto_minor(decimal(x),\n2));",
        "to_minor(1, 2);",
        "to_minor(decimal(1), \"2\");",
        "to_minor(decimal(1), 99);",
        "let x = ();\nx.split(\",\");",
        "rec.hash.get(\"none\")\n.split(\",\");",
        "let x = \"a\"; x.split(1.5);",
        "let x = \"a\"; x.split(\",\",\n\"1\");",
        "!1;",
        "let x = \"a\";\nif !x { }",
        "if !rec.hash.get(\"a\") { }",
        "decimal([1]);",
        "decimal(own(own(())));",
    ] {
        let ran = same(statements, &hash(&[("a", "1")]));
        assert!(ran.outcome.is_err(), "{statements}");
    }
    let caught = r#"let x = "1,5"; try { decimal(x); } catch (e) { log_info(e.code); }"#;
    assert_eq!(log(caught), ["invalid-argument"]);
}

#[test]
fn arguments_come_in_their_order() {
    let statements = r#"let order = []; let step = |n, value| { order.push(n); value };
        let h = rec.hash; let t = "a b";
        log_info(`${split({ order.push(1); "x y" }, { order.push(2); " " })} ${t.split({ order.push(3); t = "c,d"; "," })}`);
        log_info(`${to_minor({ order.push(4); decimal("1") }, { order.push(5); 1 })}`);
        log_info(`${({ order.push(6); "x y" }).split({ order.push(7); " " }, { order.push(8); 2 })}`);
        let l = [1]; h.set({ l = [2, 3]; "a" }, l[0]); log_info(`${h.get("a")} ${order}`);"#;
    let lines = log(statements);
    assert_eq!(lines[0], "[\"x\", \"y\"] [\"c\", \"d\"]");
    assert_eq!(lines[3], "2 [1, 2, 3, 4, 5, 7, 8, 6]");
}

#[test]
fn functions_of_the_script_come_first() {
    let script = |body: &str| {
        format!(
            "fn decimal(x) {{ `own ${{x}}` }} fn split(x, y) {{ 5 }}\nfn body(rec) {{ {body} }}\nfn migrate(rec) {{ {body} }}"
        )
    };
    let ran = migrate(
        &script("log_info(`${decimal(1)} ${split(\"a b\", \" \")}`);"),
        hash(&[]),
    );
    assert_eq!(ran.log[0].message, "own 1 5");
}

#[test]
fn statements_one_after_the_other() {
    let statements = "let h = rec.hash;\nh.set(\"a\", 3);\nh.remove(\"b\");\nh.set(\"c\", 1.5);\nh.set(\"d\", 4);";
    let ran = same(statements, &hash(&[("a", "1"), ("b", "2")]));
    let failure = ran.outcome.expect_err("a float is not written");
    assert!(failure.location.is_some(), "{failure}");
    refused("let h = rec.hash; h.set(\"a\", 3); h.get(\"a\")");
    refused("let h = rec.hash; h.set(\"a\", 3); h.get(\"a\");");
    let statements = r#"let h = rec.hash; h.set("a", { h.set("b", 7); h.remove("c"); h.get("b") }); h.rename("a", "z");
        log_info(`${h.names()} ${if true { h.get("b"); h.get("z") }}`); if h.contains("z") { h.remove("z"); h.remove("b"); }
        log_info(`${h.names()}`);"#;
    assert_eq!(log(statements), ["[\"z\", \"b\"] 7", "[]"]);
}

#[test]
fn a_variable_that_changes_between_calls() {
    let statements = r#"let h = rec.hash; h.remove("b"); h.set("x", 1); h.set("y", { h = #{}; 2 }); h.set("z", 3);
        h.remove("y"); log_info(`${h}`); h = rec.hash; log_info(`${h.names()}`);"#;
    assert_eq!(log(statements), ["#{\"z\": 3}", "[\"a\", \"x\"]"]);
    let statements = r#"let h = rec.hash; let f = || { h = #{}; 5 }; h.set("a", 2); h.set("a", f.call()); h.set("q", 1);
        h.remove("none"); log_info(`${h} ${rec.hash.get("a")}`);"#;
    assert_eq!(log(statements), ["#{\"a\": 5, \"q\": 1} 2"]);
    let statements = r#"let h = rec.hash; let g = #{ x: 1 }; h.set("c", 1); g.set("c", h.get("c")); h.set("d", 2); g.remove("x");
        h.set("e", g.get("c")); log_info(`${g} ${h.names()}`);"#;
    assert_eq!(
        log(statements),
        ["#{\"c\": \"1\"} [\"a\", \"b\", \"c\", \"d\", \"e\"]"]
    );
}

#[test]
fn values_are_bounded_where_memory_is_not_measured() {
    let long = "x".repeat(17 << 20);
    let value = hash(&[("a", &long)]);
    for statements in [
        "let h = rec.hash;\nlet x = h.get(\"a\");",
        "let h = rec.hash;\nh.get(\"a\");\nh.get(\"b\");",
        "let h = rec.hash;\nh.set(\"b\",\nh.get(\"a\"));",
        "let h = rec.hash;\nlet x = h.get(\"a\").split(\",\");",
    ] {
        let failure = failed(statements, value.clone());
        assert_eq!(
            failure.reason,
            FailureReason::Memory,
            "{statements}: {failure}"
        );
    }
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
        "let l = [1]; let n = 0; loop { n = l[0]; }",
        FailureReason::OutOfFuel,
    );
    check("loop { \"1.5\".split(\".\"); }", FailureReason::OutOfFuel);
    check(
        "let h = rec.hash; let t = \"x\"; t.pad(1000, \"x\"); for i in 0..9999 { try { h.set(\"a\", t); } catch { } }",
        FailureReason::BadOutput,
    );
}
