/// The loops behind the exports, and how the host is told what became of each record.
#include "export.h"
#include "batch.h"
#include "call.h"
#include "settle.h"

/// Empties both arenas, at the start of a call of the host: what was there belongs to the call before.
static void begin(void) {
    remold_arena_in_use = &remold_record_arena;
    remold_arena_reset(&remold_record_arena);
    remold_arena_reset(&remold_call_arena);
    remold_context_begin();
}

/// An error as the host takes it.
typedef struct unhandled {
    bool has_code;
    uint32_t code;
    remold_bytes message;
    remold_bytes file;
    uint32_t line;
} unhandled;

#define PASS_UNHANDLED(error) (error).has_code, (error).code, PASS((error).message), \
    (error).line > 0, PASS((error).file), (error).line, 0

static unhandled unhandled_of(const remold_fault *fault, remold_outcome outcome) {
    remold_error error = {REMOLD_NO_REFUSAL, outcome.message, outcome.file, outcome.line};
    error = fault->failed ? fault->error : error;
    bool has_code = error.code < REMOLD_NO_REFUSAL;
    remold_bytes file = remold_valid_text(remold_bytes_of(error.file));
    return (unhandled){has_code, has_code ? error.code : 0, remold_valid_text(error.message), file, error.line};
}

void remold_settle(const remold_record *rec, remold_outcome outcome) {
    remold_bytes code = remold_valid_text(outcome.code), message = remold_valid_text(outcome.message);
    switch (rec->fault->failed ? REMOLD_FAILED : outcome.verdict) {
    case REMOLD_DONE:
        break;
    case REMOLD_SKIPPED:
        remold_host_records_skip(rec->number, PASS(message));
        break;
    case REMOLD_REJECTED:
        remold_host_records_reject(rec->number, PASS(code), PASS(message));
        break;
    case REMOLD_FAILED: {
        unhandled error = unhandled_of(rec->fault, outcome);
        remold_host_records_fail(rec->number, PASS_UNHANDLED(error));
        break;
    }
    }
}

void remold_each_record(uint32_t count, remold_outcome (*transform)(remold_record *rec)) {
    begin();
    for (uint32_t i = 0; i < count; i++) {
        remold_fault fault = {0};
        remold_record rec = {i, &fault};
        remold_arena_reset(&remold_record_arena);
        remold_settle(&rec, transform(&rec));
    }
}

void remold_each_lookup(uint32_t count, void (*lookups)(remold_record *rec)) {
    begin();
    for (uint32_t i = 0; i < count; i++) {
        remold_fault fault = {0};
        remold_record rec = {i, &fault};
        remold_arena_reset(&remold_record_arena);
        lookups(&rec);
        remold_settle(&rec, remold_done());
    }
}

void remold_whole_batch(uint32_t count, void (*transform)(remold_batch *batch)) {
    begin();
    remold_batch batch = {count, REMOLD_ARRAY(remold_place, count)};
    for (uint32_t i = 0; i < count; i++) {
        remold_place *place = &batch.places[i];
        *place = (remold_place){{i, &place->fault}, {0}, remold_done()};
    }
    transform(&batch);
    for (uint32_t i = 0; i < count; i++) {
        remold_settle(&batch.places[i].record, batch.places[i].outcome);
    }
}

void remold_whole_program(remold_outcome (*run)(remold_program *program)) {
    begin();
    remold_fault fault = {0};
    remold_program program = {&fault};
    remold_outcome outcome = run(&program);
    remold_bytes code = remold_valid_text(outcome.code), message = remold_valid_text(outcome.message);
    switch (fault.failed ? REMOLD_FAILED : outcome.verdict) {
    case REMOLD_DONE:
        break;
    case REMOLD_SKIPPED:
        remold_host_keyspace_skip(PASS(message));
        break;
    case REMOLD_REJECTED:
        remold_host_keyspace_reject(PASS(code), PASS(message));
        break;
    case REMOLD_FAILED: {
        unhandled error = unhandled_of(&fault, outcome);
        remold_host_keyspace_fail(PASS_UNHANDLED(error));
        break;
    }
    }
}
