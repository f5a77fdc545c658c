/// The whole batch at once, which is the fast way: one call of the host for as many records as there are.
///
/// A column is an array with a place for each record of the batch, `count` in all. Where a function says nothing, the
/// `data` there is NULL. What cannot be done for a record fails that record alone: a value of another kind, bytes that
/// are no text, a key that no capability grants. Names are bytes of the transform's own: nothing in place of one, or
/// one that is no UTF-8 where it has to be, ends the transform.
#ifndef REMOLD_BATCH_H
#define REMOLD_BATCH_H

#include "export.h"
#include "value.h"

/// A batch of records.
typedef struct remold_batch {
    /// How many records there are.
    size_t count;
    /// For the SDK alone.
    struct remold_place *places;
} remold_batch;

/// Returns a record of the batch, for what has no column. Its errors are its own, as in a transform of records.
remold_record *remold_batch_record(remold_batch *batch, size_t index);

/// Says what became of a record: `remold_skip(…)`, `remold_reject(…, …)`. It is done otherwise.
void remold_batch_decide(remold_batch *batch, size_t index, remold_outcome outcome);

/// Returns an empty column: nothing at every place.
remold_bytes *remold_batch_column(remold_batch *batch);

/// Returns the keys.
remold_bytes *remold_batch_keys(remold_batch *batch);

/// Returns the keys; nothing where a key is not UTF-8, which fails that record.
remold_bytes *remold_batch_keys_text(remold_batch *batch);

/// Returns the kinds of the values: a `remold_kind` each.
uint8_t *remold_batch_kinds(remold_batch *batch);

/// Returns when the keys expire, Unix milliseconds.
remold_time *remold_batch_expiries(remold_batch *batch);

/// Sets when the keys expire, Unix milliseconds; `REMOLD_NEVER` makes one persistent.
void remold_batch_set_expiries(remold_batch *batch, const remold_time *at);

/// Returns the values of text records.
remold_bytes *remold_batch_texts(remold_batch *batch);

/// Returns the values of text records; nothing where one is not UTF-8, which fails that record.
remold_bytes *remold_batch_texts_text(remold_batch *batch);

/// Sets the values of text records; nothing leaves a record alone.
void remold_batch_set_texts(remold_batch *batch, const remold_bytes *values);

/// Returns a field of every hash; nothing where there is no such field.
remold_bytes *remold_batch_fields(remold_batch *batch, remold_bytes name);
#define remold_batch_fields(batch, name) remold_batch_fields(batch, REMOLD_BYTES(name))

/// Returns a field of every hash; nothing where there is no such field, and where it is not UTF-8, which fails that
/// record.
remold_bytes *remold_batch_fields_text(remold_batch *batch, remold_bytes name);
#define remold_batch_fields_text(batch, name) remold_batch_fields_text(batch, REMOLD_BYTES(name))

/// Sets a field of every hash; nothing leaves a record's field alone.
void remold_batch_set_fields(remold_batch *batch, remold_bytes name, const remold_bytes *values);
#define remold_batch_set_fields(batch, name, values) remold_batch_set_fields(batch, REMOLD_BYTES(name), values)

/// Renames a field of every hash, where it is there.
void remold_batch_rename_fields(remold_batch *batch, remold_bytes from, remold_bytes to);
#define remold_batch_rename_fields(batch, from, to) \
    remold_batch_rename_fields(batch, REMOLD_BYTES(from), REMOLD_BYTES(to))

/// Removes a field of every hash, where it is there.
void remold_batch_remove_fields(remold_batch *batch, remold_bytes name);
#define remold_batch_remove_fields(batch, name) remold_batch_remove_fields(batch, REMOLD_BYTES(name))

/// Returns the whole values, of whatever kind.
remold_value *remold_batch_values(remold_batch *batch);

/// Sets whole values; NULL leaves a record alone. What is nothing in a value fails the record.
void remold_batch_set_values(remold_batch *batch, const remold_value *const *values);

/// Asks for keys to be renamed; nothing leaves a record alone. Needs `write` on the new keys.
void remold_batch_rename(remold_batch *batch, const remold_bytes *keys);

/// Asks for the keys to be deleted for which it says so.
void remold_batch_delete(remold_batch *batch, const bool *which);

#endif
