//! The keys that are changed. The same number always makes the same keys, so that any key can be checked later.
//!
//! | data set | each key holds |
//! |---|---|
//! | hashes | a hash of 8 fields, 150 bytes of names and values (180 serialised): `name`, `price`, `legacy` and five that stay |
//! | json | a string of 2 KiB: a JSON object with the same fields, and orders |
//! | small | a string of 4 to 6 bytes: a price |
//! | sorted | a sorted set of 100 members |
//! | mixed | of four keys two hashes, one small string, one sorted set |
//!
//! Every tenth key expires, in a week.

mod make;
mod store;

use bytes::Bytes;
use clap::ValueEnum;
use remold::host_api::{Entry, Value};
use serde::Serialize;

#[cfg(test)]
pub(crate) use store::same;
pub(crate) use store::{PATTERN, Store};

/// What the keys of a round hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DataSet {
    /// Hashes of 8 fields, 150 bytes of names and values.
    #[default]
    Hashes,
    /// JSON documents of 2 KiB as strings.
    Json,
    /// Strings of a few bytes.
    Small,
    /// Sorted sets of 100 members.
    Sorted,
    /// Hashes, small strings and sorted sets.
    Mixed,
}

/// The set of keys that a contest works on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys {
    /// What they hold.
    pub(crate) data: DataSet,
    /// How many there are.
    pub(crate) count: u64,
    /// When the first of those that expire does, Unix milliseconds.
    pub(crate) expiry: u64,
}

impl Keys {
    /// Makes the key of a number.
    pub(crate) fn entry(&self, number: u64) -> Entry {
        let value = match (self.data, number % 4) {
            (DataSet::Hashes, _) | (DataSet::Mixed, 0 | 1) => make::hash(number),
            (DataSet::Json, _) => make::json(number),
            (DataSet::Small, _) | (DataSet::Mixed, 2) => Value::Text(make::price(number)),
            (DataSet::Sorted | DataSet::Mixed, _) => make::sorted_set(number),
        };
        Entry {
            key: Bytes::from(format!("item:{number}")),
            value,
            expires_at: (number % 10 == 3).then_some(self.expiry + number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_of_the_documented_size_and_one_in_ten_expires() {
        for (data, sizes) in [
            (DataSet::Hashes, 135..165),
            (DataSet::Json, 1950..2150),
            (DataSet::Small, 4..7),
        ] {
            let keys = Keys {
                data,
                count: 100,
                expiry: 1,
            };
            let entries: Vec<Entry> = (0..100).map(|number| keys.entry(number)).collect();
            for entry in &entries {
                let size = match &entry.value {
                    Value::Hash(fields) => fields
                        .iter()
                        .map(|field| field.name.len() + field.value.len())
                        .sum(),
                    value => value.size(),
                };
                assert!(sizes.contains(&size), "{data:?} {:?}: {size}", entry.key);
            }
            let expiring = entries.iter().filter(|entry| entry.expires_at.is_some());
            assert_eq!(expiring.count(), 10);
        }
    }
}
