/// The interfaces `context` and `records` of the stand-in.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"

void remold_host_context_parameters(remold_bytes *answer) {
    *answer = copy_bytes(give, host.parameters);
}

uint64_t remold_host_context_now_ms(void) {
    return host.now_ms;
}

uint64_t remold_host_context_seed(void) {
    return 1;
}

void append_log(const char *before, remold_bytes text) {
    size_t size = host.log_size + strlen(before) + text.size + 1;
    char *log = realloc(host.log, size + 1);
    if (log == NULL) {
        abort();
    }
    sprintf(log + host.log_size, "%s%.*s\n", before, (int)text.size, text.data);
    host.log = log;
    host.log_size = size;
}

void remold_host_context_log(uint32_t level, REMOLD_FLAT(message)) {
    static const char *const levels[] = {"debug: ", "info: ", "warn: "};
    append_log(levels[level], TAKE(message));
}

void remold_host_context_print(REMOLD_FLAT(text)) {
    append_log("debug: ", TAKE(text));
}

void remold_host_context_panic(
    REMOLD_FLAT(message), uint32_t has_place, REMOLD_FLAT(file), uint32_t line, uint32_t column) {
    (void)has_place;
    (void)column;
    fprintf(stderr, "%.*s:%u: panic: %.*s\n", (int)file_size, file, (unsigned)line, (int)message_size, message);
    abort();
}

void remold_host_records_key(uint32_t i, remold_bytes *answer) {
    *answer = copy_bytes(give, find(i)->key);
}

void remold_host_records_key_text(uint32_t i, remold_answer *answer) {
    ACCEPT(answer);
    if (check_text(answer, find(i)->key, "the key")) {
        answer->bytes = copy_bytes(give, find(i)->key);
    }
}

uint32_t remold_host_records_kind(uint32_t i) {
    return find(i)->value.kind;
}

uint64_t remold_host_records_size(uint32_t i) {
    const remold_value *value = &find(i)->value;
    return value->kind == REMOLD_OPAQUE ? value->opaque.bytes.size : value->text.size;
}

uint64_t remold_host_records_seed(uint32_t i) {
    // FNV-1a: any function of the key would do.
    uint64_t seed = 0xCBF29CE484222325;
    remold_bytes key = find(i)->key;
    for (size_t at = 0; at < key.size; at++) {
        seed = (seed ^ (uint8_t)key.data[at]) * 0x100000001B3;
    }
    return seed;
}

void remold_host_records_expires_at(uint32_t i, remold_time *answer) {
    *answer = find(i)->expires_at;
}

void remold_host_records_set_expires_at(uint32_t i, uint32_t present, uint64_t at, remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_ANY_KIND, answer);
    if (rec != NULL && present && at == 0) {
        refuse_with(answer, REMOLD_INVALID_ARGUMENT, "expiry: Unix milliseconds above zero are needed, or none");
    } else if (rec != NULL) {
        rec->expires_at = TAKE_TIME(present, at);
    }
}

void remold_host_records_ttl(uint32_t i, remold_time *answer) {
    remold_time at = find(i)->expires_at;
    *answer = (remold_time){at.present, at.present && at.ms > host.now_ms ? at.ms - host.now_ms : 0};
}

void remold_host_records_set_ttl(uint32_t i, uint32_t present, uint64_t at, remold_answer *answer) {
    uint64_t end = at > UINT64_MAX - host.now_ms ? UINT64_MAX : host.now_ms + at;
    remold_host_records_set_expires_at(i, present, at == 0 ? 0 : end, answer);
}

void remold_host_records_get_value(uint32_t i, remold_value *answer) {
    *answer = copy_value(give, &find(i)->value);
}

/// Says whether no two elements have the same first part.
static bool are_unique(const any_list *list, size_t size) {
    for (size_t at = 0; at < list->count; at++) {
        if (position_of(list, size, *(const remold_bytes *)((const char *)list->items + at * size)) < at) {
            return false;
        }
    }
    return true;
}

static bool is_before(remold_stream_id a, remold_stream_id b) {
    return a.ms < b.ms || (a.ms == b.ms && a.seq < b.seq);
}

/// Says what is wrong with a value; NULL if nothing is.
static const char *wrong_with(const remold_value *value) {
    const any_list *list = (const any_list *)(const void *)&value->list;
    size_t size = value->kind == REMOLD_HASH ? sizeof(remold_field) : value->kind == REMOLD_SET ? sizeof(remold_bytes)
        : value->kind == REMOLD_SORTED_SET ? sizeof(remold_scored) : 0;
    if (size > 0 && !are_unique(list, size)) {
        return "a name occurs twice";
    }
    for (size_t at = 0; value->kind == REMOLD_SORTED_SET && at < list->count; at++) {
        if (isnan(value->sorted_set.items[at].score)) {
            return "a score is NaN";
        }
    }
    for (size_t at = 0; value->kind == REMOLD_STREAM && at < list->count; at++) {
        const remold_entry *entry = &value->stream.entries.items[at];
        if (entry->fields.count == 0) {
            return "an entry has no field";
        }
        if ((at > 0 && !is_before(entry[-1].id, entry->id)) || is_before(value->stream.last_id, entry->id)) {
            return "entries are out of order";
        }
    }
    return NULL;
}

