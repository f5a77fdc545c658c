/// Records: the key, its expiry, the value as a whole, and what a transform asks for beyond it.
///
/// text.h, hash.h, list.h, set.h and stream.h have what a record can do of each kind. Functions whose name
/// ends in `_text` fail where bytes are no UTF-8; the others take and return any bytes.
#ifndef REMOLD_RECORD_H
#define REMOLD_RECORD_H

#include "fault.h"
#include "value.h"

/// Returns the key under which the record was read.
remold_bytes remold_key(remold_record *rec);
#define remold_key(rec) remold_key(REMOLD_HERE(rec))

/// Returns the key. Fails if it is not UTF-8.
remold_bytes remold_key_text(remold_record *rec);
#define remold_key_text(rec) remold_key_text(REMOLD_HERE(rec))

/// Returns the kind of the value.
remold_kind remold_kind_of(remold_record *rec);
#define remold_kind_of(rec) remold_kind_of(REMOLD_HERE(rec))

/// Returns the size of the value: bytes of a text or opaque value, otherwise the number of elements.
uint64_t remold_size(remold_record *rec);
#define remold_size(rec) remold_size(REMOLD_HERE(rec))

/// Returns the seed of the record's own random numbers, which depends on the run's seed and the key alone.
uint64_t remold_seed(remold_record *rec);
#define remold_seed(rec) remold_seed(REMOLD_HERE(rec))

/// Returns when the key expires, Unix milliseconds.
remold_time remold_expires_at(remold_record *rec);
#define remold_expires_at(rec) remold_expires_at(REMOLD_HERE(rec))

/// Sets when the key expires, Unix milliseconds; `REMOLD_NEVER` makes it persistent. Fails if it is zero, or the record
/// was looked up.
void remold_set_expires_at(remold_record *rec, remold_time at);
#define remold_set_expires_at(rec, ...) remold_set_expires_at(REMOLD_HERE(rec), __VA_ARGS__)

/// Returns how long the key has left at the run's frozen clock, milliseconds.
remold_time remold_ttl(remold_record *rec);
#define remold_ttl(rec) remold_ttl(REMOLD_HERE(rec))

/// Sets how long the key has left at the run's frozen clock, milliseconds; `REMOLD_NEVER` makes it persistent. Fails if
/// it is zero, or the record was looked up.
void remold_set_ttl(remold_record *rec, remold_time left);
#define remold_set_ttl(rec, ...) remold_set_ttl(REMOLD_HERE(rec), __VA_ARGS__)

/// Returns the whole value with the edits made so far.
remold_value remold_get_value(remold_record *rec);
#define remold_get_value(rec) remold_get_value(REMOLD_HERE(rec))

/// Sets the whole value, of the same or another kind. Fails if a name occurs twice, a score is NaN, or entries are out
/// of order.
void remold_set_value(remold_record *rec, remold_value value);
#define remold_set_value(rec, ...) remold_set_value(REMOLD_HERE(rec), __VA_ARGS__)

/// Asks for the key to be renamed, together with all other edits. The last call counts. Needs `write` on the new key.
void remold_rename(remold_record *rec, remold_bytes key);
#define remold_rename(rec, key) remold_rename(REMOLD_HERE(rec), REMOLD_BYTES(key))

/// Asks for the key to be deleted. Edits of its value are then without effect.
void remold_delete(remold_record *rec);
#define remold_delete(rec) remold_delete(REMOLD_HERE(rec))

/// Asks for another key to be written, with its expiry. Needs `write` on it.
void remold_emit(remold_record *rec, remold_bytes key, remold_value value, remold_time expires_at);
#define remold_emit(rec, key, ...) remold_emit(REMOLD_HERE(rec), REMOLD_BYTES(key), __VA_ARGS__)

/// Asks for another key to be deleted. Needs `write` on it.
void remold_remove(remold_record *rec, remold_bytes key);
#define remold_remove(rec, key) remold_remove(REMOLD_HERE(rec), REMOLD_BYTES(key))

/// Asks for a key that the transform of this record will look up. For `REMOLD_LOOKUPS` only. Needs `read` on it.
void remold_ask(remold_record *rec, remold_bytes key);
#define remold_ask(rec, key) remold_ask(REMOLD_HERE(rec), REMOLD_BYTES(key))

/// Returns a key that `remold_ask` had asked for, a record that can be read and not edited; NULL if there is no such
/// key. Fails for a key that was not asked for, and returns NULL then too.
remold_record *remold_lookup(remold_record *rec, remold_bytes key);
#define remold_lookup(rec, key) remold_lookup(REMOLD_HERE(rec), REMOLD_BYTES(key))

/// A walk over the elements of a record, which the host gives out in pages. `remold_hash_next` and its like take the
/// steps:
///
///     remold_walk walk = remold_walk_over(rec);
///     for (remold_field field; remold_hash_next(&walk, &field);) { ... }
///
/// What is added or removed while it walks may be met twice, or not at all. Its parts are for the SDK alone.
typedef struct remold_walk {
    /// The record.
    remold_record *rec;
    /// The number of the first element behind the page.
    uint32_t next;
    /// The page.
    const void *page;
    /// How many elements the page has.
    size_t count;
    /// How many of them were given out.
    size_t done;
} remold_walk;

/// Begins a walk over the elements of a record. Elements stay valid as long as the record.
static inline remold_walk remold_walk_over(remold_record *rec) {
    return (remold_walk){rec, 0, NULL, 0, 0};
}
#define remold_walk_over(rec) remold_walk_over(REMOLD_HERE(rec))

#endif
