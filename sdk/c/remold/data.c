/// Structured data: making it, looking into it, sorting and printing it.
#include "data.h"
#include "build.h"
#include "call.h"
#include "number.h"

remold_data *remold_data_of(remold_data_type type) {
    remold_data *data = REMOLD_ARRAY(remold_data, 1);
    data->type = type;
    return data;
}

remold_data *remold_data_bool(bool truth) {
    remold_data *data = remold_data_of(REMOLD_BOOL);
    data->truth = truth;
    return data;
}

remold_data *(remold_data_string)(remold_bytes text) {
    remold_data *data = remold_data_of(REMOLD_STRING);
    data->text = text;
    return data;
}

void remold_data_push(remold_data *array, remold_data *item) {
    item->next = NULL;
    if (array->last == NULL) {
        array->first = item;
    } else {
        array->last->next = item;
    }
    array->last = item;
    array->count++;
}

void (remold_data_add)(remold_data *object, remold_bytes name, remold_data *value) {
    value->name = name;
    remold_data_push(object, value);
}

remold_data *(remold_data_member)(const remold_data *data, remold_bytes name) {
    remold_data *member = data != NULL && data->type == REMOLD_OBJECT ? data->first : NULL;
    while (member != NULL && !remold_equal(member->name, name)) {
        member = member->next;
    }
    return member;
}

bool remold_data_integer(const remold_data *data, int64_t *integer) {
    return data != NULL && data->type == REMOLD_NUMBER && remold_parse_integer(data->text, integer);
}

/// Sorts members by their names, and keeps the order of those with the same (merge sort).
static void sort(remold_data **members, remold_data **space, size_t count) {
    if (count < 2) {
        return;
    }
    size_t half = count / 2, left = 0, right = half;
    sort(members, space, half);
    sort(members + half, space, count - half);
    for (size_t at = 0; at < count; at++) {
        bool from_left = right == count
            || (left < half && remold_compare(members[left]->name, members[right]->name) <= 0);
        space[at] = members[from_left ? left++ : right++];
    }
    __builtin_memcpy(members, space, count * sizeof *members);
}

/// Returns the members of an object in the order of their names.
static remold_data **sorted_members(const remold_data *object) {
    remold_data **members = REMOLD_ARRAY(remold_data *, object->count * 2);
    size_t at = 0;
    for (remold_data *member = object->first; member != NULL; member = member->next) {
        members[at++] = member;
    }
    sort(members, members + object->count, object->count);
    return members;
}

remold_bytes remold_data_name_twice(const remold_data *object) {
    remold_data **members = sorted_members(object);
    remold_bytes twice = REMOLD_NOTHING;
    for (size_t at = 1; at < object->count; at++) {
        if (remold_equal(members[at - 1]->name, members[at]->name)) {
            twice = members[at]->name;
        }
    }
    return twice;
}

void remold_data_sort(remold_data *data) {
    if (data->type == REMOLD_OBJECT) {
        remold_data **members = sorted_members(data);
        size_t count = data->count;
        data->first = data->last = NULL;
        data->count = 0;
        for (size_t at = 0; at < count; at++) {
            remold_data_push(data, members[at]);
        }
    }
    for (remold_data *part = data->first; part != NULL; part = part->next) {
        remold_data_sort(part);
    }
}

static void print_text(remold_builder *out, remold_bytes text) {
    static const char hexadecimal[] = "0123456789abcdef";
    static const char letters[] = "btn\0fr";
    text = remold_valid_text(text);
    remold_append_byte(out, '"');
    for (size_t at = 0; at < text.size; at++) {
        unsigned char byte = (unsigned char)text.data[at];
        bool has_letter = byte >= '\b' && byte <= '\r' && byte != '\v';
        if (byte == '"' || byte == '\\' || has_letter) {
            remold_append_byte(out, '\\');
            remold_append_byte(out, has_letter ? letters[byte - '\b'] : (char)byte);
        } else if (byte < 0x20) {
            remold_append(out, "\\u00");
            remold_append_byte(out, hexadecimal[byte >> 4]);
            remold_append_byte(out, hexadecimal[byte & 15]);
        } else {
            remold_append_byte(out, (char)byte);
        }
    }
    remold_append_byte(out, '"');
}

static void print(remold_builder *out, const remold_data *data) {
    switch (data->type) {
    case REMOLD_NULL:
        remold_append(out, "null");
        break;
    case REMOLD_BOOL:
        remold_append(out, data->truth ? "true" : "false");
        break;
    case REMOLD_NUMBER:
        remold_append(out, data->text);
        break;
    case REMOLD_STRING:
        print_text(out, data->text);
        break;
    case REMOLD_ARRAY_OF_DATA:
    case REMOLD_OBJECT:
        remold_append_byte(out, data->type == REMOLD_OBJECT ? '{' : '[');
        for (const remold_data *part = data->first; part != NULL; part = part->next) {
            if (part != data->first) {
                remold_append_byte(out, ',');
            }
            if (data->type == REMOLD_OBJECT) {
                print_text(out, part->name);
                remold_append_byte(out, ':');
            }
            print(out, part);
        }
        remold_append_byte(out, data->type == REMOLD_OBJECT ? '}' : ']');
        break;
    }
}

remold_bytes remold_data_print(const remold_data *data) {
    remold_builder out = {0};
    print(&out, data);
    return remold_built(&out);
}
