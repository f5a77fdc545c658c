//! Schemas that are made to take long or to grow without bound: each gets an answer, or says why not, in bounded time.

use std::time::{Duration, Instant};

use remold_schema::compare::{CompareError, Comparison, Mode, Options, Verdict, compare};
use serde_json::{Map, Value, json};

/// The longest that a comparison may take here, with both versions hostile and all changes judged; without optimisation.
const LONGEST: Duration = Duration::from_secs(20);

fn timed(old: &Value, new: &Value) -> Result<Comparison, CompareError> {
    let started = Instant::now();
    let result = compare(old, new, &Options::of(Mode::Strict));
    let lenient = compare(old, new, &Options::default());
    assert_eq!(result.is_ok(), lenient.is_ok());
    let took = started.elapsed();
    assert!(took < LONGEST, "took {took:?}");
    result
}

fn reason(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Unknown { reason } => reason,
        other => panic!("{other:?} is not unknown"),
    }
}

#[test]
fn references_in_a_circle_are_refused_with_their_place() {
    let round = json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"allOf": [{"$ref": "#/$defs/a"}]}}});
    let error = timed(&round, &json!({})).expect_err("a circle");
    assert_eq!(error.code(), "schema-reference-loop");
    assert!(error.to_string().contains("/$defs/a"), "{error}");
    assert!(timed(&json!({"$ref": "#"}), &json!({})).is_err());
}

#[test]
fn references_to_nothing_are_refused_with_their_place() {
    let error = timed(
        &json!({"properties": {"a": {"$ref": "https://example.com/nothing"}}}),
        &json!({}),
    )
    .expect_err("nothing there");
    assert_eq!(error.code(), "schema-reference-unresolved");
    assert!(
        error.to_string().contains("/properties/a")
            && error.to_string().contains("https://example.com/nothing"),
        "{error}"
    );
    let error = timed(&json!({}), &json!({"$ref": "#/$defs/gone"})).expect_err("nothing there");
    assert_eq!(error.code(), "schema-reference-unresolved");
}

#[test]
fn nesting_is_bounded_and_does_not_exhaust_the_stack() {
    let mut deep = json!({});
    for _ in 0..5000 {
        let named = Map::from_iter([("a".to_owned(), deep)]);
        deep = Value::Object(Map::from_iter([(
            "properties".to_owned(),
            Value::Object(named),
        )]));
    }
    let error = timed(&deep, &json!({})).expect_err("too deep");
    assert_eq!(error.code(), "schema-too-deep");
    // Dropping it would recurse, too.
    while let Some(inner) = deep.pointer_mut("/properties/a").map(Value::take) {
        deep = inner;
    }
    let mut chain = Map::new();
    for place in 0..3000 {
        chain.insert(
            format!("d{place}"),
            json!({"$ref": format!("#/$defs/d{}", place + 1)}),
        );
    }
    chain.insert("d3000".to_owned(), json!({"type": "string"}));
    let error =
        timed(&json!({"$ref": "#/$defs/d0", "$defs": chain}), &json!({})).expect_err("too deep");
    assert_eq!(error.code(), "schema-too-deep");
}

#[test]
fn patterns_with_exponential_automata_are_given_up() {
    let pattern = |repeat: u32, letter: &str| json!({"type": "string", "pattern": format!("^(a|b)*{letter}(a|b){{{repeat}}}$")});
    let comparison = timed(&pattern(40, "a"), &pattern(40, "b")).expect("both are schemas");
    assert!(
        reason(&comparison.backward).contains("pattern"),
        "{comparison:?}"
    );
    let nested = |times: u32| json!({"type": "string", "pattern": format!("^((a{{1,{times}}}){{1,{times}}}){{1,{times}}}$")});
    timed(&nested(9), &nested(10)).expect("both are schemas");
    let error = timed(&nested(60), &nested(61)).expect_err("the validator does not take it");
    assert_eq!(error.code(), "schema-invalid");
    let unicode = |class: &str| json!({"type": "string", "pattern": format!("^(\\p{{{class}}}{{1,6}}x){{1,6}}$")});
    timed(&unicode("L"), &unicode("Lu")).expect("both are schemas");
    let long = |length: usize| json!({"type": "string", "pattern": "^[a-z]+[0-9]+[a-z]+$", "maxLength": length});
    timed(&long(1_000_000), &long(999_999)).expect("both are schemas");
}

#[test]
fn alternatives_that_multiply_are_given_up() {
    let parts = |shift: usize| {
        let all: Vec<Value> = (0..24)
            .map(|part| {
                let branches: Vec<Value> = (0..6)
                    .map(|branch| json!({"required": [format!("p{part}b{}", branch + shift)]}))
                    .collect();
                json!({"anyOf": branches})
            })
            .collect();
        json!({"type": "object", "allOf": all})
    };
    timed(&parts(0), &parts(0)).expect("both are schemas");
    timed(&parts(0), &parts(1)).expect("both are schemas");
    let exclusive = |bound: u32| {
        let branches: Vec<Value> = (0..60)
            .map(|branch| json!({"type": "integer", "multipleOf": branch + 2, "minimum": bound}))
            .collect();
        json!({"oneOf": branches})
    };
    timed(&exclusive(0), &exclusive(1)).expect("both are schemas");
    let nested = |leaf: Value| {
        (0..12).fold(leaf, |inner, level| json!({"oneOf": [inner, {"type": "object", "required": [format!("l{level}")]}, {"not": inner}]}))
    };
    // Doubled a dozen times over, which may be too deep and must not be too long.
    drop(timed(
        &nested(json!({"type": "string"})),
        &nested(json!({"type": "integer"})),
    ));
}

