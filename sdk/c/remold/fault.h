/// Errors. A function that the host refuses returns nothing, zero or false, and the record has *failed*: from then on
/// every function on it does nothing and returns the same. When the transform returns, the SDK tells the host of the
/// error, whatever the transform returned. So no refusal is ever passed over, and nobody need check after every call.
///
/// Who can go on after a refusal catches it: `remold_catch` takes the error away and the record works again.
#ifndef REMOLD_FAULT_H
#define REMOLD_FAULT_H

#include "bytes.h"

/// Why something failed.
typedef enum remold_code {
    /// No capability grants this.
    REMOLD_DENIED,
    /// The record holds a value of another kind than the function works on.
    REMOLD_WRONG_KIND,
    /// An index names no element.
    REMOLD_OUT_OF_RANGE,
    /// The bytes are no UTF-8 text.
    REMOLD_NOT_TEXT,
    /// An argument makes no sense.
    REMOLD_INVALID_ARGUMENT,
    /// A limit would be passed.
    REMOLD_OVER_LIMIT,
    /// The key was not asked for in `lookups`.
    REMOLD_NOT_LOOKED_UP,
    /// The keyspace could not be read or written while a program ran.
    REMOLD_KEYSPACE,
    /// It was not the host that refused: the SDK was given nothing where there has to be something.
    REMOLD_NO_REFUSAL,
} remold_code;

/// An error.
typedef struct remold_error {
    /// Why, for a program.
    remold_code code;
    /// Why, for a person.
    remold_bytes message;
    /// The file of the call, as the compiler was given it; NULL if it is not known.
    const char *file;
    /// The line of the call.
    uint32_t line;
} remold_error;

/// Whether a record, or a program, has failed. For the SDK alone.
typedef struct remold_fault {
    /// Whether there is an error that was not caught.
    bool failed;
    /// The error.
    remold_error error;
    /// The file of the last call.
    const char *file;
    /// The line of the last call.
    uint32_t line;
} remold_fault;

/// A record: a key with its value and its expiry, which stay in the host. A pointer to one is valid as long as the
/// arena is not emptied. Its parts are for the SDK alone.
typedef struct remold_record {
    /// Its number.
    uint32_t number;
    /// Where its errors go; those of a record that was looked up go to the one it was looked up for.
    remold_fault *fault;
} remold_record;

/// A program that runs. Its parts are for the SDK alone.
typedef struct remold_program {
    /// Where its errors go, and those of the records that it reads.
    remold_fault *fault;
} remold_program;

/// Says whether there was an error that was not caught.
bool remold_fault_failed(const remold_fault *fault);

/// Takes an error away and returns true, so that everything works again; returns false if there is none.
bool remold_fault_catch(remold_fault *fault, remold_error *error);

/// Says whether a record, or a program, has failed.
#define remold_failed(record_or_program) remold_fault_failed((record_or_program)->fault)

/// Takes the error of a record, or a program, away and returns true, so that it works again; returns false if it has
/// not failed. `error` may be NULL.
#define remold_catch(record_or_program, error) remold_fault_catch((record_or_program)->fault, error)

/// Ends the transform with a message, for what must never happen. The host fails every record of the batch.
_Noreturn void remold_panic(remold_bytes message, const char *file, uint32_t line);
#define remold_panic(message) remold_panic(REMOLD_BYTES(message), __FILE__, __LINE__)

/// Notes where a record is used, and ends the transform if it is one that is not there.
static inline remold_record *remold_record_at(remold_record *rec, const char *file, uint32_t line) {
    if (rec == NULL) {
        (remold_panic)(remold_bytes_of("a record is used that is not there"), file, line);
    }
    rec->fault->file = file;
    rec->fault->line = line;
    return rec;
}

/// Notes where a program does something.
static inline remold_program *remold_program_at(remold_program *program, const char *file, uint32_t line) {
    program->fault->file = file;
    program->fault->line = line;
    return program;
}

/// A record, and the place in the source where it is used.
#define REMOLD_HERE(rec) remold_record_at(rec, __FILE__, __LINE__)

/// A program, and the place in the source where it does something.
#define REMOLD_PROGRAM_HERE(program) remold_program_at(program, __FILE__, __LINE__)

#endif
