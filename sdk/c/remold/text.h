/// Records that hold a text, Redis's string: as bytes, as text, and as a JSON document. Every function fails on another
/// kind.
///
/// A place in a JSON document is a JSON Pointer (RFC 6901); the empty one is the whole document. What a function does
/// not concern keeps its order and spelling to the byte. data.h reads and writes JSON itself.
#ifndef REMOLD_TEXT_H
#define REMOLD_TEXT_H

#include "fault.h"

/// Returns the value.
remold_bytes remold_text_get(remold_record *rec);
#define remold_text_get(rec) remold_text_get(REMOLD_HERE(rec))

/// Returns the value. Fails if it is not UTF-8.
remold_bytes remold_text_get_text(remold_record *rec);
#define remold_text_get_text(rec) remold_text_get_text(REMOLD_HERE(rec))

/// Sets the value.
void remold_text_set(remold_record *rec, remold_bytes value);
#define remold_text_set(rec, value) remold_text_set(REMOLD_HERE(rec), REMOLD_BYTES(value))

/// Returns what is at a place as JSON; nothing if there is nothing. Fails where the record is no JSON.
remold_bytes remold_json_get(remold_record *rec, remold_bytes pointer);
#define remold_json_get(rec, pointer) remold_json_get(REMOLD_HERE(rec), REMOLD_BYTES(pointer))

/// Sets what is at a place to a JSON value. A member that is not there is added at the end of its object; `-` or the
/// length of an array stands for a new item at its end. Fails if the value is no JSON, or its parent is not there.
void remold_json_set(remold_record *rec, remold_bytes pointer, remold_bytes json);
#define remold_json_set(rec, pointer, json) \
    remold_json_set(REMOLD_HERE(rec), REMOLD_BYTES(pointer), REMOLD_BYTES(json))

/// Removes the member or item at a place, if it is there. Fails for the whole document.
void remold_json_remove(remold_record *rec, remold_bytes pointer);
#define remold_json_remove(rec, pointer) remold_json_remove(REMOLD_HERE(rec), REMOLD_BYTES(pointer))

#endif
