/// Programs: scanning, getting and applying.
#include <stdio.h>

#include "remold_test.h"

static remold_outcome number_members(remold_program *program) {
    int64_t next = 1;
    remold_bytes state = remold_resumed_from(program);
    if (!remold_is_nothing(state)) {
        remold_parse_integer(state, &next);
    }
    remold_bytes_list keys;
    for (remold_scan scan = remold_scan_begin(program, "member:*", REMOLD_HASH); remold_scan_next(&scan, &keys);) {
        remold_record **members = remold_get_many(program, keys);
        for (size_t at = 0; at < keys.count; at++) {
            if (!remold_hash_contains(members[at], "number")) {
                remold_hash_set(members[at], "number", remold_integer(next++));
            }
        }
        const remold_applied *applied = remold_apply_many(program, members, keys.count);
        REMOLD_CHECK(applied[0] == REMOLD_APPLIED);
        remold_checkpoint(program, remold_integer(next));
        remold_progress(program, (uint64_t)next - 1, 25);
    }
    remold_record *counter = remold_get(program, "counter");
    remold_text_set(counter, remold_integer(next));
    REMOLD_CHECK(remold_apply(program, counter) == REMOLD_APPLIED);
    REMOLD_CHECK(remold_apply(program, remold_get(program, "counter")) == REMOLD_ALREADY);
    remold_record *none = remold_get(program, "none");
    REMOLD_CHECK(none == NULL);
    remold_release(program, &none, 1);
    REMOLD_CHECK_BYTES(remold_backup(program, "before"), "before");
    return remold_done();
}

static remold_outcome fails(remold_program *program) {
    remold_record *counter = remold_get(program, "counter");
    remold_hash_set(counter, "a", "1");
    REMOLD_CHECK(remold_failed(program) && remold_failed(counter));
    REMOLD_CHECK(remold_apply(program, counter) == REMOLD_REFUSED);
    REMOLD_CHECK(remold_get(program, "counter") == NULL);
    remold_bytes_list keys;
    remold_scan scan = remold_scan_begin(program, "*", REMOLD_ANY_KIND);
    REMOLD_CHECK(!remold_scan_next(&scan, &keys));
    return remold_done();
}

static remold_outcome moves(remold_program *program) {
    remold_record *counter = remold_get(program, "counter");
    remold_rename(counter, "count");
    remold_emit(counter, "copy", remold_get_value(counter), REMOLD_NEVER);
    remold_remove(counter, "member:1");
    remold_apply(program, counter);
    remold_record *member = remold_get(program, "member:2");
    remold_delete(member);
    remold_apply(program, member);
    REMOLD_CHECK(remold_apply(program, remold_get(program, "member:3")) == REMOLD_UNCHANGED);
    return remold_reject("half", "it was the first half");
}

static void add_members(void) {
    remold_test_begin();
    for (int at = 1; at <= 25; at++) {
        char key[20];
        snprintf(key, sizeof key, "member:%d", at);
        remold_test_hash(key, "name", "x", NULL);
    }
    remold_test_text("member:text", "not a hash");
    remold_test_text("counter", "0");
}

int main(void) {
    add_members();
    REMOLD_CHECK(remold_test_run_program(number_members).verdict == REMOLD_DONE);
    REMOLD_CHECK_BYTES(remold_hash_get(remold_test_key("member:1"), "number"), "1");
    REMOLD_CHECK_BYTES(remold_hash_get(remold_test_key("member:25"), "number"), "25");
    REMOLD_CHECK_BYTES(remold_text_get(remold_test_key("counter")), "26");
    REMOLD_CHECK_BYTES(remold_test_checkpoint(), "26");
    REMOLD_CHECK(remold_ends_with(remold_test_log(), "progress: 25 of 25\n"));

    add_members();
    remold_test_resume_from("100");
    REMOLD_CHECK(remold_test_run_program(number_members).verdict == REMOLD_DONE);
    REMOLD_CHECK_BYTES(remold_hash_get(remold_test_key("member:1"), "number"), "100");

    add_members();
    remold_outcome outcome = remold_test_run_program(fails);
    REMOLD_CHECK(outcome.verdict == REMOLD_FAILED);
    REMOLD_CHECK_BYTES(outcome.code, "wrong-kind");
    outcome = remold_test_run_program(moves);
    REMOLD_CHECK(outcome.verdict == REMOLD_REJECTED);
    REMOLD_CHECK(remold_test_key("counter") == NULL && remold_test_key("member:1") == NULL);
    REMOLD_CHECK(remold_test_key("member:2") == NULL && remold_test_key("member:3") != NULL);
    REMOLD_CHECK_BYTES(remold_text_get(remold_test_key("count")), "0");
    REMOLD_CHECK_BYTES(remold_text_get(remold_test_key("copy")), "0");
    return remold_test_end();
}
