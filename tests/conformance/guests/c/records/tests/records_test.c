/// The same checks on the stand-in.
#include "../src/kinds.c"
#include "../src/records.c"
#include "remold_test.h"

static remold_record *stream(void) {
    remold_pair first[] = {{remold_bytes_of("a"), remold_bytes_of("1")}, {remold_bytes_of("b"), remold_bytes_of("2")}};
    remold_pair second = {remold_bytes_of("a"), remold_bytes_of("3")};
    remold_entry entries[] = {{{1, 0}, {first, 2}}, {{2, 0}, {&second, 1}}};
    return remold_test_record("check:stream", remold_value_stream(entries, 2, remold_id(2, 0)));
}

static remold_record *sorted_set(void) {
    remold_scored members[] = {{remold_bytes_of("a"), 1}, {remold_bytes_of("b"), 1}, {remold_bytes_of("c"), -1.5}};
    return remold_test_record("check:sorted-set", remold_value_sorted_set(members, 3));
}

int main(void) {
    remold_test_begin();
    remold_test_now_ms(NOW);
    remold_test_parameters("{\"digits\": 2, \"names\": [\"a\", \"é\"]}");
    remold_record *records[] = {
        remold_test_text("check:text", "Ada"),
        remold_test_text("check:json", "{\"name\": \"Ada\", \"old\": 1, \"price\": 4.50, \"tags\": [\"a\", \"b\"]}"),
        remold_test_hash("check:hash", "a", "1", "b", "Ada", NULL),
        remold_test_list("check:list", "b", "c", NULL),
        remold_test_set("check:set", "a", "b", NULL),
        sorted_set(),
        stream(),
        remold_test_text("check:value", "x"),
        remold_test_text("check:context", "same"),
    };
    for (size_t at = 0; at < sizeof records / sizeof *records; at++) {
        remold_outcome outcome = remold_test_run(records[at], migrate);
        REMOLD_CHECK_BYTES(outcome.message, NULL);
        REMOLD_CHECK(outcome.verdict == REMOLD_DONE);
    }
    REMOLD_CHECK_BYTES(remold_text_get(records[0]), "Ødegård");
    REMOLD_CHECK_BYTES(
        remold_text_get(records[1]),
        "{\"name\": \"Grace\", \"price\": 4.50, \"tags\": [\"a\", \"b\",1.0],\"new\":[1,2]}");
    REMOLD_CHECK(remold_hash_len(records[2]) == 1 && remold_hash_len(records[7]) == 2);
    REMOLD_CHECK(remold_test_run(records[0], revert).verdict == REMOLD_DONE);
    REMOLD_CHECK_BYTES(remold_text_get(records[0]), "reverted");
    return remold_test_end();
}
