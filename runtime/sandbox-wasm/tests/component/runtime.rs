//! What a language's runtime asks for when it starts: WASI without the world.

use remold_host_api::{FailureReason, LogLevel, Outcome};

use super::support::{instance, migrate, options, run, text, texts};

/// A core module that asks for WASI preview 1.
fn preview1(body: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
          (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
          (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ (param i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "path_open" (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (import "remold:transform/texts@0.1.0" "set" (func $set_text (param i32 i32 i32 i32)))
          (memory (export "memory") 2)
          (global $top (mut i32) (i32.const 4096))
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8192))
          (data (i32.const 16) "a line\n")
          (data (i32.const 32) "\10\00\00\00\07\00\00\00")
          (func (export "migrate") (param i32) {body}))"#
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn what_is_printed_is_logged() {
    let body = r"(if (call $write (i32.const 2) (i32.const 32) (i32.const 1) (i32.const 48)) (then unreachable))
                 (if (i32.ne (i32.load (i32.const 48)) (i32.const 7)) (then unreachable))
                 (if (i32.eqz (call $write (i32.const 5) (i32.const 32) (i32.const 1) (i32.const 48))) (then unreachable))";
    let ran = migrate(&preview1(body), &texts(1));
    assert_eq!(ran.outcomes, [Ok(Outcome::Done)]);
    assert_eq!(ran.log.len(), 1);
    assert_eq!(
        (ran.log[0].level, ran.log[0].message.as_str()),
        (LogLevel::Debug, "a line")
    );
}

#[test]
fn what_was_printed_before_a_trap_is_told() {
    let body = r"(drop (call $write (i32.const 2) (i32.const 32) (i32.const 1) (i32.const 48)))
                 (call $exit (i32.const 2))";
    let ran = migrate(&preview1(body), &texts(1));
    let failure = ran.outcomes[0].as_ref().unwrap_err();
    assert_eq!(failure.reason, FailureReason::Trap);
    assert!(failure.message.contains("a line"), "{failure}");
}

#[test]
fn clock_and_randomness_are_the_runs() {
    // The text becomes 8 bytes of the clock and 8 random ones.
    let body = r"(drop (call $clock (i32.const 0) (i64.const 1) (i32.const 1024)))
                 (drop (call $random (i32.const 1032) (i32.const 8)))
                 (call $set_text (i32.const 0) (i32.const 1024) (i32.const 16) (i32.const 1100))";
    let bytes = preview1(body);
    let told = || {
        run(instance(&bytes, options()).as_mut(), &texts(1))
            .records
            .remove(0)
    };
    let (first, second) = (told(), told());
    assert_eq!(first.value(), second.value());
    assert_ne!(first.value(), &text("a"));
}

#[test]
fn there_is_no_environment_and_there_are_no_files() {
    let body = r"(drop (call $environ (i32.const 1024) (i32.const 1028)))
                 (if (i32.load (i32.const 1024)) (then unreachable))
                 (if (i32.eqz (call $open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 6) (i32.const 0)
                     (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 48))) (then unreachable))";
    let ran = migrate(&preview1(body), &texts(1));
    assert_eq!(ran.outcomes, [Ok(Outcome::Done)]);
}

/// A component that calls one function of WASI preview 2, which takes and returns nothing.
fn preview2(interface: &str) -> Vec<u8> {
    let text = format!(
        r#"(component
          (import "{interface}" (instance $wasi (export "f" (func))))
          (core func $f (canon lower (func $wasi "f")))
          (core module $m
            (import "wasi" "f" (func $f))
            (func (export "migrate") (param i32) (call $f)))
          (core instance $i (instantiate $m (with "wasi" (instance (export "f" (func $f))))))
          (func (export "migrate") (param "count" u32) (canon lift (core func $i "migrate"))))"#
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn a_function_of_wasi_that_reaches_out_ends_the_call() {
    let bytes = preview2("wasi:sockets/network@0.2.0");
    let ran = migrate(&bytes, &texts(1));
    let failure = ran.outcomes[0].as_ref().unwrap_err();
    assert_eq!(failure.reason, FailureReason::Denied);
    assert!(
        failure.message.contains("wasi:sockets/network#f"),
        "{failure}"
    );
}
