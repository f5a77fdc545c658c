/// Whole values: the kinds that a key may hold, and what they consist of. Every time is in Unix milliseconds.
///
/// Their layout is that of the canonical ABI, so that they go to the host and come from it as they are.
#ifndef REMOLD_VALUE_H
#define REMOLD_VALUE_H

#include "bytes.h"

/// What kind of value a key holds.
typedef enum remold_kind {
    /// A string: any bytes.
    REMOLD_TEXT,
    /// A list.
    REMOLD_LIST,
    /// A set.
    REMOLD_SET,
    /// A sorted set.
    REMOLD_SORTED_SET,
    /// A hash.
    REMOLD_HASH,
    /// A stream.
    REMOLD_STREAM,
    /// A module's own type, or one that the host does not know: passed on, renamed or deleted as it is.
    REMOLD_OPAQUE,
    /// Every kind; for scans.
    REMOLD_ANY_KIND,
} remold_kind;

/// A time or a span, milliseconds; or none.
typedef struct remold_time {
    /// Whether there is one.
    bool present;
    /// The milliseconds.
    uint64_t ms;
} remold_time;

/// No time: what does not expire.
#define REMOLD_NEVER ((remold_time){false, 0})

/// Makes a time of milliseconds.
static inline remold_time remold_ms(uint64_t ms) {
    return (remold_time){true, ms};
}

/// Bytes in a row: items of a list, members of a set, names of fields, keys.
typedef struct remold_bytes_list {
    /// The first.
    remold_bytes *items;
    /// How many.
    size_t count;
} remold_bytes_list;

/// A field of a hash.
typedef struct remold_field {
    /// Its name.
    remold_bytes name;
    /// Its value.
    remold_bytes value;
    /// When it expires.
    remold_time expires_at;
} remold_field;

/// Fields of a hash.
typedef struct remold_field_list {
    /// The first.
    remold_field *items;
    /// How many.
    size_t count;
} remold_field_list;

/// A member of a sorted set.
typedef struct remold_scored {
    /// The member.
    remold_bytes member;
    /// Its score; never NaN.
    double score;
} remold_scored;

/// Members of a sorted set.
typedef struct remold_scored_list {
    /// The first.
    remold_scored *items;
    /// How many.
    size_t count;
} remold_scored_list;

/// A name and a value: a field of a stream's entry, where a name may occur more than once, or of a hash.
typedef struct remold_pair {
    /// Its name.
    remold_bytes name;
    /// Its value.
    remold_bytes value;
} remold_pair;

/// Names and values.
typedef struct remold_pair_list {
    /// The first. NULL says that there is nothing: no such entry.
    remold_pair *items;
    /// How many.
    size_t count;
} remold_pair_list;

/// The id of a stream's entry.
typedef struct remold_stream_id {
    /// Unix milliseconds by default.
    uint64_t ms;
    /// A number within the millisecond.
    uint64_t seq;
} remold_stream_id;

/// Makes an id.
static inline remold_stream_id remold_id(uint64_t ms, uint64_t seq) {
    return (remold_stream_id){ms, seq};
}

/// Ids of entries.
typedef struct remold_stream_id_list {
    /// The first.
    remold_stream_id *items;
    /// How many.
    size_t count;
} remold_stream_id_list;

/// An entry of a stream.
typedef struct remold_entry {
    /// Its id.
    remold_stream_id id;
    /// Its fields, at least one.
    remold_pair_list fields;
} remold_entry;

/// Entries of a stream.
typedef struct remold_entry_list {
    /// The first.
    remold_entry *items;
    /// How many.
    size_t count;
} remold_entry_list;

/// A consumer group of a stream.
typedef struct remold_group {
    /// Its name.
    remold_bytes name;
    /// The last id that was delivered to it.
    remold_stream_id last_id;
    /// How many entries were delivered and not acknowledged.
    uint64_t pending;
    /// How many consumers it knows.
    uint64_t consumers;
} remold_group;

/// Consumer groups.
typedef struct remold_group_list {
    /// The first.
    remold_group *items;
    /// How many.
    size_t count;
} remold_group_list;

/// A stream that is made anew, without consumer groups.
typedef struct remold_stream {
    /// The entries in ascending order of their ids.
    remold_entry_list entries;
    /// The last id that was given out, at least that of the last entry.
    remold_stream_id last_id;
} remold_stream;

/// A value that cannot be looked into.
typedef struct remold_opaque {
    /// The type byte of its serialised form.
    uint8_t type_id;
    /// The module's name for the type.
    struct {
        /// Whether it is a module's.
        bool present;
        /// The name, which is text.
        remold_bytes name;
    } module;
    /// The serialised object behind the type byte.
    remold_bytes bytes;
} remold_opaque;

/// A whole value.
typedef struct remold_value {
    /// A `remold_kind`, which says what follows.
    uint8_t kind;
    union {
        /// `REMOLD_TEXT`
        remold_bytes text;
        /// `REMOLD_LIST`, head first
        remold_bytes_list list;
        /// `REMOLD_SET`; the order carries no meaning.
        remold_bytes_list set;
        /// `REMOLD_SORTED_SET`; the order carries no meaning.
        remold_scored_list sorted_set;
        /// `REMOLD_HASH`; the order carries no meaning.
        remold_field_list hash;
        /// `REMOLD_STREAM`
        remold_stream stream;
        /// `REMOLD_OPAQUE`
        remold_opaque opaque;
    };
} remold_value;

/// Makes the value of a text record.
static inline remold_value remold_value_text(remold_bytes text) {
    return (remold_value){.kind = REMOLD_TEXT, .text = text};
}
#define remold_value_text(text) remold_value_text(REMOLD_BYTES(text))

/// Makes a list of items, head first.
static inline remold_value remold_value_list(remold_bytes *items, size_t count) {
    return (remold_value){.kind = REMOLD_LIST, .list = {items, count}};
}

/// Makes a set of members, no two of them the same.
static inline remold_value remold_value_set(remold_bytes *members, size_t count) {
    return (remold_value){.kind = REMOLD_SET, .set = {members, count}};
}

/// Makes a sorted set of members, no two of them the same.
static inline remold_value remold_value_sorted_set(remold_scored *members, size_t count) {
    return (remold_value){.kind = REMOLD_SORTED_SET, .sorted_set = {members, count}};
}

/// Makes a hash of fields, no two of them with the same name.
static inline remold_value remold_value_hash(remold_field *fields, size_t count) {
    return (remold_value){.kind = REMOLD_HASH, .hash = {fields, count}};
}

/// Makes a stream of entries in ascending order of their ids, and the last id that was given out.
static inline remold_value remold_value_stream(remold_entry *entries, size_t count, remold_stream_id last_id) {
    return (remold_value){.kind = REMOLD_STREAM, .stream = {{entries, count}, last_id}};
}

#endif
