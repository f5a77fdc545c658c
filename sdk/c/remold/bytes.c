/// Slices of bytes: comparing, cutting, and whether they are text.
#include "bytes.h"

bool (remold_equal)(remold_bytes a, remold_bytes b) {
    if (a.data == NULL || b.data == NULL) {
        return a.data == b.data;
    }
    return a.size == b.size && __builtin_memcmp(a.data, b.data, a.size) == 0;
}

int (remold_compare)(remold_bytes a, remold_bytes b) {
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common == 0 ? 0 : __builtin_memcmp(a.data, b.data, common);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

bool (remold_starts_with)(remold_bytes bytes, remold_bytes start) {
    return bytes.size >= start.size && remold_compare(remold_slice(bytes, 0, start.size), start) == 0;
}

bool (remold_ends_with)(remold_bytes bytes, remold_bytes end) {
    return bytes.size >= end.size && remold_compare(remold_slice(bytes, bytes.size - end.size, bytes.size), end) == 0;
}

remold_bytes (remold_slice)(remold_bytes bytes, size_t from, size_t to) {
    to = to < bytes.size ? to : bytes.size;
    from = from < to ? from : to;
    return bytes.data == NULL ? bytes : (remold_bytes){bytes.data + from, to - from};
}

bool (remold_cut)(remold_bytes bytes, remold_bytes separator, remold_bytes *before, remold_bytes *after) {
    for (size_t at = 0; separator.size > 0 && at + separator.size <= bytes.size; at++) {
        if (__builtin_memcmp(bytes.data + at, separator.data, separator.size) == 0) {
            *before = remold_slice(bytes, 0, at);
            *after = remold_slice(bytes, at + separator.size, bytes.size);
            return true;
        }
    }
    *before = bytes;
    *after = REMOLD_NOTHING;
    return false;
}

/// Returns how many bytes the character takes with which the bytes begin; 0 if they begin with none (RFC 3629).
size_t remold_character(const unsigned char *bytes, size_t size) {
    unsigned char first = bytes[0];
    if (first < 0x80) {
        return 1;
    }
    size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || size < length) {
        return 0;
    }
    // The second byte tells what is written longer than it need be, a surrogate, or above U+10FFFF.
    unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (bytes[1] < low || bytes[1] > high) {
        return 0;
    }
    for (size_t at = 2; at < length; at++) {
        if ((bytes[at] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

bool (remold_is_text)(remold_bytes bytes) {
    const unsigned char *data = (const unsigned char *)bytes.data;
    for (size_t at = 0; at < bytes.size;) {
        size_t length = remold_character(data + at, bytes.size - at);
        if (length == 0) {
            return false;
        }
        at += length;
    }
    return true;
}
