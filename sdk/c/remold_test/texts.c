/// The interfaces `texts` and `json` of the stand-in.
#include <string.h>

#include "../remold/data.h"
#include "store.h"

void remold_host_texts_get(uint32_t i, remold_answer *answer) {
    const kept *rec = find_kind(i, REMOLD_TEXT, answer);
    if (rec != NULL) {
        answer->bytes = copy_bytes(give, rec->value.text);
    }
}

void remold_host_texts_get_text(uint32_t i, remold_answer *answer) {
    const kept *rec = find_kind(i, REMOLD_TEXT, answer);
    if (rec != NULL && check_text(answer, rec->value.text, "the value")) {
        answer->bytes = copy_bytes(give, rec->value.text);
    }
}

void remold_host_texts_set(uint32_t i, REMOLD_FLAT(value), remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_TEXT, answer);
    if (rec != NULL) {
        rec->value.text = copy_bytes(keep, TAKE(value));
    }
}

/// A place in a document.
typedef struct place {
    /// The text of what is there; nothing if nothing is.
    remold_bytes text;
    /// The text of its parent, and whether that is an array; nothing if there is no parent.
    remold_bytes parent;
    bool in_array;
    /// Its number among the parts of its parent.
    size_t index;
    /// The end of the part before it: of the last part if nothing is there, and of the opening bracket if it has none.
    const char *before;
    /// The last part of the pointer.
    remold_bytes name;
} place;

static const char *skip_blanks(const char *at) {
    return at + strspn(at, " \t\r\n");
}

/// Returns where the value ends that begins here. The text is JSON, and a NUL follows it.
static const char *end_of(const char *at) {
    int depth = 0;
    do {
        if (*at == '"') {
            for (at++; *at != '"'; at++) {
                at += *at == '\\';
            }
            at++;
        } else if (strchr("[{", *at) != NULL) {
            depth++;
            at++;
        } else if (strchr("]}", *at) != NULL) {
            depth--;
            at++;
        } else if (depth > 0 && strchr(",: \t\r\n", *at) != NULL) {
            at++;
        } else {
            at += strcspn(at, ",:]} \t\r\n");
        }
    } while (depth > 0);
    return at;
}

static remold_bytes between(const char *start, const char *end) {
    return remold_bytes_at(start, (size_t)(end - start));
}

/// Says whether a part of a pointer is the index of an item, `-` being one behind the last.
static bool is_index(remold_bytes part, size_t index, bool at_end) {
    return (at_end && remold_equal(part, "-")) || remold_equal(part, remold_integer((int64_t)index));
}

/// Goes from a place to the part of it that has a name.
static place step(place from, remold_bytes name) {
    bool in_array = remold_starts_with(from.text, "[");
    place to = {REMOLD_NOTHING, from.text, in_array, 0, NULL, name};
    if (remold_is_nothing(from.text) || (!in_array && !remold_starts_with(from.text, "{"))) {
        to.parent = REMOLD_NOTHING;
        return to;
    }
    to.before = from.text.data + 1;
    const char *at = skip_blanks(to.before);
    for (; *at != ']' && *at != '}'; to.index++) {
        remold_bytes found = REMOLD_NOTHING;
        if (!in_array) {
            found = remold_data_parse(between(at, end_of(at)), NULL)->text;
            at = skip_blanks(skip_blanks(end_of(at)) + 1);
        }
        if (in_array ? is_index(name, to.index, false) : remold_equal(found, name)) {
            to.text = between(at, end_of(at));
            return to;
        }
        to.before = end_of(at);
        at = skip_blanks(to.before);
        at = *at == ',' ? skip_blanks(at + 1) : at;
    }
    return to;
}

