/// Records that hold a hash. Every function fails on another kind.
#ifndef REMOLD_HASH_H
#define REMOLD_HASH_H

#include "record.h"

/// Returns the value of a field; nothing if there is no such field.
remold_bytes remold_hash_get(remold_record *rec, remold_bytes name);
#define remold_hash_get(rec, name) remold_hash_get(REMOLD_HERE(rec), REMOLD_BYTES(name))

/// Returns the value of a field; nothing if there is no such field. Fails if it, or the name, is not UTF-8.
remold_bytes remold_hash_get_text(remold_record *rec, remold_bytes name);
#define remold_hash_get_text(rec, name) remold_hash_get_text(REMOLD_HERE(rec), REMOLD_BYTES(name))

/// Sets a field, which keeps its own expiry, unlike with HSET.
void remold_hash_set(remold_record *rec, remold_bytes name, remold_bytes value);
#define remold_hash_set(rec, name, value) remold_hash_set(REMOLD_HERE(rec), REMOLD_BYTES(name), REMOLD_BYTES(value))

/// Renames a field, which keeps its value, its expiry and its place. A field that has the new name is replaced; a field
/// that is not there is left alone.
void remold_hash_rename(remold_record *rec, remold_bytes from, remold_bytes to);
#define remold_hash_rename(rec, from, to) remold_hash_rename(REMOLD_HERE(rec), REMOLD_BYTES(from), REMOLD_BYTES(to))

/// Removes a field, if it is there.
void remold_hash_remove(remold_record *rec, remold_bytes name);
#define remold_hash_remove(rec, name) remold_hash_remove(REMOLD_HERE(rec), REMOLD_BYTES(name))

/// Says whether there is a field of this name.
bool remold_hash_contains(remold_record *rec, remold_bytes name);
#define remold_hash_contains(rec, name) remold_hash_contains(REMOLD_HERE(rec), REMOLD_BYTES(name))

/// Returns the number of fields.
uint32_t remold_hash_len(remold_record *rec);
#define remold_hash_len(rec) remold_hash_len(REMOLD_HERE(rec))

/// Removes all fields.
void remold_hash_clear(remold_record *rec);
#define remold_hash_clear(rec) remold_hash_clear(REMOLD_HERE(rec))

/// Takes the next field of a walk, of its name, value and expiry; returns false at the end.
bool remold_hash_next(remold_walk *walk, remold_field *field);

/// Takes the next name of a walk; returns false at the end.
bool remold_hash_next_name(remold_walk *walk, remold_bytes *name);

/// Returns the names of up to `limit` fields from number `start` on; an empty list is the end.
remold_bytes_list remold_hash_names(remold_record *rec, uint32_t start, uint32_t limit);
#define remold_hash_names(rec, start, limit) remold_hash_names(REMOLD_HERE(rec), start, limit)

/// Returns names of fields. Fails if one is not UTF-8.
remold_bytes_list remold_hash_names_text(remold_record *rec, uint32_t start, uint32_t limit);
#define remold_hash_names_text(rec, start, limit) remold_hash_names_text(REMOLD_HERE(rec), start, limit)

/// Returns up to `limit` fields from number `start` on; an empty list is the end.
remold_field_list remold_hash_fields(remold_record *rec, uint32_t start, uint32_t limit);
#define remold_hash_fields(rec, start, limit) remold_hash_fields(REMOLD_HERE(rec), start, limit)

/// Returns names and values of fields. Fails if one is not UTF-8.
remold_pair_list remold_hash_fields_text(remold_record *rec, uint32_t start, uint32_t limit);
#define remold_hash_fields_text(rec, start, limit) remold_hash_fields_text(REMOLD_HERE(rec), start, limit)

/// Returns when a field expires, Unix milliseconds.
remold_time remold_hash_expires_at(remold_record *rec, remold_bytes name);
#define remold_hash_expires_at(rec, name) remold_hash_expires_at(REMOLD_HERE(rec), REMOLD_BYTES(name))

/// Sets when a field expires, Unix milliseconds; `REMOLD_NEVER` makes it persistent. Fails if there is no such field.
void remold_hash_set_expires_at(remold_record *rec, remold_bytes name, remold_time at);
#define remold_hash_set_expires_at(rec, name, ...) \
    remold_hash_set_expires_at(REMOLD_HERE(rec), REMOLD_BYTES(name), __VA_ARGS__)

#endif