void set_value(uint32_t i, const remold_value *value, remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_ANY_KIND, answer);
    const char *wrong = rec == NULL ? NULL : wrong_with(value);
    if (wrong != NULL) {
        refuse_with(answer, REMOLD_INVALID_ARGUMENT, "value: %s", wrong);
    } else if (rec != NULL) {
        rec->value = copy_value(keep, value);
    }
}

void remold_host_records_set_value(uint32_t i, REMOLD_FLAT_VALUE, remold_answer *answer) {
    remold_value value = value_of(kind, v0, v1, v2, v3, v4, v5);
    set_value(i, &value, answer);
}

void remold_host_records_rename(uint32_t i, REMOLD_FLAT(key), remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_ANY_KIND, answer);
    if (rec != NULL) {
        rec->renamed = remold_equal(rec->key, TAKE(key)) ? REMOLD_NOTHING : copy_bytes(keep, TAKE(key));
    }
}

void remold_host_records_delete(uint32_t i, remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_ANY_KIND, answer);
    if (rec != NULL) {
        rec->deleted = true;
    }
}

void remold_host_records_emit(
    uint32_t i, REMOLD_FLAT(key), REMOLD_FLAT_VALUE, uint32_t present, uint64_t at, remold_answer *answer) {
    remold_value value = value_of(kind, v0, v1, v2, v3, v4, v5);
    kept *rec = find_edited(i, REMOLD_ANY_KIND, answer);
    const char *wrong = rec == NULL ? NULL : present && at == 0 ? "the expiry is zero" : wrong_with(&value);
    if (wrong != NULL) {
        refuse_with(answer, REMOLD_INVALID_ARGUMENT, "value: %s", wrong);
    } else if (rec != NULL) {
        emitted *added = keep(sizeof *added);
        *added = (emitted){copy_bytes(keep, TAKE(key)), copy_value(keep, &value), TAKE_TIME(present, at), rec->emitted};
        rec->emitted = added;
    }
}

/// Adds a key in front of a list of keys.
static void add_key(named **list, remold_bytes key) {
    named *added = keep(sizeof *added);
    *added = (named){copy_bytes(keep, key), *list};
    *list = added;
}

void remold_host_records_remove(uint32_t i, REMOLD_FLAT(key), remold_answer *answer) {
    kept *rec = find_edited(i, REMOLD_ANY_KIND, answer);
    if (rec != NULL) {
        add_key(&rec->removed, TAKE(key));
    }
}

void remold_host_records_ask(uint32_t i, REMOLD_FLAT(key), remold_answer *answer) {
    kept *rec = find(i);
    ACCEPT(answer);
    if (!rec->asking) {
        refuse_with(answer, REMOLD_INVALID_ARGUMENT, "ask: it is for `lookups` only");
        return;
    }
    add_key(&rec->asked, TAKE(key));
}

void remold_host_records_lookup(uint32_t i, REMOLD_FLAT(key), remold_answer *answer) {
    const named *asked = find(i)->asked;
    ACCEPT(answer);
    while (asked != NULL && !remold_equal(asked->key, TAKE(key))) {
        asked = asked->next;
    }
    if (asked == NULL) {
        refuse_with(answer, REMOLD_NOT_LOOKED_UP, "key \"%.*s\" was not asked for in lookups", (int)key_size, key);
        return;
    }
    kept *found = find_key(TAKE(key));
    if (found != NULL) {
        kept *copy = add_copy(found);
        copy->read_only = true;
        answer->optional_number = (remold_host_number){true, copy->record.number};
    }
}

/// Notes what became of a record.
static void say(uint32_t i, remold_outcome outcome) {
    kept *rec = find(i);
    if (!rec->column_failed) {
        rec->outcome = outcome;
    }
}

void remold_host_records_skip(uint32_t i, REMOLD_FLAT(reason)) {
    say(i, (remold_skip)(copy_bytes(keep, TAKE(reason))));
}

void remold_host_records_reject(uint32_t i, REMOLD_FLAT(code), REMOLD_FLAT(message)) {
    say(i, (remold_reject)(copy_bytes(keep, TAKE(code)), copy_bytes(keep, TAKE(message))));
}

void remold_host_records_fail(
    uint32_t i, uint32_t has_code, uint32_t code, REMOLD_FLAT(message), uint32_t has_place, REMOLD_FLAT(file),
    uint32_t line, uint32_t column) {
    (void)has_place;
    (void)column;
    say(i, failed_outcome(has_code, code, TAKE(message), TAKE(file), line));
}
