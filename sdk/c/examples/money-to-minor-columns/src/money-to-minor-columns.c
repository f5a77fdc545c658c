/// Turns the field "price" of products into "price_cents" and back, as examples/03-money-to-cents does, for the whole
/// batch at once.
#include "remold.h"

/// Says whether a text is one digit or more.
static bool are_digits(remold_bytes text) {
    for (size_t at = 0; at < text.size; at++) {
        if (text.data[at] < '0' || text.data[at] > '9') {
            return false;
        }
    }
    return text.size > 0;
}

/// Returns how many digits a minor unit has: the parameter "digits".
static unsigned digits_of_minor(void) {
    int64_t digits;
    if (!remold_data_integer(remold_parameter("digits"), &digits) || digits < 0 || digits > 18) {
        remold_panic("the parameter digits is no number from 0 to 18");
    }
    return (unsigned)digits;
}

/// Turns a price into minor units, or says why that cannot be.
static remold_outcome convert(remold_bytes price, unsigned digits, remold_bytes *cents) {
    remold_bytes shown = remold_concat("the price is \"", price, "\"");
    remold_bytes whole, part;
    int64_t minor;
    bool has_point = remold_cut(price, ".", &whole, &part);
    if (!are_digits(whole) || (has_point && !are_digits(part))) {
        return remold_reject("not-a-price", shown);
    }
    if (part.size > 2) {
        return remold_reject("part-of-a-cent", shown);
    }
    if (!remold_to_minor(price, digits, &minor)) {
        return remold_fail(remold_concat(shown, ", which is too large or has too many digits"));
    }
    *cents = remold_integer(minor);
    return remold_done();
}

static void migrate(remold_batch *products) {
    unsigned digits = digits_of_minor();
    remold_bytes *there = remold_batch_fields(products, "price_cents");
    remold_bytes *prices = remold_batch_fields_text(products, "price");
    remold_bytes *cents = remold_batch_column(products);
    for (size_t i = 0; i < products->count; i++) {
        bool is_done = !remold_is_nothing(there[i]);
        remold_batch_decide(products, i,
            is_done ? remold_skip("in cents already") : convert(remold_or(prices[i], ""), digits, &cents[i]));
    }
    remold_batch_set_fields(products, "price_cents", cents);
    remold_batch_remove_fields(products, "price");
}
REMOLD_MIGRATE_BATCH(migrate)

static void revert(remold_batch *products) {
    unsigned digits = digits_of_minor();
    remold_bytes *cents = remold_batch_fields_text(products, "price_cents");
    remold_bytes *prices = remold_batch_column(products);
    for (size_t i = 0; i < products->count; i++) {
        int64_t minor;
        if (remold_is_nothing(cents[i])) {
            remold_batch_decide(products, i, remold_skip("not in cents"));
        } else if (!remold_parse_integer(cents[i], &minor)) {
            remold_batch_decide(products, i, remold_fail("the field price_cents is no integer"));
        } else {
            prices[i] = remold_from_minor(minor, digits);
        }
    }
    remold_batch_set_fields(products, "price", prices);
    remold_batch_remove_fields(products, "price_cents");
}
REMOLD_REVERT_BATCH(revert)
