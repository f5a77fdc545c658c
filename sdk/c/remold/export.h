/// What a transform exports, and what it says of a record.
///
///     static remold_outcome migrate(remold_record *rec) { ... return remold_done(); }
///     REMOLD_MIGRATE(migrate)
#ifndef REMOLD_EXPORT_H
#define REMOLD_EXPORT_H

#include "fault.h"

/// What became of a record.
typedef enum remold_verdict {
    /// The edits stand; the host compares and writes what changed.
    REMOLD_DONE,
    /// The record is none of this transform's business; its edits are dropped.
    REMOLD_SKIPPED,
    /// The record should have been transformed and cannot be; it goes to the quarantine.
    REMOLD_REJECTED,
    /// The transform ended with an error.
    REMOLD_FAILED,
} remold_verdict;

/// What a transform says of a record, and a program of itself.
typedef struct remold_outcome {
    /// What became of it.
    remold_verdict verdict;
    /// A short word for counting, if it was rejected.
    remold_bytes code;
    /// The reason, or what is wrong.
    remold_bytes message;
    /// The file where it was said that it failed.
    const char *file;
    /// The line where it was said that it failed.
    uint32_t line;
} remold_outcome;

/// Says that the record is done.
static inline remold_outcome remold_done(void) {
    return (remold_outcome){REMOLD_DONE, REMOLD_NOTHING, REMOLD_NOTHING, NULL, 0};
}

/// Says that the record is none of this transform's business.
static inline remold_outcome remold_skip(remold_bytes reason) {
    return (remold_outcome){REMOLD_SKIPPED, REMOLD_NOTHING, reason, NULL, 0};
}
#define remold_skip(reason) remold_skip(REMOLD_BYTES(reason))

/// Says that the record should have been transformed and cannot be. The code is a short word for counting.
static inline remold_outcome remold_reject(remold_bytes code, remold_bytes message) {
    return (remold_outcome){REMOLD_REJECTED, code, message, NULL, 0};
}
#define remold_reject(code, message) remold_reject(REMOLD_BYTES(code), REMOLD_BYTES(message))

/// Says that the transform cannot go on with the record for an error of its own.
static inline remold_outcome remold_fail(remold_bytes message, const char *file, uint32_t line) {
    return (remold_outcome){REMOLD_FAILED, REMOLD_NOTHING, message, file, line};
}
#define remold_fail(message) remold_fail(REMOLD_BYTES(message), __FILE__, __LINE__)

struct remold_batch;

/// Calls a function for each record of the batch and tells the host what became of it. For the macros below.
void remold_each_record(uint32_t count, remold_outcome (*transform)(remold_record *rec));

/// Calls a function for the batch and tells the host what became of each record. For the macros below.
void remold_whole_batch(uint32_t count, void (*transform)(struct remold_batch *batch));

/// Calls a function for each record of the batch, which asks for the keys that it will look up. For the macro below.
void remold_each_lookup(uint32_t count, void (*lookups)(remold_record *rec));

/// Calls a program and tells the host what became of it. For the macro below.
void remold_whole_program(remold_outcome (*run)(remold_program *program));

/// Makes a function one that the host finds under a name.
#if defined(__wasm__)
#define REMOLD_EXPORT(name) __attribute__((export_name(name)))
#else
#define REMOLD_EXPORT(name)
#endif

/// Exports `remold_outcome migrate(remold_record *rec)`, which transforms a record.
#define REMOLD_MIGRATE(function) REMOLD_EXPORTED("migrate", remold_export_migrate, remold_each_record, function)

/// Exports `remold_outcome revert(remold_record *rec)`, which transforms a record back.
#define REMOLD_REVERT(function) REMOLD_EXPORTED("revert", remold_export_revert, remold_each_record, function)

/// Exports `void migrate(remold_batch *batch)`, which transforms a batch.
#define REMOLD_MIGRATE_BATCH(function) REMOLD_EXPORTED("migrate", remold_export_migrate, remold_whole_batch, function)

/// Exports `void revert(remold_batch *batch)`, which transforms a batch back.
#define REMOLD_REVERT_BATCH(function) REMOLD_EXPORTED("revert", remold_export_revert, remold_whole_batch, function)

/// Exports `void lookups(remold_record *rec)`, which asks by `remold_ask` for the keys that a record's transform will
/// look up. The record cannot be edited there.
#define REMOLD_LOOKUPS(function) REMOLD_EXPORTED("lookups", remold_export_lookups, remold_each_lookup, function)

/// Exports `remold_outcome run(remold_program *program)`, which lists, reads and writes keys itself.
#define REMOLD_PROGRAM(function) \
    void remold_export_run(void); \
    REMOLD_EXPORT("run") void remold_export_run(void) { remold_whole_program(function); }

#define REMOLD_EXPORTED(name, exported, caller, function) \
    void exported(uint32_t count); \
    REMOLD_EXPORT(name) void exported(uint32_t count) { caller(count, function); }

#endif
