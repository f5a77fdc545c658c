/// The interface `columns` of the stand-in: for each record of the batch the function of its own, whose refusal fails
/// it.
#include <stdio.h>
#include <stdlib.h>

#include "store.h"

/// Returns how many records the batch has. They are the first.
static uint32_t batch_count(void) {
    uint32_t count = 0;
    for (const kept *rec = host.first; rec != NULL && rec->selected; rec = rec->next) {
        count++;
    }
    return count;
}

/// Ends the test program if a column is too short or too long, which ends the transform in the host.
static void check_count(size_t count) {
    if (count != batch_count()) {
        fprintf(stderr, "a column has %zu places, the batch has %u records\n", count, (unsigned)batch_count());
        abort();
    }
}

/// Fails a record if the host has refused.
static void settle(uint32_t i, const remold_answer *answer) {
    if (answer->refused) {
        find(i)->outcome = failed_outcome(true, answer->error.code, answer->error.message, remold_bytes_of(""), 0);
        find(i)->column_failed = true;
    }
}

/// A function that returns bytes of a record, or an option of them.
typedef void (*getter)(uint32_t i, remold_answer *answer);

/// Answers with a column of what a function returns for each record.
static void answer_column(remold_host_list *answer, getter get, bool optional) {
    uint32_t count = batch_count();
    remold_host_bytes *column = give(count * sizeof *column);
    for (uint32_t i = 0; i < count; i++) {
        remold_answer one;
        get(i, &one);
        settle(i, &one);
        column[i] = one.refused ? (remold_host_bytes){0}
            : optional ? one.optional_bytes : (remold_host_bytes){true, one.bytes};
    }
    *answer = (remold_host_list){column, count};
}

/// The field that a column is of.
static remold_bytes field_name;

static void get_field(uint32_t i, remold_answer *answer) {
    remold_host_hashes_get(i, PASS(field_name), answer);
}

static void get_field_text(uint32_t i, remold_answer *answer) {
    remold_host_hashes_get_text(i, PASS(field_name), answer);
}

void remold_host_columns_keys(remold_host_list *answer) {
    uint32_t count = batch_count();
    remold_bytes *keys = give(count * sizeof *keys);
    for (uint32_t i = 0; i < count; i++) {
        remold_host_records_key(i, &keys[i]);
    }
    *answer = (remold_host_list){keys, count};
}

void remold_host_columns_keys_text(remold_host_list *answer) {
    answer_column(answer, remold_host_records_key_text, false);
}

void remold_host_columns_kinds(remold_host_list *answer) {
    uint32_t count = batch_count();
    uint8_t *kinds = give(count);
    for (uint32_t i = 0; i < count; i++) {
        kinds[i] = find(i)->value.kind;
    }
    *answer = (remold_host_list){kinds, count};
}

void remold_host_columns_expiries(remold_host_list *answer) {
    uint32_t count = batch_count();
    remold_time *expiries = give(count * sizeof *expiries);
    for (uint32_t i = 0; i < count; i++) {
        expiries[i] = find(i)->expires_at;
    }
    *answer = (remold_host_list){expiries, count};
}

void remold_host_columns_set_expiries(const remold_time *at, size_t count) {
    check_count(count);
    for (uint32_t i = 0; i < count; i++) {
        remold_answer answer;
        remold_host_records_set_expires_at(i, at[i].present, at[i].ms, &answer);
        settle(i, &answer);
    }
}

void remold_host_columns_texts(remold_host_list *answer) {
    answer_column(answer, remold_host_texts_get, false);
}

void remold_host_columns_texts_text(remold_host_list *answer) {
    answer_column(answer, remold_host_texts_get_text, false);
}

void remold_host_columns_set_texts(const remold_host_bytes *values, size_t count) {
    check_count(count);
    for (uint32_t i = 0; i < count; i++) {
        remold_answer answer = {0};
        if (values[i].present) {
            remold_host_texts_set(i, PASS(values[i].bytes), &answer);
        }
        settle(i, &answer);
    }
}

void remold_host_columns_fields(REMOLD_FLAT(name), remold_host_list *answer) {
    field_name = TAKE(name);
    answer_column(answer, get_field, true);
}

void remold_host_columns_fields_text(REMOLD_FLAT(name), remold_host_list *answer) {
    field_name = TAKE(name);
    answer_column(answer, get_field_text, true);
}

void remold_host_columns_set_fields(REMOLD_FLAT(name), const remold_host_bytes *values, size_t count) {
    check_count(count);
    for (uint32_t i = 0; i < count; i++) {
        remold_answer answer = {0};
        if (values[i].present) {
            remold_host_hashes_set(i, PASS(TAKE(name)), PASS(values[i].bytes), &answer);
        }
        settle(i, &answer);
    }
}

void remold_host_columns_rename_fields(REMOLD_FLAT(from), REMOLD_FLAT(to)) {
    for (uint32_t i = 0; i < batch_count(); i++) {
        remold_answer answer;
        remold_host_hashes_rename(i, PASS(TAKE(from)), PASS(TAKE(to)), &answer);
        settle(i, &answer);
    }
}

void remold_host_columns_remove_fields(REMOLD_FLAT(name)) {
    for (uint32_t i = 0; i < batch_count(); i++) {
        remold_answer answer;
        remold_host_hashes_remove(i, PASS(TAKE(name)), &answer);
        settle(i, &answer);
    }
}

void remold_host_columns_values(remold_host_list *answer) {
    uint32_t count = batch_count();
    remold_value *values = give(count * sizeof *values);
    for (uint32_t i = 0; i < count; i++) {
        values[i] = copy_value(give, &find(i)->value);
    }
    *answer = (remold_host_list){values, count};
}

void remold_host_columns_set_values(const remold_host_value *values, size_t count) {
    check_count(count);
    for (uint32_t i = 0; i < count; i++) {
        remold_answer answer = {0};
        if (values[i].present) {
            set_value(i, &values[i].value, &answer);
        }
        settle(i, &answer);
    }
}

void remold_host_columns_rename(const remold_host_bytes *keys, size_t count) {
    check_count(count);
    for (uint32_t i = 0; i < count; i++) {
        remold_answer answer = {0};
        if (keys[i].present) {
            remold_host_records_rename(i, PASS(keys[i].bytes), &answer);
        }
        settle(i, &answer);
    }
}

void remold_host_columns_delete(const bool *which, size_t count) {
    check_count(count);
    for (uint32_t i = 0; i < count; i++) {
        remold_answer answer = {0};
        if (which[i]) {
            remold_host_records_delete(i, &answer);
        }
        settle(i, &answer);
    }
}
