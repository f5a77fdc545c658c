/// Records that hold a list. An index from -1 downwards counts from the end. Every function fails on another kind.
#ifndef REMOLD_LIST_H
#define REMOLD_LIST_H

#include "record.h"

/// Returns the number of items.
uint32_t remold_list_len(remold_record *rec);
#define remold_list_len(rec) remold_list_len(REMOLD_HERE(rec))

/// Returns an item. Fails if there is none.
remold_bytes remold_list_get(remold_record *rec, int64_t index);
#define remold_list_get(rec, index) remold_list_get(REMOLD_HERE(rec), index)

/// Returns an item. Fails if there is none, or it is not UTF-8.
remold_bytes remold_list_get_text(remold_record *rec, int64_t index);
#define remold_list_get_text(rec, index) remold_list_get_text(REMOLD_HERE(rec), index)

/// Replaces an item. Fails if there is none.
void remold_list_set(remold_record *rec, int64_t index, remold_bytes value);
#define remold_list_set(rec, index, value) remold_list_set(REMOLD_HERE(rec), index, REMOLD_BYTES(value))

/// Adds an item at the end.
void remold_list_push(remold_record *rec, remold_bytes value);
#define remold_list_push(rec, value) remold_list_push(REMOLD_HERE(rec), REMOLD_BYTES(value))

/// Adds an item at the beginning.
void remold_list_push_front(remold_record *rec, remold_bytes value);
#define remold_list_push_front(rec, value) remold_list_push_front(REMOLD_HERE(rec), REMOLD_BYTES(value))

/// Inserts an item before the one at an index, which may be the number of items. Fails beyond that.
void remold_list_insert(remold_record *rec, int64_t index, remold_bytes value);
#define remold_list_insert(rec, index, value) remold_list_insert(REMOLD_HERE(rec), index, REMOLD_BYTES(value))

/// Removes an item. Fails if there is none.
void remold_list_remove(remold_record *rec, int64_t index);
#define remold_list_remove(rec, index) remold_list_remove(REMOLD_HERE(rec), index)

/// Removes all items.
void remold_list_clear(remold_record *rec);
#define remold_list_clear(rec) remold_list_clear(REMOLD_HERE(rec))

/// Takes the next item of a walk; returns false at the end.
bool remold_list_next(remold_walk *walk, remold_bytes *item);

/// Returns up to `limit` items from number `start` on; an empty list is the end.
remold_bytes_list remold_list_items(remold_record *rec, uint32_t start, uint32_t limit);
#define remold_list_items(rec, start, limit) remold_list_items(REMOLD_HERE(rec), start, limit)

/// Returns items. Fails if one is not UTF-8.
remold_bytes_list remold_list_items_text(remold_record *rec, uint32_t start, uint32_t limit);
#define remold_list_items_text(rec, start, limit) remold_list_items_text(REMOLD_HERE(rec), start, limit)

#endif
