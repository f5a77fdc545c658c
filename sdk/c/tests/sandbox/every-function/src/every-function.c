/// Calls every function of the SDK that works on a record, and checks what it returns. It is compiled twice: into a
/// module for the sandbox, where `cases/` has the records, and natively by `tests/every_function_test.c`, with the
/// stand-in for the host. So both are held to the same, and so is every offset of the canonical ABI.
#include "remold.h"

#define LINE_TEXT(line) #line
#define LINE_OF(line) LINE_TEXT(line)

/// Rejects the record, with the line, unless something holds.
#define EXPECT(condition) \
    do { \
        if (remold_failed(rec)) { \
            return remold_done(); \
        } \
        if (!(condition)) { \
            return remold_reject("check", "line " LINE_OF(__LINE__) ": " #condition); \
        } \
    } while (0)

/// Rejects the record, with the line, unless the last call was refused with a code.
#define EXPECT_REFUSED(wanted) \
    do { \
        remold_error error; \
        if (!remold_catch(rec, &error)) { \
            return remold_reject("check", "line " LINE_OF(__LINE__) ": not refused"); \
        } \
        if (error.code != (wanted) || error.message.size == 0) { \
            return remold_reject("check", remold_concat("line " LINE_OF(__LINE__) ": ", error.message)); \
        } \
    } while (0)

static bool is_id(remold_stream_id id, uint64_t ms, uint64_t seq) {
    return id.ms == ms && id.seq == seq;
}

static remold_outcome check_record(remold_record *rec) {
    EXPECT(remold_equal(remold_key(rec), remold_key_text(rec)));
    EXPECT(remold_starts_with(remold_key(rec), "every:"));
    EXPECT(remold_seed(rec) == remold_seed(rec));
    EXPECT(remold_now_ms() > 0 && remold_run_seed() == remold_run_seed());
    EXPECT(!remold_expires_at(rec).present && !remold_ttl(rec).present);
    remold_set_ttl(rec, remold_ms(5000));
    EXPECT(remold_ttl(rec).present && remold_ttl(rec).ms == 5000);
    EXPECT(remold_expires_at(rec).ms == remold_now_ms() + 5000);
    remold_set_expires_at(rec, remold_ms(4102444800000));
    EXPECT(remold_expires_at(rec).ms == 4102444800000);
    remold_set_expires_at(rec, remold_ms(0));
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_set_expires_at(rec, REMOLD_NEVER);
    EXPECT(!remold_expires_at(rec).present);
    int64_t number;
    EXPECT(remold_data_integer(remold_parameter("digits"), &number) && number == 2);
    EXPECT(remold_parameter("none") == NULL);
    remold_log(REMOLD_DEBUG, "a line");
    remold_print("printed\n");
    return remold_done();
}

static remold_outcome check_text(remold_record *rec) {
    EXPECT(remold_size(rec) == 13);
    EXPECT(remold_equal(remold_text_get(rec), remold_text_get_text(rec)));
    EXPECT(remold_equal(remold_json_get(rec, "/a/1"), "\"b\""));
    EXPECT(remold_is_nothing(remold_json_get(rec, "/none")));
    remold_json_set(rec, "/a/-", "[ ]");
    remold_json_set(rec, "/c~1d", "null");
    remold_json_set(rec, "/a/0", "1.50");
    EXPECT(remold_equal(remold_text_get(rec), "{\"a\":[1.50,\"b\",[ ]],\"c/d\":null}"));
    remold_json_remove(rec, "/a/1");
    remold_json_remove(rec, "/none");
    EXPECT(remold_equal(remold_json_get(rec, ""), "{\"a\":[1.50,[ ]],\"c/d\":null}"));
    remold_json_set(rec, "/x/y", "1");
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_hash_get(rec, "a");
    EXPECT_REFUSED(REMOLD_WRONG_KIND);
    remold_value value = remold_get_value(rec);
    EXPECT(value.kind == REMOLD_TEXT && value.text.size == remold_size(rec));
    remold_text_set(rec, "\xFF");
    remold_text_get_text(rec);
    EXPECT_REFUSED(REMOLD_NOT_TEXT);
    remold_text_set(rec, "");
    EXPECT(!remold_is_nothing(remold_text_get(rec)) && remold_size(rec) == 0);
    remold_text_set(rec, "done");
    return remold_done();
}

static remold_outcome check_hash(remold_record *rec) {
    EXPECT(remold_size(rec) == 2 && remold_hash_len(rec) == 2);
    EXPECT(remold_hash_contains(rec, "a") && !remold_hash_contains(rec, "z"));
    EXPECT(remold_equal(remold_hash_get(rec, "a"), "1") && remold_equal(remold_hash_get_text(rec, "b"), "2"));
    EXPECT(remold_is_nothing(remold_hash_get(rec, "z")) && remold_is_nothing(remold_hash_get_text(rec, "z")));
    remold_hash_set(rec, "c", "");
    EXPECT(!remold_is_nothing(remold_hash_get(rec, "c")) && remold_hash_get(rec, "c").size == 0);
    remold_hash_rename(rec, "a", "d");
    EXPECT(!remold_hash_expires_at(rec, "d").present);
    remold_hash_set_expires_at(rec, "d", remold_ms(4102444800000));
    EXPECT(remold_hash_expires_at(rec, "d").ms == 4102444800000);
    remold_hash_set_expires_at(rec, "z", REMOLD_NEVER);
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    size_t fields = 0, names = 0, persistent = 0;
    remold_field field;
    for (remold_walk walk = remold_walk_over(rec); remold_hash_next(&walk, &field);) {
        EXPECT(remold_equal(remold_hash_get(rec, field.name), field.value));
        persistent += !field.expires_at.present;
        fields++;
    }
    remold_bytes name;
    for (remold_walk walk = remold_walk_over(rec); remold_hash_next_name(&walk, &name);) {
        names += remold_hash_contains(rec, name);
    }
    EXPECT(fields == 3 && names == 3 && persistent == 2);
    EXPECT(remold_hash_names(rec, 1, 5).count == 2 && remold_hash_names_text(rec, 0, 2).count == 2);
    EXPECT(remold_hash_fields(rec, 2, 1).count == 1 && remold_hash_fields(rec, 3, 1).count == 0);
    remold_pair_list pairs = remold_hash_fields_text(rec, 0, 9);
    EXPECT(pairs.count == 3 && remold_equal(remold_hash_get(rec, pairs.items[2].name), pairs.items[2].value));
    remold_value value = remold_get_value(rec);
    EXPECT(value.kind == REMOLD_HASH && value.hash.count == 3);
    remold_hash_set(rec, "c", "\xFF");
    remold_hash_get_text(rec, "c");
    EXPECT_REFUSED(REMOLD_NOT_TEXT);
    remold_hash_set(rec, "e", remold_hash_get(rec, "z"));
    EXPECT_REFUSED(REMOLD_NO_REFUSAL);
    value.hash.items[1].name = value.hash.items[0].name;
    remold_set_value(rec, value);
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_hash_clear(rec);
    EXPECT(remold_hash_len(rec) == 0);
    remold_field made[] = {
        {remold_bytes_of("x"), remold_bytes_of("1"), REMOLD_NEVER},
        {remold_bytes_of("y"), remold_bytes_of("2"), remold_ms(4102444800000)},
    };
    remold_set_value(rec, remold_value_hash(made, 2));
    EXPECT(remold_hash_expires_at(rec, "y").ms == 4102444800000);
    remold_hash_remove(rec, "y");
    remold_hash_remove(rec, "z");
    return remold_done();
}

static remold_outcome check_list(remold_record *rec) {
    EXPECT(remold_list_len(rec) == 3 && remold_equal(remold_list_get(rec, 0), "a"));
    EXPECT(remold_equal(remold_list_get_text(rec, -1), "c"));
    remold_list_get(rec, 3);
    EXPECT_REFUSED(REMOLD_OUT_OF_RANGE);
    remold_list_set(rec, 1, "B");
    remold_list_push(rec, "d");
    remold_list_push_front(rec, "_");
    remold_list_insert(rec, 5, "e");
    remold_list_insert(rec, 1, "");
    remold_list_remove(rec, 2);
    EXPECT(remold_list_items(rec, 0, 100).count == 6 && remold_list_items_text(rec, 4, 1).count == 1);
    remold_builder all = {0};
    remold_bytes item;
    for (remold_walk walk = remold_walk_over(rec); remold_list_next(&walk, &item);) {
        remold_append(&all, item);
        remold_append_byte(&all, ';');
    }
    EXPECT(remold_equal(remold_built(&all), "_;;B;c;d;e;"));
    EXPECT(remold_get_value(rec).list.count == 6);
    remold_list_clear(rec);
    remold_bytes made[] = {remold_bytes_of("x"), remold_bytes_of("y")};
    remold_set_value(rec, remold_value_list(made, 2));
    return remold_done();
}

static remold_outcome check_set(remold_record *rec) {
    EXPECT(remold_set_len(rec) == 2 && remold_set_contains(rec, "a") && !remold_set_contains(rec, "z"));
    remold_set_add(rec, "c");
    remold_set_add(rec, "a");
    remold_set_rename(rec, "b", "B");
    remold_set_remove(rec, "z");
    remold_set_remove(rec, "a");
    size_t count = 0;
    remold_bytes member;
    for (remold_walk walk = remold_walk_over(rec); remold_set_next(&walk, &member);) {
        count += remold_equal(member, "c") || remold_equal(member, "B");
    }
    EXPECT(count == 2 && remold_set_members(rec, 0, 1).count == 1 && remold_set_members_text(rec, 2, 1).count == 0);
    EXPECT(remold_get_value(rec).set.count == 2);
    remold_set_clear(rec);
    remold_bytes made[] = {remold_bytes_of("x"), remold_bytes_of("y")};
    remold_set_value(rec, remold_value_set(made, 2));
    return remold_done();
}

static remold_outcome check_sorted_set(remold_record *rec) {
    double score = 0;
    EXPECT(remold_sorted_set_len(rec) == 2 && remold_sorted_set_contains(rec, "a"));
    EXPECT(remold_sorted_set_score(rec, "b", &score) && score == 2.5);
    EXPECT(!remold_sorted_set_score(rec, "z", &score) && score == 0);
    remold_sorted_set_add(rec, "c", -1);
    remold_sorted_set_add(rec, "a", 3);
    remold_sorted_set_add(rec, "d", 0.0 / 0.0);
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_sorted_set_rename(rec, "b", "B");
    remold_sorted_set_remove(rec, "z");
    remold_builder all = {0};
    remold_scored member;
    for (remold_walk walk = remold_walk_over(rec); remold_sorted_set_next(&walk, &member);) {
        remold_append(&all, member.member);
        score += member.score;
    }
    EXPECT(remold_equal(remold_built(&all), "cBa") && score == 4.5);
    EXPECT(remold_sorted_set_members(rec, 1, 1).items[0].score == 2.5);
    EXPECT(remold_equal(remold_sorted_set_members_text(rec, 2, 9).items[0].member, "a"));
    EXPECT(remold_get_value(rec).sorted_set.count == 3);
    remold_sorted_set_remove(rec, "c");
    remold_sorted_set_clear(rec);
    remold_scored made[] = {{remold_bytes_of("x"), 1.5}, {remold_bytes_of("y"), -2}};
    remold_set_value(rec, remold_value_sorted_set(made, 2));
    return remold_done();
}

static remold_outcome check_stream(remold_record *rec) {
    remold_stream_id first = remold_id(1, 1), second = remold_id(2, 0), none = remold_id(9, 9);
    EXPECT(remold_stream_len(rec) == 2 && is_id(remold_stream_last_id(rec), 2, 0));
    EXPECT(remold_equal(remold_stream_field(rec, first, "a"), "1"));
    EXPECT(remold_equal(remold_stream_field_text(rec, second, "b"), "2"));
    EXPECT(remold_is_nothing(remold_stream_field(rec, first, "z")));
    EXPECT(remold_stream_get(rec, none).items == NULL && remold_stream_get(rec, first).count == 1);
    remold_pair pairs[] = {
        {remold_bytes_of("x"), remold_bytes_of("1")}, {remold_bytes_of("x"), remold_bytes_of("2")}};
    remold_stream_add(rec, remold_id(3, 7), pairs, 2);
    EXPECT(is_id(remold_stream_last_id(rec), 3, 7));
    remold_stream_add(rec, first, pairs, 1);
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_stream_set(rec, first, pairs, 1);
    remold_stream_set_field(rec, first, "y", "3");
    remold_stream_rename_field(rec, first, "x", "w");
    EXPECT(remold_equal(remold_stream_get(rec, first).items[0].name, "w"));
    remold_stream_remove_field(rec, first, "w");
    remold_stream_remove_field(rec, first, "y");
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_stream_set_field(rec, none, "y", "3");
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_stream_remove(rec, second);
    EXPECT(remold_stream_ids(rec, 0, 9).count == 2 && is_id(remold_stream_ids(rec, 1, 1).items[0], 3, 7));
    EXPECT(remold_stream_entries(rec, 1, 9).items[0].fields.count == 2);
    size_t entries = 0, ids = 0;
    remold_entry entry;
    for (remold_walk walk = remold_walk_over(rec); remold_stream_next(&walk, &entry);) {
        entries += entry.fields.count;
    }
    remold_stream_id id;
    for (remold_walk walk = remold_walk_over(rec); remold_stream_next_id(&walk, &id);) {
        ids += id.ms;
    }
    EXPECT(entries == 3 && ids == 4 && remold_stream_groups(rec).count == 0);
    EXPECT(is_id(remold_get_value(rec).stream.last_id, 3, 7) && remold_get_value(rec).stream.entries.count == 2);
    remold_entry made[] = {{{5, 0}, {pairs, 1}}, {{6, 0}, {pairs, 2}}};
    remold_set_value(rec, remold_value_stream(made, 2, remold_id(7, 0)));
    EXPECT(is_id(remold_stream_last_id(rec), 7, 0) && remold_stream_len(rec) == 2);
    return remold_done();
}

static remold_outcome migrate(remold_record *rec) {
    remold_outcome outcome = check_record(rec);
    if (outcome.verdict != REMOLD_DONE || remold_failed(rec)) {
        return outcome;
    }
    switch (remold_kind_of(rec)) {
    case REMOLD_TEXT:
        return check_text(rec);
    case REMOLD_HASH:
        return check_hash(rec);
    case REMOLD_LIST:
        return check_list(rec);
    case REMOLD_SET:
        return check_set(rec);
    case REMOLD_SORTED_SET:
        return check_sorted_set(rec);
    case REMOLD_STREAM:
        return check_stream(rec);
    default:
        return remold_skip("nothing to check");
    }
}
REMOLD_MIGRATE(migrate)
