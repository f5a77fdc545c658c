//! What calls of a script used, for whoever measures it.

use remold_host_api::{Record, TransformSource, Usage};
use remold_sandbox_rhai::RhaiSource;

use super::support::{context, hash, options, probe, record, script};

fn source(statements: &str) -> RhaiSource {
    let options = remold_sandbox_rhai::Options {
        memory_probe: Some(probe),
        ..options()
    };
    RhaiSource::compile(
        &script(&format!("fn migrate(rec) {{ {statements} }}")),
        options,
    )
    .unwrap_or_else(|error| panic!("{error}"))
}

/// Counts what `calls` records need of a fresh instance.
fn used(source: &RhaiSource, calls: usize) -> Usage {
    let mut instance = source.instantiate().expect("it makes instances");
    instance.take_usage();
    let mut records: Vec<Record> = (0..calls).map(|_| record(hash(&[("a", "1")]))).collect();
    let outcomes = instance.migrate(&context(), &mut records, &|_| {
        unreachable!("scripts do not ask")
    });
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    instance.take_usage().expect("scripts are counted")
}

#[test]
fn fuel_is_the_same_each_time_and_adds_up() {
    let source = source("for n in 0..50 { rec.hash.set(`f${n}`, n); }");
    let one = used(&source, 1);
    assert!(one.fuel > 100, "{one:?}");
    assert_eq!(used(&source, 1).fuel, one.fuel);
    assert_eq!(used(&source, 3).fuel, 3 * one.fuel);
    let more = self::source("for n in 0..100 { rec.hash.set(`f${n}`, n); }");
    assert!(used(&more, 1).fuel > one.fuel);
}

#[test]
fn memory_is_the_most_that_one_call_held() {
    let small = source("let a = 1;");
    // It is let go before the call ends.
    let large = source("let a = []; a.pad(10000, 7); a = (); let b = 1; let c = 2;");
    let (small, large) = (used(&small, 1).memory, used(&large, 1).memory);
    assert!(large.expect("there is a probe") > 100_000, "{large:?}");
    assert!(small.expect("there is a probe") < 10_000, "{small:?}");
}

#[test]
fn what_was_taken_is_not_counted_again() {
    let source = source("rec.hash.set(\"b\", 2);");
    let mut instance = source.instantiate().expect("it makes instances");
    instance.take_usage();
    let mut records = [record(hash(&[("a", "1")]))];
    instance.migrate(&context(), &mut records, &|_| {
        unreachable!("scripts do not ask")
    });
    assert!(instance.take_usage().expect("it is counted").fuel > 0);
    assert_eq!(instance.take_usage().expect("it is counted").fuel, 0);
}

#[test]
fn a_program_is_counted_too() {
    struct Nobody;
    impl remold_host_api::ProgramHost for Nobody {
        fn scan(
            &mut self,
            _: &remold_host_api::ScanQuery,
        ) -> Result<Vec<remold_host_api::Bytes>, remold_host_api::HostError> {
            Ok(Vec::new())
        }
        fn get(
            &mut self,
            keys: &[remold_host_api::Bytes],
        ) -> Result<Vec<Option<remold_host_api::Entry>>, remold_host_api::HostError> {
            Ok(keys.iter().map(|_| None).collect())
        }
        fn apply(
            &mut self,
            _: Vec<Record>,
        ) -> Result<Vec<remold_host_api::Applied>, remold_host_api::HostError> {
            Ok(Vec::new())
        }
        fn backup(&mut self, name: &str) -> Result<String, remold_host_api::HostError> {
            Ok(name.to_owned())
        }
        fn progress(&mut self, _: u64, _: Option<u64>) {}
        fn checkpoint(&mut self, _: &[u8]) -> Result<(), remold_host_api::HostError> {
            Ok(())
        }
        fn resumed_from(&self) -> Option<remold_host_api::Bytes> {
            None
        }
    }
    let program = script("fn run() { let n = 0; while n < 1000 { n += 1; } }");
    let program =
        RhaiSource::compile(&program, options()).unwrap_or_else(|error| panic!("{error}"));
    let mut instance = program.instantiate().expect("it makes instances");
    instance.take_usage();
    instance
        .run(&context(), &mut Nobody)
        .expect("it runs to its end");
    let used = instance.take_usage().expect("it is counted");
    assert!(used.fuel > 1000, "{used:?}");
    assert_eq!(used.memory, None, "there is no probe");
}
