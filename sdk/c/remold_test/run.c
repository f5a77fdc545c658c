/// Calling a transform as the host does, and what can be asked about it afterwards.
#include <stdio.h>
#include <string.h>

#include "../remold/settle.h"
#include "store.h"

/// Finds what the stand-in has of a record.
static kept *kept_of(const remold_record *rec) {
    return find(rec->number);
}

/// Drops what was asked for in a call that did not end well, or in the call before.
static void drop_edits(kept *rec, const remold_value *value, remold_time expires_at) {
    rec->value = *value;
    rec->expires_at = expires_at;
    rec->deleted = false;
    rec->renamed = REMOLD_NOTHING;
    rec->emitted = NULL;
    rec->removed = NULL;
}

static void begin_call(kept *rec) {
    rec->fault = (remold_fault){0};
    rec->outcome = remold_done();
    rec->column_failed = false;
    remold_value value = rec->value;
    drop_edits(rec, &value, rec->expires_at);
}

remold_outcome remold_test_run(remold_record *rec, remold_outcome (*transform)(remold_record *rec)) {
    kept *tested = kept_of(rec);
    remold_value value = copy_value(keep, &tested->value);
    remold_time expires_at = tested->expires_at;
    begin_call(tested);
    remold_settle(rec, transform(rec));
    tested->fault = (remold_fault){0};
    if (tested->outcome.verdict != REMOLD_DONE) {
        drop_edits(tested, &value, expires_at);
    }
    return tested->outcome;
}

void remold_test_run_batch(void (*transform)(remold_batch *batch)) {
    uint32_t count = 0;
    for (kept *rec = host.first; rec != NULL; rec = rec->next) {
        if (rec->selected && rec->record.number != count++) {
            fprintf(stderr, "what does not belong to the batch has to be added behind what does\n");
        }
    }
    remold_value *values = keep(count * sizeof *values);
    remold_time *expiries = keep(count * sizeof *expiries);
    for (uint32_t i = 0; i < count; i++) {
        values[i] = copy_value(keep, &find(i)->value);
        expiries[i] = find(i)->expires_at;
        begin_call(find(i));
    }
    remold_whole_batch(count, transform);
    for (uint32_t i = 0; i < count; i++) {
        if (find(i)->outcome.verdict != REMOLD_DONE) {
            drop_edits(find(i), &values[i], expiries[i]);
        }
    }
}

void remold_test_run_lookups(remold_record *rec, void (*lookups)(remold_record *rec)) {
    kept *tested = kept_of(rec);
    begin_call(tested);
    tested->asked = NULL;
    tested->asking = true;
    lookups(rec);
    tested->asking = false;
    remold_test_check(!tested->fault.failed, "lookups asks for keys without an error", __FILE__, __LINE__);
}

remold_outcome remold_test_run_program(remold_outcome (*run)(remold_program *program)) {
    host.program = remold_done();
    host.scans = NULL;
    remold_whole_program(run);
    return host.program;
}

remold_outcome remold_test_outcome(const remold_record *rec) {
    return kept_of(rec)->outcome;
}

void remold_test_unselect(remold_record *rec) {
    kept_of(rec)->selected = false;
}

remold_record *remold_test_key(const char *key) {
    kept *found = find_key(remold_bytes_of(key));
    return found == NULL ? NULL : &found->record;
}

remold_bytes remold_test_renamed(const remold_record *rec) {
    return kept_of(rec)->renamed;
}

bool remold_test_deleted(const remold_record *rec) {
    return kept_of(rec)->deleted;
}

static const emitted *find_emitted(const remold_record *rec, const char *key) {
    const emitted *found = kept_of(rec)->emitted;
    while (found != NULL && !remold_equal(found->key, key)) {
        found = found->next;
    }
    return found;
}

const remold_value *remold_test_emitted(const remold_record *rec, const char *key) {
    const emitted *found = find_emitted(rec, key);
    return found == NULL ? NULL : &found->value;
}

remold_time remold_test_emitted_expiry(const remold_record *rec, const char *key) {
    const emitted *found = find_emitted(rec, key);
    return found == NULL ? REMOLD_NEVER : found->expires_at;
}

bool remold_test_removed(const remold_record *rec, const char *key) {
    const named *found = kept_of(rec)->removed;
    while (found != NULL && !remold_equal(found->key, key)) {
        found = found->next;
    }
    return found != NULL;
}

remold_bytes remold_test_log(void) {
    return remold_bytes_at(host.log == NULL ? "" : host.log, host.log_size);
}

remold_bytes remold_test_checkpoint(void) {
    return host.checkpoint;
}

void remold_test_resume_from(const char *state) {
    host.resumed_from = copy_bytes(keep, remold_bytes_of(state));
}
