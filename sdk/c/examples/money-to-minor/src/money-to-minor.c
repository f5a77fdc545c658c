/// Turns the field "price" of a product, a decimal number, into "price_cents", a number of minor units, and back, as
/// examples/03-money-to-cents does: exact decimals all the way, for 19.99 * 100 in floats is 1998.9999999999998.
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

/// Tells how many digits a minor unit has: the parameter "digits".
static bool digits_of_minor(unsigned *digits) {
    int64_t given;
    if (!remold_data_integer(remold_parameter("digits"), &given) || given < 0 || given > 18) {
        return false;
    }
    *digits = (unsigned)given;
    return true;
}

static remold_outcome migrate(remold_record *product) {
    if (remold_hash_contains(product, "price_cents")) {
        return remold_skip("in cents already");
    }
    remold_bytes price = remold_or(remold_hash_get_text(product, "price"), "");
    remold_bytes shown = remold_concat("the price is \"", price, "\"");
    remold_bytes whole, part;
    bool has_point = remold_cut(price, ".", &whole, &part);
    if (!are_digits(whole) || (has_point && !are_digits(part))) {
        return remold_reject("not-a-price", shown);
    }
    if (part.size > 2) {
        return remold_reject("part-of-a-cent", shown);
    }
    unsigned digits;
    int64_t cents;
    if (!digits_of_minor(&digits)) {
        return remold_fail("the parameter digits is no number from 0 to 18");
    }
    if (!remold_to_minor(price, digits, &cents)) {
        return remold_fail(remold_concat(shown, ", which is too large or has too many digits"));
    }
    remold_hash_set(product, "price_cents", remold_integer(cents));
    remold_hash_remove(product, "price");
    return remold_done();
}
REMOLD_MIGRATE(migrate)

static remold_outcome revert(remold_record *product) {
    if (!remold_hash_contains(product, "price_cents")) {
        return remold_skip("not in cents");
    }
    unsigned digits;
    int64_t cents;
    if (!digits_of_minor(&digits)) {
        return remold_fail("the parameter digits is no number from 0 to 18");
    }
    if (!remold_parse_integer(remold_hash_get_text(product, "price_cents"), &cents)) {
        return remold_fail("the field price_cents is no integer");
    }
    remold_hash_set(product, "price", remold_from_minor(cents, digits));
    remold_hash_remove(product, "price_cents");
    return remold_done();
}
REMOLD_REVERT(revert)
