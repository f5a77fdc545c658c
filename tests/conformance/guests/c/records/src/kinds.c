/// Every function for texts, JSON, hashes, lists, sets, sorted sets and streams.
#include "check.h"

/// The clock that cases have.
#define NOW 1767225600000

remold_outcome check_text(remold_record *rec) {
    EXPECT(remold_equal(remold_text_get_text(rec), "Ada"));
    remold_text_set(rec, "\xFF");
    EXPECT(remold_equal(remold_text_get(rec), "\xFF"));
    remold_text_get_text(rec);
    EXPECT_REFUSED(REMOLD_NOT_TEXT);
    remold_hash_len(rec);
    EXPECT_REFUSED(REMOLD_WRONG_KIND);
    remold_text_set(rec, "");
    EXPECT(!remold_is_nothing(remold_text_get(rec)) && remold_text_get(rec).size == 0);
    remold_text_set(rec, "Ødegård");
    EXPECT(remold_equal(remold_text_get_text(rec), "Ødegård"));
    return remold_done();
}

remold_outcome check_json(remold_record *rec) {
    EXPECT(remold_equal(remold_json_get(rec, "/name"), "\"Ada\""));
    EXPECT(remold_is_nothing(remold_json_get(rec, "/none")));
    EXPECT(remold_equal(remold_json_get(rec, "/price"), "4.50"));
    EXPECT(remold_equal(remold_json_get(rec, "/tags/1"), "\"b\""));
    remold_json_set(rec, "/name", "\"Grace\"");
    remold_json_set(rec, "/new", "[1,2]");
    remold_json_set(rec, "/tags/-", "1.0");
    remold_json_remove(rec, "/old");
    remold_json_remove(rec, "/none");
    remold_json_set(rec, "/name/first", "1");
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_json_set(rec, "/name", "nonsense");
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_json_remove(rec, "");
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_json_get(rec, "name");
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    return remold_done();
}

remold_outcome check_hash(remold_record *rec) {
    EXPECT(remold_hash_len(rec) == 2);
    EXPECT(remold_equal(remold_hash_get(rec, "a"), "1") && remold_is_nothing(remold_hash_get(rec, "none")));
    EXPECT(remold_equal(remold_hash_get_text(rec, "b"), "Ada"));
    EXPECT(remold_is_nothing(remold_hash_get_text(rec, "none")));
    EXPECT(remold_hash_contains(rec, "a") && !remold_hash_contains(rec, "none"));

    remold_hash_set(rec, "\xFF", "\xFF");
    EXPECT(remold_equal(remold_hash_get(rec, "\xFF"), "\xFF"));
    remold_hash_names_text(rec, 0, 9);
    EXPECT_REFUSED(REMOLD_NOT_TEXT);
    remold_hash_remove(rec, "\xFF");
    remold_hash_set(rec, "a", "\xFF");
    remold_hash_get_text(rec, "a");
    EXPECT_REFUSED(REMOLD_NOT_TEXT);
    remold_hash_fields_text(rec, 0, 9);
    EXPECT_REFUSED(REMOLD_NOT_TEXT);
    // Nothing cannot be written, which is the SDK's refusal.
    remold_hash_set(rec, "e", remold_hash_get(rec, "none"));
    EXPECT_REFUSED(REMOLD_NO_REFUSAL);

    remold_hash_set(rec, "a", "2");
    remold_hash_rename(rec, "a", "c");
    remold_hash_rename(rec, "none", "d");
    EXPECT(remold_hash_names(rec, 0, 9).count == 2 && remold_hash_names(rec, 1, 9).count == 1);
    EXPECT(remold_hash_names_text(rec, 0, 9).count == 2);
    EXPECT(remold_hash_fields(rec, 0, 9).count == 2 && remold_hash_fields(rec, 2, 1).count == 0);
    remold_pair_list pairs = remold_hash_fields_text(rec, 0, 9);
    EXPECT(pairs.count == 2 && remold_equal(remold_hash_get(rec, pairs.items[1].name), pairs.items[1].value));
    EXPECT(remold_equal(remold_hash_get(rec, "c"), "2"));

    remold_hash_set_expires_at(rec, "c", remold_ms(NOW + 5000));
    EXPECT(remold_hash_expires_at(rec, "c").ms == NOW + 5000 && !remold_hash_expires_at(rec, "b").present);
    remold_hash_set_expires_at(rec, "none", remold_ms(NOW));
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    size_t expiring = 0, names = 0;
    remold_field field;
    for (remold_walk walk = remold_walk_over(rec); remold_hash_next(&walk, &field);) {
        expiring += field.expires_at.present && field.expires_at.ms == NOW + 5000;
    }
    EXPECT(expiring == 1);
    remold_hash_set_expires_at(rec, "c", REMOLD_NEVER);

    remold_hash_clear(rec);
    EXPECT(remold_hash_len(rec) == 0);
    for (int64_t number = 0; number < 1000; number++) {
        remold_hash_set(rec, remold_integer(number), "x");
    }
    remold_bytes name;
    for (remold_walk walk = remold_walk_over(rec); remold_hash_next_name(&walk, &name);) {
        names++;
    }
    EXPECT(names == 1000);
    remold_field made = {remold_bytes_of("checked"), remold_bytes_of("1"), REMOLD_NEVER};
    remold_set_value(rec, remold_value_hash(&made, 1));
    return remold_done();
}

