/// Gives carts a new key, as examples/04-rekey does: "cart:42:items" becomes "{user:42}:cart:items", so that all that
/// belongs to a user is in one cluster slot.
#include "remold.h"

/// Returns the new name of a key; nothing if it is no key of a cart.
static remold_bytes new_name(remold_bytes key) {
    remold_bytes prefix, user, rest;
    if (!remold_cut(key, ":", &prefix, &user)) {
        return REMOLD_NOTHING;
    }
    bool more = remold_cut(user, ":", &user, &rest);
    return remold_concat("{user:", user, "}:cart", more ? ":" : "", rest);
}

static remold_bytes old_name(remold_bytes key) {
    return remold_replace(remold_replace(key, "{user:", "cart:"), "}:cart", "");
}

/// Renames a cart, and the key that it refers to.
static remold_outcome rename_cart(remold_record *rec, remold_bytes (*name)(remold_bytes key)) {
    if (remold_kind_of(rec) == REMOLD_HASH && remold_hash_contains(rec, "items_key")) {
        remold_hash_set(rec, "items_key", name(remold_hash_get_text(rec, "items_key")));
    }
    remold_rename(rec, name(remold_key_text(rec)));
    return remold_done();
}

/// Says whether a key is "cart:" and digits, with ":items" behind them or without.
static bool belongs_to_user(remold_bytes key) {
    remold_bytes cart, number, rest;
    remold_cut(key, ":", &cart, &number);
    bool more = remold_cut(number, ":", &number, &rest);
    for (size_t at = 0; at < number.size; at++) {
        if (number.data[at] < '0' || number.data[at] > '9') {
            return false;
        }
    }
    return remold_equal(cart, "cart") && number.size > 0 && (!more || remold_equal(rest, "items"));
}

static remold_outcome migrate(remold_record *rec) {
    if (!belongs_to_user(remold_key_text(rec))) {
        return remold_skip("belongs to no user");
    }
    return rename_cart(rec, new_name);
}
REMOLD_MIGRATE(migrate)

static remold_outcome revert(remold_record *rec) {
    return rename_cart(rec, old_name);
}
REMOLD_REVERT(revert)
