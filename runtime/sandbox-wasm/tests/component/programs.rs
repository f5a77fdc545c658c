//! Programs over a keyspace in memory.

use std::collections::BTreeMap;

use remold_host_api::{
    Applied, Bytes, Entry, FailureReason, HostError, Outcome, ProgramHost, Record, ScanQuery, Value,
};

use super::support::{context, hash, instance, options, text};

/// A keyspace that answers in one page and lets itself be written once per key.
#[derive(Default)]
struct Memory {
    keys: BTreeMap<Bytes, Value>,
    scanned: bool,
    applied: Vec<Bytes>,
    progress: Vec<(u64, Option<u64>)>,
    checkpoint: Option<Bytes>,
}

impl ProgramHost for Memory {
    fn scan(&mut self, query: &ScanQuery) -> Result<Vec<Bytes>, HostError> {
        let again = std::mem::replace(&mut self.scanned, true);
        let matching = self
            .keys
            .keys()
            .filter(|key| query.pattern.matches(key) && !again);
        Ok(matching.cloned().collect())
    }

    fn get(&mut self, keys: &[Bytes]) -> Result<Vec<Option<Entry>>, HostError> {
        let entry = |key: &Bytes| {
            let value = self.keys.get(key)?.clone();
            Some(Entry {
                key: key.clone(),
                value,
                expires_at: None,
            })
        };
        Ok(keys.iter().map(entry).collect())
    }

    fn apply(&mut self, records: Vec<Record>) -> Result<Vec<Applied>, HostError> {
        let mut results = Vec::new();
        for record in records {
            let key = record.key().clone();
            if self.applied.contains(&key) {
                results.push(Applied::Already);
                continue;
            }
            self.keys.insert(key.clone(), record.value().clone());
            self.applied.push(key);
            results.push(Applied::Applied);
        }
        Ok(results)
    }

    fn backup(&mut self, name: &str) -> Result<String, HostError> {
        Ok(format!("{name}-1"))
    }

    fn progress(&mut self, done: u64, total: Option<u64>) {
        self.progress.push((done, total));
    }

    fn checkpoint(&mut self, state: &[u8]) -> Result<(), HostError> {
        self.checkpoint = Some(Bytes::copy_from_slice(state));
        Ok(())
    }

    fn resumed_from(&self) -> Option<Bytes> {
        self.checkpoint.clone()
    }
}

fn program(body: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
          (import "remold:transform/keyspace@0.1.0" "scan" (func $scan (param i32 i32 i32 i32 i32)))
          (import "remold:transform/keyspace@0.1.0" "get" (func $get (param i32 i32 i32)))
          (import "remold:transform/keyspace@0.1.0" "apply" (func $apply (param i32 i32 i32)))
          (import "remold:transform/keyspace@0.1.0" "release" (func $release (param i32 i32)))
          (import "remold:transform/keyspace@0.1.0" "progress" (func $progress (param i64 i32 i64)))
          (import "remold:transform/keyspace@0.1.0" "checkpoint" (func $checkpoint (param i32 i32 i32)))
          (import "remold:transform/keyspace@0.1.0" "resumed-from" (func $resumed (param i32)))
          (import "remold:transform/keyspace@0.1.0" "reject" (func $reject (param i32 i32 i32 i32)))
          (import "remold:transform/hashes@0.1.0" "set-text" (func $set (param i32 i32 i32 i32 i32 i32)))
          (memory (export "memory") 4)
          (global $top (mut i32) (i32.const 8192))
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
            (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
            (global.set $top (i32.add (local.get $at) (local.get 3)))
            (local.get $at))
          (data (i32.const 16) "user:*")
          (data (i32.const 32) "done")
          (func (export "run") (local $i i32) (local $keys i32) (local $count i32) {body}))"#
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn users(count: usize) -> Memory {
    let user = |n: usize| (Bytes::from(format!("user:{n}")), hash(&[("n", "1")]));
    let mut keys: BTreeMap<Bytes, Value> = (0..count).map(user).collect();
    keys.insert("plan".into(), text("x"));
    Memory {
        keys,
        ..Memory::default()
    }
}

