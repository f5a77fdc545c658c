//! Guests that misbehave: each ends with a typed reason, in bounded time and memory, and what comes after works.

use std::time::{Duration, Instant};

use remold_host_api::{Entry, FailureReason, Limits, Outcome, TransformSource};
use remold_sandbox_wasm::Options;

use super::support::{Ran, entry, for_each, instance, load, module, options, run, text, texts};

/// Limits of a test: enough fuel for the wall clock to be the limit.
fn unfuelled(timeout: Duration) -> Options {
    Options {
        limits: Limits {
            fuel_base: u64::MAX / 4,
            timeout,
            ..Limits::default()
        },
        ..options()
    }
}

/// Runs `each` for the records that hold "b", and nothing for the others; then shows that the instance still works.
fn hostile(each: &str, more: &str, options: Options) -> Ran {
    let each = format!(
        r"(call $text (local.get $i) (i32.const 1024))
          (if (i32.eq (i32.load8_u (i32.load (i32.const 1028))) (i32.const 98)) (then {each}))"
    );
    let mut instance = instance(&for_each(&each, more), options);
    let ran = run(instance.as_mut(), &texts(3));
    let after = run(instance.as_mut(), &[entry("user:9", text("a"))]);
    assert_eq!(after.outcomes, [Ok(Outcome::Done)], "it works afterwards");
    ran
}

fn fails(each: &str, more: &str, reason: FailureReason, message: &str) {
    let ran = hostile(each, more, options());
    assert_eq!(
        ran.reasons(),
        [None, Some(reason), None],
        "{:?}",
        ran.outcomes
    );
    let failure = ran.outcomes[1].as_ref().unwrap_err();
    assert!(failure.message.contains(message), "{failure}");
}

