/// Structured data as JSON knows it: parsing it, looking into it, making it, and printing it. A number keeps its
/// spelling, for no float is on the way.
#ifndef REMOLD_DATA_H
#define REMOLD_DATA_H

#include "bytes.h"

/// What data is.
typedef enum remold_data_type {
    /// `null`
    REMOLD_NULL,
    /// `true` or `false`
    REMOLD_BOOL,
    /// A number.
    REMOLD_NUMBER,
    /// A string.
    REMOLD_STRING,
    /// An array.
    REMOLD_ARRAY_OF_DATA,
    /// An object.
    REMOLD_OBJECT,
} remold_data_type;

/// A piece of data.
typedef struct remold_data {
    /// What it is.
    remold_data_type type;
    /// The name of a member of an object; nothing elsewhere.
    remold_bytes name;
    /// The text of a string, or of a number as it is written; nothing elsewhere.
    remold_bytes text;
    /// What a bool is.
    bool truth;
    /// How many members an object has, or items an array.
    size_t count;
    /// The first member or item; NULL if there is none.
    struct remold_data *first;
    /// The last member or item.
    struct remold_data *last;
    /// The next member or item of the object or array that this is part of.
    struct remold_data *next;
} remold_data;

/// Parses JSON (RFC 8259). Returns NULL if it is none, if an object has a name twice, or if it is nested deeper than
/// 100 levels; `problem`, which may be NULL, then says what is wrong.
remold_data *remold_data_parse(remold_bytes json, remold_bytes *problem);
#define remold_data_parse(json, problem) remold_data_parse(REMOLD_BYTES(json), problem)

/// Returns the data as JSON without blanks. A number is printed as it was written.
remold_bytes remold_data_print(const remold_data *data);

/// Sorts the members of all objects in it by their names, byte by byte.
void remold_data_sort(remold_data *data);

/// Returns the member of an object; NULL if there is none, if `data` is no object, and if it is NULL.
remold_data *remold_data_member(const remold_data *data, remold_bytes name);
#define remold_data_member(data, name) remold_data_member(data, REMOLD_BYTES(name))

/// Returns a name that two members of an object have; nothing if every one has its own.
remold_bytes remold_data_name_twice(const remold_data *object);

/// Tells the integer that a number is. Returns false if it is none of 64 bits, if `data` is no number, and if it is
/// NULL.
bool remold_data_integer(const remold_data *data, int64_t *integer);

/// Makes a piece of data of a type: null, false, an empty array or an empty object.
remold_data *remold_data_of(remold_data_type type);

/// Makes a bool.
remold_data *remold_data_bool(bool truth);

/// Makes a string. Printed, what is no UTF-8 in it is U+FFFD.
remold_data *remold_data_string(remold_bytes text);
#define remold_data_string(text) remold_data_string(REMOLD_BYTES(text))

/// Adds a member at the end of an object, whose name is that of no other.
void remold_data_add(remold_data *object, remold_bytes name, remold_data *value);
#define remold_data_add(object, name, value) remold_data_add(object, REMOLD_BYTES(name), value)

/// Adds an item at the end of an array.
void remold_data_push(remold_data *array, remold_data *item);

#endif
