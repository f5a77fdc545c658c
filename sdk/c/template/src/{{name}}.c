/// Splits the field "name" of a user into "first" and "last".
#include "remold.h"

static remold_outcome migrate(remold_record *user) {
    if (remold_hash_contains(user, "first")) {
        return remold_skip("split already");
    }
    if (!remold_hash_contains(user, "name")) {
        return remold_reject("no-name", "there is nothing to split");
    }
    // Two parts at most: "Lupe García Márquez" keeps both last names.
    remold_bytes first, last;
    remold_cut(remold_hash_get_text(user, "name"), " ", &first, &last);
    remold_hash_set(user, "first", first);
    remold_hash_set(user, "last", remold_or(last, ""));
    remold_hash_remove(user, "name");
    return remold_done();
}
REMOLD_MIGRATE(migrate)

// The way back, for users that the application has written since.
static remold_outcome revert(remold_record *user) {
    if (!remold_hash_contains(user, "first")) {
        return remold_skip("not split");
    }
    remold_bytes first = remold_hash_get_text(user, "first");
    remold_bytes last = remold_or(remold_hash_get_text(user, "last"), "");
    remold_hash_set(user, "name", last.size == 0 ? first : remold_concat(first, " ", last));
    remold_hash_remove(user, "first");
    remold_hash_remove(user, "last");
    return remold_done();
}
REMOLD_REVERT(revert)
