//! A transform of records that calls every function and checks what comes back; what is checked follows from the key.

mod kinds;
mod stream;
#[cfg(test)]
mod tests;

use std::time::Duration;

use remold_transform::context::{self, Level};
use remold_transform::{
    Code, HashField, Kind, Opaque, Record, Refusal, Result, StreamEntry, StreamId, Value, fail,
    reject, skip,
};

remold_transform::export!(migrate, revert, lookups);

/// The clock that cases have.
const NOW: u64 = 1_767_225_600_000;

pub fn migrate(record: &Record) -> Result {
    match record.key_text()?.as_str() {
        "check:record" => all_that_every_record_has(record),
        "check:value" => whole_values(record),
        "check:opaque" => opaque(record),
        "check:delete" => Ok(record.delete()?),
        "check:context" => the_run(),
        "check:lookup" => other_keys(record),
        "check:text" => kinds::text(record),
        "check:json" => kinds::json(record),
        "check:hash" => kinds::hash(record),
        "check:list" => kinds::list(record),
        "check:set" => kinds::set(record),
        "check:sorted-set" => kinds::sorted_set(record),
        "check:stream" => stream::stream(record),
        "check:skip" => skip("as asked for"),
        "check:reject" => reject("as-asked", format!("{} is rejected", record.key_text()?)),
        "check:fail" => fail("as asked for"),
        "check:denied" => Ok(record.rename("nobody's")?),
        "check:parse" => {
            "x".parse::<u32>()?;
            Ok(())
        }
        "check:panic" => panic!("as asked for"),
        _ => Ok(()),
    }
}

pub fn revert(record: &Record) -> Result {
    Ok(record.set_value(&Value::text("reverted"))?)
}

pub fn lookups(record: &Record) -> Result {
    if record.key() == b"check:lookup" {
        record.ask("other:there")?;
        record.ask(b"other:missing")?;
        assert_eq!(record.kind(), Kind::Text);
    }
    Ok(())
}

/// Returns the code of a refusal.
fn code<T: std::fmt::Debug>(refused: Result<T, Refusal>) -> Code {
    let refusal = refused.expect_err("it is refused");
    assert!(!refusal.message.is_empty());
    refusal.code
}

fn all_that_every_record_has(record: &Record) -> Result {
    assert_eq!(record.key(), b"check:record");
    assert_eq!((record.kind(), record.size()), (Kind::Text, 4));
    assert_eq!(record.seed(), record.seed());
    assert_eq!(record.expires_at(), Some(NOW + 5000));
    assert_eq!(record.ttl(), Some(Duration::from_secs(5)));
    record.set_ttl(Some(Duration::from_secs(9)))?;
    assert_eq!(record.expires_at(), Some(NOW + 9000));
    record.set_expires_at(None)?;
    assert_eq!((record.expires_at(), record.ttl()), (None, None));
    record.set_expires_at(Some(NOW + 8000))?;
    assert_eq!(code(record.set_expires_at(Some(0))), Code::InvalidArgument);
    assert_eq!(
        code(record.set_ttl(Some(Duration::ZERO))),
        Code::InvalidArgument
    );
    record.rename("renamed:never")?;
    record.rename(b"renamed:1")?;
    record.emit("emitted:1", &Value::hash([("a", "1")]), Some(NOW + 7000))?;
    record.emit("emitted:2", &Value::list(["a", "b"]), None)?;
    record.remove("removed:1")?;
    record.remove(b"removed:2")?;
    assert_eq!(code(record.lookup("other:there")), Code::NotLookedUp);
    Ok(())
}

/// Writes a value of each kind and reads it again; the last one stays.
fn whole_values(record: &Record) -> Result {
    let entry = |ms| StreamEntry::new(StreamId::new(ms, 7), [("a", "1"), ("a", "")]);
    let field = HashField {
        name: b"a".to_vec(),
        value: b"\xff".to_vec(),
        expires_at: Some(NOW + 5000),
    };
    let opaque = Opaque {
        type_id: 7,
        module: Some("ReJSON-RL".to_owned()),
        bytes: b"raw".to_vec(),
    };
    let anonymous = Opaque {
        module: None,
        ..opaque.clone()
    };
    for value in [
        Value::text("García"),
        Value::text(""),
        Value::list(["a", "", "a"]),
        Value::set(["a", "b"]),
        Value::sorted_set([("a", 1.5), ("b", f64::NEG_INFINITY), ("c", -0.0)]),
        Value::Opaque(opaque),
        Value::Opaque(anonymous),
        Value::stream([entry(1), entry(2)]),
        Value::Hash(vec![field]),
        Value::hash([("checked", "1"), ("", "empty")]),
    ] {
        record.set_value(&value)?;
        assert_eq!(record.value(), value);
        assert_eq!(
            (record.kind(), record.size()),
            (value.kind(), value.size() as u64)
        );
    }
    let before = record.value();
    let twice = Value::hash([("a", "1"), ("a", "2")]);
    for value in [twice, Value::sorted_set([("a", f64::NAN)])] {
        assert_eq!(code(record.set_value(&value)), Code::InvalidArgument);
    }
    assert_eq!(record.value(), before);
    Ok(())
}

/// What cannot be looked into can be changed as bytes, and copied.
fn opaque(record: &Record) -> Result {
    let Value::Opaque(mut opaque) = record.value() else {
        return fail("it is opaque");
    };
    assert_eq!(
        (opaque.type_id, record.size()),
        (7, opaque.bytes.len() as u64)
    );
    assert_eq!(opaque.module.as_deref(), Some("AAAAAAAAI"));
    opaque.bytes.push(b'+');
    let value = Value::Opaque(opaque);
    record.set_value(&value)?;
    record.emit("emitted:copy", &value, None)?;
    Ok(())
}

fn the_run() -> Result {
    assert_eq!(context::now_ms(), NOW);
    assert_eq!(context::seed(), context::seed());
    assert_eq!(context::parameter::<u32>("digits")?, 2);
    assert_eq!(context::parameter::<Vec<String>>("names")?, ["a", "é"]);
    assert_eq!(context::parameter::<Option<u32>>("none")?, None);
    let all: serde_json::Value = context::parameters()?;
    let text: serde_json::Value = serde_json::from_str(&context::parameters_text())?;
    assert_eq!(all, text);
    context::log(Level::Debug, "debug");
    context::info("info");
    context::warn("warn");
    context::print("printed\n");
    Ok(())
}

fn other_keys(record: &Record) -> Result {
    let Some(other) = record.lookup("other:there")? else {
        return fail("it is there");
    };
    assert_eq!(other.key(), b"other:there");
    assert_eq!(other.hash().get_text("a")?.as_deref(), Some("1"));
    assert_eq!(code(other.hash().set("a", "2")), Code::InvalidArgument);
    assert!(record.lookup(b"other:missing")?.is_none());
    assert_eq!(code(record.lookup("other:never")), Code::NotLookedUp);
    Ok(())
}
