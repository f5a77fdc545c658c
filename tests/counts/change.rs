//! What becomes of the keys, in Rust and in Rhai: `name` is split in two, `price` becomes cents, `legacy` goes.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use remold::Migration;
use remold::host_api::{Collection, Failure, FailureReason, HashField, Outcome, Record, Value};
use remold_tests::Native;

use crate::data::PATTERN;

const SCRIPT: &str = r#"
fn migrate(rec) {
    let item = rec.hash;
    if !item.contains("name") {
        return skip("changed already");
    }
    let parts = item.get("name").split(" ", 2);
    item.set("first", parts[0]);
    item.set("last", parts[1]);
    item.set("price_cents", to_minor(decimal(item.get("price")), 2));
    item.remove("name");
    item.remove("price");
    item.remove("legacy");
}
"#;

/// The language that the transform is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// The program's own code.
    Native,
    /// A script.
    Rhai,
}

/// Returns the migration: four batches of 64 keys in flight.
pub(crate) fn migration(language: Language) -> Migration {
    let manifest = format!(
        "apiVersion: remold.dev/v1alpha1
kind: RedisMigration
metadata: {{ name: counts }}
spec:
  select: {{ match: \"{PATTERN}\" }}
  transform: {{ rhai: {{ file: change.rhai }} }}
  strategy: {{ parallelism: 4, batchSize: 64 }}
"
    );
    let sources = BTreeMap::from([("change.rhai".to_owned(), SCRIPT.as_bytes().to_vec())]);
    let migration = Migration::from_parts("counts", &manifest, sources).expect("it is valid");
    match language {
        Language::Native => migration.with_transform(Arc::new(Native(native))),
        Language::Rhai => migration,
    }
}

fn native(record: &mut Record) -> Result<Outcome, Failure> {
    let Value::Hash(fields) = record.value_mut() else {
        return Err(wrong("it is no hash"));
    };
    change(fields).ok_or_else(|| wrong("a field is not as it was made"))?;
    Ok(Outcome::Done)
}

/// Makes the change in place; nothing if a field is not as it should be.
fn change(fields: &mut Collection<HashField>) -> Option<()> {
    let name = fields.remove(b"name")?.value;
    let price = fields.remove(b"price")?.value;
    fields.remove(b"legacy")?;
    let space = name.iter().position(|byte| *byte == b' ')?;
    let (whole, part) = std::str::from_utf8(&price).ok()?.split_once('.')?;
    let cents = whole.parse::<u64>().ok()? * 100 + part.parse::<u64>().ok()?;
    for (name, value) in [
        ("first", name.slice(..space)),
        ("last", name.slice(space + 1..)),
        ("price_cents", Bytes::from(cents.to_string())),
    ] {
        fields.insert(HashField {
            name: Bytes::from_static(name.as_bytes()),
            value,
            expires_at: None,
        });
    }
    Some(())
}

fn wrong(message: &str) -> Failure {
    Failure::new(FailureReason::Trap, message)
}
