/// Slices, building them, and numbers as text.
#include "remold_test.h"

static void compares(void) {
    REMOLD_CHECK(remold_equal("a", "a") && !remold_equal("a", "ab") && remold_equal("", ""));
    REMOLD_CHECK(!remold_equal(REMOLD_NOTHING, "") && remold_equal(REMOLD_NOTHING, REMOLD_NOTHING));
    REMOLD_CHECK(remold_compare("a", "b") < 0 && remold_compare("b", "a") > 0 && remold_compare("a", "ab") < 0);
    REMOLD_CHECK(remold_compare("\xFF", "a") > 0 && remold_compare("", "") == 0);
    REMOLD_CHECK(remold_starts_with("user:1", "user:") && !remold_starts_with("user", "user:"));
    REMOLD_CHECK(remold_ends_with("user:1", ":1") && !remold_ends_with("1", ":1") && remold_ends_with("1", ""));
}

static void cuts(void) {
    remold_bytes before, after;
    REMOLD_CHECK(remold_cut("a b c", " ", &before, &after));
    REMOLD_CHECK_BYTES(before, "a");
    REMOLD_CHECK_BYTES(after, "b c");
    REMOLD_CHECK(remold_cut("a ", " ", &before, &after));
    REMOLD_CHECK_BYTES(after, "");
    REMOLD_CHECK(!remold_cut("abc", " ", &before, &after));
    REMOLD_CHECK_BYTES(before, "abc");
    REMOLD_CHECK_BYTES(after, NULL);
    REMOLD_CHECK(!remold_cut("abc", "", &before, &after));
    REMOLD_CHECK(!remold_cut(REMOLD_NOTHING, " ", &before, &after));
    REMOLD_CHECK_BYTES(before, NULL);
    remold_bytes rest = remold_bytes_of("1,2,3");
    unsigned parts = 0;
    for (bool more = true; more; parts++) {
        more = remold_cut(rest, ",", &before, &rest);
    }
    REMOLD_CHECK(parts == 3);
    REMOLD_CHECK_BYTES(remold_slice("abcdef", 1, 3), "bc");
    REMOLD_CHECK_BYTES(remold_slice("abc", 2, 9), "c");
    REMOLD_CHECK_BYTES(remold_slice("abc", 9, 12), "");
}

static void builds(void) {
    REMOLD_CHECK_BYTES(remold_concat("a", "b"), "ab");
    REMOLD_CHECK_BYTES(remold_concat("a", remold_bytes_of("b"), "c", "d", "e", "f", "g", "h"), "abcdefgh");
    REMOLD_CHECK_BYTES(remold_concat(REMOLD_NOTHING, "", remold_concat("x", "y")), "xy");
    REMOLD_CHECK_BYTES(remold_replace("a-b-", "-", "--"), "a--b--");
    REMOLD_CHECK_BYTES(remold_replace("ab", "-", "+"), "ab");
    REMOLD_CHECK_BYTES(remold_c_string("ab"), "ab");
    remold_builder builder = {0};
    REMOLD_CHECK_BYTES(remold_built(&builder), "");
    for (unsigned at = 0; at < 100000; at++) {
        remold_append(&builder, "ab");
        if (at % 1000 == 0) {
            remold_allocate(1, 3);
        }
    }
    REMOLD_CHECK(remold_built(&builder).size == 200000 && remold_ends_with(remold_built(&builder), "abab"));
    remold_builder bytes = {0};
    remold_append_byte(&bytes, 'x');
    REMOLD_CHECK_BYTES(remold_built(&bytes), "x");
}

static void knows_text(void) {
    REMOLD_CHECK(remold_is_text("") && remold_is_text("a\x7F") && remold_is_text("García") && remold_is_text("😀"));
    REMOLD_CHECK(!remold_is_text("\xFF") && !remold_is_text("\xC3") && !remold_is_text("\xC0\x80"));
    REMOLD_CHECK(!remold_is_text("\xED\xA0\x80") && !remold_is_text("\xF4\x90\x80\x80") && !remold_is_text("\x80"));
    REMOLD_CHECK(!remold_is_text("\xE0\x80\x80") && !remold_is_text("a\xF0\x9F\x98"));
}

static void allocates(void) {
    remold_mark mark = remold_memory_mark();
    uint64_t *numbers = REMOLD_ARRAY(uint64_t, 100000);
    REMOLD_CHECK(((uintptr_t)numbers & 7) == 0 && numbers[0] == 0 && numbers[99999] == 0);
    numbers[99999] = 7;
    remold_memory_rewind(mark);
    uint64_t *again = REMOLD_ARRAY(uint64_t, 100000);
    REMOLD_CHECK(again == numbers && again[99999] == 0);
    REMOLD_CHECK(remold_allocate(0, 8) != NULL);
}

static void check_integer(const char *text, bool is_one, int64_t expected) {
    int64_t integer = 0;
    REMOLD_CHECK(remold_parse_integer(text, &integer) == is_one && integer == expected);
}

static void reads_integers(void) {
    check_integer("0", true, 0);
    check_integer("-17", true, -17);
    check_integer("+17", true, 17);
    check_integer(" 17\n", true, 17);
    check_integer("9223372036854775807", true, INT64_MAX);
    check_integer("-9223372036854775808", true, INT64_MIN);
    check_integer("9223372036854775808", false, 0);
    check_integer("-9223372036854775809", false, 0);
    check_integer("", false, 0);
    check_integer("-", false, 0);
    check_integer("1.0", false, 0);
    check_integer("1 2", false, 0);
    REMOLD_CHECK(!remold_parse_integer(REMOLD_NOTHING, &(int64_t){0}));
    REMOLD_CHECK_BYTES(remold_integer(0), "0");
    REMOLD_CHECK_BYTES(remold_integer(INT64_MIN), "-9223372036854775808");
    REMOLD_CHECK_BYTES(remold_integer(1234567890), "1234567890");
}

static void check_minor(const char *text, unsigned digits, bool is_one, int64_t expected) {
    int64_t minor = 0;
    REMOLD_CHECK(remold_to_minor(text, digits, &minor) == is_one && minor == expected);
}

static void counts_money(void) {
    check_minor("19.99", 2, true, 1999);
    check_minor("0.29", 2, true, 29);
    check_minor("8.2", 2, true, 820);
    check_minor("299", 2, true, 29900);
    check_minor("-0.05", 2, true, -5);
    check_minor("1200", 0, true, 1200);
    check_minor("2.670", 2, true, 267);
    check_minor("2.675", 2, false, 0);
    check_minor("1.", 2, false, 0);
    check_minor(".5", 2, false, 0);
    check_minor("1.5.0", 2, false, 0);
    check_minor("on request", 2, false, 0);
    check_minor("92233720368547758.07", 2, true, INT64_MAX);
    check_minor("92233720368547758.08", 2, false, 0);
    REMOLD_CHECK_BYTES(remold_from_minor(1999, 2), "19.99");
    REMOLD_CHECK_BYTES(remold_from_minor(5, 2), "0.05");
    REMOLD_CHECK_BYTES(remold_from_minor(-5, 2), "-0.05");
    REMOLD_CHECK_BYTES(remold_from_minor(-1200, 0), "-1200");
    REMOLD_CHECK_BYTES(remold_from_minor(0, 3), "0.000");
}

int main(void) {
    remold_test_begin();
    compares();
    cuts();
    builds();
    knows_text();
    allocates();
    reads_integers();
    counts_money();
    return remold_test_end();
}
