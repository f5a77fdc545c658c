/// What the stand-in keeps. Its own; nothing for users.
#ifndef REMOLD_TEST_STORE_H
#define REMOLD_TEST_STORE_H

#include "../remold/call.h"
#include "../remold_test.h"

/// A list of whatever elements: every list of a value is laid out as this one.
typedef struct __attribute__((may_alias)) any_list {
    void *items;
    size_t count;
} any_list;

/// A key that is to be written.
typedef struct emitted {
    remold_bytes key;
    remold_value value;
    remold_time expires_at;
    struct emitted *next;
} emitted;

/// A key of a list of keys.
typedef struct named {
    remold_bytes key;
    struct named *next;
} named;

/// A scan that was begun: what it lists, and the number of the first record that is still to come.
typedef struct scan {
    remold_bytes pattern;
    uint32_t kind;
    uint32_t next;
    struct scan *before;
} scan;

/// A record as the host has it.
typedef struct kept {
    remold_record record;
    remold_fault fault;
    remold_bytes key;
    remold_value value;
    remold_time expires_at;
    /// Whether it belongs to the batch.
    bool selected;
    /// Whether its key is not found by its name: a copy that was looked up or got, or a key that a program has deleted.
    bool hidden;
    /// The record that this is a program's copy of; NULL if it is none.
    struct kept *origin;
    /// Whether it was edited, and whether a program has applied it.
    bool edited, applied;
    /// Whether it can be edited, which one that is looked up cannot.
    bool read_only;
    /// Whether this is a call of `lookups`.
    bool asking;
    bool deleted;
    remold_bytes renamed;
    emitted *emitted;
    named *removed;
    named *asked;
    remold_outcome outcome;
    /// Whether a column could not be read or written for it, which counts whatever else is said of it.
    bool column_failed;
    struct kept *next;
} kept;

/// The stand-in.
typedef struct stand_in {
    /// The records, in the order in which they were added.
    kept *first, *last;
    uint32_t count;
    remold_bytes parameters;
    uint64_t now_ms;
    char *log;
    size_t log_size;
    scan *scans;
    remold_bytes checkpoint;
    remold_bytes resumed_from;
    remold_outcome program;
} stand_in;

static stand_in host;

/// Returns zeroed memory that is valid until the next `remold_test_begin`.
static void *keep(size_t size);

/// Where copies go: `keep` or `give`.
typedef void *(*allocator)(size_t size);

/// Returns memory of the transform's own, as the host gets it.
static void *give(size_t size);

/// Copies bytes.
static remold_bytes copy_bytes(allocator allocate, remold_bytes bytes);

/// Copies so many elements of a list, from one on, with everything in them. `kind` says what they are.
static any_list copy_list(allocator allocate, remold_kind kind, const void *items, size_t count);

/// Copies a whole value.
static remold_value copy_value(allocator allocate, const remold_value *value);

/// Makes a value of the parameters of a call.
static remold_value value_of(REMOLD_FLAT_VALUE);

/// Sets a whole value, or refuses.
static void set_value(uint32_t i, const remold_value *value, remold_answer *answer);

/// Adds a line to the log.
static void append_log(const char *before, remold_bytes text);

/// Finds a record by its number, and ends the test program if there is none.
static kept *find(uint32_t i);

/// Finds a record by its key, or NULL.
static kept *find_key(remold_bytes key);

/// Finds a record by its number and checks its kind; refuses and returns NULL if it is another.
static kept *find_kind(uint32_t i, remold_kind kind, remold_answer *answer);

/// The same for an edit, which a record that was looked up refuses.
static kept *find_edited(uint32_t i, remold_kind kind, remold_answer *answer);

/// Refuses.
static void refuse_with(remold_answer *answer, remold_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/// Refuses a text that is none; `what` it is. Says whether it is one.
static bool check_text(remold_answer *answer, remold_bytes text, const char *what);

/// Refuses if the first part of an element of the list that is the answer is no text. Says whether all are.
static bool check_texts(remold_answer *answer, size_t size, const char *what);

/// Makes a copy of a record, under a number of its own.
static kept *add_copy(kept *of);

/// Makes the outcome of an error that was not handled.
static remold_outcome failed_outcome(
    bool has_code, uint32_t code, remold_bytes message, remold_bytes file, uint32_t line);

/// Makes an empty answer.
#define ACCEPT(answer) (*(answer) = (remold_answer){0})

/// Makes a list longer by room for one element at a place, which it returns.
static void *insert_at(any_list *list, size_t size, size_t at);

/// Makes a list shorter by an element.
static void remove_at(any_list *list, size_t size, size_t at);

/// Finds the element of a list whose first part are these bytes; returns the length of the list if there is none.
static size_t position_of(const any_list *list, size_t size, remold_bytes name);

/// Answers with a page of a list of elements of this kind.
static void answer_page(
    remold_answer *answer, remold_kind kind, const any_list *list, size_t size, uint32_t start, uint32_t limit);

/// Answers with a page of the first parts of elements: names, members.
static void answer_names(remold_answer *answer, const any_list *list, size_t size, uint32_t start, uint32_t limit);

/// The list in a value, whatever its kind.
#define LIST_OF(kept) ((any_list *)(void *)&(kept)->value.list)

/// Bytes of two parameters.
#define TAKE(bytes) remold_bytes_at(bytes, bytes##_size)

/// A time of two parameters.
#define TAKE_TIME(present, at) ((remold_time){(present) != 0, (at)})

/// The name of a kind, as messages have it.
static const char *kind_name(unsigned kind);

#endif
