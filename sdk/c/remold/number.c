/// Numbers as text.
#include "number.h"
#include "build.h"

static bool is_blank(char byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

/// Puts a digit behind a number that is kept below zero, where there is room for one more than above.
static bool push_digit(int64_t *negative, int digit) {
    if (*negative < (INT64_MIN + digit) / 10) {
        return false;
    }
    *negative = *negative * 10 - digit;
    return true;
}

/// Takes the sign, and tells whether it is a minus.
static bool take_sign(remold_bytes *text) {
    bool minus = remold_starts_with(*text, "-");
    if (minus || remold_starts_with(*text, "+")) {
        *text = remold_slice(*text, 1, text->size);
    }
    return minus;
}

/// Gives a number that is kept below zero its sign.
static bool signed_number(int64_t negative, bool minus, int64_t *number) {
    if (!minus && negative == INT64_MIN) {
        return false;
    }
    *number = minus ? negative : -negative;
    return true;
}

bool (remold_parse_integer)(remold_bytes text, int64_t *integer) {
    while (text.size > 0 && is_blank(text.data[0])) {
        text = remold_slice(text, 1, text.size);
    }
    while (text.size > 0 && is_blank(text.data[text.size - 1])) {
        text.size--;
    }
    bool minus = take_sign(&text);
    int64_t negative = 0;
    for (size_t at = 0; at < text.size; at++) {
        if (!is_digit(text.data[at]) || !push_digit(&negative, text.data[at] - '0')) {
            return false;
        }
    }
    return text.size > 0 && signed_number(negative, minus, integer);
}

/// Writes the digits of a number without its sign, at least so many.
static remold_bytes print_digits(int64_t integer, unsigned least) {
    char digits[40];
    size_t at = sizeof digits;
    uint64_t rest = integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer;
    while (rest > 0 || sizeof digits - at < least) {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    }
    return remold_concat(remold_bytes_at(digits + at, sizeof digits - at), "");
}

remold_bytes remold_integer(int64_t integer) {
    return remold_concat(integer < 0 ? "-" : "", print_digits(integer, 1));
}

bool (remold_to_minor)(remold_bytes decimal, unsigned digits, int64_t *minor) {
    bool minus = take_sign(&decimal);
    int64_t negative = 0;
    remold_bytes whole, part;
    bool has_point = remold_cut(decimal, ".", &whole, &part);
    if (whole.size == 0 || (has_point && part.size == 0)) {
        return false;
    }
    for (size_t at = 0; at < whole.size; at++) {
        if (!is_digit(whole.data[at]) || !push_digit(&negative, whole.data[at] - '0')) {
            return false;
        }
    }
    for (size_t at = 0; at < digits || at < part.size; at++) {
        char digit = at < part.size ? part.data[at] : '0';
        if (!is_digit(digit) || (at < digits ? !push_digit(&negative, digit - '0') : digit != '0')) {
            return false;
        }
    }
    return signed_number(negative, minus, minor);
}

remold_bytes remold_from_minor(int64_t minor, unsigned digits) {
    digits = digits < 28 ? digits : 28;
    remold_bytes all = print_digits(minor, digits + 1);
    size_t point = all.size - digits;
    return remold_concat(
        minor < 0 ? "-" : "", remold_slice(all, 0, point), digits > 0 ? "." : "", remold_slice(all, point, all.size));
}
