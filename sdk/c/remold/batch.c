/// The whole batch at once: columns.
#include "batch.h"
#include "call.h"
#include "settle.h"

/// Ends the transform if a name is nothing, or no text where it has to be.
static void check(remold_bytes name, bool text) {
    if (remold_is_nothing(name) || (text && !remold_is_text(name))) {
        remold_panic("the name of a column's field is nothing, or no text");
    }
}

/// Ends the transform if a record is none of the batch.
static void check_index(const remold_batch *batch, size_t index) {
    if (index >= batch->count) {
        remold_panic("a record is named that is none of the batch");
    }
}

/// Makes bytes or nothing of the options that the host returns.
static remold_bytes *column_of(const remold_host_list *list) {
    const remold_host_bytes *options = list->items;
    remold_bytes *column = REMOLD_ARRAY(remold_bytes, list->count);
    for (size_t at = 0; at < list->count; at++) {
        column[at] = remold_optional(options[at]);
    }
    return column;
}

/// Makes the options that the host takes of bytes or nothing.
static const remold_host_bytes *options_of(const remold_batch *batch, const remold_bytes *column) {
    remold_host_bytes *options = REMOLD_ARRAY(remold_host_bytes, batch->count);
    for (size_t at = 0; at < batch->count; at++) {
        options[at] = (remold_host_bytes){!remold_is_nothing(column[at]), column[at]};
    }
    return options;
}

remold_record *remold_batch_record(remold_batch *batch, size_t index) {
    check_index(batch, index);
    return &batch->places[index].record;
}

void remold_batch_decide(remold_batch *batch, size_t index, remold_outcome outcome) {
    check_index(batch, index);
    batch->places[index].outcome = outcome;
}

remold_bytes *remold_batch_column(remold_batch *batch) {
    return REMOLD_ARRAY(remold_bytes, batch->count);
}

remold_bytes *remold_batch_keys(remold_batch *batch) {
    remold_host_list list;
    (void)batch;
    remold_host_columns_keys(&list);
    return list.items;
}

remold_bytes *remold_batch_keys_text(remold_batch *batch) {
    remold_host_list list;
    (void)batch;
    remold_host_columns_keys_text(&list);
    return column_of(&list);
}

uint8_t *remold_batch_kinds(remold_batch *batch) {
    remold_host_list list;
    (void)batch;
    remold_host_columns_kinds(&list);
    return list.items;
}

remold_time *remold_batch_expiries(remold_batch *batch) {
    remold_host_list list;
    (void)batch;
    remold_host_columns_expiries(&list);
    return list.items;
}

void remold_batch_set_expiries(remold_batch *batch, const remold_time *at) {
    remold_host_columns_set_expiries(at, batch->count);
}

remold_bytes *remold_batch_texts(remold_batch *batch) {
    remold_host_list list;
    (void)batch;
    remold_host_columns_texts(&list);
    return column_of(&list);
}

remold_bytes *remold_batch_texts_text(remold_batch *batch) {
    remold_host_list list;
    (void)batch;
    remold_host_columns_texts_text(&list);
    return column_of(&list);
}

void remold_batch_set_texts(remold_batch *batch, const remold_bytes *values) {
    remold_host_columns_set_texts(options_of(batch, values), batch->count);
}

remold_bytes *(remold_batch_fields)(remold_batch *batch, remold_bytes name) {
    remold_host_list list;
    (void)batch;
    check(name, false);
    remold_host_columns_fields(PASS(name), &list);
    return column_of(&list);
}

remold_bytes *(remold_batch_fields_text)(remold_batch *batch, remold_bytes name) {
    remold_host_list list;
    (void)batch;
    check(name, true);
    remold_host_columns_fields_text(PASS(name), &list);
    return column_of(&list);
}

void (remold_batch_set_fields)(remold_batch *batch, remold_bytes name, const remold_bytes *values) {
    check(name, false);
    remold_host_columns_set_fields(PASS(name), options_of(batch, values), batch->count);
}

void (remold_batch_rename_fields)(remold_batch *batch, remold_bytes from, remold_bytes to) {
    (void)batch;
    check(from, false);
    check(to, false);
    remold_host_columns_rename_fields(PASS(from), PASS(to));
}

void (remold_batch_remove_fields)(remold_batch *batch, remold_bytes name) {
    (void)batch;
    check(name, false);
    remold_host_columns_remove_fields(PASS(name));
}

remold_value *remold_batch_values(remold_batch *batch) {
    remold_host_list list;
    (void)batch;
    remold_host_columns_values(&list);
    return list.items;
}

void remold_batch_set_values(remold_batch *batch, const remold_value *const *values) {
    remold_host_value *options = REMOLD_ARRAY(remold_host_value, batch->count);
    for (size_t at = 0; at < batch->count; at++) {
        if (values[at] != NULL && remold_may_pass(&batch->places[at].record, values[at])) {
            options[at] = (remold_host_value){true, *values[at]};
        }
    }
    remold_host_columns_set_values(options, batch->count);
}

void remold_batch_rename(remold_batch *batch, const remold_bytes *keys) {
    remold_host_columns_rename(options_of(batch, keys), batch->count);
}

void remold_batch_delete(remold_batch *batch, const bool *which) {
    remold_host_columns_delete(which, batch->count);
}
