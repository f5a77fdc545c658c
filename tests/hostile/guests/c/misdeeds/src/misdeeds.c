/// Does what the field "do" of a record says: every misdeed that C has the means for.
#include "remold.h"

static bool is(remold_bytes text, const char *word) {
    return remold_equal(text, word);
}

static volatile uint32_t sink;

static uint32_t deeper(uint32_t depth) {
    volatile uint32_t frame[64];
    frame[depth % 64] = depth;
    return deeper(depth + 1) + frame[3];
}

static remold_outcome migrate(remold_record *rec) {
    remold_bytes misdeed = remold_or(remold_hash_get_text(rec, "do"), "");
    if (is(misdeed, "loop")) {
        for (;;) {
            sink++;
        }
    } else if (is(misdeed, "recursion")) {
        sink = deeper(0);
    } else if (is(misdeed, "memory")) {
        for (;;) {
            uint8_t *block = remold_allocate(1 << 20, 1);
            block[sink % 100] = 1;
        }
    } else if (is(misdeed, "output")) {
        remold_hash_set(rec, "big", ((remold_bytes){remold_allocate(4 << 20, 1), 4 << 20}));
    } else if (is(misdeed, "calls")) {
        for (;;) {
            sink += remold_hash_contains(rec, "do");
        }
    } else if (is(misdeed, "grant")) {
        remold_rename(rec, "secret:1");
    } else if (is(misdeed, "emit")) {
        for (int64_t number = 0;; number++) {
            remold_bytes key = remold_concat("user:", remold_integer(number), "");
            remold_emit(rec, key, remold_value_text("a value that is kept for ever"), REMOLD_NEVER);
        }
    } else if (is(misdeed, "panic")) {
        __builtin_trap();
    } else if (is(misdeed, "index")) {
        // Far outside of the memory.
        sink = *(volatile uint32_t *)0xfffffff0u;
    } else if (is(misdeed, "kind")) {
        remold_list_push(rec, "x");
    } else if (is(misdeed, "remember")) {
        static int64_t seen;
        remold_hash_set(rec, "seen", remold_integer(seen++));
    } else if (is(misdeed, "text")) {
        return remold_reject("\xff\xfe", "\xc3\x28");
    } else if (is(misdeed, "pointer")) {
        remold_hash_set(rec, "big", ((remold_bytes){(uint8_t *)0xffff0000u, 1 << 30}));
    } else {
        remold_hash_set(rec, "done", "1");
    }
    return remold_done();
}
REMOLD_MIGRATE(migrate)
