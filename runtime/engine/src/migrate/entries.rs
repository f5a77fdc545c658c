//! Entries of what was read, and of what an edit makes of it, for whoever looks at them.

use remold_host_api::{Bytes, Entry, Record};

use crate::port::Fetched;
use crate::report::Change;

/// Copies a record as it is.
pub(super) fn entry_of_record(record: &Record) -> Entry {
    Entry {
        key: record.key().clone(),
        value: record.value().clone(),
        expires_at: record.expires_at(),
    }
}

/// Tells what an edited record changes.
pub(crate) fn change_of(before: Entry, record: &Record) -> Change {
    let key = record.renamed().unwrap_or(record.key()).clone();
    let gone = record.is_deleted() || record.value().is_empty_aggregate();
    Change {
        before,
        after: (!gone).then(|| Entry {
            key,
            value: record.value().clone(),
            expires_at: record.expires_at(),
        }),
        emitted: record.emitted().to_vec(),
        removed: record.removed().to_vec(),
    }
}

/// Makes an entry of what was read; a value that cannot be decoded counts as missing.
pub(crate) fn entry_of(key: &Bytes, fetched: Fetched) -> Option<Entry> {
    let Fetched::Found(image) = fetched else {
        return None;
    };
    let value = remold_rdb::decode(&image.payload).ok()?.value;
    Some(Entry {
        key: key.clone(),
        value,
        expires_at: image.expires_at,
    })
}
