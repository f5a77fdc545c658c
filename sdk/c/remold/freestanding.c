/// What a compiler takes for granted even where there is no C library: copying, filling and comparing memory. A
/// library's own functions come first. A WASI target has one, so there is nothing here for it.
#include <stddef.h>

#if defined(__wasm__) && !defined(__wasi__)

/// Gives way to a library's function, and is not made into a call of itself.
#define FALLBACK(name) __attribute__((weak, no_builtin(#name)))

FALLBACK(memcpy) void *memcpy(void *restrict to, const void *restrict from, size_t size) {
    for (size_t at = 0; at < size; at++) {
        ((char *)to)[at] = ((const char *)from)[at];
    }
    return to;
}

FALLBACK(memset) void *memset(void *to, int byte, size_t size) {
    for (size_t at = 0; at < size; at++) {
        ((char *)to)[at] = (char)byte;
    }
    return to;
}

FALLBACK(memcmp) int memcmp(const void *a, const void *b, size_t size) {
    const unsigned char *left = a, *right = b;
    size_t at = 0;
    while (at < size && left[at] == right[at]) {
        at++;
    }
    return at == size ? 0 : left[at] - right[at];
}

FALLBACK(strlen) size_t strlen(const char *text) {
    size_t size = 0;
    while (text[size] != '\0') {
        size++;
    }
    return size;
}

#endif