#[test]
fn an_endless_loop_runs_out_of_fuel() {
    let started = Instant::now();
    fails(
        "(loop $for_ever (br $for_ever))",
        "",
        FailureReason::OutOfFuel,
        "limits.fuel",
    );
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_loop_with_much_fuel_costs_one_time_limit() {
    let limit = Duration::from_millis(200);
    let started = Instant::now();
    let ran = hostile("(loop $for_ever (br $for_ever))", "", unfuelled(limit));
    let took = started.elapsed();
    assert_eq!(ran.reasons(), [None, Some(FailureReason::Timeout), None]);
    assert!(took >= limit && took < 2 * limit, "{took:?}");
}

#[test]
fn a_transform_that_always_loops_costs_two_time_limits_a_batch() {
    let limit = Duration::from_millis(100);
    let module = module(r#"(func (export "migrate") (param i32) (loop $for_ever (br $for_ever)))"#);
    let mut instance = instance(&module, unfuelled(limit));
    let started = Instant::now();
    let ran = run(instance.as_mut(), &texts(64));
    let took = started.elapsed();
    assert!(
        ran.reasons()
            .iter()
            .all(|reason| *reason == Some(FailureReason::Timeout))
    );
    assert!(took < 3 * limit, "{took:?}");
}

#[test]
fn endless_host_calls_run_out_of_fuel() {
    fails(
        "(loop $for_ever (drop (call $size (local.get $i))) (br $for_ever))",
        "",
        FailureReason::OutOfFuel,
        "fuel",
    );
}

#[test]
fn deep_recursion_ends_at_the_stack() {
    fails(
        "(call $deeper)",
        "(func $deeper (call $deeper) (call $deeper))",
        FailureReason::Trap,
        "stack",
    );
}

#[test]
fn growing_memory_ends_at_the_limit() {
    fails(
        "(loop $more (drop (memory.grow (i32.const 16))) (br $more))",
        "",
        FailureReason::Memory,
        "the limit is 67108864",
    );
}

#[test]
fn growing_a_table_ends_at_the_limit() {
    let ran = hostile(
        "(loop $more (drop (table.grow $t (ref.null func) (i32.const 65536))) (br $more))",
        "(table $t 1 funcref)",
        unfuelled(Duration::from_secs(5)),
    );
    assert_eq!(ran.reasons(), [None, Some(FailureReason::Memory), None]);
    let failure = ran.outcomes[1].as_ref().unwrap_err();
    assert!(failure.message.contains("elements of tables"), "{failure}");
}

#[test]
fn output_beyond_the_limit_is_bad() {
    fails(
        r"(loop $more
            (call $set_text (local.get $i) (i32.const 0) (i32.const 131072) (i32.const 1200))
            (br $more))",
        "",
        FailureReason::BadOutput,
        "the limit is 1048576",
    );
}

#[test]
fn logging_for_ever_is_bad() {
    let ran = hostile(
        "(loop $more (call $log (i32.const 0) (i32.const 0) (i32.const 65536)) (br $more))",
        "",
        unfuelled(Duration::from_secs(5)),
    );
    assert_eq!(ran.reasons(), [None, Some(FailureReason::BadOutput), None]);
    assert!(ran.log.len() < 100, "{}", ran.log.len());
}

#[test]
fn text_that_is_no_utf8_is_bad() {
    fails(
        "(call $skip (local.get $i) (i32.const 96) (i32.const 2))",
        "",
        FailureReason::BadOutput,
        "utf-8",
    );
}

#[test]
fn pointers_outside_of_memory_are_bad() {
    for (pointer, length) in [(i32::MAX, 10), (0, i32::MAX), (-1, 1), (131_070, 10)] {
        let ran = hostile(
            &format!("(call $skip (local.get $i) (i32.const {pointer}) (i32.const {length}))"),
            "",
            options(),
        );
        let bad = Some(FailureReason::BadOutput);
        assert_eq!(
            ran.reasons(),
            [None, bad, None],
            "{pointer} {length}: {:?}",
            ran.outcomes
        );
    }
}

#[test]
fn numbers_of_no_record_are_refused() {
    for number in ["3", "-1", "2147483647"] {
        fails(
            &format!("(drop (call $size (i32.const {number})))"),
            "",
            FailureReason::Abi,
            "there is no record",
        );
    }
}

#[test]
fn writes_outside_of_the_grant_change_nothing() {
    let ran = hostile(
        "(call $rename (local.get $i) (i32.const 64) (i32.const 8) (i32.const 1200))",
        "",
        options(),
    );
    assert_eq!(ran.reasons(), [None, None, None]);
    assert!(ran.records.iter().all(|record| record.renamed().is_none()));
}

#[test]
fn edits_in_lookups_are_refused() {
    let module = for_each(
        "",
        r#"(func (export "lookups") (param i32)
             (call $delete (i32.const 0) (i32.const 1024))
             (if (i32.eqz (i32.load8_u (i32.const 1024))) (then unreachable)))"#,
    );
    let mut instance = instance(&module, options());
    let entries: Vec<Entry> = texts(1);
    let records: Vec<_> = entries
        .into_iter()
        .map(remold_host_api::Record::new)
        .collect();
    let asked = instance.lookups(&super::support::context(), &records);
    assert_eq!(asked, [Ok(Vec::new())]);
}

#[test]
fn arithmetic_that_traps_is_a_trap() {
    fails(
        "(drop (i32.div_s (i32.const 1) (i32.sub (local.get $i) (local.get $i))))",
        "",
        FailureReason::Trap,
        "divide by zero",
    );
}

#[test]
fn an_indirect_call_of_nothing_is_a_trap() {
    fails(
        "(call_indirect (type $nothing) (i32.const 5))",
        "(type $nothing (func)) (table 2 funcref)",
        FailureReason::Trap,
        "table",
    );
}

#[test]
fn an_allocator_that_traps_is_a_trap() {
    // texts.get of more bytes than the allocator gives out.
    let text = r#"(module
          (import "remold:transform/texts@0.1.0" "get" (func $text (param i32 i32)))
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
          (func (export "migrate") (param i32) (call $text (i32.const 0) (i32.const 1024))))"#;
    let bytes = wat::parse_str(text).unwrap();
    let ran = run(instance(&bytes, options()).as_mut(), &texts(2));
    let trap = Some(FailureReason::Trap);
    assert_eq!(ran.reasons(), [trap, trap], "{:?}", ran.outcomes);
}

