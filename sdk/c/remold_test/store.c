/// The stand-in's memory and records.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"

/// Everything that was allocated since the last `remold_test_begin`, to be freed by the next.
typedef struct allocation {
    struct allocation *before;
    max_align_t memory[];
} allocation;

static allocation *last_allocation;

void *keep(size_t size) {
    allocation *made = calloc(1, sizeof *made + size);
    if (made == NULL) {
        abort();
    }
    made->before = last_allocation;
    last_allocation = made;
    return made->memory;
}

void remold_test_begin(void) {
    while (last_allocation != NULL) {
        allocation *before = last_allocation->before;
        free(last_allocation);
        last_allocation = before;
    }
    free(host.log);
    host = (stand_in){.parameters = remold_bytes_of("{}"), .now_ms = 1767225600000};
    remold_arena_in_use = &remold_record_arena;
    remold_arena_reset(&remold_record_arena);
    remold_arena_reset(&remold_call_arena);
    remold_context_begin();
}

void remold_test_parameters(const char *json) {
    host.parameters = copy_bytes(keep, remold_bytes_of(json));
    remold_context_begin();
}

void remold_test_now_ms(uint64_t now_ms) {
    host.now_ms = now_ms;
}

/// Adds a record of a key and a value.
static kept *add(remold_bytes key, const remold_value *value) {
    kept *added = keep(sizeof *added);
    added->key = copy_bytes(keep, key);
    added->value = copy_value(keep, value);
    added->record = (remold_record){host.count++, &added->fault};
    if (host.last == NULL) {
        host.first = added;
    } else {
        host.last->next = added;
    }
    host.last = added;
    return added;
}

kept *add_copy(kept *of) {
    kept *copy = add(of->key, &of->value);
    copy->expires_at = of->expires_at;
    copy->hidden = true;
    copy->origin = of;
    return copy;
}

remold_record *remold_test_record(const char *key, remold_value value) {
    kept *added = add(remold_bytes_of(key), &value);
    added->selected = true;
    return &added->record;
}

remold_record *remold_test_text(const char *key, const char *text) {
    return remold_test_record(key, remold_value_text(text));
}

/// Adds bytes to a list until a NULL comes.
static remold_bytes_list list_of(va_list arguments) {
    any_list list = {0};
    for (const char *item; (item = va_arg(arguments, const char *)) != NULL;) {
        *(remold_bytes *)insert_at(&list, sizeof(remold_bytes), list.count) = remold_bytes_of(item);
    }
    return (remold_bytes_list){list.items, list.count};
}

remold_record *remold_test_hash(const char *key, ...) {
    va_list arguments;
    va_start(arguments, key);
    remold_bytes_list parts = list_of(arguments);
    va_end(arguments);
    remold_field *fields = keep(sizeof *fields * (parts.count / 2 + 1));
    for (size_t at = 0; at < parts.count / 2; at++) {
        fields[at] = (remold_field){parts.items[at * 2], parts.items[at * 2 + 1], REMOLD_NEVER};
    }
    return remold_test_record(key, remold_value_hash(fields, parts.count / 2));
}

remold_record *remold_test_list(const char *key, ...) {
    va_list arguments;
    va_start(arguments, key);
    remold_bytes_list items = list_of(arguments);
    va_end(arguments);
    return remold_test_record(key, remold_value_list(items.items, items.count));
}

remold_record *remold_test_set(const char *key, ...) {
    va_list arguments;
    va_start(arguments, key);
    remold_bytes_list members = list_of(arguments);
    va_end(arguments);
    return remold_test_record(key, remold_value_set(members.items, members.count));
}

kept *find(uint32_t i) {
    kept *found = host.first;
    while (found != NULL && found->record.number != i) {
        found = found->next;
    }
    if (found == NULL) {
        fprintf(stderr, "there is no record of the number %u\n", (unsigned)i);
        abort();
    }
    return found;
}

kept *find_key(remold_bytes key) {
    kept *found = host.first;
    while (found != NULL && (found->hidden || !remold_equal(found->key, key))) {
        found = found->next;
    }
    return found;
}

const char *kind_name(unsigned kind) {
    static const char *const names[] = {"text", "list", "set", "sorted-set", "hash", "stream", "opaque"};
    return names[kind];
}

kept *find_kind(uint32_t i, remold_kind kind, remold_answer *answer) {
    kept *found = find(i);
    if (found->value.kind == (uint8_t)kind) {
        ACCEPT(answer);
        return found;
    }
    refuse_with(answer, REMOLD_WRONG_KIND, "this needs a %s, the record holds a %s", kind_name(kind),
        kind_name(found->value.kind));
    return NULL;
}

kept *find_edited(uint32_t i, remold_kind kind, remold_answer *answer) {
    kept *found = kind == REMOLD_ANY_KIND ? find(i) : find_kind(i, kind, answer);
    if (found != NULL && (found->read_only || found->asking)) {
        refuse_with(answer, REMOLD_INVALID_ARGUMENT, "a record that was looked up: it is read-only");
        return NULL;
    }
    if (found != NULL) {
        ACCEPT(answer);
        found->edited = true;
    }
    return found;
}

void refuse_with(remold_answer *answer, remold_code code, const char *format, ...) {
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    *answer = (remold_answer){.refused = true, .error = {(uint8_t)code, copy_bytes(give, remold_bytes_of(message))}};
}

bool check_text(remold_answer *answer, remold_bytes text, const char *what) {
    bool is_text = remold_is_text(text);
    if (!is_text) {
        refuse_with(answer, REMOLD_NOT_TEXT, "%s is not UTF-8 text; read it as bytes", what);
    }
    return is_text;
}

bool check_texts(remold_answer *answer, size_t size, const char *what) {
    const char *items = answer->list.items;
    for (size_t at = 0, count = answer->list.count; !answer->refused && at < count; at++) {
        check_text(answer, *(const remold_bytes *)(const void *)(items + at * size), what);
    }
    return !answer->refused;
}

remold_outcome failed_outcome(bool has_code, uint32_t code, remold_bytes message, remold_bytes file, uint32_t line) {
    static const char *const words[] = {"denied", "wrong-kind", "out-of-range", "not-text", "invalid-argument",
        "over-limit", "not-looked-up", "keyspace"};
    remold_bytes word = has_code ? remold_bytes_of(words[code]) : REMOLD_NOTHING;
    char *name = keep(file.size + 1);
    memcpy(name, file.data, file.size);
    return (remold_outcome){REMOLD_FAILED, word, copy_bytes(keep, message), name, line};
}
