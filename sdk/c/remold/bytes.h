/// Slices of bytes: what keys, names and values are in C. Nobody frees them; memory.h says how long they are valid.
///
/// Wherever a function takes bytes it also takes a C string: its name is a macro that makes the one of the other.
#ifndef REMOLD_BYTES_H
#define REMOLD_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Bytes somewhere in memory. They need not be text, and no NUL follows them.
typedef struct remold_bytes {
    /// The first byte. NULL says that there is nothing, which is another thing than no bytes.
    const char *data;
    /// How many there are.
    size_t size;
} remold_bytes;

/// Bytes that are not there: the value of a field that a hash does not have.
#define REMOLD_NOTHING ((remold_bytes){NULL, 0})

/// Makes bytes of a C string, without its NUL; nothing of NULL.
static inline remold_bytes remold_bytes_of(const char *text) {
    return (remold_bytes){text, text == NULL ? 0 : __builtin_strlen(text)};
}

/// Makes bytes of an address and their number.
static inline remold_bytes remold_bytes_at(const char *data, size_t size) {
    return (remold_bytes){data, size};
}

/// Returns the bytes that it is given.
static inline remold_bytes remold_bytes_as_is(remold_bytes bytes) {
    return bytes;
}

/// Makes bytes of a C string, and takes bytes as they are.
#define REMOLD_BYTES(text) _Generic((text), \
    char *: remold_bytes_of, \
    const char *: remold_bytes_of, \
    remold_bytes: remold_bytes_as_is)(text)

/// Says whether there is nothing.
static inline bool remold_is_nothing(remold_bytes bytes) {
    return bytes.data == NULL;
}
#define remold_is_nothing(bytes) remold_is_nothing(REMOLD_BYTES(bytes))

/// Returns the bytes, or others if there is nothing.
static inline remold_bytes remold_or(remold_bytes bytes, remold_bytes otherwise) {
    return bytes.data == NULL ? otherwise : bytes;
}
#define remold_or(bytes, otherwise) remold_or(REMOLD_BYTES(bytes), REMOLD_BYTES(otherwise))

/// Says whether both are the same bytes. Nothing equals nothing only.
bool remold_equal(remold_bytes a, remold_bytes b);
#define remold_equal(a, b) remold_equal(REMOLD_BYTES(a), REMOLD_BYTES(b))

/// Compares byte by byte and returns a number below zero, zero or above it, as `memcmp` does. Of two that begin alike
/// the shorter comes first.
int remold_compare(remold_bytes a, remold_bytes b);
#define remold_compare(a, b) remold_compare(REMOLD_BYTES(a), REMOLD_BYTES(b))

/// Says whether bytes begin with others.
bool remold_starts_with(remold_bytes bytes, remold_bytes start);
#define remold_starts_with(bytes, start) remold_starts_with(REMOLD_BYTES(bytes), REMOLD_BYTES(start))

/// Says whether bytes end with others.
bool remold_ends_with(remold_bytes bytes, remold_bytes end);
#define remold_ends_with(bytes, end) remold_ends_with(REMOLD_BYTES(bytes), REMOLD_BYTES(end))

/// Returns the part from byte number `from` up to and without byte number `to`; what is beyond the end is left out.
remold_bytes remold_slice(remold_bytes bytes, size_t from, size_t to);
#define remold_slice(bytes, from, to) remold_slice(REMOLD_BYTES(bytes), from, to)

/// Cuts bytes at the first place where a separator is. Returns false where there is none: all of them are then before
/// it, and nothing is behind it. The separator may not be empty. `before` and `after` may be the address of `bytes`.
bool remold_cut(remold_bytes bytes, remold_bytes separator, remold_bytes *before, remold_bytes *after);
#define remold_cut(bytes, separator, before, after) \
    remold_cut(REMOLD_BYTES(bytes), REMOLD_BYTES(separator), before, after)

/// Says whether the bytes are UTF-8 text.
bool remold_is_text(remold_bytes bytes);
#define remold_is_text(bytes) remold_is_text(REMOLD_BYTES(bytes))

#endif