#[test]
fn an_allocator_that_lies_is_bad() {
    for address in ["-8", "1", "65535"] {
        let text = format!(
            r#"(module
              (import "remold:transform/texts@0.1.0" "get" (func $text (param i32 i32)))
              (memory (export "memory") 1)
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const {address}))
              (func (export "migrate") (param i32) (call $text (i32.const 0) (i32.const 1024))))"#
        );
        let bytes = wat::parse_str(text).unwrap();
        let long = entry("user:1", text_of(100));
        let ran = run(instance(&bytes, options()).as_mut(), &[long]);
        let reason = ran.reasons()[0];
        // An address inside memory is the guest's own affair.
        assert!(
            matches!(reason, None | Some(FailureReason::BadOutput)),
            "{address}: {:?}",
            ran.outcomes
        );
    }
}

fn text_of(length: usize) -> remold_host_api::Value {
    text(&"x".repeat(length))
}

#[test]
fn a_start_function_that_loops_is_stopped() {
    let bytes = module(
        r#"(func (export "migrate") (param i32))
           (func $start (loop $for_ever (br $for_ever)))
           (start $start)"#,
    );
    let mut instance = instance(&bytes, options());
    let started = Instant::now();
    let ran = run(instance.as_mut(), &texts(2));
    assert!(started.elapsed() < Duration::from_mins(1));
    let failure = ran.outcomes[0].as_ref().unwrap_err();
    assert!(failure.message.contains("does not start"), "{failure}");
    assert!(matches!(
        failure.reason,
        FailureReason::OutOfFuel | FailureReason::Timeout
    ));
}

#[test]
fn a_start_function_that_traps_is_told() {
    let bytes =
        module(r#"(func (export "migrate") (param i32)) (func $start unreachable) (start $start)"#);
    let ran = run(instance(&bytes, options()).as_mut(), &texts(1));
    let failure = ran.outcomes[0].as_ref().unwrap_err();
    assert_eq!(failure.reason, FailureReason::Trap);
    assert!(failure.message.contains("does not start"), "{failure}");
}

#[test]
fn memory_beyond_the_limit_from_the_start_is_refused() {
    let bytes = wat::parse_str(
        r#"(module (memory (export "memory") 2000) (func (export "migrate") (param i32)))"#,
    )
    .unwrap();
    let ran = run(instance(&bytes, options()).as_mut(), &texts(1));
    assert_eq!(
        ran.reasons(),
        [Some(FailureReason::Memory)],
        "{:?}",
        ran.outcomes
    );
}

#[test]
fn what_is_no_webassembly_is_refused() {
    for bytes in [
        &b""[..],
        b"\0asm",
        b"fn migrate(rec) {}",
        b"\0asm\x01\0\0\0\xff\xff\xff",
    ] {
        assert!(load(bytes, options()).is_err(), "{bytes:?}");
    }
    let whole = for_each("", "");
    for cut in [20, whole.len() / 2, whole.len() - 1] {
        assert!(load(&whole[..cut], options()).is_err(), "{cut}");
    }
}

#[test]
fn a_guest_that_keeps_state_meets_its_own_state_until_it_is_replaced() {
    let counting = module(
        r#"(global $calls (mut i32) (i32.const 0))
           (func (export "migrate") (param i32)
             (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
             (i32.store (i32.const 1024) (global.get $calls))
             (call $set_text (i32.const 0) (i32.const 1024) (i32.const 1) (i32.const 1100)))"#,
    );
    let told = |reuse| {
        let mut instance = instance(&counting, Options { reuse, ..options() });
        let mut last = || run(instance.as_mut(), &texts(1)).records.remove(0);
        (0..4).map(|_| last().value().clone()).collect::<Vec<_>>()
    };
    assert_eq!(told(1), vec![text("\u{1}"); 4]);
    assert_eq!(
        told(2),
        [text("\u{1}"), text("\u{2}"), text("\u{1}"), text("\u{2}")]
    );
}

#[test]
fn batches_of_one_worker_do_not_stop_those_of_another() {
    let looping =
        module(r#"(func (export "migrate") (param i32) (loop $for_ever (br $for_ever)))"#);
    let limit = Duration::from_millis(300);
    let looping = load(&looping, unfuelled(limit)).unwrap();
    let quick = load(&for_each("", ""), options()).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut instance = looping.instantiate().unwrap();
            run(instance.as_mut(), &texts(1))
        });
        let mut instance = quick.instantiate().unwrap();
        let started = Instant::now();
        for _ in 0..100 {
            assert_eq!(
                run(instance.as_mut(), &texts(1)).outcomes,
                [Ok(Outcome::Done)]
            );
        }
        assert!(started.elapsed() < limit);
    });
}
