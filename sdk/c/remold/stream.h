/// Records that hold a stream. Groups, consumers and what is pending stay as they are. Every function fails on another
/// kind.
#ifndef REMOLD_STREAM_H
#define REMOLD_STREAM_H

#include "record.h"

/// Returns the number of entries.
uint32_t remold_stream_len(remold_record *rec);
#define remold_stream_len(rec) remold_stream_len(REMOLD_HERE(rec))

/// Returns the last id that was given out.
remold_stream_id remold_stream_last_id(remold_record *rec);
#define remold_stream_last_id(rec) remold_stream_last_id(REMOLD_HERE(rec))

/// Takes the next entry of a walk; returns false at the end.
bool remold_stream_next(remold_walk *walk, remold_entry *entry);

/// Takes the id of the next entry of a walk; returns false at the end.
bool remold_stream_next_id(remold_walk *walk, remold_stream_id *id);

/// Returns the ids of up to `limit` entries from number `start` on; an empty list is the end.
remold_stream_id_list remold_stream_ids(remold_record *rec, uint32_t start, uint32_t limit);
#define remold_stream_ids(rec, start, limit) remold_stream_ids(REMOLD_HERE(rec), start, limit)

/// Returns up to `limit` entries from number `start` on; an empty list is the end.
remold_entry_list remold_stream_entries(remold_record *rec, uint32_t start, uint32_t limit);
#define remold_stream_entries(rec, start, limit) remold_stream_entries(REMOLD_HERE(rec), start, limit)

/// Returns the fields of an entry; a list whose `items` is NULL if there is no such entry.
remold_pair_list remold_stream_get(remold_record *rec, remold_stream_id id);
#define remold_stream_get(rec, ...) remold_stream_get(REMOLD_HERE(rec), __VA_ARGS__)

/// Returns the first field of this name of an entry; nothing if there is none.
remold_bytes remold_stream_field(remold_record *rec, remold_stream_id id, remold_bytes name);
#define remold_stream_field(rec, id, name) remold_stream_field(REMOLD_HERE(rec), id, REMOLD_BYTES(name))

/// Returns the first field of this name of an entry; nothing if there is none. Fails if it, or the name, is not UTF-8.
remold_bytes remold_stream_field_text(remold_record *rec, remold_stream_id id, remold_bytes name);
#define remold_stream_field_text(rec, id, name) remold_stream_field_text(REMOLD_HERE(rec), id, REMOLD_BYTES(name))

/// Replaces the fields of an entry, which keeps its id and what is pending of it. Fails if there is no such entry, and
/// without a field.
void remold_stream_set(remold_record *rec, remold_stream_id id, const remold_pair *fields, size_t count);
#define remold_stream_set(rec, ...) remold_stream_set(REMOLD_HERE(rec), __VA_ARGS__)

/// Sets a field of an entry, at the end if it is new. Fails if there is no such entry.
void remold_stream_set_field(remold_record *rec, remold_stream_id id, remold_bytes name, remold_bytes value);
#define remold_stream_set_field(rec, id, name, value) \
    remold_stream_set_field(REMOLD_HERE(rec), id, REMOLD_BYTES(name), REMOLD_BYTES(value))

/// Renames the fields of this name of an entry. Fails if there is no such entry.
void remold_stream_rename_field(remold_record *rec, remold_stream_id id, remold_bytes from, remold_bytes to);
#define remold_stream_rename_field(rec, id, from, to) \
    remold_stream_rename_field(REMOLD_HERE(rec), id, REMOLD_BYTES(from), REMOLD_BYTES(to))

/// Removes the fields of this name of an entry. Fails if there is no such entry, or no field would be left.
void remold_stream_remove_field(remold_record *rec, remold_stream_id id, remold_bytes name);
#define remold_stream_remove_field(rec, id, name) remold_stream_remove_field(REMOLD_HERE(rec), id, REMOLD_BYTES(name))

/// Adds an entry at the end. Fails unless its id is larger than the last one, and without a field.
void remold_stream_add(remold_record *rec, remold_stream_id id, const remold_pair *fields, size_t count);
#define remold_stream_add(rec, ...) remold_stream_add(REMOLD_HERE(rec), __VA_ARGS__)

/// Removes an entry, if it is there. Groups keep what is pending of it, as with XDEL.
void remold_stream_remove(remold_record *rec, remold_stream_id id);
#define remold_stream_remove(rec, ...) remold_stream_remove(REMOLD_HERE(rec), __VA_ARGS__)

/// Returns the consumer groups.
remold_group_list remold_stream_groups(remold_record *rec);
#define remold_stream_groups(rec) remold_stream_groups(REMOLD_HERE(rec))

#endif