#[test]
fn a_program_lists_reads_and_writes() {
    // get(scan("user:*")) gives option<u32>s at 1052; each record gets a field and is applied, one at a time.
    let bytes = program(
        r#"(call $scan (i32.const 16) (i32.const 6) (i32.const 0) (i32.const 0) (i32.const 1024))
           (local.set $count (i32.load (i32.const 1032)))
           (call $get (i32.load (i32.const 1028)) (local.get $count) (i32.const 1048))
           (local.set $keys (i32.load (i32.const 1052)))
           (block $done (loop $next
             (br_if $done (i32.ge_u (local.get $i) (local.get $count)))
             (i32.store (i32.const 2000) (i32.load offset=4 (local.get $keys)))
             (call $set (i32.load (i32.const 2000)) (i32.const 32) (i32.const 4) (i32.const 32) (i32.const 4) (i32.const 2016))
             (call $apply (i32.const 2000) (i32.const 1) (i32.const 2048))
             (if (i32.load8_u (i32.const 2048)) (then unreachable))
             (local.set $keys (i32.add (local.get $keys) (i32.const 8)))
             (local.set $i (i32.add (local.get $i) (i32.const 1)))
             (call $progress (i64.extend_i32_u (local.get $i)) (i32.const 1) (i64.extend_i32_u (local.get $count)))
             (call $checkpoint (i32.const 32) (i32.const 4) (i32.const 2080))
             (br $next)))"#,
    );
    let mut memory = users(5);
    let outcome = instance(&bytes, options()).run(&context(), &mut memory);
    assert_eq!(outcome, Ok(Outcome::Done));
    assert_eq!(memory.applied.len(), 5);
    assert_eq!(memory.progress.last(), Some(&(5, Some(5))));
    assert_eq!(memory.checkpoint.unwrap(), "done");
    let expected = hash(&[("n", "1"), ("done", "done")]);
    assert!(memory.keys[&Bytes::from_static(b"user:3")].same(&expected));
}

#[test]
fn a_resumed_program_is_given_its_checkpoint() {
    let bytes = program(
        r#"(call $resumed (i32.const 1024))
           (if (i32.load8_u (i32.const 1024))
             (then (call $reject (i32.const 32) (i32.const 4) (i32.load (i32.const 1028)) (i32.load (i32.const 1032)))))"#,
    );
    let mut memory = users(1);
    let mut program = instance(&bytes, options());
    assert_eq!(program.run(&context(), &mut memory), Ok(Outcome::Done));
    memory.checkpoint = Some(Bytes::from_static(b"at 7"));
    let Ok(Outcome::Reject(rejection)) = program.run(&context(), &mut memory) else {
        panic!("it rejects")
    };
    assert_eq!(
        (rejection.code.as_str(), rejection.message.as_str()),
        ("done", "at 7")
    );
}

#[test]
fn a_record_that_was_applied_is_gone() {
    let bytes = program(
        r#"(call $scan (i32.const 16) (i32.const 6) (i32.const 0) (i32.const 0) (i32.const 1024))
           (call $get (i32.load (i32.const 1028)) (i32.const 1) (i32.const 1048))
           (i32.store (i32.const 2000) (i32.load offset=4 (i32.load (i32.const 1052))))
           (call $apply (i32.const 2000) (i32.const 1) (i32.const 2048))
           (call $apply (i32.const 2000) (i32.const 1) (i32.const 2048))"#,
    );
    let failure = instance(&bytes, options())
        .run(&context(), &mut users(1))
        .unwrap_err();
    assert_eq!(failure.reason, FailureReason::Abi);
    assert!(failure.message.contains("it was released"), "{failure}");
}

#[test]
fn a_program_that_loops_runs_out_of_fuel() {
    let bytes = program(
        "(loop $for_ever (call $progress (i64.const 1) (i32.const 0) (i64.const 0)) (br $for_ever))",
    );
    let failure = instance(&bytes, options())
        .run(&context(), &mut users(1))
        .unwrap_err();
    assert_eq!(failure.reason, FailureReason::OutOfFuel);
}

#[test]
fn a_program_that_panics_ends_with_a_trap_and_its_host_goes_on() {
    let bytes = program("unreachable");
    let mut program = instance(&bytes, options());
    for _ in 0..2 {
        let failure = program.run(&context(), &mut users(1)).unwrap_err();
        assert_eq!(failure.reason, FailureReason::Trap);
    }
}
