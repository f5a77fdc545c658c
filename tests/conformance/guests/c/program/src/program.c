/// A program over `user:*` that calls every function. The text at `user:3` says how it is to end.
#include "remold.h"

/// Fails, with the line, unless something holds.
#define EXPECT(condition) \
    if (!(condition)) { \
        return remold_fail(remold_concat(#condition, " in line ", remold_integer(__LINE__))); \
    }

static remold_outcome run(remold_program *program) {
    EXPECT(remold_is_nothing(remold_resumed_from(program)));
    size_t hashes = 0, all = 0;
    remold_bytes_list keys;
    for (remold_scan scan = remold_scan_begin(program, "user:*", REMOLD_HASH); remold_scan_next(&scan, &keys);) {
        for (size_t at = 0; at < keys.count; at++) {
            hashes += remold_equal(keys.items[at], "user:1") || remold_equal(keys.items[at], "user:2");
        }
    }
    for (remold_scan scan = remold_scan_begin(program, "user:*", REMOLD_ANY_KIND); remold_scan_next(&scan, &keys);) {
        all += keys.count;
    }
    EXPECT(hashes == 2 && all == 3);
    remold_error error;
    remold_get(program, "secret:1");
    EXPECT(remold_catch(program, &error) && error.code == REMOLD_DENIED);
    remold_backup(program, "before");
    EXPECT(remold_catch(program, &error) && error.code == REMOLD_DENIED);

    remold_bytes wanted[] = {
        remold_bytes_of("user:1"), remold_bytes_of("user:2"), remold_bytes_of("user:3"), remold_bytes_of("user:none")};
    remold_record **held = remold_get_many(program, (remold_bytes_list){wanted, 4});
    EXPECT(held[0] != NULL && held[1] != NULL && held[2] != NULL && held[3] == NULL);
    remold_bytes end = remold_text_get_text(held[2]);
    remold_hash_set(held[0], "seen", "1");
    remold_bytes item = remold_bytes_of("x");
    remold_emit(held[1], "made:2", remold_value_list(&item, 1), REMOLD_NEVER);
    const remold_applied *applied = remold_apply_many(program, held, 3);
    EXPECT(applied[0] == REMOLD_APPLIED && applied[1] == REMOLD_APPLIED && applied[2] == REMOLD_UNCHANGED);
    remold_progress(program, 2, 3);
    remold_checkpoint(program, remold_bytes_of("half"));

    remold_record *again = remold_get(program, "user:1");
    EXPECT(again != NULL && remold_equal(remold_key(again), "user:1"));
    EXPECT(remold_apply(program, again) == REMOLD_ALREADY);
    remold_record **dropped = remold_get_many(program, (remold_bytes_list){wanted + 1, 2});
    remold_release(program, dropped, 2);
    if (remold_equal(end, "skip")) {
        return remold_skip("as asked for");
    }
    if (remold_equal(end, "reject")) {
        return remold_reject("as-asked", "for");
    }
    return remold_equal(end, "fail") ? remold_fail("as asked for") : remold_done();
}
REMOLD_PROGRAM(run)
