/// Splits the field "name" of users into "first" and "last", as examples/01-split-name does, for the whole batch at
/// once.
#include "remold.h"

static void migrate(remold_batch *users) {
    remold_bytes *names = remold_batch_fields_text(users, "name");
    remold_bytes *there = remold_batch_fields(users, "first");
    remold_bytes *firsts = remold_batch_column(users);
    remold_bytes *lasts = remold_batch_column(users);
    for (size_t i = 0; i < users->count; i++) {
        if (!remold_is_nothing(there[i])) {
            remold_batch_decide(users, i, remold_skip("split already"));
        } else if (remold_is_nothing(names[i])) {
            remold_batch_decide(users, i, remold_reject("no-name", "there is nothing to split"));
        } else {
            // Two parts at most: "Lupe García Márquez" keeps both last names.
            remold_cut(names[i], " ", &firsts[i], &lasts[i]);
            lasts[i] = remold_or(lasts[i], "");
        }
    }
    remold_batch_set_fields(users, "first", firsts);
    remold_batch_set_fields(users, "last", lasts);
    remold_batch_remove_fields(users, "name");
}
REMOLD_MIGRATE_BATCH(migrate)

// The way back, for users that the application has written since.
static void revert(remold_batch *users) {
    remold_bytes *firsts = remold_batch_fields_text(users, "first");
    remold_bytes *lasts = remold_batch_fields_text(users, "last");
    remold_bytes *names = remold_batch_column(users);
    for (size_t i = 0; i < users->count; i++) {
        if (remold_is_nothing(firsts[i])) {
            remold_batch_decide(users, i, remold_skip("not split"));
        } else {
            names[i] = lasts[i].size == 0 ? firsts[i] : remold_concat(firsts[i], " ", lasts[i]);
        }
    }
    remold_batch_set_fields(users, "name", names);
    remold_batch_remove_fields(users, "first");
    remold_batch_remove_fields(users, "last");
}
REMOLD_REVERT_BATCH(revert)
