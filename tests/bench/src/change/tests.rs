//! The change in Rust does what is said, and the scripts do the same.

use remold::host_api::Entry;
use remold::{Applied, Applier};

use super::*;
use crate::arguments::Shape;
use crate::data::{DataSet, Keys};
use clap::ValueEnum as _;

const SHAPE: Shape = Shape {
    parallelism: 1,
    batch_size: 64,
};

#[test]
fn a_hash_gets_its_new_fields_and_loses_the_old_ones() {
    let field = |name: &'static str, value: &'static str| HashField {
        name: Bytes::from_static(name.as_bytes()),
        value: Bytes::from_static(value.as_bytes()),
        expires_at: None,
    };
    let hash = |fields: &[HashField]| Value::Hash(fields.iter().cloned().collect());
    let mut value = hash(&[
        field("name", "Ada Lovelace"),
        field("city", "London"),
        field("price", "12.50"),
        field("legacy", "x"),
    ]);
    assert!(apply(&mut value).expect("it has the right shape"));
    let expected = hash(&[
        field("city", "London"),
        field("first", "Ada"),
        field("last", "Lovelace"),
        field("price_cents", "1250"),
    ]);
    assert!(value.same(&expected), "{value:?}");
    assert!(!apply(&mut value).expect("it was changed"), "{value:?}");
}

#[test]
fn what_is_no_price_is_refused() {
    for text in ["12.5", "12", "a.50", "1.234", ""] {
        assert!(cents(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn the_scripts_do_what_the_rust_does() {
    for data in DataSet::value_variants() {
        let keys = Keys {
            data: *data,
            count: 40,
            expiry: 4_000_000_000_000,
        };
        let entries: Vec<Entry> = (0..keys.count).map(|number| keys.entry(number)).collect();
        let expected = entries.iter().map(|entry| {
            let mut value = entry.value.clone();
            assert!(apply(&mut value).expect("it has the right shape"));
            value
        });
        let expected: Vec<Value> = expected.collect();
        let script = migration(*data, SHAPE, None).expect("the script compiles");
        let native = migration(*data, SHAPE, None)
            .expect("the script compiles")
            .with_transform(std::sync::Arc::new(NATIVE));
        for migration in [script, native] {
            let mut applier = Applier::new(&migration).expect("it is a record transform");
            for (applied, expected) in applier.migrate(entries.clone()).into_iter().zip(&expected) {
                assert!(
                    same_document(&applied, expected),
                    "{data:?}: {applied:?} is not {expected:?}"
                );
            }
        }
    }
}

fn same_document(applied: &Applied, expected: &Value) -> bool {
    let Applied::Changed {
        after: Some(after), ..
    } = applied
    else {
        return false;
    };
    crate::data::same(&after.value, expected)
}
