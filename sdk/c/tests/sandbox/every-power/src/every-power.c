/// Calls everything that a program can reach, and checks what it returns.
#include "remold.h"

/// Rejects, with the line, unless something holds.
#define EXPECT(condition) \
    if (!(condition)) { \
        return remold_reject("check", remold_concat(#condition, " in line ", remold_integer(__LINE__))); \
    }

static remold_outcome run(remold_program *program) {
    EXPECT(remold_is_nothing(remold_resumed_from(program)));
    size_t seen = 0;
    remold_bytes_list keys;
    for (remold_scan scan = remold_scan_begin(program, "every:*", REMOLD_HASH); remold_scan_next(&scan, &keys);) {
        remold_record **records = remold_get_many(program, keys);
        for (size_t at = 0; at < keys.count; at++) {
            EXPECT(records[at] != NULL && remold_equal(remold_key(records[at]), keys.items[at]));
            remold_hash_set(records[at], "seen", "1");
        }
        const remold_applied *applied = remold_apply_many(program, records, keys.count);
        for (size_t at = 0; at < keys.count; at++) {
            EXPECT(applied[at] == REMOLD_APPLIED);
        }
        seen += keys.count;
        remold_progress(program, seen, 0);
        remold_checkpoint(program, remold_integer((int64_t)seen));
    }
    EXPECT(seen == 2);
    remold_record *again = remold_get(program, "every:hash:1");
    EXPECT(again != NULL && remold_equal(remold_hash_get(again, "seen"), "1"));
    remold_hash_set(again, "seen", "2");
    EXPECT(remold_apply(program, again) == REMOLD_ALREADY);
    remold_record *text = remold_get(program, "every:text");
    EXPECT(remold_get(program, "every:none") == NULL && text != NULL);
    EXPECT(remold_apply(program, text) == REMOLD_UNCHANGED);
    text = remold_get(program, "every:text");
    remold_release(program, &text, 1);
    remold_error error;
    remold_get(program, "not granted");
    EXPECT(remold_catch(program, &error) && error.code == REMOLD_DENIED);
    remold_backup(program, "before");
    EXPECT(remold_catch(program, &error) && error.code == REMOLD_DENIED);
    remold_progress(program, seen, seen);
    text = remold_get(program, "every:text");
    if (remold_equal(remold_text_get(text), "fail")) {
        remold_hash_len(text);
    }
    if (remold_equal(remold_text_get(text), "skip")) {
        return remold_skip("there was little to do");
    }
    return remold_done();
}
REMOLD_PROGRAM(run)
