/// Calls every function on a batch, the functions that concern other keys, and those that end a record; and checks what
/// it can.
#include "remold.h"

/// Rejects a record, with the line, unless something holds.
#define EXPECT(condition) \
    if (!(condition)) { \
        remold_bytes place = remold_concat(#condition, " in line ", remold_integer(__LINE__)); \
        remold_batch_decide(batch, i, remold_reject("check", place)); \
    }

static void check_hashes(remold_batch *batch) {
    remold_bytes *a = remold_batch_fields(batch, "a"), *b = remold_batch_fields_text(batch, "b");
    remold_bytes *c = remold_batch_column(batch);
    for (size_t i = 0; i < batch->count; i++) {
        EXPECT(remold_equal(a[i], "1"));
        if (remold_is_nothing(b[i])) {
            remold_batch_decide(batch, i, remold_skip("there is no b"));
            continue;
        }
        c[i] = remold_concat(a[i], "+", b[i]);
    }
    remold_batch_set_fields(batch, "c", c);
    remold_batch_rename_fields(batch, "a", "A");
    remold_batch_remove_fields(batch, "b");
    // An error of one record is its own.
    remold_list_push(remold_batch_record(batch, 0), "x");
}

static void check_texts(remold_batch *batch) {
    remold_bytes *texts = remold_batch_texts(batch), *texts_text = remold_batch_texts_text(batch);
    remold_bytes *keys = remold_batch_keys(batch), *keys_text = remold_batch_keys_text(batch);
    remold_time *expiries = remold_batch_expiries(batch);
    remold_value *values = remold_batch_values(batch);
    const remold_value **changed = REMOLD_ARRAY(const remold_value *, batch->count);
    remold_bytes *renamed = remold_batch_column(batch);
    bool *deleted = REMOLD_ARRAY(bool, batch->count);
    for (size_t i = 0; i < batch->count; i++) {
        EXPECT(remold_equal(texts[i], texts_text[i]) && remold_equal(keys[i], keys_text[i]));
        EXPECT(values[i].kind == REMOLD_TEXT && remold_equal(values[i].text, texts[i]));
        EXPECT(!expiries[i].present);
        expiries[i] = remold_equal(texts[i], "expire") ? remold_ms(3786912000000) : REMOLD_NEVER;
        deleted[i] = remold_equal(texts[i], "delete");
        if (remold_equal(texts[i], "rename")) {
            renamed[i] = remold_concat("every:new:", remold_slice(keys[i], 6, keys[i].size));
        }
        if (remold_equal(texts[i], "change")) {
            values[i] = remold_value_list(&keys[i], 1);
            changed[i] = &values[i];
        }
        if (remold_equal(texts[i], "half")) {
            values[i] = remold_value_list(&renamed[i], 1); // an item that is nothing
            changed[i] = &values[i];
        }
        texts[i] = remold_equal(texts[i], "write") ? remold_bytes_of("written") : REMOLD_NOTHING;
    }
    remold_batch_set_expiries(batch, expiries);
    remold_batch_set_texts(batch, texts);
    remold_batch_set_values(batch, changed);
    remold_batch_rename(batch, renamed);
    remold_batch_delete(batch, deleted);
}

static void migrate(remold_batch *batch) {
    uint8_t *kinds = remold_batch_kinds(batch);
    if (kinds[0] == REMOLD_HASH) {
        check_hashes(batch);
    } else {
        check_texts(batch);
    }
}
REMOLD_MIGRATE_BATCH(migrate)

static void lookups(remold_record *rec) {
    if (remold_kind_of(rec) == REMOLD_SET) {
        remold_ask(rec, "other:here");
        remold_ask(rec, "other:none");
    }
}
REMOLD_LOOKUPS(lookups)

// The way back is there for what has no column.
static remold_outcome revert(remold_record *rec) {
    if (remold_kind_of(rec) == REMOLD_SET) {
        remold_record *here = remold_lookup(rec, "other:here"), *none = remold_lookup(rec, "other:none");
        if (here == NULL || none != NULL) {
            return remold_reject("check", "lookups");
        }
        remold_set_add(rec, remold_text_get(here));
        remold_text_set(here, "edited");
        remold_error error;
        if (!remold_catch(rec, &error) || error.code != REMOLD_INVALID_ARGUMENT) {
            return remold_reject("check", "what was looked up is edited");
        }
        if (remold_set_contains(rec, "more")) {
            remold_lookup(rec, "other:more");
        }
        return remold_done();
    }
    if (remold_kind_of(rec) == REMOLD_LIST) {
        remold_emit(rec, "every:emitted", remold_get_value(rec), remold_ms(3786912000000));
        remold_remove(rec, "other:removed");
        remold_rename(rec, "every:renamed");
        return remold_done();
    }
    if (remold_kind_of(rec) == REMOLD_TEXT) {
        remold_bytes text = remold_text_get(rec);
        if (remold_equal(text, "panic")) {
            remold_panic("it was \xFF wanted");
        }
        if (remold_equal(text, "emit")) {
            remold_emit(rec, "not granted", remold_value_text(""), REMOLD_NEVER);
        }
        if (remold_equal(text, "delete")) {
            remold_delete(rec);
            return remold_done();
        }
        return remold_fail("it has failed");
    }
    if (remold_kind_of(rec) == REMOLD_STREAM) {
        remold_group_list groups = remold_stream_groups(rec);
        const remold_group *group = groups.items;
        bool is_right = groups.count == 2 && remold_equal(group[0].name, "billing") && group[0].last_id.ms == 1
            && group[0].last_id.seq == 5 && group[0].pending == 1 && group[0].consumers == 2
            && remold_equal(group[1].name, "other") && group[1].last_id.ms == 2;
        return is_right ? remold_skip("the groups are right") : remold_reject("check", "groups");
    }
    if (remold_kind_of(rec) == REMOLD_OPAQUE) {
        remold_value value = remold_get_value(rec);
        value.opaque.bytes = remold_concat(value.opaque.bytes, "+");
        remold_set_value(rec, value);
        remold_emit(rec, "every:copy", value, REMOLD_NEVER);
        return remold_done();
    }
    return remold_skip("there is nothing to do");
}
REMOLD_REVERT(revert)
