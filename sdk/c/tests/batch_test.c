/// Transforms of batches.
#include "remold_test.h"

static void migrate(remold_batch *batch) {
    REMOLD_CHECK(batch->count == 5);
    uint8_t *kinds = remold_batch_kinds(batch);
    remold_bytes *keys = remold_batch_keys(batch);
    REMOLD_CHECK(kinds[0] == REMOLD_HASH && kinds[3] == REMOLD_TEXT);
    REMOLD_CHECK_BYTES(keys[1], "user:2");
    REMOLD_CHECK_BYTES(remold_batch_keys_text(batch)[2], "user:3");
    remold_bytes *names = remold_batch_fields_text(batch, "name");
    remold_bytes *upper = remold_batch_column(batch);
    remold_time *expiries = remold_batch_expiries(batch);
    for (size_t i = 0; i < batch->count; i++) {
        REMOLD_CHECK(!expiries[i].present);
        expiries[i] = remold_ms(1767225600000 + i);
        if (remold_is_nothing(names[i])) {
            remold_batch_decide(batch, i, remold_skip("no name"));
        } else {
            upper[i] = remold_concat("<", names[i], ">");
        }
    }
    remold_batch_set_fields(batch, "upper", upper);
    remold_batch_rename_fields(batch, "name", "lower");
    remold_batch_remove_fields(batch, "none");
    remold_batch_set_expiries(batch, expiries);
    // An error of one record is its own.
    remold_list_push(remold_batch_record(batch, 1), "x");
    remold_hash_set(remold_batch_record(batch, 4), "more", "1");
}

static void tells_each_record_apart(void) {
    remold_test_begin();
    remold_record *first = remold_test_hash("user:1", "name", "Ada", NULL);
    remold_record *second = remold_test_hash("user:2", "name", "Bob", NULL);
    remold_record *third = remold_test_hash("user:3", "name", "\xFF", NULL);
    remold_record *fourth = remold_test_text("user:4", "text");
    remold_record *fifth = remold_test_hash("user:5", "name", "Eve", NULL);
    remold_test_run_batch(migrate);
    REMOLD_CHECK(remold_test_outcome(first).verdict == REMOLD_DONE);
    REMOLD_CHECK_BYTES(remold_hash_get(first, "upper"), "<Ada>");
    REMOLD_CHECK_BYTES(remold_hash_get(first, "lower"), "Ada");
    REMOLD_CHECK(remold_expires_at(first).ms == 1767225600000);
    REMOLD_CHECK(remold_test_outcome(second).verdict == REMOLD_FAILED);
    REMOLD_CHECK_BYTES(remold_test_outcome(second).code, "wrong-kind");
    REMOLD_CHECK_BYTES(remold_hash_get(second, "name"), "Bob");
    REMOLD_CHECK_BYTES(remold_test_outcome(third).code, "not-text");
    REMOLD_CHECK(remold_test_outcome(fourth).verdict == REMOLD_FAILED);
    REMOLD_CHECK_BYTES(remold_hash_get(fifth, "more"), "1");
}

static void rewrites(remold_batch *batch) {
    remold_value *values = remold_batch_values(batch);
    const remold_value **changed = REMOLD_ARRAY(const remold_value *, batch->count);
    remold_bytes *keys = remold_batch_column(batch);
    remold_bytes *texts = remold_batch_texts(batch);
    bool *deleted = REMOLD_ARRAY(bool, batch->count);
    REMOLD_CHECK_BYTES(remold_batch_texts_text(batch)[1], "b");
    values[0] = remold_value_text(remold_concat(values[0].text, "!"));
    changed[0] = &values[0];
    values[1] = remold_value_list(&keys[0], 1); // an item that is nothing
    changed[3] = &values[1];
    keys[1] = remold_bytes_of("renamed");
    texts[0] = texts[3] = REMOLD_NOTHING;
    texts[1] = remold_bytes_of("B");
    deleted[2] = true;
    remold_batch_set_values(batch, changed);
    remold_batch_set_texts(batch, texts);
    remold_batch_rename(batch, keys);
    remold_batch_delete(batch, deleted);
}

static void writes_whole_values(void) {
    remold_test_begin();
    remold_record *a = remold_test_text("a", "a"), *b = remold_test_text("b", "b"), *c = remold_test_text("c", "c");
    remold_record *d = remold_test_text("d", "d");
    remold_test_run_batch(rewrites);
    REMOLD_CHECK_BYTES(remold_text_get(a), "a!");
    REMOLD_CHECK_BYTES(remold_text_get(b), "B");
    REMOLD_CHECK_BYTES(remold_test_renamed(b), "renamed");
    REMOLD_CHECK(remold_test_deleted(c) && !remold_test_deleted(a));
    REMOLD_CHECK(remold_test_outcome(d).verdict == REMOLD_FAILED);
}

int main(void) {
    tells_each_record_apart();
    writes_whole_values();
    return remold_test_end();
}
