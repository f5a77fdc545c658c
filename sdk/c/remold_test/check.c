/// The checks of a test program.
#include <stdio.h>

#include "../remold_test.h"

static unsigned checks, broken;

void remold_test_check(bool holds, const char *what, const char *file, int line) {
    checks++;
    if (!holds) {
        broken++;
        fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    }
}

static void print_quoted(const char *before, remold_bytes bytes) {
    if (remold_is_nothing(bytes)) {
        fprintf(stderr, "  %s nothing\n", before);
    } else {
        fprintf(stderr, "  %s \"%.*s\"\n", before, (int)bytes.size, bytes.data);
    }
}

void remold_test_check_bytes(remold_bytes actual, remold_bytes expected, const char *what, const char *file, int line) {
    checks++;
    if (!remold_equal(actual, expected)) {
        broken++;
        fprintf(stderr, "%s:%d: not as expected: %s\n", file, line, what);
        print_quoted("expected", expected);
        print_quoted("actual  ", actual);
    }
}

int remold_test_end(void) {
    printf("%u checks, %u failed\n", checks, broken);
    return broken == 0 ? 0 : 1;
}
