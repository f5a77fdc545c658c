/// The transform that calls every function, with the stand-in for the host.
#include "sandbox/every-function/src/every-function.c"
#include "remold_test.h"

static remold_record *stream(void) {
    remold_pair a[] = {{remold_bytes_of("a"), remold_bytes_of("1")}};
    remold_pair b[] = {{remold_bytes_of("b"), remold_bytes_of("2")}};
    remold_entry entries[] = {{{1, 1}, {a, 1}}, {{2, 0}, {b, 1}}};
    return remold_test_record("every:stream", remold_value_stream(entries, 2, (remold_stream_id){2, 0}));
}

static remold_record *sorted_set(void) {
    remold_scored members[] = {{remold_bytes_of("a"), 1}, {remold_bytes_of("b"), 2.5}};
    return remold_test_record("every:sorted-set", remold_value_sorted_set(members, 2));
}

int main(void) {
    remold_test_begin();
    remold_test_parameters("{\"digits\": 2}");
    remold_record *records[] = {
        remold_test_text("every:text", "{\"a\":[1,\"b\"]}"),
        remold_test_hash("every:hash", "a", "1", "b", "2", NULL),
        remold_test_list("every:list", "a", "b", "c", NULL),
        remold_test_set("every:set", "a", "b", NULL),
        sorted_set(),
        stream(),
    };
    for (size_t at = 0; at < sizeof records / sizeof *records; at++) {
        remold_outcome outcome = remold_test_run(records[at], migrate);
        REMOLD_CHECK_BYTES(outcome.message, NULL);
        REMOLD_CHECK(outcome.verdict == REMOLD_DONE);
    }
    REMOLD_CHECK_BYTES(remold_text_get(records[0]), "done");
    REMOLD_CHECK(remold_hash_len(records[1]) == 1);
    return remold_test_end();
}