remold_outcome check_list(remold_record *rec) {
    EXPECT(remold_list_len(rec) == 2 && remold_equal(remold_list_get(rec, 0), "b"));
    EXPECT(remold_equal(remold_list_get_text(rec, -1), "c"));
    static const int64_t beyond[] = {2, -3, INT64_MIN, INT64_MAX};
    for (size_t at = 0; at < 4; at++) {
        remold_list_get(rec, beyond[at]);
        EXPECT_REFUSED(REMOLD_OUT_OF_RANGE);
    }
    remold_list_push(rec, "d");
    remold_list_push_front(rec, "a");
    remold_list_insert(rec, 4, "e");
    remold_list_set(rec, 1, "\xFF");
    remold_list_get_text(rec, 1);
    EXPECT_REFUSED(REMOLD_NOT_TEXT);
    remold_list_items_text(rec, 0, 9);
    EXPECT_REFUSED(REMOLD_NOT_TEXT);
    remold_list_remove(rec, 1);
    remold_list_insert(rec, 9, "x");
    EXPECT_REFUSED(REMOLD_OUT_OF_RANGE);
    remold_bytes_list items = remold_list_items_text(rec, 0, 9);
    EXPECT(items.count == 4 && remold_equal(remold_join(items.items, items.count), "acde"));
    EXPECT(remold_list_items(rec, 1, 2).count == 2);
    remold_list_clear(rec);
    EXPECT(remold_list_len(rec) == 0);
    for (int64_t number = 0; number < 600; number++) {
        remold_list_push(rec, remold_integer(number));
    }
    size_t count = 0;
    remold_bytes item, last = REMOLD_NOTHING;
    for (remold_walk walk = remold_walk_over(rec); remold_list_next(&walk, &item);) {
        last = item;
        count++;
    }
    EXPECT(count == 600 && remold_equal(last, "599"));
    remold_bytes made = remold_bytes_of("checked");
    remold_set_value(rec, remold_value_list(&made, 1));
    return remold_done();
}

remold_outcome check_set(remold_record *rec) {
    EXPECT(remold_set_len(rec) == 2 && remold_set_contains(rec, "a") && !remold_set_contains(rec, "none"));
    remold_set_add(rec, "\xFF");
    remold_set_members_text(rec, 0, 9);
    EXPECT_REFUSED(REMOLD_NOT_TEXT);
    remold_set_remove(rec, "\xFF");
    remold_set_rename(rec, "a", "c");
    remold_set_rename(rec, "none", "d");
    size_t count = 0;
    remold_bytes member;
    for (remold_walk walk = remold_walk_over(rec); remold_set_next(&walk, &member);) {
        count += remold_equal(member, "c") || remold_equal(member, "b");
    }
    EXPECT(count == 2 && remold_set_members(rec, 0, 1).count == 1 && remold_set_members_text(rec, 0, 9).count == 2);
    remold_set_clear(rec);
    EXPECT(remold_set_len(rec) == 0);
    remold_set_add(rec, "checked");
    return remold_done();
}

