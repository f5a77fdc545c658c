//! A transform by columns that calls every function. Its batch is `a:1` to `a:3`, of which the second is no hash, `t:1`
//! to `t:4`, which are texts, or `w:1` to `w:3`, which are of many kinds.

#[cfg(test)]
mod tests;

use remold_transform::{Batch, Kind, Record, Result, Value, fail};

remold_transform::export!(migrate);

/// The clock that cases have.
const NOW: u64 = 1_767_225_600_000;

pub fn migrate(batch: &Batch) -> Result {
    let records: Vec<Record> = batch.records().collect();
    assert_eq!((records.len(), batch.is_empty()), (batch.len(), false));
    match batch.record(0).key().first() {
        Some(b'a') => hashes(batch),
        Some(b't') => texts(batch),
        Some(b'w') => whole_values(batch),
        _ => return fail("every record of the batch"),
    }
    Ok(())
}

fn hashes(batch: &Batch) {
    assert_eq!(batch.keys(), [b"a:1", b"a:2", b"a:3"]);
    assert_eq!(batch.keys_text()[2].as_deref(), Some("a:3"));
    assert_eq!(batch.kinds(), [Kind::Hash, Kind::Text, Kind::Hash]);
    assert_eq!(batch.expiries(), [Some(NOW + 5000), None, None]);
    batch.set_expiries(&[None, None, Some(NOW + 6000)]);

    // The second record fails of it, and the others go on.
    assert_eq!(batch.fields("name"), [Some(b"Ada".to_vec()), None, None]);
    let names = batch.fields_text("name");
    assert_eq!(names, [Some("Ada".to_owned()), None, None]);
    batch.set_fields("first", &names);
    batch.set_fields(b"raw", &[Some(b"\xff"), None, None]);
    batch.rename_fields("name", "last");
    batch.rename_fields(b"raw", b"RAW");
    batch.remove_fields("old");
    batch.remove_fields(b"older");
    batch.rename(&[None, None, Some("b:never")]);
    batch.rename(&[None, None, Some(b"b:3")]);
    batch.delete(&[false, false, false]);
    assert_eq!(batch.record(2).value(), Value::hash([("kept", "1")]));
}

fn texts(batch: &Batch) {
    let texts = batch.texts();
    let expected = ["one", "two", "three", "four"];
    assert_eq!(texts, expected.map(|text| Some(text.as_bytes().to_vec())));
    let texts = batch.texts_text();
    let louder: Vec<Option<String>> = texts
        .iter()
        .map(|text| Some(text.as_ref()?.to_uppercase()))
        .collect();
    batch.set_texts(&louder);
    batch.set_texts(&[None, None, None, Some(b"\xff\x00")]);
    batch.skip(1, "as asked for");
    batch.delete(&[false, false, true, false]);
}

fn whole_values(batch: &Batch) {
    let values = batch.values();
    assert_eq!(
        values,
        [
            Value::list(["a", "b"]),
            Value::hash([("a", "1")]),
            Value::text("x")
        ]
    );
    batch.set_values(&[
        Some(Value::set(["a", "b"])),
        None,
        Some(Value::sorted_set([("x", 1.5)])),
    ]);
    batch.reject(1, "as-asked", "for");
}
