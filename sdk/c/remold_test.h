/// A stand-in for the host, in memory, so that a transform can be tested by a native program: a test double, with the
/// same meaning as the host and none of its limits and grants. What counts in the end is `remold test`, in the sandbox.
///
///     #include "../src/split.c"
///     #include "remold_test.h"
///
///     int main(void) {
///         remold_test_begin();
///         remold_record *user = remold_test_hash("user:1", "name", "Ada Lovelace", NULL);
///         REMOLD_CHECK(remold_test_run(user, migrate).verdict == REMOLD_DONE);
///         REMOLD_CHECK_BYTES(remold_hash_get(user, "first"), "Ada");
///         return remold_test_end();
///     }
///
/// The program is compiled with `remold.c` and `remold_test.c`. It looks at a record with the functions of the SDK.
#ifndef REMOLD_TEST_H
#define REMOLD_TEST_H

#include "remold.h"

/// Empties the stand-in: no records, no parameters, the clock at 2026-01-01T00:00:00Z, the seed 1. Every test begins
/// so. What was returned before is no longer valid.
void remold_test_begin(void);

/// Sets the manifest's parameters, a JSON object.
void remold_test_parameters(const char *json);

/// Sets the run's frozen clock, Unix milliseconds.
void remold_test_now_ms(uint64_t now_ms);

/// Adds a record of any value, which is copied, to the batch and to the keyspace of programs.
remold_record *remold_test_record(const char *key, remold_value value);

/// Adds a record that holds a text.
remold_record *remold_test_text(const char *key, const char *text);

/// Adds a record that holds a hash: names and values in turn, and a NULL at the end.
remold_record *remold_test_hash(const char *key, ...) __attribute__((sentinel));

/// Adds a record that holds a list: its items, and a NULL at the end.
remold_record *remold_test_list(const char *key, ...) __attribute__((sentinel));

/// Adds a record that holds a set: its members, and a NULL at the end.
remold_record *remold_test_set(const char *key, ...) __attribute__((sentinel));

/// Takes a record out of the batch: its key is there to be looked up and for programs.
void remold_test_unselect(remold_record *rec);

/// Calls a transform for a record and returns what became of it. An error that the transform did not catch is
/// `REMOLD_FAILED`, with the word of the host's refusal as its code. Unless it is done its edits are dropped.
remold_outcome remold_test_run(remold_record *rec, remold_outcome (*transform)(remold_record *rec));

/// Calls a transform of batches for all records of the batch; `remold_test_outcome` tells what became of each.
void remold_test_run_batch(void (*transform)(remold_batch *batch));

/// Calls the `lookups` of a transform for a record, before `remold_test_run`. Fails the test if the record fails.
void remold_test_run_lookups(remold_record *rec, void (*lookups)(remold_record *rec));

/// Runs a program over all records and returns what became of it.
remold_outcome remold_test_run_program(remold_outcome (*run)(remold_program *program));

/// Returns what became of a record in the last call.
remold_outcome remold_test_outcome(const remold_record *rec);

/// Returns the record of a key; NULL if there is none: deleted by a program, or never there.
remold_record *remold_test_key(const char *key);

/// Returns the key that a record is to be renamed to; nothing if it is not.
remold_bytes remold_test_renamed(const remold_record *rec);

/// Says whether a record's key is to be deleted.
bool remold_test_deleted(const remold_record *rec);

/// Returns the value that is to be written to another key; NULL if none is.
const remold_value *remold_test_emitted(const remold_record *rec, const char *key);

/// Returns when the other key that is to be written expires.
remold_time remold_test_emitted_expiry(const remold_record *rec, const char *key);

/// Says whether another key is to be deleted.
bool remold_test_removed(const remold_record *rec, const char *key);

/// Returns what was logged: a line for each, as `info: message`.
remold_bytes remold_test_log(void);

/// Returns the last state that a program remembered by `remold_checkpoint`; nothing if there is none.
remold_bytes remold_test_checkpoint(void);

/// Makes the next program one that is resumed from a checkpoint.
void remold_test_resume_from(const char *state);

/// Checks that something holds; if not, prints it with its place and lets the test program fail.
#define REMOLD_CHECK(condition) remold_test_check((condition), #condition, __FILE__, __LINE__)

/// Checks that bytes, or a C string, are as expected; NULL expects that there is nothing.
#define REMOLD_CHECK_BYTES(actual, expected) \
    remold_test_check_bytes(REMOLD_BYTES(actual), REMOLD_BYTES((const char *)(expected)), #actual, __FILE__, __LINE__)

/// For the macro above.
void remold_test_check(bool holds, const char *what, const char *file, int line);

/// For the macro above.
void remold_test_check_bytes(remold_bytes actual, remold_bytes expected, const char *what, const char *file, int line);

/// Prints how many checks held and returns the exit code of the test program: 0 if all did, otherwise 1.
int remold_test_end(void);

#endif