/// Finds a place in a document, or refuses and returns false.
static bool find_place(const kept *rec, remold_bytes pointer, place *found, remold_answer *answer) {
    remold_bytes problem;
    if (!check_text(answer, rec->value.text, "the value")) {
        return false;
    }
    if (remold_data_parse(rec->value.text, &problem) == NULL) {
        refuse_with(answer, REMOLD_INVALID_ARGUMENT, "JSON: %.*s", (int)problem.size, problem.data);
        return false;
    }
    if (pointer.size > 0 && !remold_starts_with(pointer, "/")) {
        refuse_with(answer, REMOLD_INVALID_ARGUMENT, "pointer: it is empty or begins with /");
        return false;
    }
    const char *text = skip_blanks(remold_c_string(rec->value.text));
    *found = (place){.text = between(text, end_of(text))};
    remold_bytes part;
    for (bool more = remold_cut(pointer, "/", &part, &pointer); more;) {
        more = remold_cut(pointer, "/", &part, &pointer);
        *found = step(*found, remold_replace(remold_replace(part, "~1", "/"), "~0", "~"));
    }
    return true;
}

/// Puts a text in the place of a part of a record's text, which is that of its copy.
static void splice(kept *rec, const char *copy_end, remold_bytes part, remold_bytes with) {
    const char *end = rec->value.text.data + rec->value.text.size;
    remold_bytes before = between(rec->value.text.data, end - (copy_end - part.data));
    remold_bytes after = between(before.data + before.size + part.size, end);
    rec->value.text = copy_bytes(keep, remold_concat(before, with, after));
}

/// Returns the end of the copy that a place lies in.
static const char *end_of_text(const char *at) {
    return at + strlen(at);
}

void remold_host_json_get(uint32_t i, REMOLD_FLAT(pointer), remold_answer *answer) {
    const kept *rec = find_kind(i, REMOLD_TEXT, answer);
    place found;
    if (rec != NULL && find_place(rec, TAKE(pointer), &found, answer) && !remold_is_nothing(found.text)) {
        answer->optional_bytes = (remold_host_bytes){true, copy_bytes(give, found.text)};
    }
}

void remold_host_json_set(uint32_t i, REMOLD_FLAT(pointer), REMOLD_FLAT(value), remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_TEXT, answer);
    place found;
    if (rec == NULL || !find_place(rec, TAKE(pointer), &found, answer)) {
        return;
    }
    if (remold_data_parse(TAKE(value), NULL) == NULL) {
        refuse_with(answer, REMOLD_INVALID_ARGUMENT, "value: it is no JSON");
    } else if (!remold_is_nothing(found.text)) {
        splice(rec, end_of_text(found.text.data), found.text, TAKE(value));
    } else if (remold_is_nothing(found.parent) || (found.in_array && !is_index(found.name, found.index, true))) {
        refuse_with(answer, REMOLD_INVALID_ARGUMENT, "pointer: its parent is not there");
    } else {
        remold_data *name = (remold_data_string)(found.name);
        remold_bytes member = remold_concat(found.in_array ? REMOLD_NOTHING : remold_data_print(name),
            found.in_array ? "" : ":", TAKE(value));
        remold_bytes added = remold_concat(found.index > 0 ? "," : "", member);
        splice(rec, end_of_text(found.before), remold_bytes_at(found.before, 0), added);
    }
}

void remold_host_json_remove(uint32_t i, REMOLD_FLAT(pointer), remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_TEXT, answer);
    place found;
    if (rec == NULL || !find_place(rec, TAKE(pointer), &found, answer) || remold_is_nothing(found.text)) {
        return;
    }
    if (pointer_size == 0) {
        refuse_with(answer, REMOLD_INVALID_ARGUMENT, "pointer: the whole document cannot be removed");
        return;
    }
    // The comma goes too: the one before it, or the one behind it if it is the first.
    const char *end = found.text.data + found.text.size;
    if (found.index == 0 && *skip_blanks(end) == ',') {
        end = skip_blanks(end) + 1;
    }
    splice(rec, end_of_text(end), between(found.before, end), remold_bytes_of(""));
}
