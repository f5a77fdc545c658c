//! Programs over a keyspace in memory.

use std::collections::BTreeMap;

use remold_host_api::{
    Applied, Bytes, Entry, Failure, FailureReason, HostError, Outcome, ProgramHost, Record,
    ScanQuery, Value,
};

use crate::support::{context, hash, instance, text};

/// A keyspace that answers in pages of two and lets itself be written once per key.
#[derive(Default)]
struct Memory {
    keys: BTreeMap<Bytes, Value>,
    scanned: BTreeMap<Bytes, usize>,
    applied: Vec<Bytes>,
    backups: Vec<String>,
    progress: Vec<(u64, Option<u64>)>,
    checkpoint: Option<Bytes>,
}

impl ProgramHost for Memory {
    fn scan(&mut self, query: &ScanQuery) -> Result<Vec<Bytes>, HostError> {
        if query.pattern.as_bytes().starts_with(b"secret") {
            return Err(HostError::Denied {
                capability: "scan",
                key: query.pattern.as_bytes().to_vec(),
            });
        }
        let matching = self.keys.iter().filter(|(key, value)| {
            query.pattern.matches(key) && query.kind.is_none_or(|kind| kind == value.kind())
        });
        let from = self
            .scanned
            .entry(query.pattern.as_bytes().clone())
            .or_default();
        let page: Vec<Bytes> = matching
            .skip(*from)
            .take(2)
            .map(|(key, _)| key.clone())
            .collect();
        *from += page.len();
        Ok(page)
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
            results.push(if record.key() == "user:busy" {
                Applied::Conflict
            } else if self.applied.contains(record.key()) {
                Applied::Already
            } else if record.is_touched() {
                self.applied.push(record.key().clone());
                self.keys
                    .insert(record.key().clone(), record.value().clone());
                Applied::Applied
            } else {
                Applied::Unchanged
            });
        }
        Ok(results)
    }

    fn backup(&mut self, name: &str) -> Result<String, HostError> {
        self.backups.push(name.to_owned());
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

fn users(count: usize) -> Memory {
    let user = |n: usize| {
        (
            Bytes::from(format!("user:{n}")),
            hash(&[("n", &n.to_string())]),
        )
    };
    let mut keys: BTreeMap<Bytes, Value> = (0..count).map(user).collect();
    keys.insert("user:text".into(), text("x"));
    keys.insert("plan:1".into(), text("basic"));
    Memory {
        keys,
        ..Memory::default()
    }
}

fn run(source: &str, memory: &mut Memory) -> Result<Outcome, Failure> {
    instance(source).run(&context(), memory)
}

#[test]
fn a_program_lists_reads_writes_and_tells_how_far_it_is() {
    let mut memory = users(5);
    let outcome = run(
        r#"
        fn run() {
            let name = backup("before");
            let plan = get("plan:1").text;
            let done = 0;
            for key in scan("user:*", "hash") {
                let rec = get(key);
                rec.hash.set("plan", plan);
                rec.hash.set("backup", name);
                if apply(rec) != "applied" { throw "not applied"; }
                if apply(rec) != "already" { throw "applied twice"; }
                done += 1;
                progress(done, 5);
            }
            if get("nobody") != () { throw "nobody is there"; }
            let many = get_many(["plan:1", "nobody"]);
            if apply([many[0]]) != ["unchanged"] { throw "it was changed"; }
            done()
        }
        "#,
        &mut memory,
    );
    assert_eq!(outcome, Ok(Outcome::Done));
    assert_eq!(memory.applied.len(), 5);
    assert_eq!(memory.backups, ["before"]);
    assert_eq!(memory.progress.last(), Some(&(5, Some(5))));
    let expected = hash(&[("n", "3"), ("plan", "basic"), ("backup", "before-1")]);
    assert!(memory.keys[&Bytes::from_static(b"user:3")].same(&expected));
}

#[test]
fn a_program_may_end_with_what_it_applies() {
    let mut memory = users(2);
    let user = memory.keys[&Bytes::from_static(b"user:0")].clone();
    memory.keys.insert("user:busy".into(), user);
    let ends_with = |last: &str, memory: &mut Memory| {
        let program = r#"fn run() {
            let all = get_many(["user:0", "user:1", "user:busy"]);
            for rec in all { rec.hash.set("seen", "1"); }
            LAST;
        }"#;
        run(&program.replace("LAST", last), memory)
    };
    for last in ["apply(all[0])", "apply(all[0])", "apply([all[0], all[1]])"] {
        assert_eq!(ends_with(last, &mut memory), Ok(Outcome::Done), "{last}");
    }
    // What was not written is not passed over in silence.
    for last in ["apply(all[2])", "apply([all[0], all[2]])"] {
        let failure = ends_with(last, &mut memory).expect_err("it met a conflict");
        assert!(failure.message.contains("conflict"), "{}", failure.message);
    }
    let failure = ends_with("\"other\"", &mut memory).expect_err("it is no outcome");
    assert!(failure.message.contains("\"other\""), "{}", failure.message);
}

#[test]
fn a_refusal_of_the_host_is_an_exception() {
    let failure = run(
        "fn run() { for key in scan(\"secret:*\") { log_info(key); } }",
        &mut users(1),
    );
    assert_eq!(
        failure.expect_err("it is denied").reason,
        FailureReason::Denied
    );
    let caught = run(
        r#"fn run() { try { for key in scan("secret:*") { log_info(key); } } catch (e) { return skip(e.code); } }"#,
        &mut users(1),
    );
    assert_eq!(caught, Ok(Outcome::Skip("denied".to_owned())));
}

#[test]
fn a_record_transform_has_no_keyspace() {
    // What the compiler sees it refuses; a call in the form of a method it takes for one of the record's.
    let failure = crate::support::failed("\"plan:1\".get()", text(""));
    assert!(failure.message.contains("only a program"), "{failure}");
}

#[test]
fn a_program_that_loops_runs_out_of_fuel() {
    let failure = run("fn run() { loop { progress(1); } }", &mut users(1)).expect_err("it loops");
    assert!(
        matches!(
            failure.reason,
            FailureReason::OutOfFuel | FailureReason::Timeout
        ),
        "{failure}"
    );
}

#[test]
fn the_fuel_of_a_program_grows_with_what_it_reads() {
    let mut memory = users(40);
    let source = r#"
        fn run() {
            for key in scan("user:*") {
                let rec = get(key);
                let n = 0;
                while n < 5000 { n += 1; }
                rec.hash.set("x", n);
                if rec.kind == "hash" { apply(rec); }
            }
        }
    "#;
    memory.keys.remove(&Bytes::from_static(b"user:text"));
    assert_eq!(run(source, &mut memory), Ok(Outcome::Done));
    assert_eq!(memory.applied.len(), 40);
}

#[test]
fn a_program_remembers_how_far_it_is() {
    let mut memory = users(1);
    let source = r#"
        fn run() {
            let state = resumed_from();
            if state == () { checkpoint(#{ done: 3 }); return skip("begun"); }
            skip(`from ${state.done}`)
        }
    "#;
    assert_eq!(
        run(source, &mut memory),
        Ok(Outcome::Skip("begun".to_owned()))
    );
    assert_eq!(
        memory.checkpoint,
        Some(Bytes::from_static(br#"{"done":3}"#))
    );
    assert_eq!(
        run(source, &mut memory),
        Ok(Outcome::Skip("from 3".to_owned()))
    );
}
