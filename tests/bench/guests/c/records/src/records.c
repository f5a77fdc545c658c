/// The change of the benchmark, a record at a time.
#include "remold.h"

static remold_outcome migrate(remold_record *item) {
    remold_bytes name = remold_hash_get_text(item, "name");
    if (remold_is_nothing(name)) {
        return remold_skip("changed already");
    }
    remold_bytes first, last;
    int64_t cents;
    if (!remold_cut(name, " ", &first, &last)) {
        return remold_reject("unexpected", "the name is one word");
    }
    if (!remold_to_minor(remold_or(remold_hash_get_text(item, "price"), ""), 2, &cents)) {
        return remold_reject("unexpected", "the price is none");
    }
    remold_hash_set(item, "first", first);
    remold_hash_set(item, "last", last);
    remold_hash_set(item, "price_cents", remold_integer(cents));
    remold_hash_remove(item, "name");
    remold_hash_remove(item, "price");
    remold_hash_remove(item, "legacy");
    return remold_done();
}
REMOLD_MIGRATE(migrate)
