/// The change of the benchmark, a column at a time.
#include "remold.h"

static void migrate(remold_batch *items) {
    remold_bytes *names = remold_batch_fields_text(items, "name");
    remold_bytes *prices = remold_batch_fields_text(items, "price");
    remold_bytes *firsts = remold_batch_column(items);
    remold_bytes *lasts = remold_batch_column(items);
    remold_bytes *price_cents = remold_batch_column(items);
    for (size_t i = 0; i < items->count; i++) {
        int64_t cents;
        if (remold_is_nothing(names[i])) {
            remold_batch_decide(items, i, remold_skip("changed already"));
        } else if (!remold_cut(names[i], " ", &firsts[i], &lasts[i]) ||
                   !remold_to_minor(remold_or(prices[i], ""), 2, &cents)) {
            remold_batch_decide(items, i, remold_reject("unexpected", "the name is one word, or the price is none"));
        } else {
            price_cents[i] = remold_integer(cents);
        }
    }
    remold_batch_set_fields(items, "first", firsts);
    remold_batch_set_fields(items, "last", lasts);
    remold_batch_set_fields(items, "price_cents", price_cents);
    remold_batch_remove_fields(items, "name");
    remold_batch_remove_fields(items, "price");
    remold_batch_remove_fields(items, "legacy");
}
REMOLD_MIGRATE_BATCH(migrate)
