/// Making new bytes in the arena.
#include "build.h"
#include "call.h"

/// Makes room for so many more bytes, twice as much as there was so that growing stays cheap.
static void make_room(remold_builder *builder, size_t more) {
    if (more <= builder->room - builder->size) {
        return;
    }
    if (more > SIZE_MAX / 4) {
        __builtin_trap();
    }
    size_t room = builder->room * 2 > builder->size + more ? builder->room * 2 : builder->size + more;
    if (builder->data == NULL || !remold_extend(builder->data, builder->room, room)) {
        char *data = remold_take(1, room);
        if (builder->size > 0) {
            __builtin_memcpy(data, builder->data, builder->size);
        }
        builder->data = data;
    }
    builder->room = room;
}

void (remold_append)(remold_builder *builder, remold_bytes bytes) {
    make_room(builder, bytes.size);
    if (bytes.size > 0) {
        __builtin_memcpy(builder->data + builder->size, bytes.data, bytes.size);
        builder->size += bytes.size;
    }
}

void remold_append_byte(remold_builder *builder, char byte) {
    make_room(builder, 1);
    builder->data[builder->size++] = byte;
}

remold_bytes remold_built(const remold_builder *builder) {
    return (remold_bytes){builder->data == NULL ? "" : builder->data, builder->size};
}

remold_bytes remold_join(const remold_bytes *parts, size_t count) {
    size_t size = 0;
    for (size_t at = 0; at < count; at++) {
        size += parts[at].size;
    }
    remold_builder builder = {remold_take(1, size), 0, size};
    for (size_t at = 0; at < count; at++) {
        remold_append(&builder, parts[at]);
    }
    return remold_built(&builder);
}

remold_bytes (remold_replace)(remold_bytes bytes, remold_bytes part, remold_bytes with) {
    remold_builder builder = {0};
    remold_bytes before, rest = bytes;
    while (remold_cut(rest, part, &before, &rest)) {
        remold_append(&builder, before);
        remold_append(&builder, with);
    }
    remold_append(&builder, before);
    return remold_is_nothing(bytes) ? bytes : remold_built(&builder);
}

char *(remold_c_string)(remold_bytes bytes) {
    remold_builder builder = {0};
    remold_append(&builder, bytes);
    remold_append_byte(&builder, '\0');
    return builder.data;
}

remold_bytes remold_valid_text(remold_bytes text) {
    if (remold_is_nothing(text)) {
        return remold_bytes_of("");
    }
    if (remold_is_text(text)) {
        return text;
    }
    remold_builder builder = {0};
    for (size_t at = 0; at < text.size;) {
        size_t length = remold_character((const unsigned char *)text.data + at, text.size - at);
        remold_append(&builder, length == 0 ? remold_bytes_of("\xEF\xBF\xBD") : remold_slice(text, at, at + length));
        at += length == 0 ? 1 : length;
    }
    return remold_built(&builder);
}
