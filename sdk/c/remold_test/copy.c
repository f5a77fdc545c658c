/// Copying values between the stand-in and the transform, and lists that grow and shrink.
#include <string.h>

#include "store.h"

void *give(size_t size) {
    return cabi_realloc(NULL, 0, _Alignof(max_align_t), size);
}

remold_bytes copy_bytes(allocator allocate, remold_bytes bytes) {
    char *data = allocate(bytes.size);
    if (bytes.size > 0) {
        memcpy(data, bytes.data, bytes.size);
    }
    return remold_bytes_at(data, bytes.size);
}

static void copy_in_place(allocator allocate, remold_bytes *bytes) {
    *bytes = copy_bytes(allocate, *bytes);
}

static size_t size_of(remold_kind kind) {
    switch (kind) {
    case REMOLD_HASH:
        return sizeof(remold_field);
    case REMOLD_SORTED_SET:
        return sizeof(remold_scored);
    case REMOLD_STREAM:
        return sizeof(remold_entry);
    default:
        return sizeof(remold_bytes);
    }
}

static void copy_pairs(allocator allocate, remold_pair_list *pairs) {
    remold_pair *copies = allocate(pairs->count * sizeof *copies);
    for (size_t at = 0; at < pairs->count; at++) {
        copies[at].name = copy_bytes(allocate, pairs->items[at].name);
        copies[at].value = copy_bytes(allocate, pairs->items[at].value);
    }
    pairs->items = copies;
}

/// Returns for how many elements a list of so many has room: for a power of two.
static size_t room_for(size_t count) {
    size_t room = 1;
    while (room < count) {
        room *= 2;
    }
    return room;
}

any_list copy_list(allocator allocate, remold_kind kind, const void *items, size_t count) {
    size_t size = size_of(kind);
    any_list copy = {allocate(room_for(count) * size), count};
    if (count > 0) {
        memcpy(copy.items, items, count * size);
    }
    for (size_t at = 0; at < count; at++) {
        void *element = (char *)copy.items + at * size;
        if (kind == REMOLD_STREAM) {
            copy_pairs(allocate, &((remold_entry *)element)->fields);
        } else {
            copy_in_place(allocate, element);
        }
        if (kind == REMOLD_HASH) {
            copy_in_place(allocate, &((remold_field *)element)->value);
        }
    }
    return copy;
}

remold_value copy_value(allocator allocate, const remold_value *value) {
    remold_value copy = *value;
    if (value->kind == REMOLD_TEXT) {
        copy_in_place(allocate, &copy.text);
    } else if (value->kind == REMOLD_OPAQUE) {
        copy_in_place(allocate, &copy.opaque.bytes);
        if (copy.opaque.module.present) {
            copy_in_place(allocate, &copy.opaque.module.name);
        }
    } else {
        any_list list = copy_list(allocate, (remold_kind)value->kind, value->list.items, value->list.count);
        copy.list = (remold_bytes_list){list.items, list.count};
    }
    return copy;
}

remold_value value_of(REMOLD_FLAT_VALUE) {
    remold_value value = {.kind = (uint8_t)kind};
    if (kind == REMOLD_OPAQUE) {
        value.opaque = (remold_opaque){
            (uint8_t)v0, {v1 != 0, {(const char *)(uintptr_t)v2, (size_t)v3}}, {(const char *)v4, v5}};
    } else {
        value.list = (remold_bytes_list){(remold_bytes *)v0, v1};
        if (kind == REMOLD_STREAM) {
            value.stream.last_id = (remold_stream_id){v2, v3};
        }
    }
    return value;
}

void *insert_at(any_list *list, size_t size, size_t at) {
    if (room_for(list->count) == list->count || list->count == 0) {
        char *items = keep(room_for(list->count + 1) * size);
        if (list->count > 0) {
            memcpy(items, list->items, list->count * size);
        }
        list->items = items;
    }
    char *place = (char *)list->items + at * size;
    memmove(place + size, place, (list->count - at) * size);
    list->count++;
    return place;
}

void remove_at(any_list *list, size_t size, size_t at) {
    char *place = (char *)list->items + at * size;
    list->count--;
    memmove(place, place + size, (list->count - at) * size);
}

size_t position_of(const any_list *list, size_t size, remold_bytes name) {
    size_t at = 0;
    while (at < list->count && !remold_equal(*(const remold_bytes *)((const char *)list->items + at * size), name)) {
        at++;
    }
    return at;
}

/// Returns how many of a list's elements a page has.
static size_t page_size(const any_list *list, uint32_t start, uint32_t limit) {
    size_t left = start < list->count ? list->count - start : 0;
    return left < limit ? left : limit;
}

void answer_page(
    remold_answer *answer, remold_kind kind, const any_list *list, size_t size, uint32_t start, uint32_t limit) {
    size_t count = page_size(list, start, limit);
    any_list page = copy_list(give, kind, count == 0 ? NULL : (const char *)list->items + start * size, count);
    answer->list = (remold_host_list){page.items, page.count};
}

void answer_names(remold_answer *answer, const any_list *list, size_t size, uint32_t start, uint32_t limit) {
    size_t count = page_size(list, start, limit);
    remold_bytes *names = give(count * sizeof *names);
    for (size_t at = 0; at < count; at++) {
        names[at] = copy_bytes(give, *(const remold_bytes *)((const char *)list->items + (start + at) * size));
    }
    answer->list = (remold_host_list){names, count};
}