remold_outcome check_sorted_set(remold_record *rec) {
    double score = 0;
    EXPECT(remold_sorted_set_len(rec) == 3);
    remold_scored_list scored = remold_sorted_set_members(rec, 0, 9);
    EXPECT(scored.count == 3 && remold_equal(scored.items[0].member, "c") && scored.items[0].score == -1.5);
    EXPECT(remold_sorted_set_score(rec, "a", &score) && score == 1 && !remold_sorted_set_score(rec, "none", &score));
    EXPECT(remold_sorted_set_contains(rec, "a") && !remold_sorted_set_contains(rec, "none"));
    remold_sorted_set_add(rec, "d", __builtin_inf());
    remold_sorted_set_add(rec, "d", __builtin_nan(""));
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_sorted_set_rename(rec, "c", "e");
    remold_sorted_set_remove(rec, "a");
    scored = remold_sorted_set_members_text(rec, 0, 9);
    EXPECT(scored.count == 3 && remold_equal(scored.items[0].member, "e") && scored.items[2].score == __builtin_inf());
    remold_builder all = {0};
    remold_scored member;
    for (remold_walk walk = remold_walk_over(rec); remold_sorted_set_next(&walk, &member);) {
        remold_append(&all, member.member);
    }
    EXPECT(remold_equal(remold_built(&all), "ebd"));
    remold_sorted_set_clear(rec);
    EXPECT(remold_sorted_set_len(rec) == 0);
    remold_sorted_set_add(rec, "checked", 1.25);
    return remold_done();
}

remold_outcome check_stream(remold_record *rec) {
    remold_stream_id first = remold_id(1, 0), second = remold_id(2, 0), third = remold_id(3, 1);
    EXPECT(remold_stream_len(rec) == 2 && is_id(remold_stream_last_id(rec), 2, 0));
    EXPECT(remold_stream_ids(rec, 0, 9).count == 2 && is_id(remold_stream_ids(rec, 1, 1).items[0], 2, 0));
    remold_entry_list listed = remold_stream_entries(rec, 0, 9);
    EXPECT(listed.count == 2 && is_id(listed.items[0].id, 1, 0) && listed.items[0].fields.count == 2);
#if defined(__wasm__) // the stand-in has no groups
    remold_group_list groups = remold_stream_groups(rec);
    EXPECT(groups.count == 1 && remold_equal(groups.items[0].name, "workers") && is_id(groups.items[0].last_id, 1, 0));
    EXPECT(groups.items[0].pending == 1 && groups.items[0].consumers == 1);
#endif

    EXPECT(remold_equal(remold_stream_field(rec, first, "a"), "1"));
    EXPECT(remold_equal(remold_stream_field_text(rec, first, "b"), "2"));
    EXPECT(remold_is_nothing(remold_stream_field(rec, first, "none")));
    EXPECT(remold_stream_get(rec, third).items == NULL);

    remold_stream_set_field(rec, first, "c", "\xFF");
    remold_stream_field_text(rec, first, "c");
    EXPECT_REFUSED(REMOLD_NOT_TEXT);
    remold_stream_rename_field(rec, first, "a", "A");
    remold_stream_remove_field(rec, first, "b");
    remold_stream_set_field(rec, first, "c", "3");
    remold_pair_list fields = remold_stream_get(rec, first);
    EXPECT(fields.count == 2 && remold_equal(fields.items[0].name, "A") && remold_equal(fields.items[1].value, "3"));
    remold_pair pairs[] = {{remold_bytes_of("x"), remold_bytes_of("y")}, {remold_bytes_of("x"), remold_bytes_of("z")}};
    remold_stream_set(rec, second, pairs, 2);
    EXPECT(remold_stream_get(rec, second).count == 2);
    remold_stream_set_field(rec, third, "a", "1");
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_stream_set(rec, second, NULL, 0);
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_stream_remove_field(rec, second, "x");
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_stream_add(rec, second, pairs, 1);
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_stream_add(rec, third, NULL, 0);
    EXPECT_REFUSED(REMOLD_INVALID_ARGUMENT);
    remold_pair checked = {remold_bytes_of("checked"), remold_bytes_of("1")};
    remold_stream_add(rec, third, &checked, 1);
    remold_stream_remove(rec, second);
    size_t entries = 0, ids = 0;
    remold_entry entry;
    for (remold_walk walk = remold_walk_over(rec); remold_stream_next(&walk, &entry);) {
        entries += entry.fields.count;
    }
    remold_stream_id id;
    for (remold_walk walk = remold_walk_over(rec); remold_stream_next_id(&walk, &id);) {
        ids += id.ms;
    }
    EXPECT(entries == 3 && ids == 4);
    EXPECT(remold_stream_len(rec) == 2 && is_id(remold_stream_last_id(rec), 3, 1));
    return remold_done();
}
