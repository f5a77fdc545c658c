/// A transform by columns that calls every function. Its batch is `a:1` to `a:3`, of which the second is no hash, `t:1` to
/// `t:4`, which are texts, or `w:1` to `w:3`, which are of many kinds.
#include "remold.h"

/// The clock that cases have.
#define NOW 1767225600000

/// Rejects the whole batch, with the line, unless something holds.
#define EXPECT(condition) \
    if (!(condition)) { \
        for (size_t at = 0; at < batch->count; at++) { \
            remold_bytes place = remold_concat(#condition, " in line ", remold_integer(__LINE__)); \
            remold_batch_decide(batch, at, remold_reject("check", place)); \
        } \
        return; \
    }

static void check_hashes(remold_batch *batch) {
    remold_bytes *keys = remold_batch_keys(batch), *keys_text = remold_batch_keys_text(batch);
    EXPECT(batch->count == 3 && remold_equal(keys[0], "a:1") && remold_equal(keys[1], "a:2"));
    EXPECT(remold_equal(keys_text[2], "a:3"));
    uint8_t *kinds = remold_batch_kinds(batch);
    EXPECT(kinds[0] == REMOLD_HASH && kinds[1] == REMOLD_TEXT && kinds[2] == REMOLD_HASH);
    remold_time *expiries = remold_batch_expiries(batch);
    EXPECT(expiries[0].present && expiries[0].ms == NOW + 5000 && !expiries[1].present && !expiries[2].present);
    remold_time at[] = {REMOLD_NEVER, REMOLD_NEVER, remold_ms(NOW + 6000)};
    remold_batch_set_expiries(batch, at);

    // The second record fails of it, and the others go on.
    remold_bytes *names = remold_batch_fields(batch, "name");
    EXPECT(remold_equal(names[0], "Ada") && remold_is_nothing(names[1]) && remold_is_nothing(names[2]));
    names = remold_batch_fields_text(batch, "name");
    EXPECT(remold_equal(names[0], "Ada") && remold_is_nothing(names[1]) && remold_is_nothing(names[2]));
    remold_batch_set_fields(batch, "first", names);
    remold_bytes *raw = remold_batch_column(batch);
    raw[0] = remold_bytes_of("\xFF");
    remold_batch_set_fields(batch, "raw", raw);
    remold_batch_rename_fields(batch, "name", "last");
    remold_batch_rename_fields(batch, "raw", "RAW");
    remold_batch_remove_fields(batch, "old");
    remold_batch_remove_fields(batch, "older");
    remold_bytes *renamed = remold_batch_column(batch);
    renamed[2] = remold_bytes_of("b:3");
    remold_batch_rename(batch, renamed);
    bool deleted[] = {false, false, false};
    remold_batch_delete(batch, deleted);
    EXPECT(remold_equal(remold_hash_get(remold_batch_record(batch, 2), "kept"), "1"));
}

static void check_texts(remold_batch *batch) {
    remold_bytes *texts = remold_batch_texts(batch), *same = remold_batch_texts_text(batch);
    static const char *expected[] = {"one", "two", "three", "four"}, *louder[] = {"ONE", "TWO", "THREE", "FOUR"};
    EXPECT(batch->count == 4);
    for (size_t i = 0; i < batch->count; i++) {
        EXPECT(remold_equal(texts[i], expected[i]) && remold_equal(same[i], expected[i]));
        same[i] = remold_bytes_of(louder[i]);
        texts[i] = REMOLD_NOTHING;
    }
    remold_batch_set_texts(batch, same);
    texts[3] = remold_bytes_at("\xFF\0", 2);
    remold_batch_set_texts(batch, texts);
    remold_batch_decide(batch, 1, remold_skip("as asked for"));
    bool deleted[] = {false, false, true, false};
    remold_batch_delete(batch, deleted);
}

static void check_values(remold_batch *batch) {
    remold_value *values = remold_batch_values(batch);
    EXPECT(batch->count == 3 && values[0].kind == REMOLD_LIST && remold_equal(values[0].list.items[1], "b"));
    EXPECT(values[1].kind == REMOLD_HASH && remold_equal(values[1].hash.items[0].value, "1"));
    EXPECT(values[2].kind == REMOLD_TEXT && remold_equal(values[2].text, "x"));
    remold_bytes members[] = {remold_bytes_of("a"), remold_bytes_of("b")};
    remold_scored scored = {remold_bytes_of("x"), 1.5};
    remold_value set = remold_value_set(members, 2), sorted_set = remold_value_sorted_set(&scored, 1);
    const remold_value *changed[] = {&set, NULL, &sorted_set};
    remold_batch_set_values(batch, changed);
    remold_batch_decide(batch, 1, remold_reject("as-asked", "for"));
}

static void migrate(remold_batch *batch) {
    remold_bytes key = remold_batch_keys(batch)[0];
    if (remold_starts_with(key, "a:")) {
        check_hashes(batch);
    } else if (remold_starts_with(key, "t:")) {
        check_texts(batch);
    } else if (remold_starts_with(key, "w:")) {
        check_values(batch);
    } else {
        for (size_t i = 0; i < batch->count; i++) {
            remold_batch_decide(batch, i, remold_fail("every record of the batch"));
        }
    }
}
REMOLD_MIGRATE_BATCH(migrate)
