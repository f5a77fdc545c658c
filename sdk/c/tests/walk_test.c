/// Walks over more elements than a page has.
#include "remold_test.h"

static remold_outcome numbers_in_order(remold_record *rec) {
    int64_t expected = 0, number;
    remold_bytes item;
    for (remold_walk walk = remold_walk_over(rec); remold_list_next(&walk, &item); expected++) {
        REMOLD_CHECK(remold_parse_integer(item, &number) && number == expected);
    }
    REMOLD_CHECK(expected == 1000 && remold_list_len(rec) == 1000);
    return remold_done();
}

static remold_outcome walks_another_kind(remold_record *rec) {
    remold_field field;
    unsigned steps = 0;
    for (remold_walk walk = remold_walk_over(rec); remold_hash_next(&walk, &field);) {
        steps++;
    }
    REMOLD_CHECK(steps == 0);
    return remold_done();
}

static remold_outcome stops_when_it_fails(remold_record *rec) {
    remold_bytes item;
    unsigned steps = 0;
    for (remold_walk walk = remold_walk_over(rec); remold_list_next(&walk, &item); steps++) {
        remold_list_get(rec, 5000);
    }
    REMOLD_CHECK(steps == 1);
    return remold_done();
}

int main(void) {
    remold_test_begin();
    remold_record *rec = remold_test_list("numbers", NULL);
    for (int64_t at = 0; at < 1000; at++) {
        remold_list_push(rec, remold_integer(at));
    }
    REMOLD_CHECK(remold_test_run(rec, numbers_in_order).verdict == REMOLD_DONE);
    REMOLD_CHECK_BYTES(remold_test_run(rec, walks_another_kind).code, "wrong-kind");
    REMOLD_CHECK_BYTES(remold_test_run(rec, stops_when_it_fails).code, "out-of-range");
    return remold_test_end();
}