#[test]
fn recursion_through_many_alternatives_ends() {
    let tree = |leaf: &str| {
        let branches: Vec<Value> = (0..8)
            .map(|branch| json!({"type": "object", "properties": {"kind": {"const": branch}, "l": {"$ref": "#/$defs/t"}, "r": {"$ref": "#/$defs/t"}}, "required": ["kind", "l", "r"]}))
            .chain([json!({"type": leaf})])
            .collect();
        json!({"$ref": "#/$defs/t", "$defs": {"t": {"anyOf": branches}}})
    };
    let comparison = timed(&tree("integer"), &tree("number")).expect("both are schemas");
    assert_eq!(
        (comparison.backward.word(), comparison.forward.word()),
        ("holds", "broken")
    );
}

#[test]
fn long_lists_of_values_and_members_are_compared() {
    let values = |range: std::ops::Range<u32>| json!({"enum": range.map(|value| format!("value {value}")).collect::<Vec<_>>()});
    let comparison = timed(&values(0..20_000), &values(1..20_001)).expect("both are schemas");
    assert_eq!(
        (comparison.backward.word(), comparison.forward.word()),
        ("broken", "broken")
    );
    let members = |kind: &str| {
        let members: Map<String, Value> = (0..1500)
            .map(|name| {
                (
                    format!("member{name}"),
                    json!({"type": if name == 700 { kind } else { "string" }}),
                )
            })
            .collect();
        json!({"type": "object", "properties": members})
    };
    let comparison = timed(&members("integer"), &members("number")).expect("both are schemas");
    assert_eq!(
        (comparison.backward.word(), comparison.forward.word()),
        ("holds", "broken")
    );
    let many = |from: u32| {
        let members: Map<String, Value> = (from..from + 200)
            .map(|name| (format!("member{name}"), json!({"type": "string"})))
            .collect();
        json!({"type": "object", "properties": members})
    };
    let comparison = timed(&many(0), &many(200)).expect("both are schemas");
    assert_eq!(
        (comparison.backward.word(), comparison.forward.word()),
        ("broken", "broken")
    );
    assert_eq!(comparison.changes.len(), 400);
}

#[test]
fn numbers_and_lengths_out_of_proportion_cost_nothing() {
    let number = |text: &str| {
        serde_json::from_str::<Value>(&format!("{{\"type\": \"number\", \"minimum\": {text}}}"))
            .expect("JSON")
    };
    timed(&number("1e400"), &number("2")).expect("both are schemas");
    drop(timed(&number("1e999999999"), &number("2")));
    drop(timed(&number(&"9".repeat(100_000)), &number("2")));
    let length = |keyword: &str, length: u64| json!({keyword: length});
    for keyword in ["minLength", "minItems", "minProperties", "maxItems"] {
        timed(&length(keyword, 1 << 53), &length(keyword, (1 << 53) - 1))
            .expect("both are schemas");
    }
    let divisors = |first: u64| json!({"type": "integer", "multipleOf": first, "not": {"multipleOf": first * 999_983}, "minimum": 1, "maximum": 1_000_000_007});
    timed(&divisors(3), &divisors(7)).expect("both are schemas");
    timed(
        &json!({"type": "array", "contains": {"type": "string"}, "minContains": 100_000}),
        &json!({"type": "array", "minItems": 99_999}),
    )
    .expect("both are schemas");
}

/// The threads of tests have 2 MiB of stack.
#[test]
fn deep_questions_do_not_exhaust_the_stack() {
    let nested = |leaf: &str, levels: usize| {
        (0..levels).fold(json!({"type": leaf}), |inner, level| {
            let other = json!({"type": "object", "required": [format!("r{level}")]});
            json!({"anyOf": [{"type": "object", "properties": {"a": inner}, "required": ["a"], "additionalProperties": false}, other]})
        })
    };
    let comparison = timed(&nested("integer", 8), &nested("number", 8)).expect("both are schemas");
    assert_eq!(
        (comparison.backward.word(), comparison.forward.word()),
        ("holds", "broken")
    );
    let deep = timed(&nested("integer", 30), &nested("number", 30)).expect("both are schemas");
    assert!(!deep.forward.holds(), "{:?}", deep.forward);
    let arrays = |leaf: &str| {
        (0..100).fold(
            json!({"type": leaf}),
            |inner, _| json!({"type": "array", "items": inner, "minItems": 1}),
        )
    };
    let comparison = timed(&arrays("integer"), &arrays("number")).expect("both are schemas");
    assert!(!comparison.forward.holds(), "{:?}", comparison.forward);
}
